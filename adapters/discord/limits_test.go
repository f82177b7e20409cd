package discord

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

func TestLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimits()
		l.refused("a", &restError{status: 429, retryAfter: 3 * time.Second})
		if l.delay("a") != 3*time.Second || l.delay("b") > 0 {
			t.Errorf("after a limit of a: waits of %s and %s", l.delay("a"), l.delay("b"))
		}
		l.refused("a", &restError{status: 429, retryAfter: 7 * time.Second, global: true})
		if l.delay("b") != 7*time.Second {
			t.Errorf("after the limit of all: a wait of %s", l.delay("b"))
		}
		if err := l.wait(context.Background(), ""); err != nil || l.delay("b") != 7*time.Second {
			t.Errorf("an answer to an interaction has to wait: %v", err)
		}
		start := time.Now()
		if err := l.wait(context.Background(), "b"); err != nil || time.Since(start) != 7*time.Second {
			t.Errorf("waited %s, %v", time.Since(start), err)
		}
		l.note("c", http.Header{"X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset-After": {"1.5"}})
		l.note("d", http.Header{"X-Ratelimit-Remaining": {"1"}, "X-Ratelimit-Reset-After": {"1.5"}})
		if l.delay("c") != 1500*time.Millisecond || l.delay("d") > 0 {
			t.Errorf("after the headers: waits of %s and %s", l.delay("c"), l.delay("d"))
		}
		short, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		start = time.Now()
		if err := l.wait(short, "c"); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 0 {
			t.Errorf("a wait that is too long took %s, %v: it has to end at once", time.Since(start), err)
		}
	})
}

// A bot that is refused again and again stops before its address is banned.
func TestRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimits()
		for n := 1; n <= refusedMax; n++ {
			l.refused("a", &restError{status: 404})
			l.refused("a", &restError{status: 429, retryAfter: time.Nanosecond, shared: true})
			if stopped := l.refused("a", &restError{status: 403}); stopped != (n == refusedMax) {
				t.Fatalf("stopped %v after %d refusals", stopped, n)
			}
		}
		if l.delay("b") != refusedWindow {
			t.Errorf("stopped for %s, want %s", l.delay("b"), refusedWindow)
		}
		time.Sleep(refusedWindow + 1) // the clock of synctest
		if l.delay("b") > 0 || l.refused("a", &restError{status: 403}) {
			t.Error("a new window begins where the last one ended")
		}
	})
}

func TestBucketsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimits()
		for n := range 3 * bucketsMax {
			l.refused(string(rune(n)), &restError{status: 429, retryAfter: time.Second})
			if n%1000 == 0 {
				time.Sleep(time.Second) // the clock of synctest
			}
		}
		if n := len(l.buckets); n > bucketsMax+1000 {
			t.Errorf("%d buckets are kept", n)
		}
	})
}
