package match

import (
	"math"
	"slices"

	"alliancebot/knowledge"
)

// Hit is an entry with the estimated chance that it is the right answer.
type Hit struct {
	Entry *knowledge.Entry
	Score float64 // 0 to 1
	Exact bool    // the question is one of the entry's phrasings, up to case, punctuation and spacing
	// Missing is what the question asks for, any of these, where the entry holds none of it; nil where it does.
	Missing []knowledge.Gives

	evidence evidence
}

// maxHits is how many hits Search returns at most.
const maxHits = 5

// searcher is what one search needs to remember. It is reused.
type searcher struct {
	*scratch
	logits []float32
	chance []float32
	total  float64 // squared length of the question's vector if the knowledge had all its features
	seen   float64 // squared length of the part that it has
	tokens tokens
	asked  []knowledge.Gives
}

func (ix *Index) newSearcher() *searcher {
	n := len(ix.kb.Entries)
	return &searcher{scratch: ix.vocab.newScratch(), logits: make([]float32, n), chance: make([]float32, n)}
}

// Search returns the best entries for a question, best first; ties go to the entry that comes first. It returns none
// for a question without a word.
func (ix *Index) Search(question string) []Hit {
	t := ix.analyzer.analyze(question)
	if len(t.words) == 0 || len(ix.kb.Entries) == 0 {
		return nil
	}
	s := ix.pool.Get().(*searcher)
	defer ix.pool.Put(s)
	s.tokens = t
	if s.asked = nil; ix.gives {
		s.asked = asked(t.words, question)
	}
	s.score(ix)
	ix.favourFamiliar(s)
	top := topN(s.logits, maxHits)
	hits := make([]Hit, len(top), len(top)+1)
	for i, e := range top {
		hits[i] = ix.hit(s, e, top)
	}
	if e, ok := ix.asStored(question, t); ok {
		hits = promote(hits, ix.kb.Entries[e])
	}
	return hits
}

// asStored finds the entry that has the question among its phrasings: letter for letter, or else once misspellings are
// repaired, contractions written out and articles left away.
func (ix *Index) asStored(question string, t tokens) (int32, bool) {
	if e, ok := ix.exact[key(question)]; ok {
		return e, true
	}
	e, ok := ix.worded[wording(t)]
	return e, ok
}

// score runs the model.
func (s *searcher) score(ix *Index) {
	vector := ix.vocab.vectorize(s.tokens, s.scratch)
	ix.model.logits(vector, s.logits)
	if s.asked != nil {
		for i, e := range ix.kb.Entries {
			if e.Kind == knowledge.Covered && !holdsAny(e, s.asked) {
				s.logits[i] -= lackPenalty
			}
		}
	}
	s.toChances()
	s.total, s.seen = 0, 0
	for g := range groups {
		if len(s.scratch.seen[g])+s.unseen[g] > 0 {
			s.total += float64(groupWeight[g] * groupWeight[g])
		}
	}
	for _, f := range vector {
		s.seen += float64(f.weight * f.weight)
	}
}

// toChances makes chances of the logits.
func (s *searcher) toChances() {
	copy(s.chance, s.logits)
	softmax(s.chance)
}

// favourFamiliar moves the covered entries up that know every word of content in the question: who asks "about the care
// navigator" wants what there is to say about it, not to hear which of its details the document leaves out.
func (ix *Index) favourFamiliar(s *searcher) {
	changed := false
	for _, e := range topN(s.logits, maxHits) {
		if entry := ix.kb.Entries[e]; entry.Kind == knowledge.Covered && (s.asked == nil || holdsAny(entry, s.asked)) {
			if strange := ix.strangeness(s.tokens, e); strange.content > 0 && strange.total() == 0 {
				s.logits[e] += familiarBonus
				changed = true
			}
		}
	}
	if changed {
		s.toChances()
	}
}

// familiarBonus is in logits.
const familiarBonus = 1.5

// hit weighs the evidence for entry e, one of the top.
func (ix *Index) hit(s *searcher, e int32, top []int32) Hit {
	entry := ix.kb.Entries[e]
	h := Hit{Entry: entry}
	if entry.Kind == knowledge.Covered && s.asked != nil && !holdsAny(entry, s.asked) {
		h.Missing = slices.Clone(s.asked)
	}
	h.evidence = ix.weigh(s, e, top)
	h.evidence.missing = h.Missing != nil
	h.Score = h.evidence.confidence(ix.cited)
	return h
}

