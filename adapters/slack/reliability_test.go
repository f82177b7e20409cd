package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"alliancebot/adapters"
	"alliancebot/adapters/adaptertest"
	"alliancebot/adapters/slack/slacktest"
	"alliancebot/bot"
	"alliancebot/bot/guard"
)

// saying lists the posts that say text.
func (r *rig) saying(text string) []slacktest.Post {
	var found []slacktest.Post
	for _, p := range r.Posts() {
		if strings.Contains(said(p), text) {
			found = append(found, p)
		}
	}
	return found
}

func TestAnEventIsAcknowledgedOnceItsAnswerIsPosted(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, mode Mode) {
		r := newRig(t, Config{Mode: mode}, slacktest.Options{Silent: true}, fullReply)
		r.FailNext("chat.postMessage", slacktest.Fault{Delay: 700 * time.Millisecond, Carry: true})
		id := r.Event(r.Mention("U1", "C1", "", "which boroughs?"), nil)
		r.until("the call", func() bool { return r.Calls("chat.postMessage") == 1 })
		if r.Delivered(id).Acked {
			t.Error("the event was acknowledged while its answer was under way")
		}
		r.post(0)
		r.until("the acknowledgement", func() bool { return r.Delivered(id).Acked })
		if d := r.Delivered(id); d.AckedIn < 600*time.Millisecond || d.Attempts != 1 {
			t.Errorf("%+v, want it acknowledged after the post, at the first attempt", d)
		}
	})
}

func TestAnEventIsAcknowledgedAfterTwoSecondsAtTheLatest(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, mode Mode) {
		r := newRig(t, Config{Mode: mode}, slacktest.Options{Silent: true}, fullReply)
		r.FailNext("chat.postMessage", slacktest.Fault{Delay: 4 * time.Second, Carry: true})
		id := r.Event(r.Mention("U1", "C1", "", "which boroughs?"), nil)
		r.until("the acknowledgement", func() bool { return r.Delivered(id).Acked })
		if d := r.Delivered(id); d.AckedIn < 1800*time.Millisecond || d.AckedIn > 2900*time.Millisecond || d.Attempts != 1 {
			t.Errorf("%+v, want it acknowledged after about 2 seconds", d)
		}
		r.post(0)
		if err := r.stop(); err != nil {
			t.Fatal(err)
		}
		if n := len(r.Posts()); n != 1 {
			t.Errorf("%d posts, want 1", n)
		}
	})
}

// A duplicate that comes while the first delivery is being answered waits for it.
func TestADuplicateIsNotAcknowledgedBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	r := newRig(t, Config{}, slacktest.Options{Silent: true}, fullReply)
	r.FailNext("chat.postMessage", slacktest.Fault{Delay: 700 * time.Millisecond, Carry: true})
	m := r.Mention("U1", "C1", "", "which boroughs?")
	id := r.Event(m, nil)
	r.until("the call", func() bool { return r.Calls("chat.postMessage") == 1 })
	twin := r.Event(m, nil) // another event about the same message
	r.until("both acknowledgements", func() bool { return r.Delivered(id).Acked && r.Delivered(twin).Acked })
	if len(r.Posts()) != 1 {
		t.Errorf("%d posts when both are acknowledged, want 1", len(r.Posts()))
	}
}

// The library queues acknowledgements and drops the queue when it is told to end.
func TestTheLastAcknowledgementGetsOut(t *testing.T) {
	t.Parallel()
	for range 5 {
		r := newRig(t, Config{}, slacktest.Options{Silent: true}, fullReply)
		r.FailNext("chat.postMessage", slacktest.Fault{Delay: 100 * time.Millisecond, Carry: true})
		id := r.Event(r.Mention("U1", "C1", "", "which boroughs?"), nil)
		r.until("the call", func() bool { return r.Calls("chat.postMessage") == 1 })
		if err := r.stop(); err != nil {
			t.Fatal(err)
		}
		soon(t, "the acknowledgement", func() bool { return r.Delivered(id).Acked })
	}
}

