package discord

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"alliancebot/adapters"
	"alliancebot/adapters/adaptertest"
	"alliancebot/adapters/discord/discordtest"
)

func statuses(checks []adapters.Check) map[string]adapters.Check {
	all := map[string]adapters.Check{}
	for _, c := range checks {
		all[strings.TrimPrefix(c.Name, "discord: ")] = c
	}
	return all
}

func TestDoctorFindsNothing(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{Forums: []string{discordtest.Forum}, Contact: discordtest.Channel}, adaptertest.NewScript(nil))
	r.await("the commands", func() bool { return r.a.synced.Load() })
	checks := Doctor(context.Background(), r.a.cfg, goodToken)
	for _, c := range checks {
		if c.Status != adapters.OK || c.Fix != "" {
			t.Errorf("%+v, want ok", c)
		}
	}
	for _, want := range []string{"settings", "token", "clock", "application", "interactions", "servers", "gateway", "commands",
		"channel " + discordtest.Forum, "channel " + discordtest.Channel} {
		if _, found := statuses(checks)[want]; !found {
			t.Errorf("no check of %q in %+v", want, checks)
		}
	}
	if n := r.Stats().Connections; n != 1 {
		t.Errorf("%d connections to the gateway: the doctor must not make one", n)
	}
}

func TestDoctorFinds(t *testing.T) {
	fault := func(path string, status int, body string) func(*discordtest.Server) {
		return func(s *discordtest.Server) {
			s.Fail(discordtest.Fault{Path: path, Status: status, Body: body, Times: -1, Header: http.Header{"Content-Type": {"application/json"}}})
		}
	}
	for _, tc := range []struct {
		name   string
		cfg    Config
		token  adapters.Secret
		break_ func(*discordtest.Server)
		check  string
		status adapters.Status
		words  string
	}{
		{"settings", Config{Mode: "carrier pigeon"}, goodToken, nil, "settings", adapters.Failed, "carrier pigeon"},
		{"no token", Config{}, adapters.Secret{}, nil, "token", adapters.Failed, "DISCORD_TOKEN is not set"},
		{"token with blanks", Config{}, adapters.NewSecret("a b c"), nil, "token", adapters.Failed, "white space"},
		{"wrong token", Config{}, adapters.NewSecret("x.y.z"), nil, "token", adapters.Failed, "Reset Token"},
		{"web page", Config{}, goodToken, func(s *discordtest.Server) {
			s.Fail(discordtest.Fault{Path: "users/@me", Status: 403, Body: "<html>", Times: -1, Header: http.Header{"Content-Type": {"text/html"}}})
		}, "token", adapters.Failed, "web page"},
		{"clock", Config{}, goodToken, func(s *discordtest.Server) {
			s.Fail(discordtest.Fault{Path: "users/@me", Status: 200, Body: `{"id":"1","username":"bot"}`, Times: 1,
				Header: http.Header{"Date": {"Mon, 02 Jan 2006 15:04:05 GMT"}}})
		}, "clock", adapters.Warning, "Set the clock"},
		{"endpoint set", Config{}, goodToken, func(s *discordtest.Server) { s.PostTo("https://example.org/") }, "interactions", adapters.Failed, "Remove it"},
		{"endpoint not set", Config{Mode: HTTP}, goodToken, nil, "interactions", adapters.Warning, "set the URL"},
		{"wrong key", Config{Mode: HTTP, PublicKey: strings.Repeat("ab", 32)}, goodToken, nil, "public key", adapters.Failed, "not the key"},
		{"no server", Config{}, goodToken, fault("applications/@me", 200, `{"id":"`+discordtest.AppID+`","approximate_guild_count":0}`), "servers", adapters.Warning, "client_id=" + discordtest.AppID},
		{"few logins", Config{}, goodToken, fault("gateway/bot", 200, `{"shards":1,"session_start_limit":{"total":1000,"remaining":3,"reset_after":7200000}}`), "gateway", adapters.Warning, "only 3 logins"},
		{"shards", Config{}, goodToken, fault("gateway/bot", 200, `{"shards":4,"session_start_limit":{"total":1000,"remaining":300}}`), "gateway", adapters.Failed, "4 shards"},
		{"no commands", Config{}, goodToken, nil, "commands", adapters.Warning, "alliancebot run"},
		{"other server", Config{GuildIDs: []string{"7"}}, goodToken, nil, "commands in server 7", adapters.Failed, "Invite it"},
		{"no such channel", Config{Forums: []string{"9"}}, goodToken, nil, "channel 9", adapters.Failed, "cannot see"},
		{"no forum", Config{Forums: []string{discordtest.Channel}}, goodToken, nil, "channel " + discordtest.Channel, adapters.Failed, "no forum"},
		{"permissions", Config{Forums: []string{discordtest.Forum}}, goodToken,
			fault("guilds/*", 200, `{"id":"`+discordtest.GuildID+`","roles":[{"id":"`+discordtest.GuildID+`","permissions":"1024"}]}`),
			"channel " + discordtest.Forum, adapters.Failed, "Send Messages in Threads, Embed Links, Read Message History"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := discordtest.New(discordtest.Options{})
			t.Cleanup(s.Close)
			if tc.break_ != nil {
				tc.break_(s)
			}
			tc.cfg.APIURL = s.APIURL()
			checks := Doctor(context.Background(), tc.cfg, tc.token)
			got, found := statuses(checks)[tc.check]
			if !found || got.Status != tc.status || got.Fix == "" || !strings.Contains(got.Found+" "+got.Fix, tc.words) {
				t.Errorf("%q: %+v, want %s with %q", tc.check, got, tc.status, tc.words)
			}
			if strings.Contains(fmt.Sprint(checks), discordtest.Token) {
				t.Errorf("a check holds the token: %+v", checks)
			}
		})
	}
}

