package slack

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"alliancebot/adapters/adaptertest"
	"alliancebot/adapters/slack/slacktest"
	"alliancebot/bot"
)

// fullReply answers with all that an answer can have.
func fullReply(m bot.Message) bot.Reply {
	if m.Choice == bot.NoneOfThese {
		return bot.Reply{Kind: bot.Unknown, Notice: adaptertest.Paragraph("Then the page does not say.")}
	}
	if m.Text == tellMore {
		return bot.Reply{Kind: bot.Answered, Notice: adaptertest.Paragraph("There is more to say.")}
	}
	entry := m.Choice
	if entry == "" {
		entry = "boroughs"
	}
	r := adaptertest.Answer(entry, "The answer of "+entry+".")
	r.Answers[0].HasMore = true
	r.Answers[0].Related = []bot.Choice{{Entry: "host", Label: "Who hosts the Alliance?"}}
	return r
}

func suggestion(bot.Message) bot.Reply {
	return bot.Reply{Kind: bot.Suggested, Notice: adaptertest.Paragraph("Did you mean one of these?"), NoneOfThese: true,
		Choices: []bot.Choice{{Entry: "boroughs", Label: "Which boroughs?"}, {Entry: "host", Label: "Who hosts the Alliance?"}}}
}

// suggestFirst suggests, and answers what is picked.
func suggestFirst(m bot.Message) bot.Reply {
	if m.Choice == "" {
		return suggestion(m)
	}
	return fullReply(m)
}

func TestAnswersStandInTheAskersThread(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, mode Mode) {
		r := newRig(t, Config{Mode: mode}, slacktest.Options{}, fullReply)
		top := r.Mention("U1", "C1", "", "which boroughs?")
		inThread := r.Mention("U1", "C2", "1763000000.000001", "which boroughs?")
		direct := r.Direct("U1", "", "which boroughs?")
		directInThread := r.Direct("U2", "1763000000.000002", "which boroughs?")
		for i, tc := range []struct {
			event           map[string]any
			channel, thread string
		}{
			{top, "C1", top["ts"].(string)},
			{inThread, "C2", "1763000000.000001"},
			{direct, "D1", direct["ts"].(string)},
			{directInThread, "D2", "1763000000.000002"},
		} {
			r.Event(tc.event, nil)
			if p := r.post(i); p.Channel != tc.channel || p.Thread != tc.thread || p.User != "" {
				t.Errorf("message %d was answered in %q, thread %q, to %q; want %q, %q, everyone", i, p.Channel, p.Thread, p.User, tc.channel, tc.thread)
			}
		}
		want := []string{
			"slack:T1:C1:" + top["ts"].(string) + ":U1", "slack:T1:C2:1763000000.000001:U1",
			"slack:T1:D1::U1", "slack:T1:D2::U2"} // direct messages are one conversation, in threads or not
		var got []string
		for _, m := range r.script.Messages() {
			got = append(got, m.Conversation)
			if m.Audience != bot.Staff {
				t.Errorf("audience %q, want staff", m.Audience)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("conversations (-want +got):\n%s", diff)
		}
	})
}

func TestCommandIsAnsweredInItsAcknowledgement(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, mode Mode) {
		r := newRig(t, Config{Mode: mode}, slacktest.Options{}, fullReply)
		p, acked := r.Command("U1", "C1", "which boroughs?")
		if !acked || p.User != "U1" || p.Via != "ack" {
			t.Fatalf("ack %v, %+v; want an ephemeral answer in it", acked, p)
		}
		has(t, p, "The answer of boroughs.")

		r.press("U1", p, wordsShare)
		r.press("U1", p, wordsShare) // a double click
		shared := r.post(1)
		if shared.User != "" || shared.Via != "response_url" || shared.Replaces || shared.Channel != "C1" {
			t.Errorf("shared as %+v, want a new message that everyone sees", shared)
		}
		has(t, shared, "The answer of boroughs.")
		if _, found := shared.Button(wordsShare); found {
			t.Error("what was shared offers to be shared")
		}
		if gone := r.post(2); !gone.Deletes || gone.Reply != shared.Reply {
			t.Errorf("then %+v, want the ephemeral message to be deleted", gone)
		}
		if err := r.stop(); err != nil {
			t.Fatal(err)
		}
		if n := len(r.Posts()); n != 3 {
			t.Errorf("%d posts, want 3", n)
		}
	})
}

