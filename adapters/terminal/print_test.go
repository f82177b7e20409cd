package terminal

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"alliancebot/bot"
	"alliancebot/knowledge/markup"
)

var update = flag.Bool("update", false, "write what is printed into the golden files")

func text(t *testing.T, s string) markup.Text {
	t.Helper()
	parsed, err := markup.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// TestReplies compares replies as they are printed, piped and at a TTY, with the files in testdata. Colours stand there as
// <bold>, <dim> and <plain>.
func TestReplies(t *testing.T) {
	full := bot.Answer{
		Entry: "plots",
		Title: "How many plots does the garden have?",
		Body:  text(t, "The garden has 12 plots, and each of them is longer than a line at this terminal can be.\n\nThey are:\n\n- the **long** plots behind the house, where nobody goes at night, or ever\n- [the others](https://garden.example/others)\n"),
		Note:  "The page says this. Some of it may have changed since the page was written.",
		Sources: []bot.Citation{
			{Document: "Garden", Section: "Plots", Publisher: "The garden club", URL: "https://garden.example/", Read: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)},
			{Document: "Garden", Section: "Days", Publisher: "The garden club", URL: "https://garden.example/", Read: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)},
		},
		Related: []bot.Choice{{Entry: "days", Label: "On which days is the garden open to people who come from far away?"}, {Entry: "keys", Label: "Who keeps the keys?"}},
		HasMore: true,
	}
	days := bot.Answer{Entry: "days", Title: "On which days is it open?", Body: text(t, "On Monday.")}
	missing := bot.Answer{Body: text(t, "The page does not seem to answer your second question."), Missing: true}
	choices := []bot.Choice{{Entry: "plots", Label: "How many plots does the garden have?"}, {Entry: "keys", Label: "Who keeps the keys?"}}
	replies := map[string]bot.Reply{
		"silence":   {},
		"answer":    {Kind: bot.Answered, Answers: []bot.Answer{full}, Welcome: text(t, "I am a computer program. My answers were written by people.")},
		"several":   {Kind: bot.Answered, Answers: []bot.Answer{full, missing, days}, Choices: choices[1:]},
		"suggest":   {Kind: bot.Suggested, Notice: text(t, "Did you mean one of these?"), Choices: choices, NoneOfThese: true},
		"unknown":   {Kind: bot.Unknown, Notice: text(t, "I could not find that.\n\nYou can look on [the website](https://garden.example/)."), Choices: choices},
		"safety":    {Kind: bot.Safety, Notice: text(t, "Call 999 now.\n\n1. Stay where you are.\n2. Ask someone near you to help you while you wait for the people who come.\n"), Private: true},
		"smalltalk": {Kind: bot.SmallTalk, Notice: text(t, "Hello.")},
	}
	for name, r := range replies {
		t.Run(name, func(t *testing.T) {
			golden(t, name+".piped", render(t, r, printer{}))
			golden(t, name+".tty", render(t, r, printer{color: true, size: func() int { return 40 }}))
		})
	}
	t.Run("welcome", func(t *testing.T) {
		var out bytes.Buffer
		p := printer{out: &out, color: true, size: func() int { return 40 }}
		if err := p.welcome(new(handler).About()); err != nil {
			t.Fatal(err)
		}
		golden(t, "welcome.tty", out.String())
	})
}

func render(t *testing.T, r bot.Reply, p printer) string {
	t.Helper()
	var out bytes.Buffer
	p.out = &out
	if err := p.reply(r); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	got = strings.NewReplacer(bold, "<bold>", dim, "<dim>", reset, "<plain>").Replace(got)
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got); -update writes it anew:\n%s", file, diff)
	}
}

// TestNoColor prints without colours what is otherwise the same.
func TestNoColor(t *testing.T) {
	r := bot.Reply{Kind: bot.Answered, Answers: []bot.Answer{{Title: "T", Body: text(t, "B")}}, Welcome: text(t, "W")}
	size := func() int { return 40 }
	with, without := render(t, r, printer{color: true, size: size}), render(t, r, printer{size: size})
	if !strings.Contains(with, "\x1b") {
		t.Errorf("no colours: %q", with)
	}
	if got := strings.NewReplacer(bold, "", dim, "", reset, "").Replace(with); got != without || strings.Contains(without, "\x1b") {
		t.Errorf("without colours: %q, want %q", without, got)
	}
}

// TestWidth: lines are as wide as the terminal, but never too wide to read.
func TestWidth(t *testing.T) {
	long := bot.Reply{Kind: bot.SmallTalk, Notice: text(t, strings.Repeat("word ", 200))}
	for width, want := range map[int]int{40: 39, 100: 99, 300: 99} { // words of 4 and spaces
		got := 0
		for line := range strings.Lines(render(t, long, printer{size: func() int { return width }})) {
			got = max(got, len(strings.TrimSuffix(line, "\n")))
		}
		if got != want {
			t.Errorf("at %d columns the longest line has %d, want %d", width, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	tests := []struct {
		name  string
		s     string
		width int
		want  []string
	}{
		{"no width", "a  b\nc", 0, []string{"a  b\nc"}},
		{"a negative width", "a b", -3, []string{"a b"}},
		{"fits", "ab cd", 5, []string{"ab cd"}},
		{"one too many", "ab cd", 4, []string{"ab", "cd"}},
		{"a long word", "a incredibly b", 4, []string{"a", "incredibly", "b"}},
		{"a long word first", "incredibly b", 4, []string{"incredibly", "b"}},
		{"counts characters", "éé éé", 5, []string{"éé éé"}},
		{"nothing", "", 5, []string{""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, wrap(tt.s, tt.width)); diff != "" {
				t.Errorf("wrap(%q, %d) (-want +got):\n%s", tt.s, tt.width, diff)
			}
		})
	}
}

// FuzzWrap: no word is lost or cut, and only a word alone may be wider than the line.
func FuzzWrap(f *testing.F) {
	f.Add("a few words and an incredibly long one", 8)
	f.Add("é \u00a0 \n\t x", 1)
	f.Fuzz(func(t *testing.T, s string, width int) {
		lines := wrap(s, width)
		if diff := cmp.Diff(strings.Fields(s), strings.Fields(strings.Join(lines, " "))); diff != "" {
			t.Fatalf("wrap(%q, %d) changes the words:\n%s", s, width, diff)
		}
		for _, l := range lines {
			if width > 0 && utf8.RuneCountInString(l) > width && len(strings.Fields(l)) > 1 {
				t.Fatalf("wrap(%q, %d): the line %q is too long", s, width, l)
			}
		}
	})
}
