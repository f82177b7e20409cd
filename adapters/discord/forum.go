package discord

import (
	"context"
	"slices"
	"sync"
	"time"

	"alliancebot/bot"
)

const (
	// starterIn is how long a forum post waits for its first message. Discord takes no answer before that is there.
	starterIn = 3 * time.Second

	// forumScore is how sure the bot has to be before it speaks up unasked.
	forumScore = 0.8

	waitingMax = 500
)

// posts brings the two halves of new forum posts together: the thread with the title, and the first message. They come
// as two events, in either order. It is safe for concurrent use.
type posts struct {
	answer func(*thread, *message) // the message is nil if it did not come in time

	mu      sync.Mutex
	threads map[string]*waitingThread
	early   map[string]*message // first messages whose thread is not known yet
	stopped bool
}

type waitingThread struct {
	thread *thread
	timer  *time.Timer
}

func newPosts(answer func(*thread, *message)) *posts {
	return &posts{answer: answer, threads: map[string]*waitingThread{}, early: map[string]*message{}}
}

// created takes a new post.
func (p *posts) created(t *thread) {
	p.mu.Lock()
	defer p.mu.Unlock()
	id := string(t.ID)
	if p.stopped || p.threads[id] != nil || len(p.threads) >= waitingMax {
		return
	}
	if m := p.early[id]; m != nil {
		delete(p.early, id)
		p.answer(t, m)
		return
	}
	p.threads[id] = &waitingThread{thread: t, timer: time.AfterFunc(starterIn, func() { p.late(id) })}
}

// late gives up waiting for the first message.
func (p *posts) late(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if w := p.threads[id]; w != nil && !p.stopped {
		delete(p.threads, id)
		p.answer(w.thread, nil)
	}
}

// starter takes a message, and reports whether it is the first one of a post that is answered, or may be. One that is
// said to the bot is not: that is answered in any case.
func (p *posts) starter(m *message, addressed bool) bool {
	if m.ID != m.ChannelID {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	id := string(m.ID)
	w := p.threads[id]
	if w != nil {
		w.timer.Stop()
		delete(p.threads, id)
	}
	switch {
	case addressed || p.stopped:
		return false
	case w != nil:
		p.answer(w.thread, m)
	default:
		if len(p.early) >= waitingMax {
			clear(p.early) // of posts in other forums
		}
		p.early[id] = m
	}
	return true
}

// stop forgets what waits.
func (p *posts) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	for _, w := range p.threads {
		w.timer.Stop()
	}
}

// threadCreated takes a new thread. Only posts in the forums of the configuration count.
func (a *Adapter) threadCreated(t *thread) {
	if !t.NewlyCreated || t.Metadata.Archived || t.Metadata.Locked || t.ID == "" || !slices.Contains(a.cfg.Forums, string(t.ParentID)) {
		return
	}
	a.counts.received.Add(1)
	if !a.seen.First("post|" + string(t.ID)) {
		a.counts.duplicates.Add(1)
		return
	}
	a.posts.created(t)
}

// answerPost answers a forum post if the bot is sure. It does not block.
func (a *Adapter) answerPost(t *thread, m *message) {
	if m == nil {
		m = &message{ID: t.ID, ChannelID: t.ID, GuildID: t.GuildID, Author: &user{ID: t.OwnerID}}
	}
	m.ChannelType = channelPublicThread
	if !a.seen.First("message|" + string(m.ID)) {
		a.counts.duplicates.Add(1)
		return
	}
	a.queue(m, func(ctx context.Context, m *message) {
		title, body := plain(t.Name), plain(m.Content)
		asks := []string{title}
		if body != "" {
			asks = []string{title + "\n" + body, title} // the safety lane has to see all of it
		}
		for _, text := range asks {
			r := a.ask(ctx, bot.Message{ID: string(m.ID), Conversation: a.talk(m), Text: text})
			if r.Class != "" || r.Kind == bot.Answered && r.Score >= forumScore {
				a.tell(ctx, m, r)
				return
			}
		}
	})
}
