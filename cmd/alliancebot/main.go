// Command alliancebot answers questions about the North Central London Cancer Alliance in Slack, in Discord and at a
// terminal, with text that its maintainers wrote in YAML.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"
)

// What the program exits with.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
	exitConfig = 78 // EX_CONFIG: the configuration is wrong, starting again changes nothing
)

// gcPercent keeps the memory of a bot that mostly waits small: most of the heap is the index, which never changes.
const gcPercent = 30

func main() {
	debug.SetGCPercent(gcPercent)
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is main for tests.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := rootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	return report(stderr, root.ExecuteContext(context.Background()))
}

// untilSignal ends ctx on Ctrl-C and SIGTERM. Only commands that have something to finish use it; the others, which may
// be waiting for input, just die.
func untilSignal(ctx context.Context) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
}

// report prints an error with its hint, and says what to exit with.
func report(stderr io.Writer, err error) int {
	if err == nil {
		return exitOK
	}
	var said reported
	if errors.As(err, &said) {
		return exitFailed
	}
	fmt.Fprintf(stderr, "alliancebot: error: %v\n", err)
	var h hinted
	if errors.As(err, &h) && h.hint != "" {
		fmt.Fprintf(stderr, "alliancebot: hint: %s\n", h.hint)
	}
	return h.code()
}

// hinted is an error with what to do about it, and what to exit with when that is not exitFailed.
type hinted struct {
	error
	hint string
	exit int
}

func (h hinted) Unwrap() error { return h.error }

func (h hinted) code() int {
	if h.exit != 0 {
		return h.exit
	}
	return exitFailed
}

// reported is a failure that the command has told in full.
type reported struct{}

func (reported) Error() string { return "failed" }

func usageError(err error) error {
	return hinted{error: err, hint: "alliancebot --help shows what there is", exit: exitUsage}
}

func rootCommand() *cobra.Command {
	app := &app{}
	root := &cobra.Command{
		Use:   "alliancebot",
		Short: "Answers questions about the North Central London Cancer Alliance",
		Long: `alliancebot answers questions about the North Central London Cancer Alliance with text that its maintainers wrote,
and says so when it does not know. It runs in Slack, in Discord and here at the terminal.

Without a command it starts every platform whose token is set in the environment, and the terminal when none is.`,
		Example: `  alliancebot                                     # try it, no account needed
  alliancebot ask "which boroughs do you cover?"  # one question
  alliancebot ask --why "who hosts you?"          # and how the answer was found
  alliancebot check --kb knowledge/alliance       # is what I edited right?
  alliancebot test --kb knowledge/alliance        # are the test questions still answered?`,
		Args:          noArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return app.run(cmd) },
	}
	root.SuggestionsMinimumDistance = 2
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError(err) })
	root.PersistentFlags().StringVar(&app.configFile, "config", "", "configuration `FILE` (default config.yaml, if there is one)")
	root.PersistentFlags().StringVar(&app.folder, "kb", "", "knowledge `DIR` (default: as the configuration says, or the one built in)")
	root.PersistentFlags().BoolVar(&app.unchecked, "unchecked", false, "check only the format of the knowledge, not its content")
	root.AddCommand(app.runCommand(), app.askCommand(), app.checkCommand(), app.testCommand(), app.measureCommand(), app.doctorCommand(),
		app.slackCommand(), app.discordCommand(), app.versionCommand())
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" {
			cmd.RunE = func(_ *cobra.Command, args []string) error { return noShell(args) }
			cmd.Args = nil
			for _, shell := range cmd.Commands() {
				shell.Args = noArgs
			}
		}
	}
	return root
}

// noShell is what comes of alliancebot completion without a shell that it knows.
func noShell(args []string) error {
	err := errors.New("name the shell to complete for")
	if len(args) > 0 {
		err = fmt.Errorf("there is no completion for %q", args[0])
	}
	return hinted{error: err, hint: "the shells are bash, fish, powershell and zsh: alliancebot completion bash", exit: exitUsage}
}

// noArgs refuses arguments; the likeliest mistake is a question without "ask".
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := `to ask a question: alliancebot ask "which boroughs do you cover?"`
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		hint = "did you mean alliancebot " + near[0] + "?"
	}
	return hinted{error: fmt.Errorf("unknown command %q", args[0]), hint: hint, exit: exitUsage}
}
