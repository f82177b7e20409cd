package slack

import (
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"alliancebot/adapters/slack/slacktest"
)

func TestHTTPRequests(t *testing.T) {
	t.Parallel()
	r := newRig(t, Config{Mode: HTTP}, slacktest.Options{}, nil)
	base := "http://" + r.a.cfg.Listen
	const jsonType, formType = "application/json", "application/x-www-form-urlencoded"
	const mention = `{"type":"event_callback","team_id":"T1","event_id":"Ev1","event":{"type":"app_mention","user":"U1","channel":"C1","ts":"1.1","text":"hi"}}`
	for _, tc := range []struct {
		name, path, contentType, body string
		change                        func(*http.Request)
		status                        int
		answer                        string
	}{
		{name: "verification", path: eventsPath, contentType: jsonType, body: `{"type":"url_verification","challenge":"c-1","token":"x"}`, status: 200, answer: "c-1"},
		{name: "not signed", path: eventsPath, contentType: jsonType, body: mention, status: 401,
			change: func(r *http.Request) { r.Header.Del("X-Slack-Signature") }},
		{name: "signed for another body", path: eventsPath, contentType: jsonType, body: mention, status: 401,
			change: func(r *http.Request) {
				r.Body = io.NopCloser(strings.NewReader(strings.ReplaceAll(mention, "hi", "ho")))
			}},
		{name: "signed long ago", path: eventsPath, contentType: jsonType, body: mention, status: 401,
			change: func(r *http.Request) {
				r.Header.Set("X-Slack-Request-Timestamp", strconv.FormatInt(time.Now().Add(-time.Hour).Unix(), 10))
			}},
		{name: "verification not signed", path: eventsPath, contentType: jsonType, body: `{"type":"url_verification","challenge":"c-1"}`, status: 401,
			change: func(r *http.Request) { r.Header.Set("X-Slack-Signature", "v0="+strings.Repeat("0", 64)) }},
		{name: "too big", path: eventsPath, contentType: jsonType, body: strings.Repeat(" ", bodyLimit+1), status: 401},
		{name: "ssl check", path: commandsPath, contentType: formType, body: "ssl_check=1&token=x", status: 200},
		{name: "broken JSON", path: eventsPath, contentType: jsonType, body: `{"type":`, status: 200},
		{name: "broken form", path: interactionsPath, contentType: formType, body: "payload=%7Bnot+json", status: 200},
		{name: "empty", path: eventsPath, contentType: jsonType, body: "", status: 200},
		{name: "a command", path: commandsPath, contentType: formType, status: 200, answer: `"response_type":"ephemeral"`,
			body: url.Values{"command": {"/alliance"}, "text": {"which boroughs?"}, "team_id": {"T1"}, "user_id": {"U1"}, "channel_id": {"C1"}}.Encode()},
		{name: "a payload in the query is not signed for", path: interactionsPath + "?payload=%7B%22type%22%3A%22message_action%22%7D", contentType: formType, body: "a=b", status: 200},
	} {
		req, err := slacktest.Request(base+tc.path, tc.contentType, []byte(tc.body))
		if err != nil {
			t.Fatal(err)
		}
		if tc.change != nil {
			tc.change(req)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		answer, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != tc.status || !strings.Contains(string(answer), tc.answer) || tc.answer == "" && tc.status == 200 && len(answer) > 0 {
			t.Errorf("%s: %d %q, want %d %q", tc.name, resp.StatusCode, answer, tc.status, tc.answer)
		}
	}
	if len(r.script.Messages()) != 1 {
		t.Errorf("the bot was asked %+v, want the command only", r.script.Messages())
	}
}

func TestAnAddressThatIsTaken(t *testing.T) {
	t.Parallel()
	r := newRig(t, Config{Mode: HTTP}, slacktest.Options{}, nil)
	second, err := New(r.a.cfg, goodTokens, r.a.lg)
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Run(t.Context(), r.script); err == nil || !strings.Contains(err.Error(), r.a.cfg.Listen) {
		t.Errorf("Run = %v, want an error that names the address", err)
	}
}
