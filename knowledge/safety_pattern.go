package knowledge

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"alliancebot/knowledge/yamlfile"
)

// Pattern is a phrase of safety.yaml. The zero Pattern matches nothing.
type Pattern struct {
	Text     string // as it is written
	Elements []Element
	Pos      yamlfile.Pos
}

// Element is one place in a Pattern: a word, or a gap.
type Element struct {
	Any      []Word // any one of them fits; empty for a gap
	Optional bool   // it may be missing
}

// Gap reports whether the element stands for up to GapWords words of any kind.
func (e Element) Gap() bool { return len(e.Any) == 0 }

// Word is one alternative of an Element.
type Word struct {
	Text   string // in small letters; empty for a list
	Prefix bool   // any word that begins with Text
	List   string // the name of a word list, or NumberList
}

// Limits of a Pattern. They keep the time that a message takes in proportion to its length.
const (
	GapWords    = 4  // how many words "..." may stand for
	maxElements = 10 // nobody says more than this in the same words as others
	maxOptional = 6  // each one doubles the ways to say a phrase
)

// NumberList is the built-in list of all numbers.
const NumberList = "number"

var (
	wordPattern = regexp.MustCompile(`^(?:<([a-z][a-z0-9_]*)>|([a-z0-9.&]+)(\*)?)$`)
	// A beginning of 1 or 2 letters fits far too many words to say anything. One with a digit does not.
	minPrefix = 3
)

// parsePattern reads a phrase. The hint says how to put the mistake right.
func parsePattern(text string) (p Pattern, hint string, err error) {
	p.Text = strings.Join(strings.Fields(text), " ")
	for field := range strings.FieldsSeq(text) {
		e, hint, err := parseElement(field)
		if err != nil {
			return p, hint, err
		}
		p.Elements = append(p.Elements, e)
	}
	return p, "", nil
}

func parseElement(field string) (e Element, hint string, err error) {
	if field == "..." {
		return e, "", nil
	}
	if inner, ok := strings.CutPrefix(field, "("); ok && strings.HasSuffix(inner, ")") {
		e.Optional, field = true, strings.TrimSuffix(inner, ")")
	}
	for alternative := range strings.SplitSeq(field, "|") {
		m := wordPattern.FindStringSubmatch(alternative)
		switch {
		case m == nil && strings.ContainsAny(alternative, "'’"):
			return e, `leave the apostrophe out and write full words: "do not", not "don't"`, fmt.Errorf("%q holds an apostrophe", field)
		case m == nil && alternative != strings.ToLower(alternative):
			return e, "write small letters", fmt.Errorf("%q holds capital letters", field)
		case m == nil && alternative == "":
			return e, `write a word on each side of "|", without spaces`, fmt.Errorf("%q lacks a word", field)
		case m == nil:
			return e, `a phrase is made of words, "bleed*", "lump|growth", "<person>", "(have)" and "..."`, fmt.Errorf("%q cannot be read", field)
		case m[3] != "" && len(m[2]) < minPrefix && onlyDigits(m[2]) == "":
			return e, fmt.Sprintf("write at least %d letters before the star", minPrefix), fmt.Errorf("%q fits too many words", alternative)
		}
		e.Any = append(e.Any, Word{Text: m[2], Prefix: m[3] != "", List: m[1]})
	}
	return e, "", nil
}

// shapeProblem says what is wrong with a phrase as a whole, if anything.
func (p Pattern) shapeProblem() (message, hint string) {
	optional := 0
	for i, e := range p.Elements {
		switch {
		case e.Gap() && (i == 0 || i == len(p.Elements)-1):
			return "starts or ends with a gap", `remove the "..."`
		case e.Optional && (i == 0 || i == len(p.Elements)-1):
			return "starts or ends with a word that may be missing", "leave it out, or write it without brackets"
		case e.Gap() && p.Elements[i-1].Gap():
			return "has two gaps in a row", `write "..." once`
		case e.Optional:
			optional++
		}
	}
	switch {
	case optional > maxOptional:
		return "has too many words in brackets", fmt.Sprintf("write at most %d, or several phrases", maxOptional)
	case len(p.Elements) > maxElements:
		return "is too long", fmt.Sprintf("keep the %d words that matter, the rest as \"...\"", maxElements)
	}
	return "", ""
}

func (p Pattern) hasGap() bool { return slices.ContainsFunc(p.Elements, Element.Gap) }

// key is the same for phrases that match the same words in the same order.
func (p Pattern) key() string {
	var sb strings.Builder
	for _, e := range p.Elements {
		words := make([]string, len(e.Any))
		for i, w := range e.Any {
			words[i] = w.String()
		}
		slices.Sort(words)
		fmt.Fprintf(&sb, "%s %t;", strings.Join(words, "|"), e.Optional)
	}
	return sb.String()
}

// String is the word as it is written in a phrase.
func (w Word) String() string {
	switch {
	case w.List != "":
		return "<" + w.List + ">"
	case w.Prefix:
		return w.Text + "*"
	}
	return w.Text
}
