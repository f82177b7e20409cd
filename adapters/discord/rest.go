package discord

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"

	"alliancebot/adapters"
)

const (
	tryTimeout  = 15 * time.Second // of one request; interactions have a deadline of their own
	maxTries    = 6                // after an answer of 5xx, or none
	maxResponse = 4 << 20          // bytes read of an answer
)

// client sends requests to Discord's REST API. The requests are made and decoded by discordgo, but each in a bucket of
// its own: discordgo's rate limiter sleeps without regard to the context, repeats for ever, and keeps a bucket for
// every interaction. Limits, repetitions and errors are this client's own. It is safe for concurrent use.
type client struct {
	session *discordgo.Session // never opened
	token   adapters.Secret
	limits  *limits
	lg      *slog.Logger
	skew    atomic.Int64 // nanoseconds by which the clock of this machine is ahead of Discord's
	// unauthorized hears of each 401 to a request that carries the token, and must not block.
	unauthorized func()
}

func newClient(c Config, token adapters.Secret, lg *slog.Logger) *client {
	session, err := discordgo.New("Bot " + token.Reveal())
	if err != nil {
		panic(err) // discordgo.New only fails for no token, which checkToken has seen to
	}
	pool := http.DefaultTransport.(*http.Transport).Clone()
	pool.MaxIdleConnsPerHost = quickWorkers + workers
	base, _ := c.api()
	session.Client = &http.Client{Transport: transport{base: base + "/", next: pool}}
	session.MaxRestRetries = 0
	session.ShouldRetryOnRateLimit = false
	session.UserAgent = "DiscordBot (https://www.nclcanceralliance.nhs.uk, 1.0)"
	return &client{session: session, token: token, limits: newLimits(), lg: lg, unauthorized: func() {}}
}

func (c *client) close() { c.session.Client.CloseIdleConnections() }

// transport sends what discordgo addresses to Discord to the base of the REST API that is configured, and notes the
// answer, of which discordgo does not tell everything.
type transport struct {
	base string
	next http.RoundTripper
}

// outcome is what came back for one request.
type outcome struct {
	status int
	header http.Header
	body   []byte
}

type outcomeKey struct{}

