package adapters

import (
	"container/list"
	"sync"
	"time"
)

// Seen remembers keys for a while, so that a message that a platform delivers twice is answered once.
// It is safe for concurrent use.
type Seen struct {
	ttl time.Duration
	max int
	now func() time.Time

	mu    sync.Mutex
	keys  map[string]*list.Element
	order *list.List // of seenKey, oldest first; as ttl is fixed, the first is also the first to expire
}

type seenKey struct {
	key string
	at  time.Time
}

// NewSeen remembers each key for ttl, and at most max keys: the oldest go first. A nil now is time.Now.
func NewSeen(ttl time.Duration, max int, now func() time.Time) *Seen {
	if now == nil {
		now = time.Now
	}
	return &Seen{ttl: ttl, max: max, now: now, keys: map[string]*list.Element{}, order: list.New()}
}

// First remembers all the keys, and reports whether none of them was known. Empty keys are skipped.
func (s *Seen) First(keys ...string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.expire(now)
	first := true
	for _, key := range keys {
		if key == "" {
			continue
		}
		if _, known := s.keys[key]; known {
			first = false
			continue
		}
		s.keys[key] = s.order.PushBack(seenKey{key, now})
	}
	for len(s.keys) > s.max {
		s.remove(s.order.Front())
	}
	return first
}

// Has reports whether the key is known, without remembering it.
func (s *Seen) Has(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire(s.now())
	_, known := s.keys[key]
	return known
}

// Forget makes the keys unknown again, for a message that was refused and will be delivered once more.
func (s *Seen) Forget(keys ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range keys {
		if e, known := s.keys[key]; known {
			s.remove(e)
		}
	}
}

// Len returns the number of keys that are remembered now.
func (s *Seen) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire(s.now())
	return len(s.keys)
}

func (s *Seen) expire(now time.Time) {
	for e := s.order.Front(); e != nil && now.Sub(e.Value.(seenKey).at) >= s.ttl; e = s.order.Front() {
		s.remove(e)
	}
}

func (s *Seen) remove(e *list.Element) {
	s.order.Remove(e)
	delete(s.keys, e.Value.(seenKey).key)
}
