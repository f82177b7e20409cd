// Package guard is the safety lane: it looks at a message before anything else does, and says whether it is about an
// emergency, self-harm, somebody's own care... It also removes personal details from text. It is pure and deterministic.
//
// The rules are the maintainers', in safety.yaml (see package knowledge for their language). A message is read word by
// word, with text-speak, misspellings and disguises put right, and every phrase of every rule is looked for at once,
// so that the time it takes is in proportion to the length of the message, however many rules there are.
package guard

import (
	"slices"
	"strings"
	"sync"

	"alliancebot/knowledge"
	"alliancebot/knowledge/markup"
)

// Class is what a message is about when it is not, or not only, a question about the organisation.
type Class string

// The classes, most urgent first. When several match, the most urgent one counts.
const (
	None         Class = ""
	Emergency    Class = "emergency"
	SelfHarm     Class = "self-harm"
	Safeguarding Class = "safeguarding"
	Medicine     Class = "medicine"
	Diagnosis    Class = "diagnosis"
	Symptom      Class = "symptom"
	Distress     Class = "distress" // bereavement, carer strain or distress without self-harm
	Appointment  Class = "appointment"
	Complaint    Class = "complaint"
)

// Replaces reports whether the class's reply stands alone. The others signpost first, and a genuine question about
// the organisation in the same message is still answered.
func (c Class) Replaces() bool { return c == Emergency || c == SelfHarm || c == Safeguarding }

// Guard classifies messages by the rules of one knowledge folder. It is safe for concurrent use. A nil or zero Guard
// works, too: it knows only the emergencies that are built into the program.
type Guard struct {
	lex          lexicon
	spell        *speller
	shorthand    [][][]byte
	numberAtoms  []int32
	atoms        int
	lists        *machine // members of word lists that are phrases; reports the list
	listAtoms    [][]int32
	context      *machine // ordinary turns of phrase, and questions about the organisation
	ordinary     int32    // how many of the patterns of context are ordinary turns of phrase
	phrases      *machine
	phraseRules  []int32 // by pattern of phrases
	combinations []combination
	anchored     [][]int32 // by atom: the combinations whose first part it is
	noted        []int32   // by atom: 1 + its place in scratch.places, if combinations have it
	notedCount   int32
	symptoms     []bool // by atom: it is the first part of a combination of the class symptom
	rules        []rule
	replies      map[Class]reply
	likeness     *likeness // nil when there are no examples
	pool         *sync.Pool
}

type rule struct {
	id     string
	class  Class
	rank   int32   // of the class; those of weak rules come after all others
	weak   bool    // counts only when nothing is asked about the organisation
	unless []int32 // atoms that make another class fit better
}

type combination struct {
	rule   int32
	within int32
	others []int32 // atoms
}

type reply struct {
	text    markup.Text
	also    map[string]markup.Text
	private bool
}

// Verdict is what Classify found out about a message.
type Verdict struct {
	Class Class
	Rule  string   // the id of the rule that fired; fit for logs
	Words []string // the words that made it fire, as they were typed: for the maintainer's own terminal only, never for logs
	// Organisation reports that the message asks about the organisation.
	Organisation bool
	// Learned reports that no rule gave the class, but the likeness to examples.
	Learned bool
	// Question is the part of the message that asks about the organisation and names no symptom. Of a message with a
	// class, it alone may be matched against the knowledge. It is empty when there is no such part, and the whole
	// message when there is no class.
	Question string
}

// Classify reads a message of any length and any bytes.
func (g *Guard) Classify(text string) Verdict {
	if g == nil || g.pool == nil {
		return fallback().classify(text)
	}
	return g.classify(text)
}

func (g *Guard) classify(text string) Verdict {
	s := g.pool.Get().(*scratch)
	defer g.pool.Put(s)
	g.read(s, text)
	return g.verdict(s, text)
}

// read cuts a text into tokens and finds what the rules name.
func (g *Guard) read(s *scratch, text string) {
	s.reset(g)
	r := reader{g: g, s: s, word: s.word[:0]}
	r.read(text)
	g.look(s)
}

// Reply returns what to say to a message of that class, and whether the platform is to show it to the asker alone if
// it can. The text is empty for None.
func (g *Guard) Reply(c Class, audience string) (text markup.Text, private bool) {
	if g == nil || g.pool == nil {
		if c == None {
			return markup.Text{}, false
		}
		return fallback().Reply(c, audience)
	}
	r := g.replies[c]
	return markup.Join(r.text, r.also[audience]), r.private
}

// Contacts returns the numbers that Redact may leave in place.
func Contacts(s *knowledge.Safety) []string {
	var numbers []string
	if s != nil {
		for _, c := range s.Contacts {
			numbers = append(numbers, c.Numbers...)
		}
	}
	return numbers
}

// span is where an atom stands: the tokens [start, end).
type span struct{ atom, start, end int32 }

// match is a rule that fired.
type match struct {
	rule   int32
	tokens []span
}

