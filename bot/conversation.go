package bot

import (
	"container/list"
	"sync"
	"time"

	"alliancebot/knowledge"
)

const (
	// talkTime is how long a conversation is remembered after its last message.
	talkTime = 10 * time.Minute
	// maxTalks bounds the memory that conversations take: the ones not heard of for longest are forgotten first.
	maxTalks = 10_000
)

// talk is what is remembered of one conversation: what the bot said last, never what the person wrote.
type talk struct {
	mu         sync.Mutex // held for the time of one turn
	key        string
	heard      time.Time
	kb         *knowledge.Base    // which the entries below belong to
	greeted    bool               // the first-use notice was given
	answered   []*knowledge.Entry // of the last turn that answered, in order
	told       bool               // "tell me more" was said about the last answer
	choices    []Choice           // offered in the last turn
	passedOver []*knowledge.Entry // what ranked behind the last answer
	careful    bool               // the last turn was a safety reply
}

// follow makes the conversation go on with a knowledge that was swapped in: what was said is looked up there by its id.
func (t *talk) follow(kb *knowledge.Base) {
	if t.kb == kb {
		return
	}
	t.kb = kb
	for _, list := range []*[]*knowledge.Entry{&t.answered, &t.passedOver} {
		var now []*knowledge.Entry
		for _, e := range *list {
			if e := kb.Entry(e.ID); e != nil {
				now = append(now, e)
			}
		}
		*list = now
	}
}

// forget drops what was said, as if the conversation began now. That the person was greeted is kept.
func (t *talk) forget() {
	t.answered, t.passedOver, t.told, t.choices, t.careful = nil, nil, false, nil, false
}

// about is the entry that "it" and "that" refer to, or nil.
func (t *talk) about() *knowledge.Entry {
	if len(t.answered) == 0 {
		return nil
	}
	return t.answered[len(t.answered)-1]
}

// talks holds the conversations, the most recent first. It is safe for concurrent use.
type talks struct {
	mu     sync.Mutex
	now    func() time.Time
	byKey  map[string]*list.Element
	recent list.List // of *talk
}

func newTalks(now func() time.Time) *talks {
	return &talks{now: now, byKey: make(map[string]*list.Element)}
}

// open returns the conversation with that key, locked; the caller unlocks it. Without a key, or after talkTime, it is a
// new one.
func (ts *talks) open(key string) *talk {
	t := ts.find(key)
	t.mu.Lock()
	now := ts.now()
	if !t.heard.IsZero() && now.Sub(t.heard) > talkTime {
		t.forget()
	}
	t.heard = now
	return t
}

func (ts *talks) find(key string) *talk {
	if key == "" {
		return &talk{}
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if e, ok := ts.byKey[key]; ok {
		ts.recent.MoveToFront(e)
		return e.Value.(*talk)
	}
	t := &talk{key: key}
	ts.byKey[key] = ts.recent.PushFront(t)
	if ts.recent.Len() > maxTalks {
		last := ts.recent.Back()
		ts.recent.Remove(last)
		delete(ts.byKey, last.Value.(*talk).key)
	}
	return t
}
