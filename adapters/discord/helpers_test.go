package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"alliancebot/adapters"
	"alliancebot/adapters/adaptertest"
	"alliancebot/adapters/discord/discordtest"
	"alliancebot/bot"
	"alliancebot/knowledge"
	"alliancebot/knowledge/alliance"
)

// patience is how long a test waits for what has to happen. Only a test that fails uses it up.
const patience = 20 * time.Second

// hurried is a timing for tests.
var hurried = timing{
	dial:     2 * time.Second,
	hello:    300 * time.Millisecond,
	ready:    300 * time.Millisecond,
	identify: 60 * time.Millisecond,
	invalid:  10 * time.Millisecond,
	backOff:  10 * time.Millisecond,
	longest:  200 * time.Millisecond,
	settled:  time.Second,
}

// running is an adapter that runs against a loopback Discord.
type running struct {
	*discordtest.Server
	t      testing.TB
	a      *Adapter
	log    *lockedBuffer
	cancel context.CancelFunc
	ended  chan error
	over   bool // Run has returned
}

// fast are the options of a loopback Discord for a hurried adapter.
var fast = discordtest.Options{Heartbeat: 400 * time.Millisecond, IdentifyEvery: 50 * time.Millisecond}

// start runs an adapter until the test is over. It waits for the session where there is to be one.
func start(t testing.TB, o discordtest.Options, cfg Config, h bot.Handler) *running {
	t.Helper()
	r := prepare(t, o, cfg)
	r.run(h)
	if cfg.Mode == HTTP {
		r.await("the endpoint", func() bool { return r.Requests("GET applications/*/commands") > 0 })
	} else {
		r.await("a session", func() bool { return r.Sessions() > 0 })
	}
	return r
}

func prepare(t testing.TB, o discordtest.Options, cfg Config) *running {
	t.Helper()
	s := discordtest.New(o)
	t.Cleanup(s.Close)
	cfg.APIURL = s.APIURL()
	r := &running{Server: s, t: t, log: &lockedBuffer{}}
	if cfg.Mode == HTTP {
		cfg.Listen = freeAddress(t)
		s.PostTo("http://" + cfg.Listen)
	}
	a, err := New(cfg, goodToken, slog.New(slog.NewJSONHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	a.gateway.timing = hurried
	r.a = a
	return r
}

func (r *running) run(h bot.Handler) {
	ctx, cancel := context.WithCancel(context.Background())
	r.cancel, r.ended = cancel, make(chan error, 1)
	go func() { r.ended <- r.a.Run(ctx, h) }()
	r.t.Cleanup(func() {
		r.stop()
		for _, p := range r.Problems() {
			r.t.Errorf("Discord or people would mind: %s", p)
		}
		if strings.Contains(r.log.String(), discordtest.Token) || strings.Contains(r.log.String(), "interaction-token") {
			r.t.Errorf("the log holds a secret:\n%s", r.log)
		}
		if r.t.Failed() {
			r.t.Logf("log:\n%s", r.log)
		}
	})
}

// stop ends the adapter and wants nil.
func (r *running) stop() {
	r.cancel()
	if err := r.end(); err != nil {
		r.t.Errorf("Run = %v, want nil after ctx ended", err)
	}
}

// end waits until Run returns, and returns what it did the first time.
func (r *running) end() error {
	r.t.Helper()
	if r.over {
		return nil
	}
	r.over = true
	select {
	case err := <-r.ended:
		return err
	case <-time.After(patience):
		r.t.Error("Run did not return")
		return nil
	}
}

// wantConfigError waits for Run to end with a configuration error that says all of the words.
func (r *running) wantConfigError(words ...string) {
	r.t.Helper()
	err := r.end()
	var config *adapters.ConfigError
	if !errors.As(err, &config) || config.Hint == "" {
		r.t.Fatalf("Run = %v (%T), want an *adapters.ConfigError with a hint", err, err)
	}
	for _, word := range words {
		if !strings.Contains(err.Error()+" "+config.Hint, word) {
			r.t.Errorf("error %q, hint %q: want %q in it", err, config.Hint, word)
		}
	}
	if strings.Contains(err.Error()+config.Hint, discordtest.Token) {
		r.t.Errorf("the error holds the token: %v", err)
	}
}

// await waits for cond, which is looked at whenever something happens on the server, and now and then besides.
func (r *running) await(what string, cond func() bool) {
	r.t.Helper()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		changed := r.Changed()
		if cond() {
			return
		}
		select {
		case <-changed:
		case <-time.After(10 * time.Millisecond):
		case <-timer.C:
			r.t.Fatalf("waited in vain for %s; posts: %+v; stats: %+v\nlog:\n%s", what, r.Posts(), r.Stats(), r.log)
		}
	}
}

// post waits for a post that says text, and returns the first.
func (r *running) post(text string) discordtest.Post {
	r.t.Helper()
	var found discordtest.Post
	r.await("a post that says "+text, func() bool {
		for _, p := range r.Posts() {
			if strings.Contains(p.Text(true), text) {
				found = p
				return true
			}
		}
		return false
	})
	return found
}

// result waits for the answer to an interaction.
func (r *running) result(i *discordtest.Interaction) discordtest.Result {
	r.t.Helper()
	if i == nil {
		r.t.Fatal("there is nothing to press")
	}
	r.await("the answer to an interaction", func() bool { return i.Result().Type != 0 })
	return i.Result()
}

// numbered replies to "question n" with an answer that says n.
func numbered(m bot.Message) bot.Reply {
	if m.Choice != "" {
		return adaptertest.Answer(m.Choice, "Chosen: "+m.Choice+".")
	}
	return adaptertest.Answer("boroughs", "This answers "+m.Text+".")
}

var prepared = sync.OnceValues(func() (*bot.Ready, error) {
	kb, err := knowledge.Load(alliance.FS, knowledge.Unchecked(true))
	if err != nil {
		return nil, err
	}
	return bot.Prepare(kb)
})

// realBot is the bot over the knowledge that is built in.
func realBot(t testing.TB) *bot.Bot {
	t.Helper()
	ready, err := prepared()
	if err != nil {
		t.Fatal(err)
	}
	return bot.New(ready, bot.Options{})
}

// lockedBuffer is a bytes.Buffer for several goroutines.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// toMessage is the card as people see it.
func toMessage(t *testing.T, c card) discordtest.Post {
	t.Helper()
	data, err := json.Marshal(c.message(0))
	if err != nil {
		t.Fatal(err)
	}
	var p discordtest.Post
	if err := json.Unmarshal(data, &p.Body); err != nil {
		t.Fatal(err)
	}
	for _, bad := range p.Body.Check() {
		t.Errorf("Discord refuses or people mind: %s", bad)
	}
	return p
}

func labelsOf(t *testing.T, c card) []string {
	t.Helper()
	return toMessage(t, c).Labels()
}
