package slacktest

import (
	"bytes"
	"context"
	_ "embed"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

//go:embed testdata/client.cjs
var nodeClient []byte

// nodePackage is the official client, pinned so that a release of theirs does not break a build of ours.
const nodePackage = "@slack/socket-mode@3.1.0"

// TestOfficialClient proves the Server with a client that shares no code with the adapter's: Slack's own for Node
// connects, receives and acknowledges an event, a command and a press, and connects anew when told to.
func TestOfficialClient(t *testing.T) {
	node, npm := lookup(t, "node"), lookup(t, "npm")
	dir := t.TempDir()
	install(t, npm, dir)
	if err := os.WriteFile(filepath.Join(dir, "client.cjs"), nodeClient, 0o644); err != nil {
		t.Fatal(err)
	}
	s := New(Options{Silent: true})
	defer s.Close()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var out output
	cmd := exec.CommandContext(ctx, node, "client.cjs")
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &out
	cmd.Env = append(os.Environ(), "APP_TOKEN="+AppToken, "API_URL="+s.APIURL())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		stop()
		_ = cmd.Wait() // it was killed
	}()

	until := func(what string, cond func() bool) {
		t.Helper()
		deadline := time.After(30 * time.Second)
		for !cond() {
			select {
			case <-deadline:
				t.Fatalf("waited in vain for %s; the client says:\n%s", what, out.String())
			case <-time.After(10 * time.Millisecond):
			}
		}
	}
	until("a socket", func() bool { return s.Sockets() == 1 })
	mention := func(text string) {
		t.Helper()
		id := s.Event(s.Mention("U1", "C1", "", text), nil)
		until("the acknowledgement of "+text, func() bool { return s.Delivered(id).Acked })
		if d := s.Delivered(id); d.Attempts != 1 {
			t.Errorf("%q took %d attempts, want 1", text, d.Attempts)
		}
		until("the client's word", func() bool { return strings.Contains(out.String(), text) })
	}
	mention("which boroughs?")
	if p, acked := s.Command("U1", "C1", "who hosts you?"); !acked || p.Text != "hello from node" || p.User != "U1" {
		t.Errorf("command: acknowledged %v, shown %v", acked, p)
	}
	if !s.Press("U1", Post{Channel: "C1", TS: "1.1"}, Button{Type: "button", Action: "a", Block: "b", Value: "boroughs"}) {
		t.Error("the press was not acknowledged")
	}
	s.Disconnect("refresh_requested")
	until("the old socket to end", func() bool { return s.Calls("apps.connections.open") == 2 && s.Sockets() == 1 })
	mention("and after a new connection?")
	for _, p := range s.Problems() {
		t.Error(p)
	}
}

func lookup(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("%s is not installed: the official client of Slack needs it", program)
	}
	return path
}

// install fetches the client. Without a network there is nothing to prove it with.
func install(t *testing.T, npm, dir string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, npm, "install", "--prefix", dir, "--no-audit", "--no-fund", "--ignore-scripts", nodePackage)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err == nil {
		return
	}
	for _, offline := range []string{"ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "ENETUNREACH"} {
		if bytes.Contains(out, []byte(offline)) {
			t.Skipf("the npm registry cannot be reached (%s)", offline)
		}
	}
	t.Fatalf("npm install %s: %v\n%s", nodePackage, err, out)
}

// output is what a process writes, safe to read while it does.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}
