package discord

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"alliancebot/bot"
)

// request is an interaction that is being answered.
type request struct {
	*interaction
	received time.Time
	// reply gives Discord the answer to the interaction. It is called once.
	reply    func(context.Context, response) error
	answered bool
}

// response is the answer to an interaction.
// https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object
type response struct {
	Type discordgo.InteractionResponseType `json:"type"`
	Data any                               `json:"data,omitempty"`
}

// interact takes an interaction, and has it answered by reply. It never blocks. It reports false for one that is not
// going to be answered.
func (a *Adapter) interact(in *interaction, reply func(context.Context, response) error) bool {
	if in.ID == "" || in.Token == "" {
		return false
	}
	a.counts.received.Add(1)
	if !a.seen.First("interaction|" + string(in.ID)) {
		a.counts.duplicates.Add(1)
		return false
	}
	if app := string(in.ApplicationID); app != "" && a.appID() == "" {
		a.know(a.userID(), app)
	}
	r := &request{interaction: in, received: time.Now(), reply: reply}
	if a.closing.Load() || !a.quick.Go("interaction|"+string(in.ID), func() { a.handle(r) }) {
		a.counts.shed.Add(1)
		return false
	}
	return true
}

// handle answers an interaction while Discord still waits for it.
func (a *Adapter) handle(r *request) {
	ctx, cancel := context.WithDeadline(a.working, r.received.Add(answerIn))
	defer cancel()
	if ctx.Err() != nil {
		a.counts.shed.Add(1) // nobody waits any more
		return
	}
	defer func() {
		if p := recover(); p != nil {
			a.panicked(p)
			if !r.answered {
				a.note(ctx, r, wordsApology)
			}
		}
	}()
	switch r.Type {
	case interactionAutocomplete:
		a.complete(ctx, r)
	case interactionCommand:
		a.command(ctx, r)
	case interactionComponent:
		a.pressed(ctx, r)
	default:
		a.note(ctx, r, wordsUnknown)
	}
}

// answer gives the answer to an interaction.
func (a *Adapter) answer(ctx context.Context, r *request, resp response) error {
	r.answered = true
	err := r.reply(ctx, resp)
	if err == nil {
		a.counts.answered.Add(1)
	}
	return err
}

// note answers with a short text, to the person alone.
func (a *Adapter) note(ctx context.Context, r *request, words string) {
	a.complain("answering an interaction", a.answer(ctx, r, response{
		Type: discordgo.InteractionResponseChannelMessageWithSource,
		Data: card{content: words}.message(flagEphemeral),
	}))
}

// manner is how a reply to an interaction is shown.
type manner struct {
	hidden bool // to the person alone
	update bool // in the place of the message that holds the button
	post   bool // with an offer to post it to the channel
}

// tellRequest answers an interaction with a reply. What is about somebody's safety, or private, is shown to the person
// alone, and in a message of its own, as that cannot be changed later.
func (a *Adapter) tellRequest(ctx context.Context, r *request, reply bot.Reply, how manner) {
	if reply.Kind == bot.Silence {
		a.note(ctx, r, wordsNothing)
		return
	}
	reply = a.welcomedOnce(r.person(), reply)
	if reply.Private || reply.Class != "" {
		how = manner{hidden: true}
	}
	v := view{version: a.h.About().Version, asker: r.person(), text: a.cfg.PlainText || r.noEmbeds(), post: how.post && how.hidden}
	cards := render(reply, v)
	if len(cards) == 0 {
		a.note(ctx, r, wordsNothing)
		return
	}
	a.show(ctx, r, cards, how)
}

// show answers an interaction with the first card, and follows up with the others.
func (a *Adapter) show(ctx context.Context, r *request, cards []card, how manner) {
	flags := 0
	if how.hidden {
		flags = flagEphemeral
	}
	resp := response{Type: discordgo.InteractionResponseChannelMessageWithSource, Data: cards[0].message(flags)}
	if how.update {
		resp.Type = discordgo.InteractionResponseUpdateMessage
	}
	if err := a.answer(ctx, r, resp); err != nil {
		a.complain("answering an interaction", err)
		return
	}
	for _, c := range cards[1:] {
		// The token of the interaction is good for 15 minutes, so there is no hurry now.
		ctx, cancel := context.WithTimeout(a.working, time.Minute)
		err := a.followUp(ctx, r, c.message(flags))
		cancel()
		if err != nil {
			a.complain("following up an interaction", err)
			return
		}
	}
}

// callBack answers an interaction that came over the gateway.
func (a *Adapter) callBack(in *interaction) func(context.Context, response) error {
	return func(ctx context.Context, resp response) error {
		err := a.rest.do(ctx, call{method: "POST", path: "interactions/" + string(in.ID) + "/" + in.Token + "/callback", body: resp, again: true})
		switch code(err) {
		case codeAcknowledged, codeUnknownInteraction:
			// Another process has answered, or an earlier try of ours has arrived, or it came too late: nothing helps.
			a.lg.Debug("discord interaction was answered before, or too late", "adapter", name, "err", err)
			a.counts.duplicates.Add(1)
			return errAnsweredBefore
		}
		return err
	}
}

var errAnsweredBefore = errors.New("the interaction was answered before, or too late")

// followUpTries are the waits for Discord to take in the answer that is followed up. Over HTTP it may not have yet.
var followUpTries = []time.Duration{100 * time.Millisecond, 300 * time.Millisecond, time.Second, 3 * time.Second}

// followUp adds a message to the answer of an interaction.
func (a *Adapter) followUp(ctx context.Context, r *request, m outgoing) error {
	app := string(r.ApplicationID)
	if app == "" {
		app = a.appID()
	}
	for try := 0; ; try++ {
		err := a.rest.do(ctx, call{method: "POST", path: "webhooks/" + app + "/" + r.Token + "?wait=true", body: m})
		if code(err) != codeUnknownWebhook || try == len(followUpTries) || !pause(ctx, followUpTries[try]) {
			return err
		}
	}
}

// noEmbeds reports whether Discord says that the bot may not show embeds there.
func (in *interaction) noEmbeds() bool {
	p, err := strconv.ParseUint(strings.TrimSpace(string(in.AppPermissions)), 10, 64)
	return err == nil && p != 0 && p&discordgo.PermissionEmbedLinks == 0 && p&discordgo.PermissionAdministrator == 0
}

// direct reports whether only the bot and the person are there.
func (in *interaction) direct() bool {
	return in.GuildID == "" && in.Channel.Type != channelGroup
}

func (in *interaction) conversation() string {
	return conversation(in.GuildID, text(in.channelID()), isThread(in.Channel.Type), in.person())
}

// asked makes what the core is asked of an interaction.
func (r *request) asked(text, choice string) bot.Message {
	return bot.Message{ID: string(r.ID), Conversation: r.conversation(), Text: text, Choice: choice}
}
