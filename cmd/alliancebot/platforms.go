package main

import (
	"errors"
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"

	"alliancebot/adapters"
	"alliancebot/adapters/discord"
	"alliancebot/adapters/slack"
	"alliancebot/adapters/terminal"
)

// adapters makes every adapter whose token is set, or else takes the terminal.
func (c config) adapters(tty *terminal.Adapter, lg *slog.Logger) ([]adapters.Adapter, error) {
	var list []adapters.Adapter
	var off []string
	if tokens := c.Slack.Tokens(); tokens.Bot.IsSet() {
		ad, err := slack.New(c.Slack, tokens, lg)
		if err != nil {
			return nil, explainConfig(err)
		}
		list = append(list, ad)
	} else {
		off = append(off, "slack")
	}
	if token := c.Discord.Token(); token.IsSet() {
		ad, err := discord.New(c.Discord, token, lg)
		if err != nil {
			return nil, explainConfig(err)
		}
		list = append(list, ad)
	} else {
		off = append(off, "discord")
	}
	if len(list) == 0 {
		return append(list, tty), nil // who just tries the bot need not read about tokens
	}
	for _, name := range off {
		lg.Info("not started, as its token is not set", "adapter", name)
	}
	return list, nil
}

// explainConfig gives an error of an adapter the exit code and hint that it carries.
func explainConfig(err error) error {
	var wrong *adapters.ConfigError
	if errors.As(err, &wrong) {
		hint := wrong.Hint
		if hint == "" {
			hint = "alliancebot doctor shows what is wrong with the configuration"
		}
		return hinted{error: err, hint: hint, exit: exitConfig}
	}
	return err
}

func (a *app) slackCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "slack", Short: "Set up Slack", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	var url string
	var minimal bool
	manifest := &cobra.Command{
		Use:   "manifest",
		Short: "Print the app manifest to create the Slack app from",
		Long: `Prints the app manifest. At api.slack.com/apps choose Create New App, From a manifest, and paste it.

It is for Socket Mode, which needs no address that Slack can reach. With --http it is for requests to that address.`,
		Example: "  alliancebot slack manifest\n  alliancebot slack manifest --http https://bot.example.org",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := a.config()
			if err != nil {
				return err
			}
			prompts, err := a.prompts(c)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(cmd.OutOrStdout(), slack.Manifest(slack.ManifestOptions{Config: c.Slack, URL: url, Minimal: minimal, Prompts: prompts}))
			return err
		},
	}
	manifest.Flags().StringVar(&url, "http", "", "for requests from Slack to the bot at `URL`")
	manifest.Flags().BoolVar(&minimal, "minimal", false, "leave out the agent view, which not every plan has")
	cmd.AddCommand(manifest)
	return cmd
}

// prompts are the example questions of the knowledge.
func (a *app) prompts(c config) ([]string, error) {
	kb, err := a.load(c)
	if err != nil {
		return nil, explain(err)
	}
	var out []string
	for _, id := range kb.Replies.Examples {
		if e := kb.Entry(id); e != nil {
			out = append(out, e.Question)
		}
	}
	return out, nil
}

func (a *app) discordCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "discord", Short: "Set up Discord", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	var appID string
	invite := &cobra.Command{
		Use:     "invite",
		Short:   "Print the address that adds the bot to a server",
		Example: "  alliancebot discord invite\n  alliancebot discord invite --app-id 123456789012345678",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			id := appID
			if id == "" {
				c, err := a.config()
				if err != nil {
					return err
				}
				if id, err = discord.AppID(cmd.Context(), c.Discord, c.Discord.Token()); err != nil {
					return explainConfig(err)
				}
			}
			_, err := fmt.Fprintln(cmd.OutOrStdout(), discord.InviteURL(id))
			return err
		},
	}
	invite.Flags().StringVar(&appID, "app-id", "", "the application's `ID` (default: read from the token)")
	cmd.AddCommand(invite)
	return cmd
}

func (a *app) doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Check the knowledge, the tokens and the platforms, and say what to click to mend them",
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.doctor(cmd) },
	}
}

func (a *app) doctor(cmd *cobra.Command) error {
	c, err := a.config()
	if err != nil {
		return err
	}
	checks := []adapters.Check{a.checkKnowledge(c)}
	checks = append(checks, checkPlatform("slack", c.Slack.Tokens().Bot.IsSet(), func() []adapters.Check { return slack.Doctor(cmd.Context(), c.Slack, c.Slack.Tokens()) })...)
	checks = append(checks, checkPlatform("discord", c.Discord.Token().IsSet(), func() []adapters.Check { return discord.Doctor(cmd.Context(), c.Discord, c.Discord.Token()) })...)
	failed := false
	for _, check := range checks {
		fmt.Fprintf(cmd.OutOrStdout(), "%-7s  %s: %s\n", check.Status, check.Name, check.Found)
		if check.Fix != "" {
			fmt.Fprintf(cmd.OutOrStdout(), "         fix: %s\n", check.Fix)
		}
		failed = failed || check.Status == adapters.Failed
	}
	if failed {
		return reported{}
	}
	return nil
}

func (a *app) checkKnowledge(c config) adapters.Check {
	check := adapters.Check{Name: "knowledge", Status: adapters.OK}
	kb, err := a.load(c)
	if err != nil {
		check.Status, check.Found, check.Fix = adapters.Failed, "it has mistakes", "Run alliancebot check, which lists them."
		return check
	}
	check.Found = summary(kb)
	return check
}

// checkPlatform runs a platform's checks if its token is set.
func checkPlatform(name string, on bool, checks func() []adapters.Check) []adapters.Check {
	if !on {
		return []adapters.Check{{Name: name, Status: adapters.OK, Found: "off, as its token is not set"}}
	}
	return checks()
}
