package discord

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"alliancebot/adapters/adaptertest"
	"alliancebot/adapters/discord/discordtest"
)

// ask has ann ask a numbered question and waits for the answer.
func (r *running) ask(n int) {
	r.t.Helper()
	r.Mention("ann", discordtest.Channel, fmt.Sprintf("question <%d>", n))
	r.post(fmt.Sprintf("question \\<%d\\>", n))
}

// once wants the number of posts.
func (r *running) wantPosts(n int) {
	r.t.Helper()
	if got := len(r.Posts()); got != n {
		r.t.Errorf("%d posts, want %d", got, n)
	}
}

func TestReconnects(t *testing.T) {
	for _, tc := range []struct {
		name       string
		lose       func(*running)
		resumes    bool // the session lives on
		identifies int
	}{
		{"connection cut", func(r *running) { r.Cut() }, true, 1},
		{"op 7", func(r *running) { r.Send(7, "null") }, true, 1},
		{"op 9 resumable", func(r *running) { r.Send(9, "true") }, true, 1},
		{"op 9", func(r *running) { r.Invalidate() }, false, 2},
		{"close 1000", func(r *running) { r.Hang(1000) }, true, 1},
		{"close 1001", func(r *running) { r.Hang(1001) }, true, 1},
		{"close 4000", func(r *running) { r.Hang(4000) }, true, 1},
		{"close 4001", func(r *running) { r.Hang(4001) }, true, 1},
		{"close 4002", func(r *running) { r.Hang(4002) }, true, 1},
		{"close 4003", func(r *running) { r.Hang(4003) }, false, 2},
		{"close 4005", func(r *running) { r.Hang(4005) }, true, 1},
		{"close 4007", func(r *running) { r.Hang(4007) }, false, 2},
		{"close 4008", func(r *running) { r.Hang(4008) }, true, 1},
		{"close 4009", func(r *running) { r.Hang(4009) }, false, 2},
		{"no answer to heartbeats", func(r *running) {
			r.NoAcks(true)
			r.await("the end of the dead connection", func() bool { return r.Stats().Connections > 1 })
			r.NoAcks(false)
		}, true, 1},
		{"op 7 before READY", func(r *running) {
			r.FirstOp(7, "null")
			r.Hang(4009)
		}, false, 3},
		{"resume refused", func(r *running) {
			r.RefuseResume(true)
			r.Cut()
		}, false, 2},
		{"address to resume at is wrong", func(r *running) {}, true, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := prepare(t, fast, Config{})
			if strings.HasPrefix(tc.name, "address") {
				r.ResumeURL("ws://127.0.0.1:1")
				tc.lose = func(r *running) { r.Cut() }
			}
			r.run(adaptertest.NewScript(numbered))
			r.await("a session", func() bool { return r.Sessions() > 0 })
			r.ask(1)
			before := r.Stats()
			tc.lose(r)
			r.await("another session", func() bool {
				s := r.Stats()
				return r.Sessions() == 1 && s.Connections > before.Connections && (s.Resumes > before.Resumes || !tc.resumes) && s.Identifies >= tc.identifies
			})
			r.ask(2)
			r.stop()
			r.wantPosts(2)
			s := r.Stats()
			if tc.resumes && s.Resumes == 0 || s.Identifies > tc.identifies {
				t.Errorf("%+v, want resume %v and %d identifies", s, tc.resumes, tc.identifies)
			}
		})
	}
}

func TestReplayAfterResume(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{}, adaptertest.NewScript(numbered))
	r.ask(1)
	r.Cut()
	r.Mention("ann", discordtest.Channel, "question <2>") // nobody is connected, or hardly
	i := r.Command("ann", discordtest.Channel, "ask", discordtest.JSON{"question": "question <3>"})
	r.post("question \\<2\\>")
	r.result(i)
	r.Again(6)
	r.ask(4)
	r.stop()
	r.wantPosts(4)
}

func TestFatalCloseCodes(t *testing.T) {
	for code, words := range map[int]string{
		4004: "Reset Token", 4010: "shard", 4011: "2,500 servers", 4012: "api_url", 4013: "report it", 4014: "privileged",
	} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			t.Parallel()
			r := start(t, fast, Config{}, adaptertest.NewScript(numbered))
			r.ask(1)
			before := r.Stats().Connections
			r.Hang(code)
			r.wantConfigError(words, fmt.Sprint(code))
			if n := r.Stats().Connections; n != before {
				t.Errorf("%d connections after a fatal close, %d before", n, before)
			}
		})
	}
}

func TestTokenRevoked(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{}, adaptertest.NewScript(numbered))
	r.ask(1)
	r.Revoke()
	r.Mention("ann", discordtest.Channel, "question <2>")
	r.wantConfigError("Reset Token")
}

// A single 401 may be a mistake of Discord's; the token is asked after before the bot gives up.
func TestOneUnauthorized(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{}, adaptertest.NewScript(numbered))
	r.Fail(discordtest.Fault{Method: "POST", Path: "channels/*/messages", Status: 401, Body: `{"message":"401: Unauthorized","code":0}`, Times: 1})
	r.Mention("ann", discordtest.Channel, "question <1>")
	r.await("the token to be asked after", func() bool { return r.Requests("GET users/@me") == 1 })
	r.ask(2)
}

