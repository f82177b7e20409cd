package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"alliancebot/adapters"
)

// timing is how patient the gateway is. Tests are in more of a hurry.
type timing struct {
	dial     time.Duration // for the WebSocket to open
	hello    time.Duration // from then to the hello
	ready    time.Duration // from identify or resume to READY or RESUMED, or between two events in between
	identify time.Duration // between two identifies; Discord allows one in 5 seconds
	invalid  time.Duration // after an invalid session Discord wants a wait of 1 to 5 seconds
	backOff  time.Duration // after a lost connection, twice as long each time
	longest  time.Duration // such a wait
	settled  time.Duration // a connection that lasted as long was a good one
}

// https://discord.com/developers/docs/events/gateway
var defaultTiming = timing{
	dial:     15 * time.Second,
	hello:    20 * time.Second,
	ready:    30 * time.Second,
	identify: 5500 * time.Millisecond,
	invalid:  time.Second,
	backOff:  500 * time.Millisecond,
	longest:  time.Minute,
	settled:  time.Minute,
}

const (
	// Discord resets the token of a bot that identifies more than 1,000 times in a day. This many are allowed at once,
	// and one more every identifyEvery: fewer than 900 in the first day.
	identifyBurst = 100
	identifyEvery = 110 * time.Second
	identifySpare = 5 // logins that are left to a person who has to find out what is wrong

	resumeTries = 3 // resumes that are refused or get no answer, in a row, before a new session
)

// gateway keeps the bot connected: it opens the WebSocket, identifies or resumes, and opens it again when it is lost,
// until ctx ends or Discord says that there is no point. Use run once.
//
// It is our own and not discordgo's. That one reconnects for ever after fatal close codes, also after Close; it
// deadlocks when the first thing it hears is to reconnect; it identifies without a pause when the session is invalid;
// it does not notice a dead connection for minutes, and then gives the session up; and a heartbeat at the wrong moment
// ends the process. Working around all of it took more code than this loop, and left the last one.
type gateway struct {
	rest    *client
	intents int
	version string // of the API
	lg      *slog.Logger
	timing  timing
	dialer  *websocket.Dialer

	// ready hears of a new session, dispatch of every other event. Both are called by one goroutine, in the order of
	// the events, and must not block.
	ready    func(ready)
	dispatch func(event string, data json.RawMessage)

	session   session
	failed    int // resumes in a row that came to nothing
	lastLogin time.Time
	logins    *rate.Limiter
}

// session is what it takes to resume.
type session struct {
	id     string
	seq    int64
	resume string // where to
}

// ready is what the bot needs to know of the event READY.
type ready struct {
	SessionID string `json:"session_id"`
	ResumeURL string `json:"resume_gateway_url"`
	User      struct {
		ID text `json:"id"`
	} `json:"user"`
	Application struct {
		ID text `json:"id"`
	} `json:"application"`
	Guilds []struct {
		ID text `json:"id"`
	} `json:"guilds"`
}

func newGateway(rest *client, intents int, version string, lg *slog.Logger) *gateway {
	dialer := *websocket.DefaultDialer
	return &gateway{rest: rest, intents: intents, version: version, lg: lg, timing: defaultTiming, dialer: &dialer,
		logins: rate.NewLimiter(rate.Every(identifyEvery), identifyBurst)}
}

// run blocks until ctx ends, and then returns nil. Any other error is an *adapters.ConfigError.
func (g *gateway) run(ctx context.Context) error {
	lost := 0
	for {
		end := g.connect(ctx)
		if ctx.Err() != nil {
			return nil
		}
		var fatal *adapters.ConfigError
		if errors.As(end.err, &fatal) {
			return fatal
		}
		switch {
		case end.lasted >= g.timing.settled:
			lost = 0
		case end.up:
			lost = min(lost, 1) // Discord lets the bot in, so there is no need to stay away for long
		}
		delay := backOff(lost, g.timing.backOff, g.timing.longest)
		if end.invalid {
			delay = max(delay, g.timing.invalid+rand.N(4*g.timing.invalid+1))
		}
		lost++
		level := slog.LevelWarn
		if end.asked {
			level = slog.LevelInfo
		}
		g.lg.Log(ctx, level, "discord connection ended, connecting again", "adapter", name, "err", end.err,
			"resume", g.session.id != "", "dur", delay)
		if !pause(ctx, delay) {
			return nil
		}
	}
}

// ending is how a connection ended.
type ending struct {
	err     error
	asked   bool // Discord asked for it
	up      bool // READY or RESUMED had come
	invalid bool // the session is not valid
	lasted  time.Duration
}

// connect opens a connection and stays on it.
func (g *gateway) connect(ctx context.Context) ending {
	address, err := g.address(ctx)
	if err != nil {
		return ending{err: err}
	}
	if g.session.id == "" {
		if err := g.mayIdentify(ctx); err != nil {
			return ending{err: err}
		}
	}
	c, err := g.dial(ctx, address)
	if err != nil {
		g.session.resume = "" // the ordinary address can resume, too
		return ending{err: err}
	}
	end := c.serve(ctx)
	g.after(c, &end)
	return end
}

// after decides what becomes of the session when a connection has ended.
func (g *gateway) after(c *connection, end *ending) {
	end.up = c.up
	switch {
	case c.up:
		g.failed = 0
	case c.resuming:
		g.failed++
		fallthrough
	default:
		g.session.resume = "" // the ordinary address can resume, too
	}
	code := closeCode(end.err)
	if fatal := fatalClose(code); fatal != nil {
		end.err = fatal
	}
	switch code {
	case 4003, 4007, 4009: // not authenticated, invalid sequence, session timed out
		g.session = session{}
	}
	if g.failed >= resumeTries {
		g.session, g.failed = session{}, 0
	}
}

