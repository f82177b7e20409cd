package markup

import (
	"cmp"
	"errors"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// Error is one piece of markup that is not supported.
type Error struct {
	Line, Column int    // inside the source, from 1; Column is in characters
	Message      string // what is wrong
	Hint         string // what to do about it; may be empty
}

// Error returns "line 2: headings are not supported; write a paragraph".
func (e *Error) Error() string {
	s := fmt.Sprintf("line %d: %s", e.Line, e.Message)
	if e.Hint != "" {
		s += "; " + e.Hint
	}
	return s
}

// Errors is every mistake in one text, by line.
type Errors []*Error

// Error returns the mistakes, one a line.
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

// markdown reads CommonMark as well as what people know from elsewhere, so that all of it can be refused by name.
// It does not read link definitions ("[a]: https://...") since these would vanish from the text without a word.
var markdown = goldmark.New(
	goldmark.WithParser(parser.NewParser(
		parser.WithBlockParsers(parser.DefaultBlockParsers()...),
		parser.WithInlineParsers(parser.DefaultInlineParsers()...),
	)),
	goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.TaskList),
)

// Parse reads the Markdown subset of the package comment. The error is Errors with every mistake. An empty source is
// an empty Text and no error. It is safe for concurrent use.
func Parse(source string) (Text, error) {
	if !utf8.ValidString(source) {
		return Text{}, Errors{{Line: 1, Column: 1, Message: "the text is not UTF-8"}}
	}
	source = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(source)
	r := &reader{source: []byte(source)}
	root := markdown.Parser().Parse(text.NewReader(r.source))
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		r.block(n)
	}
	if len(r.errs) > 0 {
		slices.SortStableFunc(r.errs, func(a, b *Error) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
		})
		return Text{}, r.errs
	}
	return Text{Source: trim(source), Blocks: r.blocks}, nil
}

var emptyLines = regexp.MustCompile(`^(?:[ \t]*\n)+`)

// trim leaves the spaces at the start of the first line alone: they can mean something.
func trim(source string) string {
	return strings.TrimRight(emptyLines.ReplaceAllString(source, ""), " \t\n")
}

// MustParse is Parse for texts in the program itself; it panics on a mistake.
func MustParse(source string) Text {
	t, err := Parse(source)
	if err != nil {
		panic(fmt.Sprintf("markup: %q: %v", source, err))
	}
	return t
}

// reader turns goldmark's tree into a Text.
type reader struct {
	source []byte
	blocks []Block
	errs   Errors
}

// place returns the line and column of an offset.
func (r *reader) place(offset int) (line, column int) {
	before := r.source[:min(max(offset, 0), len(r.source))]
	start := strings.LastIndexByte(string(before), '\n') + 1
	return strings.Count(string(before), "\n") + 1, utf8.RuneCount(before[start:]) + 1
}

func (r *reader) fail(offset int, hint, format string, args ...any) {
	line, column := r.place(offset)
	r.errs = append(r.errs, &Error{Line: line, Column: column, Message: fmt.Sprintf(format, args...), Hint: hint})
}

// offset finds where a node starts, by the first of its descendants that knows.
func offset(n ast.Node) int {
	if pos := n.Pos(); pos >= 0 {
		return pos
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if pos := offset(c); pos >= 0 {
			return pos
		}
	}
	return -1
}

func (r *reader) block(n ast.Node) {
	switch n := n.(type) {
	case *ast.Paragraph, *ast.TextBlock:
		if spans := r.spans(n); len(spans) > 0 {
			r.blocks = append(r.blocks, Block{Spans: spans})
		}
	case *ast.List:
		r.list(n)
	default:
		what, hint := unsupported(n)
		r.fail(offset(n), hint, "%s not supported", what)
	}
}

