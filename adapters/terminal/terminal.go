// Package terminal lets people ask at a terminal, with no account: at a TTY with a prompt, history and tab completion;
// from a pipe line by line.
package terminal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"syscall"

	"golang.org/x/term"

	"alliancebot/bot"
)

// Options change how the adapter looks. The zero value is the documented default.
type Options struct {
	NoColor  bool         // no colour even at a TTY
	Audience bot.Audience // who is asking
}

// Adapter asks and answers on a pair of streams.
type Adapter struct {
	in  io.Reader
	out io.Writer
	Options
	prompt atomic.Pointer[term.Terminal] // while the prompt is on the screen
}

// New returns an adapter that reads questions from in and writes replies to out. When both are TTYs it is interactive.
func New(in io.Reader, out io.Writer, o Options) *Adapter {
	return &Adapter{in: in, out: out, Options: o}
}

// Name implements adapters.Adapter.
func (a *Adapter) Name() string { return "terminal" }

// Beside returns a writer for a log that goes to w. Where w is a TTY, a log would spoil the prompt: what is written while
// Run shows one goes above it. The writer is safe for concurrent use when w is.
func (a *Adapter) Beside(w io.Writer) io.Writer {
	if f, ok := w.(*os.File); !ok || !term.IsTerminal(int(f.Fd())) {
		return w
	}
	return &beside{&a.prompt, w}
}

type beside struct {
	prompt *atomic.Pointer[term.Terminal]
	w      io.Writer
}

func (b *beside) Write(p []byte) (int, error) {
	if t := b.prompt.Load(); t != nil {
		return t.Write(p)
	}
	return b.w.Write(p)
}

// conversation is the key of the only conversation that a terminal has.
const conversation = "terminal"

// maxLine is the longest line that is read whole; the rest of a longer one is dropped.
const maxLine = 1 << 20

// prompt stands before what a person types.
const prompt = "> "

// Run implements adapters.Adapter. It returns when the input ends, when the person presses Ctrl-C or Ctrl-D, or when ctx
// ends. A read from a stream cannot be interrupted: when ctx ends, the goroutine that waits for input stays until the
// stream ends or the program does.
func (a *Adapter) Run(ctx context.Context, h bot.Handler) error {
	if in, out, ok := a.tty(); ok {
		return a.interactive(ctx, h, in, out)
	}
	lines := bufio.NewReader(a.in)
	read := func() (string, error) { return readLine(lines) }
	return a.loop(ctx, h, read, &printer{out: a.out, width: 0})
}

// tty returns the streams as files when both are terminals.
func (a *Adapter) tty() (in, out *os.File, ok bool) {
	in, inFile := a.in.(*os.File)
	out, outFile := a.out.(*os.File)
	if !inFile || !outFile || !term.IsTerminal(int(in.Fd())) || !term.IsTerminal(int(out.Fd())) {
		return nil, nil, false
	}
	return in, out, true
}

// interactive runs a prompt in raw mode, which it leaves behind as it found it.
func (a *Adapter) interactive(ctx context.Context, h bot.Handler, in, out *os.File) (err error) {
	state, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return fmt.Errorf("terminal: %w", err)
	}
	defer func() {
		_, newline := io.WriteString(out, "\r\n") // the shell's prompt goes below ours
		if last := errors.Join(newline, term.Restore(int(in.Fd()), state)); !hungUp(last) {
			err = errors.Join(err, last)
		}
	}()
	t := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{in, out}, prompt)
	t.AutoCompleteCallback = (&completer{complete: h.Complete}).key
	a.prompt.Store(t)
	defer a.prompt.Store(nil)
	p := &printer{out: t, color: !a.NoColor, size: func() int { return fit(t, out) }}
	if err := p.welcome(h.About()); err != nil {
		return err
	}
	return a.loop(ctx, h, t.ReadLine, p)
}

// fit tells t how large its window is now, and returns the width.
func fit(t *term.Terminal, f *os.File) int {
	w, rows, err := term.GetSize(int(f.Fd()))
	if err != nil || w <= 0 || t.SetSize(w, rows) != nil {
		return defaultWidth
	}
	return w
}

// loop answers line after line.
func (a *Adapter) loop(ctx context.Context, h bot.Handler, read func() (string, error), p *printer) error {
	type line struct {
		text string
		err  error
	}
	lines := make(chan line)
	next := make(chan struct{}) // the reader waits for it, so that a prompt never comes before its answer
	defer close(next)
	go func() {
		for range next {
			text, err := read()
			select {
			case lines <- line{text, err}:
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		select {
		case next <- struct{}{}:
		case <-ctx.Done():
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case l := <-lines:
			if text := strings.TrimSpace(l.text); text != "" {
				reply := h.Handle(ctx, bot.Message{Conversation: conversation, Audience: a.Audience, Text: text})
				if err := p.reply(reply); err != nil {
					return fmt.Errorf("terminal: %w", err)
				}
			}
			if errors.Is(l.err, io.EOF) || hungUp(l.err) {
				return nil
			}
			if l.err != nil && !errors.Is(l.err, term.ErrPasteIndicator) {
				return fmt.Errorf("terminal: %w", l.err)
			}
		}
	}
}

// hungUp reports whether an error says that the window of a TTY was closed.
func hungUp(err error) bool { return errors.Is(err, syscall.EIO) }

// readLine reads a line of any length, of which it keeps the first maxLine bytes.
func readLine(r *bufio.Reader) (string, error) {
	var line []byte
	for {
		chunk, err := r.ReadSlice('\n')
		line = append(line, chunk[:min(len(chunk), maxLine-len(line))]...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return string(line), err
		}
	}
}

// completer answers the tab key: the first press completes, the next ones go through the other completions.
type completer struct {
	complete func(prefix string, n int) []bot.Choice
	offered  []bot.Choice
	place    int
	shown    string
}

// maxCompletions is how many completions the tab key goes through.
const maxCompletions = 8

// key implements term.Terminal's AutoCompleteCallback.
func (c *completer) key(line string, pos int, key rune) (string, int, bool) {
	if key != '\t' {
		return "", 0, false
	}
	if line == c.shown && len(c.offered) > 0 {
		c.place = (c.place + 1) % len(c.offered)
	} else {
		c.offered, c.place = c.complete(line, maxCompletions), 0
	}
	if len(c.offered) == 0 {
		return line, pos, true
	}
	c.shown = c.offered[c.place].Label
	return c.shown, len(c.shown), true
}