func TestAnUnreachableSlackIsTriedAgain(t *testing.T) {
	t.Parallel()
	for _, fault := range []slacktest.Fault{
		{Status: http.StatusTooManyRequests, RetryAfter: 1},
		{Status: http.StatusServiceUnavailable, Body: "<html>sorry</html>"},
		{Error: "service_unavailable"},
		{Error: "internal_error"},
	} {
		r := newRig(t, Config{}, slacktest.Options{}, fullReply)
		r.FailNext("chat.postMessage", fault, fault)
		r.Event(r.Mention("U1", "C1", "", "which boroughs?"), nil)
		r.post(0)
		if err := r.stop(); err != nil {
			t.Fatal(err)
		}
		if n := len(r.Posts()); n != 1 {
			t.Errorf("after %+v: %d posts, want 1", fault, n)
		}
	}
}

// A post whose answer is lost may be there or not: the thread tells, where the bot may read it.
func TestAPostWhoseAnswerIsLost(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		scopes []string
		fault  slacktest.Fault
		posts  int
	}{
		{"cut before it was posted", nil, slacktest.Fault{Cut: true}, 1},
		{"cut after it was posted", nil, slacktest.Fault{Cut: true, Carry: true}, 1},
		{"a server error before it was posted", nil, slacktest.Fault{Status: 500}, 1},
		{"a server error after it was posted", nil, slacktest.Fault{Status: 500, Carry: true}, 1},
		{"cut, and nobody may look", []string{"chat:write", "app_mentions:read"}, slacktest.Fault{Cut: true, Carry: true}, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, Config{}, slacktest.Options{Silent: true, Scopes: tc.scopes}, fullReply)
			r.Event(r.Mention("U1", "C1", "1763000000.000001", "which boroughs?"), nil)
			r.post(0) // the same answer to an earlier question is not taken for this one
			r.FailNext("chat.postMessage", tc.fault)
			id := r.Event(r.Mention("U1", "C1", "1763000000.000001", "which boroughs?"), nil)
			r.until("the acknowledgement", func() bool { return r.Delivered(id).Acked })
			if err := r.stop(); err != nil {
				t.Fatal(err)
			}
			if n := len(r.Posts()) - 1; n != tc.posts {
				t.Errorf("%d posts, want %d", n, tc.posts)
			}
		})
	}
}

func TestAFullQueueLeavesEventsToSlackAndSaysBusyToCommands(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, mode Mode) {
		release := make(chan struct{})
		r := newRig(t, Config{Mode: mode}, slacktest.Options{AckTimeout: time.Second}, func(m bot.Message) bot.Reply {
			<-release
			return fullReply(m)
		}, func(a *Adapter) {
			a.jobs = adapters.NewPool(1, 1, a.panicked)
			a.quick = adapters.NewPool(1, 0, a.panicked)
		})
		var ids []string
		for i := range 3 {
			ids = append(ids, r.Event(r.Mention("U1", fmt.Sprint("C", i), "", "which boroughs?"), nil))
			soon(t, "it to be taken or refused", func() bool { return r.a.counts.received.Load() > int64(i) })
		}
		if p, acked := r.Command("U1", "C1", "which boroughs?"); !acked || said(p) != wordsBusy {
			t.Errorf("ack %v, %q; want a busy one", acked, said(p))
		}
		close(release)
		r.until("all answered in the end", func() bool { return len(r.saying("The answer of boroughs")) == 3 })
		again := 0
		for _, id := range ids {
			r.until("its acknowledgement", func() bool { return r.Delivered(id).Acked })
			again += r.Delivered(id).Attempts - 1
		}
		if again == 0 {
			t.Error("no event was delivered again, so none was refused")
		}
	})
}

func TestEverythingElseIsAcknowledgedAtOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, Config{}, slacktest.Options{}, fullReply)
	edited := r.Direct("U1", "", "")
	edited["subtype"], edited["hidden"] = "message_changed", true
	edited["message"] = map[string]any{"user": "U1", "text": "which boroughs?", "ts": "1.1", "edited": map[string]any{"user": "U1", "ts": "9"}}
	deleted := r.Direct("U1", "", "")
	deleted["subtype"] = "message_deleted"
	joined := r.Message("U1", "C1", "", "<@U1> has joined the channel")
	joined["subtype"] = "channel_join"
	slackbot := r.Direct("USLACKBOT", "", "which boroughs?")
	for name, event := range map[string]map[string]any{
		"an edit": edited, "a deletion": deleted, "a join": joined, "Slackbot": slackbot,
		"an unknown type":        {"type": "brand_new_thing", "user": "U1"},
		"a broken shape":         {"type": "message", "user": map[string]any{"id": "U1"}, "ts": 5},
		"a reaction":             {"type": "reaction_added", "user": "U1", "item": map[string]any{"type": "message"}},
		"a message in a channel": r.Message("U1", "C1", "", "not for the bot"),
	} {
		id := r.Event(event, nil)
		r.until("the acknowledgement of "+name, func() bool { return r.Delivered(id).Acked })
		if d := r.Delivered(id); d.Attempts != 1 {
			t.Errorf("%s took %d attempts, want 1", name, d.Attempts)
		}
	}
	limited := r.Event(nil, map[string]any{"type": "app_rate_limited", "minute_rate_limited": 1})
	r.until("the acknowledgement of app_rate_limited", func() bool { return r.Delivered(limited).Acked })
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	if len(r.Posts()) != 0 {
		t.Errorf("posts %+v, want none", r.Posts())
	}
}

