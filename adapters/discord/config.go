package discord

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"alliancebot/adapters"
	"alliancebot/bot"
)

// Config is the `discord:` part of config.yaml. Its zero value is the documented default. It never holds a token: that
// comes from the environment variable that it names.
type Config struct {
	TokenEnv  string       `yaml:"token_env"`  // empty: DISCORD_TOKEN
	Mode      Mode         `yaml:"mode"`       // "gateway" or "http"; empty: gateway
	Surfaces  []Surface    `yaml:"surfaces"`   // where people can ask; empty: commands, mentions and direct messages
	Forums    []string     `yaml:"forums"`     // ids of forum channels whose new posts are answered when the bot is sure
	Answers   Visibility   `yaml:"answers"`    // who sees the answer to a command: "private" or "public"; empty: private
	Audience  bot.Audience `yaml:"audience"`   // who asks here: "staff" or "community"; empty: community
	GuildIDs  []string     `yaml:"guild_ids"`  // for tests: servers that get the commands at once; empty: all servers
	PlainText bool         `yaml:"plain_text"` // send answers as text, without embeds
	Contact   string       `yaml:"contact"`    // id of a channel to ask a person in, named after an unhelpful answer
	APIURL    string       `yaml:"api_url"`    // of the REST API, for tests and proxies; empty: Discord's own
	Listen    string       `yaml:"listen"`     // address for Mode http; empty: 127.0.0.1:3001
	PublicKey string       `yaml:"public_key"` // of the application, in hex, for Mode http; empty: Discord is asked for it
}

// Mode is how Discord reaches the bot.
type Mode string

const (
	// Gateway: the bot opens a WebSocket to Discord. Nothing needs to reach the bot from outside.
	Gateway Mode = "gateway"
	// HTTP: Discord posts interactions to the bot. There are commands and buttons only, as mentions, direct messages
	// and forum posts never come that way.
	HTTP Mode = "http"
)

// Surface is a place to ask in.
type Surface string

const (
	Commands Surface = "commands" // /ask, /topics, /about and the command in the menu of a message
	Mentions Surface = "mentions" // in servers, by mentioning the bot or replying to it
	Direct   Surface = "direct"   // in direct messages
)

// Visibility is who sees an answer.
type Visibility string

const (
	Private Visibility = "private" // only the person who asked
	Public  Visibility = "public"  // everyone in the channel
)

// Token reads the environment variable that c names. The adapter is off when it is not set.
func (c Config) Token() adapters.Secret {
	return adapters.SecretFromEnv(c.withDefaults().TokenEnv)
}

// Validate reports every mistake that can be seen without asking Discord.
func (c Config) Validate() error {
	c = c.withDefaults()
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf("discord: "+format, args...)) }
	if c.Mode != Gateway && c.Mode != HTTP {
		fail("mode is %q, want gateway or http", c.Mode)
	}
	for _, s := range c.Surfaces {
		if s != Commands && s != Mentions && s != Direct {
			fail("surfaces holds %q, want commands, mentions or direct", s)
		}
	}
	if c.Answers != Private && c.Answers != Public {
		fail("answers is %q, want private or public", c.Answers)
	}
	if c.Audience != bot.Staff && c.Audience != bot.Community {
		fail("audience is %q, want staff or community", c.Audience)
	}
	for _, list := range []struct {
		key string
		ids []string
	}{{"forums", c.Forums}, {"guild_ids", c.GuildIDs}, {"contact", []string{c.Contact}}} {
		for _, id := range list.ids {
			if id != "" && !snowflakeID.MatchString(id) {
				fail("%s holds %q, want an id of digits such as 1234567890 (in Discord: Copy ID)", list.key, id)
			}
		}
	}
	if c.APIURL != "" {
		if err := adapters.CheckAPIURL(c.APIURL); err != nil {
			fail("api_url is %q, %w", c.APIURL, err)
		}
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		fail("listen is %q, want host:port such as 127.0.0.1:3001", c.Listen)
	}
	if key, err := hex.DecodeString(c.PublicKey); c.PublicKey != "" && (err != nil || len(key) != 32) {
		fail("public_key is %q, want the 64 hexadecimal digits of General Information, Public Key", c.PublicKey)
	}
	return errors.Join(errs...)
}

var snowflakeID = regexp.MustCompile(`^[0-9]{1,20}$`)

func (c Config) withDefaults() Config {
	for _, d := range []struct {
		field *string
		value string
	}{
		{&c.TokenEnv, "DISCORD_TOKEN"},
		{(*string)(&c.Mode), string(Gateway)},
		{(*string)(&c.Answers), string(Private)},
		{(*string)(&c.Audience), string(bot.Community)},
		{&c.Listen, "127.0.0.1:3001"},
	} {
		if *d.field == "" {
			*d.field = d.value
		}
	}
	if len(c.Surfaces) == 0 {
		c.Surfaces = []Surface{Commands, Mentions, Direct}
	}
	return c
}

func (c Config) has(s Surface) bool { return slices.Contains(c.Surfaces, s) }

// Intents that the bot asks for. None of them is privileged.
// https://discord.com/developers/docs/events/gateway#list-of-intents
const (
	intentGuilds         = 1 << 0  // the titles of forum posts
	intentGuildMessages  = 1 << 9  // mentions
	intentDirectMessages = 1 << 12 // direct messages
)

// intents is the least set of intents for the surfaces. Interactions need none.
func (c Config) intents() int {
	n := 0
	if c.has(Mentions) {
		n |= intentGuildMessages
	}
	if c.has(Direct) {
		n |= intentDirectMessages
	}
	if len(c.Forums) > 0 {
		n |= intentGuilds | intentGuildMessages
	}
	return n
}

// discordAPI is where Discord's REST API is. The version is the one that discordgo's types are for.
const discordAPI = "https://discord.com/api/v9"

var versionAtEnd = regexp.MustCompile(`/v([0-9]+)$`)

// api returns the base of the REST API without a slash at the end, and its version. An address without a path means
// the place where Discord has its API, and one without a version means the version that is known to work.
func (c Config) api() (base, version string) {
	base = strings.TrimRight(c.APIURL, "/")
	if base == "" {
		base = discordAPI
	}
	if u, err := url.Parse(base); err == nil && u.Path == "" {
		base += "/api"
	}
	if m := versionAtEnd.FindStringSubmatch(base); m != nil {
		return base, m[1]
	}
	return base + "/v9", "9"
}

// cleanToken removes what is often pasted along with a token: quotes, and the word that goes before it in requests.
func cleanToken(token adapters.Secret) adapters.Secret {
	text := strings.Trim(token.Reveal(), "\"' \t\r\n")
	if word, rest, found := strings.Cut(text, " "); found && strings.EqualFold(word, "bot") {
		text = rest
	}
	return adapters.NewSecret(text)
}

// checkToken explains the wrong tokens that people paste. It quotes none of them.
func checkToken(env string, token adapters.Secret) error {
	const where = "Copy the token from the Developer Portal: Bot, Reset Token. It is not the client secret and not the public key."
	text := token.Reveal()
	switch {
	case text == "":
		return configError(where, "discord: %s is not set", env)
	case strings.ContainsAny(text, " \t\r\n"):
		return configError(where, "discord: %s holds white space", env)
	case strings.HasPrefix(text, "http"):
		return configError(where, "discord: %s holds a web address, not a token", env)
	}
	return nil
}

func configError(hint, format string, args ...any) error {
	return &adapters.ConfigError{Err: fmt.Errorf(format, args...), Hint: hint}
}