func TestEmptyCommandGetsHelp(t *testing.T) {
	t.Parallel()
	r := newRig(t, Config{}, slacktest.Options{}, nil)
	p, _ := r.Command("U1", "C1", "")
	has(t, p, "I answer questions about")
	r.press("U1", p, "Who hosts the Alliance?")
	if picked := r.post(1); !picked.Replaces || picked.User != "U1" {
		t.Errorf("picked %+v, want the ephemeral message to be replaced", picked)
	}
}

func TestShortcutAnswersPrivatelyAndPostsInTheThread(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, mode Mode) {
		r := newRig(t, Config{Mode: mode}, slacktest.Options{}, fullReply)
		if !r.Shortcut("U1", "C1", "1763000000.000009", "", "does anyone know which boroughs?") {
			t.Error("the shortcut was not acknowledged in time")
		}
		p := r.post(0)
		if p.User != "U1" || p.Via != "response_url" {
			t.Fatalf("answered %+v, want it ephemeral", p)
		}
		has(t, p, "The answer of boroughs.")
		r.press("U1", p, wordsPost)
		posted := r.post(1)
		if posted.Channel != "C1" || posted.Thread != "1763000000.000009" || posted.User != "" {
			t.Errorf("posted %+v, want it in the thread of the message", posted)
		}
		if gone := r.post(2); !gone.Deletes {
			t.Errorf("then %+v, want the ephemeral message to be deleted", gone)
		}

		r.Leave("C3")
		r.Shortcut("U1", "C3", "1763000000.000011", "1763000000.000010", "which boroughs?")
		r.press("U1", r.post(3), wordsPost)
		posted = r.post(4)
		if posted.Via != "response_url" || posted.Thread != "1763000000.000010" || posted.User != "" {
			t.Errorf("posted %+v, want it in the thread although the bot is not in the channel", posted)
		}
	})
}

func TestHomeTab(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, mode Mode) {
		r := newRig(t, Config{Mode: mode}, slacktest.Options{}, fullReply)
		r.Event(slacktest.HomeOpened("U1", "home"), nil)
		r.until("the Home tab", func() bool { return r.Home("U1") != nil })
		text := slacktest.Visible(r.Home("U1"))
		for _, want := range []string{"Alliance bot", "I answer questions", "I keep nothing", adaptertest.Version, "22 November 2026", wordsNoPatients} {
			if !strings.Contains(text, want) {
				t.Errorf("the Home tab says %q, want %q in it", text, want)
			}
		}
		button := func(label string) slacktest.Button {
			for _, b := range slacktest.Buttons(r.Home("U1")) {
				if b.Label == label {
					return b
				}
			}
			t.Fatalf("no button %q on the Home tab", label)
			return slacktest.Button{}
		}
		before := len(slacktest.Buttons(r.Home("U1")))
		if !r.PressHome("U1", button("Aims")) {
			t.Error("the topic was not acknowledged in time")
		}
		r.until("the topic's questions", func() bool { return len(slacktest.Buttons(r.Home("U1"))) == before+2 })
		r.PressHome("U1", button("Who hosts the Alliance?"))
		if p := r.post(0); p.Channel != "D1" {
			t.Errorf("answered %+v, want a direct message", p)
		}
		has(t, r.post(0), "The answer of host.")
	})
}

func TestSuggestedPrompts(t *testing.T) {
	t.Parallel()
	r := newRig(t, Config{}, slacktest.Options{}, nil)
	r.Event(slacktest.HomeOpened("U1", "messages"), nil)
	r.until("prompts", func() bool { return len(r.SuggestedPrompts()) == 1 })
	r.Event(map[string]any{"type": "assistant_thread_started", "event_ts": "1.3", "assistant_thread": map[string]any{
		"user_id": "U1", "channel_id": "D1", "thread_ts": "1.2", "context": map[string]any{"channel_id": "C1"}}}, nil)
	r.until("prompts", func() bool { return len(r.SuggestedPrompts()) == 2 })
	agent, assistant := r.SuggestedPrompts()[0], r.SuggestedPrompts()[1]
	if agent.Channel != "D1" || agent.Thread != "" || strings.Count(agent.JSON, `"title"`) != 4 {
		t.Errorf("agent view got %+v, want 4 prompts and no thread", agent)
	}
	if assistant.Thread != "1.2" {
		t.Errorf("assistant view got %+v, want its thread", assistant)
	}
	if len(r.Posts()) != 0 {
		t.Errorf("posts %+v, want none", r.Posts())
	}
}

