// Package bot decides what to say. It takes a question that an adapter has cleaned of its platform's markup and
// returns a Reply made only of text that a maintainer wrote. It knows no platform and does no I/O.
package bot

import (
	"context"
	"time"

	"alliancebot/bot/guard"
	"alliancebot/knowledge"
	"alliancebot/knowledge/markup"
)

// Message is one thing that a person said or pressed.
type Message struct {
	ID           string // unique on the platform; only for the log
	Conversation string // platform, channel, thread and person in one key; empty: no context is kept
	Audience     Audience
	Text         string // free of mentions and markup; any length, any bytes
	Choice       string // the id of an entry when a button was pressed; Text is then ignored
}

// Audience is who is asking. It decides which entries are offered and which contacts a safety reply names.
type Audience string

const (
	Everyone  Audience = ""
	Staff     Audience = "staff"
	Community Audience = "community" // may be under 18
)

// Kind says what a Reply is.
type Kind string

const (
	Silence   Kind = ""          // say nothing
	Answered  Kind = "answer"    // at least one answer from the document
	Suggested Kind = "suggest"   // "did you mean"; Choices holds at most 3 entries
	Unknown   Kind = "unknown"   // the document does not say; Choices may hold the nearest topics
	Safety    Kind = "safety"    // the safety lane replaced the answer
	SmallTalk Kind = "smalltalk" // greetings, help, and questions about the bot
)

// Reply is what to say, in the order of its fields: Notice, Answers, Choices, Welcome. The zero Reply says nothing.
type Reply struct {
	Kind    Kind
	Class   guard.Class // the safety class of the message; guard.None for most
	Notice  markup.Text // said first: a safety signpost, a refusal, small talk, the lead-in of a "did you mean"
	Answers []Answer    // in the order of the questions in the message
	Choices []Choice    // to press or pick by number; sending one back as Message.Choice gets its answer
	// NoneOfThese asks the adapter to offer one more choice that says none of the others fits.
	// It is sent back as Message.Choice NoneOfThese.
	NoneOfThese bool
	Welcome     markup.Text // the first-use notice, in small print after the rest; empty after a person's first message, and without a conversation
	Private     bool        // send it where only the asker sees it, if the platform can
	Score       float64     // estimated chance that the first answer or choice is right, 0 to 1
	Considered  []Candidate // what the matcher thought of, best first, whether or not it is in the reply

	said *knowledge.Entry // the entry in whose words Notice refuses or chats; nil for the bot's own words
}

// NoneOfThese is the Message.Choice that turns all the offered choices down.
const NoneOfThese = "none-of-these"

// Answer is one entry of the knowledge, ready to be rendered.
type Answer struct {
	Entry   string // the entry's id
	Title   string // its question
	Body    markup.Text
	Note    string     // the standing note of an answer that may have changed since it was published; may be empty
	Sources []Citation // one a section, in the order of the entry
	Related []Choice   // entries worth asking for next; at most 3
	HasMore bool       // "tell me more" has more to say
	// Missing marks the place of a question, among several, that the document does not answer. Body says so; all
	// other fields are empty.
	Missing bool
}

// Citation is a section of a published document, and the day on which it was read.
type Citation struct {
	Document, Section, Publisher, URL string
	Read                              time.Time
}

// Choice is an entry that a person can pick.
type Choice struct {
	Entry string
	Label string // its question; at most 75 characters
}

// Candidate is an entry that the matcher considered.
type Candidate struct {
	Entry string
	Score float64
}

// Topic is a group of entries for menus.
type Topic struct {
	Title   string
	Choices []Choice
}

// Vote is one person's verdict on one answer.
type Vote struct {
	Person  string // an opaque key; kept hashed and in memory only
	Entry   string
	Version string // of the knowledge that the answer came from
	Helpful bool
}

// About describes the bot for home tabs and "about" commands.
type About struct {
	Name     string      // "Alliance bot"
	Does     markup.Text // what it is and what it answers from
	Privacy  markup.Text // what is kept and what is not
	Examples []Choice    // questions to try
	Version  string      // of the knowledge
	Read     time.Time   // the day on which the newest source document was read
	Website  string
}

// Handler is what an adapter needs of the core. *Bot implements it; it is safe for concurrent use, and none of its
// methods blocks on anything but the CPU.
type Handler interface {
	// Handle decides what to say to one message. It never panics and never returns an error: what goes wrong inside
	// is counted and becomes a reply of kind Unknown.
	Handle(ctx context.Context, m Message) Reply
	// Complete offers at most n entries whose question or topic begins like prefix, best first; for an empty
	// prefix, the most popular ones.
	Complete(prefix string, n int) []Choice
	// Topics lists the covered entries by topic, for menus.
	Topics() []Topic
	// Feedback counts a vote; a second vote of the same person on the same answer replaces the first.
	Feedback(ctx context.Context, v Vote)
	// About describes the bot as the knowledge stands now.
	About() About
}