// unsupported names a kind of markup in the plural with its verb, and says what to write instead.
func unsupported(n ast.Node) (what, hint string) {
	switch n.(type) {
	case *ast.Heading:
		return "headings are", `write a paragraph, without "#" before it or a line of "-" or "=" below it`
	case *ast.ThematicBreak:
		return "lines across the page are", "leave an empty line instead"
	case *ast.CodeBlock:
		return "lines that are indented by 4 or more spaces are", "start the line further left"
	case *ast.FencedCodeBlock, *ast.CodeSpan:
		return "code and backquotes are", "use straight quotes"
	case *ast.Blockquote:
		return "quotations with \">\" are", "use quotation marks"
	case *ast.HTMLBlock, *ast.RawHTML:
		return "HTML is", "write plain text, and a link as [words](https://...)"
	case *ast.Image:
		return "images are", "link to the page that shows it"
	case *extast.Table:
		return "tables are", "write a list"
	case *extast.Strikethrough:
		return "crossed-out words are", "remove them"
	case *extast.TaskCheckBox:
		return "tick boxes are", "write a plain list"
	}
	return "this piece of markup is", "write plain text"
}

func (r *reader) list(n *ast.List) {
	if n.IsOrdered() && n.Start != 1 {
		r.fail(offset(n), `start it with "1.", or write "\." if it is no list`, "a numbered list must start at 1")
	}
	b := Block{Ordered: n.IsOrdered(), Items: [][]Span{}}
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		text := item.FirstChild()
		switch {
		case text == nil:
			r.fail(offset(item), "write something after the dash, or remove it", "a list item is empty")
			continue
		case text.Kind() != ast.KindTextBlock && text.Kind() != ast.KindParagraph:
			r.nested(text)
			continue
		}
		if more := text.NextSibling(); more != nil {
			r.nested(more)
		}
		spans := r.spans(text)
		if len(spans) == 0 {
			r.fail(offset(item), "write something after the dash, or remove it", "a list item is empty")
			continue
		}
		b.Items = append(b.Items, spans)
	}
	r.blocks = append(r.blocks, b)
}

// nested reports what stands in a list item beside its text.
func (r *reader) nested(n ast.Node) {
	switch n.(type) {
	case *ast.List:
		r.fail(offset(n), "make it one list, or write a sentence", "a list inside a list is not supported")
	case *ast.Paragraph, *ast.TextBlock:
		r.fail(offset(n), "join the paragraphs, or start the line at the left edge to end the list", "a list item can hold only one paragraph")
	default:
		what, hint := unsupported(n)
		r.fail(offset(n), hint, "%s not supported", what)
	}
}

// spans reads the text of a paragraph or list item.
func (r *reader) spans(parent ast.Node) []Span {
	for _, line := range parent.Lines().Sliced(0, parent.Lines().Len()) {
		if definition.Match(line.Value(r.source)) {
			r.fail(line.Start, "write the address at the link itself: [words](https://...)", "link definitions are not supported")
		}
	}
	in := &inline{reader: r}
	in.children(parent, Span{})
	return in.tidy()
}

// inline collects the spans of one paragraph.
type inline struct {
	*reader
	spans []Span
}

func (in *inline) children(parent ast.Node, style Span) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		in.node(n, style)
	}
}

func (in *inline) node(n ast.Node, style Span) {
	switch n := n.(type) {
	case *ast.Text:
		in.text(n, style)
	case *ast.String:
		in.add(string(n.Value), style)
	case *ast.Emphasis:
		if n.Level != 2 {
			in.fail(offset(n), `remove the "*" or "_" around the words; write "\*" for a star that belongs to the text`, "italics are not supported")
		}
		style.Bold = true
		in.children(n, style)
	case *ast.Link:
		if len(n.Title) > 0 {
			in.fail(offset(n), "write [words](https://...) only", "links with a title are not supported")
		}
		style.URL = in.address(string(n.Destination), offset(n))
		if !n.HasChildren() {
			in.fail(offset(n), "write [words](https://...)", "a link has no words")
		}
		in.children(n, style)
	case *ast.AutoLink:
		style.URL = string(n.URL(in.source))
		if n.AutoLinkType == ast.AutoLinkEmail {
			style.URL = "mailto:" + strings.TrimPrefix(style.URL, "mailto:")
		}
		style.URL = in.address(style.URL, offset(n))
		in.add(string(n.Label(in.source)), style)
	default:
		what, hint := unsupported(n)
		in.fail(offset(n), hint, "%s not supported", what)
	}
}

