// Package discord connects the bot to Discord servers. It is the only package that knows discordgo.
//
// Events come in over one of two transports, the gateway (gateway.go) or HTTP (web.go). Messages and forum posts go
// through messages.go and forum.go, interactions through interactions.go, which hands on to one file a surface:
// commands.go, autocomplete.go and buttons.go. render.go turns a reply into embeds, texts and buttons; send.go and
// respond.go send them; rest.go and limits.go talk to Discord's REST API.
//
// Nothing that people type is logged, stored or sent back to Discord.
package discord

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"alliancebot/adapters"
	"alliancebot/bot"
	"alliancebot/knowledge/markup"
)

const (
	name = "discord"

	workers      = 32   // messages that are answered at once, one a channel
	queue        = 5000 // messages that wait
	quickWorkers = 64   // interactions, which have to be answered within 3 seconds, have workers of their own
	quickQueue   = 2000

	// The gateway replays events when the bot reconnects. Interactions and messages are remembered for longer than
	// Discord keeps a session.
	seenFor = 30 * time.Minute
	seenMax = 20_000

	jobTimeout  = 10 * time.Minute        // of a message, from when its turn comes
	answerIn    = 2700 * time.Millisecond // of an interaction, from when it came; Discord waits 3 seconds
	drainFor    = 8 * time.Second
	closedFor   = 10 * time.Minute // a channel that the bot may not write in
	welcomeFor  = 30 * 24 * time.Hour
	forgetAfter = time.Hour // until the same error is logged again
)

// Adapter is a connection to one Discord application. Use New.
type Adapter struct {
	cfg     Config
	token   adapters.Secret
	lg      *slog.Logger
	rest    *client
	gateway *gateway

	h       bot.Handler
	self    identity
	working context.Context // of the jobs; it outlives Run's until the drain is over
	revoked chan struct{}   // hears of each 401

	jobs       *adapters.Pool
	quick      *adapters.Pool
	seen       *adapters.Seen // messages and interactions
	closed     *adapters.Seen // channels that the bot may not write in
	complained *adapters.Seen
	welcomed   *adapters.Seen // people who have seen the first-use notice
	posts      *posts
	closing    atomic.Bool
	synced     atomic.Bool // the commands are as they are meant to be
	counts     counts
}

// counts are the adapter's figures since it started.
type counts struct {
	received, answered, duplicates, shed, panics, failed atomic.Int64
}

// identity is who the bot is in Discord, as far as it is known yet.
type identity struct {
	mu    sync.Mutex
	user  string
	app   string
	roles map[string]bool // of the bot alone; people mention them instead of the bot
}

var _ adapters.Adapter = (*Adapter)(nil)

// New returns an Adapter for the application that the token belongs to. It asks Discord nothing yet. The error is an
// *adapters.ConfigError when a setting is wrong or the token cannot be one.
func New(c Config, token adapters.Secret, lg *slog.Logger) (*Adapter, error) {
	if err := c.Validate(); err != nil {
		return nil, &adapters.ConfigError{Err: err, Hint: "Change the discord: part of config.yaml."}
	}
	c = c.withDefaults()
	token = cleanToken(token)
	if err := checkToken(c.TokenEnv, token); err != nil {
		return nil, err
	}
	a := &Adapter{
		cfg: c, token: token, lg: lg,
		rest:       newClient(c, token, lg),
		self:       identity{roles: map[string]bool{}},
		revoked:    make(chan struct{}, 1),
		seen:       adapters.NewSeen(seenFor, seenMax, nil),
		closed:     adapters.NewSeen(closedFor, seenMax, nil),
		complained: adapters.NewSeen(forgetAfter, 1000, nil),
		welcomed:   adapters.NewSeen(welcomeFor, seenMax, nil),
	}
	a.rest.unauthorized = func() {
		select {
		case a.revoked <- struct{}{}:
		default:
		}
	}
	a.jobs = adapters.NewPool(workers, queue, a.panicked)
	a.quick = adapters.NewPool(quickWorkers, quickQueue, a.panicked)
	a.posts = newPosts(a.answerPost)
	_, version := c.api()
	a.gateway = newGateway(a.rest, c.intents(), version, lg)
	a.gateway.ready, a.gateway.dispatch = a.ready, a.dispatch
	return a, nil
}

