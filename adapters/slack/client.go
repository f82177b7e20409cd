package slack

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"

	"alliancebot/adapters"
)

const (
	callTimeout  = 30 * time.Second // of one try of one call; the library has none of its own
	callRetries  = 4
	retryInitial = 200 * time.Millisecond
	retryMax     = 10 * time.Second
	steadySocket = 10 * time.Second       // a socket that lived this long is followed by the next one at once
	youngSocket  = 2 * time.Second        // one that did not live this long was of no use
	openSpacing  = 500 * time.Millisecond // between two apps.connections.open; growing while sockets die young
	maxOpenWait  = 30 * time.Second
	openMethod   = "apps.connections.open"
)

// newClient returns the Web API client and the HTTP client under it. The library's own retries stay off: patiently
// knows better what may be tried again.
func newClient(c Config, t Tokens, lg *slog.Logger) (*slackgo.Client, *http.Client, *openThrottle) {
	throttle := &openThrottle{next: http.DefaultTransport.(*http.Transport).Clone()}
	// Slack's edge closes idle connections after about a minute. Closing them first avoids a post that fails
	// because the other end hung up while it was being written, which could not be tried again safely.
	throttle.next.IdleConnTimeout = 30 * time.Second
	throttle.next.MaxIdleConnsPerHost = workers
	web := &http.Client{Timeout: callTimeout, Transport: throttle}
	options := []slackgo.Option{
		slackgo.OptionHTTPClient(web),
		slackgo.OptionAppLevelToken(t.App.Reveal()),
		slackgo.OptionLog(libraryLog{lg}),
	}
	if c.APIURL != "" {
		options = append(options, slackgo.OptionAPIURL(c.APIURL))
	}
	return slackgo.New(t.Bot.Reveal(), options...), web, throttle
}

// patiently makes a call until Slack carries it out, refuses it for good, or ctx ends. It tries again what was
// certainly not carried out for as long as there is time; what Slack says went wrong inside, a few times; and a
// connection that broke after the request was sent, never: see settle for that.
func patiently(ctx context.Context, call func() error) error {
	for n := 0; ; n++ {
		err := call()
		if err == nil {
			return nil
		}
		pause, again := retryable(err, n)
		if !again || !sleep(ctx, pause) {
			return err
		}
	}
}

// retryable says whether and when to make a call again that has failed n times before.
func retryable(err error, n int) (pause time.Duration, again bool) {
	pause = min(retryInitial<<min(n, 10), retryMax)
	var absent notPosted
	if errors.As(err, &absent) {
		return pause, true
	}
	var limited *slackgo.RateLimitedError
	if errors.As(err, &limited) {
		return max(limited.RetryAfter, time.Second), true
	}
	var status slackgo.StatusCodeError
	if errors.As(err, &status) {
		return pause, status.Code == http.StatusTooManyRequests || status.Code >= http.StatusInternalServerError
	}
	switch code, _ := errorCode(err); code {
	case "ratelimited", "rate_limited":
		return max(pause, time.Second), true
	case "service_unavailable", "request_timeout", "team_added_to_org":
		return pause, true
	case "internal_error", "fatal_error":
		return pause, n < callRetries
	}
	return pause, neverSent(err)
}

// neverSent reports whether err says that no connection was made.
func neverSent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// openThrottle spaces out the calls that open a socket. The library opens the next one at once when Slack closes one
// at once: 6361 calls in 2 seconds, measured, which ends in a ban.
type openThrottle struct {
	next *http.Transport

	mu    sync.Mutex
	last  time.Time // of the last call
	early int       // sockets in a row that died young
}

// RoundTrip waits, if the request opens a socket, and sends it.
func (o *openThrottle) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/"+openMethod) {
		if !sleep(r.Context(), o.pause(time.Now())) {
			return nil, r.Context().Err()
		}
	}
	return o.next.RoundTrip(r)
}

// pause returns how long to wait for the next socket: not at all after one that lived long, half a second after a
// shorter life, and 0.5, 0.5, 1, 1, 2, 2... seconds while they die at once. Slack allows 50 calls a minute.
func (o *openThrottle) pause(now time.Time) time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	var wait time.Duration
	switch lived := now.Sub(o.last); {
	case o.last.IsZero() || lived >= steadySocket:
		o.early = 0
	case lived >= youngSocket:
		wait, o.early = openSpacing, 0
	default:
		wait = min(openSpacing<<min(o.early/2, 10), maxOpenWait)
		o.early++
	}
	o.last = now.Add(wait)
	return wait
}

