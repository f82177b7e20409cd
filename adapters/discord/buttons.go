package discord

import (
	"context"
	"strconv"
	"strings"

	"github.com/bwmarrin/discordgo"

	"alliancebot/bot"
)

// tellMore is how a person asks the core for the rest of an answer.
const tellMore = "tell me more"

// pressed answers a button or a menu. Whoever presses need not be who asked.
func (a *Adapter) pressed(ctx context.Context, r *request) {
	p, ok := parsePress(r.Data.CustomID, r.Data.Values)
	if !ok {
		a.note(ctx, r, wordsOldButton)
		return
	}
	switch p.do {
	case doPick:
		a.pick(ctx, r, p)
	case doAsk:
		a.tellRequest(ctx, r, a.ask(ctx, r.asked("", p.last())), a.below(r))
	case doMore:
		a.ask(ctx, r.asked("", p.last())) // so that the core knows what there is to be more of
		a.tellRequest(ctx, r, a.ask(ctx, r.asked(tellMore, "")), a.below(r))
	case doVote:
		a.vote(ctx, r, p)
	case doPost:
		a.postToChannel(ctx, r, p)
	case doTopics:
		a.show(ctx, r, []card{a.topicsCard()}, a.inPlace(r))
	case doTopic:
		a.topic(ctx, r, p)
	}
}

func (p press) last() string { return p.args[len(p.args)-1] }

// hidden reports whether the message with the button is shown to the person alone.
func (r *request) hidden() bool { return r.Message != nil && r.Message.Flags&flagEphemeral != 0 }

// below is how to answer a button without changing the message that holds it: to everybody only where nobody else is.
func (a *Adapter) below(r *request) manner {
	hidden := r.hidden() || !r.direct()
	return manner{hidden: hidden, post: hidden && !r.direct()}
}

// inPlace is how to turn the page of a message, if it is the person's own.
func (a *Adapter) inPlace(r *request) manner {
	if r.hidden() || r.direct() {
		return manner{hidden: r.hidden(), update: true}
	}
	return manner{hidden: true}
}

// pick answers a choice in the place of the message that offered it, if that is the person's own.
func (a *Adapter) pick(ctx context.Context, r *request, p press) {
	reply := a.ask(ctx, r.asked("", p.last()))
	how := manner{hidden: r.hidden(), update: true, post: r.hidden() && !r.direct()}
	if !r.hidden() && !r.direct() && p.args[0] != r.person() {
		how = a.below(r)
	}
	a.tellRequest(ctx, r, reply, how)
}

// vote hands a verdict to the core and thanks for it, to the person alone.
func (a *Adapter) vote(ctx context.Context, r *request, p press) {
	if p.args[0] != voteYes && p.args[0] != voteNo || r.person() == "" {
		a.note(ctx, r, wordsOldButton)
		return
	}
	helpful := p.args[0] == voteYes
	a.h.Feedback(ctx, bot.Vote{Person: name + ":" + r.person(), Entry: p.args[1], Version: p.args[2], Helpful: helpful})
	thanks := wordsThanks
	if !helpful && a.cfg.Contact != "" {
		thanks += " " + wordsAskHuman + " <#" + a.cfg.Contact + ">."
	}
	a.note(ctx, r, thanks)
}

// postToChannel shows everybody what one person was shown. It asks the core again, so that nothing but an answer from
// the knowledge as it stands now is posted.
func (a *Adapter) postToChannel(ctx context.Context, r *request, p press) {
	key := "press|" + r.person() + "|" + r.Data.CustomID
	if r.Message != nil {
		key += "|" + string(r.Message.ID)
	}
	if !a.seen.First(key) {
		a.note(ctx, r, wordsPosted)
		return
	}
	all := bot.Reply{Kind: bot.Answered}
	for _, entry := range strings.SplitN(p.last(), listSeparator, maxEmbeds) {
		all.Answers = append(all.Answers, a.ask(ctx, r.asked("", entry)).Answers...)
	}
	if len(all.Answers) == 0 {
		a.note(ctx, r, wordsGone)
		return
	}
	a.tellRequest(ctx, r, all, manner{})
}

// topicsCard is the list of topics.
func (a *Adapter) topicsCard() card {
	var options []bot.Choice
	for _, t := range a.h.Topics() {
		if len(t.Choices) > 0 {
			options = append(options, bot.Choice{Entry: topicKey(t.Title), Label: t.Title})
		}
	}
	rows := menu(wordsTopics, options, doTopic)
	if len(rows) == 0 {
		return card{content: wordsGone}
	}
	return card{content: wordsTopicsIntro, rows: rows}
}

// topic shows the questions of a topic, a menu's worth at a time.
func (a *Adapter) topic(ctx context.Context, r *request, p press) {
	page := 0
	if len(p.args) > 1 {
		page, _ = strconv.Atoi(p.args[1]) // anything that is no number means the first
	}
	for _, t := range a.h.Topics() {
		if topicKey(t.Title) == p.args[0] {
			a.show(ctx, r, []card{topicCard(t, page)}, a.inPlace(r))
			return
		}
	}
	c := a.topicsCard() // that topic is gone: these are the topics now
	a.show(ctx, r, []card{c}, a.inPlace(r))
}

func topicCard(t bot.Topic, page int) card {
	pages := (len(t.Choices) + maxOptions - 1) / maxOptions
	if page < 0 || page >= pages {
		page = 0
	}
	from := page * maxOptions
	questions := t.Choices[min(from, len(t.Choices)):min(from+maxOptions, len(t.Choices))]
	buttons := []discordgo.MessageComponent{button(wordsAllTopics, customID(doTopics))}
	if pages > 1 {
		next := strconv.Itoa((page + 1) % pages)
		buttons = append(buttons, button(wordsNext, customID(doTopic, topicKey(t.Title), next)))
	}
	c := card{content: "**" + escape(t.Title) + "**\n" + wordsTopicIntro}
	c.rows = append(menu(wordsChoose, questions, doAsk), row(buttons)...)
	return c
}
