package knowledge

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// figureLock keeps numbers, dates and names out of approved texts unless the facts that the entry cites, the
// glossary, or the titles and publishers of the documents hold them. What it lets through beside these is the number
// of items of a list, named in the paragraph before it.
func figureLock(l *lint) {
	lock := l.figures()
	for _, p := range l.passages {
		if p.entry != nil {
			lock.passage(p)
		}
	}
}

// lock is what it takes to tell which figures and names a passage may hold.
type lock struct {
	*lint
	shared   *pool           // the glossary and the documents' titles
	facts    map[*Fact]*pool // filled as facts are met
	ordinary map[string]bool // words that the folder writes in lower case somewhere
	short    map[string]bool // the glossary's abbreviations
}

func (l *lint) figures() *lock {
	if l.lock == nil {
		l.lock = newLock(l)
	}
	return l.lock
}

func newLock(l *lint) *lock {
	k := &lock{lint: l, shared: newPool(), facts: map[*Fact]*pool{}, ordinary: map[string]bool{}, short: map[string]bool{}}
	for _, t := range l.base.Terms {
		k.short[t.Short] = true
		for _, name := range append([]string{t.Short, t.Name}, t.Also...) {
			k.shared.add(name)
			k.shared.addTitle(name)
		}
	}
	for _, s := range l.base.Sources {
		for _, text := range []string{s.Title, s.Publisher, s.Read.Format("2 January 2006")} {
			k.shared.add(text)
		}
		for _, section := range s.Sections {
			k.shared.add(section.Title)
		}
	}
	k.shared.addTails(k.shared, k.shared.keys())
	k.learnOrdinary()
	return k
}

// learnOrdinary collects the words that are no names, for a name that starts a sentence ("Ask NHS England").
func (k *lock) learnOrdinary() {
	learn := func(list []word) {
		for _, w := range list {
			if w.kind == lower {
				k.ordinary[w.text] = true
			}
		}
	}
	for _, p := range k.passages {
		for _, line := range p.lines {
			learn(line.words)
		}
	}
	k.eachFact(func(_ string, fact *Fact) { learn(words(fact.Text)) })
}

func (k *lock) fact(f *Fact) *pool {
	p := k.facts[f]
	if p == nil {
		p = newPool()
		p.add(f.Text)
		k.shared.addTails(p, p.keys())
		k.facts[f] = p
	}
	return p
}

func (k *lock) passage(p *passage) {
	allowed := pools{k.shared}
	for _, ref := range p.entry.Sources {
		allowed = append(allowed, k.fact(ref.Fact))
	}
	for _, line := range p.lines {
		for _, w := range line.words {
			k.figure(p, line, w, allowed)
		}
		for _, r := range runs(line.words) {
			if !k.name(r, line.item, allowed) {
				k.fail(p.place(line.start+r.from, line.start+r.to), nameHint(line, r), fmt.Sprintf("the name %q is in none of the facts that the entry cites, and not in the glossary", r))
			}
		}
	}
}

// withoutPhones blanks what another rule reports already.
func withoutPhones(text string) string {
	if !strings.ContainsAny(text, "0123456789") {
		return text
	}
	blank := func(number string) string { return strings.Repeat("|", len(number)) }
	for _, number := range phoneLike(text) {
		text = strings.ReplaceAll(text, number, blank(number))
	}
	return shortNumber.ReplaceAllStringFunc(text, blank)
}

const figureHint = "cite the fact that holds it, or leave it out"

func (k *lock) figure(p *passage, line line, w word, allowed pools) {
	pos := p.place(line.start+w.at, line.start+w.at+len(w.raw))
	switch {
	case w.kind == number && !allowed.number(w.text) && w.text != strconv.Itoa(line.list):
		k.fail(pos, figureHint, fmt.Sprintf("the number %q is in none of the facts that the entry cites", w.raw))
	case w.kind == date && !allowed.date(w.day):
		k.fail(pos, figureHint, fmt.Sprintf("the date %q is in none of the facts that the entry cites", w.raw))
	}
}

func (k *lock) name(r run, item bool, allowed pools) bool {
	first := strings.ToLower(r.words[0])
	switch {
	case allowed.name(r.words):
		return true
	case slices.ContainsFunc(r.words, k.unknownAbbreviation):
		return true // the rule for abbreviations says so
	case !r.start:
		return len(r.words) == 1 && functionWords[first] && len(first) <= 2 // I, OK
	case len(r.words) == 1:
		return !item || functionWords[first] || k.ordinary[first] && !item
	}
	return (functionWords[first] || k.ordinary[first]) && allowed.name(r.words[1:])
}

func nameHint(l line, r run) string {
	if l.item && r.start {
		return "cite the fact that holds it; if it is no name, start it in lower case"
	}
	return "cite the fact that holds it, add it to the glossary, or leave it out"
}

// unknownAbbreviation reports whether a word is an abbreviation that the glossary does not hold.
func (k *lock) unknownAbbreviation(w string) bool {
	return isAbbreviation(w) && !k.short[w] && !k.short[strings.TrimSuffix(w, "s")] && strings.ToUpper(w) != "OK"
}

