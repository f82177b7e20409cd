package slack

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode"

	slackgo "github.com/slack-go/slack"
)

const (
	settleAfter = 500 * time.Millisecond // what was posted may take a moment to be seen
	settleLimit = 200                    // messages of a thread that are looked through
	settleRunes = 200                    // of a message that are compared
)

// notPosted is an error of a post that was looked for and not found, so that it can be tried again.
type notPosted struct{ error }

func (n notPosted) Unwrap() error { return n.error }

// settle finds out what became of a post whose connection broke, or that Slack answered with a server error: Slack
// has no key that makes a second try harmless, so the thread is looked through for it. It returns nil if the message
// is there, a notPosted if it is not, and err itself where that cannot be seen, for want of a scope or of a thread.
func (a *Adapter) settle(ctx context.Context, to place, c card, err error) error {
	if !unsettled(ctx, err) || to.thread == "" || to.after == "" || !sleep(ctx, settleAfter) {
		return err
	}
	messages, _, _, lookErr := a.api.GetConversationRepliesContext(ctx, &slackgo.GetConversationRepliesParameters{
		ChannelID: to.channel, Timestamp: to.thread, Oldest: to.after, Limit: settleLimit})
	if lookErr != nil {
		return err
	}
	want := fingerprint(c.text())
	for _, m := range messages {
		own := m.User == a.self.user || m.BotID != "" && m.BotID == a.self.bot
		if own && m.Timestamp > to.after && fingerprint(plain(m.Text)) == want {
			return nil
		}
	}
	return notPosted{err}
}

// unsettled reports whether err leaves open if Slack carried the call out.
func unsettled(ctx context.Context, err error) bool {
	if err == nil || ctx.Err() != nil || neverSent(err) {
		return false
	}
	var status slackgo.StatusCodeError
	if errors.As(err, &status) {
		return status.Code >= http.StatusInternalServerError
	}
	var said slackgo.SlackErrorResponse
	if errors.As(err, &said) {
		return said.Err == "internal_error" || said.Err == "fatal_error"
	}
	var limited *slackgo.RateLimitedError
	return !errors.As(err, &limited)
}

// fingerprint is the beginning of a text as letters and digits, which is what Slack leaves as it was.
func fingerprint(text string) string {
	var b strings.Builder
	n := 0
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
			if n++; n == settleRunes {
				break
			}
		}
	}
	return b.String()
}
