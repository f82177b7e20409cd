package slack

import (
	"context"
	"strings"

	slackgo "github.com/slack-go/slack"

	"alliancebot/bot"
)

// tellMore is how a person asks the core for the rest of an answer.
const tellMore = "tell me more"

// root is the thread of the message that holds the button, or a new one under it.
func (p pressed) root() string { return first(p.thread, p.message) }

// entry is the entry that the button stands for; offer is the rest of its value. Both are only ever looked up: text
// that comes back in a value is not trusted to be ours.
func (p pressed) entry() string {
	entry, _, _ := strings.Cut(p.value, separator)
	return entry
}

func (p pressed) offer() string {
	_, offer, _ := strings.Cut(p.value, separator)
	return offer
}

// interaction answers a button or the message shortcut.
func (a *Adapter) interaction(ctx context.Context, in *inbound) error {
	if in.kind == shortcut {
		return a.tell(ctx, in, a.answer(ctx, in, plain(in.text)))
	}
	if a.outsider(in) {
		return a.whisper(ctx, in, wordsOutsider)
	}
	action, _, _ := strings.Cut(in.pressed.action, ":")
	switch action {
	case actPick:
		return a.pick(ctx, in)
	case actAsk:
		return a.follow(ctx, in, a.choose(ctx, in, in.pressed.entry()))
	case actMore:
		a.choose(ctx, in, in.pressed.entry()) // so that the core knows what there is to be more of
		return a.follow(ctx, in, a.answer(ctx, in, tellMore))
	case actVote:
		return a.vote(ctx, in)
	case actShare:
		return a.share(ctx, in)
	case actPost:
		return a.post(ctx, in)
	case actTopic:
		return a.publishHome(ctx, in.user, in.pressed.value)
	}
	a.lg.Debug("slack button is not known", "adapter", name)
	return nil
}

// pick puts the answer in the place of the message that offered it.
func (a *Adapter) pick(ctx context.Context, in *inbound) error {
	reply := a.choose(ctx, in, in.pressed.entry())
	if reply.Kind == bot.Silence {
		return a.whisper(ctx, in, wordsGone)
	}
	if in.pressed.view {
		return a.tell(ctx, in, reply)
	}
	replace := true
	if in.pressed.ephemeral {
		cards := a.cards(reply, surface{choose: actPick, offer: in.pressed.offer()})
		return a.counted(a.respondCards(ctx, in.reply, ephemeral, cards, func(r *response) { r.ReplaceOriginal = &replace }))
	}
	cards := a.cards(reply, surface{choose: actPick})
	if err := a.update(ctx, in.channel, in.pressed.message, cards[0]); err != nil {
		// The message may be gone, or not ours to change: the answer is worth a message of its own.
		return a.counted(a.send(ctx, a.where(in), cards))
	}
	return a.counted(a.send(ctx, a.where(in), cards[1:]))
}

// follow says the reply after the message that holds the button.
func (a *Adapter) follow(ctx context.Context, in *inbound, reply bot.Reply) error {
	if reply.Kind == bot.Silence {
		return a.whisper(ctx, in, wordsGone)
	}
	return a.tell(ctx, in, reply)
}

func (a *Adapter) counted(err error) error {
	if err == nil {
		a.counts.answered.Add(1)
	}
	return err
}

// vote hands a verdict to the core and thanks for it, to the person alone.
func (a *Adapter) vote(ctx context.Context, in *inbound) error {
	fields := strings.SplitN(in.pressed.value, separator, 3)
	if len(fields) != 3 || fields[0] != "yes" && fields[0] != "no" {
		return nil
	}
	helpful := fields[0] == "yes"
	a.h.Feedback(ctx, bot.Vote{Person: name + ":" + in.team + ":" + in.user, Entry: fields[1], Version: fields[2], Helpful: helpful})
	return a.whisper(ctx, in, a.thanks(helpful))
}

