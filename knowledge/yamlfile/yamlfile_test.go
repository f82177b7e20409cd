package yamlfile

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

type fruit string

func (fruit) Words() []string { return []string{"apple", "banana", "cherry"} }

// code is text with a form of its own.
type code struct{ Letters string }

func (c *code) UnmarshalText(text []byte) error {
	if len(text) != 3 {
		return errors.New("must have 3 letters")
	}
	c.Letters = string(text)
	return nil
}

type place struct {
	Pos  Pos
	City string `yaml:"city,required"`
}

type common struct {
	Note String `yaml:"note"`
}

// everything has a field of each kind that Decode can fill.
type everything struct {
	common
	Title   String             `yaml:"title,required"`
	Plain   string             `yaml:"plain"`
	Fruit   fruit              `yaml:"fruit"`
	Fruits  []Located[fruit]   `yaml:"fruits"`
	On      bool               `yaml:"on"`
	Whole   int8               `yaml:"whole"`
	Natural uint               `yaml:"natural"`
	Share   float64            `yaml:"share"`
	Wait    time.Duration      `yaml:"wait"`
	Day     Located[time.Time] `yaml:"day"`
	Code    code               `yaml:"code"`
	Names   []String           `yaml:"names,single"`
	Groups  [][]string         `yaml:"groups"`
	Places  []place            `yaml:"places"`
	Maybe   *place             `yaml:"maybe"`
	Table   map[string]string  `yaml:"table"`
	ignored int                //lint:ignore U1000 a field without a tag is left alone
}

func decode(t *testing.T, text string) everything {
	t.Helper()
	var v everything
	if err := Decode("a.yaml", []byte(text), &v); err != nil {
		t.Fatalf("Decode(%q): %v", text, err)
	}
	return v
}

var ignoreLayout = cmp.Options{
	cmpopts.IgnoreUnexported(String{}, everything{}),
	cmp.AllowUnexported(common{}),
}

func at(line, column int) Pos { return Pos{"a.yaml", line, column} }

func TestDecode(t *testing.T) {
	got := decode(t, `# a comment
title: The title
note: "quoted"
plain: 2020   # stays text
fruit: banana
fruits: [apple, cherry]
on: true
whole: -8
natural: 12
share: 0.75
wait: 1m30s
day: 2026-11-22
code: abc
names: alone
groups:
  - [a, b]
  - [c]
places:
  - city: London
  - {city: "Leeds"}
maybe:
  city: York
table:
  one: first
  two: 2
`)
	want := everything{
		Title: String{Value: "The title", Pos: at(2, 8)}, common: common{Note: String{Value: "quoted", Pos: at(3, 7)}},
		Plain: "2020", Fruit: "banana",
		Fruits: []Located[fruit]{{"apple", at(6, 10)}, {"cherry", at(6, 17)}},
		On:     true, Whole: -8, Natural: 12, Share: 0.75, Wait: 90 * time.Second,
		Day:    Located[time.Time]{time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), at(12, 6)},
		Code:   code{"abc"},
		Names:  []String{{Value: "alone", Pos: at(14, 8)}},
		Groups: [][]string{{"a", "b"}, {"c"}},
		Places: []place{{at(19, 5), "London"}, {at(20, 5), "Leeds"}},
		Maybe:  &place{at(22, 3), "York"},
		Table:  map[string]string{"one": "first", "two": "2"},
	}
	if diff := cmp.Diff(want, got, ignoreLayout); diff != "" {
		t.Errorf("Decode (-want +got):\n%s", diff)
	}
}

