package discord

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"alliancebot/adapters"
	"alliancebot/adapters/adaptertest"
	"alliancebot/adapters/discord/discordtest"
	"alliancebot/bot"
)

// soakEvents is how many questions are asked in TestSoak, by every surface.
const soakEvents = 2000

var asked = regexp.MustCompile(`This answers question \\<(\d+)\\>`)

// Every question is answered exactly once, whatever goes wrong meanwhile; nothing is left of it.
func TestSoak(t *testing.T) {
	before := runtime.NumGoroutine()
	o := discordtest.Options{Heartbeat: 500 * time.Millisecond, IdentifyEvery: 50 * time.Millisecond, Limit: 20, Window: 100 * time.Millisecond}
	r := prepare(t, o, Config{Answers: Public})
	r.a.rest.limits.global.SetLimit(2000) // Discord's 50 a second would take the most of a minute
	r.run(adaptertest.NewScript(numbered))
	r.await("a session", func() bool { return strings.Contains(r.log.String(), "discord knows the bot") })

	began := time.Now()
	rnd := rand.New(rand.NewPCG(1, 2))
	for n := 1; n <= soakEvents; n++ {
		r.soakQuestion(rnd, n)
		if n%50 == 0 {
			r.soakTrouble(n / 50)
		}
		if n%500 == 0 {
			r.await("the questions so far to be answered", func() bool { return len(r.Posts()) >= n })
			r.await("a session", func() bool { return r.Sessions() > 0 })
		}
	}
	r.stop()

	answers := map[string]int{}
	for _, p := range r.Posts() {
		for _, m := range asked.FindAllStringSubmatch(p.Body.Content, -1) {
			answers[m[1]]++
		}
	}
	for n := 1; n <= soakEvents; n++ {
		if got := answers[fmt.Sprint(n)]; got != 1 {
			t.Errorf("question %d was answered %d times", n, got)
		}
	}
	s := r.Stats()
	t.Logf("%d questions in %s, %+v", soakEvents, time.Since(began).Round(time.Millisecond), s)
	if s.Resumes < 8 || s.Identifies < 4 {
		t.Errorf("%+v: this soak was too calm", s)
	}
	r.Close()
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

// soakQuestion asks a question in one of the ways that there are, and delivers some of them twice.
func (r *running) soakQuestion(rnd *rand.Rand, n int) {
	text := fmt.Sprintf("question <%d>", n)
	person := fmt.Sprintf("person%d", rnd.IntN(50))
	channel := fmt.Sprintf("3%03d", rnd.IntN(40))
	switch rnd.IntN(4) {
	case 0:
		m := r.Mention(person, channel, text)
		if n%10 == 0 {
			r.DeliverMessage(m)
		}
	case 1:
		r.Direct(person, text)
	default:
		i := r.Command(person, channel, "ask", question(text))
		if n%10 == 0 {
			i.Again()
		}
	}
}

// soakTrouble makes trouble of one kind after the other.
func (r *running) soakTrouble(round int) {
	switch round % 6 {
	case 0:
		r.Cut()
	case 1:
		r.Send(7, "null")
	case 2:
		r.Again(50)
	case 3:
		r.Hang(4000)
	case 4:
		r.Fail(discordtest.Fault{Path: "channels/*/messages", Status: 429, Body: `{"message":"You are being rate limited.","retry_after":0.05,"global":true}`, Times: 1})
		r.Fail(discordtest.Fault{Path: "channels/*/messages", Status: 429, Body: `{"message":"You are being rate limited.","retry_after":0.02,"global":false}`, Times: 3})
		r.Fail(discordtest.Fault{Path: "channels/*/messages", Status: 502, Body: "<html>", Times: 3})
		r.Fail(discordtest.Fault{Path: "interactions/*/*/callback", Status: 429, Body: `{"message":"You are being rate limited.","retry_after":0.05,"global":false}`, Times: 3})
	case 5:
		// A session that is lost takes with it what was not answered yet, so that has to be over; and what is asked
		// before the bot has heard of its new one is lost, too.
		r.await("quiet", func() bool { return len(r.Posts()) >= round*50 && r.Sessions() > 0 })
		known := strings.Count(r.log.String(), "discord knows the bot")
		r.Invalidate()
		r.await("a new session", func() bool { return strings.Count(r.log.String(), "discord knows the bot") > known })
	}
}

// quiet answers every request at once and in this process, so that only the adapter is looked at.
type quiet struct{ done func() }

func (q quiet) RoundTrip(r *http.Request) (*http.Response, error) {
	body := `{"id":"1"}`
	status := http.StatusOK
	if strings.HasSuffix(r.URL.Path, "/callback") {
		body, status = "", http.StatusNoContent
	}
	if r.Body != nil {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return nil, err
		}
	}
	defer q.done()
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// offline is an adapter that is not connected: events are put in by dispatch, and done hears of each request.
func offline(t testing.TB, h bot.Handler, done func()) *Adapter {
	t.Helper()
	a, err := New(Config{}, goodToken, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	a.h, a.working = h, context.Background()
	a.rest.session.Client.Transport = transport{base: "http://127.0.0.1:1/api/v9/", next: quiet{done}}
	a.rest.limits.global.SetLimit(rate.Inf)
	a.know(discordtest.AppID, discordtest.AppID)
	return a
}

// What was answered, and what was not for the bot, leaves nothing behind.
func TestMemoryIsFlat(t *testing.T) {
	var answered sync.WaitGroup
	a := offline(t, forgetful{adaptertest.NewScript(nil)}, answered.Done)
	a.seen = adapters.NewSeen(seenFor, 1000, nil) // it is meant to grow, up to so many
	next := 0
	feed := func(n int) uint64 {
		for range n {
			next++
			answered.Add(1)
			a.dispatch("INTERACTION_CREATE", fmt.Appendf(nil, `{"id":"%d","token":"t%d","type":2,"application_id":"1","guild_id":"7","channel_id":"%d",
				"member":{"user":{"id":"%d"}},"data":{"name":"ask","options":[{"name":"question","type":3,"value":"which boroughs?"}]}}`, next, next, next, next))
			a.dispatch("MESSAGE_CREATE", fmt.Appendf(nil, `{"id":"%d","channel_id":"%d","guild_id":"7","content":"hello","author":{"id":"5"},"mentions":[]}`, next, next))
			a.dispatch("THREAD_CREATE", fmt.Appendf(nil, `{"id":"%d","parent_id":"1","newly_created":true}`, next))
			if next%10 == 0 {
				answered.Add(1)
				a.dispatch("MESSAGE_CREATE", fmt.Appendf(nil, `{"id":"%d","channel_id":"%d","content":"hello","author":{"id":"%d"}}`, next, next+7, next))
			}
			if next%500 == 0 {
				answered.Wait()
			}
		}
		answered.Wait()
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	first := feed(3_000)
	second := feed(15_000)
	t.Logf("%d KiB after 3,000 interactions, %d KiB after 18,000", first>>10, second>>10)
	if second > first+(1<<20) {
		t.Errorf("the heap grew from %d to %d bytes", first, second)
	}
}

// forgetful is a bot.Handler that does not remember what it was asked.
type forgetful struct{ bot.Handler }

func (forgetful) Handle(context.Context, bot.Message) bot.Reply {
	return adaptertest.Answer("boroughs", "The Alliance covers 5 London boroughs.")
}

// BenchmarkInteraction measures from the event to the request that answers it, with the real bot and without a network.
func BenchmarkInteraction(b *testing.B) {
	for _, bc := range []struct {
		name, event string
	}{
		{"ask", `{"id":"%d","token":"t","type":2,"application_id":"1","guild_id":"7","channel_id":"8","member":{"user":{"id":"9"}},
			"data":{"name":"ask","options":[{"name":"question","type":3,"value":"which boroughs do you cover?"}]}}`},
		{"button", `{"id":"%d","token":"t","type":3,"application_id":"1","guild_id":"7","channel_id":"8","member":{"user":{"id":"9"}},
			"message":{"id":"1","flags":64},"data":{"custom_id":"v1|ask|boroughs","component_type":2}}`},
		{"autocomplete", `{"id":"%d","token":"t","type":4,"application_id":"1","guild_id":"7","channel_id":"8","member":{"user":{"id":"9"}},
			"data":{"name":"ask","options":[{"name":"question","type":3,"value":"early diag","focused":true}]}}`},
	} {
		b.Run(bc.name, func(b *testing.B) {
			done := make(chan struct{}, 1)
			a := offline(b, realBot(b), func() { done <- struct{}{} })
			var took []time.Duration
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				event := fmt.Appendf(nil, bc.event, n)
				start := time.Now()
				a.dispatch("INTERACTION_CREATE", event)
				<-done
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "median-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "per-s")
		})
	}
}
