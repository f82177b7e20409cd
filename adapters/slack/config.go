package slack

import (
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"

	"alliancebot/adapters"
	"alliancebot/bot"
)

// Config is the `slack:` part of config.yaml. Its zero value is the documented default. It never holds a token: those
// come from the environment variables that it names.
type Config struct {
	Mode             Mode         `yaml:"mode"`               // "socket" or "http"; empty: socket
	BotTokenEnv      string       `yaml:"bot_token_env"`      // empty: SLACK_BOT_TOKEN (xoxb-...)
	AppTokenEnv      string       `yaml:"app_token_env"`      // empty: SLACK_APP_TOKEN (xapp-...), for Mode socket
	SigningSecretEnv string       `yaml:"signing_secret_env"` // empty: SLACK_SIGNING_SECRET, for Mode http
	Listen           string       `yaml:"listen"`             // address for Mode http; empty: 127.0.0.1:3000
	Audience         bot.Audience `yaml:"audience"`           // who asks here: "staff" or "community"; empty: staff
	Channels         []string     `yaml:"channels"`           // ids of the channels to answer in; empty: all
	FollowUps        bool         `yaml:"follow_ups"`         // answer follow-ups without a mention, in threads of the bot's
	AnswerOutsiders  bool         `yaml:"answer_outsiders"`   // answer people of other organisations in shared channels
	ContactChannel   string       `yaml:"contact_channel"`    // id or name of the channel to ask a person in
	APIURL           string       `yaml:"api_url"`            // of the Web API, for tests and proxies; empty: Slack's own
}

// Mode is how the messages reach the bot.
type Mode string

const (
	Socket Mode = "socket" // the bot opens a WebSocket to Slack; nothing needs to reach the bot from outside
	HTTP   Mode = "http"   // Slack posts to the bot
)

// Words lists the modes, for the configuration's reader.
func (Mode) Words() []string { return []string{string(Socket), string(HTTP)} }

// Tokens are what Slack knows the bot by.
type Tokens struct {
	Bot           adapters.Secret
	App           adapters.Secret // for Mode socket
	SigningSecret adapters.Secret // for Mode http
}

// Tokens reads the environment variables that c names. The adapter is off when Tokens.Bot is not set.
func (c Config) Tokens() Tokens {
	c = c.withDefaults()
	return Tokens{
		Bot:           adapters.SecretFromEnv(c.BotTokenEnv),
		App:           adapters.SecretFromEnv(c.AppTokenEnv),
		SigningSecret: adapters.SecretFromEnv(c.SigningSecretEnv),
	}
}

// Validate reports every mistake that can be seen without asking Slack.
func (c Config) Validate() error {
	c = c.withDefaults()
	var errs []error
	if c.Mode != Socket && c.Mode != HTTP {
		errs = append(errs, fmt.Errorf("slack: mode is %q, want socket or http", c.Mode))
	}
	if c.Audience != bot.Staff && c.Audience != bot.Community {
		errs = append(errs, fmt.Errorf("slack: audience is %q, want staff or community", c.Audience))
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		errs = append(errs, fmt.Errorf("slack: listen is %q, want host:port such as 127.0.0.1:3000", c.Listen))
	}
	for _, id := range c.Channels {
		if !channelID.MatchString(id) {
			errs = append(errs, fmt.Errorf("slack: channels holds %q, want a channel id such as C0123456789", id))
		}
	}
	if c.APIURL != "" {
		if err := adapters.CheckAPIURL(c.APIURL); err != nil {
			errs = append(errs, fmt.Errorf("slack: api_url is %q, %w", c.APIURL, err))
		}
	}
	return errors.Join(errs...)
}

// channelID is the shape of the id of a public or private channel, or of a direct message.
var channelID = regexp.MustCompile(`^[CGD][A-Z0-9]+$`)

func (c Config) withDefaults() Config {
	for _, d := range []struct {
		field *string
		value string
	}{
		{(*string)(&c.Mode), string(Socket)},
		{&c.BotTokenEnv, "SLACK_BOT_TOKEN"},
		{&c.AppTokenEnv, "SLACK_APP_TOKEN"},
		{&c.SigningSecretEnv, "SLACK_SIGNING_SECRET"},
		{&c.Listen, "127.0.0.1:3000"},
		{(*string)(&c.Audience), string(bot.Staff)},
	} {
		if *d.field == "" {
			*d.field = d.value
		}
	}
	if c.APIURL != "" && !strings.HasSuffix(c.APIURL, "/") {
		c.APIURL += "/" // the client joins the method's name to it
	}
	return c
}

// answersIn reports whether the bot answers in the channel. Direct messages are always answered.
func (c Config) answersIn(channel string) bool {
	return len(c.Channels) == 0 || strings.HasPrefix(channel, "D") || slices.Contains(c.Channels, channel)
}

// check is what New makes sure of: the settings, and that each token has the shape of its kind.
func (t Tokens) check(c Config) error {
	if err := tokenShape(c.BotTokenEnv, t.Bot, "xoxb-", "the bot token (OAuth & Permissions, Bot User OAuth Token)"); err != nil {
		return err
	}
	if c.Mode == HTTP {
		if !t.SigningSecret.IsSet() {
			return configError("Copy the signing secret from Basic Information, App Credentials.", "slack: %s is not set", c.SigningSecretEnv)
		}
		return nil
	}
	return tokenShape(c.AppTokenEnv, t.App, "xapp-", "the app-level token (Basic Information, App-Level Tokens, scope connections:write)")
}

// tokenShape explains the wrong tokens that people paste. It quotes none of them.
func tokenShape(env string, token adapters.Secret, prefix, want string) error {
	text := token.Reveal()
	hint := fmt.Sprintf("Set %s to %s. It begins with %s", env, want, prefix)
	switch {
	case text == "":
		return configError(hint, "slack: %s is not set", env)
	case strings.HasPrefix(text, prefix):
		return nil
	case strings.HasPrefix(text, "xapp-"), strings.HasPrefix(text, "xoxb-"):
		return configError(hint, "slack: %s holds the other kind of token: are the two swapped?", env)
	case strings.HasPrefix(text, "xoxp-"):
		return configError(hint, "slack: %s holds a user token", env)
	case strings.HasPrefix(text, "xoxe"):
		return configError(hint+". Token rotation must be off.", "slack: %s holds a token that rotates", env)
	case strings.HasPrefix(text, "http"):
		return configError(hint, "slack: %s holds a web address, not a token", env)
	}
	return configError(hint, "slack: %s does not begin with %s", env, prefix)
}

func configError(hint, format string, args ...any) error {
	return &adapters.ConfigError{Err: fmt.Errorf(format, args...), Hint: hint}
}
