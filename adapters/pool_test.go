package adapters

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPoolKeepsTheOrderOfAKey(t *testing.T) {
	p := NewPool(8, 10000, nil)
	var mu sync.Mutex
	got := map[string][]int{}
	for i := range 1000 {
		key := fmt.Sprint(i % 7)
		if !p.Go(key, func() {
			mu.Lock()
			defer mu.Unlock()
			got[key] = append(got[key], i)
		}) {
			t.Fatalf("job %d was refused", i)
		}
	}
	if err := p.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	total := 0
	for key, order := range got {
		total += len(order)
		for i := 1; i < len(order); i++ {
			if order[i-1] >= order[i] {
				t.Fatalf("key %s ran %d before %d", key, order[i-1], order[i])
			}
		}
	}
	if total != 1000 {
		t.Errorf("%d jobs ran, want 1000", total)
	}
}

func TestPoolIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPool(2, 3, nil)
		var now, most atomic.Int64
		release := make(chan struct{})
		job := func() {
			most.Store(max(most.Load(), now.Add(1)))
			<-release
			now.Add(-1)
		}
		for i := range 2 {
			p.Go(fmt.Sprint("running", i), job)
		}
		synctest.Wait()
		for i := range 3 {
			if !p.Go(fmt.Sprint("waiting", i), job) {
				t.Errorf("job %d was refused while there was room", i)
			}
		}
		if p.Go("one too many", job) {
			t.Error("a job was accepted by a full queue")
		}
		close(release)
		if err := p.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if most.Load() != 2 {
			t.Errorf("%d jobs ran at once, want 2", most.Load())
		}
		if p.Go("late", job) {
			t.Error("a job was accepted after Drain")
		}
	})
}

// A key that waits holds up its own jobs only.
func TestPoolKeysTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPool(2, 100, nil)
		var mu sync.Mutex
		var order []string
		done := func(name string) {
			mu.Lock()
			defer mu.Unlock()
			order = append(order, name)
		}
		for i := range 3 {
			p.Go("slow", func() {
				time.Sleep(time.Second) // in the bubble's clock
				done(fmt.Sprint("slow", i))
			})
		}
		synctest.Wait()
		p.Go("quick", func() { done("quick") })
		if err := p.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"quick", "slow0", "slow1", "slow2"}, order); diff != "" {
			t.Errorf("order (-want +got):\n%s", diff)
		}
	})
}

func TestPoolRecovers(t *testing.T) {
	var recovered []any
	p := NewPool(1, 10, func(r any) { recovered = append(recovered, r) })
	ran := false
	p.Go("k", func() { panic("boom") })
	p.Go("k", func() { ran = true })
	if err := p.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]any{"boom"}, recovered); diff != "" || !ran {
		t.Errorf("recovered (-want +got):\n%s; the next job ran: %v", diff, ran)
	}
}

func TestPoolDrainGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPool(1, 1, nil)
		release := make(chan struct{})
		p.Go("k", func() { <-release })
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := p.Drain(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Drain = %v, want context.DeadlineExceeded", err)
		}
		close(release)
	})
}
