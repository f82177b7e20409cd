package knowledge

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// pool is the names, numbers and dates that some approved texts hold.
type pool struct {
	names   map[string]bool // words in canonical form, joined by a space
	numbers map[string]bool
	dates   map[calendar]bool
}

func newPool() *pool {
	return &pool{names: map[string]bool{}, numbers: map[string]bool{}, dates: map[calendar]bool{}}
}

// add puts a text into the pool.
func (p *pool) add(text string) {
	list := words(text)
	for _, r := range runs(list) {
		p.addName(r.words)
		if r.start && len(r.words) > 1 && functionWords[strings.ToLower(r.words[0])] {
			p.addName(r.words[1:])
		}
	}
	for _, w := range list {
		switch w.kind {
		case number:
			p.numbers[w.text] = true
		case date:
			// Less than the whole date may be said of it, too.
			p.dates[w.day] = true
			p.dates[calendar{month: w.day.month, year: w.day.year}] = true
			p.dates[calendar{month: w.day.month}] = true
			p.numbers[w.day.year] = true
		}
	}
}

// addTitle adds a name as it looks with capitals: an integrated care board may be the Integrated Care Board of a place.
func (p *pool) addTitle(name string) {
	fields := strings.Fields(name)
	for i, w := range fields {
		first, size := utf8.DecodeRuneInString(w)
		fields[i] = string(unicode.ToUpper(first)) + w[size:]
	}
	p.addName(fields)
}

func (p *pool) addName(words []string) {
	p.names[nameKey(words)] = true
}

func nameKey(words []string) string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = canonical(w)
	}
	return strings.Join(list, " ")
}

// addTails adds what is left of each name of the other pool once a name of p has been taken from its front: with
// "North Central London" in p, "North Central London Cancer Alliance" may be called "Cancer Alliance".
func (p *pool) addTails(other *pool, names []string) {
	for _, name := range names {
		words := strings.Fields(name)
		for i := 1; i < len(words); i++ {
			if p.names[strings.Join(words[:i], " ")] {
				other.names[strings.Join(words[i:], " ")] = true
			}
		}
	}
}

// keys lists the names of the pool in order.
func (p *pool) keys() []string {
	list := make([]string, 0, len(p.names))
	for name := range p.names {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// pools is what one passage may draw on.
type pools []*pool

func (ps pools) number(digits string) bool {
	return slices.ContainsFunc(ps, func(p *pool) bool { return p.numbers[digits] })
}

func (ps pools) date(day calendar) bool {
	return slices.ContainsFunc(ps, func(p *pool) bool { return p.dates[day] })
}

// name reports whether some words are a name of the pools, or several of them in a row.
func (ps pools) name(words []string) bool {
	known := make([]bool, len(words)+1) // known[i]: the first i words are names
	known[0] = true
	for end := 1; end <= len(words); end++ {
		for start := end - 1; start >= 0 && !known[end]; start-- {
			key := nameKey(words[start:end])
			known[end] = known[start] && slices.ContainsFunc(ps, func(p *pool) bool { return p.names[key] })
		}
	}
	return known[len(words)]
}

// functionWords are no part of a name when they start a sentence, and "I" and "OK" never are one.
var functionWords = set(`a about after all also although an and another any anyone are as ask at because before between both but by can check
	contact do does each either every find for from go here how i if in is it its just many most my no nobody none not of ok on once one only
	or other others our over people please read since so some somebody sorry such that the their them then there these they this those to
	today try under until was we were what when where whether which while who why will with you your yes`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}
