package knowledge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"alliancebot/knowledge/yamlfile"
)

func missingSource(l *lint) {
	for _, e := range l.base.Entries {
		if n := l.nodes[e]; n != nil && e.Kind == Covered && len(n.Source) == 0 {
			l.fail(n.Pos, `name the facts in "source", or write "covered: false"`, fmt.Sprintf("the entry %q cites no fact", e.ID))
		}
	}
}

// eachFact calls do for every fact with the name by which entries cite it.
func (l *lint) eachFact(do func(name string, fact *Fact)) {
	for _, s := range l.base.Sources {
		for _, section := range s.Sections {
			for _, fact := range section.Facts {
				do(s.ID+"/"+fact.ID, fact)
			}
		}
	}
}

// unusedFact asks for a covered entry for every fact: the others say what the document does not hold.
func unusedFact(l *lint) {
	used := map[*Fact]bool{}
	for _, e := range l.base.Entries {
		for _, ref := range e.Sources {
			used[ref.Fact] = used[ref.Fact] || e.Kind == Covered
		}
	}
	l.eachFact(func(name string, fact *Fact) {
		if !used[fact] {
			l.fail(fact.Pos, `add it to the "source" of the entry that tells it`, fmt.Sprintf("no covered entry tells the fact %q", name))
		}
	})
}

// untoldFact looks for facts that a covered entry cites but does not tell. What "tell me more" adds does not count.
func untoldFact(l *lint) {
	for _, e := range l.base.Entries {
		n := l.nodes[e]
		if n == nil || e.Kind != Covered || l.answers[e] == nil {
			continue
		}
		answer := strings.Join(strings.Fields(l.answers[e].plain), " ")
		for _, ref := range e.Sources {
			name := ref.Source.ID + "/" + ref.Fact.ID
			i := slices.IndexFunc(n.Source, func(s yamlfile.String) bool { return s.Value == name })
			for _, pattern := range ref.Fact.MustMention {
				if !pattern.MatchString(answer) {
					l.fail(n.Source[i].Pos, "add it to the answer, or do not cite the fact",
						fmt.Sprintf("the answer cites %q but does not mention %q", name, showPattern(pattern.String())))
				}
			}
		}
	}
}

// showPattern is a must_mention pattern as the maintainer wrote it.
func showPattern(pattern string) string { return strings.TrimPrefix(pattern, "(?i)") }

// factPattern checks the patterns themselves: a fact that its own pattern does not match has a slip in one of them.
func factPattern(l *lint) {
	l.eachFact(func(name string, fact *Fact) {
		text := strings.Join(strings.Fields(fact.Text), " ")
		for _, pattern := range fact.MustMention {
			if !pattern.MatchString(text) {
				l.fail(fact.Pos, `change the fact or its "must_mention"`, fmt.Sprintf("the fact %q does not mention its own %q", name, showPattern(pattern.String())))
			}
		}
	})
}

func repeatedCarries(l *lint) {
	seen := ids{}
	for _, s := range l.sources {
		for _, section := range s.Sections {
			for _, fact := range section.Facts {
				for _, number := range fact.Carries {
					seen.see(l, "the inventory number", number.Value, number.Pos)
				}
			}
		}
	}
}

func overdueReview(l *lint) {
	today := l.today.Format(time.DateOnly) // on the day itself it is not overdue yet
	for _, e := range l.base.Entries {
		if n := l.nodes[e]; n != nil && !e.ReviewBy.IsZero() && e.ReviewBy.Format(time.DateOnly) < today {
			l.warn(n.ReviewBy.Pos, "read the page again, and set a new date", fmt.Sprintf("the review of %q was due on %s", e.ID, e.ReviewBy.Format("2 January 2006")))
		}
	}
}
