package knowledge

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"alliancebot/knowledge/yamlfile"
)

// ids remembers where each id was first seen, and reports it when it comes again.
type ids map[string]yamlfile.Pos

func (seen ids) see(l *lint, what, id string, pos yamlfile.Pos) {
	switch first, ok := seen[id]; {
	case id == "":
	case ok:
		l.fail(pos, "give each its own", fmt.Sprintf("%s %q is here twice: the first is at %s", what, id, first))
	default:
		seen[id] = pos
	}
}

func repeatedID(l *lint) {
	entries, sources := ids{}, ids{}
	for _, e := range l.base.Entries {
		pos := e.Pos
		if n := l.nodes[e]; n != nil {
			pos = n.ID.Pos
		}
		entries.see(l, "the entry id", e.ID, pos)
	}
	for _, s := range l.sources {
		sources.see(l, "the source id", s.ID.Value, s.ID.Pos)
		facts := ids{}
		for _, section := range s.Sections {
			for _, fact := range section.Facts {
				facts.see(l, "the fact id", fact.ID.Value, fact.ID.Pos)
			}
		}
	}
}

var idPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// maxID is what fits into the custom id of a button on every platform, with room for a prefix.
const maxID = 60

// reserved words mean something in the place of an entry id.
var reserved = []string{ExpectUnknown, ExpectSuggest, ExpectSmallTalk, ExpectSafety, pickNone}

func malformedID(l *lint) {
	check := func(id yamlfile.String) {
		switch {
		case id.Value == "":
		case !idPattern.MatchString(id.Value):
			l.fail(id.Pos, "write it like who-runs-it", fmt.Sprintf("the id %q may hold only lower-case letters, digits and single hyphens between them", id.Value))
		case len(id.Value) > maxID:
			l.fail(id.Pos, "", fmt.Sprintf("the id %q is longer than %d letters", id.Value, maxID))
		case slices.Contains(reserved, id.Value):
			l.fail(id.Pos, "choose another", fmt.Sprintf("the id %q has a meaning of its own in the tests", id.Value))
		}
	}
	for _, file := range l.topics {
		for _, e := range file.Entries {
			check(e.ID)
		}
	}
	for _, s := range l.sources {
		check(s.ID)
		for _, section := range s.Sections {
			for _, fact := range section.Facts {
				check(fact.ID)
			}
		}
	}
}

// repeatedPhrasing fails phrasings of two entries. It only warns of those that are twice under one: they do no harm.
func repeatedPhrasing(l *lint) {
	type place struct {
		entry *Entry
		pos   yamlfile.Pos
	}
	first := map[string]place{}
	for _, e := range l.base.Entries {
		n := l.nodes[e]
		if n == nil {
			continue // made of the glossary, which leaves out what is taken
		}
		for _, phrasing := range append([]yamlfile.String{n.Question}, n.AlsoAsked...) {
			key := sameWords(phrasing.Value)
			other, taken := first[key]
			switch {
			case key == "":
			case !taken:
				first[key] = place{e, phrasing.Pos}
			case other.entry == e:
				l.warn(phrasing.Pos, "remove one", fmt.Sprintf("%q is here twice: the first is at %s", phrasing.Value, other.pos))
			default:
				l.fail(phrasing.Pos, "remove one of them, or make them differ in more than case, punctuation and spacing",
					fmt.Sprintf("%q also leads to %q: %s", phrasing.Value, other.entry.ID, other.pos))
			}
		}
	}
}

// maxPhrasing is long for a question, even for one that tells its story first. What is longer is a text, not a phrasing.
const maxPhrasing = 240

func phrasingLength(l *lint) {
	for _, file := range l.topics {
		for _, e := range file.Entries {
			for _, phrasing := range append([]yamlfile.String{e.Question}, e.AlsoAsked...) {
				switch n := utf8.RuneCountInString(phrasing.Value); {
				case phrasing.Value != "" && sameWords(phrasing.Value) == "":
					l.fail(phrasing.Pos, "", fmt.Sprintf("the phrasing %q has no letters or digits", phrasing.Value))
				case n > maxPhrasing:
					l.fail(phrasing.Pos, "write it as people would type it", fmt.Sprintf("the phrasing has %d characters, and at most %d are useful", n, maxPhrasing))
				}
			}
		}
	}
}

// maxLabel is what a button shows of a question. Slack allows 75 characters:
// https://docs.slack.dev/reference/block-kit/block-elements/button-element
const maxLabel = 75

func questionLength(l *lint) {
	for _, file := range l.topics {
		for _, e := range file.Entries {
			if n := utf8.RuneCountInString(e.Question.Value); n > maxLabel {
				l.warn(e.Question.Pos, "", fmt.Sprintf("the question has %d characters; on buttons it is cut after %d", n, maxLabel))
			}
		}
	}
}

func repeatedTerm(l *lint) {
	seen := ids{}
	for _, t := range l.terms.Terms {
		seen.see(l, "the term", t.Short.Value, t.Short.Pos)
	}
}

func termWithoutName(l *lint) {
	for _, t := range l.terms.Terms {
		if t.Name.Value == "" && !t.Place && !t.WellKnown {
			l.fail(t.Pos, `write its "name", or "place: true" or "well_known: true"`, fmt.Sprintf("the term %q has no name in full", t.Short.Value))
		}
	}
}

func lonelySynonym(l *lint) {
	for _, group := range l.terms.Synonyms {
		if len(group) == 1 {
			l.fail(group[0].Pos, "add the words that mean the same", fmt.Sprintf("%q has no synonym", group[0].Value))
		}
	}
}

func danglingSeeAlso(l *lint) {
	for _, file := range l.topics {
		for _, e := range file.Entries {
			for _, ref := range e.SeeAlso {
				if ref.Value == e.ID.Value {
					l.fail(ref.Pos, "remove it", fmt.Sprintf("the entry %q points to itself", ref.Value))
				} else if l.base.Entry(ref.Value) == nil {
					l.fail(ref.Pos, l.likeID(ref.Value), fmt.Sprintf("there is no entry %q", ref.Value))
				}
			}
		}
	}
}

func danglingSource(l *lint) {
	known := map[string]bool{}
	var names []string
	for _, s := range l.base.Sources {
		for _, section := range s.Sections {
			for _, fact := range section.Facts {
				name := s.ID + "/" + fact.ID
				known[name] = true
				names = append(names, name)
			}
		}
	}
	for _, file := range l.topics {
		for _, e := range file.Entries {
			for _, ref := range e.Source {
				if !known[ref.Value] {
					l.fail(ref.Pos, yamlfile.DidYouMean(ref.Value, names), fmt.Sprintf("there is no fact %q", ref.Value))
				}
			}
		}
	}
}

func danglingTermEntry(l *lint) {
	for _, t := range l.terms.Terms {
		if id := t.Entry.Value; id != "" && l.base.Entry(id) == nil {
			l.fail(t.Entry.Pos, l.likeID(id), fmt.Sprintf("there is no entry %q", id))
		}
	}
}

// likeID is a hint that names the entry whose id is most like this one.
func (l *lint) likeID(id string) string {
	var all []string
	for _, e := range l.base.Entries {
		all = append(all, e.ID)
	}
	return yamlfile.DidYouMean(strings.ToLower(id), all)
}