// The library refuses an event with a block that it cannot read; we do not need the block.
func TestAnEventThatTheLibraryCannotReadIsAnswered(t *testing.T) {
	t.Parallel()
	r := newRig(t, Config{}, slacktest.Options{}, fullReply)
	m := r.Mention("U1", "C1", "", "which boroughs?")
	m["blocks"] = []any{map[string]any{"type": "section", "text": []any{1, 2}}}
	id := r.Event(m, nil)
	r.post(0)
	r.until("its acknowledgement", func() bool { return r.Delivered(id).Acked })
}

func TestAThreadHasACap(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, mode Mode) {
		r := newRig(t, Config{Mode: mode}, slacktest.Options{}, func(m bot.Message) bot.Reply {
			if strings.Contains(m.Text, "help") {
				return adaptertest.Crisis()
			}
			return fullReply(m)
		}, func(a *Adapter) { a.pacer = adapters.NewPacer(time.Millisecond, 100, 100) })
		for range 15 { // a bot without a bot_id that answers every answer
			r.Event(r.Mention("U1", "C1", "1763000000.000001", "which boroughs?"), nil)
		}
		r.until("a word about it", func() bool { return len(r.saying(wordsSlowDown)) == 1 })
		r.Event(r.Mention("U1", "C1", "1763000000.000001", "help"), nil)
		r.until("999 all the same", func() bool { return len(r.saying("Call 999")) == 2 })
		if err := r.stop(); err != nil {
			t.Fatal(err)
		}
		if n := len(r.saying("The answer of boroughs")); n != threadBurst {
			t.Errorf("%d answers in one thread, want %d", n, threadBurst)
		}
		if p := r.saying(wordsSlowDown); len(p) != 1 || p[0].User != "U1" {
			t.Errorf("%+v, want to be told once, alone", p)
		}
	})
}

func TestTheBotsOwnPostsStartNoLoop(t *testing.T) {
	t.Parallel()
	for _, anonymous := range []bool{false, true} {
		r := newRig(t, Config{FollowUps: true}, slacktest.Options{Anonymous: anonymous}, fullReply)
		r.Event(r.Direct("U1", "", "which boroughs?"), nil)
		r.Event(r.Mention("U1", "C1", "", "which boroughs?"), nil)
		r.until("all that was delivered to be acknowledged", func() bool {
			acked := 0
			for _, d := range r.Deliveries() {
				if d.Acked {
					acked++
				}
			}
			return acked == 4 // 2 messages, and the 2 answers that Slack shows the bot
		})
		if err := r.stop(); err != nil {
			t.Fatal(err)
		}
		if n := len(r.Posts()); n != 2 {
			t.Errorf("%d posts, want 2", n)
		}
	}
}