// youngDeaths is the number of sockets in a row that did not live long.
func (o *openThrottle) youngDeaths() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.early
}

// fatalErrors are the answers of Slack that no further try changes, with what to do about each.
// https://docs.slack.dev/reference/methods/auth.test/#errors
var fatalErrors = map[string]string{
	"not_authed":              "The token is empty. Check the environment variable.",
	"invalid_auth":            "The token is wrong or cut short, or this machine's address is not one that the app allows. Copy the token again.",
	"account_inactive":        "The app was removed from the workspace. Install it again and copy the new token.",
	"token_revoked":           "The token was revoked. Install the app again and copy the new token.",
	"token_expired":           "Token rotation is on. Turn it off in OAuth & Permissions and install the app again.",
	"not_allowed_token_type":  "The two tokens are swapped: the bot token begins with xoxb-, the app-level token with xapp-.",
	"missing_scope":           "Add the scope in OAuth & Permissions (for the app-level token: Basic Information), then install the app again.",
	"no_permission":           "The workspace's rules forbid it. Ask a workspace owner.",
	"access_denied":           "The workspace's rules forbid it. Ask a workspace owner.",
	"team_access_not_granted": "The app was not given this workspace. Ask an organisation owner.",
	"team_disabled":           "The workspace is closed.",
	"user_removed_from_team":  "The app's user was removed from the workspace. Install the app again.",
	"org_login_required":      "The workspace is being moved to an organisation. Try again when that is done.",
	"forbidden_team":          "The app may not be used in this workspace. Ask a workspace owner.",
	"missing_args":            "The token is missing. Check the environment variable.",
}

// fatal returns err as a ConfigError if no further try can change it, and nil otherwise.
func fatal(env, method string, err error) error {
	var status slackgo.StatusCodeError
	if errors.As(err, &status) && status.Code == http.StatusNotFound {
		return configError("Check api_url in config.yaml.", "slack: %s: the server knows no such method (HTTP 404)", method)
	}
	code, needed := errorCode(err)
	hint, known := fatalErrors[code]
	if !known {
		return nil
	}
	if needed != "" {
		code += " (" + needed + ")"
	}
	return configError(hint, "slack: %s refused the token in %s: %s", method, env, code)
}

// errorCode returns Slack's word for what went wrong, and the scope that it wants.
func errorCode(err error) (code, needed string) {
	var e slackgo.SlackErrorResponse
	if errors.As(err, &e) {
		return e.Err, e.Needed
	}
	if err != nil {
		return err.Error(), ""
	}
	return "", ""
}

// hints say what to do about errors of single calls, for the log.
var hints = map[string]string{
	"missing_scope":     "add the scope in OAuth & Permissions and install the app again",
	"not_in_channel":    "invite the app to the channel",
	"channel_not_found": "invite the app to the channel",
	"is_archived":       "the channel is archived",
	"restricted_action": "the workspace's rules forbid the app to post there",
	"not_enabled":       "turn on the Home tab in App Home",
	"account_inactive":  "install the app again",
}

// scrubbed returns err without the tokens, which the library may quote in a URL.
func (t Tokens) scrubbed(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	for _, s := range []adapters.Secret{t.Bot, t.App, t.SigningSecret} {
		text = s.Scrub(text)
	}
	if text == err.Error() {
		return err
	}
	return errors.New(text)
}

// libraryLog passes on what slack-go logs. Its debugging is off, as it prints what people typed.
type libraryLog struct{ lg *slog.Logger }

// Output implements the interface that slack-go wants.
func (l libraryLog) Output(_ int, line string) error {
	l.lg.Debug("slack library", "adapter", name, "says", strings.TrimSpace(line))
	return nil
}

// backOff waits before try number n, and reports false when ctx ends first.
func backOff(ctx context.Context, n int) bool {
	return sleep(ctx, min(retryInitial<<min(n, 10), maxOpenWait))
}

// sleep waits, and reports false when ctx ends first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
