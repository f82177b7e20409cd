// Package match ranks the entries of a knowledge base for a question. It is pure and deterministic: the same
// question gets the same hits, in microseconds, and each hit can be explained.
//
// The method is one linear model trained when the knowledge is loaded (softmax regression over stems, pairs of
// stems and character n-grams), a logistic regression that turns what it says into a chance of being right, and two checks
// that similarity cannot make: whether an entry holds the kind of thing that is asked for, and whether it knows the
// words that the question turns on. Its constants were chosen on the development parts of public question sets.
package match

import (
	"slices"
	"sync"

	"alliancebot/knowledge"
)

// Options tune an Index. The zero value is the documented default.
type Options struct{}

// Index answers searches over one knowledge base. It never changes after New and is safe for concurrent use.
type Index struct {
	kb          *knowledge.Base
	analyzer    *analyzer
	vocab       *vocabulary
	model       *model
	postings    [][]int32                  // by feature id: the entries that hold it, sorted
	mentions    map[string]holders         // by stem, and by glossary term: the entries in whose texts or facts it stands
	exact       map[string]int32           // by key: the entry that has the phrasing
	worded      map[string]int32           // by wording: the same
	kin         [][]int32                  // by entry: the entries that rest on a fact of its own, itself among them, sorted
	number      map[*knowledge.Entry]int32 // the place of each entry
	gives       bool                       // some entry says what it gives
	cited       bool                       // some entry cites facts
	completions *completions
	pool        sync.Pool // of *searcher
}

// holders is a sorted list of entries.
type holders []int32

func (h holders) has(e int32) bool {
	i := search(h, e)
	return i < len(h) && h[i] == e
}

func (h holders) with(e int32) holders {
	if n := len(h); n > 0 && h[n-1] == e {
		return h
	}
	return append(h, e)
}

// fewTexts is the number of phrasings below which an entry also learns from its answer.
const fewTexts = 3

// answerWords is how many words of the answer it then learns from.
const answerWords = 60

// New trains an Index. It takes about 50 microseconds a phrasing.
func New(kb *knowledge.Base, _ Options) *Index {
	ix := &Index{
		kb: kb, analyzer: newAnalyzer(kb),
		exact: make(map[string]int32), worded: make(map[string]int32), mentions: make(map[string]holders), completions: newCompletions(kb),
	}
	ix.number = make(map[*knowledge.Entry]int32, len(kb.Entries))
	for i, e := range kb.Entries {
		ix.number[e] = int32(i)
	}
	texts, owner := ix.texts()
	ix.vocab = newVocabulary(texts, owner, len(kb.Entries))
	ix.postings = make([][]int32, len(ix.vocab.idf))
	scratch := ix.vocab.newScratch()
	samples := make([]sample, len(texts))
	for i, t := range texts {
		samples[i] = sample{slices.Clone(ix.vocab.vectorize(t, scratch)), owner[i]}
		for _, f := range samples[i].vector {
			ix.postings[f.id] = holders(ix.postings[f.id]).with(owner[i])
		}
		ix.mention(t, owner[i])
		texts[i] = tokens{} // free it: thousands of texts are most of what loading takes
	}
	ix.readAnswers()
	ix.kin = kin(kb.Entries)
	ix.model = train(samples, ix.vocab.groups, len(kb.Entries))
	ix.pool.New = func() any { return ix.newSearcher() }
	return ix
}

// texts analyzes what the entries are learned from; owner tells whose each text is.
func (ix *Index) texts() (texts []tokens, owner []int32) {
	var raw []string
	add := func(e int, text string) { raw, owner = append(raw, text), append(owner, int32(e)) }
	for i, e := range ix.kb.Entries {
		add(i, e.Question)
		for _, p := range e.AlsoAsked {
			add(i, p)
		}
		if 1+len(e.AlsoAsked) < fewTexts {
			add(i, firstWords(e.Answer.Source, answerWords))
		}
		ix.gives = ix.gives || len(e.Gives) > 0
		ix.cited = ix.cited || len(e.Sources) > 0
	}
	texts = ix.analyzer.learnAll(raw)
	kept := 0
	for i, t := range texts {
		if len(t.words) > 0 {
			claim(ix.exact, key(raw[i]), owner[i])
			claim(ix.worded, wording(t), owner[i])
			texts[kept], owner[kept] = t, owner[i]
			kept++
		}
	}
	return texts[:kept], owner[:kept]
}

// claim gives a phrasing to an entry unless it is empty or another entry came first.
func claim(owners map[string]int32, phrasing string, entry int32) {
	if _, taken := owners[phrasing]; !taken && phrasing != "" {
		owners[phrasing] = entry
	}
}

// readAnswers notes the words of the answers and of the facts behind them.
func (ix *Index) readAnswers() {
	for i, e := range ix.kb.Entries {
		ix.mention(ix.analyzer.learned(e.Answer.Source), int32(i))
		ix.mention(ix.analyzer.learned(e.More.Source), int32(i))
		for _, s := range e.Sources {
			ix.mention(ix.analyzer.learned(s.Fact.Text), int32(i))
		}
	}
	for w, h := range ix.mentions {
		slices.Sort(h)
		ix.mentions[w] = slices.Compact(h)
	}
}

func (ix *Index) mention(t tokens, e int32) {
	for _, w := range t.words {
		ix.mentions[w.stem] = ix.mentions[w.stem].with(e)
	}
	for _, c := range t.concepts {
		ix.mentions[c] = ix.mentions[c].with(e)
	}
}

// kin lists for each entry the covered entries that tell a fact that it tells, too. When two of them compete for a
// question, either is a right answer more often than not.
func kin(entries []*knowledge.Entry) [][]int32 {
	byFact := make(map[*knowledge.Fact][]int32)
	for i, e := range entries {
		if e.Kind == knowledge.Covered {
			for _, s := range e.Sources {
				byFact[s.Fact] = append(byFact[s.Fact], int32(i))
			}
		}
	}
	out := make([][]int32, len(entries))
	for i, e := range entries {
		out[i] = []int32{int32(i)}
		if e.Kind != knowledge.Covered {
			continue
		}
		for _, s := range e.Sources {
			out[i] = append(out[i], byFact[s.Fact]...)
		}
		slices.Sort(out[i])
		out[i] = slices.Compact(out[i])
	}
	return out
}
