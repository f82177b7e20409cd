package guard

import (
	"bytes"
	"cmp"
)

// repair puts a word right that neither the rules nor the dictionary know, and reports whether it did.
func (r *reader) repair(word []byte, end int) bool {
	if squeezed := r.s.squeeze(r.g, word); squeezed != nil {
		r.known(squeezed, end)
		return true
	}
	if plain := r.s.leet(r.g, word); plain != nil {
		r.known(plain, end)
		return true
	}
	if masked := r.g.spell.unmask(word); masked != "" {
		r.known([]byte(masked), end)
		return true
	}
	if right := r.g.spell.correct(r.s, word); right != "" {
		r.known([]byte(right), end)
		return true
	}
	return len(word) >= minRunTogether && r.split(word, end)
}

// known takes a word that a repair came up with.
func (r *reader) known(word []byte, end int) {
	if n := r.g.lex.find(word); n != nil && (n.flags != 0 || n.short != 0) {
		r.take(word, n, end)
		return
	}
	r.push(word, r.g.lex.atoms(word, &r.s.hits), end)
}

// understands reports whether the rules make something of a word.
func (g *Guard) understands(word []byte) bool {
	if n := g.lex.find(word); n != nil && (n.flags&known != 0 || n.short != 0) {
		return true
	}
	return g.spell.vocabulary[string(word)]
}

// squeeze shortens runs of letters: sooooo, helpppp, nooo. It returns nil if that makes no word.
func (s *scratch) squeeze(g *Guard, word []byte) []byte {
	for _, most := range [...]int{2, 1} {
		s.squeezed = s.squeezed[:0]
		run, long := 0, false
		for i, b := range word {
			if i > 0 && word[i-1] == b {
				run++
			} else {
				run = 1
			}
			if run <= most {
				s.squeezed = append(s.squeezed, b)
			}
			long = long || run > 2
		}
		if !long {
			return nil
		}
		n := g.lex.find(s.squeezed)
		if n != nil && (n.flags != 0 || n.short != 0) || g.understands(s.squeezed) || isEnglish(s.squeezed) {
			return s.squeezed
		}
		if right := g.spell.correct(s, s.squeezed); right != "" {
			return []byte(right)
		}
	}
	return nil
}

// leet reads digits and signs as the letters that they look like: su1cide, k!ll, h4rm. It returns nil if that makes
// no word of the rules of at least 3 letters.
func (s *scratch) leet(g *Guard, word []byte) []byte {
	if len(word) < 3 || !bytes.ContainsAny(word, "01345789@$!|") || !bytes.ContainsAny(word, "abcdefghijklmnopqrstuvwxyz") {
		return nil
	}
	for _, one := range [...]byte{'i', 'l'} {
		s.plain = s.plain[:0]
		for _, b := range word {
			switch b {
			case '0':
				b = 'o'
			case '1', '!', '|':
				b = one
			case '3':
				b = 'e'
			case '4', '@':
				b = 'a'
			case '5', '$':
				b = 's'
			case '7':
				b = 't'
			case '8':
				b = 'b'
			case '9':
				b = 'g'
			}
			s.plain = append(s.plain, b)
		}
		if g.understands(s.plain) {
			return s.plain
		}
	}
	return nil
}

// minRunTogether is the shortest word that may be several without the spaces between them.
const minRunTogether = 7

// split takes a word as several words of the rules written together, the fewest that make it up, and reports
// whether it could. At least one of them has 4 letters, for short ones make up anything.
func (r *reader) split(word []byte, end int) bool {
	var fewest, from [maxWord + 2]int8
	if len(word) > maxWord {
		return false
	}
	for i := range word {
		if i > 0 && fewest[i] == 0 {
			continue
		}
		at := int32(0)
		for j := i; j < len(word); j++ {
			c := letter(word[j])
			if c < 0 {
				return false
			}
			if at = r.g.lex.nodes[at].next[c]; at == 0 {
				break
			}
			n := &r.g.lex.nodes[at]
			if n.flags == 0 && n.short == 0 {
				continue
			}
			if k := fewest[i] + 1; fewest[j+1] == 0 || k < fewest[j+1] {
				fewest[j+1], from[j+1] = k, int8(i)
			}
		}
	}
	if fewest[len(word)] == 0 || int(fewest[len(word)])*2 > len(word) {
		return false
	}
	var cuts []int
	long := false
	for at := len(word); at > 0; at = int(from[at]) {
		cuts = append(cuts, at)
		long = long || at-int(from[at]) >= 4
	}
	if !long {
		return false
	}
	at := 0
	for i := len(cuts) - 1; i >= 0; i-- {
		piece := word[at:cuts[i]]
		if n := r.g.lex.find(piece); n != nil {
			r.take(piece, n, end)
		}
		at = cuts[i]
	}
	return true
}

