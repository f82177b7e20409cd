package bot

import (
	"slices"
	"strings"
	"unicode/utf8"

	"alliancebot/bot/guard"
	"alliancebot/bot/match"
	"alliancebot/knowledge"
	"alliancebot/knowledge/markup"
)

// maxText is the longest message, in characters, that is matched. The safety lane reads longer ones, too.
const maxText = 2000

// shortTalk is the number of words up to which a message is short.
const shortTalk = 6

// maxChoices is how many entries a reply offers.
const maxChoices = 3

// turn is the handling of one message: the safety lane first, then what belongs to the conversation, then matching.
type turn struct {
	*Ready
	talk     *talk
	audience Audience
}

func (t *turn) reply(m Message) Reply {
	if m.Choice != "" {
		return t.chosen(m.Choice)
	}
	text := strings.ToValidUTF8(ends(m.Text), " ")
	verdict := t.guard.Classify(text)
	if verdict.Class == guard.None || (verdict.Learned || !verdict.Class.Replaces()) && t.stored(text) {
		reply := t.answer(text)
		t.consider(&reply, text)
		return reply
	}
	signpost, private := t.guard.Reply(verdict.Class, string(t.audience))
	reply := Reply{Kind: Safety}
	if !verdict.Class.Replaces() && verdict.Organisation {
		reply = t.answer(verdict.Question)
		t.consider(&reply, verdict.Question)
	}
	if reply.Kind != Answered {
		// Whatever else the message may have asked, a guess or a refusal behind a signpost is noise.
		reply = Reply{Kind: Safety, Considered: reply.Considered}
		t.talk.forget()
	}
	t.talk.careful = reply.Kind == Safety
	reply.Class, reply.Private = verdict.Class, private
	reply.Notice = markup.Join(signpost, reply.Notice)
	return reply
}

// maxRead is how many bytes of a message the safety lane reads. What people write has a thousandth of it.
const maxRead = 20_000

// ends returns the start and the end of a message that is longer than maxRead.
func ends(text string) string {
	if len(text) <= maxRead {
		return text
	}
	return text[:maxRead/2] + " " + text[len(text)-maxRead/2:]
}

// stored reports whether a message is a phrasing of the knowledge, word for word. Then a maintainer has said that it is a
// question to answer; only a rule of the classes that replace an answer stands above that.
func (t *turn) stored(text string) bool {
	hits := t.index.Search(text)
	return len(hits) > 0 && hits[0].Exact
}

// consider notes what the matcher thinks of a message as a whole.
func (t *turn) consider(reply *Reply, text string) {
	for _, h := range t.allowed(t.index.Search(text)) {
		reply.Considered = append(reply.Considered, Candidate{h.Entry.ID, h.Score})
	}
	if len(reply.Considered) > 0 && reply.Score == 0 {
		reply.Score = reply.Considered[0].Score
	}
}

// answer handles a message that the safety lane has nothing against.
func (t *turn) answer(text string) Reply {
	switch {
	case strings.TrimSpace(text) == "":
		return t.help()
	case !hasWord(text):
		return Reply{Kind: SmallTalk, Notice: t.kb.Replies.Wordless}
	case utf8.RuneCountInString(text) > maxText:
		return t.refuse(t.kb.Replies.TooLong, nil)
	}
	if reply, ok := t.followUp(text); ok {
		return reply
	}
	return t.questions(text)
}

// help answers an empty message.
func (t *turn) help() Reply {
	reply := Reply{Kind: SmallTalk, Notice: t.kb.Replies.About, Choices: t.examples()}
	if e := t.kb.Entry(t.kb.Replies.Help); e != nil {
		reply.Notice = e.Answer
	}
	return reply
}

func (t *turn) examples() []Choice {
	var out []Choice
	for _, id := range t.kb.Replies.Examples {
		if e := t.kb.Entry(id); e != nil && len(out) < maxChoices && t.offered(e) {
			out = append(out, choice(e))
		}
	}
	return out
}

// offered reports whether the audience may have the entry.
func (t *turn) offered(e *knowledge.Entry) bool {
	return e.Audience == "" || t.audience == Everyone || e.Audience == string(t.audience)
}

// chosen answers a choice that was picked.
func (t *turn) chosen(id string) Reply {
	if id == NoneOfThese {
		t.talk.choices = nil
		return t.refuse(t.kb.Replies.NoneOfThese, nil)
	}
	e := t.kb.Entry(id)
	if e == nil || !t.offered(e) {
		return t.refuse(t.kb.Replies.Gone, t.examples())
	}
	return t.compose([]finding{{kind: findingOf(e), entry: e, score: 1}})
}

// finding is what became of one question.
type finding struct {
	kind    findingKind
	entry   *knowledge.Entry   // what answers it
	near    []*knowledge.Entry // what to offer instead, best first
	missing []knowledge.Gives  // what the question asked for, any of these, and the nearest entry does not hold
	score   float64
	hits    []match.Hit
	foreign bool // the question does not look like English
	vague   bool // it may be no question but part of the story around one
}

type findingKind int

const (
	nothing   findingKind = iota // nothing fits
	answers                      // entry answers it
	lacks                        // entry says that the document does not hold it
	chats                        // entry is small talk
	wants                        // near[0] fits, but does not hold what was asked for
	resembles                    // near are worth a "did you mean"
)

func findingOf(e *knowledge.Entry) findingKind {
	switch e.Kind {
	case knowledge.Uncovered:
		return lacks
	case knowledge.SmallTalk:
		return chats
	}
	return answers
}

// look finds what answers one question.
func (t *turn) look(question string) finding {
	hits := t.index.Search(question)
	hits = t.allowed(hits)
	if len(hits) == 0 {
		return finding{}
	}
	f := t.bars.judge(hits, len(strings.Fields(question)) <= shortTalk)
	f.hits = hits
	f.near = slices.DeleteFunc(f.near, func(e *knowledge.Entry) bool { return t.index.Knows(e, question) == 0 })
	if f.kind == answers && !f.exact() && t.index.Knows(f.entry, question) == 0 {
		f.kind = resembles // alike in form alone
	}
	if f.kind == resembles && len(f.near) == 0 {
		f.kind = nothing // they have not one word in common
	}
	if f.foreign = !f.kind.settled() && f.kind != chats && t.index.Foreign(question); f.foreign {
		f.kind, f.near = nothing, nil
	}
	return f
}

// allowed drops the hits that the audience may not have.
func (t *turn) allowed(hits []match.Hit) []match.Hit {
	kept := hits[:0]
	for _, h := range hits {
		if t.offered(h.Entry) {
			kept = append(kept, h)
		}
	}
	return kept
}
