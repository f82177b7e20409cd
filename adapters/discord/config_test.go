package discord

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"alliancebot/adapters"
	"alliancebot/bot"
	"alliancebot/knowledge/yamlfile"
)

func TestConfigFromYAML(t *testing.T) {
	const file = `
token_env: MY_TOKEN
mode: http
surfaces: [commands, direct]
forums: ["310"]
answers: public
audience: staff
guild_ids: ["200"]
plain_text: true
contact: "300"
api_url: http://127.0.0.1:1/api
listen: 127.0.0.1:3009
public_key: 0000000000000000000000000000000000000000000000000000000000000000
`
	var c Config
	if err := yamlfile.Decode("config.yaml", []byte(file), &c); err != nil {
		t.Fatal(err)
	}
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
	if c.TokenEnv != "MY_TOKEN" || c.Mode != HTTP || len(c.Surfaces) != 2 || c.Forums[0] != "310" || c.Answers != Public ||
		c.Audience != bot.Staff || c.GuildIDs[0] != "200" || !c.PlainText || c.Contact != "300" || c.Listen != "127.0.0.1:3009" {
		t.Errorf("read %+v", c)
	}
	t.Setenv("MY_TOKEN", " tok\n")
	if c.Token().Reveal() != "tok" {
		t.Error("the token is not read from the variable that is named")
	}
}

func TestValidate(t *testing.T) {
	if err := (Config{}).Validate(); err != nil {
		t.Errorf("the zero Config: %v", err)
	}
	bad := Config{Mode: "pigeon", Surfaces: []Surface{"walls"}, Forums: []string{"#help"}, Answers: "loud", Audience: "cats",
		GuildIDs: []string{"my server"}, Contact: "help", APIURL: "http://discord.example/api", Listen: "3001", PublicKey: "ff"}
	err := bad.Validate()
	for _, want := range []string{"pigeon", "walls", "#help", "loud", "cats", "my server", `"help"`, "discord.example", "3001", "ff"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error lacks %q:\n%v", want, err)
		}
	}
	if _, err := New(bad, goodToken, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("New takes a Config that is not valid")
	}
}

func TestAPI(t *testing.T) {
	for _, tc := range []struct{ url, base, version string }{
		{"", "https://discord.com/api/v9", "9"},
		{"http://127.0.0.1:1", "http://127.0.0.1:1/api/v9", "9"},
		{"http://127.0.0.1:1/", "http://127.0.0.1:1/api/v9", "9"},
		{"http://127.0.0.1:1/api", "http://127.0.0.1:1/api/v9", "9"},
		{"http://127.0.0.1:1/api/v10/", "http://127.0.0.1:1/api/v10", "10"},
		{"https://proxy.example/discord", "https://proxy.example/discord/v9", "9"},
	} {
		base, version := Config{APIURL: tc.url}.api()
		if base != tc.base || version != tc.version {
			t.Errorf("api_url %q leads to %q and version %q, want %q and %q", tc.url, base, version, tc.base, tc.version)
		}
	}
}

func TestTokens(t *testing.T) {
	for text, want := range map[string]string{"abc": "abc", "Bot abc": "abc", "bot  abc": "abc", "'abc'": "abc", `"Bot abc"`: "abc", "": ""} {
		if got := cleanToken(adapters.NewSecret(text)).Reveal(); got != want {
			t.Errorf("the token %q is read as %q, want %q", text, got, want)
		}
	}
	for _, text := range []string{"", "abc def", "https://discord.com/x"} {
		err := checkToken("DISCORD_TOKEN", adapters.NewSecret(text))
		if err == nil || text != "" && strings.Contains(fmt.Sprint(err), text) {
			t.Errorf("checkToken(%q) = %v", text, err)
		}
	}
}