func TestDecodeIgnoresByteOrderMarkAndLineEnds(t *testing.T) {
	text := "title: a\nplain: |\n  first\n  second\nnames:\n  - x\n"
	want := decode(t, text)
	for name, other := range map[string]string{
		"BOM":  "\ufeff" + text,
		"CRLF": strings.ReplaceAll(text, "\n", "\r\n"),
		"CR":   strings.ReplaceAll(text, "\n", "\r"),
	} {
		if diff := cmp.Diff(want, decode(t, other), ignoreLayout); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// JSON is YAML: other programs write it.
func TestDecodeJSON(t *testing.T) {
	got := decode(t, "{\n\t\"title\": \"a\",\n\t\"plain\": \"first\\nsecond\",\n\t\"names\": [\n\t\t\"x\"\n\t]\n}\n")
	want := everything{Title: String{Value: "a", Pos: at(2, 11)}, Plain: "first\nsecond", Names: []String{{Value: "x", Pos: at(5, 3)}}}
	if diff := cmp.Diff(want, got, ignoreLayout); diff != "" {
		t.Errorf("Decode (-want +got):\n%s", diff)
	}
}

// Where YAML sees something else than text, people mean text.
func TestDecodeTextThatLooksLikeSomethingElse(t *testing.T) {
	for _, text := range []string{"2020", "true", "yes", "0x1F", "1_000", "1e3", "2026-11-22", "null", ".5", "=", "a#b", "C#", "it's", "- x"[2:], "A&E", "50%", "a: b"[:2] + "b"} {
		if got := decode(t, "title: "+text); got.Title.Value != text {
			t.Errorf("title: %s is %q", text, got.Title.Value)
		}
	}
}

func TestDecodeMistakes(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"unknown key": {"title: a\nfriut: apple\n",
			`a.yaml:2:1: unknown key "friut"; did you mean "fruit"?`},
		"unknown key like no other": {"title: a\nzzzzz: apple\n",
			`a.yaml:2:1: unknown key "zzzzz"; what can stand here: note, title, plain, fruit, fruits, on, whole, natural, share, wait, day, code, names, groups, places, maybe, table`},
		"misspelt required key": {"titel: a\n",
			`a.yaml:1:1: unknown key "titel"; did you mean "title"?`},
		"repeated key": {"title: a\nplain: b\nplain: c\n",
			`a.yaml:3:1: "plain" is here twice: the first is on line 2; remove one of them`},
		"missing key": {"plain: a\n",
			`a.yaml:1:1: "title" is missing`},
		"missing key inside": {"title: a\nplaces:\n  - city: b\n  - {}\n",
			`a.yaml:4:5: "city" is missing`},
		"no value": {"title: a\nplain:\nnames: ~\n", `
a.yaml:2:7: "plain" has no value; write its value, or remove the line
a.yaml:3:8: "names" has no value; write its value, or remove the line`},
		"empty required value": {"title: ''\n", `a.yaml:1:8: "title" is empty`},
		"empty item":           {"title: a\nnames:\n  -\n  - ''\n", "\na.yaml:3:4: an item of \"names\" has no value; write its value, or remove the line\na.yaml:4:5: an item of \"names\" is empty"},
		"all at once": {"titel: a\nfruit: aple\non: maybe\nwhole: 1.5\nnatural: -1\nshare: lots\nwait: soon\nday: 22.11.2026\ncode: abcd\nnames: {a: b}\nplaces: x\ntable: []\n", `
a.yaml:1:1: unknown key "titel"; did you mean "title"?
a.yaml:2:8: "fruit" must be apple, banana or cherry, not "aple"; did you mean "apple"?
a.yaml:3:5: "on" must be true or false, not "maybe"
a.yaml:4:8: "whole" must be a whole number, not "1.5"; write for example 25
a.yaml:5:10: "natural" must be a whole number from 0 on, not "-1"; write for example 25
a.yaml:6:8: "share" must be a number, not "lots"; write for example 0.75
a.yaml:7:7: "wait" must be a length of time, not "soon"; write for example 30s, 10m or 1h30m
a.yaml:8:6: "day" must be a date, not "22.11.2026"; write the year, month and day, like 2026-11-22
a.yaml:9:7: "code" must have 3 letters, not "abcd"
a.yaml:10:8: "names" must be a list, not a group of keys with values; start each item on a line of its own with "- "
a.yaml:11:9: "places" must be a list, not "x"; start each item on a line of its own with "- "
a.yaml:12:8: "table" must be a group of keys with values, not a list`},
		"number out of range":  {"title: a\nwhole: 128\n", `a.yaml:2:8: "whole" must be a whole number, not "128"; write for example 25`},
		"endless number":       {"title: a\nshare: inf\n", `a.yaml:2:8: "share" must be a number, not "inf"; write for example 0.75`},
		"time below zero":      {"title: a\nwait: -5m\n", `a.yaml:2:7: "wait" must not be below zero, not "-5m"; write for example 30s, 10m or 1h30m`},
		"day that is not":      {"title: a\nday: 2026-02-30\n", `a.yaml:2:6: "day" must be a day that exists, not "2026-02-30"; write the year, month and day, like 2026-11-22`},
		"quoted truth":         {"title: a\non: \"true\"\n", `a.yaml:2:5: "on" must be true or false, not "true"; remove the quotes`},
		"list for text":        {"title: [a]\n", `a.yaml:1:8: "title" must be a single value, not a list`},
		"colon in item":        {"title: a\nnames:\n  - urgent: who runs it\n", `a.yaml:3:5: an item of "names" must be a single value, not a group of keys with values; put text in quotes if it holds a colon or brackets`},
		"text for group":       {"title: a\nmaybe: York\n", `a.yaml:2:8: "maybe" must be a group of keys with values, not "York"`},
		"list for file":        {"- title: a\n", `a.yaml:1:1: the file must be a group of keys with values, not a list`},
		"text for file":        {"title\n", `a.yaml:1:1: the file must be a group of keys with values, not "title"`},
		"lost text":            {"title: we are #1 here\n", `a.yaml:1:15: everything after " #" would be lost; put the whole text in double quotes, or write "# " with a space if it is a comment`},
		"empty file":           {"", `a.yaml:1:1: the file is empty`},
		"blank file":           {" \n\n", `a.yaml:1:1: the file is empty`},
		"only comments":        {"# title: a\n", `a.yaml:1:1: the file holds no keys and values`},
		"second document":      {"title: a\n---\ntitle: b\n", `a.yaml:2:1: a second document starts here, and a file may hold only one; remove the line "---" or move what follows to a file of its own`},
		"empty second one":     {"title: a\n---\n", `a.yaml:2:1: a second document starts here, and a file may hold only one; remove the line "---" or move what follows to a file of its own`},
		"anchor":               {"title: &a a\nplain: *a\n", "\na.yaml:1:8: text cannot start with \"&\", which means something else in YAML; put the whole text in double quotes\na.yaml:2:8: text cannot start with \"*\", which means something else in YAML; put the whole text in double quotes"},
		"tag":                  {"title: !!str a\n", `a.yaml:1:8: text cannot start with "!", which means something else in YAML; put the whole text in double quotes`},
		"merge key":            {"title: a\n<<: {plain: b}\n", `a.yaml:2:1: "<<" is not supported; write the values out`},
		"key in brackets":      {"title: a\n[b]: c\n", `a.yaml:2:1: a key must be a word; put text in quotes if it holds brackets, colons or question marks`},
		"control character":    {"title: a\x07b\n", `a.yaml:1:9: there is a character here that nobody can see: a control character (U+0007); delete it; it often comes in by copying from another program`},
		"hidden line end":      {"title: a\u2028b\n", `a.yaml:1:9: there is a character here that nobody can see: a hidden line end (U+2028); delete it; it often comes in by copying from another program`},
		"not UTF-8":            {"title: é\nplain: \xe9t\xe9\n", `a.yaml:2:8: the file is not saved as UTF-8: byte 0xe9 cannot be read; save the file as UTF-8 in your editor`},
		"UTF-16":               {"\xff\xfet\x00", `a.yaml:1:1: the file is not saved as UTF-8: byte 0xff cannot be read; save the file as UTF-8 in your editor`},
		"nested too deeply":    {"title: " + strings.Repeat("[", 21) + strings.Repeat("]", 21), `a.yaml:1:27: the file is nested too deeply: at most 20 levels are read`},
		"long values are cut":  {"title: a\non: " + strings.Repeat("x", 100), `a.yaml:2:5: "on" must be true or false, not "` + strings.Repeat("x", 57) + `..."`},
		"several unknown keys": {"title: a\nx1: 1\nx2: 2\n", "\na.yaml:2:1: unknown key \"x1\"; what can stand here: note, title, plain, fruit, fruits, on, whole, natural, share, wait, day, code, names, groups, places, maybe, table\na.yaml:3:1: unknown key \"x2\"; what can stand here: note, title, plain, fruit, fruits, on, whole, natural, share, wait, day, code, names, groups, places, maybe, table"},
	} {
		t.Run(name, func(t *testing.T) { checkMistakes(t, test.text, test.want) })
	}
}

func checkMistakes(t *testing.T, text, want string) {
	t.Helper()
	err := Decode("a.yaml", []byte(text), new(everything))
	if err == nil {
		t.Fatalf("Decode(%q) found no mistake", text)
	}
	if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), err.Error()); diff != "" {
		t.Errorf("Decode(%q) (-want +got):\n%s", text, diff)
	}
}

