package bot

import (
	"fmt"
	"strconv"
	"strings"
)

// Text is the whole reply as plain text, for terminals, scripts and screen readers.
func (r Reply) Text() string {
	var parts []string
	add := func(s string) {
		if s != "" {
			parts = append(parts, s)
		}
	}
	add(r.Notice.Plain())
	for _, a := range r.Answers {
		add(a.Text())
	}
	var list []string
	for i, c := range r.Choices {
		list = append(list, strconv.Itoa(i+1)+". "+c.Label)
	}
	if r.NoneOfThese {
		list = append(list, strconv.Itoa(len(r.Choices)+1)+". "+NoneOfTheseLabel)
	}
	add(strings.Join(list, "\n"))
	add(r.Welcome.Plain())
	return strings.Join(parts, "\n\n")
}

// NoneOfTheseLabel is what the choice NoneOfThese is called.
const NoneOfTheseLabel = "None of these"

// Text is the answer as plain text: body, standing note and sources.
func (a Answer) Text() string {
	parts := []string{a.Body.Plain()}
	if a.Note != "" {
		parts = append(parts, a.Note)
	}
	if s := a.SourceLine(); s != "" {
		parts = append(parts, s)
	}
	return strings.Join(parts, "\n\n")
}

// SourceLine names the sections that the answer rests on and when they were read, or is empty when it rests on none.
func (a Answer) SourceLine() string {
	if len(a.Sources) == 0 {
		return ""
	}
	first := a.Sources[0]
	var sections []string
	for _, s := range a.Sources {
		if s.Document == first.Document {
			sections = append(sections, strconv.Quote(s.Section))
		}
	}
	word := "section"
	if len(sections) > 1 {
		word = "sections"
	}
	return fmt.Sprintf("Source: %s page, %s %s, read on %s.", first.Document, word, strings.Join(sections, ", "), first.Read.Format("2 January 2006"))
}
