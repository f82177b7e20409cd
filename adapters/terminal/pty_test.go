//go:build unix

package terminal

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/creack/pty"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/term"
)

// The keys that the tests press.
const (
	ctrlC = "\x03"
	ctrlD = "\x04"
	ctrlU = "\x15"
	enter = "\r"
	up    = "\x1b[A"
)

// session is an adapter at a real pseudo-terminal, and the person in front of it.
type session struct {
	*testing.T
	*screen
	*handler
	adapter *Adapter
	keys    *os.File // what is written to it is typed
	tty     *os.File
	before  *term.State
	done    chan error
	stop    context.CancelFunc
}

// start opens a pseudo-terminal of 60 columns, runs an adapter at it, and waits for its prompt.
func start(t *testing.T, o Options) *session {
	t.Helper()
	keys, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		keys.Close()
		tty.Close()
	})
	s := &session{T: t, handler: new(handler), adapter: New(tty, tty, o), keys: keys, tty: tty, done: make(chan error, 1)}
	s.resize(60)
	if s.before, err = term.GetState(int(tty.Fd())); err != nil {
		t.Fatal(err)
	}
	s.screen = newScreen(keys)
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	t.Cleanup(stop)
	go func() { s.done <- s.adapter.Run(ctx, s.handler) }()
	s.sees("leaves.", prompt)
	return s
}

func (s *session) resize(columns uint16) {
	s.Helper()
	if err := pty.Setsize(s.keys, &pty.Winsize{Rows: 24, Cols: columns}); err != nil {
		s.Fatal(err)
	}
}

func (s *session) types(keys ...string) {
	s.Helper()
	if _, err := io.WriteString(s.keys, strings.Join(keys, "")); err != nil {
		s.Fatal(err)
	}
}

// sees waits until all of words have come, in this order, after what was seen before.
func (s *session) sees(words ...string) {
	s.Helper()
	for _, w := range words {
		s.until(s.T, w)
	}
}

// leaves wants Run to end and the terminal to be as it was.
func (s *session) leaves() {
	s.Helper()
	wait(s.T, s.done)
	after, err := term.GetState(int(s.tty.Fd()))
	if err != nil {
		s.Fatal(err)
	}
	if *after != *s.before {
		s.Errorf("the terminal is left as %+v, and was %+v", *after, *s.before)
	}
	s.sees("\r\n") // the shell's prompt starts a line
}

func (s *session) asked(want ...string) {
	s.Helper()
	if diff := cmp.Diff(want, s.texts()); diff != "" {
		s.Errorf("questions (-want +got):\n%s", diff)
	}
}

func TestPrompt(t *testing.T) {
	s := start(t, Options{})
	if raw, err := term.GetState(int(s.tty.Fd())); err != nil || *raw == *s.before {
		t.Errorf("the terminal is not in raw mode (%v)", err)
	}
	s.types("one", enter)
	s.sees("one", "YOU SAID ONE", prompt)
	s.types(enter, "  ", enter, "two", enter)
	s.sees("YOU SAID TWO", prompt)
	s.types(ctrlD)
	s.leaves()
	s.asked("one", "two")
}

func TestWelcomeAtPrompt(t *testing.T) {
	s := start(t, Options{})
	all := s.all()
	for _, want := range []string{
		bold + "Garden bot" + reset + "\r\n",
		"I answer questions about the garden, and about nothing else\r\nin the whole wide world.\r\n",
		"For example:\r\n- How many plots are there?\r\n",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("the welcome lacks %q:\n%q", want, all)
		}
	}
	s.types(ctrlD)
	s.leaves()
}

func TestNoColorAtPrompt(t *testing.T) {
	s := start(t, Options{NoColor: true})
	s.types("one", enter)
	s.sees("YOU SAID ONE", prompt)
	s.types(ctrlD)
	s.leaves()
	if all := s.all(); strings.Contains(all, "\x1b[1m") || strings.Contains(all, "\x1b[2m") {
		t.Errorf("there are colours: %q", all)
	}
}

