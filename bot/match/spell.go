package match

import (
	"cmp"
	"slices"
)

// speller repairs words that are neither English nor in the knowledge to the nearest word of the knowledge, or splits
// them into two. It never repairs to an abbreviation: NCL, NCEL and NEL are one letter apart and three different things.
type speller struct {
	words   map[string]int // how often the knowledge has a word
	keys    []deletion     // sorted by key
	list    []string       // the words to repair to
	targets []int          // their counts
}

// deletion says what a word looks like without some of its letters.
type deletion struct {
	key  hash
	word int32 // its place in the list
}

// with returns the deletions that have the key.
func (s *speller) with(key hash) []deletion {
	from, found := slices.BinarySearchFunc(s.keys, key, func(d deletion, k hash) int { return cmp.Compare(d.key, k) })
	if !found {
		return nil
	}
	to := from
	for to < len(s.keys) && s.keys[to].key == key {
		to++
	}
	return s.keys[from:to]
}

const (
	twoEdits   = 6  // words from this length on may be 2 edits away
	maxRepair  = 20 // longer words are left alone
	minSplit   = 2  // the shorter part of a split has at least so many letters
	minSplitIn = 6  // a word to be split has at least so many letters
)

// newSpeller makes a speller for the words of the knowledge; fixed words are known but never repaired to.
func newSpeller(words map[string]int, fixed map[string]bool) *speller {
	s := &speller{words: words}
	for w := range words {
		if !fixed[w] && len(w) >= 3 && len(w) <= maxRepair && isAlpha(w) {
			s.list = append(s.list, w)
		}
	}
	slices.Sort(s.list)
	var keys []hash
	for i, w := range s.list {
		s.targets = append(s.targets, words[w])
		keys = deletions(keys[:0], w)
		for _, k := range keys {
			s.keys = append(s.keys, deletion{k, int32(i)})
		}
	}
	slices.SortFunc(s.keys, func(a, b deletion) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.word, b.word)) })
	s.keys = slices.Clip(s.keys)
	return s
}

func isAlpha(w string) bool {
	for i := 0; i < len(w); i++ {
		if !isLetter(w[i]) {
			return false
		}
	}
	return true
}

// edits is how many edits a word of n letters may be away from the word that is meant.
func edits(n int) int {
	if n >= twoEdits {
		return 2
	}
	return 1
}

// deletions appends the hashes of w and of what is left of it without one or, where two edits are allowed, two
// letters. Two words within that distance share at least one of them.
func deletions(keys []hash, w string) []hash {
	h := func(i, j int) hash {
		h := hash(14695981039346656037)
		for k := 0; k < len(w); k++ {
			if k != i && k != j {
				h = h.addByte(w[k])
			}
		}
		return h
	}
	keys = append(keys, h(-1, -1))
	two := edits(len(w)) == 2
	for i := range len(w) {
		keys = append(keys, h(i, -1))
		if two {
			for j := i + 1; j < len(w); j++ {
				keys = append(keys, h(i, j))
			}
		}
	}
	return keys
}

// repair returns the words that are meant by w, and whether that is another word than w.
func (s *speller) repair(w string) ([]string, bool) {
	if !s.misspelt(w) {
		return nil, false
	}
	if best := s.nearest(w); best != "" {
		return []string{best}, true
	}
	if a, b := s.split(w); a != "" {
		return []string{a, b}, true
	}
	return nil, false
}

func (s *speller) misspelt(w string) bool {
	if len(w) < 3 || len(w) > 2*maxRepair || !isAlpha(w) {
		return false
	}
	if _, known := s.words[w]; known {
		return false
	}
	return !englishWords().TestString(w)
}

// nearest returns the word of the knowledge with the fewest edits from w; ties go to the one that starts with the
// same letter, then to the more frequent, then to the first in the alphabet.
func (s *speller) nearest(w string) string {
	if len(w) > maxRepair {
		return ""
	}
	limit := edits(len(w))
	best, bestDistance, bestInitial := -1, limit+1, false
	for _, k := range deletions(nil, w) {
		for _, candidate := range s.with(k) {
			i := candidate.word
			d := distance(w, s.list[i], limit)
			initial := s.list[i][0] == w[0]
			if d > limit || d == 2 && !initial || d > bestDistance {
				continue
			}
			if d == bestDistance && (int(i) == best || !better(initial, s.targets[i], int(i), bestInitial, s.targets[best], best)) {
				continue
			}
			best, bestDistance, bestInitial = int(i), d, initial
		}
	}
	if best < 0 || len(w) == 3 && !bestInitial {
		return ""
	}
	return s.list[best]
}

func better(initial bool, count, index int, bestInitial bool, bestCount, bestIndex int) bool {
	if initial != bestInitial {
		return initial
	}
	if count != bestCount {
		return count > bestCount
	}
	return index < bestIndex
}

// split returns the two words of the knowledge that were run together as w; of several splits, the one whose rarer
// word is the most frequent.
func (s *speller) split(w string) (string, string) {
	if len(w) < minSplitIn {
		return "", ""
	}
	at, bestCount := 0, 0
	for i := minSplit; i <= len(w)-minSplit; i++ {
		if n := min(s.words[w[:i]], s.words[w[i:]]); n > bestCount {
			at, bestCount = i, n
		}
	}
	if at == 0 {
		return "", ""
	}
	return w[:at], w[at:]
}

// distance is the number of inserted, deleted, changed and swapped neighbouring letters between a and b (optimal
// string alignment), or limit+1 when it is more than limit. Both have at most 2*maxRepair letters.
func distance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	var rows [3][2*maxRepair + 1]int
	prev2, prev, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], prev2[j-2]+1)
			}
		}
		prev2, prev, row = prev, row, prev2
	}
	return min(prev[len(b)], limit+1)
}
