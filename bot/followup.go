package bot

import (
	"slices"
	"strings"

	"alliancebot/knowledge"
)

// followUp answers what only makes sense after something else: "tell me more", "when was that?", "the second one",
// "and the boroughs?", "no, I meant the working group". It reports false for a message that stands for itself.
func (t *turn) followUp(text string) (Reply, bool) {
	w := trimPolite(words(text))
	if n, ok := picked(w, len(t.talk.choices)); ok {
		return t.pick(n), true
	}
	if wantsMore(w) {
		return t.more(), true
	}
	if rest, ok := afterLeadIn(w); ok {
		return t.corrected(rest), true
	}
	if !leansBack(w) {
		return Reply{}, false
	}
	return t.resolve(text, w)
}

// trimPolite drops what people put around a follow-up.
func trimPolite(w []string) []string {
	w = slices.DeleteFunc(w, func(s string) bool { return s == "" })
	for len(w) > 1 && polite[w[0]] {
		w = w[1:]
	}
	for len(w) > 1 && polite[w[len(w)-1]] {
		w = w[:len(w)-1]
	}
	return w
}

var polite = set("ok okay please pls plz thanks thank ta cheers hmm hm um erm oh ah so well great cool right sorry hi hello then yes yeah yep")

// picked reads "2", "number two", "the second one", "last". It reports the place from 0.
func picked(w []string, offered int) (int, bool) {
	w = slices.DeleteFunc(slices.Clone(w), func(s string) bool { return pickWords[s] })
	if len(w) != 1 {
		return 0, false
	}
	switch w[0] {
	case "last":
		return offered - 1, true
	case "1", "first", "one", "1st":
		return 0, true
	case "2", "second", "two", "2nd":
		return 1, true
	case "3", "third", "three", "3rd":
		return 2, true
	case "4", "fourth", "four", "4th":
		return 3, true
	}
	return 0, false
}

var pickWords = set("the number option no choice question topic answer give show me pick id like i'll take want")

// pick answers the nth choice of the last reply.
func (t *turn) pick(n int) Reply {
	if len(t.talk.choices) == 0 {
		return t.whichOne()
	}
	switch {
	case n >= 0 && n < len(t.talk.choices):
		return t.chosen(t.talk.choices[n].Entry)
	case n == len(t.talk.choices):
		return t.chosen(NoneOfThese)
	}
	reply := t.whichOne()
	reply.Choices = t.talk.choices
	return reply
}

// whichOne asks for the whole question.
func (t *turn) whichOne() Reply {
	return Reply{Kind: Unknown, Notice: t.kb.Replies.WhichOne, Choices: t.examples()}
}

// wantsMore recognises "tell me more" and its like.
func wantsMore(w []string) bool {
	if len(w) == 0 || len(w) > 8 || !slices.ContainsFunc(w, func(s string) bool { return moreWords[s] }) {
		return false
	}
	return !slices.ContainsFunc(w, func(s string) bool { return !moreWords[s] && !moreAround[s] })
}

var (
	moreWords  = set("more elaborate expand further else continue details detail longer")
	moreAround = set("tell me us say any anything some a bit about on that this it can could you please is there know i'd id i like to want would give info information go explain the what in and little lot read hear for of")
)

// more says what the last answer left out.
func (t *turn) more() Reply {
	e := t.talk.about()
	switch {
	case e == nil:
		return t.whichOne()
	case t.talk.told || e.More.Empty():
		reply := Reply{Kind: Unknown, Notice: t.kb.Replies.NoMore, Choices: t.related(e)}
		t.talk.choices = reply.Choices
		return reply
	}
	a := t.render(e)
	a.Body, a.HasMore = e.More, false
	reply := Reply{Kind: Answered, Answers: []Answer{a}, Score: 1}
	t.remember(reply)
	t.talk.told = true
	return reply
}

// leadIns open a question that carries on from the last one, or puts it right.
var leadIns = [][]string{
	{"what", "about"}, {"how", "about"}, {"no", "i", "meant"}, {"i", "meant"}, {"no", "i", "mean"}, {"i", "mean"}, {"not", "that"},
	{"and", "what", "about"}, {"and", "how", "about"}, {"no"}, {"and"}, {"same", "for"}, {"same", "question", "for"}, {"what", "of"},
}

