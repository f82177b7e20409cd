package discord

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"alliancebot/knowledge/markup"
)

// markdown renders a text for a message or the description of an embed.
func markdown(t markup.Text) string {
	blocks := make([]string, len(t.Blocks))
	for i, b := range t.Blocks {
		if b.Items == nil {
			blocks[i] = protectStart(markdownSpans(b.Spans))
			continue
		}
		lines := make([]string, len(b.Items))
		for j, item := range b.Items {
			mark := "- "
			if b.Ordered {
				mark = fmt.Sprintf("%d. ", j+1)
			}
			lines[j] = mark + protectStart(markdownSpans(item))
		}
		blocks[i] = strings.Join(lines, "\n")
	}
	return strings.Join(blocks, "\n\n")
}

func markdownSpans(spans []markup.Span) string {
	var b strings.Builder
	for _, span := range spans {
		// White space stays outside of the marks, which do not work around it.
		core := strings.TrimSpace(span.Text)
		if core == "" {
			b.WriteString(span.Text)
			continue
		}
		before, after, _ := strings.Cut(span.Text, core)
		text := escape(core)
		if address := webAddress(span.URL); address != "" {
			text = "[" + text + "](<" + address + ">)" // the angle brackets keep Discord from adding a preview
		} else if address := otherAddress(span); address != "" {
			text += " (" + escape(address) + ")"
		}
		if span.Bold {
			text = "**" + text + "**"
		}
		b.WriteString(before + text + after)
	}
	return strings.TrimSpace(b.String())
}

// webAddress returns an address that Discord makes a link of, in a form that cannot end the link early, or "".
func webAddress(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", " ", "%20", "\\", "%5C").Replace(u.String())
}

// otherAddress is what to show besides the words of a link to a telephone or a mailbox, which Discord does not link to,
// unless the words say it already.
func otherAddress(s markup.Span) string {
	for _, scheme := range []string{"tel:", "mailto:"} {
		if address, ok := strings.CutPrefix(s.URL, scheme); ok && !strings.Contains(squeeze(s.Text), squeeze(address)) {
			return address
		}
	}
	return ""
}

func squeeze(s string) string { return strings.ReplaceAll(strings.ToLower(s), " ", "") }

// special are the signs that Discord gives a meaning to anywhere in a text, and those that begin mentions.
var special = strings.NewReplacer("\\", "\\\\", "*", "\\*", "_", "\\_", "~", "\\~", "`", "\\`", "|", "\\|", "[", "\\[", "]", "\\]",
	"<", "\\<", ">", "\\>", "@", "\\@")

var emojiCode = regexp.MustCompile(`:(\w+):`)

// escape makes text show as it is.
func escape(s string) string {
	return emojiCode.ReplaceAllString(special.Replace(s), "\\:$1:")
}

var startsBlock = regexp.MustCompile(`^(?:#|-|\d+\.)`)

// protectStart escapes what would make a heading, small print or a list at the start of a line.
func protectStart(line string) string {
	m := startsBlock.FindString(line)
	switch {
	case m == "":
		return line
	case m[len(m)-1] == '.':
		return m[:len(m)-1] + "\\" + line[len(m)-1:]
	}
	return "\\" + line
}

// small is small print in a message: every line on its own.
func small(lines string) string {
	var out []string
	for line := range strings.SplitSeq(lines, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, "-# "+line)
		}
	}
	return strings.Join(out, "\n")
}

// length is what Discord counts. Its pages do not say whether that is characters or UTF-16 units; the latter are never
// fewer.
func length(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

func textLength(t markup.Text) int { return length(markdown(t)) }

// clip shortens a label or a title to n characters, the last of them an ellipsis where something was cut.
func clip(s string, n int) string {
	if length(s) <= n {
		return s
	}
	n-- // for the ellipsis
	for i, r := range s {
		if n -= utf16.RuneLen(r); n < 0 {
			return strings.TrimRight(s[:i], " ") + "…"
		}
	}
	return s
}

// paragraph makes a Text of one paragraph of plain words.
func paragraph(text string) markup.Text {
	if text == "" {
		return markup.Text{}
	}
	return markup.Text{Source: text, Blocks: []markup.Block{{Spans: []markup.Span{{Text: text}}}}}
}

// lead is the beginning of a text in one line of at most n characters: its first sentences, or, where a list follows
// its lead-in, that with the list.
func lead(t markup.Text, n int) string {
	if len(t.Blocks) == 0 {
		return ""
	}
	line := strings.Join(t.Blocks[0].Lines(), "; ")
	if len(t.Blocks) > 1 && t.Blocks[1].Items != nil && strings.HasSuffix(line, ":") {
		return listed(line, t.Blocks[1].Lines(), n)
	}
	if length(line) <= n {
		return line
	}
	if end := lastSentence(line, n); end > 0 {
		return line[:end]
	}
	cut := clip(line, n)
	if space := strings.LastIndexByte(cut, ' '); space > 0 {
		return cut[:space] + "…"
	}
	return cut
}

// listed is a lead-in with as many items of its list as there is room for.
func listed(leadIn string, items []string, n int) string {
	sign := ", "
	if strings.Contains(strings.Join(items, ""), ",") {
		sign = "; "
	}
	line := leadIn
	for i, item := range items {
		between, end := sign, "."
		if i == 0 {
			between = " "
		}
		if i < len(items)-1 {
			end = sign + "…"
		}
		if length(line+between+item+end) > n {
			return clip(line+sign+"…", n)
		}
		line += between + item
	}
	return line + "."
}

// lastSentence returns the end of the last whole sentence within n characters of s, or 0.
func lastSentence(s string, n int) int {
	end := 0
	for i, r := range s {
		if n -= utf16.RuneLen(r); n < 0 {
			break
		}
		if strings.ContainsRune(".?!", r) && (i+1 == len(s) || s[i+1] == ' ') {
			end = i + 1
		}
	}
	return end
}

// cutRunes returns s without what is over n characters, for values that people never see.
func cutRunes(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}
