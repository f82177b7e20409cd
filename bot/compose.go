package bot

import (
	"net/url"
	"slices"
	"strings"

	"alliancebot/knowledge"
	"alliancebot/knowledge/markup"
)

// questions answers a message that stands for itself: one question or several.
func (t *turn) questions(text string) Reply {
	return t.compose(t.findAll(text))
}

// findAll finds what answers each question of a message. Parts that are no question (a greeting, the story around it)
// are read only together with the rest.
func (t *turn) findAll(text string) []finding {
	whole := t.look(text)
	if bare := withoutOpeners(text); !whole.exact() && bare != text {
		if f := t.look(bare); f.exact() || f.kind.settled() && f.score > whole.score {
			whole = f
		}
	}
	if whole.exact() {
		return []finding{whole}
	}
	if i := afterCorrection(text); i > 0 && hasWord(text[i:]) {
		return t.findAll(text[i:])
	}
	var asked []finding
	for _, p := range split(text) {
		switch n := len(asked); {
		case !p.question:
		case p.leans && n > 0 && asked[n-1].kind == answers:
			asked = append(asked, t.lookAbout(asked[n-1].entry, words(p.text)))
		default:
			f := t.look(p.text)
			f.vague = !p.plain
			asked = append(asked, f)
		}
	}
	switch len(asked) {
	case 0:
		return t.findHalves(text, whole)
	case 1:
		if f, ok := t.lastClause(text); ok {
			return []finding{f}
		}
		if asked[0].kind.settled() && (asked[0].exact() || asked[0].score > whole.score) {
			return asked
		}
		return t.findHalves(text, whole)
	}
	return settle(whole, asked)
}

// lastClause finds a question that is stored word for word behind a comma: "forget it, who are your partners".
func (t *turn) lastClause(text string) (finding, bool) {
	i := strings.LastIndexByte(text, ',')
	if i < 0 || !opensQuestion(words(text[i+1:])) {
		return finding{}, false
	}
	f := t.look(text[i+1:])
	return f, f.exact()
}

// findHalves looks for two topics that "and" joins in one question. They count when each is plainer than the whole.
func (t *turn) findHalves(text string, whole finding) []finding {
	plain := whole.kind.settled() && whole.score >= t.bars.plain
	for _, h := range halves(text) {
		if plain && !h.strong {
			continue
		}
		first, second := t.look(h.before), t.look(h.after)
		if !first.kind.settled() || !second.kind.settled() || first.entry == second.entry {
			continue
		}
		if weaker := min(first.score, second.score); weaker >= t.bars.plain && (h.strong || weaker > whole.score) {
			return []finding{first, second}
		}
	}
	return []finding{whole}
}

// settled reports whether there is something definite to say.
func (k findingKind) settled() bool { return k == answers || k == lacks }

func (f finding) exact() bool { return len(f.hits) > 0 && f.hits[0].Exact }

// settle weighs what answers the whole message against what answers its questions.
func settle(whole finding, asked []finding) []finding {
	var kept []finding
	settled := 0
	for _, f := range asked {
		if f.kind == chats {
			continue
		}
		if f.kind.settled() {
			if slices.ContainsFunc(kept, func(k finding) bool { return k.entry == f.entry }) {
				continue
			}
			settled++
		}
		kept = append(kept, f)
	}
	if settled > 0 { // what may not have been a question at all is not worth an "I do not know"
		kept = slices.DeleteFunc(kept, func(f finding) bool { return f.vague && !f.kind.settled() && f.kind != wants })
	}
	if settled == 0 || len(kept) == 1 && whole.kind.settled() && whole.score > kept[0].score {
		return []finding{whole}
	}
	return kept[:min(len(kept), maxQuestions)]
}

// compose makes the reply to one or more questions, and remembers what it said.
func (t *turn) compose(found []finding) Reply {
	var reply Reply
	if len(found) == 1 {
		reply = t.single(found[0])
	} else {
		reply = t.several(found)
	}
	t.remember(reply)
	if reply.Kind == Answered {
		t.talk.passedOver = nil
		for _, f := range found {
			for _, e := range f.near {
				if e != f.entry {
					t.talk.passedOver = append(t.talk.passedOver, e)
				}
			}
		}
	}
	return reply
}

func (t *turn) single(f finding) Reply {
	reply := Reply{Score: f.score}
	switch f.kind {
	case answers:
		reply.Kind, reply.Answers = Answered, []Answer{t.render(f.entry)}
	case chats:
		return t.chat(f)
	case lacks:
		refusal := t.refuse(f.entry.Answer, t.related(f.entry))
		refusal.Score, refusal.said = f.score, f.entry
		return refusal
	case wants:
		refusal := t.refuse(t.missing(f.missing), choices(f.near))
		refusal.Score = f.score
		return refusal
	case resembles:
		reply.Kind, reply.Notice = Suggested, t.kb.Replies.DidYouMean
		reply.Choices, reply.NoneOfThese = choices(f.near), true
	default:
		why := t.kb.Replies.Unknown
		if f.foreign {
			why = t.kb.Replies.NotEnglish
		}
		refusal := t.refuse(why, choices(f.near))
		refusal.Score = f.score
		return refusal
	}
	return reply
}