// thanks is markup of Slack's: it may hold a link to the contact channel.
func (a *Adapter) thanks(helpful bool) string {
	contact := a.cfg.ContactChannel
	if helpful || contact == "" {
		return wordsThanks
	}
	link := escape("#" + strings.TrimPrefix(contact, "#"))
	if channelID.MatchString(contact) {
		link = "<#" + contact + ">"
	}
	return wordsThanks + " " + wordsAskHuman + link + "."
}

// whisper says something short to the person who pressed a button, and to nobody else. words are markup of Slack's.
func (a *Adapter) whisper(ctx context.Context, in *inbound, words string) error {
	if in.reply != "" {
		keep := false
		return a.respond(ctx, in.reply, response{Type: ephemeral, Text: words, ReplaceOriginal: &keep, Thread: in.pressed.thread})
	}
	to := a.where(in)
	options := []slackgo.MsgOption{slackgo.MsgOptionText(words, false), slackgo.MsgOptionDisableLinkUnfurl(), slackgo.MsgOptionDisableMediaUnfurl()}
	if to.thread != "" {
		options = append(options, slackgo.MsgOptionTS(to.thread))
	}
	var err error
	if in.pressed.view {
		_, _, err = a.api.PostMessageContext(ctx, to.channel, options...)
	} else {
		_, err = a.api.PostEphemeralContext(ctx, to.channel, in.user, options...)
	}
	a.complain("chat.postEphemeral", err)
	return err
}

// share shows the answer of a command to the whole channel, where the bot need not be a member.
func (a *Adapter) share(ctx context.Context, in *inbound) error {
	if !a.firstPress(in) {
		return nil
	}
	reply := a.chosen(ctx, in, in.pressed.value)
	if len(reply.Answers) == 0 {
		return a.whisper(ctx, in, wordsGone)
	}
	keep := false
	err := a.respondCards(ctx, in.reply, inChannel, a.cards(reply, surface{choose: actAsk}), func(r *response) { r.ReplaceOriginal = &keep })
	if err != nil {
		return a.whisper(ctx, in, wordsNotShared)
	}
	a.counts.answered.Add(1)
	return a.respond(ctx, in.reply, response{DeleteOriginal: true})
}

// post puts the answer of a shortcut in the thread of the message that it was used on.
func (a *Adapter) post(ctx context.Context, in *inbound) error {
	thread, entries, _ := strings.Cut(in.pressed.value, separator)
	if !a.firstPress(in) {
		return nil
	}
	reply := a.chosen(ctx, in, entries)
	if len(reply.Answers) == 0 {
		return a.whisper(ctx, in, wordsGone)
	}
	cards := a.cards(reply, surface{choose: actPick})
	err := a.send(ctx, place{team: in.team, channel: in.channel, thread: thread}, cards)
	if code, _ := errorCode(err); code == "not_in_channel" || code == "channel_not_found" {
		keep := false
		err = a.respondCards(ctx, in.reply, inChannel, cards, func(r *response) { r.ReplaceOriginal, r.Thread = &keep, thread })
	}
	if err != nil {
		return a.whisper(ctx, in, wordsNotShared)
	}
	a.counts.answered.Add(1)
	return a.respond(ctx, in.reply, response{DeleteOriginal: true})
}

// chosen asks the core for each of the entries, and puts the answers into one reply.
func (a *Adapter) chosen(ctx context.Context, in *inbound, entries string) bot.Reply {
	all := bot.Reply{Kind: bot.Answered}
	for _, entry := range strings.SplitN(entries, listSeparator, 10) {
		all.Answers = append(all.Answers, a.choose(ctx, in, entry).Answers...)
	}
	return all
}

// firstPress is false for the second half of a double click.
func (a *Adapter) firstPress(in *inbound) bool {
	p := in.pressed
	return a.clicks.First(strings.Join([]string{in.team, in.user, in.channel, p.message, p.action, p.value}, "|"))
}
