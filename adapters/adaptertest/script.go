package adaptertest

import (
	"context"
	"strings"
	"sync"
	"time"

	"alliancebot/bot"
	"alliancebot/bot/guard"
	"alliancebot/knowledge/markup"
)

// Script is a bot.Handler that replies what it is told to, and remembers what it was asked. Use NewScript.
type Script struct {
	mu       sync.Mutex
	reply    func(bot.Message) bot.Reply
	messages []bot.Message
	votes    []bot.Vote
}

// NewScript returns a Script; a nil reply answers every question with Answer, every choice with the answer of that
// entry, and nothing at all to an empty text.
func NewScript(reply func(bot.Message) bot.Reply) *Script {
	if reply == nil {
		reply = func(m bot.Message) bot.Reply {
			switch {
			case m.Choice == bot.NoneOfThese:
				return bot.Reply{Kind: bot.Unknown, Notice: Paragraph("Then the page does not say.")}
			case m.Choice != "":
				return Answer(m.Choice, "The answer of "+m.Choice+".")
			case m.Text == "":
				return bot.Reply{}
			}
			return Answer("boroughs", "The Alliance covers 5 London boroughs.")
		}
	}
	return &Script{reply: reply}
}

// Handle implements bot.Handler.
func (s *Script) Handle(_ context.Context, m bot.Message) bot.Reply {
	s.mu.Lock()
	s.messages = append(s.messages, m)
	s.mu.Unlock()
	return s.reply(m)
}

// Complete implements bot.Handler.
func (s *Script) Complete(prefix string, n int) []bot.Choice {
	var found []bot.Choice
	for _, c := range examples {
		if strings.HasPrefix(strings.ToLower(c.Label), strings.ToLower(prefix)) && len(found) < n {
			found = append(found, c)
		}
	}
	return found
}

// Topics implements bot.Handler.
func (s *Script) Topics() []bot.Topic {
	return []bot.Topic{
		{Title: "About the Alliance", Choices: examples[:2]},
		{Title: "Aims", Choices: examples[2:]},
	}
}

// Feedback implements bot.Handler.
func (s *Script) Feedback(_ context.Context, v bot.Vote) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.votes = append(s.votes, v)
}

// About implements bot.Handler.
func (s *Script) About() bot.About {
	return bot.About{
		Name:     "Alliance bot",
		Does:     Paragraph("I answer questions about the North Central London Cancer Alliance."),
		Privacy:  Paragraph("I keep nothing of what you type."),
		Examples: examples,
		Version:  Version,
		Read:     time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC),
		Website:  "https://www.nclcanceralliance.nhs.uk/",
	}
}

// Version is the version of the Script's knowledge.
const Version = "2026-11-22.1"

var examples = []bot.Choice{
	{Entry: "boroughs", Label: "Which London boroughs does the Alliance cover?"},
	{Entry: "host", Label: "Who hosts the Alliance?"},
	{Entry: "overall-aim", Label: "What is the Alliance's overall aim?"},
	{Entry: "main-areas", Label: "What are the Alliance's main areas of work?"},
}

// Messages returns what was asked so far.
func (s *Script) Messages() []bot.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]bot.Message(nil), s.messages...)
}

// Votes returns the votes so far.
func (s *Script) Votes() []bot.Vote {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]bot.Vote(nil), s.votes...)
}

// Answer is a reply with one answer, as the bot gives it.
func Answer(entry, body string) bot.Reply {
	return bot.Reply{Kind: bot.Answered, Score: 0.97, Answers: []bot.Answer{{
		Entry: entry,
		Title: "What about " + entry + "?",
		Body:  Paragraph(body),
		Sources: []bot.Citation{{Document: "About us", Section: "Who are we?", Publisher: "North Central London Cancer Alliance",
			URL: "https://www.nclcanceralliance.nhs.uk/about-us/", Read: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}},
	}}}
}

// Crisis is the reply to somebody in danger.
func Crisis() bot.Reply {
	return bot.Reply{Kind: bot.Safety, Class: guard.Emergency, Private: true,
		Notice: Paragraph("Call 999 or go to A&E now. Do not wait for a reply here.")}
}

// Paragraph makes a Text of plain words.
func Paragraph(text string) markup.Text {
	return markup.Verbatim(text)
}
