package adaptertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"alliancebot/adapters"
	"alliancebot/bot"
)

// patience is how long a test waits for what has to happen. It is only used up by a test that fails.
const patience = 20 * time.Second

// Run runs the contract. newPlatform makes a fresh Platform for each test; Platform.Close is called at least once.
func Run(t *testing.T, newPlatform func(t *testing.T) Platform) {
	t.Run("the end leaves no goroutine", func(t *testing.T) { testNoneLeft(t, newPlatform) })
	for _, tc := range []struct {
		name string
		test func(*testing.T, *session)
	}{
		{"a mention is answered once", testMention},
		{"a direct message is answered once", testDirect},
		{"a message delivered again is not answered again", testDuplicates},
		{"people are told apart and answered each", testPeople},
		{"other bots and the bot itself are not answered", testLoops},
		{"an empty mention gets help", testEmptyMention},
		{"a silent reply says nothing", testSilence},
		{"a choice comes back as a choice", testChoices},
		{"a private reply stays private", testPrivate},
		{"a crisis reply is seen at once and lasts", testCrisis},
		{"a long answer loses nothing", testLong},
		{"knowledge calls nobody", testMentions},
		{"what people type is not repeated", testEcho},
		{"a panic is survived and apologised for", testPanic},
		{"the end waits for what is in flight", testDrain},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.test(t, &session{t: t, Platform: newPlatform(t)})
		})
	}
	t.Run("a refused token ends it with a reason", func(t *testing.T) {
		t.Parallel()
		testRefused(t, newPlatform(t))
	})
}

// session is one test's platform, with the adapter running on it.
type session struct {
	Platform
	t      *testing.T
	script *Script
	log    lockedBuffer
	cancel context.CancelFunc
	ended  chan error
}

