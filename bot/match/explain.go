package match

import (
	"fmt"
	"strings"

	"alliancebot/knowledge"
)

// Explain tells a maintainer how Search ranks a question: how it was read, the nearest phrasing of each of the best
// entries, the words that tie them, and which check had something to say.
func (ix *Index) Explain(question string) string {
	var b strings.Builder
	t := ix.analyzer.analyze(question)
	for _, w := range t.words {
		if w.from != "" {
			fmt.Fprintf(&b, "read %q as %q\n", w.from, w.text)
		}
	}
	if len(t.concepts) > 0 {
		fmt.Fprintf(&b, "recognised: %s\n", strings.Join(ix.names(t.concepts), ", "))
	}
	if ix.gives {
		if kinds := asked(t.words, question); kinds != nil {
			fmt.Fprintf(&b, "asks for: %s\n", joinGives(kinds, " or "))
		}
	}
	hits := ix.Search(question)
	for i, h := range hits {
		fmt.Fprintf(&b, "%d. %s %.2f", i+1, h.Entry.ID, h.Score)
		if h.Exact {
			b.WriteString(" (one of its phrasings, word for word)")
		}
		phrasing, shared := ix.nearest(t, h.Entry)
		fmt.Fprintf(&b, "\n   nearest phrasing: %q\n   words in common: %s\n", phrasing, orNone(shared))
		if strange := ix.strangers(t, h.Entry); len(strange) > 0 {
			fmt.Fprintf(&b, "   words that the entry does not have: %s\n", strings.Join(strange, ", "))
		}
		if h.Missing != nil {
			fmt.Fprintf(&b, "   check: the question asks for %s, which the entry does not give\n", joinGives(h.Missing, " or "))
		}
	}
	if len(hits) > 1 {
		fmt.Fprintf(&b, "margin to the runner-up: %.2f\n", hits[0].Score-hits[1].Score)
	}
	return b.String()
}

func orNone(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}

func joinGives(kinds []knowledge.Gives, sep string) string {
	var out []string
	for _, k := range kinds {
		out = append(out, string(k))
	}
	return strings.Join(out, sep)
}

// names makes concepts readable: a synonym group is its first word.
func (ix *Index) names(concepts []string) []string {
	var out []string
	for _, c := range concepts {
		if term, ok := strings.CutPrefix(c, termPrefix); ok {
			out = append(out, term)
			continue
		}
		var i int
		if _, err := fmt.Sscanf(c, synonymPrefix+"%d", &i); err == nil && i < len(ix.kb.Synonyms) {
			out = append(out, "a word for "+ix.kb.Synonyms[i][0])
		}
	}
	return out
}

// nearest returns the phrasing of e that shares the most with a question, and the words that they share.
func (ix *Index) nearest(t tokens, e *knowledge.Entry) (phrasing string, shared []string) {
	best := -1.0
	s := ix.vocab.newScratch()
	weights := make(map[int32]float32)
	for _, f := range ix.vocab.vectorize(t, s) {
		weights[f.id] = f.weight
	}
	for _, p := range append([]string{e.Question}, e.AlsoAsked...) {
		var dot float64
		for _, f := range ix.vocab.vectorize(ix.analyzer.learned(p), s) {
			dot += float64(f.weight * weights[f.id])
		}
		if dot > best {
			best, phrasing = dot, p
		}
	}
	has := make(map[string]bool)
	for _, w := range ix.analyzer.learned(phrasing).words {
		has[w.stem] = true
	}
	for _, w := range t.words {
		if has[w.stem] {
			shared = append(shared, w.text)
		}
	}
	return phrasing, shared
}

// strangers are the words of content that the entry does not have.
func (ix *Index) strangers(t tokens, e *knowledge.Entry) []string {
	var out []string
	for _, w := range t.words {
		if !stopWords[w.text] && !ix.mentions[w.stem].has(ix.number[e]) {
			out = append(out, w.text)
		}
	}
	return out
}
