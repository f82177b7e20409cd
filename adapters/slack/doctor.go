package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"regexp"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"alliancebot/adapters"
)

const doctorTimeout = 10 * time.Second // of each question to Slack

// Doctor looks for everything that commonly keeps the bot from working in Slack: the settings, the shape of the
// tokens, what Slack says to them, and the scopes that they carry. It changes nothing in the workspace. It stops
// where later checks would only repeat an earlier failure.
func Doctor(ctx context.Context, c Config, t Tokens) []adapters.Check {
	d := &doctor{cfg: c.withDefaults(), tokens: t}
	if err := c.Validate(); err != nil {
		d.add("settings", adapters.Failed, err.Error(), "Change the slack: part of config.yaml.")
		return d.checks
	}
	d.add("settings", adapters.OK, fmt.Sprintf("mode %s, audience %s", d.cfg.Mode, d.cfg.Audience), "")
	if err := t.check(d.cfg); err != nil {
		d.fail("tokens", err)
		return d.checks
	}
	d.add("tokens", adapters.OK, "each has the shape of its kind", "")
	d.api, _, _ = newClient(d.cfg, t, slog.New(slog.DiscardHandler))
	if d.bot(ctx) {
		d.scopes()
	}
	if d.cfg.Mode == HTTP {
		d.signing()
	} else {
		d.app(ctx)
	}
	return d.checks
}

type doctor struct {
	cfg    Config
	tokens Tokens
	api    *slackgo.Client
	me     *slackgo.AuthTestResponse
	checks []adapters.Check
}

func (d *doctor) add(what string, s adapters.Status, found, fix string) {
	d.checks = append(d.checks, adapters.Check{Name: name + ": " + what, Status: s, Found: found, Fix: fix})
}

// fail adds an error, with its hint as what to do.
func (d *doctor) fail(what string, err error) {
	fix := "Try again. If it stays, check the network and the proxy."
	var config *adapters.ConfigError
	if errors.As(err, &config) {
		fix = config.Hint
	}
	d.add(what, adapters.Failed, d.tokens.scrubbed(err).Error(), fix)
}

// bot asks who the bot token belongs to.
func (d *doctor) bot(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, doctorTimeout)
	defer cancel()
	me, err := d.api.AuthTestContext(ctx)
	if err != nil {
		if f := fatal(d.cfg.BotTokenEnv, "auth.test", err); f != nil {
			err = f
		}
		d.fail("bot token", err)
		return false
	}
	if d.me = me; me.BotID == "" {
		d.add("bot token", adapters.Warning, "Slack names no bot for this token: it may be a user's",
			"Copy the Bot User OAuth Token from OAuth & Permissions.")
		return true
	}
	d.add("bot token", adapters.OK, fmt.Sprintf("%s in the workspace %s", me.User, me.Team), "")
	return true
}

// scopes compares what was granted with what the enabled surfaces need.
func (d *doctor) scopes() {
	granted := d.me.Header.Get("X-OAuth-Scopes")
	if granted == "" {
		d.add("scopes", adapters.Warning, "Slack did not say which scopes the token has", "Look them up in OAuth & Permissions.")
		return
	}
	var missing []string
	status := adapters.OK
	for _, s := range requiredScopes(d.cfg, true) {
		if hasScope(granted, s.scope) {
			continue
		}
		missing = append(missing, s.scope+" ("+s.purpose+")")
		if s.scope == "chat:write" {
			status = adapters.Failed
		} else if status == adapters.OK {
			status = adapters.Warning
		}
	}
	if len(missing) == 0 {
		d.add("scopes", adapters.OK, "all that the enabled surfaces need", "")
		return
	}
	d.add("scopes", status, "missing: "+strings.Join(missing, ", "),
		"Add them in OAuth & Permissions, Bot Token Scopes, then press Reinstall to Workspace.")
}

var hexSecret = regexp.MustCompile(`^[0-9a-f]{32}$`)

func (d *doctor) signing() {
	if !hexSecret.MatchString(d.tokens.SigningSecret.Reveal()) {
		d.add("signing secret", adapters.Warning, d.cfg.SigningSecretEnv+" is not 32 hexadecimal digits",
			"Copy the Signing Secret (not the Client Secret) from Basic Information, App Credentials.")
		return
	}
	d.add("signing secret", adapters.OK, "it has the right shape; only a request of Slack's can prove it", "")
}

// app asks for the address of a socket, which it does not open.
func (d *doctor) app(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, doctorTimeout)
	defer cancel()
	_, socket, err := d.api.StartSocketModeContext(ctx)
	if err != nil {
		if f := fatal(d.cfg.AppTokenEnv, openMethod, err); f != nil {
			err = f
		}
		d.fail("app-level token", err)
		return
	}
	d.add("app-level token", adapters.OK, "Slack offers a socket", "")
	// Events of one app never reach the other's socket.
	if ours, theirs := appID(d.tokens.App), socketApp(socket); ours != "" && theirs != "" && ours != theirs {
		d.add("app", adapters.Warning, fmt.Sprintf("the app-level token names the app %s, the socket %s", ours, theirs),
			"Take both tokens from the same app.")
	}
}

// appID is the app that an app-level token belongs to: xapp-1-A0123456789-... It is no secret.
func appID(token adapters.Secret) string {
	fields := strings.Split(token.Reveal(), "-")
	if len(fields) < 4 || !strings.HasPrefix(fields[2], "A") {
		return ""
	}
	return fields[2]
}

func socketApp(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Query().Get("app_id")
}
