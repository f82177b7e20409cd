package bot

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"alliancebot/bot/guard"
	"alliancebot/knowledge"
	"alliancebot/knowledge/alliance"
)

const testEntries = `
topic: Test
entries:
  - id: boroughs
    question: Which boroughs does the Alliance cover?
    also_asked: [what area do you look after, which parts of London are yours, list the areas you cover, "%s"]
    answer: "Version %s: it covers Barnet and Camden."
    more: There is more to say about the boroughs.
    gives: [list, place]
    see_also: [formed, host]
  - id: formed
    question: When was the Alliance formed?
    also_asked: [what year did it start, how old is the alliance, date of birth of the alliance]
    answer: "Version %s: it was formed in 2020."
    gives: [date]
    see_also: [host]
    as_published: true
  - id: host
    question: Who hosts the Alliance?
    also_asked: [which trust are you part of, who do you belong to, where do you sit in the NHS]
    answer: "Version %s: a hospital hosts it."
    gives: [organisation]
  - id: team
    audience: staff
    question: How do I reach the team channel?
    also_asked: [team channel for staff, where do staff ask for help, internal help desk]
    answer: Ask in the team channel.
  - id: leaders
    covered: false
    question: Who runs the Alliance?
    also_asked: [who is the director, who is in charge, name of the boss]
    answer: It does not say who runs it.
    see_also: [host]
`

const testTalk = `
topic: Small talk
kind: small talk
entries:
  - id: thanks
    question: Thank you
    also_asked: [thanks, cheers, ta very much]
    answer: You are welcome.
  - id: help
    question: What can you do?
    also_asked: [help, what can I ask, how does this work]
    answer: Ask me about the Alliance.
`

const testReplies = `
help: help
examples: [boroughs, host]
website: "Look on [the website](https://example.org/)."
`

