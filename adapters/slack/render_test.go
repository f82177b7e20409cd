package slack

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	slackgo "github.com/slack-go/slack"

	"alliancebot/adapters/slack/slacktest"
	"alliancebot/bot"
	"alliancebot/bot/guard"
	"alliancebot/knowledge/markup"
)

var update = flag.Bool("update", false, "write the golden files anew")

var readOn = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

func boroughs() bot.Answer {
	return bot.Answer{
		Entry: "boroughs",
		Title: "Which London boroughs does the Alliance cover?",
		Body: markup.MustParse(`The Alliance covers 5 London boroughs:

- Barnet
- Camden
- Enfield
- Haringey
- Islington`),
		Sources: []bot.Citation{{Document: "About us", Section: "Who are we?", URL: "https://www.nclcanceralliance.nhs.uk/about-us/", Read: readOn}},
		Related: []bot.Choice{{Entry: "partners", Label: "Who are the Alliance's partners?"}, {Entry: "host", Label: "Who hosts the Alliance?"}},
		HasMore: true,
	}
}

func alliances() bot.Answer {
	return bot.Answer{
		Entry: "alliances-in-england",
		Title: "How many Cancer Alliances are there in England?",
		Body:  markup.MustParse("There are **21** Cancer Alliances in England. NHS England set them up. See [the About us page](https://www.nclcanceralliance.nhs.uk/about-us/)."),
		Note:  "The Alliance's About us page says this. Some of it may have changed since the page was written.",
		Sources: []bot.Citation{
			{Document: "About us", Section: "Who are we?", URL: "https://www.nclcanceralliance.nhs.uk/about-us/", Read: readOn},
			{Document: "About us", Section: "Our aims", URL: "https://www.nclcanceralliance.nhs.uk/about-us/", Read: readOn}},
	}
}

// replies are one of every kind of reply.
var replies = map[string]struct {
	reply   bot.Reply
	surface surface
}{
	"answer": {bot.Reply{Kind: bot.Answered, Answers: []bot.Answer{boroughs()}}, surface{choose: actPick}},
	"answer_first": {bot.Reply{Kind: bot.Answered, Answers: []bot.Answer{alliances()},
		Welcome: markup.Verbatim("I am a computer program. My answers come from the Alliance's About us page only. Please do not share personal or health details.")},
		surface{choose: actPick}},
	"answer_two":      {bot.Reply{Kind: bot.Answered, Answers: []bot.Answer{boroughs(), alliances(), {Body: markup.Verbatim("The page does not say how many people work there."), Missing: true}}}, surface{choose: actPick}},
	"answer_command":  {bot.Reply{Kind: bot.Answered, Answers: []bot.Answer{boroughs()}}, surface{choose: actPick, offer: offerShare}},
	"answer_shortcut": {bot.Reply{Kind: bot.Answered, Answers: []bot.Answer{boroughs()}}, surface{choose: actPick, offer: offerPost + "1763000000.000001"}},
	"suggest": {bot.Reply{Kind: bot.Suggested, Notice: markup.Verbatim("I am not sure what you mean. Did you mean one of these?"), NoneOfThese: true,
		Choices: []bot.Choice{{Entry: "working-group", Label: "What is the Cancer Inequalities Working Group?"},
			{Entry: "working-group-members", Label: "Who is on the Cancer Inequalities Working Group?"}}}, surface{choose: actPick}},
	"unknown": {bot.Reply{Kind: bot.Unknown, Notice: markup.MustParse("The page does not name the people who run the Alliance.\n\nIf you are worried about your health, contact a GP or NHS 111."),
		Choices: []bot.Choice{{Entry: "host", Label: "Who hosts the Alliance?"}}}, surface{choose: actPick}},
	"safety": {bot.Reply{Kind: bot.Safety, Class: guard.Emergency, Private: true, Notice: markup.MustParse("Call 999 or go to A&E now. Do not wait for a reply here.")}, surface{choose: actPick}},
	"safety_and_answer": {bot.Reply{Kind: bot.Answered, Class: guard.Symptom, Notice: markup.MustParse("New or worrying changes need to be checked. Contact a GP."),
		Answers: []bot.Answer{boroughs()}}, surface{choose: actPick}},
	"small_talk": {bot.Reply{Kind: bot.SmallTalk, Notice: markup.Verbatim("You are welcome.")}, surface{choose: actPick}},
	"hostile": {bot.Reply{Kind: bot.Answered, Answers: []bot.Answer{{Entry: "x", Title: "<!channel> & *bold*?", HasMore: false, Note: "<!here>",
		Body: markup.Text{Blocks: []markup.Block{
			{Spans: []markup.Span{{Text: "<@U1> *not bold* _not italic_ `no code` [no](link) ~no~ | & <b>"}}},
			{Spans: []markup.Span{{Text: "# no heading"}}}, {Spans: []markup.Span{{Text: "1. no list"}}}, {Spans: []markup.Span{{Text: "- no list"}}},
			{Spans: []markup.Span{{Text: "a ] label | of > a link", URL: "https://example.org/a(b)?c=1&d=<e>|f"}, {Text: " and "}, {Text: "bold ", Bold: true},
				{Text: "no script", URL: "javascript:alert(1)"}}}}}}}}, surface{choose: actPick}},
}

