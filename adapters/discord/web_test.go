package discord

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"alliancebot/adapters/adaptertest"
	"alliancebot/adapters/discord/discordtest"
	"alliancebot/bot"
)

func TestHTTPInteractions(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{Mode: HTTP}, realBot(t))
	r.await("the endpoint", func() bool { return up(r.a.cfg.Listen) })
	res := r.result(r.Command("ann", discordtest.Channel, "ask", question("which boroughs do you cover?")))
	if res.Type != 4 || res.Post.To == "" || !strings.Contains(res.Post.Text(true), "Haringey") {
		t.Errorf("%+v, want a hidden answer", res)
	}
	if choices := r.result(r.Type("ann", discordtest.Channel, "ask", "question", "host")).Choices; len(choices) == 0 {
		t.Error("no completions")
	}
	posted := r.result(r.Press("ann", res.Post, wordsPost))
	if posted.Type != 4 || posted.Post.To != "" {
		t.Errorf("%+v, want the answer for everyone", posted)
	}
	r.await("the commands", func() bool { return len(r.Commands("")) == 4 })
	if s := r.Stats(); s.Connections != 0 || s.Callbacks != 0 {
		t.Errorf("%+v, want no connection to the gateway and no callbacks", s)
	}
}

// A long answer follows up over the REST API, in order, and after the first part.
func TestHTTPFollowUps(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{Mode: HTTP, PlainText: true}, adaptertest.NewScript(func(bot.Message) bot.Reply {
		reply := adaptertest.Answer("boroughs", "")
		for range 30 {
			reply.Answers[0].Body.Blocks = append(reply.Answers[0].Body.Blocks, adaptertest.Paragraph(strings.Repeat("word ", 60)).Blocks...)
		}
		return reply
	}))
	r.await("the endpoint", func() bool { return up(r.a.cfg.Listen) })
	i := r.Command("ann", discordtest.Channel, "ask", question("all"))
	r.await("all of it", func() bool {
		words := 0
		for _, p := range r.Posts() {
			words += strings.Count(p.Text(true), "word")
			if p.Interaction != i.ID || p.To == "" {
				t.Errorf("a part goes astray: %+v", p)
			}
		}
		return words == 1800
	})
}

func up(address string) bool {
	resp, err := http.Get("http://" + address + "/healthz")
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	return resp.StatusCode == http.StatusOK
}

func TestEndpointRefuses(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{Mode: HTTP}, adaptertest.NewScript(nil))
	address := "http://" + r.a.cfg.Listen + "/"
	r.await("the endpoint", func() bool { return up(r.a.cfg.Listen) })
	ping := []byte(`{"type":1,"id":"1","token":"t","application_id":"` + discordtest.AppID + `"}`)
	for _, tc := range []struct {
		name   string
		change func(*http.Request)
		at     time.Duration
		body   []byte
		want   int
	}{
		{"ping", func(*http.Request) {}, 0, ping, 200},
		{"another body", func(q *http.Request) {
			q.Body = io.NopCloser(bytes.NewReader(bytes.Replace(ping, []byte(`"1"`), []byte(`"2"`), 1)))
		}, 0, ping, 401},
		{"no signature", func(q *http.Request) { q.Header.Del("X-Signature-Ed25519") }, 0, ping, 401},
		{"no hex", func(q *http.Request) { q.Header.Set("X-Signature-Ed25519", "zz") }, 0, ping, 401},
		{"short signature", func(q *http.Request) { q.Header.Set("X-Signature-Ed25519", "00ff") }, 0, ping, 401},
		{"no time", func(q *http.Request) { q.Header.Del("X-Signature-Timestamp") }, 0, ping, 401},
		{"another time", func(q *http.Request) { q.Header.Set("X-Signature-Timestamp", "1") }, 0, ping, 401},
		{"old", func(*http.Request) {}, -10 * time.Minute, ping, 401},
		{"from the future", func(*http.Request) {}, 10 * time.Minute, ping, 401},
		{"not JSON", func(*http.Request) {}, 0, []byte("hello"), 400},
		{"too large", func(*http.Request) {}, 0, bytes.Repeat([]byte(" "), maxBody+1), 413},
		{"another method", func(q *http.Request) { q.Method = http.MethodPut }, 0, ping, 405},
	} {
		t.Run(tc.name, func(t *testing.T) {
			q := r.Sign(address, tc.body, time.Now().Add(tc.at))
			tc.change(q)
			resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(q)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if resp.StatusCode != tc.want {
				t.Errorf("status %d, want %d", resp.StatusCode, tc.want)
			}
			if tc.want == http.StatusOK {
				var pong struct{ Type int }
				if err := json.NewDecoder(resp.Body).Decode(&pong); err != nil || pong.Type != 1 || resp.Header.Get("Content-Type") != "application/json" {
					t.Errorf("the ping is answered with %+v, %v, %q", pong, err, resp.Header.Get("Content-Type"))
				}
			}
		})
	}
}

func TestHTTPNeedsAKeyAndAnAddress(t *testing.T) {
	t.Parallel()
	r := prepare(t, fast, Config{Mode: HTTP})
	r.Fail(discordtest.Fault{Path: "applications/@me", Status: 200, Body: `{"id":"` + discordtest.AppID + `"}`, Times: -1})
	r.run(adaptertest.NewScript(nil))
	r.wantConfigError("public_key")

	taken := start(t, fast, Config{Mode: HTTP}, adaptertest.NewScript(nil))
	taken.await("the endpoint", func() bool { return up(taken.a.cfg.Listen) })
	second := prepare(t, fast, Config{Mode: HTTP})
	second.a.cfg.Listen = taken.a.cfg.Listen
	second.run(adaptertest.NewScript(nil))
	second.wantConfigError("listen")

	refused := prepare(t, fast, Config{Mode: HTTP})
	refused.Revoke()
	refused.run(adaptertest.NewScript(nil))
	refused.wantConfigError("Reset Token")
}
