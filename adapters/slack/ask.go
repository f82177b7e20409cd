package slack

import (
	"context"
	"encoding/json"
	"time"

	slackgo "github.com/slack-go/slack"

	"alliancebot/bot"
	"alliancebot/knowledge/markup"
)

const helpTopics = 4 // popular questions on the help card

// ask answers a mention, a direct message, or a follow-up.
func (a *Adapter) ask(ctx context.Context, in *inbound) error {
	reply := a.permitted(in, a.answer(ctx, in, plain(in.text)))
	if !a.paced(in, reply) {
		return a.slowDown(ctx, in)
	}
	if reply.Kind != bot.Silence {
		// Before the answer is sent: a follow-up may come as soon as it can be read.
		a.threads.First(a.follower(in))
	}
	return a.tell(ctx, in, reply)
}

// answer asks the core. A message of nothing but the mention is a call for help.
func (a *Adapter) answer(ctx context.Context, in *inbound, text string) bot.Reply {
	start := time.Now()
	reply := a.h.Handle(ctx, bot.Message{ID: in.eventID, Conversation: a.conversation(in), Audience: a.cfg.Audience, Text: text})
	if text == "" && reply.Kind == bot.Silence {
		reply = a.help()
	}
	a.log(reply, time.Since(start))
	return a.welcomedOnce(in, reply)
}

// welcomedOnce takes the first-use notice away from people who have seen it. The core says it once a conversation,
// and here every question begins one.
func (a *Adapter) welcomedOnce(in *inbound, r bot.Reply) bot.Reply {
	if !r.Welcome.Empty() && !a.welcomed.First(in.team+"|"+in.user) {
		r.Welcome = markup.Text{}
	}
	return r
}

// choose asks the core for an entry, as when a button is pressed.
func (a *Adapter) choose(ctx context.Context, in *inbound, entry string) bot.Reply {
	start := time.Now()
	reply := a.h.Handle(ctx, bot.Message{ID: in.pressed.ts, Conversation: a.conversation(in), Audience: a.cfg.Audience, Choice: entry})
	a.log(reply, time.Since(start))
	return a.welcomedOnce(in, reply)
}

func (a *Adapter) log(r bot.Reply, dur time.Duration) {
	entry := ""
	if len(r.Answers) > 0 {
		entry = r.Answers[0].Entry
	}
	a.lg.Info("slack reply", "adapter", name, "kind", string(r.Kind), "entry", entry, "score", r.Score, "dur", dur)
}

// help is the card for somebody who mentions the bot and says nothing.
func (a *Adapter) help() bot.Reply {
	about := a.h.About()
	choices := about.Examples
	if len(choices) == 0 {
		choices = a.h.Complete("", helpTopics)
	}
	return bot.Reply{Kind: bot.SmallTalk, Notice: about.Does, Choices: choices[:min(len(choices), helpTopics)]}
}

// conversation is the key under which the core keeps its context: a thread and a person. In direct messages it is
// the person alone, as every message there that is not typed into a thread begins a new one.
func (a *Adapter) conversation(in *inbound) string {
	thread := in.root()
	switch {
	case in.private(), in.kind == command, in.kind == shortcut:
		thread = ""
	case in.kind == press:
		thread = in.pressed.root()
	}
	return name + ":" + in.team + ":" + in.channel + ":" + thread + ":" + in.user
}

// follower is the key of a person whom the bot has answered in a thread.
func (a *Adapter) follower(in *inbound) string {
	return in.team + "|" + in.channel + "|" + in.root() + "|" + in.user
}

// permitted returns the reply, or what is said instead to people and in channels that the bot is not for. A person
// in danger is answered everywhere.
func (a *Adapter) permitted(in *inbound, r bot.Reply) bot.Reply {
	switch {
	case r.Class.Replaces():
		return r
	case a.outsider(in):
		return bot.Reply{Kind: bot.SmallTalk, Notice: markup.Verbatim(wordsOutsider), Private: true}
	case !a.cfg.answersIn(in.channel):
		if in.kind == channelMessage {
			return bot.Reply{}
		}
		return bot.Reply{Kind: bot.SmallTalk, Notice: markup.Verbatim(wordsOtherChannel), Private: true}
	}
	return r
}

// paced reports whether the thread has room for one more reply. Safety replies have a count of their own.
func (a *Adapter) paced(in *inbound, r bot.Reply) bool {
	thread := in.team + "|" + in.channel + "|" + in.root()
	if r.Class.Replaces() {
		return a.perCrisis.Allow(thread)
	}
	return r.Kind == bot.Silence || a.perThread.Allow(thread)
}

// slowDown says once in a while, to the person alone, why there is no answer.
func (a *Adapter) slowDown(ctx context.Context, in *inbound) error {
	a.counts.shed.Add(1)
	if !a.complained.First("thread|" + in.team + "|" + in.channel + "|" + in.root()) {
		return nil
	}
	a.lg.Warn("slack thread is held back: too many replies in a minute", "adapter", name)
	c := render(bot.Reply{Notice: markup.Verbatim(wordsSlowDown)}, "", surface{})
	return a.send(ctx, place{team: in.team, channel: in.channel, thread: in.root(), user: in.user}, c)
}

