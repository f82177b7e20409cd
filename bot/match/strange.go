package match

import (
	"math"
	"strings"

	"alliancebot/knowledge"
)

// strangeness counts what a question turns on and an entry does not hold: not in its phrasings, not in its answer, not
// in the facts behind it, not as a term of the glossary.
type strangeness struct {
	numbers   float64 // "2023"
	names     float64 // words that are not English and terms of the glossary
	foreign   float64 // English words that the knowledge does not have at all
	elsewhere float64 // words that other entries have; each counts as much as it is rare, at most 1
	content   float64 // all words of content in the question
}

func (s strangeness) total() float64 { return s.numbers + s.names + s.foreign + s.elsewhere }

func (ix *Index) strangeness(t tokens, e int32) strangeness {
	var s strangeness
	for _, w := range t.words {
		if stopWords[w.text] {
			continue
		}
		s.content++
		h, inKnowledge := ix.mentions[w.stem]
		switch {
		case h.has(e):
		case w.text[0] >= '0' && w.text[0] <= '9':
			s.numbers++
		case inKnowledge:
			s.elsewhere += rarity(len(h), len(ix.kb.Entries))
		case englishWords().TestString(w.text):
			s.foreign++
		default:
			s.names++
		}
	}
	for _, c := range t.concepts {
		if strings.HasPrefix(c, termPrefix) && !ix.mentions[c].has(e) {
			s.names++
		}
	}
	return s
}

// Knows returns the share of the words of content in text that an entry's phrasings, answer or facts hold; 1 when there
// are none.
func (ix *Index) Knows(e *knowledge.Entry, text string) float64 {
	i, ok := ix.number[e]
	if !ok {
		return 0
	}
	known, all := 0.0, 0.0
	for _, w := range ix.analyzer.analyze(text).words {
		if !stopWords[w.text] {
			all++
			if ix.mentions[w.stem].has(i) {
				known++
			}
		}
	}
	if all == 0 {
		return 1
	}
	return known / all
}

// Foreign reports whether most words of a text are neither English nor in the knowledge. It judges nothing shorter than
// three words, as a name or a slip is no other language.
func (ix *Index) Foreign(text string) bool {
	words := split(text)
	unknown := 0
	for _, w := range words {
		if _, known := ix.analyzer.stems[w]; !known && !englishWords().TestString(w) && !isNumber(w) {
			unknown++
		}
	}
	return len(words) >= 3 && 2*unknown > len(words)
}

func isNumber(w string) bool { return w[0] >= '0' && w[0] <= '9' }

// ContentWords counts the words of a text that say what it is about.
func ContentWords(text string) int {
	n := 0
	for _, w := range split(text) {
		if !stopWords[w] {
			n++
		}
	}
	return n
}

// rarity is 1 for a word of one entry, and falls to 0 for a word of all entries.
func rarity(holding, entries int) float64 {
	return 1 - math.Log(float64(holding))/math.Log(float64(entries)+1)
}

// stopWords say nothing about what a question is about.
var stopWords = func() map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(`
		a about actually after again all also always am an and another any anybody anyone anything are as ask asked asking at
		away back be because been before being best bit both but by can cheers could day did do does doing done
		each either else etc even ever every everyone exactly explain find first for from get getting give go going good got
		had has have having he hear heard hello help her here hers hey hi him his hope how however i if in into is it its
		just keep kind know knows least let like ll look looking lot lots made make many mate may me mean means meant might
		mine more most much must my myself need never new nice no not now of off oh ok okay on one only or other our out
		over own people please put question questions quick quickly quite r really right said say saying says see she short
		should simple since so some somebody someone something sorry sort still stuff such suppose sure t tell than thank thanks that
		the their them then there these they thing things think this those through to today told too try trying two under
		understand until up us use used ve very want wanted wants was way we well were what whatever when where whether which
		while who whole whom whose why will wish with within without wonder wondering word words would yeah yes yet you your
		yours exact precisely anyway basically currently`) {
		m[w] = true
	}
	return m
}()