// afterLeadIn returns what follows a lead-in, if it names something.
func afterLeadIn(w []string) ([]string, bool) {
	for _, lead := range leadIns {
		if len(w) > len(lead) && slices.Equal(w[:len(lead)], lead) {
			rest := w[len(lead):]
			if len(rest) > 6 || opensQuestion(rest) || leansBack(rest) || len(lead) == 1 && len(rest) > 4 {
				return nil, false
			}
			return rest, true
		}
	}
	return nil, false
}

// corrected answers "and the boroughs?" and "no, I meant the working group": what is named there, or else the last
// question about what is named there.
func (t *turn) corrected(rest []string) Reply {
	named := strings.Join(rest, " ")
	alone := t.look(named)
	about := t.talk.about()
	if alone.kind == answers || alone.kind == lacks || about == nil {
		return t.compose([]finding{alone})
	}
	if again := t.look(about.Question + " " + named); again.kind == answers && again.entry == about {
		return t.compose([]finding{again})
	}
	return t.compose([]finding{alone})
}

// leansBack recognises a short question whose subject is a pronoun or missing: "when was that", "who set it up", "why".
func leansBack(w []string) bool {
	if len(w) == 0 || len(w) > 8 {
		return false
	}
	if len(w) == 1 {
		return questionWords[plain(w[0])]
	}
	if !questionWords[plain(w[0])] && !auxiliaries[plain(w[0])] {
		return false
	}
	return slices.ContainsFunc(w[1:], func(s string) bool { return pronouns[s] })
}

var pronouns = set("it that this they them those these there its their he she then")

// resolve answers a question that leans on the last answer: by what the last answer or its neighbours hold.
func (t *turn) resolve(text string, w []string) (Reply, bool) {
	alone := t.look(text)
	if len(alone.hits) > 0 && alone.hits[0].Exact && alone.kind != chats {
		return t.compose([]finding{alone}), true
	}
	about := t.talk.about()
	if about == nil {
		if alone.kind == answers || alone.kind == lacks || alone.kind == chats {
			return Reply{}, false
		}
		return t.whichOne(), true
	}
	full := t.look(substitute(w, about))
	if full.kind == answers && t.near(about, full.entry) || full.kind == lacks {
		return t.compose([]finding{full}), true
	}
	if full.kind == wants || full.kind == answers {
		if alone.kind == answers {
			return t.compose([]finding{alone}), true
		}
	}
	if full.kind == nothing && alone.kind == nothing {
		return t.compose([]finding{{kind: resembles, near: append([]*knowledge.Entry{about}, t.seeAlso(about)...), hits: full.hits}}), true
	}
	return t.compose([]finding{full}), true
}

// substitute puts the subject of the last answer in the place of the pronoun.
func substitute(w []string, about *knowledge.Entry) string {
	var out []string
	done := false
	for _, s := range w {
		if pronouns[s] && !done {
			out = append(out, subject(about)...)
			done = true
			continue
		}
		out = append(out, s)
	}
	if !done {
		out = append(out, subject(about)...)
	}
	return strings.Join(out, " ")
}

// subject is what an entry is about: its question without the words that ask.
func subject(e *knowledge.Entry) []string {
	return slices.DeleteFunc(words(e.Question), func(s string) bool {
		return questionWords[s] || auxiliaries[s] || s == ""
	})
}

// near reports whether b belongs to what a is about.
func (t *turn) near(a, b *knowledge.Entry) bool {
	return a == b || a.Topic == b.Topic || slices.Contains(a.SeeAlso, b.ID) || slices.Contains(b.SeeAlso, a.ID)
}

func (t *turn) seeAlso(e *knowledge.Entry) []*knowledge.Entry {
	var out []*knowledge.Entry
	for _, c := range t.related(e) {
		out = append(out, t.kb.Entry(c.Entry))
	}
	return out
}
