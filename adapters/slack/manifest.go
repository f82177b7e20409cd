package slack

import (
	"fmt"
	"strings"
)

// ManifestOptions says what the app manifest is for.
type ManifestOptions struct {
	Config Config
	// URL is where Slack reaches the bot, such as https://bot.example.org; set, the manifest is for Mode HTTP.
	URL string
	// Prompts are questions to suggest in the Messages tab; at most 4 are used.
	Prompts []string
	// Minimal leaves out the agent view, which not every plan has.
	Minimal bool
}

// Limits of https://docs.slack.dev/reference/app-manifest/.
const manifestPromptTitle = 75

// Manifest returns the app manifest as YAML, to be pasted at api.slack.com/apps, Create New App, From a manifest. It
// asks for no more than the enabled surfaces need. It is written by hand, as marshalling the library's type drops
// settings that are false.
func Manifest(o ManifestOptions) string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	url := strings.TrimRight(o.URL, "/")

	p("_metadata:\n  major_version: 2\n  minor_version: 1")
	p("display_information:\n  name: Alliance bot")
	p("  description: Answers questions about the North Central London Cancer Alliance from its About us page.")
	p("  background_color: \"#005eb8\"")
	p("features:")
	if !o.Minimal {
		p("  agent_view:")
		p("    agent_description: Answers questions about the North Central London Cancer Alliance. Every answer comes from its About us page.")
		if len(o.Prompts) > 0 {
			p("    suggested_prompts:")
		}
		for _, q := range o.Prompts[:min(len(o.Prompts), maxPrompts)] {
			p("      - title: %s\n        message: %s", quoted(cutLabel(q, manifestPromptTitle)), quoted(q))
		}
	}
	p("  app_home:\n    home_tab_enabled: true\n    messages_tab_enabled: true\n    messages_tab_read_only_enabled: false")
	p("  bot_user:\n    display_name: alliancebot\n    always_online: true")
	p("  shortcuts:\n    - name: Ask the Alliance bot\n      type: message\n      callback_id: alliance_ask")
	p("      description: Look this message up in what the Alliance bot knows.")
	p("  slash_commands:\n    - command: /alliance")
	if url != "" {
		p("      url: %s", quoted(url+commandsPath))
	}
	p("      description: Ask about the North Central London Cancer Alliance.\n      usage_hint: \"[question]\"\n      should_escape: true")
	p("oauth_config:\n  scopes:\n    bot:")
	for _, s := range requiredScopes(o.Config, !o.Minimal) {
		p("      - %s", s.scope)
	}
	p("settings:\n  event_subscriptions:")
	if url != "" {
		p("    request_url: %s", quoted(url+eventsPath))
	}
	p("    bot_events:")
	for _, e := range events(o.Config) {
		p("      - %s", e)
	}
	p("  interactivity:\n    is_enabled: true")
	if url != "" {
		p("    request_url: %s", quoted(url+interactionsPath))
	}
	p("  org_deploy_enabled: false\n  socket_mode_enabled: %t\n  token_rotation_enabled: false", url == "")
	return b.String()
}

// quoted writes a YAML string in double quotes, which reads like a Go string for all that is printable.
func quoted(s string) string { return fmt.Sprintf("%q", s) }

// events are the event types that the enabled surfaces live on.
func events(c Config) []string {
	list := []string{"app_home_opened", "app_mention", "message.im"}
	if c.FollowUps {
		list = append(list, "message.channels", "message.groups")
	}
	return list
}

// neededScope is a scope and what does not work without it.
type neededScope struct{ scope, purpose string }

// requiredScopes are the bot scopes that the enabled surfaces need.
// https://docs.slack.dev/reference/scopes/
func requiredScopes(c Config, agent bool) []neededScope {
	list := []neededScope{
		{"app_mentions:read", "mentions in channels"},
		{"chat:write", "all answers"},
		{"commands", "/alliance and the message shortcut"},
		{"im:history", "direct messages"},
	}
	if agent {
		list = append(list, neededScope{"assistant:write", "suggested questions in the Messages tab"})
	}
	if c.FollowUps {
		list = append(list,
			neededScope{"channels:history", "follow-ups without a mention in public channels"},
			neededScope{"groups:history", "follow-ups without a mention in private channels"})
	}
	return list
}