var (
	escape      = regexp.MustCompile("\\\\([!-/:-@\\[-`{-~])")
	entity      = regexp.MustCompile(`&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]*);`)
	bareLink    = regexp.MustCompile(`(?i)https?://|\bwww\.`)
	definition  = regexp.MustCompile(`^\s*\[[^\]]+\]:\s`)
	lineEndings = regexp.MustCompile(`[\r\n\v\f\x{85}\x{2028}\x{2029}]`)
)

func (in *inline) text(n *ast.Text, style Span) {
	raw := string(n.Value(in.source))
	for _, m := range entity.FindAllStringIndex(raw, -1) {
		if code := raw[m[0]:m[1]]; html.UnescapeString(code) != code {
			in.fail(n.Segment.Start+m[0], fmt.Sprintf("write %q itself", html.UnescapeString(code)), "HTML codes such as %q are not supported", code)
		}
	}
	if m := bareLink.FindStringIndex(raw); m != nil && style.URL == "" {
		in.fail(n.Segment.Start+m[0], "write [words](https://...)", "a web address in the middle of text is not supported")
	}
	in.add(escape.ReplaceAllString(raw, "$1"), style)
	if n.SoftLineBreak() || n.HardLineBreak() {
		in.add(" ", style)
	}
}

func (in *inline) add(text string, style Span) {
	style.Text = lineEndings.ReplaceAllString(text, " ")
	in.spans = append(in.spans, style)
}

// address checks where a link leads, and returns it if it is fit for a Span.
func (in *inline) address(address string, offset int) string {
	address = html.UnescapeString(escape.ReplaceAllString(address, "$1"))
	if problem := badAddress(address); problem != nil {
		in.fail(offset, "write for example [words](https://example.org/page)", "the link to %q %v", address, problem)
		return ""
	}
	scheme, rest, _ := strings.Cut(address, ":")
	return strings.ToLower(scheme) + ":" + rest
}

func badAddress(address string) error {
	odd := func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("<>|`\"", r)
	}
	if strings.ContainsFunc(address, odd) {
		return errors.New("holds a character that a link cannot hold")
	}
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return errors.New("is not a web address")
	case u.Scheme == "https" && (u.Host == "" || u.User != nil):
		return errors.New("is not a web address")
	case u.Scheme == "mailto" && strings.Contains(u.Opaque, "@"), u.Scheme == "tel" && u.Opaque != "", u.Scheme == "https":
		return nil
	}
	return errors.New("must start with https:// or mailto: or tel: (a phone number)")
}

// tidy joins neighbours of the same style and leaves single spaces only, none at the ends.
func (in *inline) tidy() []Span {
	var list []Span
	space := true // what precedes ends in white space, or is the start
	for _, s := range in.spans {
		var sb strings.Builder
		for _, r := range s.Text {
			white := r == ' ' || r == '\t'
			if white && space {
				continue
			}
			if space = white; white {
				r = ' '
			}
			sb.WriteRune(r)
		}
		s.Text = sb.String()
		last := len(list) - 1
		switch {
		case s.Text == "":
		case last >= 0 && list[last].Bold == s.Bold && list[last].URL == s.URL:
			list[last].Text += s.Text
		default:
			list = append(list, s)
		}
	}
	for last := len(list) - 1; last >= 0; last-- {
		if list[last].Text = strings.TrimRight(list[last].Text, " "); list[last].Text != "" {
			break
		}
		list = list[:last]
	}
	return list
}
