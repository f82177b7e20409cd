package markup

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func words(s string) []Span { return []Span{{Text: s}} }

func TestParse(t *testing.T) {
	for name, test := range map[string]struct {
		source string
		want   []Block
	}{
		"nothing":     {" \n\n ", nil},
		"paragraphs":  {"a\n\nb c", []Block{{Spans: words("a")}, {Spans: words("b c")}}},
		"line breaks": {"a\nb  \nc\\\nd", []Block{{Spans: words("a b c d")}}},
		"white space": {"a \t b", []Block{{Spans: words("a b")}}},
		"bold":        {"a **b c** d __e__", []Block{{Spans: []Span{{Text: "a "}, {Text: "b c", Bold: true}, {Text: " d "}, {Text: "e", Bold: true}}}}},
		"link": {"see [our **page**](https://example.org/a_b), now",
			[]Block{{Spans: []Span{{Text: "see "}, {Text: "our ", URL: "https://example.org/a_b"}, {Text: "page", Bold: true, URL: "https://example.org/a_b"}, {Text: ", now"}}}}},
		"addresses": {"<https://example.org/> <a@example.org> [call](tel:+44201) [mail](mailto:b@example.org)",
			[]Block{{Spans: []Span{{Text: "https://example.org/", URL: "https://example.org/"}, {Text: " "}, {Text: "a@example.org", URL: "mailto:a@example.org"}, {Text: " "},
				{Text: "call", URL: "tel:+44201"}, {Text: " "}, {Text: "mail", URL: "mailto:b@example.org"}}}}},
		"address as words":  {"[www.example.org](https://www.example.org/)", []Block{{Spans: []Span{{Text: "www.example.org", URL: "https://www.example.org/"}}}}},
		"bullets":           {"a:\n- b\n- c\n  d", []Block{{Spans: words("a:")}, {Items: [][]Span{words("b"), words("c d")}}}},
		"loose bullets":     {"* b\n\n* c", []Block{{Items: [][]Span{words("b"), words("c")}}}},
		"numbers":           {"1. b\n2. c", []Block{{Ordered: true, Items: [][]Span{words("b"), words("c")}}}},
		"escapes":           {`\*a\* 2020\. \[b\] c\d`, []Block{{Spans: words(`*a* 2020. [b] c\d`)}}},
		"signs":             {"A&E, 5 < 6 * 7, a_b, [x], 50%, #1, it's \"b\"", []Block{{Spans: words("A&E, 5 < 6 * 7, a_b, [x], 50%, #1, it's \"b\"")}}},
		"year at the start": {"a\n2020. b", []Block{{Spans: words("a 2020. b")}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Parse(test.source)
			if err != nil {
				t.Fatal(err)
			}
			want := Text{Source: strings.TrimSpace(test.source), Blocks: test.want}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("Parse(%q) (-want +got):\n%s", test.source, diff)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for name, test := range map[string]struct{ source, want string }{
		"heading":         {"a\n\n# b", `3:1 headings are not supported; write a paragraph, without "#" before it or a line of "-" or "=" below it`},
		"underlined":      {"a\n---\n", `1:1 headings are not supported; write a paragraph, without "#" before it or a line of "-" or "=" below it`},
		"line across":     {"a\n\n---\n", `3:1 lines across the page are not supported; leave an empty line instead`},
		"indented":        {"a\n\n    b", `3:5 lines that are indented by 4 or more spaces are not supported; start the line further left`},
		"code":            {"a `b`", "1:3 code and backquotes are not supported; use straight quotes"},
		"code block":      {"```\na\n```", "1:1 code and backquotes are not supported; use straight quotes"},
		"quotation":       {"> a", `1:1 quotations with ">" are not supported; use quotation marks`},
		"HTML block":      {"<div>\na\n</div>", "1:1 HTML is not supported; write plain text, and a link as [words](https://...)"},
		"HTML":            {"a <br> b", "1:3 HTML is not supported; write plain text, and a link as [words](https://...)"},
		"HTML code":       {"a &amp; b", `1:3 HTML codes such as "&amp;" are not supported; write "&" itself`},
		"image":           {"![a](https://example.org/b.png)", "1:1 images are not supported; link to the page that shows it"},
		"table":           {"| a | b |\n|---|---|\n| c | d |", "1:1 tables are not supported; write a list"},
		"crossed out":     {"a ~~b~~", "1:3 crossed-out words are not supported; remove them"},
		"tick box":        {"- [ ] a", "1:3 tick boxes are not supported; write a plain list"},
		"italics":         {"a *b*", `1:3 italics are not supported; remove the "*" or "_" around the words; write "\*" for a star that belongs to the text`},
		"bold italics":    {"***b***", `1:1 italics are not supported; remove the "*" or "_" around the words; write "\*" for a star that belongs to the text`},
		"nested list":     {"- a\n  - b", "2:3 a list inside a list is not supported; make it one list, or write a sentence"},
		"long item":       {"- a\n\n  b", "3:3 a list item can hold only one paragraph; join the paragraphs, or start the line at the left edge to end the list"},
		"heading in item": {"- # a", `1:3 headings are not supported; write a paragraph, without "#" before it or a line of "-" or "=" below it`},
		"quote in item":   {"- a\n  > b", `2:3 quotations with ">" are not supported; use quotation marks`},
		"empty item":      {"- a\n-\n", "2:1 a list item is empty; write something after the dash, or remove it"},
		"number":          {"3. a", `1:1 a numbered list must start at 1; start it with "1.", or write "\." if it is no list`},
		"http":            {"[a](http://example.org)", `1:1 the link to "http://example.org" must start with https:// or mailto: or tel: (a phone number); write for example [words](https://example.org/page)`},
		"script":          {"[a](javascript:alert(1))", `1:1 the link to "javascript:alert(1)" must start with https:// or mailto: or tel: (a phone number); write for example [words](https://example.org/page)`},
		"relative":        {"[a](/about)", `1:1 the link to "/about" must start with https:// or mailto: or tel: (a phone number); write for example [words](https://example.org/page)`},
		"no host":         {"[a](https:///about)", `1:1 the link to "https:///about" is not a web address; write for example [words](https://example.org/page)`},
		"user":            {"[a](https://b@example.org)", `1:1 the link to "https://b@example.org" is not a web address; write for example [words](https://example.org/page)`},
		"broken address":  {"[a](https://example.org/%zz)", `1:1 the link to "https://example.org/%zz" is not a web address; write for example [words](https://example.org/page)`},
		"no address":      {"[a](mailto:b)", `1:1 the link to "mailto:b" must start with https:// or mailto: or tel: (a phone number); write for example [words](https://example.org/page)`},
		"pipe in address": {"[a](<https://example.org/b|c>)", `1:1 the link to "https://example.org/b|c" holds a character that a link cannot hold; write for example [words](https://example.org/page)`},
		"no words":        {"[](https://example.org)", "1:1 a link has no words; write [words](https://...)"},
		"link title":      {`[a](https://example.org "b")`, "1:1 links with a title are not supported; write [words](https://...) only"},
		"bare address":    {"a https://example.org", "1:3 a web address in the middle of text is not supported; write [words](https://...)"},
		"definition":      {"[a]: b", "1:1 link definitions are not supported; write the address at the link itself: [words](https://...)"},
		"not UTF-8":       {"a\xff", "1:1 the text is not UTF-8"},
		"all at once":     {"*é* é `b`\n\n# c", "1:1 italics are not supported; remove the \"*\" or \"_\" around the words; write \"\\*\" for a star that belongs to the text\n1:7 code and backquotes are not supported; use straight quotes\n3:1 headings are not supported; write a paragraph, without \"#\" before it or a line of \"-\" or \"=\" below it"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(test.source)
			var errs Errors
			if !errors.As(err, &errs) {
				t.Fatalf("Parse(%q) finds %v", test.source, err)
			}
			var lines []string
			for _, e := range errs {
				line := strings.TrimPrefix(e.Error(), "line ")
				n, message, _ := strings.Cut(line, ": ")
				lines = append(lines, n+":"+itoa(e.Column)+" "+message)
			}
			if diff := cmp.Diff(test.want, strings.Join(lines, "\n")); diff != "" {
				t.Errorf("Parse(%q) (-want +got):\n%s", test.source, diff)
			}
		})
	}
}

func itoa(n int) string { return string(rune('0' + n)) } // columns here are below 10

func TestPlain(t *testing.T) {
	text := MustParse("A **bold** [page](https://example.org/a), [example.org](https://www.example.org/), <a@example.org>:\n\n- b\n- [call us](tel:0123)\n\n1. c\n2. d\n\nEnd.")
	want := "A bold page (https://example.org/a), example.org, a@example.org:\n\n- b\n- call us (0123)\n\n1. c\n2. d\n\nEnd."
	if diff := cmp.Diff(want, text.Plain()); diff != "" {
		t.Errorf("Plain (-want +got):\n%s", diff)
	}
	if got := text.Words(); got != 11 {
		t.Errorf("Words() = %d, want 11", got)
	}
}

func TestJoin(t *testing.T) {
	got := Join(MustParse("a"), Text{}, MustParse("- b\n- c"), MustParse("d"))
	if want := "a\n\n- b\n- c\n\nd"; got.Plain() != want || got.Source != want {
		t.Errorf("Join = %q from %q, want %q", got.Plain(), got.Source, want)
	}
	if !Join().Empty() || !Join(Text{}).Empty() || got.Empty() {
		t.Error("only nothing is empty")
	}
}

func TestVerbatim(t *testing.T) {
	got := Verbatim(" # a *b*\nc <d>\r\n\r\n- e\n\n\n")
	if want := "# a *b* c <d>\n\n- e"; got.Plain() != want {
		t.Errorf("Verbatim = %q, want %q", got.Plain(), want)
	}
	if !Verbatim(" \n ").Empty() {
		t.Error("white space is empty")
	}
}

func TestMustParsePanics(t *testing.T) {
	defer func() {
		if got := recover(); got == nil || !strings.Contains(got.(string), "headings are not supported") {
			t.Errorf("recovered %v", got)
		}
	}()
	MustParse("# a")
}

func TestLinks(t *testing.T) {
	text := MustParse("[a](https://a.example) b\n\n- [c](https://c.example)")
	if diff := cmp.Diff([]string{"https://a.example", "https://c.example"}, text.Links()); diff != "" {
		t.Errorf("Links (-want +got):\n%s", diff)
	}
}

// FuzzParse looks for sources that make Parse panic, and for texts that no adapter could render.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"a **b** [c](https://d.example/e)\n\n- f\n- g\n\n1. h\n", "# a\n> b\n```\nc", "| a |\n|---|\n", "[a]: <b>\n\n[a]", "<a@b.example> &amp; \\* *c*", "- a\n\n      b\n  - c", "a  \nb\\\nc\t", "1) a\n-\n+ b",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		text, err := Parse(source)
		if err != nil {
			checkErrors(t, source, err)
			return
		}
		if again, err := Parse(text.Source); err != nil || !cmp.Equal(again.Blocks, text.Blocks) {
			t.Errorf("%q trimmed is another text: %v, %v", source, again, err)
		}
		if text.Empty() != (text.Plain() == "") || text.Plain() != strings.TrimRight(text.Plain(), "\n") {
			t.Errorf("%q is plain %q", source, text.Plain())
		}
		for _, b := range text.Blocks {
			if (b.Spans == nil) == (b.Items == nil) || b.Ordered && b.Items == nil {
				t.Errorf("%q has a block that is neither a paragraph nor a list: %+v", source, b)
			}
			for _, spans := range append(b.Items, b.Spans) {
				checkSpans(t, source, spans)
			}
		}
	})
}

func checkErrors(t *testing.T, source string, err error) {
	t.Helper()
	var errs Errors
	if !errors.As(err, &errs) || len(errs) == 0 {
		t.Fatalf("%q: %T is no list of mistakes", source, err)
	}
	for _, e := range errs {
		if e.Line < 1 || e.Line > strings.Count(source, "\n")+strings.Count(source, "\r")+1 || e.Column < 1 || e.Message == "" {
			t.Errorf("%q has the mistake %+v", source, *e)
		}
	}
}

func checkSpans(t *testing.T, source string, spans []Span) {
	t.Helper()
	for _, s := range spans {
		if s.Text == "" || strings.ContainsAny(s.Text, "\r\n") {
			t.Errorf("%q has the span %+v", source, s)
		}
		if s.URL != "" && !strings.HasPrefix(s.URL, "https://") && !strings.HasPrefix(s.URL, "mailto:") && !strings.HasPrefix(s.URL, "tel:") {
			t.Errorf("%q links to %q", source, s.URL)
		}
	}
}
