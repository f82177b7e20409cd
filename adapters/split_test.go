package adapters

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"alliancebot/knowledge/markup"
)

func TestSplit(t *testing.T) {
	escaped := func(r rune) int {
		if r == '&' {
			return len("&amp;")
		}
		return 1
	}
	for _, tc := range []struct {
		name, text string
		limit      int
		cost       func(rune) int
		want       []string
	}{
		{"empty", "", 10, nil, nil},
		{"fits", "One two.", 8, nil, []string{"One two."}},
		{"paragraph", "One.\n\nTwo three.\nFour.", 18, nil, []string{"One.\n\n", "Two three.\nFour."}},
		{"line", "One.\nTwo three. Four.", 18, nil, []string{"One.\n", "Two three. Four."}},
		{"sentence", "One two. Three four.", 15, nil, []string{"One two. ", "Three four."}},
		{"question in brackets", "(Who?) Three four.", 12, nil, []string{"(Who?) ", "Three four."}},
		{"word", "one two three", 9, nil, []string{"one two ", "three"}},
		{"rune", "abcdéfgh", 5, nil, []string{"abcdé", "fgh"}},
		{"cost", "a & b", 6, escaped, []string{"a ", "& ", "b"}},
		{"dearer than the limit", "&&", 1, escaped, []string{"&", "&"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Split(tc.text, tc.limit, tc.cost)); diff != "" {
				t.Errorf("pieces (-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("One two. Three four.\n\n- five\n- six & seven", 10)
	f.Add("\xff\xfe broken bytes \n\n", 3)
	f.Add("ééé\u2003ééé", 1)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		limit = 1 + abs(limit)%200
		pieces := Split(text, limit, nil)
		if got := strings.Join(pieces, ""); got != text {
			t.Fatalf("pieces join to %q, want %q", got, text)
		}
		for _, p := range pieces {
			if p == "" || utf8.RuneCountInString(p) > limit {
				t.Fatalf("piece %q does not fit %d", p, limit)
			}
		}
	})
}

func TestSplitText(t *testing.T) {
	para := func(spans ...markup.Span) markup.Block { return markup.Block{Spans: spans} }
	plain := func(s string) markup.Span { return markup.Span{Text: s} }
	text := func(blocks ...markup.Block) markup.Text { return markup.Text{Blocks: blocks} }
	items := func(ordered bool, words ...string) markup.Block {
		b := markup.Block{Ordered: ordered}
		for _, w := range words {
			b.Items = append(b.Items, []markup.Span{plain(w)})
		}
		return b
	}
	link := markup.Span{Text: "the whole page", URL: "https://example.org/"}

	for _, tc := range []struct {
		name  string
		in    markup.Text
		limit int
		want  []markup.Text
	}{
		{"fits", text(para(plain("One."))), 4, []markup.Text{text(para(plain("One.")))}},
		{"between blocks", text(para(plain("One.")), para(plain("Two."))), 6,
			[]markup.Text{text(para(plain("One."))), text(para(plain("Two.")))}},
		{"between items", text(items(false, "Barnet", "Camden", "Enfield")), 14,
			[]markup.Text{text(items(false, "Barnet", "Camden")), text(items(false, "Enfield"))}},
		{"numbers go on", text(items(true, "first", "second")), 10,
			[]markup.Text{text(para(plain("1. first"))), text(para(plain("2. second")))}},
		{"between sentences", text(para(plain("One two. Three"), markup.Span{Text: " four", Bold: true})), 15,
			[]markup.Text{text(para(plain("One two. "))), text(para(plain("Three"), markup.Span{Text: " four", Bold: true}))}},
		{"inside a link", text(para(plain("See "), link)), 12, []markup.Text{
			text(para(plain("See "), markup.Span{Text: "the ", URL: link.URL})),
			text(para(markup.Span{Text: "whole page", URL: link.URL}))}},
		{"inside a word", text(para(plain("abcdéfgh"))), 5,
			[]markup.Text{text(para(plain("abcdé"))), text(para(plain("fgh")))}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := SplitText(tc.in, tc.limit, runes)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("pieces (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLongest(t *testing.T) {
	for n := range 40 {
		for want := range n + 1 {
			asked := 0
			got := longest(n, func(k int) bool {
				if asked++; k < 1 || k > n || k > 2*want+1 {
					t.Errorf("longest(%d) asks for %d, although the result is %d", n, k, want)
				}
				return k <= want
			})
			if got != want || asked > 14 {
				t.Errorf("longest(%d) = %d after %d questions, want %d", n, got, asked, want)
			}
		}
	}
}

func FuzzSplitText(f *testing.F) {
	f.Add("One two. Three four.|- five|- six|1 seven|eight", 10)
	f.Add("é|- a very long item that has no room at all", 3)
	f.Fuzz(func(t *testing.T, source string, limit int) {
		limit = 5 + abs(limit)%200
		in := textFrom(source)
		var joined strings.Builder
		for _, p := range SplitText(in, limit, runes) {
			if n := runes(p); n > limit {
				t.Fatalf("a piece takes %d, more than %d: %+v", n, limit, p)
			}
			joined.WriteString(words(p))
		}
		if got, want := squeeze(joined.String()), squeeze(words(in)); got != want {
			t.Fatalf("pieces say %q, want %q", got, want)
		}
	})
}

// textFrom makes a Text of any string: "|" parts blocks, "- " begins an item, and every second word is bold.
func textFrom(source string) markup.Text {
	var t markup.Text
	for part := range strings.SplitSeq(strings.ToValidUTF8(source, ""), "|") {
		item, listed := strings.CutPrefix(part, "- ")
		var spans []markup.Span
		for i, w := range strings.Fields(item) {
			spans = append(spans, markup.Span{Text: w + " ", Bold: i%2 == 1})
		}
		switch last := len(t.Blocks) - 1; {
		case len(spans) == 0:
		case listed && last >= 0 && t.Blocks[last].Items != nil:
			t.Blocks[last].Items = append(t.Blocks[last].Items, spans)
		case listed:
			t.Blocks = append(t.Blocks, markup.Block{Items: [][]markup.Span{spans}})
		default:
			t.Blocks = append(t.Blocks, markup.Block{Spans: spans})
		}
	}
	return t
}

// runes counts the runes of all the words in t.
func runes(t markup.Text) int { return utf8.RuneCountInString(words(t)) }

func words(t markup.Text) string {
	var b strings.Builder
	for _, block := range t.Blocks {
		for _, spans := range append([][]markup.Span{block.Spans}, block.Items...) {
			for _, s := range spans {
				b.WriteString(s.Text)
			}
		}
	}
	return b.String()
}

// squeeze leaves out the white space, of which a cut may take some away.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

func abs(n int) int {
	if n < 0 {
		return -(n + 1)
	}
	return n
}