func TestPeopleFromOutside(t *testing.T) {
	t.Parallel()
	outside := map[string]any{"is_ext_shared_channel": true}
	for _, tc := range []struct {
		name  string
		cfg   Config
		event func(*rig) map[string]any
		wrap  map[string]any
		want  string
	}{
		{"another organisation", Config{}, func(r *rig) map[string]any {
			m := r.Mention("U8", "C1", "", "which boroughs?")
			m["user_team"], m["source_team"], m["team"] = "T8", "T8", "T8"
			return m
		}, outside, wordsOutsider},
		{"another organisation, by its team alone", Config{}, func(r *rig) map[string]any {
			m := r.Mention("U8", "C1", "", "which boroughs?")
			m["team"] = "T8"
			return m
		}, outside, wordsOutsider},
		{"staff in a shared channel", Config{}, func(r *rig) map[string]any {
			return r.Mention("U1", "C1", "", "which boroughs?")
		}, outside, "The answer of boroughs"},
		{"another organisation, allowed", Config{AnswerOutsiders: true}, func(r *rig) map[string]any {
			m := r.Mention("U8", "C1", "", "which boroughs?")
			m["user_team"] = "T8"
			return m
		}, outside, "The answer of boroughs"},
		{"another organisation in danger", Config{}, func(r *rig) map[string]any {
			m := r.Mention("U8", "C1", "", "help")
			m["user_team"] = "T8"
			return m
		}, outside, "Call 999"},
		{"a channel that is not on the list", Config{Channels: []string{"C7"}}, func(r *rig) map[string]any {
			return r.Mention("U1", "C1", "", "which boroughs?")
		}, nil, wordsOtherChannel},
		{"danger in a channel that is not on the list", Config{Channels: []string{"C7"}}, func(r *rig) map[string]any {
			return r.Mention("U1", "C1", "", "help")
		}, nil, "Call 999"},
		{"a direct message with a list of channels", Config{Channels: []string{"C7"}}, func(r *rig) map[string]any {
			return r.Direct("U1", "", "which boroughs?")
		}, nil, "The answer of boroughs"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, tc.cfg, slacktest.Options{}, func(m bot.Message) bot.Reply {
				if m.Text == "help" {
					return adaptertest.Crisis()
				}
				return fullReply(m)
			})
			r.Event(tc.event(r), tc.wrap)
			p := r.post(0)
			has(t, p, tc.want)
			if refused := tc.want == wordsOutsider || tc.want == wordsOtherChannel; refused && p.User == "" {
				t.Errorf("everyone sees the refusal: %+v", p)
			}
		})
	}
}

func TestAnOutsiderPressesAButton(t *testing.T) {
	t.Parallel()
	r := newRig(t, Config{}, slacktest.Options{}, fullReply)
	r.Event(r.Mention("U1", "C1", "", "which boroughs?"), nil)
	p := r.post(0)
	b, _ := p.Button("Who hosts the Alliance?")
	in, err := parseInteraction([]byte(fmt.Sprintf(`{"type":"block_actions","user":{"id":"U8","team_id":"T8"},"team":{"id":"T8"},
		"channel":{"id":"C1"},"container":{"type":"message","message_ts":%q},"actions":[{"action_id":%q,"value":%q}]}`, p.TS, b.Action, b.Value)))
	if err != nil {
		t.Fatal(err)
	}
	r.a.accept(in)
	if refusal := r.post(1); refusal.Text != wordsOutsider || refusal.User != "U8" {
		t.Errorf("%+v, want a refusal to U8 alone", refusal)
	}
}

// Safety replies: where the person wrote, briefly, and as a direct message, whatever the surface.
func TestCrisis(t *testing.T) {
	t.Parallel()
	crisis := func(m bot.Message) bot.Reply {
		r := adaptertest.Crisis()
		r.Welcome = adaptertest.Paragraph("A first-use notice that has no place in a thread.")
		r.Choices = []bot.Choice{{Entry: "host", Label: "Who hosts the Alliance?"}}
		return r
	}
	overBoth(t, func(t *testing.T, mode Mode) {
		r := newRig(t, Config{Mode: mode}, slacktest.Options{}, crisis)
		r.Event(r.Mention("U1", "C1", "", "my wombat collapsed"), nil)
		here, direct := r.post(0), r.post(1)
		if here.Channel != "C1" || here.User != "" || direct.Channel != "D1" {
			t.Errorf("%+v and %+v, want the thread and a direct message", here, direct)
		}
		has(t, here, "Call 999")
		has(t, here, wordsSentDirect)
		if buttons := slacktest.Buttons(here.Blocks); len(buttons) != 0 {
			t.Errorf("buttons %v in the thread, want it brief", buttons)
		}
		has(t, direct, "Call 999")
		if strings.Contains(said(here), "first-use") || strings.Contains(said(here), "wombat") {
			t.Errorf("%q, want it brief and without the person's words", said(here))
		}

		p, _ := r.Command("U2", "C1", "my wombat collapsed")
		has(t, p, "Call 999")
		directly := func(channel string) func() bool {
			return func() bool {
				return slices.ContainsFunc(r.saying("Call 999"), func(p slacktest.Post) bool { return p.Channel == channel })
			}
		}
		r.until("a direct message after a command", directly("D2"))
		r.Shortcut("U3", "C1", "1763000000.000001", "", "my wombat collapsed")
		r.until("a direct message after a shortcut", directly("D3"))
		for _, p := range r.Posts() {
			if _, offered := p.Button(wordsPost); offered {
				t.Errorf("a safety reply is offered to be posted: %v", p)
			}
		}
		r.Event(r.Direct("U4", "", "my wombat collapsed"), nil)
		if p := r.post(6); p.Channel != "D4" {
			t.Errorf("%+v, want the direct message", p)
		}
		if err := r.stop(); err != nil {
			t.Fatal(err)
		}
		if n := len(r.Posts()); n != 7 {
			t.Errorf("%d posts, want 7: a direct message is answered in one place", n)
		}
	})
}

