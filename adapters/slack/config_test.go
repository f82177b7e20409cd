package slack

import (
	"errors"
	"log/slog"
	"strings"
	"testing"

	"alliancebot/adapters"
	"alliancebot/adapters/slack/slacktest"
	"alliancebot/bot"
	"alliancebot/knowledge/yamlfile"
)

func TestConfigIsReadAndItsZeroValueIsTheDefault(t *testing.T) {
	t.Parallel()
	var c Config
	if err := c.Validate(); err != nil {
		t.Errorf("the zero Config: %v", err)
	}
	d := c.withDefaults()
	if d.Mode != Socket || d.BotTokenEnv != "SLACK_BOT_TOKEN" || d.AppTokenEnv != "SLACK_APP_TOKEN" || d.Audience != bot.Staff {
		t.Errorf("defaults %+v", d)
	}
	const text = `
mode: http
listen: 127.0.0.1:8080
audience: community
channels: [C1, C2]
follow_ups: true
answer_outsiders: true
contact_channel: help
api_url: http://127.0.0.1:9/api
bot_token_env: A
app_token_env: B
signing_secret_env: C
`
	if err := yamlfile.Decode("config.yaml", []byte(text), &c); err != nil {
		t.Fatal(err)
	}
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
	if d := c.withDefaults(); d.APIURL != "http://127.0.0.1:9/api/" || d.Mode != HTTP || !d.FollowUps || d.BotTokenEnv != "A" {
		t.Errorf("read %+v", d)
	}
	if c.answersIn("C3") || !c.answersIn("C2") || !c.answersIn("D9") {
		t.Error("the list of channels is not held")
	}
}

func TestConfigMistakes(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]Config{
		`mode is "pigeon"`:           {Mode: "pigeon"},
		`audience is "everyone"`:     {Audience: "everyone"},
		`listen is "3000"`:           {Listen: "3000"},
		`channels holds "general"`:   {Channels: []string{"general"}},
		`api_url is "http://slack.e`: {APIURL: "http://slack.example.org/api/"},
		`api_url is "slack.com`:      {APIURL: "slack.com"},
	} {
		_, err := New(c, goodTokens, slog.New(slog.DiscardHandler))
		var config *adapters.ConfigError
		if !errors.As(err, &config) || !strings.Contains(err.Error(), want) {
			t.Errorf("New(%+v) = %v, want %q in a ConfigError", c, err, want)
		}
	}
}

func TestTokenShapes(t *testing.T) {
	t.Parallel()
	secret := adapters.NewSecret
	for _, tc := range []struct {
		name   string
		mode   Mode
		tokens Tokens
		want   string
	}{
		{"none", Socket, Tokens{}, "SLACK_BOT_TOKEN is not set"},
		{"swapped", Socket, Tokens{Bot: goodTokens.App, App: goodTokens.Bot}, "are the two swapped?"},
		{"a user's", Socket, Tokens{Bot: secret("xoxp-1-hush"), App: goodTokens.App}, "holds a user token"},
		{"rotating", Socket, Tokens{Bot: secret("xoxe.xoxb-1-hush"), App: goodTokens.App}, "rotates"},
		{"a webhook", Socket, Tokens{Bot: secret("https://hooks.slack.com/services/hush"), App: goodTokens.App}, "a web address"},
		{"something else", Socket, Tokens{Bot: secret("hush"), App: goodTokens.App}, "does not begin with xoxb-"},
		{"no app token", Socket, Tokens{Bot: goodTokens.Bot}, "SLACK_APP_TOKEN is not set"},
		{"no signing secret", HTTP, Tokens{Bot: goodTokens.Bot}, "SLACK_SIGNING_SECRET is not set"},
		{"no app token needed", HTTP, Tokens{Bot: goodTokens.Bot, SigningSecret: goodTokens.SigningSecret}, ""},
	} {
		_, err := New(Config{Mode: tc.mode}, tc.tokens, slog.New(slog.DiscardHandler))
		if tc.want == "" {
			if err != nil {
				t.Errorf("%s: %v", tc.name, err)
			}
			continue
		}
		var config *adapters.ConfigError
		if !errors.As(err, &config) || config.Hint == "" || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %q in a ConfigError with a hint", tc.name, err, tc.want)
			continue
		}
		if all := err.Error() + config.Hint; strings.Contains(all, "hush") {
			t.Errorf("%s: the token shows in %q", tc.name, all)
		}
	}
}

func TestTokensFromTheEnvironment(t *testing.T) {
	t.Setenv("SLACK_BOT_TOKEN", slacktest.BotToken)
	t.Setenv("OTHER_APP_TOKEN", slacktest.AppToken)
	tokens := Config{AppTokenEnv: "OTHER_APP_TOKEN"}.Tokens()
	if tokens.Bot.Reveal() != slacktest.BotToken || tokens.App.Reveal() != slacktest.AppToken || tokens.SigningSecret.IsSet() {
		t.Error("the tokens are not those of the named variables")
	}
}