func TestFollowUps(t *testing.T) {
	t.Parallel()
	for _, on := range []bool{true, false} {
		r := newRig(t, Config{FollowUps: on}, slacktest.Options{Anonymous: true}, fullReply)
		first := r.Mention("U1", "C1", "", "which boroughs?")
		r.Event(first, nil)
		r.post(0)
		thread := first["ts"].(string)
		before := r.Message("U2", "C1", thread, "nice, thanks") // somebody whom the bot has not answered
		aside := r.Message("U1", "C1", thread, "<@U2> look at this")
		follow := r.Message("U1", "C1", thread, "and the host?")
		elsewhere := r.Message("U1", "C1", "", "something else")
		for _, m := range []map[string]any{before, aside, follow, elsewhere} {
			id := r.Event(m, nil)
			r.until("an acknowledgement", func() bool { return r.Delivered(id).Acked })
		}
		if on {
			if p := r.post(1); p.Thread != thread {
				t.Errorf("the follow-up was answered in %q", p.Thread)
			}
		}
		if err := r.stop(); err != nil {
			t.Fatal(err)
		}
		want := 1
		if on {
			want = 2
		}
		if n := len(r.Posts()); n != want {
			t.Errorf("follow-ups %v: %d posts, want %d", on, n, want)
		}
	}
}

// With follow-ups on, a mention comes twice: as app_mention and as message.channels.
func TestMentionThatComesTwice(t *testing.T) {
	t.Parallel()
	r := newRig(t, Config{FollowUps: true}, slacktest.Options{}, fullReply)
	m := r.Mention("U1", "C1", "", "which boroughs?")
	twin := map[string]any{"channel_type": "channel"}
	for k, v := range m {
		if k != "type" {
			twin[k] = v
		}
	}
	twin["type"] = "message"
	a, b := r.Event(twin, nil), r.Event(m, nil)
	r.until("both acknowledged", func() bool { return r.Delivered(a).Acked && r.Delivered(b).Acked })
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	if n := len(r.Posts()); n != 1 {
		t.Errorf("%d posts, want 1", n)
	}
}

func TestFeedback(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, mode Mode) {
		r := newRig(t, Config{Mode: mode, ContactChannel: "C0HELP"}, slacktest.Options{}, fullReply)
		r.Event(r.Mention("U1", "C1", "", "which boroughs?"), nil)
		p := r.post(0)
		r.press("U2", p, wordsHelpful)
		if thanks := r.post(1); thanks.User != "U2" || thanks.Replaces || said(thanks) != wordsThanks {
			t.Errorf("thanks %+v, want them ephemeral to the voter, and the answer to stay", thanks)
		}
		r.press("U2", p, wordsUnhelpful)
		has(t, r.post(2), "<#C0HELP>")
		want := []bot.Vote{
			{Person: "slack:T1:U2", Entry: "boroughs", Version: adaptertest.Version, Helpful: true},
			{Person: "slack:T1:U2", Entry: "boroughs", Version: adaptertest.Version},
		}
		if diff := cmp.Diff(want, r.script.Votes()); diff != "" {
			t.Errorf("votes (-want +got):\n%s", diff)
		}
	})
}

func TestRelatedAndMoreFollowTheAnswer(t *testing.T) {
	t.Parallel()
	r := newRig(t, Config{}, slacktest.Options{}, fullReply)
	m := r.Mention("U1", "C1", "", "which boroughs?")
	r.Event(m, nil)
	p := r.post(0)
	r.press("U2", p, "Who hosts the Alliance?")
	next := r.post(1)
	if next.Replaces || next.Thread != m["ts"] || next.User != "" {
		t.Errorf("related answer %+v, want a new message in the thread", next)
	}
	has(t, next, "The answer of host.")
	r.press("U2", p, wordsMore)
	has(t, r.post(2), "There is more to say.")
	last := r.script.Messages()
	if m := last[len(last)-1]; m.Text != tellMore || !strings.HasSuffix(m.Conversation, ":U2") {
		t.Errorf("the bot was asked %+v, want for more in the conversation of whoever pressed", m)
	}
}

