package bot

import (
	"slices"
	"strconv"
	"strings"

	"alliancebot/bot/match"
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
	alone := t.look(strings.Join(w, " "))
	if alone.kind == chats && alone.exact() {
		return Reply{}, false
	}
	if alone.kind == chats && (content(w) > 0 || t.talk.about() == nil && (alone.score >= t.bars.chatPlain || !leansBack(w))) {
		return Reply{}, false
	}
	if leansBack(w) {
		return t.resolve(alone, w)
	}
	if rest, ok := afterLeadIn(w); ok {
		if reply, ok := t.corrected(rest); ok {
			return reply, true
		}
	}
	return t.continued(alone)
}

// continued answers a question that is plain enough only because of what was said before: "is haringey one" after the
// boroughs.
func (t *turn) continued(alone finding) (Reply, bool) {
	about := t.talk.about()
	if about == nil || alone.kind != resembles || closeness(about, alone.entry) < .9 {
		return Reply{}, false
	}
	return t.compose([]finding{{kind: answers, entry: alone.entry, score: max(alone.score, t.bars.answer), hits: alone.hits}}), true
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
	if len(w) == 2 && w[1] == "one" {
		w = w[:1]
	}
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
	if n, err := strconv.Atoi(w[0]); err == nil && n < 100 {
		return n - 1, true
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
	{"and", "what", "about"}, {"and", "how", "about"}, {"no"}, {"and"}, {"same", "for"}, {"same", "question", "for"}, {"what", "of"}, {"about"},
}

// afterLeadIn returns what follows a lead-in, if it names something.
func afterLeadIn(w []string) ([]string, bool) {
	if n := len(w) - 2; n > 0 && n <= 6 && w[n] == "i" && (w[n+1] == "mean" || w[n+1] == "meant") {
		return w[:n], true
	}
	for _, lead := range leadIns {
		if len(w) > len(lead) && slices.Equal(w[:len(lead)], lead) {
			rest := w[len(lead):]
			if len(rest) > 6 || content(rest) == 0 || opensQuestion(rest) || leansBack(rest) || len(lead) == 1 && len(rest) > 4 {
				return nil, false
			}
			return rest, true
		}
	}
	return nil, false
}

// corrected answers "and the boroughs?" and "no, I meant the working group": what is named there, or else the last
// question about what is named there. It reports false when neither is plain.
func (t *turn) corrected(rest []string) (Reply, bool) {
	named := strings.Join(rest, " ")
	alone := t.look(named)
	about := t.talk.about()
	if alone.kind.settled() || alone.kind == resembles && about == nil {
		return t.compose([]finding{alone}), true
	}
	if about == nil || alone.kind == chats {
		return Reply{}, false
	}
	if again := t.look(about.Question + " " + named); again.kind == answers && again.entry == about && t.index.Knows(about, named) == 1 {
		return t.compose([]finding{again}), true
	}
	if alone.kind == resembles || alone.kind == wants {
		return t.compose([]finding{alone}), true
	}
	return Reply{}, false
}

// leansBack recognises a short question whose subject is a pronoun or missing: "when was that", "who set it up", "why",
// "since when", "name them", "and after that".
func leansBack(w []string) bool {
	if len(w) == 0 || len(w) > 8 {
		return false
	}
	leaning := slices.ContainsFunc(w, func(s string) bool { return pronouns[plain(s)] })
	switch content(w) {
	case 0:
		return opensQuestion(w) || len(w) <= 4 && (asks(w) || slices.ContainsFunc(w, func(s string) bool { return elsewhere[s] }))
	case 1, 2:
		return leaning && opensQuestion(w)
	}
	return false
}

// content counts the words that say what a question is about; those that only ask to be told, or when, do not.
func content(w []string) int {
	return match.ContentWords(strings.Join(slices.DeleteFunc(slices.Clone(w), func(s string) bool { return requests[s] || times[s] }), " "))
}

var times = set("year date month")

var pronouns = set("it its that this they them those these there their he she")

// resolve answers a question that leans on the last answer, by what that answer and the entries close to it hold.
func (t *turn) resolve(alone finding, w []string) (Reply, bool) {
	about := t.talk.about()
	if about == nil {
		if alone.kind == answers && alone.score >= t.bars.plain || alone.kind == lacks || alone.kind == resembles && content(w) > 0 {
			return Reply{}, false
		}
		return t.whichOne(), true
	}
	if alone.kind == lacks && content(w) > 0 {
		return t.compose([]finding{alone}), true
	}
	f := t.lookAbout(about, w)
	if f.kind == nothing && alone.kind == answers && alone.score >= t.bars.plain {
		f = alone
	}
	if f.kind == nothing {
		f = finding{kind: resembles, near: append([]*knowledge.Entry{about}, t.seeAlso(about)...), hits: f.hits}
	}
	return t.compose([]finding{f}), true
}

// lookAbout finds what answers a question whose subject is an entry.
func (t *turn) lookAbout(about *knowledge.Entry, w []string) finding {
	beside := slices.ContainsFunc(w, func(s string) bool { return elsewhere[s] })
	f := t.look(substitute(w, about))
	if f.kind == lacks && f.score >= t.bars.plain {
		return f
	}
	kinds := wanted(w)
	switch {
	case content(w) > 0 || kinds == nil && !beside:
		return t.closest(about, f, w, kinds, beside)
	case beside:
		return finding{kind: resembles, near: t.seeAlso(about), hits: f.hits}
	}
	return t.holder(about, f, w, kinds)
}

// holder picks, for a question that asks for a kind of thing and names nothing ("when was that?"), the entry or one
// that belongs to it, where these hold such a thing.
func (t *turn) holder(about *knowledge.Entry, f finding, w []string, kinds []knowledge.Gives) finding {
	candidates := []*knowledge.Entry{about}
	if !slices.ContainsFunc(w, func(s string) bool { return requests[s] }) { // "name them" means these
		// A date or a reason is of the thing itself; who and where may be told beside it.
		for _, e := range t.siblings(about) {
			if lends(about, e, kinds) {
				candidates = append(candidates, e)
			}
		}
	}
	weight := .1 // "why?" says nothing about which: the entry itself, then those that it points to
	if len(w) > 2 {
		weight = .5
	}
	best, bestRank := (*knowledge.Entry)(nil), 0.0
	for i, e := range candidates {
		if !holdsAny(e, kinds) {
			continue
		}
		rank := 1 / float64(i+2)
		for _, h := range f.hits {
			if h.Entry == e {
				rank += weight * h.Score
			}
		}
		if rank > bestRank {
			best, bestRank = e, rank
		}
	}
	if best == nil {
		return finding{kind: wants, near: append([]*knowledge.Entry{about}, t.seeAlso(about)...), missing: kinds, hits: f.hits}
	}
	return finding{kind: answers, entry: best, score: t.bars.answer, hits: f.hits}
}

// lends reports whether what e holds of these kinds is about the same thing as a: a date or a number that stands in a
// fact which both tell, a reason beside such a fact, anything else beside a.
func lends(a, e *knowledge.Entry, kinds []knowledge.Gives) bool {
	exact := slices.Contains(kinds, knowledge.GivesDate) || slices.Contains(kinds, knowledge.GivesNumber)
	if !exact && !slices.Contains(kinds, knowledge.GivesReason) {
		return true
	}
	return slices.ContainsFunc(a.Sources, func(s knowledge.SourceRef) bool {
		return (!exact || strings.ContainsAny(s.Fact.Text, "0123456789")) &&
			slices.ContainsFunc(e.Sources, func(o knowledge.SourceRef) bool { return o.Fact == s.Fact })
	})
}

// wanted is what a question without a word of content asks for; nil when any text about the subject would do.
func wanted(w []string) []knowledge.Gives {
	for _, s := range w {
		switch plain(s) {
		case "who", "whos", "whom":
			if slices.Contains(w, "on") || slices.Contains(w, "in") {
				return []knowledge.Gives{knowledge.GivesList} // members
			}
			if slices.Contains(w, "for") {
				return nil
			}
			return []knowledge.Gives{knowledge.GivesPerson, knowledge.GivesOrganisation}
		case "when", "whens", "year", "date", "month":
			return []knowledge.Gives{knowledge.GivesDate}
		case "where", "wheres":
			return []knowledge.Gives{knowledge.GivesPlace}
		case "why", "whys":
			return []knowledge.Gives{knowledge.GivesReason}
		case "list", "name", "names", "ones":
			return []knowledge.Gives{knowledge.GivesList}
		case "many", "much":
			return []knowledge.Gives{knowledge.GivesNumber}
		}
	}
	return nil
}

func holdsAny(e *knowledge.Entry, kinds []knowledge.Gives) bool {
	return slices.ContainsFunc(kinds, func(k knowledge.Gives) bool { return slices.Contains(e.Gives, k) })
}

// siblings are the covered entries that e points to, and then those that share a fact with it.
func (t *turn) siblings(e *knowledge.Entry) []*knowledge.Entry {
	out := t.seeAlso(e)
	for _, o := range t.kb.Entries {
		if o != e && o.Kind == knowledge.Covered && t.offered(o) && sharesFact(e, o) && !slices.Contains(e.SeeAlso, o.ID) {
			out = append(out, o)
		}
	}
	return out
}

// elsewhere are the words that ask for something beside the last answer.
var elsewhere = set("before after next else other others later earlier previously afterwards now")

// closest picks from the hits of a question about an entry the one that belongs to it most closely, knows the words of
// the question and holds what it asks for: the entry itself (unless something beside it is asked for), one that it
// shares a fact with or points to, or one of its topic.
func (t *turn) closest(about *knowledge.Entry, f finding, w []string, kinds []knowledge.Gives, beside bool) finding {
	question := strings.Join(w, " ")
	best, bestRank := match.Hit{}, 0.0
	for _, h := range f.hits {
		switch {
		case h.Entry == about && beside, h.Missing != nil, h.Entry.Kind == knowledge.SmallTalk, h.Score < t.bars.suggest,
			h.Entry.Kind == knowledge.Covered && kinds != nil && !holdsAny(h.Entry, kinds),
			t.index.Knows(h.Entry, question) < .5:
			continue
		}
		if rank := closeness(about, h.Entry) * h.Score; rank > bestRank {
			best, bestRank = h, rank
		}
	}
	switch {
	case best.Entry != nil && (content(w) > 0 || best.Score >= t.bars.answer):
		return finding{kind: findingOf(best.Entry), entry: best.Entry, score: max(best.Score, t.bars.answer), hits: f.hits, near: f.near}
	case kinds != nil && content(w) == 0:
		return finding{kind: wants, near: append([]*knowledge.Entry{about}, t.seeAlso(about)...), missing: kinds, hits: f.hits}
	}
	return finding{hits: f.hits, score: f.score}
}

// closeness is how much b belongs to what a is about.
func closeness(a, b *knowledge.Entry) float64 {
	switch {
	case a == b:
		return 1
	case sharesFact(a, b) || slices.Contains(a.SeeAlso, b.ID) || slices.Contains(b.SeeAlso, a.ID):
		return .9
	case a.Topic == b.Topic:
		return .3
	}
	return 0
}

func sharesFact(a, b *knowledge.Entry) bool {
	return slices.ContainsFunc(a.Sources, func(s knowledge.SourceRef) bool {
		return slices.ContainsFunc(b.Sources, func(o knowledge.SourceRef) bool { return s.Fact == o.Fact })
	})
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

func (t *turn) seeAlso(e *knowledge.Entry) []*knowledge.Entry {
	var out []*knowledge.Entry
	for _, c := range t.related(e) {
		out = append(out, t.kb.Entry(c.Entry))
	}
	return out
}