func TestInviteURL(t *testing.T) {
	u, err := url.Parse(InviteURL("42"))
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if u.Host != "discord.com" || u.Path != "/oauth2/authorize" || q.Get("client_id") != "42" || q.Get("permissions") != "274877991936" ||
		q.Get("scope") != "bot applications.commands" || q.Get("integration_type") != "0" {
		t.Errorf("InviteURL = %s", u)
	}
}

func TestAppID(t *testing.T) {
	t.Parallel()
	s := discordtest.New(discordtest.Options{})
	t.Cleanup(s.Close)
	cfg := Config{APIURL: s.APIURL()}
	for _, token := range []string{discordtest.Token, "Bot " + discordtest.Token, `"` + discordtest.Token + "\"\n"} {
		if id, err := AppID(context.Background(), cfg, adapters.NewSecret(token)); id != discordtest.AppID || err != nil {
			t.Errorf("AppID = %q, %v", id, err)
		}
	}
	if n := s.Requests("GET applications/@me"); n != 0 {
		t.Errorf("Discord was asked %d times for what the token says", n)
	}
	if id := appIDOf(adapters.NewSecret(base64.RawStdEncoding.EncodeToString([]byte("not digits, but long enough")) + ".a.b")); id != "" {
		t.Errorf("the id %q was read from a token that holds none", id)
	}
	_, err := AppID(context.Background(), cfg, adapters.NewSecret("no-id-in-it"))
	var config *adapters.ConfigError
	if !errors.As(err, &config) || !strings.Contains(config.Hint, "Reset Token") {
		t.Errorf("AppID with a wrong token: %v", err)
	}
	s.Fail(discordtest.Fault{Path: "applications/@me", Status: 404, Body: "{}", Times: 1})
	s.Fail(discordtest.Fault{Path: "oauth2/applications/@me", Status: 200, Body: `{"id":"77"}`, Times: 1})
	if id, err := AppID(context.Background(), cfg, adapters.NewSecret("no-id-in-it")); id != "77" || err != nil {
		t.Errorf("AppID = %q, %v, want what Discord says", id, err)
	}
}
