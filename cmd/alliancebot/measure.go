package main

import (
	"fmt"
	"io"
	"math/rand/v2"

	"github.com/spf13/cobra"

	"alliancebot/bot"
	"alliancebot/bot/match"
	"alliancebot/knowledge"
)

func (a *app) measureCommand() *cobra.Command {
	var lost bool
	cmd := &cobra.Command{
		Use:   "measure",
		Short: "Measure how well phrasings are recognised that are not stored",
		Long: `Asks every phrasing as if it were not stored, and every stored one with typing mistakes, and prints how many find their
entry. It takes a few seconds.

With --lost it lists the phrasings that lead elsewhere when they are not stored, with the entry that takes them. Two entries that
keep taking each other's phrasings want phrasings that tell them apart, or to be one entry.`,
		Example: "  alliancebot measure --kb knowledge/alliance\n  alliancebot measure --lost --kb knowledge/alliance",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.measure(cmd, lost) },
	}
	cmd.Flags().BoolVar(&lost, "lost", false, "list the phrasings that lead elsewhere when they are not stored")
	return cmd
}

const (
	folds = 8 // into which the phrasings are dealt
	// garbleEvery is how many characters there are to a typing mistake: a hasty thumb makes fewer.
	garbleEvery = 6
)

// share counts how many of something are right.
type share struct{ right, all int }

func (s *share) add(right bool) {
	s.all++
	if right {
		s.right++
	}
}

func (s share) String() string {
	return fmt.Sprintf("%d of %d (%.1f%%)", s.right, s.all, 100*float64(s.right)/float64(max(s.all, 1)))
}

func (a *app) measure(cmd *cobra.Command, lost bool) error {
	kb, err := a.loadOrExplain()
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	var all, covered, top3 share
	for _, l := range match.CrossValidate(kb, folds) {
		right := l.First == l.Entry
		all.add(right)
		if l.Entry.Kind == knowledge.Covered {
			covered.add(right)
			top3.add(l.Top3)
		}
		if lost && !right && l.First != nil && l.Phrasing < len(l.Entry.PhrasingPos) {
			fmt.Fprintf(out, "%s: %q goes to %s, not to %s\n", l.Entry.PhrasingPos[l.Phrasing], l.Entry.AlsoAsked[l.Phrasing], l.First.ID, l.Entry.ID)
		}
	}
	fmt.Fprintf(out, "left out, ranked first: %s; of covered entries %s, in the first three %s\n", all, covered, top3)
	fmt.Fprintf(out, "with a typing mistake every %d characters, ranked first: %s\n", garbleEvery, garbled(kb))
	return measureSafety(out, kb, lost)
}

// measureSafety classifies the examples of the safety lane and the questions of the knowledge as if they were not there.
func measureSafety(out io.Writer, kb *knowledge.Base, lost bool) error {
	if kb.Safety == nil || len(kb.Safety.Examples) == 0 {
		return nil
	}
	left, err := bot.MeasureSafety(kb, folds)
	if err != nil {
		return err
	}
	var critical, noticed, others, blocked, signposted share
	for _, l := range left {
		switch {
		case l.Want == "":
			blocked.add(l.Got.Replaces())
			signposted.add(l.Got != "")
		case l.Want.Replaces():
			critical.add(l.Got == l.Want)
			noticed.add(l.Got != "")
		default:
			others.add(l.Got == l.Want)
		}
		if lost && l.Got != l.Want {
			fmt.Fprintf(out, "safety: %q is taken for %q, not for %q\n", l.Text, l.Got, l.Want)
		}
	}
	fmt.Fprintf(out, "left out, emergencies, self-harm and safeguarding: %s told right, %s noticed; other classes: %s told right\n", critical, noticed, others)
	fmt.Fprintf(out, "left out, ordinary messages: %s blocked, %s with any safety reply\n", blocked, signposted)
	return nil
}

// garbled asks every phrasing of a covered entry with typing mistakes.
func garbled(kb *knowledge.Base) share {
	ix := match.New(kb, match.Options{})
	rng := rand.New(rand.NewPCG(1, 1))
	var s share
	for _, e := range kb.Entries {
		if e.Kind != knowledge.Covered {
			continue
		}
		for _, p := range e.AlsoAsked {
			hits := ix.Search(match.Garble(p, garbleEvery, rng))
			s.add(len(hits) > 0 && hits[0].Entry == e)
		}
	}
	return s
}