// scratch is the memory that one message needs. It is used again.
type scratch struct {
	tokens    []token
	hits      []int32
	spans     []span // members of word lists of several words, by start
	longs     []span // the same while they are being found
	ring      [maxSpan + 1][]state
	waiting   []state
	seen      []int32
	stamp     []int32
	present   []bool   // which atoms of combinations and exceptions there are
	touched   []int32  // the same as a list
	places    [][]span // where they stand
	asks      []span
	best      match
	fired     bool
	vector    []feature
	word      []byte
	fold      []byte
	joint     []byte
	squeezed  []byte
	plain     []byte
	letterGap gapKind
}

func (s *scratch) reset(g *Guard) {
	s.tokens, s.hits, s.spans, s.longs, s.asks = s.tokens[:0], s.hits[:0], s.spans[:0], s.longs[:0], s.asks[:0]
	if s.stamp == nil {
		s.stamp = make([]int32, g.atoms)
		s.places = make([][]span, g.notedCount)
		s.present = make([]bool, g.notedCount)
		s.word = make([]byte, 0, maxWord+1)
	}
	for _, i := range s.touched {
		s.present[i] = false
	}
	s.touched = s.touched[:0]
	s.best = match{tokens: s.best.tokens[:0]}
	s.fired = false
}

// look finds everything that the rules name.
func (g *Guard) look(s *scratch) {
	clear(s.stamp)
	g.lists.run(s, func(list, start, end int32) {
		for _, a := range g.listAtoms[list] {
			s.longs = append(s.longs, span{a, start, end})
		}
	})
	s.spans, s.longs = s.longs, s.spans[:0]
	slices.SortFunc(s.spans, bySpan)
	clear(s.stamp)
	g.context.run(s, func(pattern, start, end int32) {
		if pattern >= g.ordinary {
			s.asks = append(s.asks, span{0, start, end})
			return
		}
		s.asks = append(s.asks, span{-1, start, end})
	})
	g.mark(s)
	g.note(s)
	clear(s.stamp)
	g.phrases.run(s, func(pattern, start, end int32) {
		g.fire(s, g.phraseRules[pattern], span{0, start, end})
	})
	g.combine(s)
}

func bySpan(a, b span) int {
	if a.start != b.start {
		return int(a.start - b.start)
	}
	if a.end != b.end {
		return int(a.end - b.end)
	}
	return int(a.atom - b.atom)
}

// mark masks the ordinary turns of phrase, and notes which tokens belong to questions about the organisation.
func (g *Guard) mark(s *scratch) {
	asks := s.asks[:0]
	for _, a := range s.asks {
		if a.atom < 0 {
			for i := a.start; i < a.end; i++ {
				s.tokens[i].masked = true
			}
			continue
		}
		asks = append(asks, a)
	}
	s.asks = asks
	slices.SortFunc(s.asks, bySpan)
	until := int32(0)
	for _, a := range s.asks {
		i := max(a.start, until)
		for ; i < a.end || i > 0 && i < int32(len(s.tokens)) && s.tokens[i].before == space; i++ {
			s.tokens[i].asked = true
		}
		until = max(until, i)
	}
	s.spans = slices.DeleteFunc(s.spans, func(sp span) bool {
		for i := sp.start; i < sp.end; i++ {
			if s.tokens[i].masked {
				return true
			}
		}
		return false
	})
}

// note finds out which parts of combinations and exceptions there are, and which tokens name symptoms.
func (g *Guard) note(s *scratch) {
	see := func(atom int32) {
		if at := g.noted[atom]; at != 0 && !s.present[at-1] {
			s.present[at-1] = true
			s.touched = append(s.touched, at-1)
		}
	}
	for _, sp := range s.spans {
		see(sp.atom)
	}
	for p := range s.tokens {
		t := &s.tokens[p]
		if t.masked {
			continue
		}
		for _, a := range t.hits {
			t.symptom = t.symptom || g.symptoms[a]
			see(a)
		}
	}
}

// Combinations are looked for in so many tokens at a time, so that long messages do not need much memory. What
// stands up to margin tokens to either side is looked at, too.
const (
	stretch = 1024
	margin  = knowledge.MaxWithin + 2*maxSpan
)

// combine looks for combinations.
func (g *Guard) combine(s *scratch) {
	for from := int32(0); from < int32(len(s.tokens)); from += stretch {
		g.place(s, max(0, from-margin), min(int32(len(s.tokens)), from+stretch+margin))
		for _, at := range s.touched {
			for _, anchor := range s.places[at] {
				if anchor.start < from || anchor.start >= from+stretch {
					continue
				}
				for _, c := range g.anchored[anchor.atom] {
					g.combination(s, &g.combinations[c], anchor)
				}
			}
		}
	}
}

