// Package adaptertest is the contract that every adapter passes, as tests. An adapter's own tests make a Platform,
// a loopback version of the real one with the adapter's client unchanged, and call Run.
package adaptertest

import (
	"log/slog"

	"alliancebot/adapters"
)

// Platform is a loopback platform on which people talk to the bot. Its methods are safe for concurrent use.
type Platform interface {
	// Adapter returns a new adapter for this platform that logs to lg.
	Adapter(lg *slog.Logger) (adapters.Adapter, error)
	// Refused is like Adapter, with a token that the platform refuses. That may show here or in Run.
	Refused(lg *slog.Logger) (adapters.Adapter, error)
	// Secrets are texts that must never be logged, such as the tokens.
	Secrets() []string

	// Mention has a person say text to the bot, in one and the same public channel. Calling again delivers the very
	// same message once more, as platforms do.
	Mention(person, text string) (again func())
	// Direct has a person say text to the bot where nobody else reads it.
	Direct(person, text string) (again func())
	// OtherBot has another bot say text to the bot, in the channel of Mention.
	OtherBot(text string)
	// Own shows the bot a message of its own that says text, in the channel of Mention.
	Own(text string)
	// Press has a person press the button of that label. It reports whether the platform got its acknowledgement in
	// the time that it allows.
	Press(person string, p Post, label string) (acknowledged bool)

	// Posts returns all that people can see, in the order in which it came.
	Posts() []Post
	// Changed returns a channel that is closed when something happens next.
	Changed() <-chan struct{}
	// Live returns the mentions in the post that would call people.
	Live(p Post) []string
	// Problems returns what the platform accepted although people would mind; the contract wants none.
	Problems() []string
	// Close ends the platform, after the adapter.
	Close()
}

// Post is a message that people can see.
type Post struct {
	Text    string   // all that it says, without its buttons
	Buttons []string // their labels
	To      string   // the person, when nobody else sees it in the channel
	Direct  bool     // it stands where only the bot and one person write
	Ref     any      // for the Platform
}
