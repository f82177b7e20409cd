package knowledge

import (
	"fmt"
	"slices"

	"alliancebot/knowledge/yamlfile"
)

// pickNone stands for "none of these" where a dialogue picks a choice; the bot knows it by the same word.
const pickNone = "none-of-these"

func caseShape(l *lint) {
	for _, s := range l.suites {
		for _, c := range s.Cases {
			single := c.Ask.Value != "" || c.Pick.Value != "" || len(c.Expect)+len(c.All) > 0 || c.Class != ""
			switch {
			case len(c.Dialogue) > 0 && single:
				l.fail(c.Pos, "move it into the dialogue", "a case is either one question or a dialogue, and this is both")
			case len(c.Dialogue) > 0:
				for _, t := range c.Dialogue {
					turnShape(l, t)
				}
			default:
				turnShape(l, c.turnNode)
			}
		}
	}
}

func turnShape(l *lint, t turnNode) {
	switch {
	case t.Ask.Pos == (yamlfile.Pos{}) && t.Pick.Pos == (yamlfile.Pos{}):
		l.fail(t.Pos, `write "ask:" and a question`, "nothing is asked here")
	case t.Ask.Pos != (yamlfile.Pos{}) && t.Pick.Pos != (yamlfile.Pos{}):
		l.fail(t.Pos, "make two turns of it", `a turn holds either "ask" or "pick", and this has both`)
	}
	switch {
	case len(t.Expect) > 0 && len(t.All) > 0:
		l.fail(t.Pos, "", `a turn holds either "expect" or "all", and this has both`)
	case len(t.Expect) == 0 && len(t.All) == 0 && t.Class == "":
		l.fail(t.Pos, `write "expect:" and the id of the right entry, or "unknown"`, "nothing is expected here")
	}
}

func danglingExpect(l *lint) {
	kinds := []string{ExpectUnknown, ExpectSuggest, ExpectSmallTalk, ExpectSafety}
	l.eachTurn(func(t turnNode) {
		for _, id := range t.Expect {
			l.expectEntry(id, kinds)
		}
		for _, id := range t.All {
			l.expectEntry(id, []string{ExpectUnknown})
		}
		if t.Pick.Value != "" {
			l.expectEntry(t.Pick, []string{pickNone})
		}
	})
}

func (l *lint) expectEntry(id yamlfile.String, words []string) {
	if id.Value != "" && !slices.Contains(words, id.Value) && l.base.Entry(id.Value) == nil {
		l.fail(id.Pos, l.likeID(id.Value), fmt.Sprintf("there is no entry %q", id.Value))
	}
}

func (l *lint) eachTurn(do func(turnNode)) {
	for _, s := range l.suites {
		for _, c := range s.Cases {
			if len(c.Dialogue) == 0 {
				do(c.turnNode)
			}
			for _, t := range c.Dialogue {
				do(t)
			}
		}
	}
}
