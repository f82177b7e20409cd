package discord

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"alliancebot/adapters/adaptertest"
	"alliancebot/adapters/discord/discordtest"
	"alliancebot/bot"
	"alliancebot/bot/guard"
	"alliancebot/knowledge/markup"
)

var update = flag.Bool("update", false, "write the golden files anew")

func parse(t testing.TB, source string) markup.Text {
	t.Helper()
	text, err := markup.Parse(source)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// boroughs is an answer as the bot gives it.
func boroughs(t testing.TB) bot.Answer {
	return bot.Answer{
		Entry: "boroughs", Title: "Which London boroughs does the Alliance cover?",
		Body:    parse(t, "The Alliance covers 5 London boroughs:\n\n- Barnet\n- Camden\n- Enfield\n- Haringey\n- Islington"),
		Sources: []bot.Citation{{Document: "About us", Section: "Who are we?", URL: "https://www.nclcanceralliance.nhs.uk/about-us/", Read: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}},
		Related: []bot.Choice{{Entry: "partners", Label: "Who are the Alliance's partners?"}, {Entry: "local-population", Label: "Who does the Alliance serve?"}},
	}
}

func covid(t testing.TB) bot.Answer {
	a := boroughs(t)
	a.Entry, a.Title, a.HasMore = "covid-recovery", "What is the Alliance doing about COVID-19 recovery?", true
	a.Body = parse(t, "Helping services recover from COVID-19 is 1 of the Alliance's aims. It wants to bring services back to the levels from before COVID-19. "+
		"It also wants services that can cope with more waves. Read more on [the Alliance's website](https://www.nclcanceralliance.nhs.uk/).\n\nIt works on this with its partners.")
	a.Note = "The Alliance's About us page says this. Some of it may have changed since the page was written."
	a.Sources[0].Section = "COVID-19 recovery"
	a.Related = []bot.Choice{{Entry: "capacity", Label: "What does the Alliance do about the capacity and efficiency of clinical services?"}}
	return a
}

// replies are the kinds of reply that people get.
func replies(t testing.TB) map[string]bot.Reply {
	website := "You can look on [the Alliance's website](https://www.nclcanceralliance.nhs.uk/about-us/)."
	return map[string]bot.Reply{
		"answer": {Kind: bot.Answered, Answers: []bot.Answer{boroughs(t)}},
		"first answer, with a note and more": {Kind: bot.Answered, Answers: []bot.Answer{covid(t)},
			Welcome: parse(t, "I am a computer program. I answer only from the Alliance's About us page. Please do not share personal or health details here.")},
		"several questions": {Kind: bot.Answered, Answers: []bot.Answer{boroughs(t),
			{Missing: true, Body: parse(t, "The About us page does not name the people who run the Alliance.")}, covid(t)},
			Choices: []bot.Choice{{Entry: "host", Label: "Who hosts the Alliance?"}}},
		"did you mean": {Kind: bot.Suggested, Notice: parse(t, "I am not sure what you mean. Did you mean one of these?"), NoneOfThese: true,
			Choices: []bot.Choice{{Entry: "boroughs", Label: "Which London boroughs does the Alliance cover?"}, {Entry: "host", Label: "Who hosts the Alliance?"}}},
		"unknown": {Kind: bot.Unknown, Notice: parse(t, "I could not find that in the Alliance's About us page.\n\n"+website+
			"\n\nIf you are worried about your health, contact a GP or use NHS 111 online.\n\nI can answer these questions, which are close to yours:"),
			Choices: []bot.Choice{{Entry: "host", Label: "Who hosts the Alliance?"}, {Entry: "board", Label: "Who runs the Alliance?"}}},
		"crisis": {Kind: bot.Safety, Class: guard.SelfHarm, Private: true, Notice: parse(t, "I am sorry that you feel like this. You do not have to be alone with it.\n\n"+
			"- If you are in danger now, call 999\n- You can call [Samaritans on 116 123](tel:116123) at any time\n- You can text SHOUT to 85258")},
		"signpost and answer": {Kind: bot.Answered, Class: guard.Medicine, Notice: parse(t, "I cannot give advice about medicines. Please ask a pharmacist or your cancer team."),
			Answers: []bot.Answer{boroughs(t)}},
		"small talk": {Kind: bot.SmallTalk, Notice: parse(t, "Hello. You can ask me about the North Central London Cancer Alliance."),
			Choices: []bot.Choice{{Entry: "boroughs", Label: "Which boroughs?"}}},
		"signs of Markdown": {Kind: bot.Answered, Answers: []bot.Answer{{Entry: "signs", Title: "What about *_~`|<@1> and @everyone?",
			Body: markup.Text{Blocks: []markup.Block{{Spans: []markup.Span{{Text: "# not a heading, *not* bold, 1 < 2, :smile:, [x](y)"}}},
				{Items: [][]markup.Span{{{Text: "1. "}, {Text: "bold", Bold: true}, {Text: " "}, {Text: "words", URL: "https://example.org/a_(b)"}}, {{Text: "- two"}}}},
			}}}}},
	}
}

func TestGoldenRenders(t *testing.T) {
	for name, r := range replies(t) {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			for _, v := range []struct {
				title string
				view
			}{
				{"as an embed", view{version: "a1b2c3", asker: "500", post: true}},
				{"as text", view{version: "a1b2c3", asker: "500", text: true}},
			} {
				for i, c := range render(r, v.view) {
					fmt.Fprintf(&b, "======== %s, message %d\n%s", v.title, i+1, drawing(toMessage(t, c)))
				}
			}
			file := filepath.Join("testdata", "render", strings.ReplaceAll(strings.ReplaceAll(name, ",", ""), " ", "_")+".txt")
			if *update {
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), b.String()); diff != "" {
				t.Errorf("%s differs (-want +got); rewrite it with -update\n%s", file, diff)
			}
		})
	}
}