// Where a person's id is not taken for a channel, the channel is asked for.
func TestADirectMessageThatNeedsItsChannel(t *testing.T) {
	t.Parallel()
	r := newRig(t, Config{}, slacktest.Options{}, func(bot.Message) bot.Reply { return adaptertest.Crisis() })
	m := r.Mention("U1", "C1", "", "help")
	r.FailNext("chat.postMessage", slacktest.Fault{Carry: true}, slacktest.Fault{Error: "channel_not_found"})
	r.Event(m, nil)
	has(t, r.post(0), "Call 999")
	if p := r.post(1); p.Channel != "D1" || r.Calls("conversations.open") != 1 {
		t.Errorf("%v after %d calls, want a direct message after 1", p, r.Calls("conversations.open"))
	}
}

// Below a crisis, a private reply is for the person alone, and lasts in a direct message.
func TestAPrivateSignpost(t *testing.T) {
	t.Parallel()
	r := newRig(t, Config{}, slacktest.Options{}, func(bot.Message) bot.Reply {
		return bot.Reply{Kind: bot.Safety, Class: guard.Symptom, Private: true, Notice: adaptertest.Paragraph("Contact a GP.")}
	})
	r.Event(r.Mention("U1", "C1", "", "a lump"), nil)
	if p := r.post(0); p.User != "U1" || p.Channel != "C1" {
		t.Errorf("%+v, want it ephemeral in the channel", p)
	}
	if p := r.post(1); p.Channel != "D1" {
		t.Errorf("%+v, want a direct message too", p)
	}
	r.Leave("C2")
	r.Event(r.Mention("U1", "C2", "", "a lump"), nil)
	if p := r.post(2); p.Channel != "D1" {
		t.Errorf("%+v, want at least the direct message", p)
	}
}

func TestALongCommandAnswerFollows(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, mode Mode) {
		long := strings.Repeat("The Alliance covers 5 London boroughs. ", 200)
		r := newRig(t, Config{Mode: mode}, slacktest.Options{}, func(bot.Message) bot.Reply { return adaptertest.Answer("boroughs", long) })
		p, acked := r.Command("U1", "C1", "everything")
		if !acked || p.Via != "ack" {
			t.Fatalf("ack %v, %+v", acked, p)
		}
		r.until("the source line", func() bool { return len(r.saying("Source:")) > 0 })
		all := ""
		for _, p := range r.Posts() {
			if p.User != "U1" {
				t.Errorf("everyone sees %+v", p)
			}
			all += said(p) + " "
		}
		if got := strings.Count(all, "5 London boroughs."); got != 200 {
			t.Errorf("%d sentences, want 200", got)
		}
	})
}

func TestSocketsThatEnd(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*slacktest.Server){
		"refresh": func(s *slacktest.Server) { s.Disconnect("refresh_requested") },
		"warning": func(s *slacktest.Server) { s.Disconnect("warning") },
		"dropped": func(s *slacktest.Server) { s.Drop() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, Config{}, slacktest.Options{AckTimeout: 300 * time.Millisecond}, fullReply)
			end(r.Server)
			r.Event(r.Mention("U1", "C1", "", "which boroughs?"), nil)
			r.post(0)
		})
	}
}

