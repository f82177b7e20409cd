package discord

import (
	"context"
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/bwmarrin/discordgo"

	"alliancebot/adapters"
)

// permissions are the least that the bot needs: to see channels, to write in them and in threads, with embeds, and to
// reply to messages.
const permissions = discordgo.PermissionViewChannel | discordgo.PermissionSendMessages | discordgo.PermissionEmbedLinks |
	discordgo.PermissionReadMessageHistory | discordgo.PermissionSendMessagesInThreads

// InviteURL is where a person who runs a server adds the bot to it, with the least permissions.
func InviteURL(appID string) string {
	q := url.Values{
		"client_id":        {appID},
		"scope":            {"bot applications.commands"},
		"permissions":      {strconv.Itoa(permissions)},
		"integration_type": {"0"}, // to a server, not to a person's account
	}
	return "https://discord.com/oauth2/authorize?" + q.Encode()
}

// AppID is the id of the application that the token belongs to. The token itself holds it; Discord is asked only if it
// cannot be read there. The error is an *adapters.ConfigError when the token is missing or refused.
func AppID(ctx context.Context, c Config, token adapters.Secret) (string, error) {
	if err := c.Validate(); err != nil {
		return "", &adapters.ConfigError{Err: err, Hint: "Change the discord: part of config.yaml."}
	}
	c = c.withDefaults()
	token = cleanToken(token)
	if err := checkToken(c.TokenEnv, token); err != nil {
		return "", err
	}
	if id := appIDOf(token); id != "" {
		return id, nil
	}
	rest := newClient(c, token, slog.New(slog.DiscardHandler))
	defer rest.close()
	ctx, cancel := context.WithTimeout(ctx, doctorTimeout)
	defer cancel()
	app, err := rest.application(ctx)
	if status(err) == http.StatusUnauthorized {
		return "", fatalClose(4004)
	}
	return string(app.ID), err
}

// appIDOf reads the first part of a token, which is an id in base64, or returns "".
func appIDOf(token adapters.Secret) string {
	head, _, found := strings.Cut(token.Reveal(), ".")
	if !found {
		return ""
	}
	id, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(head, "="))
	if err != nil || len(id) < 15 || !snowflakeID.Match(id) {
		return ""
	}
	return string(id)
}