// testReady makes a small knowledge whose answers all name its version.
func testReady(t testing.TB, version string) *Ready {
	t.Helper()
	kb, err := knowledge.Load(fstest.MapFS{
		"a.yaml":       {Data: fmt.Appendf(nil, testEntries, "only in version "+version, version, version, version)},
		"talk.yaml":    {Data: []byte(testTalk)},
		"replies.yaml": {Data: []byte(testReplies)},
	}, knowledge.Unchecked(true))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Prepare(kb)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// shipped is the knowledge that the program ships, ready.
var shipped = sync.OnceValue(func() *Ready {
	kb, err := knowledge.Load(alliance.FS)
	if err != nil {
		panic(err)
	}
	r, err := Prepare(kb)
	if err != nil {
		panic(err)
	}
	return r
})

func entriesOf(r Reply) string {
	var out []string
	for _, a := range r.Answers {
		if a.Missing {
			out = append(out, "-")
			continue
		}
		out = append(out, a.Entry)
	}
	return strings.Join(out, " ")
}

func choicesOf(r Reply) string {
	var out []string
	for _, c := range r.Choices {
		out = append(out, c.Entry)
	}
	return strings.Join(out, " ")
}

func TestHandle(t *testing.T) {
	b := New(testReady(t, "1"), Options{})
	for _, c := range []struct {
		message Message
		kind    Kind
		entries string
		says    string
	}{
		{Message{Text: "which boroughs do you cover?"}, Answered, "boroughs", "Version 1: it covers"},
		{Message{Text: "When was the Alliance formed?"}, Answered, "formed", "may have changed"},
		{Message{Text: "who is in charge"}, Unknown, "", "does not say who runs it"},
		{Message{Text: "THANKS!!"}, SmallTalk, "", "You are welcome."},
		{Message{Text: ""}, SmallTalk, "", "Ask me about the Alliance."},
		{Message{Text: " \t\n "}, SmallTalk, "", "Ask me about the Alliance."},
		{Message{Text: "🙂🙂"}, SmallTalk, "", "only read words"},
		{Message{Text: "?!"}, SmallTalk, "", "only read words"},
		{Message{Text: strings.Repeat("which boroughs ", 10_000)}, Unknown, "", "too long"},
		{Message{Text: "quantum entanglement recipe"}, Unknown, "", "I could not find that"},
		{Message{Choice: "host"}, Answered, "host", "a hospital hosts it"},
		{Message{Choice: "leaders"}, Unknown, "", "does not say who runs it"},
		{Message{Choice: "gone"}, Unknown, "", "no longer here"},
		{Message{Choice: NoneOfThese}, Unknown, "", "none of these fits"},
		{Message{Choice: "host", Text: "which boroughs"}, Answered, "host", "a hospital"}, // a choice is never matched as text
		{Message{Text: "team channel for staff", Audience: Staff}, Answered, "team", "Ask in the team channel."},
		{Message{Text: "team channel for staff", Audience: Community}, Unknown, "", ""},
		{Message{Choice: "team", Audience: Community}, Unknown, "", "no longer here"},
	} {
		r := b.Handle(t.Context(), c.message)
		if r.Kind != c.kind || entriesOf(r) != c.entries || !strings.Contains(r.Text(), c.says) {
			t.Errorf("%.60q/%s: got kind %s, entries %q, text %q; want %s, %q, ...%q...", c.message.Text, c.message.Choice, r.Kind, entriesOf(r), r.Text(), c.kind, c.entries, c.says)
		}
	}
}

// TestRefusal: a refusal says where to go, what is near, and the safety line.
func TestRefusal(t *testing.T) {
	b := New(testReady(t, "1"), Options{})
	r := b.Handle(t.Context(), Message{Text: "who is in charge"})
	if text := r.Text(); !strings.Contains(text, "https://example.org/") || choicesOf(r) != "host" {
		t.Errorf("the refusal names no website or not what is near: %q", text)
	}
}

// TestAskedFor: a text that does not hold what is asked for is never the answer.
func TestAskedFor(t *testing.T) {
	b := New(testReady(t, "1"), Options{})
	for _, q := range []string{"when did you start to look after these areas, what year", "how many people host the alliance", "who is the chair of the boroughs that you cover"} {
		if r := b.Handle(t.Context(), Message{Text: q}); r.Kind == Answered && entriesOf(r) != "formed" {
			t.Errorf("%q is answered with %s, which does not hold that", q, entriesOf(r))
		}
	}
}

func TestSeveralQuestions(t *testing.T) {
	b := New(testReady(t, "1"), Options{})
	for text, want := range map[string]string{
		"Which boroughs do you cover? And when was the Alliance formed?":       "boroughs formed",
		"which boroughs do you cover and who hosts the alliance":               "boroughs host",
		"when was the alliance formed, which boroughs do you cover":            "formed boroughs",
		"who hosts the Alliance? who is in charge?":                            "host -",
		"Hello there. I am new here. Who hosts the Alliance?":                  "host",
		"which boroughs do you cover? which boroughs does the Alliance cover?": "boroughs",
		"1) when was the alliance formed 2) who hosts the alliance":            "formed host",
	} {
		if r := b.Handle(t.Context(), Message{Text: text}); r.Kind != Answered || entriesOf(r) != want {
			t.Errorf("%q: got %s %q, want %q", text, r.Kind, entriesOf(r), want)
		}
	}
}

func TestConversation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(testReady(t, "1"), Options{})
		ask := func(text string) Reply {
			return b.Handle(t.Context(), Message{Conversation: "c", Text: text})
		}
		want := func(r Reply, kind Kind, entries string) {
			t.Helper()
			if r.Kind != kind || entriesOf(r) != entries {
				t.Errorf("got %s %q (%q), want %s %q", r.Kind, entriesOf(r), r.Text(), kind, entries)
			}
		}
		want(ask("tell me more"), Unknown, "")
		want(ask("2"), Unknown, "")
		want(ask("which boroughs do you cover"), Answered, "boroughs")
		if r := ask("tell me more please"); !strings.Contains(r.Text(), "more to say about the boroughs") {
			t.Errorf("more says %q", r.Text())
		}
		want(ask("more"), Unknown, "") // it was told
		want(ask("which boroughs do you cover"), Answered, "boroughs")
		want(ask("the second one"), Answered, "host") // of what the answer is related to
		want(ask("7"), Unknown, "")
		want(ask("no, I meant the boroughs"), Answered, "boroughs")
		want(ask("when was that?"), Unknown, "") // nothing about the boroughs holds a date
		want(ask("when was the alliance formed"), Answered, "formed")
		want(ask("and when was that?"), Answered, "formed")
		want(ask("and who hosts the alliance"), Answered, "host")
		time.Sleep(talkTime + time.Second) // in the bubble's clock
		want(ask("tell me more"), Unknown, "")
	})
}

