package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"alliancebot/knowledge"
	"alliancebot/knowledge/yamlfile"
)

// Outcome is what came of one turn of a suite.
type Outcome struct {
	Turn   knowledge.Turn
	Got    string // entry ids, "unknown", "suggest", "smalltalk" or "safety", as a suite writes them; with the class
	Right  bool   // exactly what the suite expects
	Failed bool   // neither right nor accepted
	Dur    time.Duration
}

// Report is the result of the suites.
type Report struct {
	Suites []SuiteReport
}

// SuiteReport is the result of one suite.
type SuiteReport struct {
	Suite    knowledge.Suite
	Outcomes []Outcome
}

// Test runs the suites of r's own knowledge, each case as a conversation of its own. It calls progress, which may be
// nil, after each case. It stops early, with what it has, when ctx ends.
func (r *Ready) Test(ctx context.Context, progress func(done, total int)) Report {
	total, done := 0, 0
	for _, s := range r.kb.Suites {
		total += len(s.Cases)
	}
	b := New(r, Options{})
	var report Report
	for _, s := range r.kb.Suites {
		sr := SuiteReport{Suite: s}
		for i, c := range s.Cases {
			if ctx.Err() != nil {
				return report
			}
			conversation := fmt.Sprintf("%s case %d", s.File, i)
			for _, turn := range c.Turns {
				sr.Outcomes = append(sr.Outcomes, b.try(ctx, conversation, Audience(s.Audience), turn))
			}
			if done++; progress != nil {
				progress(done, total)
			}
		}
		report.Suites = append(report.Suites, sr)
	}
	return report
}

// try asks one turn.
func (b *Bot) try(ctx context.Context, conversation string, audience Audience, turn knowledge.Turn) Outcome {
	start := time.Now()
	reply := b.Handle(ctx, Message{Conversation: conversation, Audience: audience, Text: turn.Ask, Choice: turn.Choice})
	o := Outcome{Turn: turn, Dur: time.Since(start), Got: got(reply)}
	o.Right = b.right(turn, reply)
	o.Failed = !o.Right && !accepted(turn, reply)
	return o
}

// accepted reports whether a reply is no failure, though it is not what the turn expects. A safety class that nobody
// expects is a reply of the safety lane, whatever else the reply holds.
func accepted(turn knowledge.Turn, reply Reply) bool {
	if string(reply.Class) != turn.Class && !slices.Contains(turn.Accept, knowledge.ExpectSafety) {
		return false
	}
	return slices.Contains(turn.Accept, string(reply.Kind))
}

// right reports whether a reply is exactly what a turn expects.
func (b *Bot) right(turn knowledge.Turn, reply Reply) bool {
	if string(reply.Class) != turn.Class {
		return false
	}
	entries := b.told(reply)
	if len(turn.All) > 0 {
		onlyRefusals := !slices.ContainsFunc(turn.All, func(w string) bool { return w != knowledge.ExpectUnknown })
		return slices.Equal(entries, turn.All) || onlyRefusals && reply.Kind == Unknown
	}
	if len(turn.Expect) == 0 {
		return true // only the class counts
	}
	for _, want := range turn.Expect {
		switch {
		case want == string(reply.Kind):
			return true
		case slices.Contains(entries, want):
			return true
		}
	}
	return false
}

// told are the ids of the entries whose text a reply holds, in order; those that are not covered, and small talk, too.
// A question that could not be answered among others counts as "unknown".
func (b *Bot) told(reply Reply) []string {
	var out []string
	for _, a := range reply.Answers {
		if a.Missing {
			out = append(out, knowledge.ExpectUnknown)
			continue
		}
		out = append(out, a.Entry)
	}
	if len(out) == 0 && reply.said != nil {
		out = append(out, reply.said.ID)
	}
	return out
}

