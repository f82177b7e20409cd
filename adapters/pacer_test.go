package adapters

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestPacerWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(time.Second, 3, 10)
		start := time.Now()
		for i, want := range []time.Duration{0, 0, 0, time.Second, 2 * time.Second} {
			if err := p.Wait(t.Context(), "C1"); err != nil {
				t.Fatal(err)
			}
			if got := time.Since(start); got != want {
				t.Errorf("event %d after %v, want %v", i, got, want)
			}
		}
		before := time.Now()
		if err := p.Wait(t.Context(), "C2"); err != nil || time.Since(before) != 0 {
			t.Errorf("another key waited %v, %v", time.Since(before), err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := p.Wait(ctx, "C1"); !errors.Is(err, context.Canceled) {
			t.Errorf("Wait on an ended ctx = %v, want context.Canceled", err)
		}
	})
}

func TestPacerAllow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(10*time.Second, 2, 10)
		got := []bool{p.Allow("thread"), p.Allow("thread"), p.Allow("thread")}
		if got[0] != true || got[1] != true || got[2] != false {
			t.Errorf("Allow = %v, want true true false", got)
		}
		time.Sleep(10 * time.Second)
		if !p.Allow("thread") {
			t.Error("Allow = false after the interval, want true")
		}
	})
}

func TestPacerIsBounded(t *testing.T) {
	p := NewPacer(time.Hour, 1, 5)
	for i := range 100 {
		p.Allow(fmt.Sprint(i))
	}
	if len(p.keys) != 5 || p.order.Len() != 5 {
		t.Errorf("%d keys and %d in order, want 5", len(p.keys), p.order.Len())
	}
	if p.Allow("99") || !p.Allow("0") {
		t.Error("the newest key must stay paced, and the oldest must be forgotten")
	}
}
