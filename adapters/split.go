package adapters

import (
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"alliancebot/knowledge/markup"
)

// Split cuts text into pieces of at most limit, so that a long answer can be sent as several messages. It cuts after
// a paragraph if it can, else after a line, a sentence, a word, and in the end between two runes. The pieces joined
// are the text, byte for byte. cost is what a rune takes of the limit; nil counts each as 1. A rune that costs more
// than limit stands alone. The empty text has no pieces.
func Split(text string, limit int, cost func(rune) int) []string {
	if cost == nil {
		cost = func(rune) int { return 1 }
	}
	var pieces []string
	for text != "" {
		n := len(text)
		if fit := prefix(text, limit, cost); fit < len(text) {
			n = cut(text, fit)
		}
		pieces, text = append(pieces, text[:n]), text[n:]
	}
	return pieces
}

// prefix returns the length of the longest prefix of text within limit, and at least one rune.
func prefix(text string, limit int, cost func(rune) int) int {
	sum := 0
	for i, r := range text {
		if sum += cost(r); sum > limit && i > 0 {
			return i
		}
	}
	return len(text)
}

// cut returns the best place to cut text at or before n.
func cut(text string, n int) int {
	for _, end := range []string{"\n\n", "\n"} {
		if i := strings.LastIndex(text[:n], end); i > 0 {
			return i + len(end)
		}
	}
	word := 0
	for i := n; i > 0; {
		r, size := utf8.DecodeLastRuneInString(text[:i])
		if unicode.IsSpace(r) {
			if endsSentence(text[:i-size]) {
				return i
			}
			word = max(word, i)
		}
		i -= size
	}
	if word > 0 {
		return word
	}
	return n
}

func endsSentence(s string) bool {
	s = strings.TrimRight(s, `"')`)
	return strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?")
}

// SplitText cuts t into texts of which size says at most limit, where size is what the platform's rendering takes:
// between blocks if it can, else between the items of a list, then between sentences, words and runes. Bold and
// links stay what they are on both sides of a cut, and no word is lost. size must not grow when something is taken
// away from a text. The Source of a piece is empty, unless t fits whole.
func SplitText(t markup.Text, limit int, size func(markup.Text) int) []markup.Text {
	if len(t.Blocks) == 0 || size(t) <= limit {
		return []markup.Text{t}
	}
	var pieces []markup.Text
	var now markup.Text
	fits := func(blocks ...markup.Block) bool { return size(markup.Text{Blocks: blocks}) <= limit }
	add := func(b markup.Block) {
		if len(now.Blocks) > 0 && !fits(append(now.Blocks[:len(now.Blocks):len(now.Blocks)], b)...) {
			pieces, now = append(pieces, now), markup.Text{}
		}
		now.Blocks = append(now.Blocks, b)
	}
	for _, b := range t.Blocks {
		if fits(b) {
			add(b)
			continue
		}
		for _, part := range splitBlock(b, fits) {
			add(part)
		}
	}
	return append(pieces, now)
}

// splitBlock cuts one block into blocks that fit.
func splitBlock(b markup.Block, fits func(...markup.Block) bool) []markup.Block {
	if len(b.Items) == 0 {
		return splitSpans(b.Spans, fits)
	}
	var parts []markup.Block
	for i, item := range b.Items {
		if !b.Ordered {
			if last := len(parts) - 1; last >= 0 && parts[last].Items != nil {
				items := parts[last].Items
				joined := markup.Block{Items: append(items[:len(items):len(items)], item)}
				if fits(joined) {
					parts[last] = joined
					continue
				}
			}
			if one := (markup.Block{Items: [][]markup.Span{item}}); fits(one) {
				parts = append(parts, one)
				continue
			}
		} else {
			// A list that is cut would begin again at 1, so the items of a numbered one become paragraphs.
			item = append([]markup.Span{{Text: fmt.Sprintf("%d. ", i+1)}}, item...)
		}
		parts = append(parts, splitSpans(item, fits)...)
	}
	return parts
}

// splitSpans cuts a paragraph into paragraphs that fit.
func splitSpans(spans []markup.Span, fits func(...markup.Block) bool) []markup.Block {
	var parts []markup.Block
	words := intoWords(spans)
	for len(words) > 0 {
		n := longest(len(words), func(k int) bool { return fits(markup.Block{Spans: joinSpans(words[:k])}) })
		if n == 0 {
			head, tail := splitWord(words[0], fits)
			parts = append(parts, markup.Block{Spans: []markup.Span{head}})
			if words[0] = tail; tail.Text == "" {
				words = words[1:]
			}
			continue
		}
		if n < len(words) {
			n = lastSentence(words, n)
		}
		parts = append(parts, markup.Block{Spans: joinSpans(words[:n])})
		words = words[n:]
	}
	return parts
}

// intoWords cuts spans behind each run of white space.
func intoWords(spans []markup.Span) []markup.Span {
	var words []markup.Span
	for _, s := range spans {
		for rest := s.Text; rest != ""; {
			n := len(rest)
			if i := strings.IndexFunc(rest, unicode.IsSpace); i >= 0 {
				n -= len(strings.TrimLeftFunc(rest[i:], unicode.IsSpace))
			}
			words = append(words, markup.Span{Text: rest[:n], Bold: s.Bold, URL: s.URL})
			rest = rest[n:]
		}
	}
	return words
}

// joinSpans is the opposite of intoWords.
func joinSpans(words []markup.Span) []markup.Span {
	var spans []markup.Span
	for i := 0; i < len(words); {
		text := strings.Builder{}
		style := words[i]
		for ; i < len(words) && words[i].Bold == style.Bold && words[i].URL == style.URL; i++ {
			text.WriteString(words[i].Text)
		}
		style.Text = text.String()
		spans = append(spans, style)
	}
	return spans
}

// lastSentence returns the end of the last whole sentence in words[:n], or n.
func lastSentence(words []markup.Span, n int) int {
	for i := n; i > 0; i-- {
		trimmed := strings.TrimRightFunc(words[i-1].Text, unicode.IsSpace)
		if len(trimmed) < len(words[i-1].Text) && endsSentence(trimmed) {
			return i
		}
	}
	return n
}

// splitWord cuts a word that is too long by itself; head holds at least one rune.
func splitWord(word markup.Span, fits func(...markup.Block) bool) (head, tail markup.Span) {
	ends := make([]int, 0, len(word.Text))
	for i := range word.Text {
		if i > 0 {
			ends = append(ends, i)
		}
	}
	ends = append(ends, len(word.Text))
	n := longest(len(ends), func(k int) bool {
		head := word
		head.Text = word.Text[:ends[k-1]]
		return fits(markup.Block{Spans: []markup.Span{head}})
	})
	at := ends[max(n, 1)-1]
	head, tail = word, word
	head.Text, tail.Text = word.Text[:at], word.Text[at:]
	return head, tail
}

// longest returns the largest k from 0 to n for which ok holds, which it must for every smaller one too; ok(0) is
// taken for granted. It asks for little more than twice the result, so that a piece of a very long text does not
// cost as much as all of it.
func longest(n int, ok func(k int) bool) int {
	high := 1
	for high <= n && ok(high) {
		high *= 2
	}
	low := high / 2
	high = min(high, n+1)
	return low + sort.Search(high-low-1, func(i int) bool { return !ok(low + 1 + i) })
}