func TestPickReplacesTheSuggestion(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, mode Mode) {
		r := newRig(t, Config{Mode: mode}, slacktest.Options{}, suggestFirst)
		r.Event(r.Mention("U1", "C1", "", "boroughs host"), nil)
		p := r.post(0)
		r.press("U2", p, "Who hosts the Alliance?")
		picked := r.post(1)
		if picked.Via != "chat.update" || picked.TS != p.TS {
			t.Errorf("picked %+v, want the bot's own message to be replaced", picked)
		}
		has(t, picked, "The answer of host.")

		// A message that cannot be changed any more is followed instead.
		r.FailNext("chat.update", slacktest.Fault{Error: "edit_window_closed"})
		r.press("U1", p, wordsNone)
		has(t, r.post(2), "Then the page does not say.")
		if r.post(2).Via != "chat.postMessage" {
			t.Errorf("after a refused change: %+v, want a new message", r.post(2))
		}

		// An ephemeral one is replaced through its response_url, and keeps what it offers.
		e, _ := r.Command("U1", "C1", "boroughs host")
		r.press("U1", e, "Who hosts the Alliance?")
		picked = r.post(4)
		if picked.Via != "response_url" || !picked.Replaces || picked.User != "U1" {
			t.Errorf("picked %+v, want the ephemeral message to be replaced", picked)
		}
		r.press("U1", picked, wordsShare)
		has(t, r.post(5), "The answer of host.")
	})
}

func TestButtonOfAnEntryThatIsGone(t *testing.T) {
	t.Parallel()
	r := newRig(t, Config{}, slacktest.Options{}, func(m bot.Message) bot.Reply {
		if m.Choice != "" {
			return bot.Reply{}
		}
		return suggestion(m)
	})
	r.Event(r.Mention("U1", "C1", "", "boroughs host"), nil)
	r.press("U1", r.post(0), "Which boroughs?")
	if p := r.post(1); said(p) != wordsGone || p.User != "U1" || p.Replaces {
		t.Errorf("%+v, want a word to the person, and the suggestion to stay", p)
	}
}

func TestPlainerBlocksWhereTheNewestAreRefused(t *testing.T) {
	t.Parallel()
	r := newRig(t, Config{}, slacktest.Options{}, fullReply)
	r.FailNext("chat.postMessage", slacktest.Fault{Error: "invalid_blocks"})
	r.Event(r.Mention("U1", "C1", "", "which boroughs?"), nil)
	p := r.post(0)
	if types := blockTypes(p.Blocks); strings.Contains(types, "markdown") || strings.Contains(types, "context_actions") {
		t.Errorf("blocks %q, want only those that have always been there", types)
	}
	has(t, p, "The answer of boroughs.")
	r.press("U1", p, wordsHelpful)
	r.post(1)
	if len(r.script.Votes()) != 1 {
		t.Errorf("votes %+v, want 1", r.script.Votes())
	}
	r.Event(r.Mention("U1", "C2", "", "which boroughs?"), nil)
	r.post(2)
	if n := r.Calls("chat.postMessage"); n != 3 {
		t.Errorf("%d calls, want 3: what is refused once is not tried again", n)
	}
	if !strings.Contains(r.log.String(), "invalid_blocks") {
		t.Error("the log does not say why")
	}
}

func TestTextOnlyWhereAllBlocksAreRefused(t *testing.T) {
	t.Parallel()
	r := newRig(t, Config{}, slacktest.Options{}, fullReply)
	r.FailNext("chat.postMessage", slacktest.Fault{Error: "invalid_blocks"}, slacktest.Fault{Error: "invalid_blocks"})
	r.Event(r.Mention("U1", "C1", "", "which boroughs?"), nil)
	p := r.post(0)
	if len(p.Blocks) != 0 || !strings.Contains(p.Text, "The answer of boroughs.") || !strings.Contains(p.Text, "Who are we?") {
		t.Errorf("%+v, want the whole meaning as text", p)
	}
}

func TestTheFirstUseNoticeIsShownOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, Config{}, slacktest.Options{}, func(m bot.Message) bot.Reply {
		reply := fullReply(m)
		reply.Welcome = adaptertest.Paragraph("I am a computer program.")
		return reply
	})
	for i, user := range []string{"U1", "U1", "U2"} {
		r.Event(r.Mention(user, "C1", "", "which boroughs?"), nil)
		welcomed := strings.Contains(said(r.post(i)), "I am a computer program.")
		if want := i != 1; welcomed != want {
			t.Errorf("message %d by %s: first-use notice %v, want %v", i, user, welcomed, want)
		}
	}
}
