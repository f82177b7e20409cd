package match

import (
	"strings"

	"github.com/sahilm/fuzzy"

	"alliancebot/knowledge"
)

// Completion is an entry offered while a person is still typing.
type Completion struct {
	Entry *knowledge.Entry
	Label string // its question
}

// completions is what sahilm/fuzzy looks through: the question, topic and phrasings of the covered entries.
type completions struct {
	lines   []string
	entries []*knowledge.Entry
}

func (c *completions) String(i int) string { return c.lines[i] }
func (c *completions) Len() int            { return len(c.lines) }

func newCompletions(kb *knowledge.Base) *completions {
	c := &completions{}
	for _, e := range kb.Entries {
		if e.Kind == knowledge.Covered {
			c.lines = append(c.lines, e.Question+" "+e.Topic)
			c.entries = append(c.entries, e)
		}
	}
	return c
}

// maxPrefix bounds the work for one completion: nobody types more before looking.
const maxPrefix = 100

// Complete offers at most n covered entries for what was typed so far, best first. For an empty prefix they are the
// first of each topic, the broadest by convention. What sahilm/fuzzy finds no letters for is looked up with Search, so
// that a whole question typed into a completion box also finds its entry.
func (ix *Index) Complete(prefix string, n int) []Completion {
	prefix = strings.TrimSpace(fold(clip(prefix)))
	if len(prefix) > maxPrefix {
		prefix = strings.ToValidUTF8(prefix[:maxPrefix], "")
	}
	if prefix == "" {
		return ix.popular(n)
	}
	var out []Completion
	taken := make(map[*knowledge.Entry]bool)
	add := func(e *knowledge.Entry) {
		if len(out) < n && !taken[e] && e.Kind == knowledge.Covered {
			taken[e] = true
			out = append(out, Completion{e, e.Question})
		}
	}
	hits := ix.Search(prefix)
	if len(hits) > 0 && hits[0].Score >= surely {
		add(hits[0].Entry)
	}
	for _, m := range fuzzy.FindFrom(prefix, ix.completions) {
		add(ix.completions.entries[m.Index])
	}
	for _, h := range hits {
		if h.Score >= perhaps {
			add(h.Entry)
		}
	}
	return out
}

const (
	surely  = .8 // a hit to offer before all completions
	perhaps = .3 // a hit to offer behind them
)

// popular returns the first entry of each topic, then the second ones...
func (ix *Index) popular(n int) []Completion {
	var out []Completion
	for rank := 0; len(out) < n; rank++ {
		before := len(out)
		for _, t := range ix.kb.Topics {
			if rank < len(t.Entries) && len(out) < n {
				out = append(out, Completion{t.Entries[rank], t.Entries[rank].Question})
			}
		}
		if len(out) == before {
			break
		}
	}
	return out
}