// place writes down where in the tokens [from, to) the parts of combinations stand, in order.
func (g *Guard) place(s *scratch, from, to int32) {
	for _, at := range s.touched {
		s.places[at] = s.places[at][:0]
	}
	write := func(sp span) {
		if at := g.noted[sp.atom]; at != 0 {
			s.places[at-1] = append(s.places[at-1], sp)
		}
	}
	next, _ := slices.BinarySearchFunc(s.spans, from, func(sp span, from int32) int { return int(sp.start - from) })
	for p := from; p < to; p++ {
		t := &s.tokens[p]
		for ; next < len(s.spans) && s.spans[next].start <= p; next++ {
			write(s.spans[next])
		}
		if t.masked {
			continue
		}
		for _, a := range t.hits {
			write(span{a, p, p + 1})
		}
	}
}

func (g *Guard) combination(s *scratch, c *combination, anchor span) {
	for _, atom := range c.others {
		if !s.present[g.noted[atom]-1] {
			return
		}
	}
	additive := !g.rules[c.rule].class.Replaces()
	if additive && s.tokens[anchor.start].asked {
		return
	}
	var found [8]span
	found[0] = anchor
	for i, atom := range c.others {
		at, ok := s.near(g, atom, found[:i+1], anchor, c.within, additive)
		if !ok {
			return
		}
		found[i+1] = at
	}
	g.fire(s, c.rule, found[:len(c.others)+1]...)
}

// near finds the first place of an atom around the anchor that is free.
func (s *scratch) near(g *Guard, atom int32, taken []span, anchor span, within int32, additive bool) (span, bool) {
	places := s.places[g.noted[atom]-1]
	from, _ := slices.BinarySearchFunc(places, anchor.start-within, func(sp span, want int32) int { return int(sp.start - want) })
	for _, sp := range places[from:] {
		if sp.start >= anchor.end+within {
			break
		}
		free := !additive || !s.tokens[sp.start].asked
		for _, t := range taken {
			free = free && (sp.end <= t.start || t.end <= sp.start)
		}
		if free {
			return sp, true
		}
	}
	return span{}, false
}

// fire notes a rule that fired, and keeps it if it is the most urgent one.
func (g *Guard) fire(s *scratch, r int32, tokens ...span) {
	if g.rules[r].weak && len(s.asks) > 0 {
		return
	}
	for _, a := range g.rules[r].unless {
		if s.present[g.noted[a]-1] {
			return
		}
	}
	for _, sp := range tokens {
		for i := sp.start; i < sp.end; i++ {
			s.tokens[i].triggered = true
		}
	}
	if !s.fired || g.rules[r].rank < g.rules[s.best.rule].rank ||
		g.rules[r].rank == g.rules[s.best.rule].rank && (r < s.best.rule || r == s.best.rule && tokens[0].start < s.best.tokens[0].start) {
		s.fired = true
		s.best.rule = r
		s.best.tokens = append(s.best.tokens[:0], tokens...)
	}
}

func (g *Guard) verdict(s *scratch, text string) Verdict {
	v := Verdict{Organisation: len(s.asks) > 0}
	learned := g.resemblance(s)
	if learned != None {
		v.Class, v.Rule, v.Learned = learned, examplesRule, true
		v.Words = s.telling(g, text, learned)
		v.Question = s.question(text)
		v.Organisation = v.Question != ""
		return v
	}
	if !s.fired {
		v.Question = text
		return v
	}
	r := g.rules[s.best.rule]
	v.Class, v.Rule = r.class, r.id
	slices.SortFunc(s.best.tokens, bySpan)
	for _, sp := range s.best.tokens {
		v.Words = append(v.Words, text[s.tokens[sp.start].start:s.tokens[sp.end-1].end])
	}
	v.Question = s.question(text)
	v.Organisation = v.Question != ""
	return v
}

// question cuts out what asks about the organisation: from each such phrase to both sides, as far as the clause goes
// and no word is part of what made a rule fire or names a symptom.
func (s *scratch) question(text string) string {
	var parts []string
	until := int32(0)
	for _, a := range s.asks {
		if a.start < until {
			continue
		}
		from, to := a.start, a.end
		for from > until && s.tokens[from].before < clause && s.tokens[from-1].harmless() {
			from--
		}
		for to < int32(len(s.tokens)) && s.tokens[to].before < clause && s.tokens[to].harmless() {
			to++
		}
		if slices.ContainsFunc(s.tokens[a.start:a.end], func(t token) bool { return !t.harmless() }) {
			continue
		}
		until = to
		for from < a.start && s.joins(text, from) {
			from++
		}
		end := s.tokens[to-1].end
		for end < len(text) && text[end] == '?' {
			end++
		}
		parts = append(parts, strings.TrimSpace(text[s.tokens[from].start:end]))
	}
	return strings.Join(parts, "\n")
}

func (t token) harmless() bool { return !t.triggered && !t.symptom }

// joins reports whether a token is a word that links clauses.
func (s *scratch) joins(text string, token int32) bool {
	return joining(strings.ToLower(text[s.tokens[token].start:s.tokens[token].end]))
}

// joining reports whether a word links clauses.
func joining(word string) bool {
	switch word {
	case "and", "but", "also", "so", "because", "then", "plus", "anyway", "btw", "while", "or":
		return true
	}
	return false
}