// TestConversationsAreApart: what one person was told means nothing to another.
func TestConversationsAreApart(t *testing.T) {
	b := New(testReady(t, "1"), Options{})
	b.Handle(t.Context(), Message{Conversation: "a", Text: "which boroughs do you cover"})
	if r := b.Handle(t.Context(), Message{Conversation: "b", Text: "tell me more"}); r.Kind != Unknown {
		t.Errorf("another conversation was told %q", r.Text())
	}
	for range 2 {
		b.Handle(t.Context(), Message{Text: "which boroughs do you cover"})
		if r := b.Handle(t.Context(), Message{Text: "tell me more"}); r.Kind != Unknown {
			t.Errorf("without a conversation, context was kept: %q", r.Text())
		}
	}
}

func TestWelcomeOncePerConversation(t *testing.T) {
	b := New(testReady(t, "1"), Options{})
	for i, want := range []bool{true, false, false} {
		r := b.Handle(t.Context(), Message{Conversation: "a", Text: "who hosts the alliance"})
		if got := !r.Welcome.Empty(); got != want {
			t.Errorf("message %d: welcome %v, want %v", i+1, got, want)
		}
	}
}

func TestManners(t *testing.T) {
	b := New(shipped(), Options{})
	ask := func(text string) Reply { return b.Handle(t.Context(), Message{Conversation: "c", Text: text}) }
	ask("who hosts the alliance")
	if r := ask("where did you get that?"); r.Kind != SmallTalk || !strings.Contains(r.Text(), "Who are we?") || !strings.Contains(r.Text(), "22 November 2026") {
		t.Errorf("the source is not named: %q", r.Text())
	}
	if r := ask("that's wrong"); r.Kind != SmallTalk {
		t.Errorf("got %s %q", r.Kind, r.Text())
	}
	for _, q := range []string{"gdzie jest najbliższy szpital onkologiczny", "quels arrondissements couvrez vous", "¿Cuáles son los objetivos principales?", "哪些区 由 你们 负责"} {
		if r := ask(q); r.Kind != Unknown || !strings.Contains(r.Text(), "English") {
			t.Errorf("%q: got %s %q", q, r.Kind, r.Text())
		}
	}
	if r := ask("i want to die"); r.Class != guard.SelfHarm {
		t.Fatalf("class %q", r.Class)
	}
	if r := ask("thanks"); strings.Contains(r.Text(), "welcome") {
		t.Errorf("cheerful after a crisis reply: %q", r.Text())
	}
	if r := ask("which boroughs do you cover"); r.Kind != Answered || r.Class != guard.None {
		t.Errorf("the next question is not answered: %s %q", r.Kind, r.Text())
	}
}

// TestLongMessages: a cry for help is heard at either end of a message of any length.
func TestLongMessages(t *testing.T) {
	b := New(shipped(), Options{})
	long := strings.Repeat("the boroughs and the partners. ", 5000)
	for _, text := range []string{"i want to kill myself. " + long, long + " i want to kill myself"} {
		if r := b.Handle(t.Context(), Message{Text: text}); r.Class != guard.SelfHarm {
			t.Errorf("class %q, want %q", r.Class, guard.SelfHarm)
		}
	}
}

func TestTalksAreBounded(t *testing.T) {
	ts := newTalks(time.Now)
	for i := range maxTalks + 100 {
		talk := ts.open(fmt.Sprint(i))
		talk.greeted = true
		talk.mu.Unlock()
	}
	if n := ts.recent.Len(); n != maxTalks || len(ts.byKey) != maxTalks {
		t.Errorf("%d and %d conversations are kept, want %d", n, len(ts.byKey), maxTalks)
	}
	if oldest := ts.open("0"); oldest.greeted {
		t.Error("the oldest conversation is still known")
	}
	if newest := ts.open(fmt.Sprint(maxTalks + 99)); !newest.greeted {
		t.Error("the newest conversation is forgotten")
	}
}

// TestUseInConversation: after a swap, "tell me more" is said of the new knowledge.
func TestUseInConversation(t *testing.T) {
	b := New(testReady(t, "1"), Options{})
	ask := func(text string) Reply { return b.Handle(t.Context(), Message{Conversation: "c", Text: text}) }
	ask("when was the alliance formed")
	b.Use(testReady(t, "2"))
	if r := ask("when was that?"); !strings.Contains(r.Text(), "Version 2") || strings.Contains(r.Text(), "Version 1") {
		t.Errorf("got %q", r.Text())
	}
}

