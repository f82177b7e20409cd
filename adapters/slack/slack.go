// Package slack connects the bot to a Slack workspace. It is the only package that knows slack-go.
//
// Messages come in over one of two transports, Socket Mode (socket.go) or HTTP (web.go). Either turns what Slack
// sends into an inbound and hands it to accept (accept.go), which drops duplicates, decides when to acknowledge, and
// queues the work; ask.go (messages and commands), press.go (buttons) and home.go do it; render.go turns a reply into
// Block Kit, and send.go posts it, with settle.go for the posts whose answer is lost.
//
// Nothing that people type is logged, stored or sent back to Slack.
package slack

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"net/http"

	slackgo "github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"alliancebot/adapters"
	"alliancebot/bot"
)

const (
	name = "slack"

	workers      = 32   // messages that are answered at once, one a channel
	queue        = 1000 // messages that wait; beyond that Slack is left to deliver them again
	quickWorkers = 8    // for what has to be answered within 3 seconds: commands and buttons
	quickQueue   = 200

	// Slack delivers an event again at once, after 1 and after 5 minutes; 15 minutes cover all of it.
	seenFor = 15 * time.Minute
	seenMax = 10_000

	// Slack allows about one message a second and channel, with short bursts.
	// https://docs.slack.dev/apis/web-api/rate-limits/
	postEvery = time.Second
	postBurst = 3

	// A person does not ask more often than this in one thread; another bot that answers every answer does.
	threadEvery = 10 * time.Second
	threadBurst = 6

	jobTimeout  = 90 * time.Second
	ackAfter    = 2 * time.Second // Slack waits 3
	drainFor    = 8 * time.Second
	flushFor    = 250 * time.Millisecond // the library queues acknowledgements and does not say when they are sent
	followFor   = 24 * time.Hour
	forgetAfter = time.Hour // until the same error is logged again
	welcomeFor  = 30 * 24 * time.Hour
	doubleClick = 5 * time.Second
	keysMax     = 10_000
)

// Adapter is a connection to one Slack app. Use New.
type Adapter struct {
	cfg      Config
	tokens   Tokens
	lg       *slog.Logger
	api      *slackgo.Client
	web      *http.Client
	throttle *openThrottle

	h    bot.Handler
	self identity

	seen       *adapters.Seen
	threads    *adapters.Seen // threads and people whom the bot has answered there
	welcomed   *adapters.Seen // people who have seen the first-use notice
	clicks     *adapters.Seen
	complained *adapters.Seen
	pacer      *adapters.Pacer
	perThread  *adapters.Pacer
	perCrisis  *adapters.Pacer // a thread's safety replies are counted apart, so that nothing can use them up
	jobs       *adapters.Pool
	quick      *adapters.Pool
	working    context.Context // of the jobs; it outlives Run's until the drain is over

	mu      sync.Mutex
	flights map[string]*flight
	homes   map[string]bool // workspaces that have the app

	noRich  atomic.Bool // Slack refused the newest blocks
	closing atomic.Bool
	socket  atomic.Pointer[socketmode.Client]
	acks    chan pendingAck

	counts counts
}

// counts are the adapter's figures since it started.
type counts struct {
	received, answered, duplicates, shed, panics, failed atomic.Int64
}

// identity is who the bot is in Slack.
type identity struct{ user, bot, team, scopes string }

var _ adapters.Adapter = (*Adapter)(nil)

