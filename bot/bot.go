package bot

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"alliancebot/bot/guard"
	"alliancebot/bot/match"
	"alliancebot/knowledge"
)

// Ready is a knowledge base made ready to answer from: indexed, and its safety rules compiled. It never changes and is
// safe for concurrent use.
type Ready struct {
	kb    *knowledge.Base
	index *match.Index
	guard *guard.Guard
	bars  bars
}

// Prepare makes knowledge ready. It takes a fraction of a second of CPU time for a few thousand phrasings.
func Prepare(kb *knowledge.Base) (*Ready, error) {
	indexed := make(chan *match.Index, 1)
	go func() { indexed <- match.New(kb, match.Options{}) }() // the two take most of the time of starting up
	g, err := guard.New(kb.Safety, questions(kb))
	index := <-indexed
	if err != nil {
		return nil, err
	}
	return &Ready{kb: kb, index: index, guard: g, bars: defaultBars}, nil
}

// Knowledge returns the base that was made ready.
func (r *Ready) Knowledge() *knowledge.Base { return r.kb }

// Options are what a Bot can be given. The zero value is the documented default.
type Options struct {
	Log *slog.Logger     // default: discard
	Now func() time.Time // default: time.Now
}

// Bot decides what to say. It implements Handler and is safe for concurrent use.
type Bot struct {
	ready  atomic.Pointer[Ready]
	talks  *talks
	votes  *votes
	log    *slog.Logger
	panics atomic.Int64
}

// New returns a Bot that answers from r until Use gives it something else.
func New(r *Ready, o Options) *Bot {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	b := &Bot{talks: newTalks(o.Now), votes: newVotes(), log: o.Log}
	b.ready.Store(r)
	return b
}

// Use makes the bot answer from r from now on. Messages that are being handled are finished with what they began with.
func (b *Bot) Use(r *Ready) { b.ready.Store(r) }

// Ready returns what the bot answers from now.
func (b *Bot) Ready() *Ready { return b.ready.Load() }

// Handle implements Handler.
func (b *Bot) Handle(ctx context.Context, m Message) (reply Reply) {
	start := time.Now()
	r := b.ready.Load()
	defer func() {
		if p := recover(); p != nil {
			b.panics.Add(1)
			b.log.ErrorContext(ctx, "recovered from a panic while handling a message", "err", p)
			reply = Reply{Kind: Unknown, Notice: r.kb.Replies.Broken}
		}
	}()
	t := b.talks.open(m.Conversation)
	defer t.mu.Unlock()
	t.follow(r.kb)
	turn := turn{Ready: r, talk: t, audience: m.Audience}
	reply = turn.reply(m)
	if m.Conversation != "" && !t.greeted && reply.Kind != Silence {
		t.greeted = true
		if !reply.Class.Replaces() {
			reply.Welcome = r.kb.Replies.Welcome
		}
	}
	b.log.DebugContext(ctx, "handled a message", "kind", reply.Kind, "class", reply.Class, "entry", firstEntry(reply), "score", reply.Score, "dur", time.Since(start))
	return reply
}

func firstEntry(r Reply) string {
	if len(r.Answers) == 0 {
		return ""
	}
	return r.Answers[0].Entry
}

// Complete implements Handler.
func (b *Bot) Complete(prefix string, n int) []Choice {
	r := b.ready.Load()
	var out []Choice
	for _, c := range r.index.Complete(prefix, n) {
		out = append(out, choice(c.Entry))
	}
	return out
}

// Topics implements Handler.
func (b *Bot) Topics() []Topic {
	var out []Topic
	for _, t := range b.ready.Load().kb.Topics {
		topic := Topic{Title: t.Title}
		for _, e := range t.Entries {
			topic.Choices = append(topic.Choices, choice(e))
		}
		out = append(out, topic)
	}
	return out
}

// Feedback implements Handler.
func (b *Bot) Feedback(_ context.Context, v Vote) { b.votes.count(v) }

// About implements Handler.
func (b *Bot) About() About {
	kb := b.ready.Load().kb
	a := About{Name: kb.Replies.Name, Does: kb.Replies.About, Privacy: kb.Replies.Privacy, Version: kb.Version}
	for _, id := range kb.Replies.Examples {
		if e := kb.Entry(id); e != nil {
			a.Examples = append(a.Examples, choice(e))
		}
	}
	for _, s := range kb.Sources {
		if s.Read.After(a.Read) {
			a.Read, a.Website = s.Read, s.URL
		}
	}
	return a
}

// maxLabel is the most characters that the label of a choice may have: what fits on a button everywhere.
const maxLabel = 75

func choice(e *knowledge.Entry) Choice {
	return Choice{Entry: e.ID, Label: shorten(e.Question, maxLabel)}
}

// shorten cuts s to n characters, the last of them an ellipsis where something was cut.
func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

// MeasureSafety classifies every example of the safety lane and every question of the knowledge without having learned
// from it: see guard.CrossValidate.
func MeasureSafety(kb *knowledge.Base, folds int) ([]guard.LeftOut, error) {
	return guard.CrossValidate(kb.Safety, questions(kb), folds)
}

// questions returns what people ask the organisation, as far as the knowledge has it.
func questions(kb *knowledge.Base) []string {
	var out []string
	for _, e := range kb.Entries {
		out = append(append(out, e.Question), e.AlsoAsked...)
	}
	return out
}
