package terminal

import (
	"context"
	"io"
	"strings"
	"sync"
	"testing"
)

// screen reads a stream as it comes and remembers how much of it was seen.
type screen struct {
	mu   sync.Mutex
	text strings.Builder
	seen int
	more chan struct{} // something came
}

func newScreen(r io.Reader) *screen {
	s := &screen{more: make(chan struct{}, 1)}
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := r.Read(buf)
			s.mu.Lock()
			s.text.Write(buf[:n])
			s.mu.Unlock()
			select {
			case s.more <- struct{}{}:
			default:
			}
			if err != nil {
				return
			}
		}
	}()
	return s
}

// all is everything that came.
func (s *screen) all() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// until waits until words have come after what was seen before, which it then counts as seen.
func (s *screen) until(t *testing.T, words string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		if i := strings.Index(s.all()[s.seen:], words); i >= 0 {
			s.seen += i + len(words)
			return
		}
		select {
		case <-s.more:
		case <-ctx.Done():
			t.Fatalf("waited in vain for %q after %q", words, s.all()[s.seen:])
		}
	}
}
