package knowledge

import (
	"strings"
	"unicode"

	"alliancebot/knowledge/markup"
)

// glossaryTopic is the title of the topic of the entries that are made of the glossary.
const glossaryTopic = "Glossary"

// buildTerms fills the glossary, and makes an entry of every term that no entry explains.
func (f *folder) buildTerms(b *Base) {
	for _, n := range f.terms.Terms {
		b.Terms = append(b.Terms, Term{
			Short: n.Short.Value, Name: n.Name.Value, Also: values(n.Also), Means: n.Means.Value, Entry: n.Entry.Value,
			Place: n.Place, WellKnown: n.WellKnown, Pos: n.Pos,
		})
	}
	for _, group := range f.terms.Synonyms {
		b.Synonyms = append(b.Synonyms, values(group))
	}
	taken := map[string]bool{}
	for _, e := range b.Entries {
		for _, phrasing := range append([]string{e.Question}, e.AlsoAsked...) {
			taken[sameWords(phrasing)] = true
		}
	}
	for i, t := range b.Terms {
		means := f.markup(f.terms.Terms[i].Means)
		if t.Entry == "" && t.Name != "" && t.Short != "" {
			b.add(termEntry(t, means, taken))
		}
	}
}

// termEntry makes the entry that answers what a term stands for. It leaves out phrasings that are taken, so that
// what a maintainer writes goes first, and takes the others.
func termEntry(t Term, means markup.Text, taken map[string]bool) *Entry {
	e := &Entry{ID: termID(t.Short), Topic: glossaryTopic, Pos: t.Pos}
	phrasings := []string{"what is " + t.Short, "what does " + t.Short + " mean", t.Short + " meaning", "meaning of " + t.Short, "define " + t.Short, "what is " + t.Name, "what is the " + t.Name}
	if isAbbreviation(t.Short) {
		e.Question = "What does " + t.Short + " stand for?"
		e.Answer = markup.Verbatim(t.Short + " stands for " + t.Name + ".")
		phrasings = append(phrasings, "what's "+t.Short+" short for", "what is "+t.Short+" short for", t.Short+" stands for", t.Short+" in full", t.Short+" full name",
			"full form of "+t.Short, "spell out "+t.Short, "abbreviation "+t.Short, "what is the abbreviation for "+t.Name, "what is "+t.Name+" called for short", "short name for "+t.Name)
	} else {
		e.Question = "What does " + t.Short + " mean?"
		e.Answer = markup.Verbatim(t.Short + " means " + t.Name + ".")
	}
	e.Answer = markup.Join(e.Answer, means)
	taken[sameWords(e.Question)] = true
	for _, phrasing := range phrasings {
		if key := sameWords(phrasing); !taken[key] {
			taken[key] = true
			e.AlsoAsked = append(e.AlsoAsked, phrasing)
			e.PhrasingPos = append(e.PhrasingPos, t.Pos)
		}
	}
	return e
}

// termID is "term-" and the short form in lower case, with hyphens for what an id cannot hold.
func termID(short string) string {
	parts := strings.FieldsFunc(strings.ToLower(short), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	return "term-" + strings.Join(parts, "-")
}

// isAbbreviation reports whether a short form is made of capitals: UCLH, A&E, GPs, but not "London Cancer".
func isAbbreviation(short string) bool {
	capitals := 0
	for _, r := range strings.TrimSuffix(short, "s") {
		switch {
		case unicode.IsUpper(r):
			capitals++
		case unicode.IsLetter(r) || unicode.IsSpace(r):
			return false
		}
	}
	return capitals >= 2
}

// sameWords makes phrasings equal that differ in case, punctuation and spacing only. It is empty for text without
// letters and digits.
func sameWords(phrasing string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, phrasing)
}
