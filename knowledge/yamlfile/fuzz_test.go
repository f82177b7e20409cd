package yamlfile

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// FuzzDecode looks for files that make Decode panic, that it reads differently the second time or with other line
// ends, and for mistakes that nobody could find or understand.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"title: a\nnames: [b, c]\nplaces:\n  - city: d\n", "title: |\n  a\n\n  b\nnote: >-\n  c\n  d\n", "title: 'it''s'\nplain: \"a\\u00e9\"\n",
		"{\"title\": \"a\", \"groups\": [[\"b\"]]}", "title: &a b\nplain: *a\n<<: {c: d}\n", "? [a]\n: b\n", "title: a # b\n---\n...\n", "\ttitle: a\n", "title: \"a\n",
		"%YAML 1.1\n---\ntitle: !!str a\n", "title: a\ntable: {x: y, x: z}\nmaybe: {city: q}\nday: 2026-11-22\nwait: 5m\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		// A watchdog, since a fuzzing run does not say what it hangs on.
		defer time.AfterFunc(10*time.Second, func() { panic(fmt.Sprintf("takes too long: %q", data)) }).Stop()
		var first, second everything
		err := Decode("a.yaml", data, &first)
		again := Decode("a.yaml", append([]byte("\ufeff"), []byte(strings.ReplaceAll(string(data), "\r\n", "\n"))...), &second)
		if err == nil {
			if again != nil {
				t.Fatalf("read once, but not twice: %v", again)
			}
			if diff := cmp.Diff(first, second, cmp.AllowUnexported(String{}, everything{}, common{})); diff != "" {
				t.Fatalf("read differently (-first +second):\n%s", diff)
			}
			return
		}
		var errs Errors
		if !errors.As(err, &errs) || len(errs) == 0 {
			t.Fatalf("%q: %T is no list of mistakes", data, err)
		}
		if !slices.IsSortedFunc(errs, func(a, b *Error) int { return a.Pos.Compare(b.Pos) }) {
			t.Errorf("mistakes are out of order:\n%v", errs)
		}
		lines := strings.Count(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(data)), "\n") + 1
		for _, e := range errs {
			if e.Message == "" || e.Pos.File != "a.yaml" || e.Pos.Line < 1 || e.Pos.Line > lines || e.Pos.Column < 1 {
				t.Errorf("%q has the mistake %+v in %d lines", data, *e, lines)
			}
		}
	})
}