// What YAML itself trips over is explained in words for people.
func TestDecodeSyntax(t *testing.T) {
	const quotes = "; put the whole text in double quotes"
	for name, test := range map[string]struct{ text, want string }{
		"tab":            {"title: a\nplaces:\n\t- city: b\n\t- city: c\n", "\na.yaml:3:1: this line is indented with a tab; use spaces; most editors can turn tabs into spaces\na.yaml:4:1: this line is indented with a tab; use spaces; most editors can turn tabs into spaces"},
		"no-break space": {"title: a\nplaces:\n  - city: b\n\u00a0\u00a0- city: c\n", `a.yaml:4:1: this line is indented with a special space (no-break space); replace it with ordinary spaces`},
		"colon in text":  {"title: What: now\nplain: a\n", `a.yaml:1:12: a colon in the middle of text has a special meaning` + quotes},
		"colon in item":  {"title: a\nnames:\n  - b\n  - c: d: e\n  - f\n", `a.yaml:4:9: a colon in the middle of text has a special meaning` + quotes},
		"at sign":        {"title: a\nnames:\n  - @home\n", `a.yaml:3:5: text cannot start with this character` + quotes},
		"percent":        {"title: a\nnames: [b]\nplain: %5\n", `a.yaml:3:8: text cannot start with this character` + quotes},
		"star":           {"title: a\nplain: *b\n", `a.yaml:2:8: text cannot start with "*" or "&", which mean something else in YAML` + quotes},
		"ampersand":      {"title: a\nnames:\n  - & so on\n", `a.yaml:3:5: text cannot start with "*" or "&", which mean something else in YAML` + quotes},
		"text after closing quote": {"title: \"a\" b\nplain: c\n",
			`a.yaml:1:11: there is text after the closing quote; put the quotes around all of the text, and write a quote inside it as \"`},
		"apostrophe in single quotes": {"title: a\nplain: 'it's'\n",
			`a.yaml:2:12: there is text after the closing quote; put the whole text in double quotes if it holds an apostrophe`},
		"open double quote":         {"title: a\nplain: \"b\nnames: [c]\n", `a.yaml:2:8: the quote that opens here is not closed; add a closing " at the end of the text`},
		"open single quote":         {"title: a\nnames:\n  - 'tis\n  - b\n", `a.yaml:3:5: the quote that opens here is not closed; put the whole text in double quotes if it starts with an apostrophe`},
		"backslash":                 {"title: a\nplain: \"b\\c\"\n", `a.yaml:2:10: a backslash in double quotes has a special meaning that does not fit here; write \\ for a backslash, or use single quotes`},
		"open bracket":              {"title: a\nnames: [b, c\nplain: d\n", `a.yaml:2:8: the "[" that opens here is not closed; add "]" at the end of the list, and a comma between its items`},
		"open brace":                {"title: a\nplain: {b\n", `a.yaml:2:8: the "{" that opens here is not closed; put the text in double quotes if the "{" belongs to it`},
		"question mark in brackets": {"title: a\nnames: [b, what is it?, c]\n", `a.yaml:2:22: a question mark in a list in brackets has a special meaning; leave it out, or put the item in double quotes`},
		"brackets like no other":    {"title: a\nnames: [b, c}, d]\n", `a.yaml:2:8: this list in brackets cannot be read; put a comma between its items, and quotes around items that hold commas, colons or brackets`},
		"after bracket":             {"title: a\nplain: [b] c\n", `a.yaml:2:8: there is text after the "]"; put the text in double quotes if the "[" belongs to it`},
		"list beside key":           {"title: a\nnames: - b\n", `a.yaml:2:8: a list cannot start on the line of its name; put each item on a line of its own, starting with "- "`},
		"no space":                  {"title: a\nplain:b\n", `a.yaml:2:6: there is no space after the colon; write the key, a colon, a space, and then the value`},
		"no colon":                  {"title: a\nplain\n", `a.yaml:2:1: this line is neither a key with a colon nor an item that starts with a dash; check the colon, and indent the line if it continues the text above`},
		"text after bar":            {"title: a\nplain: | b\n  c\n", `a.yaml:2:9: nothing may follow "|" on its line; start the text on the next line, indented`},
		"indented too far":          {"title: a\n  plain: b\n", `a.yaml:2:3: this line is indented too far, or the line above it is not finished; start it in the same column as the keys it belongs with, and put quotes around text that holds a colon`},
		"not lined up":              {"title: a\nplaces:\n  - city: b\n - city: c\n", `a.yaml:4:2: this line does not fit the lines above it; check that it starts in the same column as the lines it belongs with, and that quotes and brackets above it are closed`},
		"after a bracket list over lines": {"title: a\nnames: [\n  b,\n  c,\n]\nplain: d: e\n",
			`a.yaml:6:9: a colon in the middle of text has a special meaning` + quotes},
		"nested without end": {"title: " + strings.Repeat("[", 20000), `a.yaml:1:8: the "[" that opens here is not closed; add "]" at the end of the list, and a comma between its items`},
	} {
		t.Run(name, func(t *testing.T) { checkMistakes(t, test.text, test.want) })
	}
}

