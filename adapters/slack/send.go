package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"alliancebot/adapters"
)

// place is where a message goes.
type place struct {
	team, channel, thread string
	user                  string // set: only this person sees it
	after                 string // ts of the message that it answers
}

// errPartly marks an error after a part of a reply was posted, so that the message must not be taken up again.
var errPartly = errors.New("posted in part")

// send posts the cards in their order; what the first card has no room for follows in the same thread.
func (a *Adapter) send(ctx context.Context, to place, cards []card) error {
	for i, c := range cards {
		err := a.pacer.Wait(ctx, to.team+"|"+to.channel)
		if err == nil {
			err = a.sendCard(ctx, to, c)
		}
		if err != nil && i > 0 {
			return errors.Join(errPartly, err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sendCard posts one card, in plainer blocks if Slack refuses the newest ones, and as text in the end.
func (a *Adapter) sendCard(ctx context.Context, to place, c card) error {
	method := "chat.postMessage"
	post := func(blocks []slackgo.Block) error {
		_, _, err := a.api.PostMessageContext(ctx, to.channel, a.message(c, to.thread, blocks)...)
		return a.settle(ctx, to, c, err)
	}
	if to.user != "" {
		method = "chat.postEphemeral"
		post = func(blocks []slackgo.Block) error {
			_, err := a.api.PostEphemeralContext(ctx, to.channel, to.user, a.message(c, to.thread, blocks)...)
			return err
		}
	}
	return a.plainer(ctx, method, c, post)
}

// update replaces a message of the bot's own.
func (a *Adapter) update(ctx context.Context, channel, ts string, c card) error {
	return a.plainer(ctx, "chat.update", c, func(blocks []slackgo.Block) error {
		_, _, _, err := a.api.UpdateMessageContext(ctx, channel, ts, a.message(c, "", blocks)...)
		return err
	})
}

// plainer calls post with the best blocks that Slack takes.
func (a *Adapter) plainer(ctx context.Context, method string, c card, post func([]slackgo.Block) error) error {
	forms := [][]slackgo.Block{c.blocks(true), c.blocks(false), nil}
	if a.noRich.Load() {
		forms = forms[1:]
	}
	var err error
	for _, blocks := range forms {
		err = patiently(ctx, func() error { return post(blocks) })
		if !blocksRefused(err) {
			break
		}
		if code, _ := errorCode(err); code != "msg_blocks_too_long" {
			a.noRich.Store(true) // what a workspace does not take does not change while we run
		}
		a.complain(method, err)
	}
	a.complain(method, err)
	return a.tokens.scrubbed(err)
}

func blocksRefused(err error) bool {
	code, _ := errorCode(err)
	return code == "invalid_blocks" || code == "invalid_blocks_format" || code == "msg_blocks_too_long" || code == "unsupported_block_type"
}

func (a *Adapter) message(c card, thread string, blocks []slackgo.Block) []slackgo.MsgOption {
	options := []slackgo.MsgOption{
		slackgo.MsgOptionText(c.text(), true),
		slackgo.MsgOptionDisableLinkUnfurl(),
		slackgo.MsgOptionDisableMediaUnfurl(),
	}
	if len(blocks) > 0 {
		options = append(options, slackgo.MsgOptionBlocks(blocks...))
	}
	if thread != "" {
		options = append(options, slackgo.MsgOptionTS(thread))
	}
	return options
}

// response is the body of an acknowledgement that is shown, and of a request to a response_url.
// https://docs.slack.dev/interactivity/handling-user-interaction/#message_responses
type response struct {
	Type            string          `json:"response_type,omitempty"` // "ephemeral" or "in_channel"
	Text            string          `json:"text,omitempty"`
	Blocks          []slackgo.Block `json:"blocks,omitempty"`
	Thread          string          `json:"thread_ts,omitempty"`
	ReplaceOriginal *bool           `json:"replace_original,omitempty"`
	DeleteOriginal  bool            `json:"delete_original,omitempty"`
	UnfurlLinks     *bool           `json:"unfurl_links,omitempty"`
	UnfurlMedia     *bool           `json:"unfurl_media,omitempty"`
}

const (
	ephemeral = "ephemeral"
	inChannel = "in_channel"
)

// respondWith makes a response of a card.
func respondWith(kind string, c card, rich bool) response {
	no := false
	return response{Type: kind, Text: escape(c.text()), Blocks: c.blocks(rich), UnfurlLinks: &no, UnfurlMedia: &no}
}

// respond posts to a response_url, which works in channels that the bot is not a member of, 5 times in 30 minutes.
func (a *Adapter) respond(ctx context.Context, address string, r response) error {
	if err := adapters.CheckAPIURL(address); err != nil {
		return fmt.Errorf("slack: response_url: %w", err)
	}
	body, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("slack: response_url: %w", err)
	}
	err = patiently(ctx, func() error { return a.respondOnce(ctx, address, body) })
	a.complain("response_url", err)
	return err
}

func (a *Adapter) respondOnce(ctx context.Context, address string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return errors.New("slack: response_url is not a URL") // the error would quote it, and it is a key
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := a.web.Do(req)
	if err != nil {
		return fmt.Errorf("slack: response_url: %w", unquoted(err))
	}
	defer resp.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
	if resp.StatusCode == http.StatusTooManyRequests {
		seconds, _ := strconv.Atoi(strings.TrimSpace(resp.Header.Get("Retry-After")))
		return &slackgo.RateLimitedError{RetryAfter: time.Duration(seconds) * time.Second}
	}
	var said struct {
		OK    *bool  `json:"ok"`
		Error string `json:"error"`
	}
	code := strings.TrimSpace(string(answer)) // "ok", or what is wrong, or either in JSON
	if json.Unmarshal(answer, &said) == nil && said.OK != nil {
		code = first(said.Error, "ok")
	}
	switch {
	case code != "ok" && resp.StatusCode < http.StatusInternalServerError && errorWord.MatchString(code):
		return slackgo.SlackErrorResponse{Err: code}
	case resp.StatusCode != http.StatusOK:
		return slackgo.StatusCodeError{Code: resp.StatusCode, Status: resp.Status}
	}
	return nil
}

// errorWord is what Slack's errors look like.
var errorWord = regexp.MustCompile(`^[a-z]+(_[a-z]+)+$`)

// unquoted returns the cause of an HTTP error without the URL.
func unquoted(err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return errors.New("no answer")
}

// respondCards sends cards through a response_url, the first as first says, in plainer blocks if refused.
func (a *Adapter) respondCards(ctx context.Context, address string, kind string, cards []card, shape func(*response)) error {
	for i, c := range cards {
		r := respondWith(kind, c, !a.noRich.Load())
		if i == 0 && shape != nil {
			shape(&r)
		}
		err := a.respond(ctx, address, r)
		if blocksRefused(err) {
			r.Blocks = c.blocks(false)
			err = a.respond(ctx, address, r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// complain logs an error of a call once per method and error, with what to do about it, and counts it.
func (a *Adapter) complain(method string, err error) {
	if err == nil || errors.Is(err, context.Canceled) {
		return
	}
	a.counts.failed.Add(1)
	code, needed := errorCode(a.tokens.scrubbed(err))
	if !a.complained.First(method + "|" + code) {
		return
	}
	attrs := []any{"adapter", name, "method", method, "err", code}
	if needed != "" {
		attrs = append(attrs, "needed", needed)
	}
	if hint := hints[code]; hint != "" {
		attrs = append(attrs, "hint", hint)
	}
	a.lg.Warn("slack refused a call", attrs...)
}
