package slack

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"regexp"
	"runtime"
	"sync"
	"testing"
	"time"

	"alliancebot/adapters"
	"alliancebot/adapters/adaptertest"
	"alliancebot/adapters/slack/slacktest"
	"alliancebot/bot"
)

// TestSoak sends 2,000 mixed questions while sockets are dropped, events delivered twice, calls answered with 429 or
// late, and wants every question to be answered exactly once, and no goroutine to be left.
func TestSoak(t *testing.T) {
	const questions, channels = 2000, 200
	before := runtime.NumGoroutine()
	rng := rand.New(rand.NewPCG(1, 2))
	var mu sync.Mutex
	calls := 0
	s := slacktest.New(slacktest.Options{AckTimeout: 3 * time.Second, Fault: func(method string, _ url.Values) *slacktest.Fault {
		if method != "chat.postMessage" && method != "response_url" {
			return nil
		}
		mu.Lock()
		defer mu.Unlock()
		switch calls++; {
		case calls%97 == 0:
			return &slacktest.Fault{Status: 429, RetryAfter: 1}
		case calls%131 == 0:
			return &slacktest.Fault{Status: 503}
		case calls%53 == 0:
			return &slacktest.Fault{Delay: 300 * time.Millisecond, Carry: true}
		}
		return nil
	}})
	r := newRigOn(t, s, Config{}, func(m bot.Message) bot.Reply { return adaptertest.Answer("boroughs", "This answers "+m.Text+".") },
		func(a *Adapter) {
			a.pacer = adapters.NewPacer(time.Millisecond, 100, channels*2) // 10 questions a channel in half a minute
		})

	var commands sync.WaitGroup
	slots := make(chan struct{}, 20)
	for i := range questions {
		user, channel := fmt.Sprint("U", 100+rng.IntN(500)), fmt.Sprint("C", 100+rng.IntN(channels))
		text := fmt.Sprintf("question <%d>", i)
		switch i % 4 {
		case 0: // every fourth is a command
			slots <- struct{}{}
			commands.Go(func() {
				defer func() { <-slots }()
				for range 20 { // nobody delivers a command again but the person
					if _, acked := r.Command(user, channel, text); acked {
						return
					}
				}
			})
		case 1:
			r.Event(r.Direct(user, "", text), nil)
		default:
			m := r.Mention(user, channel, "", text)
			id := r.Event(m, nil)
			if i%10 == 3 {
				r.Event(m, map[string]any{"event_id": id}) // the same event once more
			}
			if i%10 == 7 {
				r.Event(m, nil) // another event about the same message
			}
		}
		switch {
		case i%500 == 250:
			r.Drop()
		case i%500 == 400:
			r.Disconnect("refresh_requested")
		}
		if i%10 == 0 {
			<-time.After(5 * time.Millisecond) // 2,000 a second at most: an outage of half a second must fit the queue
		}
	}
	commands.Wait()

	number := regexp.MustCompile(`This answers question &?l?t?;?<?(\d+)`)
	answers := func() map[string]int {
		got := map[string]int{}
		for _, p := range r.Posts() {
			if m := number.FindStringSubmatch(said(p)); m != nil {
				got[m[1]]++
			}
		}
		return got
	}
	deadline := time.After(50 * time.Second)
	for len(answers()) < questions {
		select {
		case <-deadline:
			got, missing := answers(), []int{}
			for i := range questions {
				if got[fmt.Sprint(i)] == 0 {
					missing = append(missing, i)
				}
			}
			t.Fatalf("%d of %d questions are answered; missing %v; %+v", len(got), questions, missing, &r.a.counts)
		case <-time.After(50 * time.Millisecond):
		}
	}
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	s.Close()
	for n, times := range answers() {
		if times != 1 {
			t.Errorf("question %s was answered %d times", n, times)
		}
	}
	c := &r.a.counts
	t.Logf("received %d, answered %d, duplicates %d, shed %d, sockets %d", c.received.Load(), c.answered.Load(),
		c.duplicates.Load(), c.shed.Load(), s.Calls(openMethod))
	if c.duplicates.Load() == 0 || s.Calls(openMethod) < 3 {
		t.Error("the soak was too gentle: no duplicate, or no new socket")
	}
	soon(t, "the goroutines to end", func() bool { return runtime.NumGoroutine() <= before })
}
