// Package markup reads the small part of Markdown that answers are written in: paragraphs, bullet and numbered
// lists, bold, and links to https pages. Everything else (headings, code, tables, images, HTML, italics, quotes)
// is refused with its line, so that what a maintainer writes looks the same on every platform.
//
// A Text is parsed once, when the knowledge is loaded; each adapter renders its Blocks for its own platform.
package markup

// Text is a parsed piece of Markdown. The zero Text is empty. A Text is never changed after Parse.
type Text struct {
	Source string  // the Markdown as it was written, trimmed
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