// TestCompletion: tab completes, tab again goes on to the next completion and round to the first, and what nothing
// completes stays as it is.
func TestCompletion(t *testing.T) {
	s := start(t, Options{})
	s.types("whi\t")
	s.sees("Which boroughs?")
	s.types(enter)
	s.sees("YOU SAID WHICH BOROUGHS?", prompt)
	s.types("whi\t\t", enter)
	s.sees("YOU SAID WHICH PARTNERS?", prompt)
	s.types("whi\t\t\t", enter)
	s.sees("YOU SAID WHICH BOROUGHS?", prompt)
	s.types("xyz\t", enter)
	s.sees("YOU SAID XYZ", prompt)
	s.types("où\t", " Ici.", enter)
	s.sees("YOU SAID OÙ ÇA, DÉJÀ? ICI.", prompt)
	s.types(ctrlD)
	s.leaves()
	s.asked("Which boroughs?", "Which partners?", "Which boroughs?", "xyz", "Où ça, déjà? Ici.")
}

func TestHistory(t *testing.T) {
	s := start(t, Options{})
	s.types("one", enter)
	s.sees("YOU SAID ONE", prompt)
	s.types("two", enter)
	s.sees("YOU SAID TWO", prompt)
	s.types(up, up, enter)
	s.sees("YOU SAID ONE", prompt)
	s.types(ctrlD)
	s.leaves()
	s.asked("one", "two", "one")
}

// TestLeave leaves in every way there is, also with a line half typed.
func TestLeave(t *testing.T) {
	tests := []struct {
		name  string
		typed string
		leave func(s *session)
	}{
		{"Ctrl-D", "", func(s *session) { s.types(ctrlD) }},
		{"Ctrl-D after the line was cleared", "half", func(s *session) { s.types(ctrlU, ctrlD) }},
		{"Ctrl-C", "", func(s *session) { s.types(ctrlC) }},
		{"Ctrl-C in a line", "half", func(s *session) { s.types(ctrlC) }},
		{"the context", "", func(s *session) { s.stop() }},
		{"the context in a line", "half", func(s *session) { s.stop() }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, Options{})
			if tt.typed != "" {
				s.types(tt.typed)
				s.sees(tt.typed)
			}
			tt.leave(s)
			s.leaves()
			s.asked()
		})
	}
}

// TestWindowCloses takes the terminal away, which is one more way to leave.
func TestWindowCloses(t *testing.T) {
	s := start(t, Options{})
	if err := s.keys.Close(); err != nil {
		t.Fatal(err)
	}
	// The screen's read keeps the terminal open until it gets something.
	if _, err := fmt.Fprint(s.tty, "bye"); err != nil {
		t.Fatal(err)
	}
	wait(t, s.done)
}

// TestResize: the next reply fits the window as it is then.
func TestResize(t *testing.T) {
	s := start(t, Options{})
	s.types("a few words that fit into one line", enter)
	s.sees("YOU SAID A FEW WORDS THAT FIT INTO ONE LINE\r\n", prompt)
	s.resize(30)
	s.types("a few words that fit into one line", enter)
	s.sees("YOU SAID A FEW WORDS THAT FIT\r\nINTO ONE LINE\r\n", prompt)
	s.types(ctrlD)
	s.leaves()
}

// TestBeside: a log line comes above the prompt, and what was typed stays.
func TestBeside(t *testing.T) {
	s := start(t, Options{})
	w := s.adapter.Beside(s.tty)
	s.types("half")
	s.sees("half")
	if _, err := fmt.Fprint(w, "log 1\nlog 2\n"); err != nil {
		t.Fatal(err)
	}
	s.sees("log 1\r\nlog 2\r\n", prompt+"half")
	s.types(" done", enter)
	s.sees("YOU SAID HALF DONE", prompt)
	s.types(ctrlD)
	s.leaves()
	s.asked("half done")
	// Afterwards it writes to the stream itself, whose line ends are made by the terminal again.
	if _, err := fmt.Fprint(w, "log 3\n"); err != nil {
		t.Fatal(err)
	}
	s.sees("log 3\r\n")
	if got := s.adapter.Beside(io.Discard); got != io.Discard {
		t.Errorf("a log that goes elsewhere is written by %T", got)
	}
}