func TestSilentGateway(t *testing.T) {
	for name, silence := range map[string]func(*running, bool){
		"no hello": func(r *running, on bool) { r.NoHello(on) },
		"no ready": func(r *running, on bool) { r.NoReady(on) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := prepare(t, fast, Config{})
			silence(r, true)
			r.run(adaptertest.NewScript(numbered))
			r.await("a second try", func() bool { return r.Stats().Connections >= 2 })
			silence(r, false)
			r.await("a session", func() bool { return r.Sessions() > 0 })
			r.ask(1)
			// The same on a resume.
			silence(r, true)
			connections := r.Stats().Connections
			r.Cut()
			r.await("two tries to resume", func() bool { return r.Stats().Connections >= connections+2 })
			silence(r, false)
			r.ask(2)
		})
	}
}

// An invalid session for ever must not use up the logins of the day.
func TestInvalidSessionForEver(t *testing.T) {
	t.Parallel()
	r := prepare(t, discordtest.Options{Heartbeat: time.Second, IdentifyEvery: time.Nanosecond}, Config{})
	for range 40 {
		r.FirstOp(9, "false")
	}
	r.a.gateway.logins = rate.NewLimiter(rate.Every(time.Hour), 12)
	r.run(adaptertest.NewScript(numbered))
	r.await("a session", func() bool { return r.Sessions() > 0 })
	r.RefuseResume(true)
	deadline := time.Now().Add(2 * time.Second)
	for time.Now().Before(deadline) {
		r.Invalidate()
		before := r.Stats().Frames
		r.await("something", func() bool { return r.Stats().Frames > before || time.Now().After(deadline) })
	}
	if n := r.Stats().Identifies; n > 12 || n < 8 {
		t.Errorf("%d identifies in 2 seconds, want about the 12 of the budget and no more", n)
	}
}

func TestFewLoginsLeft(t *testing.T) {
	t.Parallel()
	r := prepare(t, discordtest.Options{Logins: identifySpare}, Config{})
	r.run(adaptertest.NewScript(numbered))
	r.await("the budget to be asked for", func() bool { return r.Requests("GET gateway/bot") > 0 })
	r.await("a word in the log", func() bool { return strings.Contains(r.log.String(), "hardly any more logins") })
	r.stop()
	if n := r.Stats().Identifies; n != 0 {
		t.Errorf("%d identifies although the day's are almost used up", n)
	}
}

func TestServerAsksForHeartbeats(t *testing.T) {
	t.Parallel()
	r := start(t, discordtest.Options{}, Config{}, adaptertest.NewScript(numbered)) // beats by itself within 41 s
	beats := r.Beats()
	for range 200 { // far more than may be answered in a minute
		r.Send(1, "null")
	}
	r.await("heartbeats", func() bool { return r.Beats() >= beats+sendsBurst })
	r.ask(1)
	if n := r.Beats(); n > 110 {
		t.Errorf("%d heartbeats, and 120 frames a minute end the connection", n)
	}
}

func TestGatewayCannotBeReachedAtFirst(t *testing.T) {
	t.Parallel()
	r := prepare(t, fast, Config{})
	r.Fail(discordtest.Fault{Path: "gateway", Status: 502, Body: "<html>", Header: http.Header{"Content-Type": {"text/html"}}, Times: 2})
	r.Fail(discordtest.Fault{Path: "gateway/bot", Status: 404, Times: -1})
	r.run(adaptertest.NewScript(numbered))
	r.await("a session", func() bool { return r.Sessions() > 0 })
	r.ask(1)
}

func TestIntents(t *testing.T) {
	for _, tc := range []struct {
		cfg  Config
		want int
	}{
		{Config{}, 4608},
		{Config{Forums: []string{"1"}}, 4609},
		{Config{Surfaces: []Surface{Commands}}, 0},
		{Config{Surfaces: []Surface{Direct}}, 4096},
	} {
		if got := tc.cfg.withDefaults().intents(); got != tc.want {
			t.Errorf("intents of %+v = %d, want %d", tc.cfg, got, tc.want)
		}
	}
}

func TestUnknownEvents(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{}, adaptertest.NewScript(numbered))
	r.Deliver("SOMETHING_NEW", 0, discordtest.JSON{"what": []int{1}})
	r.Deliver("MESSAGE_CREATE", 0, discordtest.JSON{})
	r.Deliver("MESSAGE_CREATE", 0, "not even an object")
	r.Deliver("MESSAGE_CREATE", 0, discordtest.JSON{"id": "1", "channel_id": "2", "author": nil})
	r.Deliver("INTERACTION_CREATE", 0, discordtest.JSON{})
	r.Deliver("INTERACTION_CREATE", 0, discordtest.JSON{"id": "1", "token": "t", "type": 99})
	r.Send(99, `{"a":1}`)
	m := r.Say("ann", discordtest.Channel, "<@"+discordtest.AppID+"> question <1>")
	m["components"] = []discordtest.JSON{{"type": 9999, "x": "y"}} // newer than any library
	m["embeds"] = "of another kind"
	r.DeliverMessage(m)
	r.post("question \\<1\\>")
}
