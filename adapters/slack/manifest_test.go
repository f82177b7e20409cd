package slack

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"alliancebot/knowledge/yamlfile"
)

// manifestFile holds the keys of Slack's published schema (slackapi/manifest-schema, version 2) that a manifest of
// this app may have. Decoding is strict: any other key is a mistake, and so is a missing one that is required.
type manifestFile struct {
	Metadata struct {
		Major int `yaml:"major_version"`
		Minor int `yaml:"minor_version"`
	} `yaml:"_metadata"`
	Display struct {
		Name        string `yaml:"name,required"`
		Description string `yaml:"description"`
		Background  string `yaml:"background_color"`
	} `yaml:"display_information,required"`
	Features struct {
		Agent *struct {
			Description string `yaml:"agent_description"`
			Prompts     []struct {
				Title   string `yaml:"title,required"`
				Message string `yaml:"message,required"`
			} `yaml:"suggested_prompts"`
		} `yaml:"agent_view"`
		Home struct {
			Home     bool `yaml:"home_tab_enabled"`
			Messages bool `yaml:"messages_tab_enabled"`
			ReadOnly bool `yaml:"messages_tab_read_only_enabled"`
		} `yaml:"app_home"`
		User struct {
			Name   string `yaml:"display_name,required"`
			Online bool   `yaml:"always_online"`
		} `yaml:"bot_user"`
		Shortcuts []struct {
			Name        string `yaml:"name,required"`
			Type        string `yaml:"type,required"`
			CallbackID  string `yaml:"callback_id,required"`
			Description string `yaml:"description,required"`
		} `yaml:"shortcuts"`
		Commands []struct {
			Command     string `yaml:"command,required"`
			URL         string `yaml:"url"`
			Description string `yaml:"description,required"`
			Hint        string `yaml:"usage_hint"`
			Escape      bool   `yaml:"should_escape"`
		} `yaml:"slash_commands"`
	} `yaml:"features"`
	OAuth struct {
		Scopes struct {
			Bot []string `yaml:"bot"`
		} `yaml:"scopes"`
	} `yaml:"oauth_config"`
	Settings struct {
		Events struct {
			URL    string   `yaml:"request_url"`
			Events []string `yaml:"bot_events"`
		} `yaml:"event_subscriptions"`
		Interactivity struct {
			Enabled bool   `yaml:"is_enabled,required"`
			URL     string `yaml:"request_url"`
		} `yaml:"interactivity"`
		Org      bool `yaml:"org_deploy_enabled"`
		Socket   bool `yaml:"socket_mode_enabled"`
		Rotation bool `yaml:"token_rotation_enabled"`
	} `yaml:"settings"`
}

func readManifest(t *testing.T, o ManifestOptions) manifestFile {
	t.Helper()
	var m manifestFile
	text := Manifest(o)
	if err := yamlfile.Decode("manifest.yaml", []byte(text), &m); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	// The limits of the schema.
	for _, limit := range []struct {
		what, text string
		most       int
	}{
		{"name", m.Display.Name, 35}, {"description", m.Display.Description, 140}, {"display_name", m.Features.User.Name, 80},
		{"shortcut name", m.Features.Shortcuts[0].Name, 24}, {"shortcut description", m.Features.Shortcuts[0].Description, 150},
		{"callback_id", m.Features.Shortcuts[0].CallbackID, 255}, {"command", m.Features.Commands[0].Command, 32},
		{"background_color", m.Display.Background, 7},
	} {
		if n := utf8.RuneCountInString(limit.text); n < 1 || n > limit.most {
			t.Errorf("%s has %d characters, want 1 to %d", limit.what, n, limit.most)
		}
	}
	if a := m.Features.Agent; a != nil && (utf8.RuneCountInString(a.Description) > 300 || len(a.Prompts) > 4) {
		t.Errorf("agent_view %+v is over a limit", a)
	}
	if c := m.Features.Commands[0]; c.Command != "/alliance" || m.Features.Shortcuts[0].Type != "message" || !m.Settings.Interactivity.Enabled {
		t.Errorf("command %q, shortcut %+v", c.Command, m.Features.Shortcuts[0])
	}
	return m
}

func TestManifest(t *testing.T) {
	t.Parallel()
	prompts := []string{"Which boroughs?", `"Quoted": #what? {is} this`, "Three", "Four", "Five"}
	m := readManifest(t, ManifestOptions{Prompts: prompts})
	if !m.Settings.Socket || m.Settings.Events.URL != "" || m.Settings.Rotation || m.Features.Home.ReadOnly || !m.Features.Home.Messages {
		t.Errorf("settings %+v, home %+v", m.Settings, m.Features.Home)
	}
	if m.Features.Agent.Prompts[1].Message != prompts[1] {
		t.Errorf("prompts %+v", m.Features.Agent.Prompts)
	}
	wantScopes := []string{"app_mentions:read", "chat:write", "commands", "im:history", "assistant:write"}
	if diff := cmp.Diff(wantScopes, m.OAuth.Scopes.Bot); diff != "" {
		t.Errorf("scopes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"app_home_opened", "app_mention", "message.im"}, m.Settings.Events.Events); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}

	web := readManifest(t, ManifestOptions{URL: "https://bot.example.org/", Config: Config{FollowUps: true}, Minimal: true})
	if web.Settings.Socket || web.Settings.Events.URL != "https://bot.example.org"+eventsPath ||
		web.Settings.Interactivity.URL != "https://bot.example.org"+interactionsPath || web.Features.Commands[0].URL != "https://bot.example.org"+commandsPath {
		t.Errorf("for HTTP: %+v, %+v", web.Settings, web.Features.Commands)
	}
	if web.Features.Agent != nil || slices.Contains(web.OAuth.Scopes.Bot, "assistant:write") {
		t.Error("the minimal manifest has the agent view")
	}
	if !slices.Contains(web.OAuth.Scopes.Bot, "channels:history") || !slices.Contains(web.Settings.Events.Events, "message.channels") {
		t.Errorf("follow-ups lack their scope or event: %+v", web)
	}
	if strings.Contains(Manifest(ManifestOptions{}), "suggested_prompts") {
		t.Error("a manifest without prompts has the key for them")
	}
}
