package slack

import (
	"context"

	slackgo "github.com/slack-go/slack"

	"alliancebot/bot"
	"alliancebot/knowledge/markup"
)

const (
	maxPrompts     = 4  // of the agent view
	homeQuestions  = 8  // popular questions on the Home tab
	homeTopicSize  = 25 // questions of the topic that is open
	maxHomeTopics  = 25
	maxPromptTitle = 75
)

// opened fills the tab that a person opened.
func (a *Adapter) opened(ctx context.Context, in *inbound) error {
	if in.kind == homeOpened {
		return a.publishHome(ctx, in.user, "")
	}
	return a.suggest(ctx, in)
}

// suggest offers questions in the Messages tab. The agent view wants no thread: with one, Slack takes the call and
// shows nothing. Only the older assistant view has one.
func (a *Adapter) suggest(ctx context.Context, in *inbound) error {
	params := slackgo.AssistantThreadsSetSuggestedPromptsParameters{ChannelID: in.channel, ThreadTS: in.thread}
	for _, c := range a.popular(maxPrompts) {
		params.AddPrompt(cutLabel(c.Label, maxPromptTitle), c.Label)
	}
	if len(params.Prompts) == 0 || in.channel == "" {
		return nil
	}
	err := a.api.SetAssistantThreadsSuggestedPromptsContext(ctx, params)
	if err != nil {
		// Not every plan and app has the agent view; the bot works without.
		a.lg.Debug("slack takes no suggested prompts", "adapter", name, "err", a.tokens.scrubbed(err))
	}
	return nil
}

// popular returns up to n questions worth trying.
func (a *Adapter) popular(n int) []bot.Choice {
	choices := a.h.About().Examples
	if len(choices) == 0 {
		choices = a.h.Complete("", n)
	}
	return choices[:min(len(choices), n)]
}

func (a *Adapter) publishHome(ctx context.Context, user, topic string) error {
	view := slackgo.HomeTabViewRequest{Type: slackgo.VTHomeTab,
		Blocks: slackgo.Blocks{BlockSet: home(a.h.About(), a.popular(homeQuestions), a.h.Topics(), topic).blocks(false)}}
	err := patiently(ctx, func() error {
		_, err := a.api.PublishViewContext(ctx, slackgo.PublishViewContextRequest{UserID: user, View: view})
		return err
	})
	a.complain("views.publish", err)
	return a.tokens.scrubbed(err)
}

// home is the Home tab: what the bot is, popular questions, the topics, and the questions of the one that is open.
func home(about bot.About, popular []bot.Choice, topics []bot.Topic, open string) card {
	parts := []part{{heading: about.Name}}
	parts = append(parts, bodies(about.Does)...)
	parts = append(parts, part{body: markup.Verbatim(wordsHowTo + "\n\n" + wordsNoPatients)})
	if len(popular) > 0 {
		parts = append(parts, part{heading: wordsPopular}, part{buttons: questions(popular)})
	}
	var row []button
	var now *bot.Topic
	for i, t := range topics[:min(len(topics), maxHomeTopics)] {
		row = append(row, button{action: actTopic, value: t.Title, label: t.Title})
		if t.Title == open {
			now = &topics[i]
		}
	}
	if len(row) > 0 {
		parts = append(parts, part{heading: wordsTopics}, part{buttons: row})
	}
	if now != nil {
		parts = append(parts, part{heading: now.Title}, part{buttons: questions(now.Choices[:min(len(now.Choices), homeTopicSize)])})
	}
	parts = append(parts, smalls(about.Privacy)...)
	return card{parts: append(parts, part{small: standing(about)})}
}

func questions(choices []bot.Choice) []button {
	var row []button
	for _, c := range choices {
		row = append(row, button{action: actAsk, value: c.Entry, label: c.Label})
	}
	return row
}

// standing says how up to date the knowledge is.
func standing(about bot.About) markup.Text {
	line := []markup.Span{{Text: "Knowledge version " + about.Version}}
	if !about.Read.IsZero() {
		line = append(line, markup.Span{Text: ", read on " + about.Read.Format("2 January 2006")})
	}
	if about.Website != "" {
		line = append(line, markup.Span{Text: " from "}, markup.Span{Text: about.Website, URL: about.Website})
	}
	return spans(append(line, markup.Span{Text: "."})...)
}
