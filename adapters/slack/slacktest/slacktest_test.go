package slacktest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// What Slack refuses, the Server refuses.
func TestRefusals(t *testing.T) {
	long := strings.Repeat("x", 3001)
	block := func(b string) string { return "[" + b + "]" }
	button := `{"type":"button","action_id":"a","text":{"type":"plain_text","text":"b"},"value":"v"}`
	for _, tc := range []struct {
		name, method string
		form         url.Values
		scopes       []string
		want         string
	}{
		{"no token", "chat.postMessage", url.Values{"channel": {"C1"}, "text": {"a"}}, nil, "not_authed"},
		{"wrong token", "chat.postMessage", url.Values{"token": {"xoxb-1"}, "channel": {"C1"}, "text": {"a"}}, nil, "invalid_auth"},
		{"swapped token", "chat.postMessage", url.Values{"token": {AppToken}, "channel": {"C1"}, "text": {"a"}}, nil, "not_allowed_token_type"},
		{"bot token for a socket", "apps.connections.open", url.Values{"token": {BotToken}}, nil, "not_allowed_token_type"},
		{"scope", "chat.postMessage", url.Values{"token": {BotToken}, "channel": {"C1"}, "text": {"a"}}, []string{"commands"}, "missing_scope"},
		{"no channel", "chat.postMessage", url.Values{"token": {BotToken}, "text": {"a"}}, nil, "channel_not_found"},
		{"nothing to say", "chat.postMessage", url.Values{"token": {BotToken}, "channel": {"C1"}}, nil, "no_text"},
		{"not a member", "chat.postMessage", url.Values{"token": {BotToken}, "channel": {"C9"}, "text": {"a"}}, nil, "not_in_channel"},
		{"too long a text", "chat.postMessage", url.Values{"token": {BotToken}, "channel": {"C1"}, "text": {strings.Repeat("x", 40001)}}, nil, "msg_too_long"},
		{"an unknown block", "chat.postMessage", message(block(`{"type":"sparkle"}`)), nil, "invalid_blocks"},
		{"51 blocks", "chat.postMessage", message(block(strings.Repeat(`{"type":"divider"},`, 50) + `{"type":"divider"}`)), nil, "invalid_blocks"},
		{"a long section", "chat.postMessage", message(block(`{"type":"section","text":{"type":"mrkdwn","text":"` + long + `"}}`)), nil, "invalid_blocks"},
		{"a mrkdwn header", "chat.postMessage", message(block(`{"type":"header","text":{"type":"mrkdwn","text":"a"}}`)), nil, "invalid_blocks"},
		{"an empty row", "chat.postMessage", message(block(`{"type":"actions","elements":[]}`)), nil, "invalid_blocks"},
		{"an action id twice", "chat.postMessage", message(block(`{"type":"actions","elements":[` + button + "," + button + `]}`)), nil, "invalid_blocks"},
		{"a long button", "chat.postMessage", message(block(`{"type":"actions","elements":[` + strings.Replace(button, `"text":"b"`, `"text":"`+long[:76]+`"`, 1) + `]}`)), nil, "invalid_blocks"},
		{"half a vote", "chat.postMessage", message(block(`{"type":"context_actions","elements":[{"type":"feedback_buttons","action_id":"a"}]}`)), nil, "invalid_blocks"},
		{"nobody's message", "chat.update", url.Values{"token": {BotToken}, "channel": {"C1"}, "ts": {"9.9"}, "text": {"a"}}, nil, "message_not_found"},
		{"no such method", "chat.shout", url.Values{"token": {BotToken}}, nil, "unknown_method"},
		{"all well", "chat.postMessage", message(block(`{"type":"actions","elements":[` + button + `]}`)), nil, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := New(Options{Silent: true, Scopes: tc.scopes})
			defer s.Close()
			s.Leave("C9")
			resp, err := http.PostForm(s.APIURL()+tc.method, tc.form)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			var got struct {
				OK    bool
				Error string
			}
			if err := json.NewDecoder(resp.Body).Decode(&got); err != nil {
				t.Fatal(err)
			}
			if got.Error != tc.want || got.OK != (tc.want == "") || resp.StatusCode != http.StatusOK {
				t.Errorf("%d %+v, want %q", resp.StatusCode, got, tc.want)
			}
		})
	}
}

func message(blocks string) url.Values {
	return url.Values{"token": {BotToken}, "channel": {"C1"}, "text": {"a"}, "blocks": {blocks}, "unfurl_links": {"false"}, "unfurl_media": {"false"}}
}

func TestResponseURLIsUsedUp(t *testing.T) {
	s := New(Options{})
	defer s.Close()
	address := s.newResponseURL("C1", "U1")
	for n := range 6 {
		resp, err := http.Post(address, "application/json", strings.NewReader(`{"text":"a"}`))
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if n < 5 && (resp.StatusCode != 200 || string(body) != "ok") || n == 5 && resp.StatusCode != 404 {
			t.Errorf("use %d: %d %q", n+1, resp.StatusCode, body)
		}
	}
}

func TestProblems(t *testing.T) {
	s := New(Options{Silent: true})
	defer s.Close()
	form := message(`[{"type":"markdown","text":"\u003c!here>"}]`)
	form.Del("unfurl_links")
	if _, err := http.PostForm(s.APIURL()+"chat.postMessage", form); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(s.Problems(), "\n"); !strings.Contains(got, "live") || !strings.Contains(got, "unfurl") {
		t.Errorf("problems %q, want the live mention and the unfurling named", got)
	}
}