func got(reply Reply) string {
	var out []string
	if reply.Class != "" {
		out = append(out, "class "+string(reply.Class))
	}
	for _, a := range reply.Answers {
		if a.Missing {
			out = append(out, knowledge.ExpectUnknown)
			continue
		}
		out = append(out, a.Entry)
	}
	if len(reply.Answers) == 0 {
		kind := string(reply.Kind)
		if reply.said != nil {
			kind += " (" + reply.said.ID + ")"
		}
		if reply.Kind == Suggested {
			var ids []string
			for _, c := range reply.Choices {
				ids = append(ids, c.Entry)
			}
			kind += " (" + strings.Join(ids, ", ") + ")"
		}
		out = append(out, kind)
	}
	return strings.Join(out, ", ")
}

// Outcomes returns the outcomes of all suites, in order.
func (r Report) Outcomes() []Outcome {
	var out []Outcome
	for _, s := range r.Suites {
		out = append(out, s.Outcomes...)
	}
	return out
}

// Err returns the failed turns as yamlfile.Errors, or nil when there is none.
func (r Report) Err() error {
	var errs yamlfile.Errors
	for _, o := range r.Outcomes() {
		if o.Failed {
			errs.Add(o.Turn.Pos, "", "%s", o.Complaint())
		}
	}
	return errs.Err()
}

// Complaint says what was asked, what was expected and what came.
func (o Outcome) Complaint() string {
	asked := o.Turn.Ask
	if o.Turn.Choice != "" {
		asked = "pick " + o.Turn.Choice
	}
	return fmt.Sprintf("%q: want %s, got %s", asked, o.Want(), o.Got)
}

// Want is what the suite expects of the turn, as it writes it.
func (o Outcome) Want() string {
	var out []string
	if o.Turn.Class != "" {
		out = append(out, "class "+o.Turn.Class)
	}
	if len(o.Turn.All) > 0 {
		out = append(out, strings.Join(o.Turn.All, " and "))
	}
	if len(o.Turn.Expect) > 0 {
		out = append(out, strings.Join(o.Turn.Expect, " or "))
	}
	return strings.Join(out, ", ")
}

// Summary counts what came of the suites.
type Summary struct {
	Turns, Right, Failed int
	Answerable, Answered int // turns that expect an entry, and those that got one that they expect
	Outside, Refused     int // turns that expect a refusal, and those that got one
	Slowest              Outcome
}

// Summary counts the outcomes.
func (r Report) Summary() Summary {
	var s Summary
	for _, o := range r.Outcomes() {
		s.Turns++
		if o.Right {
			s.Right++
		}
		if o.Failed {
			s.Failed++
		}
		if o.expectsRefusal() {
			s.Outside++
			if o.Right {
				s.Refused++
			}
		} else if o.expectsEntry() {
			s.Answerable++
			if o.Right {
				s.Answered++
			}
		}
		if o.Dur > s.Slowest.Dur {
			s.Slowest = o
		}
	}
	return s
}

func (o Outcome) expectsRefusal() bool {
	return slices.Contains(o.Turn.Expect, knowledge.ExpectUnknown)
}

func (o Outcome) expectsEntry() bool {
	return len(o.Turn.All) > 0 || len(o.Turn.Expect) > 0 && !slices.ContainsFunc(o.Turn.Expect, func(w string) bool {
		return w == knowledge.ExpectSuggest || w == knowledge.ExpectSmallTalk || w == knowledge.ExpectSafety
	})
}

// String is the summary in a few lines.
func (s Summary) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d turns as expected, %d failed\n", s.Right, s.Turns, s.Failed)
	if s.Answerable > 0 {
		fmt.Fprintf(&b, "answered right: %d of %d (%.1f%%)\n", s.Answered, s.Answerable, 100*float64(s.Answered)/float64(s.Answerable))
	}
	if s.Outside > 0 {
		fmt.Fprintf(&b, "refused as they must be: %d of %d (%.1f%%)\n", s.Refused, s.Outside, 100*float64(s.Refused)/float64(s.Outside))
	}
	if s.Turns > 0 {
		fmt.Fprintf(&b, "slowest: %v, %q\n", s.Slowest.Dur.Round(time.Microsecond), s.Slowest.Turn.Ask)
	}
	return b.String()
}
