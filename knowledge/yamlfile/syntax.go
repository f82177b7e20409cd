package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// source is one file on its way to becoming a tree.
type source struct {
	file  string
	text  string   // line ends are LF
	lines []string // of text
	errs  Errors
}

// newSource checks what can be checked before YAML comes in: size, encoding, characters. Line ends become LF.
func newSource(file string, data []byte, maxBytes int) *source {
	s := &source{file: file}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	switch {
	case len(data) > maxBytes:
		s.errs.Add(Pos{File: file}, "split it into several files", "the file is too big: at most %d bytes are read", maxBytes)
		return s
	case !utf8.Valid(data):
		s.badEncoding(data)
		return s
	}
	s.text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(data))
	s.lines = strings.Split(s.text, "\n")
	s.badCharacters()
	return s
}

// at is a place in the file. What stands after the last line, as YAML sees it, is on the last line for people.
func (s *source) at(line, column int) Pos {
	if len(s.lines) > 0 {
		line = min(line, len(s.lines))
	}
	return Pos{s.file, line, column}
}

// line returns a line's text, counted from 1; empty when there is none.
func (s *source) line(n int) string {
	if n < 1 || n > len(s.lines) {
		return ""
	}
	return s.lines[n-1]
}

func (s *source) badEncoding(data []byte) {
	const hint = "save the file as UTF-8 in your editor"
	for i, line := range bytes.Split(data, []byte("\n")) {
		column := 1
		for len(line) > 0 {
			r, size := utf8.DecodeRune(line)
			if r == utf8.RuneError && size == 1 {
				s.errs.Add(s.at(i+1, column), hint, "the file is not saved as UTF-8: byte 0x%02x cannot be read", line[0])
				return
			}
			line = line[size:]
			column++
		}
	}
}

// badCharacters reports characters that YAML does not allow or takes for a line end that no editor shows. One
// mistake a line is enough.
func (s *source) badCharacters() {
	for i, line := range s.lines {
		column := 1
		for _, r := range line {
			if name := forbidden(r); name != "" {
				s.errs.Add(s.at(i+1, column), "delete it; it often comes in by copying from another program",
					"there is a character here that nobody can see: %s", name)
				break
			}
			column++
		}
	}
}

func forbidden(r rune) string {
	switch {
	case r == '\t':
		return ""
	case r == 0x85 || r == 0x2028 || r == 0x2029:
		return fmt.Sprintf("a hidden line end (U+%04X)", r)
	case r < 0x20 || 0x7f <= r && r <= 0x9f || r == 0xfffe || r == 0xffff:
		return fmt.Sprintf("a control character (U+%04X)", r)
	case r == 0xfeff:
		return "a byte order mark in the middle of the file (U+FEFF)"
	}
	return ""
}

// parse returns the content of the one document, or nil after adding to errs.
func (s *source) parse() *yaml.Node {
	if len(s.errs) > 0 {
		return nil
	}
	docs, err := parse(s.text, 2)
	switch {
	case err != nil:
		s.explain(err)
		return nil
	case len(docs) > 1:
		s.secondDocument(docs[1])
		return nil
	case len(docs) == 0 || len(docs[0].Content) == 0 || isNull(docs[0].Content[0]):
		s.empty()
		return nil
	}
	return docs[0].Content[0]
}

func (s *source) empty() {
	if strings.TrimSpace(s.text) == "" {
		s.errs.Add(s.at(1, 1), "", "the file is empty")
		return
	}
	s.errs.Add(s.at(1, 1), "", "the file holds no keys and values")
}

func (s *source) secondDocument(doc *yaml.Node) {
	pos := s.at(max(doc.Line, 1), max(doc.Column, 1))
	for n := range s.lines {
		if n > 0 && (s.lines[n] == "---" || strings.HasPrefix(s.lines[n], "--- ")) && n+1 <= max(doc.Line, 1)+1 {
			pos = s.at(n+1, 1)
		}
	}
	s.errs.Add(pos, `remove the line "---" or move what follows to a file of its own`, "a second document starts here, and a file may hold only one")
}

