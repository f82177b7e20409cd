package slack

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"alliancebot/bot"
	"alliancebot/knowledge/markup"
)

// flight is a message that is being answered, and all the deliveries of it so far. A duplicate is acknowledged with
// the first delivery and not before it: if the bot is killed in between, Slack delivers the message again.
type flight struct {
	keys       []string
	deliveries []*inbound
}

// accept takes what a transport received. It never blocks.
func (a *Adapter) accept(in *inbound) {
	a.counts.received.Add(1)
	a.learn(in)
	switch in.kind {
	case mention, direct, channelMessage:
		if a.wanted(in) {
			a.fly(in, "channel|"+in.team+"|"+in.channel, a.ask)
			return
		}
	case homeOpened, chatOpened:
		a.fly(in, "user|"+in.team+"|"+in.user, a.opened)
		return
	case command:
		if !a.run(in, "command|"+in.team+"|"+in.user, a.command) {
			in.ackWith(a.busy(in))
		}
		return
	case shortcut, press:
		in.ackWith(nil) // nothing is shown by it, and 3 seconds are short
		if !a.run(in, "user|"+in.team+"|"+in.user, a.interaction) {
			a.counts.shed.Add(1)
		}
		return
	case rateLimited:
		a.lg.Warn("slack holds events back: too many in an hour", "adapter", name)
	}
	in.ackWith(nil)
}

// learn remembers the workspaces that have the app, to tell who comes from outside.
func (a *Adapter) learn(in *inbound) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, team := range in.installs {
		if len(a.homes) < 1000 {
			a.homes[team] = true
		}
	}
}

// outsider reports whether the person belongs to another organisation. In an Enterprise organisation, people of its
// other workspaces are no outsiders, except where the channel is shared with somebody else.
func (a *Adapter) outsider(in *inbound) bool {
	if a.cfg.AnswerOutsiders || in.userTeam == "" || in.enterprise && !in.outside {
		return false
	}
	if in.kind != press && in.userTeam == in.team && !in.outside {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.homes[in.userTeam]
}

// wanted reports whether a message is a person's, and said to the bot.
func (a *Adapter) wanted(in *inbound) bool {
	if in.bot || in.user == "" || in.user == a.self.user || in.user == "USLACKBOT" || in.channel == "" || in.ts == "" {
		return false
	}
	if in.kind != channelMessage {
		return true
	}
	if !a.cfg.FollowUps {
		return false
	}
	if who := mentions(in.text); len(who) > 0 {
		return slices.Contains(who, a.self.user) // its app_mention may come first or second: one of them is a duplicate
	}
	return in.thread != "" && a.threads.Has(a.follower(in))
}

// fly answers in, unless it is a duplicate, and acknowledges it when that is done, or after 2 seconds. If there is no
// room, or the answer could not be posted at all, it is not acknowledged, and Slack delivers it again.
func (a *Adapter) fly(in *inbound, key string, do func(context.Context, *inbound) error) {
	f, takeOff := a.board(in)
	if !takeOff {
		return
	}
	timer := time.AfterFunc(ackAfter, func() { a.ackFlight(f) })
	ok := a.run(in, key, func(ctx context.Context, in *inbound) (err error) {
		defer timer.Stop()
		defer func() { a.land(f, again(err)) }() // also after a panic, which is answered with an apology
		return do(ctx, in)
	})
	if !ok {
		timer.Stop()
		a.counts.shed.Add(1)
		a.land(f, true)
	}
}

// again reports whether Slack has to deliver the message again: nothing was posted, and a later try may work.
func again(err error) bool {
	if err == nil || errors.Is(err, errPartly) {
		return false
	}
	_, retry := retryable(err, 0)
	return retry
}

// board finds the flight of a message, or begins one.
func (a *Adapter) board(in *inbound) (f *flight, takeOff bool) {
	var keys []string
	for _, k := range []struct{ kind, id string }{{"event|", in.eventID}, {"post|", in.post()}} {
		if k.id != "" {
			keys = append(keys, k.kind+k.id)
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.seen.First(keys...) {
		f = &flight{keys: keys, deliveries: []*inbound{in}}
		for _, k := range keys {
			a.flights[k] = f
		}
		return f, true
	}
	a.counts.duplicates.Add(1)
	for _, k := range keys {
		if f = a.flights[k]; f != nil {
			f.deliveries = append(f.deliveries, in)
			return f, false
		}
	}
	in.ackWith(nil)
	return nil, false
}

// land ends a flight. With again, all is as if the message had never come.
func (a *Adapter) land(f *flight, again bool) {
	a.mu.Lock()
	deliveries := f.deliveries
	for _, k := range f.keys {
		delete(a.flights, k)
	}
	if again {
		a.seen.Forget(f.keys...)
	}
	a.mu.Unlock()
	for _, in := range deliveries {
		if again {
			in.refuse()
		} else {
			in.ackWith(nil)
		}
	}
}

func (a *Adapter) ackFlight(f *flight) {
	a.mu.Lock()
	deliveries := slices.Clone(f.deliveries)
	a.mu.Unlock()
	for _, in := range deliveries {
		in.ackWith(nil)
	}
}

// run queues the work that in asks for. It reports false when there is no room, or the bot is about to end.
func (a *Adapter) run(in *inbound, key string, do func(context.Context, *inbound) error) bool {
	pool := a.jobs
	if in.kind == command || in.kind == shortcut || in.kind == press {
		pool = a.quick
	}
	if a.closing.Load() {
		return false
	}
	return pool.Go(key, func() {
		ctx, cancel := context.WithTimeout(a.working, jobTimeout)
		defer cancel()
		defer func() {
			if r := recover(); r != nil {
				a.panicked(r)
				a.apologise(ctx, in)
			}
		}()
		if err := do(ctx, in); err != nil {
			a.lg.Debug("slack message not answered", "adapter", name, "kind", string(in.kind), "err", a.tokens.scrubbed(err))
		}
	})
}

// panicked counts a panic and logs where it was. Its value may hold what somebody typed, so only the runtime's own
// errors are shown.
func (a *Adapter) panicked(r any) {
	a.counts.panics.Add(1)
	what := fmt.Sprintf("%T", r)
	if e, ok := r.(runtime.Error); ok {
		what = e.Error()
	}
	a.lg.Error("panic while answering", "adapter", name, "err", what, "stack", string(debug.Stack()))
}

// apologise tells the person that there will be no answer.
func (a *Adapter) apologise(ctx context.Context, in *inbound) {
	sorry := bot.Reply{Kind: bot.SmallTalk, Notice: markup.Verbatim(wordsApology)}
	if err := a.tell(ctx, in, sorry); err != nil {
		a.lg.Debug("no apology", "adapter", name, "err", a.tokens.scrubbed(err))
	}
}

// busy is what a command is acknowledged with when there is no room for it.
func (a *Adapter) busy(in *inbound) any {
	a.counts.shed.Add(1)
	if !in.takesPayload {
		return nil
	}
	return response{Type: ephemeral, Text: escape(wordsBusy)}
}