func (t transport) RoundTrip(req *http.Request) (*http.Response, error) {
	target, err := url.Parse(strings.Replace(req.URL.String(), discordgo.EndpointAPI, t.base, 1))
	if err != nil {
		return nil, err
	}
	out := req.Clone(req.Context())
	out.URL, out.Host = target, target.Host
	resp, err := t.next.RoundTrip(out)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxResponse))
	if err != nil {
		return nil, err
	}
	if o, ok := req.Context().Value(outcomeKey{}).(*outcome); ok {
		*o = outcome{resp.StatusCode, resp.Header, body}
	}
	// discordgo gives up on an answer whose rate-limit headers it cannot read, and writes about a page of HTML to a
	// log of its own. All of that is read here.
	resp.Header = http.Header{}
	if resp.StatusCode >= 300 {
		body = []byte("{}")
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// call is a request.
type call struct {
	method, path string // the path is below the base, without a slash in front
	body         any    // nil: none
	into         any    // what the answer is decoded into; nil: nothing
	bucket       string // what Discord counts the request under; "" for interactions, which are not counted with the rest
	again        bool   // sending it twice does no harm, so it is repeated where it is not known whether it arrived
}

// restError is an answer that is not a success, or none. It holds no address, as those hold the tokens of interactions.
type restError struct {
	method, route string // the route is the path up to its first id
	status        int    // 0: there was no answer
	code          int    // Discord's own, 0 if it gave none
	text          string // Discord's words, or the reason why there was no answer
	retryAfter    time.Duration
	global        bool // the limit is that of all requests of the bot
	shared        bool // the limit is shared with others, and does not count against the bot
	cause         error
}

func (e *restError) Error() string {
	s := e.method + " " + e.route + ": "
	if e.status == 0 {
		return s + e.text
	}
	s += strconv.Itoa(e.status)
	if e.code != 0 {
		s += fmt.Sprintf(" (code %d)", e.code)
	}
	if e.text != "" {
		s += " " + e.text
	}
	return s
}

func (e *restError) Unwrap() error { return e.cause }

// status returns the status of an answer, or 0.
func status(err error) int {
	var e *restError
	if errors.As(err, &e) {
		return e.status
	}
	return 0
}

// code returns Discord's code for an error, or 0.
// https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
func code(err error) int {
	var e *restError
	if errors.As(err, &e) {
		return e.code
	}
	return 0
}

// do sends a request, keeping to the limits, and repeats it where that helps, until ctx ends. A repetition that the
// end of ctx would cut short is not waited for.
func (c *client) do(ctx context.Context, r call) error {
	for try := 0; ; try++ {
		if err := c.limits.wait(ctx, r.bucket); err != nil {
			return err
		}
		err := c.once(ctx, r)
		if err == nil || try > 0 && code(err) == codeAcknowledged { // an earlier try has arrived after all
			return nil
		}
		delay, again := repeat(err, r, try)
		if !again || !pause(ctx, delay) {
			return err
		}
	}
}

// repeat says whether to send the request again, and after how long.
func repeat(err error, r call, try int) (time.Duration, bool) {
	var e *restError
	if !errors.As(err, &e) {
		return 0, false
	}
	switch {
	case e.status == http.StatusTooManyRequests:
		return e.retryAfter, true
	case try+1 >= maxTries:
		return 0, false
	case e.status >= 500 && r.again, e.status == 0 && (r.again || neverSent(e.cause)):
		return backOff(try, 100*time.Millisecond, 5*time.Second), true
	}
	return 0, false
}

// neverSent reports whether the request cannot have arrived.
func neverSent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// backOff is twice as long with every try, and random from half to all of that.
func backOff(try int, first, longest time.Duration) time.Duration {
	d := longest
	if try < 16 {
		d = min(first<<try, longest)
	}
	return d/2 + rand.N(d/2+1)
}

// pause waits for d, and reports false if ctx ends sooner, without waiting where that is known in advance.
func pause(ctx context.Context, d time.Duration) bool {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < d {
		return false
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// once sends a request one time.
func (c *client) once(ctx context.Context, r call) error {
	var body []byte
	if r.body != nil {
		var err error
		if body, err = json.Marshal(r.body); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, tryTimeout)
	defer cancel()
	var got outcome
	bucket := discordgo.NewRatelimiter().LockBucket("")
	_, err := c.session.RequestWithLockedBucket(r.method, discordgo.EndpointAPI+r.path, "application/json", body, bucket, 0,
		discordgo.WithContext(context.WithValue(ctx, outcomeKey{}, &got)))
	if got.status == 0 {
		return noAnswer(r, err)
	}
	c.limits.note(r.bucket, got.header)
	if date, err := http.ParseTime(got.header.Get("Date")); err == nil {
		c.skew.Store(int64(time.Since(date)))
	}
	if got.status >= 200 && got.status < 300 {
		if r.into == nil || len(got.body) == 0 {
			return nil
		}
		if err := json.Unmarshal(got.body, r.into); err != nil {
			return &restError{method: r.method, route: route(r.path), status: got.status, text: "the answer cannot be read", cause: err}
		}
		return nil
	}
	e := refusal(r, got)
	if c.limits.refused(r.bucket, e) {
		c.lg.Error("discord refuses too many requests: sending nothing for a while", "adapter", name)
	}
	if e.status == http.StatusUnauthorized && r.bucket != "" {
		c.unauthorized()
	}
	return e
}

// noAnswer keeps the reason of err and drops its text, which holds the address.
func noAnswer(r call, err error) *restError {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return &restError{method: r.method, route: route(r.path), text: cmp.Or(reason(err), "no answer"), cause: err}
}

func reason(err error) string {
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case err == nil:
		return ""
	case errors.Is(err, context.DeadlineExceeded):
		return "no answer in time"
	case errors.Is(err, context.Canceled):
		return "given up"
	case errors.As(err, &dns):
		return "the name of the server cannot be resolved"
	case errors.As(err, &op):
		return "no connection: " + op.Err.Error()
	}
	return "no answer: " + err.Error()
}

// refusal reads an answer that is not a success. A proxy or Cloudflare answers in HTML; then only the status counts.
func refusal(r call, got outcome) *restError {
	e := &restError{method: r.method, route: route(r.path), status: got.status}
	var body struct {
		Code       int             `json:"code"`
		Message    string          `json:"message"`
		RetryAfter float64         `json:"retry_after"`
		Global     bool            `json:"global"`
		Errors     json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(got.body, &body) == nil {
		e.code, e.text, e.global = body.Code, body.Message, body.Global
		if where := details(body.Errors); where != "" {
			e.text += ": " + where
		}
	} else if strings.Contains(got.header.Get("Content-Type"), "html") {
		e.text = "answered with a web page: a proxy, a firewall, or a ban by Cloudflare"
	}
	if e.status == http.StatusTooManyRequests {
		e.global = e.global || got.header.Get("X-RateLimit-Global") == "true" || got.header.Get("X-RateLimit-Scope") == "global"
		e.shared = got.header.Get("X-RateLimit-Scope") == "shared"
		e.retryAfter = max(seconds(body.RetryAfter), headerSeconds(got.header, "Retry-After"))
		if e.retryAfter <= 0 {
			e.retryAfter = 5 * time.Second
		}
	}
	return e
}

func headerSeconds(h http.Header, key string) time.Duration {
	n, err := strconv.ParseFloat(h.Get(key), 64)
	if err != nil {
		return 0
	}
	return seconds(n)
}

// seconds turns a number of seconds into a duration of at most a day, as conversions of huge numbers are not defined.
func seconds(n float64) time.Duration {
	if !(n > 0) {
		return 0
	}
	return time.Duration(min(n, 24*60*60) * float64(time.Second))
}

// route is the path up to its first id: what an error may show of it.
func route(path string) string {
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if p != "" && p[0] >= '0' && p[0] <= '9' {
			parts = append(parts[:i:i], "...")
			break
		}
	}
	return "/" + strings.Join(parts, "/")
}

// details flattens what Discord says about the fields of a request: {"0":{"name":{"_errors":[{"message":"..."}]}}}
// becomes "0.name ...".
func details(raw json.RawMessage) string {
	var found []string
	var walk func(path string, raw json.RawMessage)
	walk = func(path string, raw json.RawMessage) {
		var fields map[string]json.RawMessage
		if json.Unmarshal(raw, &fields) != nil || len(found) >= 5 {
			return
		}
		var list []struct {
			Message string `json:"message"`
		}
		if json.Unmarshal(fields["_errors"], &list) == nil {
			for _, e := range list {
				found = append(found, strings.TrimPrefix(path, ".")+" "+e.Message)
			}
		}
		for _, key := range sortedKeys(fields) {
			if key != "_errors" {
				walk(path+"."+key, fields[key])
			}
		}
	}
	walk("", raw)
	return strings.Join(found, "; ")
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