func TestDecodeManyTabs(t *testing.T) {
	err := Decode("a.yaml", []byte("title: a\nplaces:\n"+strings.Repeat("\t- city: b\n", 9)), new(everything))
	if lines := strings.Split(err.Error(), "\n"); len(lines) != 6 || !strings.HasSuffix(lines[5], ": this line is indented with a tab; use spaces; most editors can turn tabs into spaces") || !strings.Contains(err.Error(), "4 more lines are indented with tabs") {
		t.Errorf("9 lines with tabs:\n%v", err)
	}
}

func TestDecodeFillsWhatItCan(t *testing.T) {
	var v everything
	err := Decode("a.yaml", []byte("title: a\non: maybe\nfruit: kiwi\nplaces:\n  - town: b\n  - city: c\n"), &v)
	if err == nil || v.Title.Value != "a" || len(v.Places) != 2 || v.Places[1].City != "c" {
		t.Errorf("got %+v, %v", v, err)
	}
}

func TestDecoderLimits(t *testing.T) {
	long := []byte("title: " + strings.Repeat("x", 100))
	if err := (Decoder{MaxBytes: 106}).Decode("a.yaml", long, new(everything)); err == nil || err.Error() != "a.yaml: the file is too big: at most 106 bytes are read; split it into several files" {
		t.Errorf("107 bytes of 106: %v", err)
	}
	if err := (Decoder{MaxBytes: 107}).Decode("a.yaml", long, new(everything)); err != nil {
		t.Errorf("107 bytes of 107: %v", err)
	}
	if err := (Decoder{MaxDepth: 2}).Decode("a.yaml", []byte("title: a\ngroups: [[b]]\n"), new(everything)); err == nil || err.Error() != "a.yaml:2:10: the file is nested too deeply: at most 2 levels are read" {
		t.Errorf("depth: %v", err)
	}
}