// speller corrects spelling towards the words of the rules. It knows each word with every one of its letters left
// out, so that two words that differ in one place meet.
type speller struct {
	vocabulary map[string]bool
	words      []string           // in order of preference
	lacking    map[string][]int32 // what is left of a word without one letter: which words
	bySize     map[[2]byte][]int32
}

// Spelling is only corrected between these lengths: short words are all alike, and long ones are no words.
const (
	minSpelling = 4
	maxSpelling = 16
)

func newSpeller(words []string) *speller {
	sp := &speller{vocabulary: map[string]bool{}, lacking: map[string][]int32{}, bySize: map[[2]byte][]int32{}}
	for _, w := range words {
		if sp.vocabulary[w] {
			continue
		}
		sp.vocabulary[w] = true
		if len(w) < minSpelling || len(w) > maxSpelling {
			continue
		}
		id := int32(len(sp.words))
		sp.words = append(sp.words, w)
		size := [2]byte{w[0], byte(len(w))}
		sp.bySize[size] = append(sp.bySize[size], id)
		sp.lacking[w] = append(sp.lacking[w], id)
		for i := range len(w) {
			if i > 0 && w[i] == w[i-1] {
				continue
			}
			rest := w[:i] + w[i+1:]
			sp.lacking[rest] = append(sp.lacking[rest], id)
		}
	}
	return sp
}

// correct returns the word that was meant, or the empty string.
func (sp *speller) correct(s *scratch, word []byte) string {
	if len(word) < minSpelling || len(word) > maxSpelling {
		return ""
	}
	best, bestCost := "", 100
	look := func(key []byte) {
		for _, id := range sp.lacking[string(key)] {
			w := sp.words[id]
			if cost := misspelling(word, w); cost < bestCost {
				best, bestCost = w, cost
			}
		}
	}
	look(word)
	for i := range word {
		s.fold = append(append(s.fold[:0], word[:i]...), word[i+1:]...)
		look(s.fold)
	}
	return best
}

// misspelling tells how unlikely it is that somebody who typed word meant right; 100 is too unlikely. People get the
// first letter right, and swap or drop letters more often than they invent some.
func misspelling(word []byte, right string) int {
	d := distance(word, right)
	switch {
	case word[0] != right[0] && (len(right) < 7 || d > 1):
		return 100
	case len(right) == 4 && !(d == 1 && len(word) == 4 && swapped(word, right) || len(word) == 5 && d == 1 && doubled(word)):
		return 100
	case len(right) <= 7 && d > 1, d > 2:
		return 100
	}
	return d*4 + min(3, max(len(right)-len(word), len(word)-len(right))) + cmp.Compare(word[0], right[0])&1
}

func swapped(word []byte, right string) bool {
	for i := 0; i+1 < len(word); i++ {
		if word[i] != right[i] {
			return word[i] == right[i+1] && word[i+1] == right[i]
		}
	}
	return false
}

// doubled reports whether a letter stands twice in a row.
func doubled(word []byte) bool {
	for i := 1; i < len(word); i++ {
		if word[i] == word[i-1] {
			return true
		}
	}
	return false
}

// distance counts the letters to insert, delete, replace or swap.
func distance(a []byte, b string) int {
	var rows [3][maxSpelling + 3]int
	two, one, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		one[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(one[j+1]+1, row[j]+1, one[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], two[j-1]+1)
			}
		}
		two, one, row = one, row, two
	}
	return one[len(b)]
}

// unmask reads stars as letters: k*ll, su**ide. At least half of the word must be there.
func (sp *speller) unmask(word []byte) string {
	stars := bytes.Count(word, []byte("*"))
	if stars == 0 || len(word) < minSpelling || len(word) > maxSpelling || stars*2 > len(word) {
		return ""
	}
	for _, id := range sp.bySize[[2]byte{word[0], byte(len(word))}] {
		w := sp.words[id]
		fits := true
		for i := range word {
			fits = fits && (word[i] == '*' || word[i] == w[i])
		}
		if fits {
			return w
		}
	}
	return ""
}
