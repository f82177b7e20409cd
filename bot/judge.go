package bot

import (
	"alliancebot/bot/match"
	"alliancebot/knowledge"
)

// bars are the scores from which on something is said. They were set on questions that the document does not answer: see
// the suites and "alliancebot test".
type bars struct {
	answer    float64 // give the answer
	lack      float64 // say that the document does not hold it, in the words of an entry that is not covered
	chat      float64 // small talk
	chatPlain float64 // small talk that could be a follow-up
	suggest   float64 // "did you mean"
	near      float64 // name an entry among the choices
	plain     float64 // so plain that no second topic is looked for
}

var defaultBars = bars{answer: .52, lack: .3, chat: .3, chatPlain: .5, suggest: .15, near: .03, plain: .6}

// judge decides what becomes of a question with these hits, of which there is at least one. Small talk is short; a long
// message has to look more like it.
func (b bars) judge(hits []match.Hit, short bool) finding {
	top := hits[0]
	f := finding{entry: top.Entry, score: top.Score, near: b.neighbours(hits)}
	switch kind := findingOf(top.Entry); {
	case top.Exact:
		f.kind = kind
	case kind == answers && top.Missing != nil && top.Score >= b.suggest:
		f.kind, f.missing = wants, top.Missing
	case kind == answers && top.Score >= b.answer,
		kind == lacks && top.Score >= b.lack,
		kind == chats && top.Score >= b.chat && (short || top.Score >= b.answer):
		f.kind = kind
	case kind == answers && top.Score >= b.suggest && len(f.near) > 0:
		f.kind = resembles
	}
	return f
}

// neighbours are the covered entries among the hits that are worth naming.
func (b bars) neighbours(hits []match.Hit) []*knowledge.Entry {
	var near []*knowledge.Entry
	for _, h := range hits {
		if h.Entry.Kind == knowledge.Covered && h.Score >= b.near && len(near) < maxChoices {
			near = append(near, h.Entry)
		}
	}
	return near
}