// tell sends a reply to where in came from, as privately as it wants to be.
func (a *Adapter) tell(ctx context.Context, in *inbound, r bot.Reply) error {
	if r.Kind == bot.Silence {
		in.ackWith(nil)
		return nil
	}
	var err error
	switch in.kind {
	case command:
		err = a.tellCommand(ctx, in, a.cards(r, surface{choose: actPick, offer: a.sharing(in)}))
	case shortcut:
		err = a.tellHidden(ctx, in, a.cards(r, surface{choose: actPick, offer: offerPost + in.root()}))
	case press:
		if in.pressed.ephemeral {
			err = a.tellHidden(ctx, in, a.cards(r, surface{choose: actPick, offer: in.pressed.offer()}))
			break
		}
		fallthrough
	default:
		if (r.Private || r.Class.Replaces()) && !in.private() {
			return a.tellPrivately(ctx, in, r)
		}
		err = a.send(ctx, a.where(in), a.cards(r, surface{choose: actPick}))
	}
	if err == nil {
		a.counts.answered.Add(1)
	}
	if r.Class.Replaces() && in.hidden() {
		// A message that only one person sees is gone when Slack is loaded anew.
		a.direct(ctx, in, r)
	}
	return err
}

func (a *Adapter) cards(r bot.Reply, s surface) []card { return render(r, a.h.About().Version, s) }

// where is the thread that a message or a button belongs to. Buttons of the Home tab belong to the person's direct
// messages; Slack takes the id of a person for that channel.
func (a *Adapter) where(in *inbound) place {
	switch {
	case in.kind == press && in.pressed.view, in.channel == "":
		return place{team: in.team, channel: in.user}
	case in.kind == press:
		return place{team: in.team, channel: in.channel, thread: in.pressed.root(), after: in.pressed.message}
	}
	return place{team: in.team, channel: in.channel, thread: in.root(), after: in.ts}
}

// private reports whether nobody else reads along where in came from.
func (in *inbound) private() bool {
	return in.kind == direct || in.kind == press && in.pressed.view || len(in.channel) > 0 && in.channel[0] == 'D'
}

// hidden reports whether the answer to in is ephemeral.
func (in *inbound) hidden() bool {
	return in.kind == command || in.kind == shortcut || in.kind == press && in.pressed.ephemeral
}

// tellPrivately answers somebody in a public place. Where there is danger, the signpost stands in the thread, for it
// is never withheld to be private; other private replies are shown to the person alone. As those do not last, and
// may not be seen, whatever is about safety is sent as a direct message too.
func (a *Adapter) tellPrivately(ctx context.Context, in *inbound, r bot.Reply) error {
	to := a.where(in)
	var err error
	if r.Class.Replaces() {
		brief := bot.Reply{Kind: r.Kind, Notice: r.Notice, Welcome: markup.Verbatim(wordsSentDirect + "\n\n" + wordsPublicPlace)}
		err = a.send(ctx, to, a.cards(brief, surface{}))
	} else {
		to.user = in.user
		err = a.send(ctx, to, a.cards(r, surface{choose: actPick}))
	}
	if err == nil {
		a.counts.answered.Add(1)
	}
	if r.Class == "" && err == nil {
		return nil
	}
	if a.direct(ctx, in, r) {
		return nil
	}
	return err
}

// direct sends the whole reply as a direct message, and reports whether that worked. Slack takes the id of a person
// for the channel; where it does not, the channel is asked for, which needs a scope that few apps have.
func (a *Adapter) direct(ctx context.Context, in *inbound, r bot.Reply) bool {
	cards := a.cards(r, surface{choose: actPick})
	err := a.send(ctx, place{team: in.team, channel: in.user}, cards)
	if code, _ := errorCode(err); code == "channel_not_found" {
		channel, _, _, openErr := a.api.OpenConversationContext(ctx, &slackgo.OpenConversationParameters{Users: []string{in.user}})
		a.complain("conversations.open", openErr)
		if openErr == nil && channel != nil {
			err = a.send(ctx, place{team: in.team, channel: channel.ID}, cards)
		}
	}
	return err == nil
}

// sharing is what a command's answer offers: nothing where the bot is not to answer in public.
func (a *Adapter) sharing(in *inbound) string {
	if !a.cfg.answersIn(in.channel) {
		return ""
	}
	return offerShare
}

// command answers /alliance.
func (a *Adapter) command(ctx context.Context, in *inbound) error {
	return a.tell(ctx, in, a.answer(ctx, in, plain(in.text)))
}

// ackBudget is what an acknowledgement may weigh; Slack drops those of 20 KiB without a word.
const ackBudget = 16 << 10

// tellCommand answers in the acknowledgement, as far as there is room. Slack does not say whether it took the
// blocks, so those that have always been there are used.
func (a *Adapter) tellCommand(ctx context.Context, in *inbound, cards []card) error {
	if len(cards) == 0 {
		in.ackWith(nil)
		return nil
	}
	head := respondWith(ephemeral, cards[0], false)
	if encoded, err := json.Marshal(head); err == nil && len(encoded) < ackBudget && in.takesPayload {
		in.ackWith(head)
		cards = cards[1:]
	} else {
		in.ackWith(nil)
	}
	return a.respondCards(ctx, in.reply, ephemeral, cards, nil)
}

// tellHidden answers so that only the person sees it.
func (a *Adapter) tellHidden(ctx context.Context, in *inbound, cards []card) error {
	keep := false
	return a.respondCards(ctx, in.reply, ephemeral, cards, func(r *response) {
		r.ReplaceOriginal = &keep
		r.Thread = in.pressed.thread
	})
}
