package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

// edit replaces words in a file, in which they must stand exactly once.
func edit(name, old, with string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if n := strings.Count(string(data), old); n != 1 {
		return fmt.Errorf("%s holds %q %d times, want once", name, old, n)
	}
	return os.WriteFile(name, []byte(strings.Replace(string(data), old, with, 1)), 0o644)
}

// patience is how long a test waits for what must come; it is reached only by a test that fails.
const patience = 30 * time.Second

// reader reads a stream line by line, as fast as it comes.
type reader struct{ lines chan string }

func newReader(r io.Reader) *reader {
	lines := make(chan string, 1000)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(r); s.Scan(); {
			lines <- s.Text()
		}
	}()
	return &reader{lines}
}

// until waits for a line that holds words, and returns it.
func (r *reader) until(t *testing.T, words string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		select {
		case line, ok := <-r.lines:
			if !ok {
				t.Fatalf("the stream ended without %q", words)
			}
			if strings.Contains(line, words) {
				return line
			}
		case <-ctx.Done():
			t.Fatalf("waited in vain for %q", words)
		}
	}
}
