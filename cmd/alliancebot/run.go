package main

import (
	"context"
	"errors"
	"log/slog"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"alliancebot/adapters"
	"alliancebot/adapters/terminal"
	"alliancebot/bot"
)

func (a *app) runCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "run",
		Short: "Start every platform whose token is set, and the terminal when none is",
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.run(cmd) },
	}
}

// run answers until the context ends or every adapter has.
func (a *app) run(cmd *cobra.Command) error {
	c, err := a.config()
	if err != nil {
		return err
	}
	tty := terminal.New(cmd.InOrStdin(), cmd.OutOrStdout(), terminal.Options{NoColor: noColor()})
	if folder := a.source(c); folder != "" {
		if err := a.exists(folder); err != nil {
			return err
		}
	}
	lg := c.Log.logger(tty.Beside(cmd.ErrOrStderr()))
	reloads := &reloader{app: a, config: c, log: lg}
	reloads.open()
	defer reloads.close()
	kb, err := a.load(c)
	if err != nil {
		return explain(err)
	}
	ready, err := bot.Prepare(kb)
	if err != nil {
		return err
	}
	list, err := c.adapters(tty, lg)
	if err != nil {
		return err
	}
	b := bot.New(ready, bot.Options{Log: lg})
	ctx, stop := untilSignal(cmd.Context())
	defer stop()
	reloads.bot = b
	watching := make(chan error, 1)
	go func() { watching <- reloads.run(ctx) }()
	err = serve(ctx, list, b, lg)
	stop()
	return errors.Join(err, <-watching)
}

// serve runs the adapters until each has ended. The end of one does not end the others.
func serve(ctx context.Context, list []adapters.Adapter, h bot.Handler, lg *slog.Logger) error {
	var group errgroup.Group
	for _, ad := range list {
		group.Go(func() error {
			if err := ad.Run(ctx, h); err != nil {
				lg.Error("stopped for good", "adapter", ad.Name(), "err", err)
				return explainConfig(err)
			}
			return nil
		})
	}
	return group.Wait()
}

// noColor reports whether the environment asks for text without colours; see https://no-color.org.
func noColor() bool { return os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" }