// closeError is the end of a connection by the other side.
type closeError struct{ code int }

func (e *closeError) Error() string {
	if text := closeTexts[e.code]; text != "" {
		return fmt.Sprintf("closed by Discord with %d: %s", e.code, text)
	}
	return fmt.Sprintf("closed by Discord with %d", e.code)
}

// https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
var closeTexts = map[int]string{
	4000: "unknown error", 4001: "unknown opcode", 4002: "decode error", 4003: "not authenticated", 4004: "authentication failed",
	4005: "already authenticated", 4007: "invalid sequence", 4008: "rate limited", 4009: "session timed out", 4010: "invalid shard",
	4011: "sharding required", 4012: "invalid API version", 4013: "invalid intents", 4014: "disallowed intents",
}

func closeCode(err error) int {
	var e *closeError
	if errors.As(err, &e) {
		return e.code
	}
	return 0
}

// fatalClose explains the codes after which connecting again is pointless.
func fatalClose(code int) error {
	hint := map[int]string{
		4004: "Copy the token from the Developer Portal: Bot, Reset Token. It is not the client secret and not the public key.",
		4010: "The bot connects as a single shard. Does api_url lead to Discord?",
		4011: "The bot is in more than 2,500 servers, which takes sharding. Remove it from some.",
		4012: "Change api_url, or leave it away.",
		4013: "This is a mistake in alliancebot. Please report it.",
		4014: "The bot asks for no privileged intent. Does api_url lead to Discord?",
	}[code]
	if hint == "" {
		return nil
	}
	return configError(hint, "discord: %w", &closeError{code})
}

// address is where to connect: where READY said, to resume, else where the REST API says.
func (g *gateway) address(ctx context.Context) (string, error) {
	if g.session.id != "" && g.session.resume != "" {
		if address, err := withVersion(g.session.resume, g.version); err == nil {
			return address, nil
		}
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var answer struct {
		URL string `json:"url"`
	}
	err := g.rest.do(ctx, call{method: http.MethodGet, path: "gateway", into: &answer, bucket: "gateway", again: true})
	if err != nil {
		if status(err) == http.StatusUnauthorized {
			return "", fatalClose(4004)
		}
		return "", err
	}
	return withVersion(answer.URL, g.version)
}

// withVersion adds what Discord wants to be told of the connection. Only addresses of WebSockets will do.
func withVersion(address, version string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "wss" && u.Scheme != "ws" {
		return "", fmt.Errorf("the address of the gateway is %q, want that of a WebSocket", address)
	}
	q := u.Query()
	q.Set("v", version)
	q.Set("encoding", "json")
	q.Del("compress")
	u.RawQuery = q.Encode()
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String(), nil
}

// mayIdentify waits until identifying keeps to Discord's budget.
func (g *gateway) mayIdentify(ctx context.Context) error {
	if err := g.budget(ctx); err != nil {
		return err
	}
	if err := g.logins.Wait(ctx); err != nil {
		return err
	}
	if !g.lastLogin.IsZero() && !pause(ctx, time.Until(g.lastLogin.Add(g.timing.identify))) {
		return ctx.Err()
	}
	return nil
}

// budget asks Discord how many logins are left today, and waits if they are almost used up. That they cannot be told
// keeps nobody from connecting.
func (g *gateway) budget(ctx context.Context) error {
	asking, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	limit, err := g.rest.sessionLimit(asking)
	if err != nil {
		if status(err) == http.StatusUnauthorized {
			return fatalClose(4004)
		}
		return ctx.Err()
	}
	if !limit.known() || limit.Remaining > identifySpare {
		return nil
	}
	wait := time.Duration(limit.ResetAfter) * time.Millisecond
	g.lg.Error("discord allows hardly any more logins today: waiting", "adapter", name, "remaining", limit.Remaining, "dur", wait)
	if !pause(ctx, wait) {
		return ctx.Err()
	}
	return nil
}

// sessionLimit is the budget of logins.
type sessionLimit struct {
	Total      int   `json:"total"`
	Remaining  int   `json:"remaining"`
	ResetAfter int64 `json:"reset_after"` // milliseconds
	Shards     int   `json:"-"`
}

func (l sessionLimit) known() bool { return l.Total > 0 }

func (c *client) sessionLimit(ctx context.Context) (sessionLimit, error) {
	var answer struct {
		Shards int          `json:"shards"`
		Limit  sessionLimit `json:"session_start_limit"`
	}
	err := c.do(ctx, call{method: http.MethodGet, path: "gateway/bot", into: &answer, bucket: "gateway/bot"})
	answer.Limit.Shards = answer.Shards
	return answer.Limit, err
}

// dial opens the WebSocket.
func (g *gateway) dial(ctx context.Context, address string) (*connection, error) {
	ctx, cancel := context.WithTimeout(ctx, g.timing.dial)
	defer cancel()
	socket, resp, err := g.dialer.DialContext(ctx, address, nil)
	if resp != nil {
		resp.Body.Close()
	}
	if err != nil {
		if resp != nil {
			return nil, fmt.Errorf("the gateway answers with %d instead of a WebSocket", resp.StatusCode)
		}
		return nil, fmt.Errorf("the gateway cannot be reached: %s", reason(err))
	}
	return newConnection(g, socket), nil
}

// token is how the gateway wants it.
func (g *gateway) token() string { return "Bot " + strings.TrimPrefix(g.rest.token.Reveal(), "Bot ") }