// chat gives small talk, with what the conversation adds to it.
func (t *turn) chat(f finding) Reply {
	reply := Reply{Kind: SmallTalk, Notice: f.entry.Answer, Score: f.score, said: f.entry}
	if t.talk.careful {
		reply.Notice = t.kb.Replies.Calm // nothing cheerful after a safety reply
		return reply
	}
	switch f.entry.ID {
	case t.kb.Replies.Help:
		reply.Choices = t.examples()
	case t.kb.Replies.Wrong:
		reply.Choices = choices(t.talk.passedOver)
	case t.kb.Replies.Source:
		if about := t.talk.about(); about != nil {
			reply.Notice = markup.Join(reply.Notice, markup.Verbatim(t.render(about).SourceLine()))
		}
	}
	return reply
}

// several answers what can be answered, in order, and says which questions cannot.
func (t *turn) several(found []finding) Reply {
	reply := Reply{Kind: Unknown}
	for i, f := range found {
		switch f.kind {
		case answers:
			reply.Kind = Answered
			reply.Answers = append(reply.Answers, t.render(f.entry))
			reply.Score = max(reply.Score, f.score)
		case lacks:
			reply.Answers = append(reply.Answers, Answer{Body: f.entry.Answer, Missing: true})
		case wants:
			reply.Answers = append(reply.Answers, Answer{Body: t.missing(f.missing), Missing: true})
			reply.Choices = append(reply.Choices, choices(f.near[:1])...)
		default:
			if i < len(t.kb.Replies.Partly) {
				reply.Answers = append(reply.Answers, Answer{Body: t.kb.Replies.Partly[i], Missing: true})
			}
			if f.kind == resembles {
				reply.Choices = append(reply.Choices, choices(f.near)...)
			}
		}
	}
	reply.Choices = slices.DeleteFunc(unique(reply.Choices), func(c Choice) bool {
		return slices.ContainsFunc(reply.Answers, func(a Answer) bool { return a.Entry == c.Entry })
	})
	reply.Choices = reply.Choices[:min(len(reply.Choices), maxChoices)]
	if reply.Kind == Unknown {
		refusal := t.refuse(markup.Text{}, reply.Choices)
		for _, a := range reply.Answers {
			refusal.Notice = markup.Join(refusal.Notice, a.Body)
		}
		return refusal
	}
	return reply
}

func unique(cs []Choice) []Choice {
	var out []Choice
	for _, c := range cs {
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// refuse says that there is no answer, why, and where to go instead.
func (t *turn) refuse(why markup.Text, near []Choice) Reply {
	own := &t.kb.Replies
	notice := []markup.Text{why}
	if !linksTo(why, own.Website) {
		notice = append(notice, own.Website)
	}
	notice = append(notice, own.SafetyLine)
	if len(near) > 0 {
		notice = append(notice, own.Nearest)
	}
	return Reply{Kind: Unknown, Notice: markup.Join(notice...), Choices: near}
}

// linksTo reports whether the text links to the site that the other one links to.
func linksTo(text, other markup.Text) bool {
	for _, a := range text.Links() {
		for _, b := range other.Links() {
			if site(a) == site(b) {
				return true
			}
		}
	}
	return false
}

// site is the host of an address.
func site(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}

// missing says that the document does not hold what was asked for.
func (t *turn) missing(kinds []knowledge.Gives) markup.Text {
	for _, k := range kinds {
		if text, ok := t.kb.Replies.Missing[k]; ok {
			return text
		}
	}
	return t.kb.Replies.Unknown
}

// related are the entries worth asking for after e.
func (t *turn) related(e *knowledge.Entry) []Choice {
	var out []Choice
	for _, id := range e.SeeAlso {
		if other := t.kb.Entry(id); other != nil && other.Kind == knowledge.Covered && t.offered(other) && len(out) < maxChoices {
			out = append(out, choice(other))
		}
	}
	return out
}

func choices(entries []*knowledge.Entry) []Choice {
	var out []Choice
	for _, e := range entries[:min(len(entries), maxChoices)] {
		out = append(out, choice(e))
	}
	return out
}

// render makes the answer that an entry gives.
func (t *turn) render(e *knowledge.Entry) Answer {
	a := Answer{Entry: e.ID, Title: e.Question, Body: e.Answer, Related: t.related(e), HasMore: !e.More.Empty()}
	if e.AsPublished {
		a.Note = t.kb.Replies.AsPublished.Plain()
	}
	for _, s := range e.Sources {
		c := Citation{Document: s.Source.Title, Section: s.Section, Publisher: s.Source.Publisher, URL: s.Source.URL, Read: s.Source.Read}
		if !slices.Contains(a.Sources, c) {
			a.Sources = append(a.Sources, c)
		}
	}
	return a
}

// remember keeps what a later "tell me more" or "the second one" refers to.
func (t *turn) remember(r Reply) {
	t.talk.choices = r.Choices
	if len(r.Choices) == 0 && len(r.Answers) == 1 {
		t.talk.choices = r.Answers[0].Related
	}
	if r.Kind == SmallTalk {
		return
	}
	t.talk.careful = false
	if r.Kind != Answered {
		if about := t.talk.about(); r.said != nil && len(t.related(r.said)) > 0 && (about == nil || closeness(about, r.said) == 0) {
			t.talk.answered = []*knowledge.Entry{t.kb.Entry(t.related(r.said)[0].Entry)}
		}
		return // otherwise, what was asked before stays what "it" means
	}
	t.talk.told = false
	t.talk.answered = nil
	for _, a := range r.Answers {
		if e := t.kb.Entry(a.Entry); e != nil {
			t.talk.answered = append(t.talk.answered, e)
		}
	}
}
