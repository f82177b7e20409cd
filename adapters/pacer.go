package adapters

import (
	"container/list"
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Pacer holds what happens under one key (a channel, a thread, a person) to a rate. It is safe for concurrent use.
type Pacer struct {
	every time.Duration
	burst int
	max   int

	mu    sync.Mutex
	keys  map[string]*list.Element
	order *list.List // of *pace, least recently used first
}

type pace struct {
	key     string
	limiter *rate.Limiter
}

// NewPacer allows burst events at once under each key, and one more every that long. It remembers at most max keys;
// the ones not used for longest are forgotten, which gives them a fresh burst.
func NewPacer(every time.Duration, burst, max int) *Pacer {
	return &Pacer{every: every, burst: burst, max: max, keys: map[string]*list.Element{}, order: list.New()}
}

// Wait blocks until the next event under key may happen, in the order of the calls, or until ctx ends.
func (p *Pacer) Wait(ctx context.Context, key string) error { return p.limiter(key).Wait(ctx) }

// Allow reports whether an event under key may happen now, and counts it if so.
func (p *Pacer) Allow(key string) bool { return p.limiter(key).Allow() }

func (p *Pacer) limiter(key string) *rate.Limiter {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e, known := p.keys[key]; known {
		p.order.MoveToBack(e)
		return e.Value.(*pace).limiter
	}
	l := rate.NewLimiter(rate.Every(p.every), p.burst)
	p.keys[key] = p.order.PushBack(&pace{key, l})
	if len(p.keys) > p.max {
		oldest := p.order.Front()
		p.order.Remove(oldest)
		delete(p.keys, oldest.Value.(*pace).key)
	}
	return l
}
