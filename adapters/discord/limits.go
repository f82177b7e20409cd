package discord

import (
	"context"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// https://discord.com/developers/docs/topics/rate-limits
const (
	// globalRate stays below the 50 requests a second that a bot may make. Answers to interactions are not counted.
	globalRate  = 40
	globalBurst = 40

	// An address that is refused 10,000 times in 10 minutes is banned for a while.
	refusedMax    = 5000
	refusedWindow = 10 * time.Minute

	bucketsMax = 10_000
)

// limits knows when the next request may be sent. It is safe for concurrent use.
type limits struct {
	global *rate.Limiter

	mu          sync.Mutex
	closed      time.Time            // nothing is sent before: the limit of all requests is used up
	buckets     map[string]time.Time // nothing is sent under that bucket before
	refusals    int                  // since windowBegan
	windowBegan time.Time
}

func newLimits() *limits {
	return &limits{global: rate.NewLimiter(globalRate, globalBurst), buckets: map[string]time.Time{}}
}

// wait blocks until a request may be sent under the bucket, or ctx ends.
func (l *limits) wait(ctx context.Context, bucket string) error {
	if bucket == "" {
		return ctx.Err()
	}
	for {
		delay := l.delay(bucket)
		if delay <= 0 {
			return l.global.Wait(ctx)
		}
		if !pause(ctx, delay) {
			if err := ctx.Err(); err != nil {
				return err
			}
			return context.DeadlineExceeded
		}
	}
}

func (l *limits) delay(bucket string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return max(time.Until(l.closed), time.Until(l.buckets[bucket]))
}

// note reads how many requests are left under the bucket.
func (l *limits) note(bucket string, h http.Header) {
	if bucket == "" || h.Get("X-RateLimit-Remaining") != "0" {
		return
	}
	if after := headerSeconds(h, "X-RateLimit-Reset-After"); after > 0 {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.hold(bucket, after)
	}
}

// refused counts an answer that is not a success, and reports whether it was one too many.
func (l *limits) refused(bucket string, e *restError) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if e.status == http.StatusTooManyRequests && bucket != "" {
		if e.global {
			l.closed = now.Add(e.retryAfter)
		} else {
			l.hold(bucket, e.retryAfter)
		}
	}
	switch e.status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
		if e.shared {
			return false
		}
	default:
		return false
	}
	if now.Sub(l.windowBegan) > refusedWindow {
		l.windowBegan, l.refusals = now, 0
	}
	l.refusals++
	if l.refusals != refusedMax {
		return false
	}
	l.closed = l.windowBegan.Add(refusedWindow)
	return true
}

// hold closes a bucket for a while. The caller holds the lock.
func (l *limits) hold(bucket string, d time.Duration) {
	if len(l.buckets) >= bucketsMax {
		for b, until := range l.buckets {
			if time.Until(until) <= 0 {
				delete(l.buckets, b)
			}
		}
	}
	l.buckets[bucket] = time.Now().Add(d)
}
