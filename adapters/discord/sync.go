package discord

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/bwmarrin/discordgo"
)

const maxQuestion = 300 // characters that can be typed after /ask

// definitions are the commands as they are meant to be. For all servers they also say that they work in direct messages.
func definitions(c Config, everywhere bool) []*discordgo.ApplicationCommand {
	if !c.has(Commands) {
		return []*discordgo.ApplicationCommand{}
	}
	commands := []*discordgo.ApplicationCommand{
		{
			Type: discordgo.ChatApplicationCommand, Name: commandAsk,
			Description: "Ask about the North Central London Cancer Alliance",
			Options: []*discordgo.ApplicationCommandOption{
				{Type: discordgo.ApplicationCommandOptionString, Name: optionQuestion, Description: "Your question, or one from the list",
					Required: true, Autocomplete: true, MaxLength: maxQuestion},
				{Type: discordgo.ApplicationCommandOptionBoolean, Name: optionPublic, Description: "Show the answer to everyone in this channel"},
			},
		},
		{Type: discordgo.ChatApplicationCommand, Name: commandTopics, Description: "See what you can ask about"},
		{Type: discordgo.ChatApplicationCommand, Name: commandAbout, Description: "What this bot is, and what it keeps"},
		{Type: discordgo.MessageApplicationCommand, Name: commandMessage},
	}
	if everywhere {
		for _, c := range commands {
			c.Contexts = &[]discordgo.InteractionContextType{discordgo.InteractionContextGuild, discordgo.InteractionContextBotDM}
		}
	}
	return commands
}

// syncCommands makes the commands in Discord what they are meant to be, and changes nothing if they are. The guilds are
// servers that the bot is in, as far as they are known.
func (a *Adapter) syncCommands(guilds []string) {
	if a.synced.Load() {
		return
	}
	ctx, cancel := context.WithTimeout(a.working, jobTimeout)
	defer cancel()
	ok := true
	for _, guild := range a.cfg.commandScopes() {
		if err := a.syncScope(ctx, guild); err != nil {
			ok = false
			hint := ""
			if status(err) == http.StatusForbidden {
				hint = InviteURL(a.appID())
			}
			a.lg.Warn("discord: the commands could not be set up", "adapter", name, "err", err, "invite", hint)
		}
	}
	if ok && len(a.cfg.GuildIDs) == 0 {
		for _, guild := range guilds[:min(len(guilds), cleanedGuilds)] {
			a.cleanGuild(ctx, guild)
		}
	}
	a.synced.Store(ok)
}

// cleanedGuilds bounds the requests at a start. A bot under test is in a few servers.
const cleanedGuilds = 10

// cleanGuild takes away what was set in a server for a test: people would see those commands twice. It is a courtesy, so
// that it does not work is not worth a word.
func (a *Adapter) cleanGuild(ctx context.Context, guild string) {
	there, err := a.rest.commands(ctx, a.appID(), guild)
	ours := func(c *discordgo.ApplicationCommand) bool {
		return c != nil && slices.ContainsFunc(definitions(Config{}.withDefaults(), true), func(d *discordgo.ApplicationCommand) bool { return d.Name == c.Name })
	}
	if err != nil || len(there) == 0 || slices.ContainsFunc(there, func(c *discordgo.ApplicationCommand) bool { return !ours(c) }) {
		return
	}
	err = a.rest.do(ctx, call{method: http.MethodPut, path: commandsPath(a.appID(), guild), body: []any{}, bucket: "commands", again: true})
	a.lg.Debug("discord commands of a test taken away", "adapter", name, "err", err)
}

// commandScopes are the servers that get the commands; "" is all of them.
func (c Config) commandScopes() []string {
	if len(c.GuildIDs) == 0 {
		return []string{""}
	}
	return c.GuildIDs
}

func (a *Adapter) syncScope(ctx context.Context, guild string) error {
	there, err := a.rest.commands(ctx, a.appID(), guild)
	if err != nil {
		return err
	}
	want := definitions(a.cfg, guild == "")
	if sameCommands(there, want) {
		a.lg.Debug("discord commands are up to date", "adapter", name)
		return nil
	}
	err = a.rest.do(ctx, call{method: http.MethodPut, path: commandsPath(a.appID(), guild), body: want, bucket: "commands", again: true})
	if err == nil {
		a.lg.Info("discord commands set up", "adapter", name, "commands", len(want), "everywhere", guild == "")
	}
	return err
}

func commandsPath(app, guild string) string {
	if guild == "" {
		return "applications/" + app + "/commands"
	}
	return "applications/" + app + "/guilds/" + guild + "/commands"
}

// commands returns what is there.
func (c *client) commands(ctx context.Context, app, guild string) ([]*discordgo.ApplicationCommand, error) {
	if app == "" {
		return nil, errors.New("discord has not named the application")
	}
	var there []*discordgo.ApplicationCommand
	err := c.do(ctx, call{method: http.MethodGet, path: commandsPath(app, guild) + "?with_localizations=true", into: &there, bucket: "commands", again: true})
	return there, err
}

// sameCommands compares what this program sets. What Discord adds by itself does not count.
func sameCommands(there, want []*discordgo.ApplicationCommand) bool {
	return slices.EqualFunc(sorted(there), sorted(want), func(a, b *discordgo.ApplicationCommand) bool {
		return a.Type == b.Type && a.Name == b.Name && a.Description == b.Description && sameContexts(a.Contexts, b.Contexts) &&
			slices.EqualFunc(a.Options, b.Options, sameOption)
	})
}

func sorted(commands []*discordgo.ApplicationCommand) []*discordgo.ApplicationCommand {
	out := slices.DeleteFunc(slices.Clone(commands), func(c *discordgo.ApplicationCommand) bool { return c == nil })
	for i, c := range out {
		if c.Type == 0 { // means the same
			copied := *c
			copied.Type = discordgo.ChatApplicationCommand
			out[i] = &copied
		}
	}
	slices.SortFunc(out, func(a, b *discordgo.ApplicationCommand) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// sameContexts takes a missing list for the same: Discord fills it in, others may not tell.
func sameContexts(a, b *[]discordgo.InteractionContextType) bool {
	if a == nil || b == nil {
		return true
	}
	x, y := slices.Clone(*a), slices.Clone(*b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

func sameOption(a, b *discordgo.ApplicationCommandOption) bool {
	return a != nil && b != nil && a.Type == b.Type && a.Name == b.Name && a.Description == b.Description && a.Required == b.Required &&
		a.Autocomplete == b.Autocomplete && a.MaxLength == b.MaxLength && len(a.Choices) == len(b.Choices)
}
