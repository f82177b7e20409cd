// Package markup reads the small part of Markdown that answers are written in: paragraphs, bullet and numbered
// lists, bold, and links to https pages. Everything else (headings, code, tables, images, HTML, italics, quotes)
// is refused with its line, so that what a maintainer writes looks the same on every platform.
//
// A Text is parsed once, when the knowledge is loaded; each adapter renders its Blocks for its own platform.
package markup

import (
	"fmt"
	"strings"
	"unicode"
)

// Text is a parsed piece of Markdown. The zero Text is empty. A Text is never changed after Parse.
type Text struct {
	Source string  // the Markdown as it was written, without empty lines around it
	Blocks []Block // in order
}

// Block is a paragraph (Items is nil) or a list (Spans is nil).
type Block struct {
	Spans   []Span   // the paragraph's text; a line break inside a paragraph is a space
	Items   [][]Span // the list's items, one level deep
	Ordered bool     // the list is numbered from 1
}

// Span is a run of text in one style. Text never holds a line break.
type Span struct {
	Text string
	Bold bool
	URL  string // an https, mailto or tel address when the run is a link, else empty
}

// Empty reports whether there is nothing to show.
func (t Text) Empty() bool { return len(t.Blocks) == 0 }

// Plain returns the text without markup: paragraphs and lists separated by an empty line, list items on lines of
// their own after "- " or their number, and links as their words followed by the address in brackets, unless the
// words are the address. There is no line end after the last line.
func (t Text) Plain() string { return t.render(spanWithAddress) }

// Words returns the number of words that a reader sees. Addresses of links and the marks of lists are not counted.
func (t Text) Words() int {
	n := 0
	for _, b := range t.Blocks {
		for _, line := range b.Lines() {
			n += countWords(line)
		}
	}
	return n
}

// Lines returns what a reader sees of the block without any marks or addresses: one line for a paragraph, one an item for a list.
func (b Block) Lines() []string {
	if b.Items == nil {
		return []string{concat(b.Spans, spanText)}
	}
	lines := make([]string, len(b.Items))
	for i, item := range b.Items {
		lines[i] = concat(item, spanText)
	}
	return lines
}

// Join puts texts one after the other, each in paragraphs of its own. Empty ones vanish.
func Join(texts ...Text) Text {
	var all Text
	var sources []string
	for _, t := range texts {
		if t.Empty() {
			continue
		}
		sources = append(sources, t.Source)
		all.Blocks = append(all.Blocks, t.Blocks...)
	}
	all.Source = strings.Join(sources, "\n\n")
	return all
}

// Verbatim takes text as it is, without looking for markup: a paragraph for every part between empty lines. Source
// is the text itself, and need not be Markdown that Parse would read the same way.
func Verbatim(text string) Text {
	t := Text{Source: strings.TrimSpace(text)}
	for paragraph := range strings.SplitSeq(strings.ReplaceAll(t.Source, "\r\n", "\n"), "\n\n") {
		if line := oneLine(paragraph); line != "" {
			t.Blocks = append(t.Blocks, Block{Spans: []Span{{Text: line}}})
		}
	}
	return t
}

func (t Text) render(span func(Span) string) string {
	var sb strings.Builder
	for i, b := range t.Blocks {
		if i > 0 {
			sb.WriteString("\n\n")
		}
		if b.Items == nil {
			sb.WriteString(concat(b.Spans, span))
			continue
		}
		for j, item := range b.Items {
			if j > 0 {
				sb.WriteByte('\n')
			}
			if b.Ordered {
				fmt.Fprintf(&sb, "%d. ", j+1)
			} else {
				sb.WriteString("- ")
			}
			sb.WriteString(concat(item, span))
		}
	}
	return sb.String()
}

func concat(spans []Span, show func(Span) string) string {
	var sb strings.Builder
	for _, s := range spans {
		sb.WriteString(show(s))
	}
	return sb.String()
}

func spanText(s Span) string { return s.Text }

func spanWithAddress(s Span) string {
	address := strings.TrimPrefix(strings.TrimPrefix(s.URL, "mailto:"), "tel:")
	if s.URL == "" || bareAddress(s.Text) == bareAddress(address) {
		return s.Text
	}
	return s.Text + " (" + address + ")"
}

// bareAddress is an address as people write it in text: without https:// and the last slash.
func bareAddress(s string) string {
	s = strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(s), "https://"), "www.")
	return strings.TrimSuffix(strings.ReplaceAll(s, " ", ""), "/")
}

func countWords(line string) int {
	n := 0
	for word := range strings.FieldsSeq(line) {
		if strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			n++
		}
	}
	return n
}

// oneLine turns every run of white space into one space, and trims.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
