package adapters

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestSeen(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	s := NewSeen(15*time.Minute, 100, func() time.Time { return now })

	steps := []struct {
		after time.Duration
		keys  []string
		want  bool
	}{
		{0, []string{"event-1", "T1|C1|1.1"}, true},
		{0, []string{"event-1", "T1|C1|1.1"}, false},
		{time.Minute, []string{"event-2", "T1|C1|1.1"}, false}, // another event about the same post
		{0, []string{"event-2"}, false},                        // remembered although it came second
		{0, []string{"", "event-3"}, true},
		{0, []string{"", "event-4"}, true}, // empty keys are no keys
		{14 * time.Minute, []string{"event-1"}, true},
	}
	for i, step := range steps {
		now = now.Add(step.after)
		if got := s.First(step.keys...); got != step.want {
			t.Errorf("step %d: First(%q) = %v, want %v", i, step.keys, got, step.want)
		}
	}
	if !s.Has("event-1") || s.Has("event-9") || s.Has("event-9") {
		t.Error("Has must know event-1, and must not remember what it is asked")
	}
	s.Forget("event-1")
	if !s.First("event-1") {
		t.Error("First after Forget = false, want true")
	}
	now = now.Add(time.Hour)
	if s.Len() != 0 {
		t.Errorf("Len = %d after everything expired, want 0", s.Len())
	}
}

func TestSeenIsBounded(t *testing.T) {
	s := NewSeen(time.Hour, 10, nil)
	for i := range 1000 {
		s.First(fmt.Sprint(i))
	}
	if s.Len() != 10 {
		t.Errorf("Len = %d, want 10", s.Len())
	}
	if s.First("999") || !s.First("0") {
		t.Error("the newest must stay and the oldest go")
	}
}

func TestSeenConcurrently(t *testing.T) {
	s := NewSeen(time.Hour, 1000, nil)
	var firsts atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 500 {
				if s.First(fmt.Sprint(i)) {
					firsts.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if firsts.Load() != 500 {
		t.Errorf("%d keys were first, want 500", firsts.Load())
	}
}
