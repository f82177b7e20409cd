package slack

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"alliancebot/adapters"
	"alliancebot/adapters/adaptertest"
	"alliancebot/adapters/slack/slacktest"
	"alliancebot/bot"
)

// BenchmarkEvents measures events through the whole adapter and the loopback Slack, both in this process: WebSocket
// frame, parsing, rendering, chat.postMessage. Reported are events a second, and the time from the event being
// written to the message having arrived, with as many events on their way as the name says.
func BenchmarkEvents(b *testing.B) {
	for _, inFlight := range []int{1, 32} {
		b.Run(fmt.Sprintf("inflight=%d", inFlight), func(b *testing.B) {
			r := newRig(b, Config{}, slacktest.Options{Silent: true}, func(bot.Message) bot.Reply {
				return adaptertest.Answer("boroughs", "The Alliance covers 5 London boroughs.")
			}, func(a *Adapter) { a.pacer = adapters.NewPacer(time.Microsecond, 1000, 1000) })
			b.ReportAllocs()
			sent := map[string]time.Time{}
			start, n := time.Now(), 0
			for b.Loop() {
				m := r.Mention("U1", fmt.Sprint("C", n%500), "", "which boroughs do you cover?")
				sent[m["ts"].(string)] = time.Now()
				r.Event(m, nil)
				if n++; n%inFlight == 0 {
					waitForPosts(b, r, n)
				}
			}
			waitForPosts(b, r, n)
			took := time.Since(start)
			var waits []time.Duration
			for _, p := range r.Posts() {
				waits = append(waits, p.At.Sub(sent[p.Thread]))
			}
			slices.Sort(waits)
			b.ReportMetric(float64(n)/took.Seconds(), "events/s")
			b.ReportMetric(float64(waits[len(waits)/2].Microseconds())/1000, "ms-median")
			b.ReportMetric(float64(waits[len(waits)*99/100].Microseconds())/1000, "ms-p99")
		})
	}
}

func waitForPosts(b *testing.B, r *rig, n int) {
	for {
		changed := r.Changed()
		if r.Count() >= n {
			return
		}
		<-changed
	}
}