// TestGolden compares what is sent with the files in testdata: for each message the text of screen readers, the
// rich blocks, and the plainer ones that stand in where those are refused.
func TestGolden(t *testing.T) {
	t.Parallel()
	for name, tc := range replies {
		t.Run(name, func(t *testing.T) {
			golden(t, name+".golden.txt", show(render(tc.reply, "2026-11-22.1", tc.surface), true, false))
		})
	}
	t.Run("home", func(t *testing.T) {
		about := bot.About{Name: "Alliance bot", Does: markup.Verbatim("I answer questions about the North Central London Cancer Alliance from its About us page."),
			Privacy: markup.Verbatim("I keep nothing of what you type."), Version: "2026-11-22.1", Read: readOn, Website: "https://www.nclcanceralliance.nhs.uk/"}
		topics := []bot.Topic{{Title: "About the Alliance", Choices: boroughs().Related}, {Title: "Aims", Choices: boroughs().Related[:1]}}
		golden(t, "home.golden.txt", show([]card{home(about, boroughs().Related, topics, "Aims")}, false))
	})
}

// show writes messages as a person reads them, with the JSON below.
func show(cards []card, forms ...bool) string {
	unicode := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&")
	var b strings.Builder
	for i, c := range cards {
		fmt.Fprintf(&b, "== message %d: what screen readers and notifications say\n\n%s\n\n", i+1, c.text())
		for _, rich := range forms {
			raw, err := json.MarshalIndent(c.blocks(rich), "", "  ")
			if err != nil {
				panic(err)
			}
			fmt.Fprintf(&b, "== message %d: blocks, rich: %v\n\n%s\n\n", i+1, rich, unicode.Replace(string(raw)))
		}
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
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
		t.Errorf("%s (-want +got), go test -update writes it anew:\n%s", file, diff)
	}
}

// FuzzRender holds that whatever the knowledge says, Slack takes the messages, and no word is lost.
func FuzzRender(f *testing.F) {
	f.Add("One two. Three & <four>.", "What?", 3, true)
	f.Add("<!channel> *a* _b_ [c](d)", "- x", 400, false)
	f.Fuzz(func(t *testing.T, sentence, title string, times int, listed bool) {
		times = 1 + max(times, -times-1)%500
		r := fuzzReply(sentence, title, times, listed)
		if renderedWords(r) == "" {
			return
		}
		said := ""
		for _, c := range render(r, "v", surface{choose: actPick, offer: offerShare}) {
			for _, rich := range []bool{true, false} {
				raw, err := json.Marshal(c.blocks(rich))
				if err != nil {
					t.Fatal(err)
				}
				if wrong := slacktest.CheckBlocks(raw); len(wrong) > 0 {
					t.Fatalf("Slack refuses %s: %q", raw, wrong)
				}
			}
			text := c.text()
			if n := len([]rune(escape(text))); n > 4000 {
				t.Fatalf("a text of %d characters", n)
			}
			said += text
		}
		if !strings.Contains(letters(said), renderedWords(r)) {
			t.Fatalf("a word of the answer is lost")
		}
	})
}

func fuzzReply(sentence, title string, times int, listed bool) bot.Reply {
	sentence = strings.ToValidUTF8(strings.Join(strings.Fields(sentence), " "), "")
	var body markup.Text
	for range times {
		span := []markup.Span{{Text: sentence + " "}}
		if last := len(body.Blocks) - 1; listed && last >= 0 {
			body.Blocks[last].Items = append(body.Blocks[last].Items, span)
		} else if listed {
			body.Blocks = append(body.Blocks, markup.Block{Items: [][]markup.Span{span}})
		} else {
			body.Blocks = append(body.Blocks, markup.Block{Spans: span})
		}
	}
	return bot.Reply{Kind: bot.Answered, Answers: []bot.Answer{{Entry: "x", Title: strings.ToValidUTF8(title, ""), Body: body}}}
}

func renderedWords(r bot.Reply) string { return letters(r.Answers[0].Body.Plain()) }

// letters leaves out white space and the marks of lists.
func letters(s string) string {
	return strings.NewReplacer(" ", "", "\n", "", "-", "", "\t", "").Replace(strings.Join(strings.Fields(s), ""))
}

// The blocks have the very shape that Slack documents for feedback.
func TestFeedbackBlock(t *testing.T) {
	t.Parallel()
	raw, err := json.Marshal((&vote{"boroughs", "v1"}).block(true))
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	const shape = `{"type":"context_actions","elements":[{"type":"feedback_buttons","action_id":"alliance-vote",
		"positive_button":{"text":{"type":"plain_text","text":"Helpful"},"value":"yes|boroughs|v1","accessibility_label":"This answer was helpful"},
		"negative_button":{"text":{"type":"plain_text","text":"Not helpful"},"value":"no|boroughs|v1","accessibility_label":"This answer was not helpful"}}]}`
	if err := json.NewDecoder(bytes.NewReader([]byte(shape))).Decode(&want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("feedback (-want +got):\n%s", diff)
	}
	var _ slackgo.Block = (&vote{}).block(false)
}

func TestCutLabel(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		in   string
		n    int
		want string
	}{
		{"short", 10, "short"},
		{"What does the Alliance do?", 20, "What does the..."},
		{"Donaudampfschifffahrtsgesellschaft", 10, "Donauda..."},
		{"ééééééééééé", 10, "ééééééé..."},
	} {
		if got := cutLabel(tc.in, tc.n); got != tc.want || len([]rune(got)) > tc.n {
			t.Errorf("cutLabel(%q, %d) = %q, want %q", tc.in, tc.n, got, tc.want)
		}
	}
}
