package discord

import (
	"context"
	"strings"

	"github.com/bwmarrin/discordgo"

	"alliancebot/bot"
	"alliancebot/knowledge/markup"
)

// chosenPrefix marks the value of a completion: what follows is the id of an entry. Anything else is text, as people
// need not choose a completion.
const chosenPrefix = "id:"

// command answers a command.
func (a *Adapter) command(ctx context.Context, r *request) {
	switch r.Data.Name {
	case commandAsk:
		a.askCommand(ctx, r)
	case commandTopics:
		a.show(ctx, r, []card{a.topicsCard()}, manner{hidden: true})
	case commandAbout:
		a.aboutCommand(ctx, r)
	case commandMessage:
		a.messageCommand(ctx, r)
	default:
		a.note(ctx, r, wordsUnknown)
	}
}

// askCommand answers /ask.
func (a *Adapter) askCommand(ctx context.Context, r *request) {
	question, _ := r.Data.option(optionQuestion)
	m := r.asked("", "")
	if entry, chosen := strings.CutPrefix(question, chosenPrefix); chosen {
		m.Choice = entry
	} else {
		m.Text = plain(question)
	}
	hidden := a.cfg.Answers == Private
	if public, given := r.Data.option(optionPublic); given {
		hidden = public != "true"
	}
	if r.direct() {
		hidden = false // nobody else is there, and what is hidden does not last
	}
	a.tellRequest(ctx, r, a.ask(ctx, m), manner{hidden: hidden, post: true})
}

// messageCommand answers what somebody else has written, to the person who asks alone, so that helpers do not flood
// the channel.
func (a *Adapter) messageCommand(ctx context.Context, r *request) {
	target, found := r.Data.Resolved.Messages[string(r.Data.TargetID)]
	if !found {
		for _, m := range r.Data.Resolved.Messages {
			target = m
		}
	}
	a.tellRequest(ctx, r, a.ask(ctx, r.asked(plain(target.Content), "")), manner{hidden: true, post: !r.direct()})
}

// aboutCommand says what the bot is and what it keeps.
func (a *Adapter) aboutCommand(ctx context.Context, r *request) {
	about := a.h.About()
	howTo := wordsHowTo
	if a.cfg.Mode == HTTP {
		howTo = wordsHowToCommand
	}
	text := markup.Join(about.Does, about.Privacy, paragraph(howTo))
	if !about.Read.IsZero() {
		text = markup.Join(text, paragraph("The page was read on "+about.Read.Format("2 January 2006")+"."))
	}
	cards := render(bot.Reply{Kind: bot.SmallTalk, Notice: text, Choices: about.Examples}, view{asker: r.person()})
	last := &cards[len(cards)-1]
	buttons := []discordgo.MessageComponent{button(wordsAllTopics, customID(doTopics))}
	if address := webAddress(about.Website); address != "" {
		buttons = append(buttons, discordgo.Button{Label: "Website of the Alliance", Style: discordgo.LinkButton, URL: address})
	}
	last.rows = append(last.rows, row(buttons)...)
	a.show(ctx, r, cards, manner{hidden: true})
}
