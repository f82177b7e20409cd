// Package yamlfile reads YAML that people write by hand, and tells them everything that is wrong with it at once.
// It is the only place that touches YAML: the knowledge and the configuration are both read through it.
//
// A caller describes a file as a struct and decodes into it:
//
//	type file struct {
//		Topic   yamlfile.String `yaml:"topic,required"`
//		Entries []entry         `yaml:"entries,required"`
//	}
//
//	type entry struct {
//		Pos      yamlfile.Pos                // filled with the place of the entry
//		ID       yamlfile.String             `yaml:"id,required"`
//		ReviewBy yamlfile.Located[time.Time] `yaml:"review_by"`
//		Expect   []yamlfile.String           `yaml:"expect,single"` // "expect: a" and "expect: [a, b]" both work
//	}
//
// The fields may be structs, slices, maps with text keys, pointers to any of these, text, booleans, whole and decimal
// numbers, time.Duration (10m), time.Time (2026-11-22), types with an UnmarshalText method, text types with a list of
// allowed Words, and String and Located, which keep their place. A field of type Pos gets the place of the group that
// it is in. The fields of an embedded struct count as the outer one's. Other fields without a tag are left alone. A key marked required must be there and hold something.
//
// Reading is strict. Unknown and repeated keys, a second document, values of the wrong kind, keys without a value,
// anchors, aliases, tags and merge keys are all mistakes, and so are files that are empty, too big, too deeply nested
// or not UTF-8. Line ends may be LF or CRLF, and a byte order mark is skipped. Words that YAML takes for something
// else (2020, true) are text where text is wanted.
package yamlfile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Pos is a place in a file.
type Pos struct {
	File   string
	Line   int // from 1; 0 means the file as a whole
	Column int // from 1, in characters
}

// String is file:line:column, or the file alone when there is no line.
func (p Pos) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Compare orders places by file, then line, then column.
func (p Pos) Compare(q Pos) int {
	return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column))
}

// String is text that knows where it stands in its file.
type String struct {
	Value string
	Pos   Pos
	// How lines and columns of Value map to the file; see At.
	layout layout
	indent int
}

// layout says which places inside a text can be found again in its file.
type layout int

const (
	scattered layout = iota // folded over several lines: only the start is known
	inline                  // on one line; indent is the width of the opening quote
	block                   // after a "|": line n stands n lines below, indented by indent characters
)

// At returns the place in the file of a line and column of the text, both from 1. Where that cannot be told, because
// the text is folded over several lines, it returns the place where the text starts.
func (s String) At(line, column int) Pos {
	p := s.Pos
	switch {
	case line < 1 || column < 1:
	case s.layout == block:
		p.Line += line
		p.Column = s.indent + column
	case s.layout == inline && line == 1:
		p.Column += s.indent + column - 1
	}
	return p
}

// Located is a value that knows where it stands in its file. The zero Pos means that the file does not hold it.
type Located[T any] struct {
	Value T
	Pos   Pos
}

func (l *Located[T]) locate(p Pos) any {
	l.Pos = p
	return &l.Value
}

// Words is implemented by text types that allow only certain words.
type Words interface {
	// Words lists what is allowed, in the order in which a message names it. It is called on the zero value.
	Words() []string
}

// Error is one mistake in a file.
type Error struct {
	Pos     Pos
	Message string // what is wrong, in words for people who do not program
	Hint    string // what to do about it; may be empty
}

// Error returns one line: "about.yaml:3:5: unknown key "anwser"; did you mean "answer"?".
func (e *Error) Error() string {
	s := e.Pos.String() + ": " + e.Message
	if e.Hint != "" {
		s += "; " + e.Hint
	}
	return s
}

// Errors is every mistake found. Those that Decode returns are in the order of Sort and never empty.
type Errors []*Error

// Error returns the mistakes, one a line, without a final line end.
func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find the single mistakes.
func (es Errors) Unwrap() []error {
	list := make([]error, len(es))
	for i, e := range es {
		list[i] = e
	}
	return list
}

// Add appends a mistake.
func (es *Errors) Add(pos Pos, hint, format string, args ...any) {
	*es = append(*es, &Error{Pos: pos, Message: fmt.Sprintf(format, args...), Hint: hint})
}

// Sort orders the mistakes by place, then message, and drops repeated ones.
func (es *Errors) Sort() {
	slices.SortStableFunc(*es, func(a, b *Error) int {
		return cmp.Or(a.Pos.Compare(b.Pos), cmp.Compare(a.Message, b.Message))
	})
	*es = slices.CompactFunc(*es, func(a, b *Error) bool { return *a == *b })
}

// Err returns the mistakes as an error, sorted, or nil when there are none.
func (es *Errors) Err() error {
	if len(*es) == 0 {
		return nil
	}
	es.Sort()
	return *es
}
