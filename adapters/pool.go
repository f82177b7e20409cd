package adapters

import (
	"context"
	"sync"
)

// Pool runs jobs on a bounded number of goroutines. Jobs of one key run one after the other, in the order in which
// they came, so that a crowded channel holds up at most one worker and a conversation never overtakes itself; keys
// take turns. A panic in a job is recovered. It is safe for concurrent use.
type Pool struct {
	workers, queue int
	onPanic        func(recovered any)

	mu      sync.Mutex
	waiting map[string][]func() // by key; present, if only empty, while a job of the key runs
	ready   []string            // keys with a job to run and none running, in turn
	active  int                 // goroutines that are running
	queued  int                 // jobs that have not begun
	closed  bool
	running sync.WaitGroup
}

// NewPool returns a Pool of at most so many workers and so many jobs that have not begun yet. onPanic hears of each
// recovered panic and must not panic itself. A worker's goroutine lives only while there is work.
func NewPool(workers, queue int, onPanic func(recovered any)) *Pool {
	return &Pool{workers: workers, queue: queue, onPanic: onPanic, waiting: map[string][]func(){}}
}

// Go queues the job and reports whether there was room. It never blocks. After Drain it returns false.
func (p *Pool) Go(key string, job func()) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.queued >= p.queue {
		return false
	}
	p.queued++
	jobs, busy := p.waiting[key]
	p.waiting[key] = append(jobs, job)
	if busy {
		return true
	}
	p.ready = append(p.ready, key)
	if p.active < p.workers {
		p.active++
		p.running.Go(p.work)
	}
	return true
}

// Drain refuses further jobs and waits until those that were accepted are done, or until ctx ends.
func (p *Pool) Drain(ctx context.Context) error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	done := make(chan struct{})
	go func() {
		p.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// work runs jobs until no key is ready.
func (p *Pool) work() {
	for {
		key, job, more := p.next()
		if !more {
			return
		}
		p.run(job)
		p.done(key)
	}
}

func (p *Pool) next() (key string, job func(), more bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.ready) == 0 {
		p.active--
		return "", nil, false
	}
	key, p.ready = p.ready[0], p.ready[1:]
	job = p.waiting[key][0]
	p.waiting[key] = p.waiting[key][1:]
	p.queued--
	return key, job, true
}

func (p *Pool) done(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.waiting[key]) > 0 {
		p.ready = append(p.ready, key)
		return
	}
	delete(p.waiting, key)
}

func (p *Pool) run(job func()) {
	defer func() {
		if r := recover(); r != nil {
			p.onPanic(r)
		}
	}()
	job()
}