// Name returns "discord".
func (a *Adapter) Name() string { return name }

// Run answers until ctx ends. It then takes nothing more, finishes what is in flight (for at most 8 seconds), and
// returns nil.
func (a *Adapter) Run(ctx context.Context, h bot.Handler) error {
	a.h = h
	// Both outlive ctx: what is in flight needs them to be sent.
	working, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	defer giveUp()
	transport, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	defer hangUp()
	a.working = working

	serve := a.gateway.run
	if a.cfg.Mode == HTTP {
		serve = a.serveHTTP
	}
	watch, stopWatching := context.WithCancel(ctx)
	defer stopWatching()
	ended, refused := make(chan error, 1), make(chan error, 1)
	go func() { ended <- serve(transport) }()
	go func() { refused <- a.watchToken(watch) }()

	var err error
	over := false
	select {
	case err = <-ended:
		over = true
	case err = <-refused: // with nil when ctx has ended
		refused <- nil
	}
	a.closing.Store(true)
	a.posts.stop()
	a.drain(giveUp)
	stopWatching()
	hangUp()
	<-refused
	if !over {
		err = cmp.Or(err, <-ended)
	}
	a.rest.close()
	a.lg.Info("discord ended", "adapter", name, "received", a.counts.received.Load(), "answered", a.counts.answered.Load(),
		"duplicates", a.counts.duplicates.Load(), "shed", a.counts.shed.Load(), "panics", a.counts.panics.Load(),
		"refused", a.counts.failed.Load())
	return err
}

// watchToken looks after a request was refused with 401 whether the token is still good. It returns an error when it is
// not, and nil when ctx ends.
func (a *Adapter) watchToken(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-a.revoked:
		}
		_, err := a.rest.me(ctx)
		if status(err) == http.StatusUnauthorized {
			return fatalClose(4004)
		}
		if !pause(ctx, time.Second) { // and not more often than this
			return nil
		}
	}
}

// drain waits for what is in flight, and cuts it short when that takes too long.
func (a *Adapter) drain(giveUp context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), drainFor)
	defer cancel()
	if err := errors.Join(a.quick.Drain(ctx), a.jobs.Drain(ctx)); err != nil {
		a.lg.Warn("discord messages were still unanswered at the end", "adapter", name)
		giveUp()
		_ = a.quick.Drain(context.Background()) // cannot fail: every job ends when working does
		_ = a.jobs.Drain(context.Background())
	}
}

// ready hears of a new session.
func (a *Adapter) ready(r ready) {
	// The ids of the bot and of its application are the same but for the oldest bots, and the token holds the former.
	me := cmp.Or(string(r.User.ID), appIDOf(a.token), string(r.Application.ID))
	app := cmp.Or(string(r.Application.ID), me)
	a.know(me, app)
	a.lg.Info("discord knows the bot", "adapter", name, "mode", string(a.cfg.Mode), "guilds", len(r.Guilds))
	if len(r.Guilds) == 0 {
		a.lg.Warn("discord bot is in no server yet", "adapter", name, "invite", InviteURL(app))
	}
	var guilds []string
	for _, g := range r.Guilds {
		guilds = append(guilds, string(g.ID))
	}
	a.jobs.Go("commands", func() { a.syncCommands(guilds) })
}

func (a *Adapter) know(user, app string) {
	a.self.mu.Lock()
	defer a.self.mu.Unlock()
	a.self.user, a.self.app = user, app
}

func (a *Adapter) userID() string {
	a.self.mu.Lock()
	defer a.self.mu.Unlock()
	return a.self.user
}