func holdsAny(e *knowledge.Entry, kinds []knowledge.Gives) bool {
	return slices.ContainsFunc(kinds, func(k knowledge.Gives) bool { return slices.Contains(e.Gives, k) })
}

// promote puts e first, with certainty.
func promote(hits []Hit, e *knowledge.Entry) []Hit {
	hits = slices.DeleteFunc(hits, func(h Hit) bool { return h.Entry == e })
	hits = slices.Insert(hits, 0, Hit{Entry: e, Score: 1, Exact: true})
	return hits[:min(len(hits), maxHits)]
}

// topN returns the indices of the n largest of x, largest first; ties go to the lower index.
func topN(x []float32, n int) []int32 {
	top := make([]int32, 0, n+1)
	for i, v := range x {
		if len(top) == n && v <= x[top[n-1]] {
			continue
		}
		j := len(top)
		for j > 0 && v > x[top[j-1]] {
			j--
		}
		top = slices.Insert(top, j, int32(i))
		top = top[:min(len(top), n)]
	}
	return top
}

// evidence is what a score is made of.
type evidence struct {
	chance  float64 // of the entry, by the model
	gap     float64 // logits to the runner-up, at most 12; negative behind the first
	kinGap  float64 // logits to the best entry that is no kin, at most 12
	cover   float64 // share of the question's weight that the entry holds
	unseen  float64 // share of the question's weight that nothing in the knowledge holds
	known   float64 // share of its n-grams that the knowledge has
	length  float64 // log of 1 + its words
	strange strangeness
	missing bool // the entry does not hold the kind of thing that is asked for
}

// lackPenalty is what an entry loses in the ranking, in logits, when it does not hold the kind of thing asked for.
const lackPenalty = 2.5

// maxGap bounds the gap to the runner-up: past it, more says nothing.
const maxGap = 12

func (ix *Index) weigh(s *searcher, e int32, top []int32) evidence {
	ev := evidence{
		chance: float64(s.chance[e]), gap: maxGap, kinGap: maxGap,
		unseen: 1 - s.seen/s.total,
		length: math.Log(1 + float64(len(s.tokens.words))),
	}
	grams := len(s.scratch.seen[ngrams])
	ev.known = float64(grams) / float64(grams+s.unseen[ngrams])
	for _, rival := range top {
		if rival != e {
			ev.gap = min(maxGap, float64(s.logits[e]-s.logits[rival]))
			break
		}
	}
	if rival := ix.bestStranger(s, e, top); rival >= 0 {
		ev.kinGap = min(maxGap, float64(s.logits[e]-s.logits[rival]))
	}
	for _, f := range s.vector {
		if holders(ix.postings[f.id]).has(e) {
			ev.cover += float64(f.weight*f.weight) / s.total
		}
	}
	ev.strange = ix.strangeness(s.tokens, e)
	return ev
}

// bestStranger returns the best entry that is no kin of e, or -1.
func (ix *Index) bestStranger(s *searcher, e int32, top []int32) int32 {
	kin := holders(ix.kin[e])
	for _, rival := range top {
		if !kin.has(rival) {
			return rival
		}
	}
	best := int32(-1)
	for i := range s.logits {
		if !kin.has(int32(i)) && (best < 0 || s.logits[i] > s.logits[best]) {
			best = int32(i)
		}
	}
	return best
}

// confidence turns evidence into the chance of being right: a logistic regression. Where entries cite facts it is the one
// that was fitted on questions which others wrote for the shipped knowledge, together with its left-out phrasings and
// the public sets; else the one that was fitted on the development parts of the public sets alone.
func (ev evidence) confidence(cited bool) float64 {
	z := -7.10 + 2.25*ev.chance + .71*ev.gap + .64*ev.cover - 3.23*ev.unseen + 4.57*ev.known + .43*ev.length
	if cited {
		z = -1.56 + .99*ev.kinGap + .59*ev.cover - .81*ev.unseen + .19*ev.length - .44*ev.strange.names - .31*ev.strange.foreign
	}
	if ev.missing {
		z -= .76
	}
	return 1 / (1 + math.Exp(-z))
}