// Whatever a person or an attacker writes, reading it takes no longer than reading something sensible.
func TestDecodeHostileFilesInBoundedTime(t *testing.T) {
	for name, unit := range map[string]string{
		"brackets": "[", "braces": "{", "dashes": "- ", "questions": "? ", "comments": "#\n", "keys": "a: ", "anchors": "&a ",
		"quotes": "\"", "bars": "|\n", "unknown keys": "k%d: 1\n", "documents": "---\n", "tags": "!a ", "aliases": "- *a\n", "tabs": "\t\n", "colons": ": ",
	} {
		var sb strings.Builder
		for i := 0; sb.Len() < 200<<10; i++ {
			if strings.Contains(unit, "%d") {
				fmt.Fprintf(&sb, unit, i)
			} else {
				sb.WriteString(unit)
			}
		}
		start := time.Now()
		_ = Decode("a.yaml", []byte(sb.String()), new(everything))
		if d := time.Since(start); d > 10*time.Second {
			t.Errorf("%s: took %v", name, d) // a tenth of a second is common
		}
	}
}

func TestStringAt(t *testing.T) {
	v := decode(t, `title: one line
note: "in quotes"
plain: x
names:
  - |
    first

      third
  - >
    folded
    text
  - plain text over
    two lines
  - "with \"escape\" in it"
  - |-  # a comment

    second
`)
	for _, test := range []struct {
		s            String
		line, column int
		want         Pos
	}{
		{v.Title, 1, 1, at(1, 8)},
		{v.Title, 1, 5, at(1, 12)},
		{v.Title, 2, 1, at(1, 8)},
		{v.Title, 0, 0, at(1, 8)},
		{v.Note, 1, 4, at(2, 11)},
		{v.Names[0], 1, 1, at(6, 5)},
		{v.Names[0], 3, 3, at(8, 7)},
		{v.Names[1], 1, 3, at(9, 5)},
		{v.Names[2], 1, 3, at(12, 5)},
		{v.Names[3], 1, 9, at(14, 5)},
		{v.Names[4], 2, 2, at(17, 6)},
	} {
		if got := test.s.At(test.line, test.column); got != test.want {
			t.Errorf("%q.At(%d, %d) = %v, want %v", test.s.Value, test.line, test.column, got, test.want)
		}
	}
}

