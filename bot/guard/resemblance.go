package guard

import (
	"cmp"
	"slices"

	"alliancebot/knowledge"
)

// examplesRule is what Verdict.Rule says when no rule named the class, but the examples.
const examplesRule = "examples"

// The chances from which a message is taken for what it resembles: of a class that replaces the answer, all those taken
// together, and of any class. More is wanted when the message asks about the organisation, and when a rule has found
// another class.
const (
	criticalBar      = .35
	criticalAskedBar = .6
	raiseBar         = .75
	anyBar           = .45
	anyAskedBar      = .7
)

// learnFrom trains on examples and on ordinary questions. Without examples there is nothing to learn.
func (g *Guard) learnFrom(examples []labelled, ordinary []string) {
	if len(examples) == 0 {
		return
	}
	messages := slices.Clone(examples)
	for _, q := range ordinary {
		messages = append(messages, labelled{q, 0})
	}
	g.likeness = g.learn(messages)
}

func label(examples []knowledge.SafetyExamples) []labelled {
	var messages []labelled
	for _, e := range examples {
		if c := urgency(Class(e.Class)); c >= 0 {
			for _, m := range e.Messages {
				messages = append(messages, labelled{m, c})
			}
		}
	}
	return messages
}

// resemblance returns the class that the examples give a message which has been read: None unless it says more than the
// rules do.
func (g *Guard) resemblance(s *scratch) Class {
	if g.likeness == nil || len(s.tokens) == 0 || s.fired && g.rules[s.best.rule].class.Replaces() {
		return None
	}
	best, bar, anyway, other := None, float32(criticalBar), float32(anyBar), None
	if len(s.asks) > 0 {
		bar, anyway = criticalAskedBar, anyAskedBar
	}
	if s.fired {
		bar, other = raiseBar, g.rules[s.best.rule].class
	}
	for window := range slices.Chunk(s.tokens, windowTokens) {
		s.vector = g.likeness.vector(window, s.vector[:0])
		p := g.likeness.chances(s.vector)
		if c := p.critical(bar, other); c != None && (best == None || urgency(c) < urgency(best)) {
			best = c
		}
		if c := p.additive(anyway); c != None && best == None && !s.fired {
			best = c
		}
	}
	return best
}

// windowTokens is how many words are looked at together: a cry for help in the middle of a long story stands out there.
const windowTokens = 48

// urgency returns the place of a class in classes, -1 if it is none of them.
func urgency(c Class) int { return slices.Index(classes[:], c) }

// critical returns the likeliest class that replaces the answer, if one of them is likely.
func (p *chances) critical(bar float32, other Class) Class {
	sum, best := float32(0), 1
	for c := 1; c <= lastCritical; c++ {
		sum += p[c]
		if p[c] > p[best] {
			best = c
		}
	}
	if sum < bar || other != None && p[urgency(other)] > p[best] {
		return None
	}
	return classes[best]
}

// additive returns the likeliest of the other classes, if the message is likely to be of any class.
func (p *chances) additive(bar float32) Class {
	if 1-p[0] < bar {
		return None
	}
	best := lastCritical + 1
	for c := best; c < len(p); c++ {
		if p[c] > p[best] {
			best = c
		}
	}
	return classes[best]
}

// mostTelling is how many words are named as the reason.
const mostTelling = 3

// telling returns the words that speak most for a class, in the order of the message, and marks them.
func (s *scratch) telling(g *Guard, text string, class Class) []string {
	type word struct {
		token  int
		weight float32
	}
	c := urgency(class)
	var found []word
	for i := range s.tokens {
		if id, ok := g.likeness.ids[s.tokens[i].stem]; ok && !s.tokens[i].masked {
			if w := &g.likeness.weights[id]; w[c] > w[0] {
				found = append(found, word{i, (w[c] - w[0]) * g.likeness.idf[id]})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b word) int { return cmp.Compare(b.weight, a.weight) })
	found = found[:min(len(found), mostTelling)]
	slices.SortFunc(found, func(a, b word) int { return a.token - b.token })
	var said []string
	for _, w := range found {
		t := &s.tokens[w.token]
		t.triggered = true
		said = append(said, text[t.start:t.end])
	}
	return said
}
