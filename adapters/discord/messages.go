package discord

import (
	"context"
	"errors"
	"slices"
	"time"

	"alliancebot/bot"
	"alliancebot/knowledge/markup"
)

// heard takes a message. It never blocks.
func (a *Adapter) heard(m *message) {
	if !a.fromPerson(m) {
		return
	}
	addressed := a.addressed(m)
	if a.posts.starter(m, addressed) || !addressed {
		return
	}
	a.counts.received.Add(1)
	if !a.seen.First("message|" + string(m.ID)) {
		a.counts.duplicates.Add(1)
		return
	}
	a.queue(m, a.answerMessage)
}

// fromPerson reports whether a person wrote the message, and not a bot, a webhook or Discord.
func (a *Adapter) fromPerson(m *message) bool {
	if m.Author == nil || m.ID == "" || m.ChannelID == "" || m.Author.ID == "" {
		return false
	}
	if m.Author.Bot || m.WebhookID != "" || string(m.Author.ID) == a.userID() {
		return false
	}
	return m.Type == messageDefault || m.Type == messageReply
}

// addressed reports whether the message is said to the bot: directly, with a mention, or as a reply that pings it.
func (a *Adapter) addressed(m *message) bool {
	if m.GuildID == "" {
		return a.cfg.has(Direct)
	}
	if !a.cfg.has(Mentions) {
		return false
	}
	me := a.userID()
	return mentions(m.Content, me) || slices.ContainsFunc(m.Mentions, func(u user) bool { return string(u.ID) == me }) || a.myRole(m)
}

func (a *Adapter) myRole(m *message) bool {
	a.self.mu.Lock()
	defer a.self.mu.Unlock()
	return slices.ContainsFunc(m.MentionRoles, func(role text) bool { return a.self.roles[string(role)] })
}

// queue has a message answered, after the others in its channel.
func (a *Adapter) queue(m *message, answer func(context.Context, *message)) {
	if a.closing.Load() || !a.jobs.Go("channel|"+string(m.ChannelID), func() {
		ctx, cancel := context.WithTimeout(a.working, jobTimeout)
		defer cancel()
		defer func() {
			if r := recover(); r != nil {
				a.panicked(r)
				a.send(ctx, a.replyTo(m), []card{{content: wordsApology}})
			}
		}()
		answer(ctx, m)
	}) {
		a.counts.shed.Add(1)
		a.seen.Forget("message|" + string(m.ID))
		if !a.closing.Load() {
			a.complain("taking a message", errBusy)
		}
	}
}

var errBusy = errors.New("too many messages wait for an answer")

// answerMessage answers a mention or a direct message.
func (a *Adapter) answerMessage(ctx context.Context, m *message) {
	r := a.ask(ctx, bot.Message{ID: string(m.ID), Conversation: a.talk(m), Text: plain(m.Content)})
	a.tell(ctx, m, r)
}

func (a *Adapter) talk(m *message) string {
	return conversation(m.GuildID, m.ChannelID, isThread(m.ChannelType), string(m.Author.ID))
}

// tell sends a reply to a message. Nobody but the person can be kept from reading a reply in a channel, so what is
// private goes into a direct message; but where there is danger, the signpost stands in the channel too, as it is never
// withheld to be private.
func (a *Adapter) tell(ctx context.Context, m *message, r bot.Reply) {
	if r.Kind == bot.Silence {
		return
	}
	r = a.welcomedOnce(string(m.Author.ID), r)
	to := a.replyTo(m)
	direct := m.GuildID == ""
	switch {
	case direct:
		if r.Class != "" {
			r.Welcome = paragraphs(wordsNobodyReads)
		}
		a.sent(a.send(ctx, to, a.render(r, m.Author.ID, false)))
	case r.Private && r.Class == "":
		if a.whisper(ctx, m, r) != nil {
			a.sent(a.send(ctx, to, []card{{content: wordsNoDirect}}))
			return
		}
		a.sent(nil)
	case r.Private, r.Class.Replaces():
		hint := []string{wordsPublicPlace}
		if r.Class.Replaces() {
			hint = []string{wordsSentDirect, wordsPublicPlace}
		}
		brief := bot.Reply{Kind: r.Kind, Class: r.Class, Notice: r.Notice, Answers: r.Answers, Welcome: paragraphs(hint...)}
		err := a.send(ctx, to, a.render(brief, m.Author.ID, false))
		if r.Class.Replaces() && a.whisper(ctx, m, r) == nil {
			err = nil
		}
		a.sent(err)
	default:
		a.sent(a.send(ctx, to, a.render(r, m.Author.ID, false)))
	}
}

func (a *Adapter) sent(err error) {
	if err == nil {
		a.counts.answered.Add(1)
	}
}

// whisper sends the reply as a direct message.
func (a *Adapter) whisper(ctx context.Context, m *message, r bot.Reply) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	channel, err := a.rest.directChannel(ctx, string(m.Author.ID))
	if err != nil {
		a.complain("direct channel", err)
		return err
	}
	if r.Class != "" {
		r.Welcome = paragraphs(wordsNobodyReads)
	}
	return a.send(ctx, place{channel: channel, nonce: "d" + string(m.ID)}, a.render(r, m.Author.ID, false))
}

// render renders for messages; text is for places that show no embeds.
func (a *Adapter) render(r bot.Reply, asker text, textOnly bool) []card {
	return render(r, view{version: a.h.About().Version, asker: string(asker), text: textOnly || a.cfg.PlainText})
}

// paragraphs makes a Text of several paragraphs of plain words.
func paragraphs(texts ...string) markup.Text {
	var t markup.Text
	for _, text := range texts {
		t.Blocks = append(t.Blocks, paragraph(text).Blocks...)
	}
	return t
}
