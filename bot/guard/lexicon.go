package guard

import (
	_ "embed"
	"sort"
	"strings"
)

// lexicon is every word that the rules know, letter by letter, so that one walk over a word finds all the rules'
// words and beginnings of words that it fits.
type lexicon struct{ nodes []lexNode }

type lexNode struct {
	next   [alphabet]int32 // 0: nowhere
	exact  []int32         // atoms of the word that ends here
	prefix []int32         // atoms of "word*"
	all    []int32         // all that fits the word that ends here, once settle has been called
	short  int32           // 1 + index of the shorthand that ends here
	flags  wordFlags
}

type wordFlags uint8

const (
	known   wordFlags = 1 << iota // some rule, list or setting has this word
	leftOut                       // says nothing
	starts                        // a clause may start with it
)

// alphabet is a to z, 0 to 9 and the decimal point.
const alphabet = 37

func letter(b byte) int {
	switch {
	case 'a' <= b && b <= 'z':
		return int(b - 'a')
	case '0' <= b && b <= '9':
		return int(b-'0') + 26
	case b == '.':
		return 36
	}
	return -1
}

// node returns the node of a word, and makes it if need be. Words hold nothing but the alphabet.
func (l *lexicon) node(word string) *lexNode {
	if len(l.nodes) == 0 {
		l.nodes = make([]lexNode, 1)
	}
	at := int32(0)
	for i := range len(word) {
		c := letter(word[i])
		if c < 0 {
			return &lexNode{} // not reachable for checked rules
		}
		if l.nodes[at].next[c] == 0 {
			l.nodes = append(l.nodes, lexNode{})
			l.nodes[at].next[c] = int32(len(l.nodes) - 1)
		}
		at = l.nodes[at].next[c]
	}
	return &l.nodes[at]
}

// find returns the node of a word, or nil when no rule has it as a whole or as the beginning of a longer one.
func (l *lexicon) find(word []byte) *lexNode {
	at := int32(0)
	for _, b := range word {
		c := letter(b)
		if c < 0 {
			return nil
		}
		if at = l.nodes[at].next[c]; at == 0 {
			return nil
		}
	}
	return &l.nodes[at]
}

// hits appends the atoms that a word fits.
func (l *lexicon) hits(word []byte, atoms []int32) []int32 {
	at := int32(0)
	for _, b := range word {
		c := letter(b)
		if c < 0 {
			return atoms
		}
		if at = l.nodes[at].next[c]; at == 0 {
			return atoms
		}
		atoms = append(atoms, l.nodes[at].prefix...)
	}
	return append(atoms, l.nodes[at].exact...)
}

// atoms returns the atoms that a word fits. Those of words that no rule has as a whole are appended to the arena.
func (l *lexicon) atoms(word []byte, arena *[]int32) []int32 {
	if n := l.find(word); n != nil && n.all != nil {
		return n.all
	}
	from := len(*arena)
	*arena = l.hits(word, *arena)
	return (*arena)[from:len(*arena):len(*arena)]
}

// settle works out the atoms of every word, so that words said again and again cost no memory.
func (l *lexicon) settle() { l.settleFrom(0, nil) }

func (l *lexicon) settleFrom(at int32, above []int32) {
	n := &l.nodes[at]
	above = append(above[:len(above):len(above)], n.prefix...)
	if len(n.exact) > 0 {
		n.all = append(above[:len(above):len(above)], n.exact...)
	}
	for _, next := range n.next {
		if next != 0 {
			l.settleFrom(next, above)
		}
	}
}

//go:embed english.txt
var englishFile string

// english is the sorted word list without its header.
var english = englishFile[strings.Index(englishFile, "\na")+1:]

// isEnglish reports whether a word is spelt right, by binary search over the lines.
func isEnglish(word []byte) bool {
	w := string(word)
	line := func(i int) (text string, end int) {
		start := strings.LastIndexByte(english[:i], '\n') + 1
		end = start + strings.IndexByte(english[start:], '\n')
		return english[start:end], end
	}
	i := sort.Search(len(english)-1, func(i int) bool { text, _ := line(i); return text >= w })
	if i >= len(english)-1 {
		return false
	}
	text, _ := line(i)
	return text == w
}
