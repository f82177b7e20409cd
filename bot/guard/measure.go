package guard

import "alliancebot/knowledge"

// LeftOut is what becomes of a message that is classified without having been learned from.
type LeftOut struct {
	Text      string
	Want, Got Class
}

// CrossValidate classifies every example and every ordinary question by a Guard that has not learned from it: they are
// dealt into folds parts, and for each part a Guard learns from the others. The rules are the same for all; ordinary
// questions that a rule takes are no part of it. The errors are those of New.
func CrossValidate(s *knowledge.Safety, ordinary []string, folds int) ([]LeftOut, error) {
	rules := *s
	rules.Examples = nil
	g, err := New(&rules, nil)
	if err != nil {
		return nil, err
	}
	examples := label(s.Examples)
	var harmless []string
	for _, q := range ordinary {
		if g.classify(q).Class == None {
			harmless = append(harmless, q)
		}
	}
	var out []LeftOut
	for fold := range folds {
		asked, rest := deal(harmless, fold, folds)
		left, known := deal(examples, fold, folds)
		for _, q := range asked {
			left = append(left, labelled{q, 0})
		}
		g.likeness = nil
		g.learnFrom(known, rest)
		for _, m := range left {
			out = append(out, LeftOut{m.text, classes[m.class], g.classify(m.text).Class})
		}
	}
	return out, nil
}

// deal takes every folds-th of all out, from the fold-th on.
func deal[T any](all []T, fold, folds int) (out, rest []T) {
	for i, x := range all {
		if i%folds == fold {
			out = append(out, x)
		} else {
			rest = append(rest, x)
		}
	}
	return out, rest
}
