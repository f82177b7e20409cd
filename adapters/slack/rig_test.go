package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"alliancebot/adapters/adaptertest"
	"alliancebot/adapters/slack/slacktest"
	"alliancebot/bot"
)

// rig is an adapter that runs against a loopback Slack.
type rig struct {
	*slacktest.Server
	t      testing.TB
	a      *Adapter
	script *adaptertest.Script
	log    *syncBuffer
	stop   func() error // ends the adapter; the test's end does it too
}

// newRig starts both. prepare may change the adapter before it runs.
func newRig(t testing.TB, cfg Config, opts slacktest.Options, reply func(bot.Message) bot.Reply, prepare ...func(*Adapter)) *rig {
	t.Helper()
	return newRigOn(t, slacktest.New(opts), cfg, reply, prepare...)
}

// newRigOn starts an adapter for a Slack that is there already.
func newRigOn(t testing.TB, s *slacktest.Server, cfg Config, reply func(bot.Message) bot.Reply, prepare ...func(*Adapter)) *rig {
	t.Helper()
	r := &rig{Server: s, t: t, script: adaptertest.NewScript(reply), log: &syncBuffer{}}
	cfg.APIURL = r.APIURL()
	if cfg.Mode == HTTP {
		cfg.Listen = freeAddress(t)
		r.PostTo("http://" + cfg.Listen)
	}
	a, err := New(cfg, goodTokens, slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range prepare {
		p(a)
	}
	r.a = a
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx, r.script) }()
	r.stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	t.Cleanup(func() {
		if err := r.stop(); err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
		r.Close()
		for _, p := range r.Problems() {
			t.Errorf("people would mind: %s", p)
		}
	})
	if cfg.Mode != HTTP {
		r.until("a socket", func() bool { return r.Sockets() > 0 })
	} else {
		(&workspace{Server: r.Server, cfg: cfg}).up()
	}
	return r
}

// overBoth runs a test over either transport.
func overBoth(t *testing.T, test func(t *testing.T, mode Mode)) {
	for _, mode := range []Mode{Socket, HTTP} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			test(t, mode)
		})
	}
}

func (r *rig) until(what string, cond func() bool) {
	r.t.Helper()
	await(r.t, r.Server, what, cond)
}

// post waits for the nth post, counted from 0.
func (r *rig) post(n int) slacktest.Post {
	r.t.Helper()
	r.until("another post", func() bool { return len(r.Posts()) > n })
	return r.Posts()[n]
}

// press presses the button of that label and wants it to be acknowledged.
func (r *rig) press(user string, p slacktest.Post, label string) {
	r.t.Helper()
	b, found := p.Button(label)
	if !found {
		r.t.Fatalf("no button %q in %+v", label, slacktest.Buttons(p.Blocks))
	}
	if !r.Press(user, p, b) {
		r.t.Errorf("pressing %q was not acknowledged in time", label)
	}
}

func said(p slacktest.Post) string {
	if len(p.Blocks) == 0 {
		return p.Text
	}
	return slacktest.Visible(p.Blocks)
}

func has(t testing.TB, p slacktest.Post, want string) {
	t.Helper()
	if !strings.Contains(said(p), want) {
		t.Errorf("the post says %q, want %q in it", said(p), want)
	}
}

// blockTypes lists the types of blocks, in their order.
func blockTypes(raw json.RawMessage) string {
	var blocks []struct{ Type string }
	_ = json.Unmarshal(raw, &blocks)
	var types []string
	for _, b := range blocks {
		types = append(types, b.Type)
	}
	return strings.Join(types, " ")
}

type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// soon polls cond, for what does not show in the loopback Slack.
func soon(t testing.TB, what string, cond func() bool) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for !cond() {
		select {
		case <-deadline:
			t.Fatalf("waited in vain for %s", what)
		case <-time.After(5 * time.Millisecond):
		}
	}
}