// drawing shows a message as Discord shows it. The embeds stand behind a bar, as in Discord; without it is what people
// see who have embeds switched off.
func drawing(p discordtest.Post) string {
	var b strings.Builder
	fmt.Fprintln(&b, p.Body.Content)
	for _, e := range p.Body.Embeds {
		fmt.Fprintln(&b)
		lines := []string{"# " + e.Title, e.Description}
		if e.Title == "" {
			lines = lines[1:]
		}
		if e.Footer != nil {
			lines = append(lines, "", "-- "+e.Footer.Text)
		}
		for line := range strings.SplitSeq(strings.Join(lines, "\n"), "\n") {
			fmt.Fprintln(&b, strings.TrimRightFunc("| "+line, unicode.IsSpace))
		}
	}
	for _, row := range p.Body.Components {
		fmt.Fprintln(&b)
		for _, c := range row.Components {
			switch {
			case c.Type == 3:
				fmt.Fprintf(&b, "{%s}  %s\n", c.Placeholder, c.CustomID)
				for _, o := range c.Options {
					fmt.Fprintf(&b, "    %s  %s\n", o.Label, o.Value)
				}
			case c.URL != "":
				fmt.Fprintf(&b, "[%s]  %s\n", c.Label, c.URL)
			default:
				fmt.Fprintf(&b, "[%s]  %s\n", c.Label, c.CustomID)
			}
		}
	}
	return b.String()
}

// words are what a reader sees, without marks.
func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// Nothing of an answer is lost however long it is, and every message keeps to Discord's limits.
func FuzzRender(f *testing.F) {
	f.Add("Short.", "Title?", "A note.", 1, false)
	f.Add(strings.Repeat("word ", 3000), strings.Repeat("title ", 80), "", 3, false)
	f.Add(strings.Repeat("\\*_~`|<@>[]()#", 900), "# @everyone", "note", 2, true)
	f.Add(strings.Repeat("\U0001f600", 5000), "\U0001f600", "\U0001f600", 4, true)
	f.Add(strings.Repeat("a", 9000), "", "", 9, false)
	f.Fuzz(func(t *testing.T, body, title, note string, n int, list bool) {
		n = min(max(n, 1), 12)
		body = body[:min(len(body), 20_000)] // longer than any answer can be
		body, title, note = oneLine(body), oneLine(title), oneLine(note)
		r := bot.Reply{Kind: bot.Answered, Notice: paragraph(note), Welcome: paragraph(note)}
		for i := range n {
			a := adaptertest.Answer(fmt.Sprintf("entry-%d", i), body).Answers[0]
			a.Title, a.Note, a.HasMore = title, note, true
			if list {
				a.Body.Blocks = append(a.Body.Blocks, markup.Block{Items: [][]markup.Span{{{Text: body}}, {{Text: title}}}})
			}
			a.Related = []bot.Choice{{Entry: "x", Label: title}, {Entry: "x", Label: title}}
			r.Answers = append(r.Answers, a)
		}
		r.Choices = []bot.Choice{{Entry: "y", Label: clip(title, 75)}}
		for _, v := range []view{{version: "1"}, {version: "1", text: true}} {
			var all strings.Builder
			for _, c := range render(r, v) {
				p := toMessage(t, c)
				all.WriteString(strings.TrimPrefix(p.Text(true), wordsContinued) + "\n")
			}
			seen := strings.Join(words(all.String()), "")
			for _, want := range []string{body, title, note} {
				if w := strings.Join(words(want), ""); !strings.Contains(seen, w) && w != "" {
					t.Errorf("view %+v loses %q", v, clip(want, 100))
				}
			}
		}
	})
}

