package discord

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"alliancebot/adapters"
)

const (
	doctorTimeout = 20 * time.Second // of each question to Discord
	maxClockSkew  = time.Minute
	fewLogins     = 20
	channelForum  = 15
)

// Doctor looks for everything that commonly keeps the bot from working in Discord: the settings, the token, what
// Discord knows of the application, its servers and its commands, and whether the bot may write in the channels that
// the configuration names. It changes nothing, and does not connect to the gateway. It stops where later checks would
// only repeat an earlier failure.
func Doctor(ctx context.Context, c Config, token adapters.Secret) []adapters.Check {
	token = cleanToken(token)
	d := &doctor{cfg: c.withDefaults(), token: token}
	if err := c.Validate(); err != nil {
		d.add("settings", adapters.Failed, err.Error(), "Change the discord: part of config.yaml.")
		return d.checks
	}
	d.add("settings", adapters.OK, fmt.Sprintf("mode %s, answers %s, audience %s; %s", d.cfg.Mode, d.cfg.Answers, d.cfg.Audience, d.cfg.listens()), "")
	if err := checkToken(d.cfg.TokenEnv, token); err != nil {
		d.fail("token", err)
		return d.checks
	}
	d.rest = newClient(d.cfg, token, slog.New(slog.DiscardHandler))
	defer d.rest.close()
	if !d.bot(ctx) {
		return d.checks
	}
	d.clock()
	d.application(ctx)
	if d.cfg.Mode == Gateway {
		d.logins(ctx)
	}
	d.commands(ctx)
	for _, id := range d.cfg.Forums {
		d.channel(ctx, id, "forums", true)
	}
	if d.cfg.Contact != "" {
		d.channel(ctx, d.cfg.Contact, "contact", false)
	}
	return d.checks
}

// listens says in words what the bot asks of the gateway.
func (c Config) listens() string {
	if c.Mode == HTTP {
		return "commands and buttons only, posted to " + c.Listen
	}
	var words []string
	for _, w := range []struct {
		has  bool
		word string
	}{{true, "commands and buttons"}, {c.has(Mentions), "mentions"}, {c.has(Direct), "direct messages"}, {len(c.Forums) > 0, "forum posts"}} {
		if w.has {
			words = append(words, w.word)
		}
	}
	return "listens for " + strings.Join(words, ", ") + " with the intents " + fmt.Sprint(c.intents()) + ", none of them privileged"
}

type doctor struct {
	cfg    Config
	token  adapters.Secret
	rest   *client
	me     user
	app    application
	checks []adapters.Check
}

func (d *doctor) add(what string, s adapters.Status, found, fix string) {
	d.checks = append(d.checks, adapters.Check{Name: name + ": " + what, Status: s, Found: found, Fix: fix})
}

// fail adds an error, with its hint as what to do.
func (d *doctor) fail(what string, err error) {
	fix := "Try again. If it stays, check the network and the proxy."
	var config *adapters.ConfigError
	switch {
	case errors.As(err, &config):
		fix = config.Hint
	case status(err) >= 500:
		fix = "Discord has trouble. Try again later."
	}
	d.add(what, adapters.Failed, d.token.Scrub(err.Error()), fix)
}

func (d *doctor) invite() string { return InviteURL(string(d.app.ID)) }

// bot asks who the token belongs to.
func (d *doctor) bot(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, doctorTimeout)
	defer cancel()
	me, err := d.rest.me(ctx)
	if status(err) == http.StatusUnauthorized {
		err = fatalClose(4004)
	}
	if err != nil {
		d.fail("token", err)
		return false
	}
	d.me = me
	d.add("token", adapters.OK, fmt.Sprintf("Discord knows the bot as %s (%s)", me.Name, me.ID), "")
	return true
}

func (d *doctor) clock() {
	skew := time.Duration(d.rest.skew.Load()).Round(time.Second)
	if skew.Abs() > maxClockSkew {
		d.add("clock", adapters.Warning, fmt.Sprintf("the clock of this machine differs from Discord's by %s", skew),
			"Set the clock, or have it set by NTP.")
		return
	}
	d.add("clock", adapters.OK, "it agrees with Discord's", "")
}

