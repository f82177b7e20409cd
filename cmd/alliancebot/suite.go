package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"alliancebot/bot"
	"alliancebot/knowledge"
)

func (a *app) testCommand() *cobra.Command {
	var junit string
	var quiet bool
	cmd := &cobra.Command{
		Use:   "test",
		Short: "Ask the test questions of the knowledge and compare the replies",
		Long: `Asks every question of the suites in the knowledge folder's tests and compares each reply with what the suite expects.
Exits with 1 when one fails.`,
		Example: "  alliancebot test --kb knowledge/alliance\n  alliancebot test --quiet --junit report.xml",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.test(cmd, junit, quiet) },
	}
	cmd.Flags().StringVar(&junit, "junit", "", "also write the results to `FILE`, in JUnit's XML")
	cmd.Flags().BoolVar(&quiet, "quiet", false, "print only what failed, and the summary")
	return cmd
}

func (a *app) test(cmd *cobra.Command, junit string, quiet bool) error {
	kb, err := a.loadOrExplain()
	if err != nil {
		return err
	}
	if len(kb.Suites) == 0 {
		return hinted{error: errors.New("the knowledge has no test questions"), hint: "put suites into the folder tests"}
	}
	ready, err := bot.Prepare(kb)
	if err != nil {
		return err
	}
	ctx, stop := untilSignal(cmd.Context())
	defer stop()
	report := ready.Test(ctx, progress(cmd.ErrOrStderr()))
	if ctx.Err() != nil {
		return errors.New("interrupted")
	}
	err = printReport(cmd.OutOrStdout(), report, quiet)
	if junit != "" {
		if err := writeJUnit(junit, report); err != nil {
			return err
		}
	}
	return err
}

// progress returns a func that reports to w once a second, from the first second on.
func progress(w io.Writer) func(done, total int) {
	next := time.Now().Add(time.Second)
	return func(done, total int) {
		if now := time.Now(); now.After(next) {
			next = now.Add(time.Second)
			fmt.Fprintf(w, "%d of %d\n", done, total)
		}
	}
}

// printReport prints a line a turn and a summary. It returns reported{} when a turn failed.
func printReport(w io.Writer, report bot.Report, quiet bool) error {
	for _, s := range report.Suites {
		for _, o := range s.Outcomes {
			switch {
			case o.Failed:
				fmt.Fprintf(w, "FAIL %s: %s\n", o.Turn.Pos, o.Complaint())
			case quiet:
			case !o.Right:
				fmt.Fprintf(w, "miss %s: %s\n", o.Turn.Pos, o.Complaint())
			default:
				fmt.Fprintf(w, "pass %s: %q: %s\n", o.Turn.Pos, asked(o.Turn), o.Got)
			}
		}
	}
	sum := report.Summary()
	fmt.Fprint(w, sum)
	if sum.Failed > 0 {
		return reported{}
	}
	return nil
}

// asked is what a turn says or picks.
func asked(t knowledge.Turn) string {
	if t.Choice != "" {
		return "pick " + t.Choice
	}
	return t.Ask
}

// junitSuites is the part of JUnit's format that CI systems read.
type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name      string        `xml:"name,attr"`
	Classname string        `xml:"classname,attr"`
	Time      string        `xml:"time,attr"` // seconds
	Failure   *junitFailure `xml:"failure"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

func writeJUnit(name string, report bot.Report) error {
	var out junitSuites
	for _, s := range report.Suites {
		js := junitSuite{Name: s.Suite.Title, Tests: len(s.Outcomes)}
		for _, o := range s.Outcomes {
			c := junitCase{Name: asked(o.Turn), Classname: s.Suite.File, Time: fmt.Sprintf("%.6f", o.Dur.Seconds())}
			if o.Failed {
				js.Failures++
				c.Failure = &junitFailure{Message: o.Complaint(), Text: o.Turn.Pos.String()}
			}
			js.Cases = append(js.Cases, c)
		}
		out.Suites = append(out.Suites, js)
	}
	data, err := xml.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append([]byte(xml.Header), append(data, '\n')...), 0o644)
}
