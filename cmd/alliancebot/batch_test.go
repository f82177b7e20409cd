package main

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// hostile are questions that are no question, too long, or written to break something.
var hostile = []struct{ name, text string }{
	{"empty", ""},
	{"white space", " \t\n\u00a0\u2003 "},
	{"100 kB of words", strings.Repeat("number of plots ", 100<<10/16)},
	{"100 kB without a space", strings.Repeat("a", 100<<10)},
	{"100 kB of question marks", strings.Repeat("?", 100<<10)},
	{"invalid UTF-8", "number \xff\xfe of \xc3 plots \xed\xa0\x80"},
	{"control characters", "number\x00 of\x1b[31m plots\x07\x08\x7f"},
	{"only emoji", "🌱🥕👩‍🌾🇬🇧"},
	{"zalgo", "n̷̢̛͙u̶̧͝m̸̨͘b̵̢̛e̶̡͠r̸̢͝ ȯ̷̢f̵̛͜ p̷̧͝l̶̢̛ớ̸̡t̵̢̛s̷̢͝"},
	{"combining marks alone", strings.Repeat("\u0301", 1000)},
	{"right-to-left override", "\u202enumber of plots\u202c \u2066x\u2069"},
	{"zero width", "num\u200bber\u200d of\ufeff plots"},
	{"other scripts", "عدد قطع الأرض؟ 区画はいくつありますか"},
	{"markup", "<b>*_~`number of plots`~_*</b> <!channel> @everyone %s %!d({{.}})"},
	{"numbers", "1"},
	{"a long number", strings.Repeat("9", 400)},
}

// TestBatchHostile sends every hostile question, and a plain one behind each: one reply a line, in order, valid, with
// nothing of what was typed in it, and the plain one is answered as ever.
func TestBatchHostile(t *testing.T) {
	var in bytes.Buffer
	for _, h := range hostile {
		in.Write(queryLine(t, h.name, h.text))
		in.Write(queryLine(t, h.name+", after", "number of plots"))
	}
	// Bytes that are no UTF-8 may also come in the line itself.
	in.WriteString("{\"id\":\"raw\",\"q\":\"number of \xff plots\"}\n\xff\xfe\x00\n{\"id\":\"end\",\"q\":\"number of plots\"}")

	lines := runBatch(t, in.Bytes())
	want := 2*len(hostile) + 3
	if len(lines) != want {
		t.Fatalf("%d lines, want %d", len(lines), want)
	}
	for i, h := range hostile {
		checkHostile(t, h.name, h.text, lines[2*i])
		checkPlain(t, h.name+", after", lines[2*i+1])
	}
	if got := lines[want-3]; got.ID != "raw" || got.Kind == "" {
		t.Errorf("a line with invalid UTF-8 came back as %+v", got)
	}
	if got := lines[want-2]; got.Error == "" || got.Line != 2*len(hostile)+2 {
		t.Errorf("a line of rubbish came back as %+v, want an error with its number", got)
	}
	checkPlain(t, "end", lines[want-1])
}

func checkHostile(t *testing.T, name, asked string, got reply) {
	t.Helper()
	if got.ID != name || got.Error != "" || got.Text == "" {
		t.Errorf("%s: got %+v, want a reply with its id", name, got)
	}
	if !slices.Contains([]string{"answer", "suggest", "unknown", "smalltalk", "safety"}, got.Kind) {
		t.Errorf("%s: kind %q", name, got.Kind)
	}
	if len(got.Text) > 1000 {
		t.Errorf("%s: the reply has %d bytes; does it repeat the question?", name, len(got.Text))
	}
	for _, r := range got.Text {
		if r != '\n' && (r < ' ' || r == utf8.RuneError || strings.ContainsRune(asked, r) && r > '~') {
			t.Errorf("%s: the reply holds %q of the question", name, r)
			break
		}
	}
}

func checkPlain(t *testing.T, id string, got reply) {
	t.Helper()
	if got.ID != id || !slices.Equal(got.Entries, []string{"plots"}) {
		t.Errorf("%s: got %+v, want the entry plots", id, got)
	}
}

// reply is a line of ask --batch, as a script reads it.
type reply struct {
	ID      string
	Kind    string
	Entries []string
	Text    string
	Error   string
	Line    int
}

func queryLine(t *testing.T, id, text string) []byte {
	t.Helper()
	line, err := json.Marshal(map[string]string{"id": id, "q": text})
	if err != nil {
		t.Fatal(err)
	}
	return append(line, '\n')
}

// runBatch runs ask --batch over the small knowledge folder.
func runBatch(t *testing.T, in []byte) []reply {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run([]string{"ask", "--batch", "--kb", "testdata/kb"}, bytes.NewReader(in), &out, &errs); code != exitOK {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	var list []reply
	for line := range bytes.Lines(out.Bytes()) {
		list = append(list, parseReply(t, line))
	}
	return list
}

func parseReply(t *testing.T, line []byte) reply {
	t.Helper()
	if !utf8.Valid(line) {
		t.Fatalf("a line is not UTF-8: %q", line)
	}
	var r reply
	if err := json.Unmarshal(line, &r); err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	return r
}

// TestBatchLongLine sends a line longer than what is kept of one.
func TestBatchLongLine(t *testing.T) {
	in := append(bytes.Repeat([]byte("x"), maxLine+1), '\n')
	in = append(in, queryLine(t, "end", "number of plots")...)
	lines := runBatch(t, in)
	if len(lines) != 2 || !strings.Contains(lines[0].Error, "longer than") || lines[0].Line != 1 {
		t.Fatalf("got %+v, want an error and a reply", lines)
	}
	checkPlain(t, "end", lines[1])
}

// TestBatchByteOrderMark reads what Windows writes: a byte order mark first, CRLF at line ends.
func TestBatchByteOrderMark(t *testing.T) {
	lines := runBatch(t, []byte("\ufeff{\"id\":\"a\",\"q\":\"number of plots\"}\r\n{\"id\":\"b\",\"q\":\"number of plots\"}\r\n"))
	if len(lines) != 2 {
		t.Fatalf("%d lines, want 2", len(lines))
	}
	checkPlain(t, "a", lines[0])
	checkPlain(t, "b", lines[1])
}

// TestBatchAtOnce writes a line and waits for its reply before it writes the next, as a script that drives the bot does.
func TestBatchAtOnce(t *testing.T) {
	inRead, in := io.Pipe()
	out, outWrite := io.Pipe()
	done := make(chan int, 1)
	go func() {
		defer outWrite.Close()
		done <- run([]string{"ask", "--batch", "--kb", "testdata/kb"}, inRead, outWrite, io.Discard)
	}()
	replies := newReader(out)
	for _, id := range []string{"a", "b", "c"} {
		if _, err := in.Write(queryLine(t, id, "number of plots")); err != nil {
			t.Fatal(err)
		}
		checkPlain(t, id, parseReply(t, []byte(replies.until(t, ""))))
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case code := <-done:
		if code != exitOK {
			t.Errorf("exit code %d", code)
		}
	case <-time.After(patience):
		t.Fatal("it goes on after the input ended")
	}
}
