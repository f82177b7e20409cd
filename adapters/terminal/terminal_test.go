package terminal

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"alliancebot/bot"
	"alliancebot/knowledge/markup"
)

// patience is how long a test waits for what must come; it is reached only by a test that fails.
const patience = 30 * time.Second

// handler answers "you said ..." in upper case and keeps what it was sent.
type handler struct {
	mu   sync.Mutex
	sent []bot.Message
}

func (h *handler) Handle(_ context.Context, m bot.Message) bot.Reply {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sent = append(h.sent, m)
	return bot.Reply{Kind: bot.Answered, Notice: markup.Text{Blocks: []markup.Block{paragraph("YOU SAID " + strings.ToUpper(m.Text))}}}
}

func (h *handler) texts() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var list []string
	for _, m := range h.sent {
		list = append(list, m.Text)
	}
	return list
}

func (h *handler) Complete(prefix string, n int) []bot.Choice {
	var list []bot.Choice
	for _, q := range []string{"Which boroughs?", "Which partners?", "Who hosts it?", "Où ça, déjà?"} {
		if strings.HasPrefix(strings.ToLower(q), strings.ToLower(prefix)) && len(list) < n {
			list = append(list, bot.Choice{Entry: q, Label: q})
		}
	}
	return list
}

func (h *handler) Topics() []bot.Topic                { return nil }
func (h *handler) Feedback(context.Context, bot.Vote) {}
func (h *handler) About() bot.About {
	return bot.About{
		Name:     "Garden bot",
		Does:     markup.Text{Blocks: []markup.Block{paragraph("I answer questions about the garden, and about nothing else in the whole wide world.")}},
		Examples: []bot.Choice{{Entry: "plots", Label: "How many plots are there?"}},
	}
}

func paragraph(s string) markup.Block {
	t, err := markup.Parse(s)
	if err != nil || len(t.Blocks) != 1 {
		panic("not a paragraph: " + s)
	}
	return t.Blocks[0]
}

// pipe runs an adapter over in until it ends.
func pipe(t *testing.T, in io.Reader, o Options) (*handler, string) {
	t.Helper()
	h := new(handler)
	var out bytes.Buffer
	if err := New(in, &out, o).Run(context.Background(), h); err != nil {
		t.Fatal(err)
	}
	return h, out.String()
}

func TestPipe(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
	}{
		{"nothing", "", nil},
		{"lines", "one\ntwo\n", []string{"one", "two"}},
		{"no line end at the end", "one\ntwo", []string{"one", "two"}},
		{"line ends of Windows", "one\r\ntwo\r\n", []string{"one", "two"}},
		{"empty lines", "\n \t\none\n\n", []string{"one"}},
		{"numbers", "one\n2\n", []string{"one", "2"}},
		{"bytes that are no text", "a\xff\x00b\n", []string{"a\xff\x00b"}},
		{"a long line", strings.Repeat("a", 200<<10) + "\ntwo\n", []string{strings.Repeat("a", 200<<10), "two"}},
		{"an endless line", strings.Repeat("a", 3*maxLine) + "\ntwo\n", []string{strings.Repeat("a", maxLine), "two"}},
		{"an endless line at the end", strings.Repeat("a", 2*maxLine), []string{strings.Repeat("a", maxLine)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, out := pipe(t, strings.NewReader(tt.in), Options{})
			if diff := cmp.Diff(tt.want, h.texts()); diff != "" {
				t.Errorf("questions (-want +got):\n%.2000s", diff)
			}
			if got := strings.Count(out, "YOU SAID"); got != len(tt.want) {
				t.Errorf("%d replies to %d questions", got, len(tt.want))
			}
			if strings.Contains(out, "\x1b") || strings.Contains(out, prompt) {
				t.Errorf("a pipe gets a prompt or colours: %.200q", out)
			}
		})
	}
}

// TestOneConversation: choices can be picked by number because all lines are turns of one conversation.
func TestOneConversation(t *testing.T) {
	h, _ := pipe(t, strings.NewReader("one\n2\n"), Options{Audience: bot.Staff})
	want := []bot.Message{
		{Conversation: "terminal", Audience: bot.Staff, Text: "one"},
		{Conversation: "terminal", Audience: bot.Staff, Text: "2"},
	}
	if diff := cmp.Diff(want, h.sent); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

// TestPipeAtOnce writes a line and waits for its reply before it writes the next.
func TestPipeAtOnce(t *testing.T) {
	inRead, in := io.Pipe()
	outRead, out := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := New(inRead, out, Options{}).Run(context.Background(), new(handler))
		out.Close()
		done <- err
	}()
	s := newScreen(outRead)
	for _, q := range []string{"one", "two"} {
		if _, err := io.WriteString(in, q+"\n"); err != nil {
			t.Fatal(err)
		}
		s.until(t, "YOU SAID "+strings.ToUpper(q))
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	wait(t, done)
}

// TestContextEnds: Run returns though the input says nothing.
func TestContextEnds(t *testing.T) {
	in, _ := io.Pipe()
	t.Cleanup(func() { in.Close() })
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- New(in, io.Discard, Options{}).Run(ctx, new(handler)) }()
	cancel()
	wait(t, done)
}

// wait wants Run to end, and without an error.
func wait(t *testing.T, done <-chan error) {
	t.Helper()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("Run: %v", err)
		}
	case <-time.After(patience):
		t.Fatal("Run does not return")
	}
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) Read([]byte) (int, error)  { return 0, errBroken }
func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestBrokenStreams(t *testing.T) {
	tests := []struct {
		name string
		in   io.Reader
		out  io.Writer
		sent int
	}{
		{"input", io.MultiReader(strings.NewReader("one\n"), broken{}), io.Discard, 1},
		{"output", strings.NewReader("one\ntwo\n"), broken{}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := new(handler)
			err := New(tt.in, tt.out, Options{}).Run(context.Background(), h)
			if !errors.Is(err, errBroken) || !strings.HasPrefix(err.Error(), "terminal: ") {
				t.Errorf("got %v, want terminal: %v", err, errBroken)
			}
			if len(h.sent) != tt.sent {
				t.Errorf("%d questions were asked, want %d", len(h.sent), tt.sent)
			}
		})
	}
}