// TestUse: while the knowledge is swapped, every reply is wholly of one version.
func TestUse(t *testing.T) {
	one, two := testReady(t, "1"), testReady(t, "2")
	b := New(one, Options{})
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for ctx.Err() == nil {
				r := b.Handle(ctx, Message{Conversation: fmt.Sprint(i), Text: "which boroughs do you cover? when was the alliance formed? who hosts the alliance?"})
				text := r.Text()
				if n1, n2 := strings.Count(text, "Version 1"), strings.Count(text, "Version 2"); n1+n2 != 3 || n1*n2 != 0 {
					t.Errorf("a reply of %d parts of version 1 and %d of version 2", n1, n2)
					return
				}
			}
		})
	}
	for range 200 {
		b.Use(two)
		b.Use(one)
	}
	stop()
	wg.Wait()
}

func TestFeedback(t *testing.T) {
	b := New(testReady(t, "1"), Options{})
	vote := func(person string, helpful bool) {
		b.Feedback(t.Context(), Vote{Person: person, Entry: "host", Version: "v", Helpful: helpful})
	}
	vote("a", true)
	vote("a", true)
	vote("b", true)
	vote("b", false)
	if got, want := b.Votes("host", "v"), (Tally{Helpful: 1, Unhelpful: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := b.Votes("host", "other"); got != (Tally{}) {
		t.Errorf("another version has %+v", got)
	}
}

func TestAboutTopicsComplete(t *testing.T) {
	b := New(testReady(t, "1"), Options{})
	a := b.About()
	if a.Version == "" || len(a.Examples) != 2 || a.Does.Empty() || a.Privacy.Empty() {
		t.Errorf("About is %+v", a)
	}
	topics := b.Topics()
	if len(topics) != 1 || topics[0].Title != "Test" || len(topics[0].Choices) != 4 {
		t.Errorf("Topics is %+v", topics)
	}
	if c := b.Complete("which bor", 3); len(c) == 0 || c[0].Entry != "boroughs" {
		t.Errorf("Complete is %+v", c)
	}
}

func TestShorten(t *testing.T) {
	for s, want := range map[string]string{"abc": "abc", "abcdef": "abcd…", "ééééééé": "éééé…", "": ""} {
		if got := shorten(s, 5); got != want {
			t.Errorf("shorten(%q) = %q, want %q", s, got, want)
		}
	}
}

// TestShippedSuites asks the test questions of the shipped knowledge.
func TestShippedSuites(t *testing.T) {
	report := shipped().Test(t.Context(), nil)
	for _, o := range report.Outcomes() {
		if o.Failed {
			t.Errorf("%s: %s", o.Turn.Pos, o.Complaint())
		}
	}
	t.Log(report.Summary())
}

// TestShippedPhrasings: every phrasing of the shipped knowledge reaches its entry.
func TestShippedPhrasings(t *testing.T) {
	if err := shipped().CheckPhrasings(); err != nil {
		t.Error(err)
	}
}

// TestNothingIsEchoed: no word that only the person used comes back.
func TestNothingIsEchoed(t *testing.T) {
	b := New(shipped(), Options{})
	for _, q := range []string{"which boroughs xyzzyfoo", "what about xyzzyfoo?", "xyzzyfoo xyzzyfoo", "no, I meant xyzzyfoo", "who hosts xyzzyfoo and when was xyzzyfoo formed"} {
		if r := b.Handle(t.Context(), Message{Conversation: "c", Text: q}); strings.Contains(strings.ToLower(r.Text()), "xyzzyfoo") {
			t.Errorf("%q is echoed: %q", q, r.Text())
		}
	}
}

func FuzzHandle(f *testing.F) {
	b := New(shipped(), Options{})
	for _, q := range []string{"which boroughs?", "", "tell me more", "2", "and the second one?", "who hosts you and what is a care plan?", "\xff\x00", "1) a 2) b", "no, i meant", "what what what"} {
		f.Add(q, "")
	}
	f.Add("x", "host")
	f.Fuzz(func(t *testing.T, text, choice string) {
		start := time.Now()
		r := b.Handle(t.Context(), Message{Conversation: "fuzz", Text: text, Choice: choice})
		if d := time.Since(start); d > 2*time.Second {
			t.Errorf("took %v", d)
		}
		if r.Kind == Silence || r.Text() == "" {
			t.Errorf("no reply")
		}
		if r.Kind == Answered && len(r.Answers) == 0 || len(r.Choices) > maxChoices {
			t.Errorf("odd reply %+v", r)
		}
		if n := b.panics.Load(); n > 0 {
			t.Fatalf("%d panics were recovered", n)
		}
	})
}

func BenchmarkHandle(b *testing.B) {
	bot := New(shipped(), Options{})
	b.ReportAllocs()
	for b.Loop() {
		bot.Handle(b.Context(), Message{Conversation: "c", Text: "which parts of London do you look after?"})
	}
}