// parse reads at most n documents. It never panics, whatever the YAML library does.
func parse(text string, n int) (docs []*yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			docs, err = nil, fmt.Errorf("yaml: %v", r)
		}
	}()
	dec := yaml.NewDecoder(strings.NewReader(text))
	for len(docs) < n {
		var doc yaml.Node
		if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		docs = append(docs, &doc)
	}
	return docs, nil
}

const (
	noBreakSpace = "this line is indented with a special space (no-break space)"
	noBreakHint  = "replace it with ordinary spaces"
)

// explain turns the YAML library's error into words that help somebody who has never heard of YAML.
func (s *source) explain(err error) {
	if s.tabs() {
		return
	}
	n := s.badLine()
	line := s.line(n)
	column := utf8.RuneCountInString(line) - utf8.RuneCountInString(strings.TrimLeft(line, " \u00a0")) + 1
	if strings.ContainsRune(line[:len(line)-len(strings.TrimLeft(line, " \u00a0"))], '\u00a0') {
		s.errs.Add(s.at(n, 1), noBreakHint, noBreakSpace)
		return
	}
	problem := err.Error()
	for _, x := range explanations {
		if x.problem != "" && !strings.Contains(problem, x.problem) {
			continue
		}
		if x.line != nil {
			m := x.line.FindStringSubmatchIndex(line)
			if m == nil {
				continue
			}
			m = m[len(m)-2:] // the last group is where to point
			column = utf8.RuneCountInString(line[:m[0]]) + 1
		}
		s.errs.Add(s.at(n, column), x.hint, "%s", x.message)
		return
	}
}

// maxTabMessages keeps a file that is indented with tabs throughout from filling the screen.
const maxTabMessages = 5

// tabs reports lines that are indented with tabs. It is asked only once the file has turned out not to be YAML,
// since a tab at the start of a line can be harmless.
func (s *source) tabs() bool {
	found := 0
	for i, line := range s.lines {
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		if at := strings.IndexByte(indent, '\t'); at >= 0 && len(indent) < len(line) {
			if found++; found <= maxTabMessages {
				s.errs.Add(s.at(i+1, at+1), "use spaces; most editors can turn tabs into spaces", "this line is indented with a tab")
			}
		}
	}
	if found > maxTabMessages {
		s.errs.Add(s.errs[maxTabMessages-1].Pos, "", "%d more lines are indented with tabs", found-maxTabMessages)
	}
	return found > 0
}

// searchBytes bounds the work of badLine: about this much text is parsed again.
const searchBytes = 16 << 20

// badLine finds the line at which reading goes wrong, counted from 1. The YAML library often names the line where
// the surrounding list starts instead, so this looks for the longest beginning of the file that can be read.
func (s *source) badLine() int {
	budget := searchBytes
	reads := func(n int) bool {
		head := strings.Join(s.lines[:n], "\n") + "\n"
		budget -= len(head)
		_, err := parse(head, 2)
		return err == nil
	}
	good, bad := 0, len(s.lines)
	for good+1 < bad && budget > 0 {
		if mid := (good + bad) / 2; reads(mid) {
			good = mid
		} else {
			bad = mid
		}
	}
	// A quoted text or a list in brackets that spans lines cannot be read from its first half: look past it.
	for n := good + 2; n <= min(good+20, len(s.lines)) && budget > 0; n++ {
		if reads(n) {
			good = n
		}
	}
	for good+1 < len(s.lines) && strings.TrimSpace(s.lines[good]) == "" {
		good++
	}
	return good + 1
}

// explanation matches a problem of the YAML library, and the line it is on, to words for people.
type explanation struct {
	problem string         // part of the library's words; empty: any
	line    *regexp.Regexp // what the line looks like; its last group, or the whole, is where to point; nil: anything
	message string
	hint    string
}