func oneLine(s string) string {
	return strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ")
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"<@100> which boroughs?":                     "which boroughs?",
		"<@!100>  which\n\n boroughs?":               "which\nboroughs?",
		"hey <@&9> and <#300>, who runs it?":         "hey and , who runs it?",
		"**who** hosts __it__? ~~no~~ ||secret||":    "who hosts it? no secret",
		"_why_ snake_case `code`":                    "why snake_case code",
		"> quoted\nand said":                         "quoted\nand said",
		"# big\n- one\n* two\n-# small":              "big\none\ntwo\nsmall",
		"[this page](https://example.org/x) <:a:12>": "this page",
		"<t:1700000000:R> </ask:123> <a:wave:4>hi":   "hi",
		`\*not bold\* \_x\_`:                         "*not bold* _x_",
		"I <3 you, 2 < 3":                            "I <3 you, 2 < 3",
		"":                                           "",
	} {
		if got := plain(in); got != want {
			t.Errorf("plain(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzPlain(f *testing.F) {
	f.Add("<@1> **a** `b` \\* > c")
	f.Fuzz(func(t *testing.T, s string) {
		got := plain(s)
		if mention.MatchString(got) && !strings.Contains(s, "\\") && !strings.ContainsAny(s, "*_~|`[") {
			t.Errorf("plain(%q) = %q leaves a mention", s, got)
		}
		for _, w := range words(got) {
			if !strings.Contains(s, w) && !strings.ContainsAny(s, "*_~|`<[\\\uE000") {
				t.Errorf("plain(%q) = %q makes up %q", s, got, w)
			}
		}
	})
}

func TestLead(t *testing.T) {
	for _, tc := range []struct {
		source string
		n      int
		want   string
	}{
		{"One. Two is longer. Three.", 100, "One. Two is longer. Three."},
		{"One. Two is longer. Three.", 20, "One. Two is longer."},
		{"A sentence that does not end for quite a while", 20, "A sentence that…"},
		{"These are the parts:\n\n- one\n- two\n- three", 100, "These are the parts: one, two, three."},
		{"These are the parts:\n\n- one\n- two\n- three", 33, "These are the parts: one, two, …"},
		{"These are the parts:\n\n- one, and a half\n- two", 100, "These are the parts: one, and a half; two."},
		{"Unbreakable" + strings.Repeat("e", 50), 20, "Unbreakableeeeeeeee…"},
	} {
		if got := lead(parse(t, tc.source), tc.n); got != tc.want || length(got) > tc.n {
			t.Errorf("lead(%q, %d) = %q, want %q", tc.source, tc.n, got, tc.want)
		}
	}
}

func TestPressOfCustomID(t *testing.T) {
	for id, ok := range map[string]bool{
		"v1|ask|boroughs": true, "v1|topics": true, "v1|vote|yes|boroughs|abc": true, "v1|pick||boroughs": true,
		"v2|ask|boroughs": false, "v1": false, "": false, "v1|vote|yes|boroughs": false, "v1|pick|500": false, "|||": false,
	} {
		if _, got := parsePress(id, nil); got != ok {
			t.Errorf("parsePress(%q) = %v, want %v", id, got, ok)
		}
	}
	if p, ok := parsePress("v1|pick|500", []string{"host"}); !ok || p.last() != "host" || p.args[0] != "500" {
		t.Errorf("a menu's choice is read as %+v, %v", p, ok)
	}
	if id := customID(doAsk, strings.Repeat("x", 100)); id != "" {
		t.Errorf("a custom id of %d characters", len(id))
	}
}