// start runs the adapter; when the test is over it is stopped, and what every run has to keep is checked.
func (s *session) start(reply func(bot.Message) bot.Reply) {
	s.t.Helper()
	s.script = NewScript(reply)
	a, err := s.Adapter(slog.New(slog.NewJSONHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel, s.ended = cancel, make(chan error, 1)
	go func() { s.ended <- a.Run(ctx, s.script) }()
	s.t.Cleanup(func() {
		s.stop()
		s.Close()
		for _, p := range s.Problems() {
			s.t.Errorf("people would mind: %s", p)
		}
		for _, secret := range s.Secrets() {
			if strings.Contains(s.log.String(), secret) {
				s.t.Errorf("the log holds a secret:\n%s", s.log.String())
			}
		}
	})
}

// stop ends the adapter, and wants nil and no goroutine left.
func (s *session) stop() {
	s.t.Helper()
	if s.ended == nil {
		return
	}
	s.cancel()
	select {
	case err := <-s.ended:
		if err != nil {
			s.t.Errorf("Run = %v, want nil after ctx ended", err)
		}
	case <-time.After(patience):
		s.t.Error("Run did not return after ctx ended")
	}
	s.ended = nil
}

// until waits for cond.
func (s *session) until(what string, cond func() bool) {
	s.t.Helper()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		changed := s.Changed()
		if cond() {
			return
		}
		select {
		case <-changed:
		case <-timer.C:
			s.t.Fatalf("waited in vain for %s; posts: %+v", what, s.Posts())
		case <-time.After(20 * time.Millisecond): // for what the platform does not see, such as votes
		}
	}
}

// find waits for a post that says text.
func (s *session) find(text string) Post {
	s.t.Helper()
	var found Post
	s.until("a post that says "+text, func() bool {
		all := s.saying(text)
		if len(all) > 0 {
			found = all[0]
		}
		return len(all) > 0
	})
	return found
}

func (s *session) saying(text string) []Post {
	var found []Post
	for _, p := range s.Posts() {
		if strings.Contains(p.Text, text) {
			found = append(found, p)
		}
	}
	return found
}

// question is a handler's reply that says which question it answers, by the number in it.
func question(m bot.Message) bot.Reply {
	if m.Choice != "" {
		return Answer(m.Choice, "Chosen: "+m.Choice+".")
	}
	return Answer("boroughs", "This answers "+m.Text+".")
}

func testMention(t *testing.T, s *session) {
	s.start(nil)
	s.Mention("ann", "which boroughs do you cover?")
	p := s.find("5 London boroughs")
	if p.Direct || p.To != "" {
		t.Errorf("the answer to a mention is hidden: %+v", p)
	}
	if !strings.Contains(p.Text, "Who are we?") || !strings.Contains(p.Text, "22 November 2026") {
		t.Errorf("the answer does not name its source and when it was read: %q", p.Text)
	}
	m := s.script.Messages()[0]
	if m.Text != "which boroughs do you cover?" || m.Choice != "" || m.Conversation == "" {
		t.Errorf("the bot was asked %+v, want the text without the mention, in a conversation", m)
	}
	s.stop()
	if n := len(s.Posts()); n != 1 {
		t.Errorf("%d posts, want 1", n)
	}
}

func testDirect(t *testing.T, s *session) {
	s.start(nil)
	s.Direct("ann", "which boroughs do you cover?")
	if p := s.find("5 London boroughs"); !p.Direct {
		t.Errorf("the answer to a direct message stands somewhere else: %+v", p)
	}
	s.stop()
	if n := len(s.Posts()); n != 1 {
		t.Errorf("%d posts, want 1", n)
	}
}

func testDuplicates(t *testing.T, s *session) {
	s.start(question)
	again := s.Mention("ann", "question 1")
	again()
	s.find("answers question 1")
	again()
	s.Mention("ann", "question 2")
	s.find("answers question 2")
	s.stop()
	if n := len(s.Posts()); n != 2 {
		t.Errorf("%d posts, want 2: %+v", n, s.Posts())
	}
}

func testPeople(t *testing.T, s *session) {
	s.start(question)
	const people = 40
	for i := range people {
		s.Direct(fmt.Sprintf("person%d", i), fmt.Sprintf("question <%d>", i))
	}
	for i := range people {
		s.until(fmt.Sprintf("the answer to question %d", i), func() bool { return len(s.Posts()) >= people })
	}
	s.stop()
	conversations := map[string]bool{}
	for _, m := range s.script.Messages() {
		conversations[m.Conversation] = true
	}
	if len(s.Posts()) != people || len(conversations) != people {
		t.Errorf("%d posts in %d conversations, want %d each", len(s.Posts()), len(conversations), people)
	}
}

func testLoops(t *testing.T, s *session) {
	s.start(question)
	s.OtherBot("question 1")
	s.Own("question 2")
	s.Mention("ann", "question 3")
	s.find("answers question 3")
	s.stop()
	if n := len(s.Posts()); n != 1 {
		t.Errorf("%d posts, want 1: %+v", n, s.Posts())
	}
}

func testEmptyMention(t *testing.T, s *session) {
	s.start(nil)
	s.Mention("ann", "")
	p := s.find("I answer questions about the North Central London Cancer Alliance")
	if len(p.Buttons) == 0 {
		t.Errorf("help offers nothing to press: %+v", p)
	}
}

func testSilence(t *testing.T, s *session) {
	s.start(func(m bot.Message) bot.Reply {
		if m.Text == "shh" {
			return bot.Reply{}
		}
		return question(m)
	})
	s.Mention("ann", "shh")
	s.Mention("ann", "question 1")
	s.find("answers question 1")
	s.stop()
	if n := len(s.Posts()); n != 1 {
		t.Errorf("%d posts, want 1: %+v", n, s.Posts())
	}
}

func testChoices(t *testing.T, s *session) {
	suggestion := bot.Reply{Kind: bot.Suggested, Notice: Paragraph("Did you mean one of these?"), NoneOfThese: true,
		Choices: []bot.Choice{{Entry: "boroughs", Label: "Which boroughs?"}, {Entry: "host", Label: "Who hosts the Alliance?"}}}
	s.start(func(m bot.Message) bot.Reply {
		if m.Choice == "" {
			return suggestion
		}
		if m.Choice == bot.NoneOfThese {
			return bot.Reply{Kind: bot.Unknown, Notice: Paragraph("Then the page does not say.")}
		}
		return Answer(m.Choice, "Chosen: "+m.Choice+".")
	})
	s.Mention("ann", "who has the boroughs?")
	p := s.find("Did you mean")
	if !slices.Contains(p.Buttons, "Which boroughs?") || !slices.Contains(p.Buttons, "Who hosts the Alliance?") || len(p.Buttons) < 3 {
		t.Fatalf("buttons %q, want both choices and one for none of them", p.Buttons)
	}
	if !s.Press("ann", p, "Who hosts the Alliance?") {
		t.Error("the press was not acknowledged in time")
	}
	s.find("Chosen: host")
	s.Direct("bob", "who has the boroughs?")
	s.until("a second suggestion", func() bool { return len(s.saying("Did you mean")) == 2 })
	second := s.saying("Did you mean")[1]
	if !s.Press("bob", second, second.Buttons[len(second.Buttons)-1]) {
		t.Error("the press was not acknowledged in time")
	}
	s.find("Then the page does not say.")
	s.stop()
	var got []string
	for _, m := range s.script.Messages() {
		if m.Choice != "" && m.Text != "" {
			t.Errorf("a choice came with text: %+v", m)
		}
		got = append(got, m.Choice)
	}
	if want := []string{"", "host", "", bot.NoneOfThese}; !slices.Equal(got, want) {
		t.Errorf("choices %q, want %q", got, want)
	}
}

func testPrivate(t *testing.T, s *session) {
	s.start(func(bot.Message) bot.Reply {
		return bot.Reply{Kind: bot.SmallTalk, Notice: Paragraph("This is for you alone."), Private: true}
	})
	s.Mention("ann", "something of mine")
	s.find("This is for you alone.")
	s.stop()
	for _, p := range s.saying("This is for you alone.") {
		if !p.Direct && p.To != "ann" {
			t.Errorf("everyone can read a private reply: %+v", p)
		}
	}
}

func testCrisis(t *testing.T, s *session) {
	s.start(func(bot.Message) bot.Reply { return Crisis() })
	s.Mention("ann", "my wombat cannot breathe")
	s.until("999 in the channel and in a direct message", func() bool {
		var here, direct bool
		for _, p := range s.saying("Call 999") {
			here = here || !p.Direct
			direct = direct || p.Direct
		}
		return here && direct
	})
	s.stop()
	for _, p := range s.Posts() {
		if strings.Contains(p.Text, "wombat") {
			t.Errorf("the reply repeats what the person wrote: %q", p.Text)
		}
	}
}

func testLong(t *testing.T, s *session) {
	var paragraphs []string
	n := 0
	for range 40 {
		var words []string
		for range 40 {
			n++
			words = append(words, fmt.Sprintf("word%04d", n))
		}
		paragraphs = append(paragraphs, strings.Join(words, " ")+".")
	}
	s.start(func(bot.Message) bot.Reply {
		r := Answer("boroughs", "")
		r.Answers[0].Body.Blocks = nil
		for _, p := range paragraphs {
			r.Answers[0].Body.Blocks = append(r.Answers[0].Body.Blocks, Paragraph(p).Blocks...)
		}
		return r
	})
	s.Direct("ann", "tell me everything")
	s.find(fmt.Sprintf("word%04d", n))
	s.stop()
	var all strings.Builder
	for _, p := range s.Posts() {
		all.WriteString(p.Text + "\n")
	}
	at := 0
	for i := 1; i <= n; i++ {
		word := fmt.Sprintf("word%04d", i)
		next := strings.Index(all.String()[at:], word)
		if next < 0 {
			t.Fatalf("%s is lost, or out of order", word)
		}
		at += next + len(word)
	}
	if len(s.Posts()) < 2 {
		t.Errorf("%d posts for %d words, want several", len(s.Posts()), n)
	}
}

func testMentions(t *testing.T, s *session) {
	const loud = "Ask <!channel> <!here> <@U1> <@&9> @everyone @here <!subteam^S1> [now](<@U1>) or me."
	s.start(func(bot.Message) bot.Reply {
		r := Answer("boroughs", loud)
		r.Answers[0].Title = loud
		r.Answers[0].Note = loud
		r.Answers[0].Related = []bot.Choice{{Entry: "host", Label: "<!here> @everyone?"}}
		r.Notice = Paragraph(loud)
		return r
	})
	s.Mention("ann", "which boroughs?")
	s.until("a post", func() bool { return len(s.Posts()) > 0 })
	s.stop()
	for _, p := range s.Posts() {
		if live := s.Live(p); len(live) > 0 {
			t.Errorf("these mentions are live: %q in %q", live, p.Text)
		}
	}
}

func testEcho(t *testing.T, s *session) {
	const typed = "zebra-quokka-4711"
	s.start(func(m bot.Message) bot.Reply {
		if strings.Contains(m.Text, "panic") {
			panic(m.Text)
		}
		return Answer("boroughs", "5 London boroughs.")
	})
	s.Mention("ann", "is "+typed+" in your boroughs?")
	s.find("5 London boroughs.")
	s.Direct("ann", "panic about "+typed)
	s.until("an apology", func() bool { return len(s.Posts()) == 2 })
	s.stop()
	for _, p := range s.Posts() {
		if strings.Contains(fmt.Sprintf("%+v", p), typed) {
			t.Errorf("a post repeats what was typed: %+v", p)
		}
	}
	if strings.Contains(s.log.String(), typed) {
		t.Errorf("the log holds what was typed:\n%s", s.log.String())
	}
}

func testPanic(t *testing.T, s *session) {
	s.start(func(m bot.Message) bot.Reply {
		if m.Text == "question 1" {
			panic("the handler broke")
		}
		return question(m)
	})
	s.Mention("ann", "question 1")
	s.until("an apology", func() bool { return len(s.Posts()) == 1 })
	if p := s.Posts()[0]; p.Text == "" || strings.Contains(p.Text, "the handler broke") {
		t.Errorf("the apology says %q", p.Text)
	}
	s.Mention("ann", "question 2")
	s.find("answers question 2")
}

func testDrain(t *testing.T, s *session) {
	asked, release := make(chan struct{}), make(chan struct{})
	s.start(func(m bot.Message) bot.Reply {
		close(asked)
		<-release
		return question(m)
	})
	s.Mention("ann", "question 1")
	<-asked
	s.cancel()
	select {
	case err := <-s.ended:
		t.Errorf("Run returned %v while a message was in flight", err)
	case <-time.After(100 * time.Millisecond):
	}
	close(release)
	s.stop()
	if len(s.saying("answers question 1")) != 1 {
		t.Errorf("posts %+v, want the answer that was in flight", s.Posts())
	}
}

func testRefused(t *testing.T, platform Platform) {
	defer platform.Close()
	var log lockedBuffer
	a, err := platform.Refused(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err == nil {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		err = a.Run(ctx, NewScript(nil))
		if ctx.Err() != nil {
			t.Fatal("Run did not give up by itself")
		}
	}
	var config *adapters.ConfigError
	if !errors.As(err, &config) || config.Hint == "" {
		t.Fatalf("error %v (%T), want an *adapters.ConfigError with a hint", err, err)
	}
	for _, secret := range platform.Secrets() {
		if strings.Contains(err.Error()+config.Hint+log.String(), secret) {
			t.Errorf("a secret shows: %v, %s", err, log.String())
		}
	}
}

// testNoneLeft wants no goroutine to be left of a platform and an adapter that came and went. It must not run beside
// other tests.
func testNoneLeft(t *testing.T, newPlatform func(t *testing.T) Platform) {
	before := runtime.NumGoroutine()
	s := &session{t: t, Platform: newPlatform(t)}
	s.start(question)
	s.Mention("ann", "question 1")
	s.find("answers question 1")
	s.stop()
	s.Close()
	deadline := time.After(patience)
	for runtime.NumGoroutine() > before {
		select {
		case <-deadline:
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
		case <-time.After(10 * time.Millisecond): // those that were told to end are given the time
		}
	}
}

// lockedBuffer is a bytes.Buffer for several goroutines.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