func (a *Adapter) appID() string {
	a.self.mu.Lock()
	defer a.self.mu.Unlock()
	return a.self.app
}

// dispatch hears of every event of the gateway but READY and RESUMED.
func (a *Adapter) dispatch(event string, data json.RawMessage) {
	defer func() {
		if r := recover(); r != nil {
			a.panicked(r)
		}
	}()
	switch event {
	case "INTERACTION_CREATE":
		read(a, event, data, func(in *interaction) { a.interact(in, a.callBack(in)) })
	case "MESSAGE_CREATE":
		read(a, event, data, a.heard)
	case "THREAD_CREATE":
		read(a, event, data, a.threadCreated)
	case "GUILD_CREATE":
		read(a, event, data, a.learnRoles)
	}
}

// read decodes an event and hands it on.
func read[T any](a *Adapter, event string, data json.RawMessage, take func(*T)) {
	v := new(T)
	if err := json.Unmarshal(data, v); err != nil {
		// The error's text holds the place and the kind of the trouble, not the text of anybody.
		a.complain("event "+event, fmt.Errorf("%T", err))
		return
	}
	take(v)
}

// learnRoles remembers the role that Discord made for the bot.
func (a *Adapter) learnRoles(g *guild) {
	a.self.mu.Lock()
	defer a.self.mu.Unlock()
	for _, r := range g.Roles {
		if r.Tags.BotID != "" && string(r.Tags.BotID) == a.self.user && len(a.self.roles) < seenMax {
			a.self.roles[string(r.ID)] = true
		}
	}
}

// conversation is the key under which the core keeps its context. A thread is its own channel in Discord.
func conversation(guild, channel text, inThread bool, person string) string {
	thread := text("")
	if inThread {
		thread = channel
	}
	return name + ":" + string(guild) + ":" + string(channel) + ":" + string(thread) + ":" + person
}

// ask asks the core, and writes down what came of it but not what was asked.
func (a *Adapter) ask(ctx context.Context, m bot.Message) bot.Reply {
	start := time.Now()
	m.Audience = a.cfg.Audience
	r := a.h.Handle(ctx, m)
	if m.Choice == "" && m.Text == "" && r.Kind == bot.Silence {
		r = a.help()
	}
	entry := ""
	if len(r.Answers) > 0 {
		entry = r.Answers[0].Entry
	}
	a.lg.Info("discord reply", "adapter", name, "kind", string(r.Kind), "entry", entry, "score", r.Score, "dur", time.Since(start))
	return r
}

// welcomedOnce takes the first-use notice away from people who have seen it. The core says it once a conversation, and
// here every channel is one.
func (a *Adapter) welcomedOnce(person string, r bot.Reply) bot.Reply {
	if !r.Welcome.Empty() && !a.welcomed.First(person) {
		r.Welcome = markup.Text{}
	}
	return r
}

// help is for somebody who mentions the bot and says nothing.
func (a *Adapter) help() bot.Reply {
	about := a.h.About()
	return bot.Reply{Kind: bot.SmallTalk, Notice: about.Does, Choices: about.Examples}
}

// panicked counts a panic and logs where it was. Its value may hold what somebody typed, so only the runtime's own
// errors are shown.
func (a *Adapter) panicked(r any) {
	a.counts.panics.Add(1)
	what := fmt.Sprintf("%T", r)
	if e, ok := r.(runtime.Error); ok {
		what = e.Error()
	}
	a.lg.Error("panic while answering", "adapter", name, "err", what, "stack", string(debug.Stack()))
}

// complain logs an error once in a while.
func (a *Adapter) complain(doing string, err error) {
	if err == nil || errors.Is(err, errAnsweredBefore) || errors.Is(err, errClosed) {
		return
	}
	a.counts.failed.Add(1)
	if a.complained.First(doing + "|" + err.Error()) {
		a.lg.Warn("discord refused", "adapter", name, "doing", doing, "err", a.token.Scrub(err.Error()))
	}
}
