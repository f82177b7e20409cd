package match

import (
	"runtime"
	"strconv"
	"strings"
	"sync"

	"alliancebot/knowledge"
)

// word is one word of a text.
type word struct {
	text string // folded, and repaired
	stem string
	from string // as it was typed, when it was repaired; else empty
}

// tokens is an analyzed text.
type tokens struct {
	words    []word
	concepts []string // the glossary terms and synonym groups that occur, one for each occurrence
}

// termPrefix marks the concepts that are terms of the glossary.
const termPrefix = "term "

// synonymPrefix marks the ones that are groups of synonyms; their number follows.
const synonymPrefix = "synonym "

// analyzer turns text into tokens. It never changes after newAnalyzer.
type analyzer struct {
	stems    map[string]string // by word; of all words that the knowledge has
	terms    phrases           // of words
	synonyms phrases           // of stems
	speller  *speller
}

// newAnalyzer learns the words of the knowledge and its glossary.
func newAnalyzer(kb *knowledge.Base) *analyzer {
	a := &analyzer{stems: make(map[string]string), terms: make(phrases), synonyms: make(phrases)}
	counts, abbreviations := make(map[string]int), make(map[string]bool)
	learn := func(text string) []string {
		words := split(text)
		for _, w := range words {
			counts[w]++
		}
		return words
	}
	for _, e := range kb.Entries {
		learn(e.Question)
		for _, p := range e.AlsoAsked {
			learn(p)
		}
	}
	// A word that occurs once and is no English word may be a slip of the maintainer: known, but nothing to repair to.
	for w, n := range counts {
		if n == 1 && !englishWords().TestString(w) {
			abbreviations[w] = true
		}
	}
	for _, t := range kb.Terms {
		concept := termPrefix + t.Short
		short := learn(t.Short)
		if t.Name != "" && len(short) == 1 {
			abbreviations[short[0]] = true
		}
		a.terms.add(short, concept)
		for _, name := range append(t.Also, t.Name) {
			a.terms.add(learn(name), concept)
		}
	}
	for i, group := range kb.Synonyms {
		for _, phrase := range group {
			words := learn(phrase)
			for j, w := range words {
				words[j] = stem(w)
			}
			a.synonyms.add(words, "synonym "+strconv.Itoa(i))
		}
	}
	for w := range counts {
		a.stems[w] = stem(w)
	}
	a.speller = newSpeller(counts, abbreviations)
	return a
}

// learned analyzes a text of the knowledge itself: as it stands, nothing repaired.
func (a *analyzer) learned(text string) tokens { return a.tokens(split(text), nil) }

// learnAll is learned for many texts, on all processors.
func (a *analyzer) learnAll(texts []string) []tokens {
	out := make([]tokens, len(texts))
	workers := runtime.GOMAXPROCS(0)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(texts); i += workers {
				out[i] = a.learned(texts[i])
			}
		})
	}
	wg.Wait()
	return out
}

// analyze analyzes a question.
func (a *analyzer) analyze(text string) tokens {
	words := split(text)
	var from []string
	for i := 0; i < len(words); i++ {
		repaired, ok := a.speller.repair(words[i])
		if !ok {
			continue
		}
		if from == nil {
			from = make([]string, len(words), len(words)+8)
		}
		from[i] = words[i]
		words[i] = repaired[0]
		if len(repaired) == 2 {
			words = append(words[:i+1], append([]string{repaired[1]}, words[i+1:]...)...)
			from = append(from[:i+1], append([]string{from[i]}, from[i+1:]...)...)
			i++
		}
	}
	return a.tokens(words, from)
}

func (a *analyzer) tokens(words, from []string) tokens {
	t := tokens{words: make([]word, len(words))}
	for i, w := range words {
		s, ok := a.stems[w]
		if !ok {
			s = stem(w)
		}
		t.words[i] = word{text: w, stem: s}
		if from != nil {
			t.words[i].from = from[i]
		}
	}
	t.concepts = a.terms.find(t.concepts, t.words, func(w word) string { return w.text })
	t.concepts = a.synonyms.find(t.concepts, t.words, func(w word) string { return w.stem })
	return t
}

// phrases finds runs of words; by first word.
type phrases map[string][]phrase

type phrase struct {
	words   []string
	concept string
}

func (p phrases) add(words []string, concept string) {
	if len(words) > 0 {
		p[words[0]] = append(p[words[0]], phrase{words, concept})
	}
}

// find appends the concept of each phrase in words. A phrase that lies inside a longer one does not count.
func (p phrases) find(concepts []string, words []word, of func(word) string) []string {
	for i := 0; i < len(words); {
		best := phrase{}
		for _, c := range p[of(words[i])] {
			if len(c.words) > len(best.words) && startsWith(words[i:], c.words, of) {
				best = c
			}
		}
		if len(best.words) == 0 {
			i++
			continue
		}
		concepts = append(concepts, best.concept)
		i += len(best.words)
	}
	return concepts
}

func startsWith(words []word, run []string, of func(word) string) bool {
	if len(run) > len(words) {
		return false
	}
	for i, r := range run {
		if of(words[i]) != r {
			return false
		}
	}
	return true
}

// firstWords returns the start of s up to its nth word.
func firstWords(s string, n int) string {
	for i, w := 0, 0; i < len(s); i++ {
		if s[i] == ' ' || s[i] == '\n' {
			if w++; w == n {
				return strings.TrimSpace(s[:i])
			}
		}
	}
	return s
}