// value matches what precedes a value: a key, a dash, or both.
const value = `^\s*(?:- +)*(?:[^\s"'#:][^"'#:]*: +)?`

const quoteHint = "put the whole text in double quotes"

var explanations = []explanation{
	{"", regexp.MustCompile(value + `([@` + "`" + `%])`), "text cannot start with this character", quoteHint},
	{"", regexp.MustCompile(value + `([*&])`), `text cannot start with "*" or "&", which mean something else in YAML`, quoteHint},
	{"", regexp.MustCompile(value + `(!)`), `text cannot start with "!", which means something else in YAML`, quoteHint},
	{"", regexp.MustCompile(value + `"(?:[^"\\]|\\.)*"( *[^\s,#\]}:].*)$`), "there is text after the closing quote", `put the quotes around all of the text, and write a quote inside it as \"`},
	{"", regexp.MustCompile(value + `'(?:[^']|'')*'( *[^\s,#\]}:'].*)$`), "there is text after the closing quote", "put the whole text in double quotes if it holds an apostrophe"},
	{"", regexp.MustCompile(value + `("(?:[^"\\]|\\.)*)$`), "the quote that opens here is not closed", `add a closing " at the end of the text`},
	{"", regexp.MustCompile(value + `('(?:[^']|'')*)$`), "the quote that opens here is not closed", "put the whole text in double quotes if it starts with an apostrophe"},
	{"escape", regexp.MustCompile(`(\\)`), `a backslash in double quotes has a special meaning that does not fit here`, `write \\ for a backslash, or use single quotes`},
	{"hexdecimal", regexp.MustCompile(`(\\)`), `a backslash in double quotes has a special meaning that does not fit here`, `write \\ for a backslash, or use single quotes`},
	{"", regexp.MustCompile(value + `(\{[^}]*)$`), `the "{" that opens here is not closed`, `put the text in double quotes if the "{" belongs to it`},
	{"", regexp.MustCompile(value + `(\[[^\]]*)$`), `the "[" that opens here is not closed`, `add "]" at the end of the list, and a comma between its items`},
	{"", regexp.MustCompile(value + `(\[.*\].+)$`), `there is text after the "]"`, `put the text in double quotes if the "[" belongs to it`},
	{"", regexp.MustCompile(value + `[\[{][^"']*?(\?)\s*[,\]}]`), "a question mark in a list in brackets has a special meaning", "leave it out, or put the item in double quotes"},
	{"", regexp.MustCompile(value + `([\[{])`), "this list in brackets cannot be read", "put a comma between its items, and quotes around items that hold commas, colons or brackets"},
	{"", regexp.MustCompile(`^\s*[\w-]+: +(- )`), `a list cannot start on the line of its name`, "put each item on a line of its own, starting with \"- \""},
	{"mapping values", regexp.MustCompile(`: .*?(: |:$)`), "a colon in the middle of text has a special meaning", quoteHint},
	{"mapping values", nil, "this line is indented too far, or the line above it is not finished", "start it in the same column as the keys it belongs with, and put quotes around text that holds a colon"},
	{"", regexp.MustCompile(`^\s*(?:- +)?[\w-]+(:)\S`), "there is no space after the colon", "write the key, a colon, a space, and then the value"},
	{"", regexp.MustCompile(value + `[|>][-+0-9]*( +[^#\s].*)$`), `nothing may follow "|" on its line`, "start the text on the next line, indented"},
	{"", regexp.MustCompile(value + `(\? )`), `text cannot start with "? "`, quoteHint},
	{"max depth", nil, "the file is nested too deeply", ""},
	{"could not find expected ':'", nil, "this line is neither a key with a colon nor an item that starts with a dash", "check the colon, and indent the line if it continues the text above"},
	{"", nil, "this line does not fit the lines above it", "check that it starts in the same column as the lines it belongs with, and that quotes and brackets above it are closed"},
}
