package slack

import (
	"fmt"
	"strings"
	"testing"

	"alliancebot/adapters"
	"alliancebot/adapters/slack/slacktest"
)

func TestDoctor(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		opts   slacktest.Options
		cfg    Config
		tokens Tokens
		fail   string // method
		fault  slacktest.Fault
		want   []string // "name status", with a part of what was found or of the fix
	}{
		{name: "all well", tokens: goodTokens,
			want: []string{"slack: settings ok", "slack: tokens ok", "slack: bot token ok", "slack: scopes ok", "slack: app-level token ok"}},
		{name: "swapped tokens", tokens: Tokens{Bot: goodTokens.App, App: goodTokens.Bot}, want: []string{"slack: tokens failed", "swapped"}},
		{name: "a wrong setting", cfg: Config{Mode: "pigeon"}, tokens: goodTokens, want: []string{"slack: settings failed", "pigeon"}},
		{name: "a refused bot token", tokens: Tokens{Bot: adapters.NewSecret("xoxb-hush"), App: goodTokens.App},
			want: []string{"slack: bot token failed", "invalid_auth", "Copy the token again", "slack: app-level token ok"}},
		{name: "missing scopes", opts: slacktest.Options{Scopes: []string{"chat:write", "commands"}}, tokens: goodTokens, cfg: Config{FollowUps: true},
			want: []string{"slack: scopes warning", "app_mentions:read (mentions in channels)", "channels:history", "Reinstall to Workspace"}},
		{name: "no scope to write", opts: slacktest.Options{Scopes: []string{"commands"}}, tokens: goodTokens, want: []string{"slack: scopes failed", "chat:write (all answers)"}},
		{name: "the app token lacks its scope", tokens: goodTokens, fail: openMethod, fault: slacktest.Fault{Error: "missing_scope", Needed: "connections:write"},
			want: []string{"slack: app-level token failed", "connections:write"}},
		{name: "slack is down", tokens: goodTokens, fail: "auth.test", fault: slacktest.Fault{Status: 502}, want: []string{"slack: bot token failed", "502", "proxy"}},
		{name: "HTTP", cfg: Config{Mode: HTTP}, tokens: goodTokens, want: []string{"slack: signing secret ok"}},
		{name: "a client secret for a signing secret", cfg: Config{Mode: HTTP}, tokens: Tokens{Bot: goodTokens.Bot, SigningSecret: adapters.NewSecret("hush")},
			want: []string{"slack: signing secret warning", "Signing Secret (not the Client Secret)"}},
		{name: "an app-level token of another app", tokens: goodTokens, cfg: Config{}, opts: slacktest.Options{AppID: "A2"},
			want: []string{"slack: app warning", "Take both tokens from the same app"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := slacktest.New(tc.opts)
			defer s.Close()
			if tc.fail != "" {
				s.FailNext(tc.fail, tc.fault)
			}
			tc.cfg.APIURL = s.APIURL()
			var b strings.Builder
			for _, c := range Doctor(t.Context(), tc.cfg, tc.tokens) {
				fmt.Fprintf(&b, "%s %s: %s | %s\n", c.Name, c.Status, c.Found, c.Fix)
				if (c.Status == adapters.OK) != (c.Fix == "") {
					t.Errorf("%+v: what is not ok has a fix, and nothing else", c)
				}
			}
			for _, want := range tc.want {
				if !strings.Contains(b.String(), want) {
					t.Errorf("%q is not in what the doctor says:\n%s", want, b.String())
				}
			}
			if strings.Contains(b.String(), "hush") {
				t.Errorf("a token shows:\n%s", b.String())
			}
		})
	}
}

func TestAppID(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]string{"xapp-1-A0123-456-abc": "A0123", "xapp-1-abc": "", "": "", "xapp-1-123-4-5": ""} {
		if got := appID(adapters.NewSecret(token)); got != want {
			t.Errorf("appID(%q) = %q, want %q", token, got, want)
		}
	}
}
