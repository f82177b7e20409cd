package main

import (
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"alliancebot/bot"
	"alliancebot/knowledge"
	"alliancebot/knowledge/yamlfile"
)

func (a *app) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "check",
		Short:   "Check the knowledge and list every mistake",
		Long:    "Reads the knowledge, checks its format and content, and lists every mistake with its file, line and column.\nExits with 1 when there is one. Warnings do not count.",
		Example: "  alliancebot check --kb knowledge/alliance",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.check(cmd) },
	}
}

func (a *app) check(cmd *cobra.Command) error {
	c, err := a.config()
	if err != nil {
		return err
	}
	a.checking = true
	kb, err := a.load(c)
	if err == nil {
		err = a.checkMatching(kb)
	}
	var mistakes yamlfile.Errors
	if errors.As(err, &mistakes) {
		fmt.Fprintln(cmd.OutOrStdout(), mistakes)
		fmt.Fprintf(cmd.ErrOrStderr(), "alliancebot: error: %s\n", count(len(mistakes), "mistake"))
		return reported{}
	}
	if err != nil {
		return err
	}
	for _, w := range kb.Warnings {
		fmt.Fprintln(cmd.OutOrStdout(), "warning:", w)
	}
	_, err = fmt.Fprintln(cmd.OutOrStdout(), summary(kb))
	return err
}

// checkMatching makes the checks that take an index: every phrasing must find its own entry.
func (a *app) checkMatching(kb *knowledge.Base) error {
	ready, err := bot.Prepare(kb)
	if err != nil || a.unchecked {
		return err
	}
	return ready.CheckPhrasings()
}

func summary(kb *knowledge.Base) string {
	told, total := kb.Facts()
	return fmt.Sprintf("ok: %s, %d of %d facts", count2(len(kb.Entries), "entry", "entries"), told, total)
}

func count2(n int, one, many string) string {
	if n == 1 {
		many = one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of the program and of the knowledge",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			kb, err := a.loadOrExplain()
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "alliancebot %s, knowledge %s\n", programVersion(), kb.Version)
			return err
		},
	}
}

// programVersion is the module's version, or the commit it was built from, where the build knows either.
func programVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return s.Value[:12]
		}
	}
	return info.Main.Version
}
