package discord

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"alliancebot/adapters/adaptertest"
	"alliancebot/adapters/discord/discordtest"
	"alliancebot/bot"
)

func TestDuplicateInteraction(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{}, adaptertest.NewScript(nil))
	i := r.Command("ann", discordtest.Channel, "ask", question("q"))
	i.Again()
	r.result(i)
	i.Again()
	r.ask2()
	r.stop()
	if n := r.Stats().Callbacks; n != 2 {
		t.Errorf("%d callbacks for 2 interactions", n)
	}
}

// ask2 has somebody use /ask, so that all that came before is over.
func (r *running) ask2() {
	r.result(r.Command("cy", discordtest.Channel, "ask", question("q")))
}

func TestTrouble(t *testing.T) {
	const messages, callback = "channels/*/messages", "interactions/*/*/callback"
	limited := func(after string, more http.Header) discordtest.Fault {
		f := discordtest.Fault{Status: 429, Body: `{"message":"You are being rate limited.","retry_after":` + after + `,"global":false}`, Times: 1, Header: http.Header{}}
		for k, v := range more {
			f.Header[k] = v
		}
		return f
	}
	html := http.Header{"Content-Type": {"text/html"}}
	for name, f := range map[string]discordtest.Fault{
		"429":                             limited("0.2", nil),
		"429 global":                      limited("0.2", http.Header{"X-RateLimit-Global": {"true"}, "Retry-After": {"1"}}),
		"429 shared":                      limited("0.1", http.Header{"X-RateLimit-Scope": {"shared"}}),
		"429 of Cloudflare":               {Status: 429, Body: "<html>error code: 1015", Header: http.Header{"Content-Type": {"text/html"}, "Retry-After": {"1"}}, Times: 1},
		"500":                             {Status: 500, Body: "{}", Times: 2},
		"502":                             {Status: 502, Body: "<html>", Header: html, Times: 2},
		"503":                             {Status: 503, Body: "", Times: 2},
		"connection cut":                  {Times: 2},
		"502 after it has arrived":        {Status: 502, Body: "<html>", Header: html, Times: 1, After: true},
		"connection cut after the deed":   {Times: 1, After: true},
		"headers that cannot be read":     {Status: 429, Body: `{"retry_after":0.1}`, Header: http.Header{"X-RateLimit-Reset-After": {"soon"}, "X-RateLimit-Remaining": {"0"}}, Times: 1},
		"a limit that is already used up": limited("0", nil),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if strings.HasPrefix(name, "a limit") {
				f.Header.Set("Retry-After", "0.3")
			}
			r := start(t, fast, Config{}, adaptertest.NewScript(numbered))
			mention, command := f, f
			mention.Path, command.Path = messages, callback
			r.Fail(mention)
			r.Fail(command)
			i := r.Command("ann", discordtest.Channel, "ask", question("question <1>"))
			r.ask(2)
			if res := r.result(i); res.Post.To == "" {
				t.Errorf("the answer to /ask: %+v", res)
			}
			r.stop()
			r.wantPosts(2)
			if n := len(r.Problems()); f.After && n == 1 && strings.Contains(r.Problems()[0], "second answer") {
				r.Forgive() // the first answer was lost on its way back, so there has to be a second
			}
		})
	}
}

func TestChannelIsClosedToTheBot(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{}, adaptertest.NewScript(numbered))
	r.Fail(discordtest.Fault{Path: "channels/*/messages", Status: 403, Body: `{"code":50013,"message":"Missing Permissions"}`, Times: 1})
	r.Mention("ann", discordtest.Channel, "question <1>")
	r.await("the refusal", func() bool { return r.Requests("POST channels/*/messages") == 1 })
	r.Mention("ann", discordtest.Channel, "question <2>")
	m := r.Say("ann", "3001", "<@"+discordtest.AppID+"> question <3>")
	r.DeliverMessage(m)
	r.post("question \\<3\\>")
	r.ask2()
	r.stop()
	if n := r.Requests("POST channels/*/messages"); n != 2 {
		t.Errorf("%d messages sent, want none to the channel that is closed", n)
	}
}

func TestReplyIsNotAllowed(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{}, adaptertest.NewScript(numbered))
	r.Fail(discordtest.Fault{Path: "channels/*/messages", Status: 403, Body: `{"code":160002,"message":"You cannot reply without permission to read message history"}`, Times: 1})
	r.ask(1)
	if p := r.Posts()[0]; p.ReplyTo != "" {
		t.Errorf("a reply: %+v", p)
	}
}

func TestNoDirectMessages(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{}, adaptertest.NewScript(func(m bot.Message) bot.Reply {
		if m.Text == "crisis" {
			return adaptertest.Crisis()
		}
		return bot.Reply{Kind: bot.SmallTalk, Notice: adaptertest.Paragraph("For you alone."), Private: true}
	}))
	r.Fail(discordtest.Fault{Path: "users/@me/channels", Status: 403, Body: `{"code":50007,"message":"Cannot send messages to this user"}`, Times: -1})
	r.Mention("ann", discordtest.Channel, "mine")
	r.post("Only you can see what I answer there.")
	r.Mention("ann", discordtest.Channel, "crisis")
	r.post("Call 999")
}

func TestTooLateForAnInteraction(t *testing.T) {
	t.Parallel()
	o := fast
	o.AnswerIn = time.Millisecond
	r := start(t, o, Config{}, adaptertest.NewScript(func(m bot.Message) bot.Reply {
		if m.Text == "slow" {
			pause(context.Background(), 5*time.Millisecond) // what a slow machine does
		}
		return numbered(m)
	}))
	r.Command("ann", discordtest.Channel, "ask", question("slow"))
	r.await("the refusal", func() bool { return strings.Contains(r.log.String(), "answered before, or too late") })
	r.ask(1)
}

func TestInteractionOfAnotherProcess(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{}, adaptertest.NewScript(numbered))
	r.Fail(discordtest.Fault{Path: "interactions/*/*/callback", Status: 400, Body: `{"code":40060,"message":"Interaction has already been acknowledged."}`, Times: 1})
	r.Command("ann", discordtest.Channel, "ask", question("q"))
	r.await("the refusal", func() bool { return r.Requests("POST interactions/*/*/callback") == 1 })
	r.ask(1)
	r.stop()
	if strings.Contains(r.log.String(), `"WARN"`) {
		t.Errorf("a word of warning about nothing:\n%s", r.log)
	}
}
