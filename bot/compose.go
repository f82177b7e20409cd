package bot

import (
	"net/url"
	"slices"

	"alliancebot/knowledge"
	"alliancebot/knowledge/markup"
)

// questions answers a message that stands for itself: one question or several.
func (t *turn) questions(text string) Reply {
	return t.compose(t.findAll(text))
}

// findAll finds what answers each question of a message. Parts that are no question (a greeting, the story around it)
// count only when the message holds nothing else.
func (t *turn) findAll(text string) []finding {
	whole := t.look(text)
	if len(whole.hits) > 0 && whole.hits[0].Exact {
		return []finding{whole}
	}
	parts := split(text)
	if len(parts) < 2 {
		return []finding{whole}
	}
	var found []finding
	for _, p := range parts {
		f := t.look(p.text)
		if p.question || f.kind == answers || f.kind == lacks {
			found = append(found, f)
		}
	}
	return settle(whole, found)
}

// settle weighs what answers the whole message against what answers its parts.
func settle(whole finding, parts []finding) []finding {
	parts = slices.DeleteFunc(parts, func(f finding) bool { return f.kind == chats })
	good := 0
	var seen []*knowledge.Entry
	kept := parts[:0]
	for _, f := range parts {
		if f.kind == answers || f.kind == lacks {
			good++
			if slices.Contains(seen, f.entry) {
				continue
			}
			seen = append(seen, f.entry)
		}
		kept = append(kept, f)
	}
	if good == 0 || good == 1 && whole.kind == answers && whole.score > best(kept).score {
		return []finding{whole}
	}
	if len(kept) > maxQuestions {
		kept = kept[:maxQuestions]
	}
	return kept
}

func best(fs []finding) finding {
	var top finding
	for _, f := range fs {
		if f.score > top.score {
			top = f
		}
	}
	return top
}

// compose makes the reply to one or more questions, and remembers what it said.
func (t *turn) compose(found []finding) Reply {
	var reply Reply
	if len(found) == 1 {
		reply = t.single(found[0])
	} else {
		reply = t.several(found)
	}
	for _, f := range found {
		for _, h := range f.hits {
			reply.Considered = append(reply.Considered, Candidate{h.Entry.ID, h.Score})
		}
	}
	t.remember(reply)
	return reply
}

func (t *turn) single(f finding) Reply {
	reply := Reply{Score: f.score}
	switch f.kind {
	case answers:
		reply.Kind, reply.Answers = Answered, []Answer{t.render(f.entry)}
	case chats:
		reply.Kind, reply.Notice = SmallTalk, f.entry.Answer
		if t.talk.careful {
			reply.Notice = t.kb.Replies.Calm
		}
		if f.entry.ID == t.kb.Replies.Help {
			reply.Choices = t.examples()
		}
	case lacks:
		refusal := t.refuse(f.entry.Answer, t.related(f.entry))
		refusal.Score = f.score
		return refusal
	case wants:
		refusal := t.refuse(t.missing(f.missing), choices(f.near))
		refusal.Score = f.score
		return refusal
	case resembles:
		reply.Kind, reply.Notice = Suggested, t.kb.Replies.DidYouMean
		reply.Choices, reply.NoneOfThese = choices(f.near), true
	default:
		refusal := t.refuse(t.kb.Replies.Unknown, choices(f.near))
		refusal.Score = f.score
		return refusal
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
	if r.Kind == SmallTalk {
		return
	}
	t.talk.careful, t.talk.told = false, false
	t.talk.answered = nil
	for _, a := range r.Answers {
		if e := t.kb.Entry(a.Entry); e != nil {
			t.talk.answered = append(t.talk.answered, e)
		}
	}
}