// The library alone would make thousands of calls.
func TestSocketsThatDieYoungAreNotHammered(t *testing.T) {
	t.Parallel()
	r := newRig(t, Config{}, slacktest.Options{}, fullReply)
	r.RefuseSockets("too_many_websockets")
	r.Drop()
	<-time.After(3 * time.Second) // what is measured is a rate
	if n := r.Calls(openMethod); n > 8 {
		t.Errorf("%d calls of %s in 3 seconds", n, openMethod)
	}
	r.RefuseSockets("")
	r.until("a socket", func() bool { return r.Sockets() > 0 })
	r.Event(r.Mention("U1", "C1", "", "which boroughs?"), nil)
	r.post(0)
	if !strings.Contains(r.log.String(), "closes the sockets as soon as they are open") {
		t.Error("the log does not say what is wrong")
	}
}

func TestErrorsThatEndRun(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, method string
		fault        slacktest.Fault
		scopes       []string
		want         []string
	}{
		{name: "bot token refused", method: "auth.test", fault: slacktest.Fault{Error: "token_revoked"}, want: []string{"SLACK_BOT_TOKEN", "token_revoked"}},
		{name: "app token lacks its scope", method: openMethod, fault: slacktest.Fault{Error: "missing_scope", Needed: "connections:write"}, want: []string{"SLACK_APP_TOKEN", "connections:write"}},
		{name: "app token of the wrong kind", method: openMethod, fault: slacktest.Fault{Error: "not_allowed_token_type"}, want: []string{"SLACK_APP_TOKEN"}},
		{name: "app token expired", method: openMethod, fault: slacktest.Fault{Error: "token_expired"}, want: []string{"SLACK_APP_TOKEN"}},
		{name: "no such API", method: "auth.test", fault: slacktest.Fault{Status: http.StatusNotFound}, want: []string{"404"}},
		{name: "scope to write is missing", scopes: []string{"app_mentions:read"}, want: []string{"chat:write"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := slacktest.New(slacktest.Options{Scopes: tc.scopes})
			defer s.Close()
			if tc.method != "" {
				s.FailNext(tc.method, tc.fault)
			}
			var log syncBuffer
			a, err := New(Config{APIURL: s.APIURL()}, goodTokens, slog.New(slog.NewTextHandler(&log, nil)))
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
			defer cancel()
			err = a.Run(ctx, adaptertest.NewScript(nil))
			var config *adapters.ConfigError
			if !errors.As(err, &config) || config.Hint == "" {
				t.Fatalf("Run = %v (%T), want an *adapters.ConfigError with a hint", err, err)
			}
			for _, want := range tc.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not name %q", err, want)
				}
			}
			for _, secret := range []string{slacktest.BotToken, slacktest.AppToken} {
				if strings.Contains(err.Error()+config.Hint+log.String(), secret) {
					t.Errorf("a token shows in %q, %q", err, log.String())
				}
			}
		})
	}
}

func TestASlackThatIsNotThereYet(t *testing.T) {
	t.Parallel()
	s := slacktest.New(slacktest.Options{})
	defer s.Close()
	s.FailNext("auth.test", slacktest.Fault{Status: http.StatusBadGateway}, slacktest.Fault{Error: "internal_error"})
	s.FailNext(openMethod, slacktest.Fault{Status: http.StatusBadGateway}, slacktest.Fault{Error: "internal_error"})
	a, err := New(Config{APIURL: s.APIURL()}, goodTokens, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var ended sync.WaitGroup
	ended.Go(func() {
		if err := a.Run(ctx, adaptertest.NewScript(nil)); err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
	})
	await(t, s, "a socket", func() bool { return s.Sockets() == 1 })
	cancel()
	ended.Wait()
}

func TestOpenThrottle(t *testing.T) {
	t.Parallel()
	o := &openThrottle{}
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	var waits []time.Duration
	for range 14 {
		w := o.pause(now)
		waits = append(waits, w)
		now = now.Add(w + 100*time.Millisecond)
	}
	want := "[0s 500ms 500ms 1s 1s 2s 2s 4s 4s 8s 8s 16s 16s 30s]"
	if got := fmt.Sprint(waits); got != want {
		t.Errorf("pauses %v, want %v", got, want)
	}
	now = now.Add(3 * time.Second)
	if w := o.pause(now); w != openSpacing || o.youngDeaths() != 0 {
		t.Errorf("after a life of 3 seconds: %v and %d young deaths, want %v and none", w, o.youngDeaths(), openSpacing)
	}
	if w := o.pause(now.Add(time.Hour)); w != 0 {
		t.Errorf("after a good hour: %v, want none", w)
	}
}