// application looks at the settings of the application that decide how interactions come.
func (d *doctor) application(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, doctorTimeout)
	defer cancel()
	app, err := d.rest.application(ctx)
	if err != nil {
		d.fail("application", err)
		d.app.ID = d.me.ID
		return
	}
	d.app = app
	d.add("application", adapters.OK, fmt.Sprintf("%s (%s); invite it with %s", app.Name, app.ID, d.invite()), "")
	switch {
	case d.cfg.Mode == Gateway && app.Endpoint != "":
		d.add("interactions", adapters.Failed, "an Interactions Endpoint URL is set, so commands and buttons do not reach this bot",
			"Remove it in the Developer Portal: General Information, Interactions Endpoint URL. Or set mode: http.")
	case d.cfg.Mode == HTTP && app.Endpoint == "":
		d.add("interactions", adapters.Warning, "no Interactions Endpoint URL is set, so nothing is posted to this bot",
			"Start the bot, then set the URL in the Developer Portal: General Information, Interactions Endpoint URL.")
	default:
		d.add("interactions", adapters.OK, "they come by "+string(d.cfg.Mode), "")
	}
	if d.cfg.Mode == HTTP && d.cfg.PublicKey != "" && app.VerifyKey != "" && !strings.EqualFold(d.cfg.PublicKey, app.VerifyKey) {
		d.add("public key", adapters.Failed, "public_key is not the key of this application", "Leave public_key away, or copy it from General Information, Public Key.")
	}
	if app.Guilds != nil {
		if *app.Guilds == 0 {
			d.add("servers", adapters.Warning, "the bot is in no server yet", "Invite it: "+d.invite())
		} else {
			d.add("servers", adapters.OK, fmt.Sprintf("the bot is in %d", *app.Guilds), "")
		}
	}
}

// logins looks at how often the bot may still connect today.
func (d *doctor) logins(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, doctorTimeout)
	defer cancel()
	limit, err := d.rest.sessionLimit(ctx)
	switch {
	case err != nil:
		d.fail("gateway", err)
	case limit.Shards > 1:
		d.add("gateway", adapters.Failed, fmt.Sprintf("Discord wants the bot to connect in %d shards", limit.Shards),
			"The bot is in too many servers for one connection. Remove it from some.")
	case limit.known() && limit.Remaining < fewLogins:
		d.add("gateway", adapters.Warning, fmt.Sprintf("only %d logins are left of %d, for the next %s", limit.Remaining, limit.Total,
			(time.Duration(limit.ResetAfter)*time.Millisecond).Round(time.Minute)), "Find out what starts the bot again and again before you start it.")
	default:
		d.add("gateway", adapters.OK, fmt.Sprintf("%d logins left of %d", limit.Remaining, limit.Total), "")
	}
}

// commands looks at whether the commands are there.
func (d *doctor) commands(ctx context.Context) {
	for _, guild := range d.cfg.commandScopes() {
		where := "commands"
		if guild != "" {
			where += " in server " + guild
		}
		asking, cancel := context.WithTimeout(ctx, doctorTimeout)
		there, err := d.rest.commands(asking, string(d.app.ID), guild)
		cancel()
		switch {
		case status(err) == http.StatusForbidden || status(err) == http.StatusNotFound:
			d.add(where, adapters.Failed, "the bot is not in that server, or was invited without its commands", "Invite it: "+d.invite())
		case err != nil:
			d.fail(where, err)
		case !sameCommands(there, definitions(d.cfg, guild == "")):
			d.add(where, adapters.Warning, "they are not what this version sets", "alliancebot run sets them when it starts.")
		default:
			d.add(where, adapters.OK, "they are set", "")
		}
	}
}

// channel looks at whether the bot may write in a channel.
func (d *doctor) channel(ctx context.Context, id, key string, forum bool) {
	ctx, cancel := context.WithTimeout(ctx, doctorTimeout)
	defer cancel()
	what := "channel " + id
	found, err := d.rest.session.Channel(id, discordgo.WithContext(ctx))
	if err != nil {
		d.add(what, adapters.Failed, "the bot cannot see it", fmt.Sprintf("Check the id under %s, and let the bot see the channel (View Channel).", key))
		return
	}
	if forum && int(found.Type) != channelForum {
		d.add(what, adapters.Failed, fmt.Sprintf("%q is no forum channel", found.Name), "Put ids of forum channels under forums.")
		return
	}
	if !forum {
		d.add(what, adapters.OK, fmt.Sprintf("the bot can see %q", found.Name), "")
		return
	}
	has, err := d.rest.session.UserChannelPermissions(string(d.me.ID), id, discordgo.WithContext(ctx))
	if err != nil {
		d.add(what, adapters.Warning, "Discord does not tell what the bot may do there", "Look at the permissions of the channel.")
		return
	}
	if missing := missingPermissions(has); len(missing) > 0 {
		d.add(what, adapters.Failed, fmt.Sprintf("in %q the bot lacks: %s", found.Name, strings.Join(missing, ", ")), "Allow that to the bot's role in the settings of the channel.")
		return
	}
	d.add(what, adapters.OK, fmt.Sprintf("the bot may answer in %q", found.Name), "")
}

func missingPermissions(has int64) []string {
	if has&discordgo.PermissionAdministrator != 0 {
		return nil
	}
	var missing []string
	for _, p := range []struct {
		bit  int64
		name string
	}{
		{discordgo.PermissionViewChannel, "View Channel"},
		{discordgo.PermissionSendMessagesInThreads, "Send Messages in Threads"},
		{discordgo.PermissionEmbedLinks, "Embed Links"},
		{discordgo.PermissionReadMessageHistory, "Read Message History"},
	} {
		if has&p.bit == 0 {
			missing = append(missing, p.name)
		}
	}
	return missing
}