// abbreviation wants every abbreviation in the glossary, and explained where an answer first uses it: the name with
// the short form in brackets, or the other way round.
func abbreviation(l *lint) {
	lock := l.figures()
	for _, p := range l.passages {
		for _, t := range l.base.Terms {
			if t.Name == "" || t.WellKnown || !isAbbreviation(t.Short) || p.entry == nil {
				continue
			}
			if at := findWord(p.plain, t.Short); at >= 0 && !explained(p.plain, at, t) {
				l.fail(p.place(at, at+len(t.Short)), fmt.Sprintf("write %q", t.Name+" ("+t.Short+")"), fmt.Sprintf("%q is not explained where it first comes", t.Short))
			}
		}
		reported := map[string]bool{}
		for _, line := range p.lines {
			for _, w := range line.words {
				if w.kind == capital && lock.unknownAbbreviation(w.text) && !reported[w.text] {
					reported[w.text] = true
					l.fail(p.place(line.start+w.at, line.start+w.at+len(w.raw)), "add it to terms.yaml, or write it in full", fmt.Sprintf("the abbreviation %q is not in the glossary", w.text))
				}
			}
		}
	}
}

// findWord finds a word that stands on its own; its plural counts. It returns -1 when there is none.
func findWord(text, w string) int {
	for from := 0; w != ""; {
		i := strings.Index(text[from:], w)
		if i < 0 {
			break
		}
		at := from + i
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(strings.TrimPrefix(text[at+len(w):], "s"))
		if !isWordRune(before) && !isWordRune(after) {
			return at
		}
		from = at + len(w)
	}
	return -1
}

func isWordRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// explained reports whether the abbreviation at an offset stands in brackets after its name, or before it. A sentence
// that says what it is will do, too, in the same paragraph: "the UCLH Cancer Collaborative. UCLH is ...".
func explained(text string, at int, t Term) bool {
	before := strings.ToLower(text[:at])
	paragraph, _, _ := strings.Cut(strings.ToLower(text[at:]), "\n")
	short := strings.ToLower(t.Short)
	after := strings.TrimPrefix(strings.TrimPrefix(paragraph, short), "s")
	for _, name := range append([]string{t.Name}, t.Also...) {
		name = strings.ToLower(name)
		switch {
		case (strings.HasSuffix(before, name+" (") || strings.HasSuffix(before, name+"s (")) && strings.HasPrefix(after, ")"),
			strings.HasPrefix(after, " ("+name):
			return true
		}
		for _, says := range []string{" is ", " is the ", " means ", " means the ", " stands for ", " is short for "} {
			if strings.Contains(paragraph, short+says+name) {
				return true
			}
		}
	}
	return false
}

var (
	anyDigit = regexp.MustCompile(`\d`)
	year     = regexp.MustCompile(`\b(?:19|20)\d\d\b`)
	percent  = regexp.MustCompile(`\d ?%|\d per ?cent`)
	money    = regexp.MustCompile(`£|\d (?:pounds|pence)`)
	three    = regexp.MustCompile(`,[^,.:;]+(?:,| and | or )`)
)

// givesHeld looks for what an entry says it gives. Kinds of thing that no pattern can tell are taken on trust.
func givesHeld(l *lint) {
	for _, e := range l.base.Entries {
		n := l.nodes[e]
		p := l.answers[e]
		if n == nil || p == nil {
			continue
		}
		for _, gives := range n.Gives {
			if want := l.lacks(gives.Value, p); want != "" {
				l.fail(gives.Pos, `remove it from "gives", or add it to the answer`, fmt.Sprintf("the answer gives no %s: it holds no %s", gives.Value, want))
			}
		}
	}
}

// lacks returns what an answer would have to hold to give something, or the empty string when it does.
func (l *lint) lacks(gives Gives, p *passage) string {
	text := p.plain
	isList := slices.ContainsFunc(p.lines, func(l line) bool { return l.item }) || three.MatchString(text)
	for _, x := range []struct {
		gives Gives
		held  bool
		want  string
	}{
		{GivesNumber, anyDigit.MatchString(text), "digit"},
		{GivesDate, year.MatchString(text), "year"},
		{GivesPercentage, percent.MatchString(text), "percentage"},
		{GivesMoney, money.MatchString(text), "sum of money"},
		{GivesList, isList, "bullets and no 3 things with commas"},
		{GivesPlace, l.namesPlace(text), "place of the glossary"},
		{GivesOrganisation, findWord(text, "NHS") >= 0 || l.namesOrganisation(text), "organisation of the glossary"},
	} {
		if x.gives == gives && !x.held {
			return x.want
		}
	}
	return ""
}

// namesPlace reports whether a text holds a place of the glossary.
func (l *lint) namesPlace(text string) bool {
	return slices.ContainsFunc(l.base.Terms, func(t Term) bool {
		return t.Place && slices.ContainsFunc(append([]string{t.Short, t.Name}, t.Also...), func(name string) bool { return findWord(text, name) >= 0 })
	})
}

// namesOrganisation reports whether a text holds a name of the glossary that is no place, with a capital letter: a
// general practitioner is no organisation, a Clinical Commissioning Group is one.
func (l *lint) namesOrganisation(text string) bool {
	folded := strings.ToLower(text)
	return slices.ContainsFunc(l.base.Terms, func(t Term) bool {
		names := append([]string{t.Name}, t.Also...)
		if isCapitalised(t.Name) {
			names = append(names, t.Short)
		}
		return !t.Place && slices.ContainsFunc(names, func(name string) bool {
			at := findWord(folded, strings.ToLower(name))
			return at >= 0 && at < len(text) && isCapitalised(text[at:]) && (isCapitalised(t.Name) || !isAbbreviation(name))
		})
	})
}

func isCapitalised(name string) bool {
	first, _ := utf8.DecodeRuneInString(name)
	return unicode.IsUpper(first)
}