// New returns an Adapter for the app that t belongs to. It asks Slack nothing yet. The error is an
// *adapters.ConfigError when a setting is wrong or a token is missing or of the wrong kind.
func New(c Config, t Tokens, lg *slog.Logger) (*Adapter, error) {
	if err := c.Validate(); err != nil {
		return nil, &adapters.ConfigError{Err: err, Hint: "Change the slack: part of config.yaml."}
	}
	c = c.withDefaults()
	if err := t.check(c); err != nil {
		return nil, err
	}
	a := &Adapter{
		cfg: c, tokens: t, lg: lg,
		seen:       adapters.NewSeen(seenFor, 2*seenMax, nil), // two keys a message
		threads:    adapters.NewSeen(followFor, keysMax, nil),
		welcomed:   adapters.NewSeen(welcomeFor, keysMax, nil),
		clicks:     adapters.NewSeen(doubleClick, 1000, nil),
		complained: adapters.NewSeen(forgetAfter, 1000, nil),
		pacer:      adapters.NewPacer(postEvery, postBurst, keysMax),
		perThread:  adapters.NewPacer(threadEvery, threadBurst, keysMax),
		perCrisis:  adapters.NewPacer(threadEvery, threadBurst, keysMax),
		flights:    map[string]*flight{},
		homes:      map[string]bool{},
		acks:       make(chan pendingAck, 2*queue),
	}
	a.api, a.web, a.throttle = newClient(c, t, lg)
	a.jobs = adapters.NewPool(workers, queue, a.panicked)
	a.quick = adapters.NewPool(quickWorkers, quickQueue, a.panicked)
	return a, nil
}

// Name returns "slack".
func (a *Adapter) Name() string { return name }

// Run answers until ctx ends. It then takes nothing more, finishes what is in flight (for at most 8 seconds), lets
// the acknowledgements out, and returns nil.
func (a *Adapter) Run(ctx context.Context, h bot.Handler) error {
	a.h = h
	if err := a.identify(ctx); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return nil
	}
	// Both outlive ctx: what is in flight needs them to be posted and acknowledged.
	working, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	defer giveUp()
	transport, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	defer hangUp()
	a.working = working

	serve := a.serveSocket
	if a.cfg.Mode == HTTP {
		serve = a.serveHTTP
	}
	ended := make(chan error, 1)
	go func() { ended <- serve(transport) }()

	var err error
	select {
	case err = <-ended:
		a.drain(giveUp)
	case <-ctx.Done():
		a.closing.Store(true)
		a.drain(giveUp)
		wait(flushFor)
		hangUp()
		err = <-ended
	}
	a.web.CloseIdleConnections()
	a.lg.Info("slack ended", "adapter", name, "received", a.counts.received.Load(), "answered", a.counts.answered.Load(),
		"duplicates", a.counts.duplicates.Load(), "shed", a.counts.shed.Load(), "panics", a.counts.panics.Load(),
		"refused", a.counts.failed.Load())
	return err
}

// identify asks Slack who the token belongs to, until there is an answer.
func (a *Adapter) identify(ctx context.Context) error {
	for n := 0; ; n++ {
		var me *slackgo.AuthTestResponse
		err := patiently(ctx, func() (err error) {
			me, err = a.api.AuthTestContext(ctx)
			return err
		})
		if err == nil {
			a.self = identity{user: me.UserID, bot: me.BotID, team: me.TeamID, scopes: me.Header.Get("X-OAuth-Scopes")}
			a.homes[me.TeamID] = true
			if s := a.self.scopes; s != "" && !hasScope(s, "chat:write") {
				return configError(fatalErrors["missing_scope"], "slack: the token in %s lacks the scope chat:write", a.cfg.BotTokenEnv)
			}
			a.lg.Info("slack knows the bot", "adapter", name, "mode", string(a.cfg.Mode))
			return nil
		}
		if f := fatal(a.cfg.BotTokenEnv, "auth.test", err); f != nil {
			return f
		}
		if ctx.Err() != nil {
			return nil
		}
		a.complain("auth.test", err)
		if !backOff(ctx, n) {
			return nil
		}
	}
}

// drain waits for what is in flight, and cuts it short when that takes too long.
func (a *Adapter) drain(giveUp context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), drainFor)
	defer cancel()
	if err := errors.Join(a.jobs.Drain(ctx), a.quick.Drain(ctx)); err != nil {
		a.lg.Warn("slack messages were still unanswered at the end", "adapter", name)
		giveUp()
		_ = a.jobs.Drain(context.Background()) // cannot fail: every job ends when working does
		_ = a.quick.Drain(context.Background())
	}
}

// hasScope reports whether the list that Slack sends holds the scope.
func hasScope(list, scope string) bool {
	for s := range strings.SplitSeq(list, ",") {
		if strings.TrimSpace(s) == scope {
			return true
		}
	}
	return false
}

// wait blocks for d.
func wait(d time.Duration) {
	timer := time.NewTimer(d)
	<-timer.C
}