func TestErrors(t *testing.T) {
	var errs Errors
	if err := errs.Err(); err != nil {
		t.Errorf("no mistakes are %v", err)
	}
	errs.Add(Pos{"b.yaml", 1, 1}, "", "of %s", "b")
	errs.Add(Pos{"a.yaml", 10, 1}, "", "late")
	errs.Add(Pos{"a.yaml", 2, 5}, "do that", "column 5")
	errs.Add(Pos{"a.yaml", 2, 3}, "", "column 3")
	errs.Add(Pos{"a.yaml", 2, 3}, "", "column 3")
	errs.Add(Pos{File: "a.yaml"}, "", "as a whole")
	want := "a.yaml: as a whole\na.yaml:2:3: column 3\na.yaml:2:5: column 5; do that\na.yaml:10:1: late\nb.yaml:1:1: of b"
	if got := errs.Err().Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	var one *Error
	if !errors.As(errs.Err(), &one) || one.Message != "as a whole" {
		t.Errorf("errors.As finds %v", one)
	}
}

func TestDecodePanicsOnWrongTargets(t *testing.T) {
	for name, v := range map[string]any{
		"no pointer": everything{},
		"nil":        (*everything)(nil),
		"no struct":  new(string),
		"bad field": &struct {
			C complex128 `yaml:"title"`
		}{},
		"bad option": &struct {
			T string `yaml:"title,optional"`
		}{},
		"untyped map": &struct {
			T any `yaml:"title"`
		}{},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			_ = Decode("a.yaml", []byte("title: a"), v)
		}()
	}
}

func TestDidYouMean(t *testing.T) {
	known := []string{"question", "answer", "also_asked", "see_also"}
	for written, want := range map[string]string{
		"anwser": "answer", "Answer": "answer", "also-asked": "also_asked", "alsoasked": "also_asked", "seealso": "see_also",
		"quesiton": "question", "questoins": "question", "ask": "", "": "", "zzzz": "",
	} {
		if want != "" {
			want = fmt.Sprintf("did you mean %q?", want)
		}
		if got := DidYouMean(written, known); got != want {
			t.Errorf("DidYouMean(%q) = %q, want %q", written, got, want)
		}
	}
}
