package bot

import (
	"fmt"

	"alliancebot/knowledge"
	"alliancebot/knowledge/yamlfile"
)

// CheckPhrasings asks every phrasing and reports, as yamlfile.Errors, each that does not reach its own entry: one
// that the safety lane takes, for example.
func (r *Ready) CheckPhrasings() error {
	var errs yamlfile.Errors
	for _, e := range r.kb.Entries {
		for i, p := range e.AlsoAsked {
			if len(e.PhrasingPos) <= i {
				continue // a phrasing that the program made, of a glossary term
			}
			if why := r.misses(e, p); why != "" {
				errs.Add(e.PhrasingPos[i], "", "the phrasing %q does not reach its entry %q: %s", p, e.ID, why)
			}
		}
	}
	return errs.Err()
}

// misses says what keeps a phrasing from its entry, or is empty.
func (r *Ready) misses(e *knowledge.Entry, phrasing string) string {
	if v := r.guard.Classify(phrasing); v.Class.Replaces() && !v.Learned {
		return fmt.Sprintf("the safety lane takes it as %s (rule %s)", v.Class, v.Rule)
	}
	t := turn{Ready: r, talk: &talk{}, audience: Audience(e.Audience)}
	f := t.look(phrasing)
	if f.entry == e && f.kind == findingOf(e) {
		return ""
	}
	if f.entry == nil {
		return "it reaches nothing"
	}
	return "it reaches the entry " + f.entry.ID
}
