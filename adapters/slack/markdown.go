package slack

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"alliancebot/knowledge/markup"
)

// style renders the spans of a markup.Text for one of the two kinds of markup that Slack reads.
type style struct {
	bullet string
	escape func(string) string
	bold   func(string) string
	link   func(label, address string) string // of an escaped label
}

var (
	// markdownStyle is for the `markdown` block, which reads ordinary Markdown. What stands in angle brackets would
	// be live there too, so those become entities.
	markdownStyle = style{
		bullet: "- ",
		escape: escapeMarkdown,
		bold:   func(s string) string { return "**" + s + "**" },
		link:   func(label, address string) string { return "[" + label + "](" + address + ")" },
	}
	// mrkdwnStyle is for text objects of type mrkdwn, Slack's own markup.
	mrkdwnStyle = style{
		bullet: "\u2022 ",
		escape: escape,
		bold:   func(s string) string { return "*" + s + "*" },
		link: func(label, address string) string {
			return "<" + strings.ReplaceAll(escape(address), "|", "%7C") + "|" + strings.ReplaceAll(label, "|", "/") + ">"
		},
	}
)

func (s style) render(t markup.Text) string {
	var blocks []string
	for _, b := range t.Blocks {
		if b.Items == nil {
			blocks = append(blocks, s.spans(b.Spans))
			continue
		}
		var lines []string
		for i, item := range b.Items {
			mark := s.bullet
			if b.Ordered {
				mark = fmt.Sprintf("%d. ", i+1)
			}
			lines = append(lines, mark+s.spans(item))
		}
		blocks = append(blocks, strings.Join(lines, "\n"))
	}
	return strings.Join(blocks, "\n\n")
}

func (s style) spans(spans []markup.Span) string {
	var b strings.Builder
	for _, span := range spans {
		// White space stays outside of the marks, which do not work around it.
		core := strings.TrimSpace(span.Text)
		before, after, _ := strings.Cut(span.Text, core)
		text := s.escape(core)
		if core != "" {
			if address := safeAddress(span.URL); address != "" {
				text = s.link(text, address)
			}
			if span.Bold {
				text = s.bold(text)
			}
		}
		b.WriteString(before + text + after)
	}
	return strings.TrimSpace(b.String())
}

// safeAddress returns the address of a link in a form that cannot end the link early, or "" for one that is not to
// be opened.
func safeAddress(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "https" && u.Scheme != "mailto" && u.Scheme != "tel" {
		return ""
	}
	return strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", " ", "%20", "\\", "%5C").Replace(u.String())
}

var entities = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// escape neutralises the 3 characters that mrkdwn and the top-level text give a meaning to.
// https://docs.slack.dev/messaging/formatting-message-text/#escaping
func escape(text string) string { return entities.Replace(text) }

// escapedSize is what a rune takes once it is escaped.
func escapedSize(r rune) int {
	switch r {
	case '&':
		return len("&amp;")
	case '<', '>':
		return len("&lt;")
	}
	return 1
}

var (
	inlineMarks = regexp.MustCompile("[\\\\`*_~\\[\\]]")
	lineMarks   = regexp.MustCompile(`^(#{1,6}|[-+=]|\d+[.)])(\s|$)`)
)

// escapeMarkdown makes text stand for itself in a markdown block.
func escapeMarkdown(text string) string {
	text = inlineMarks.ReplaceAllString(text, `\$0`)
	if m := lineMarks.FindStringSubmatchIndex(text); m != nil {
		at := m[3] - 1 // the last character of the mark: "1\." and "\-"
		text = text[:at] + `\` + text[at:]
	}
	return escape(text)
}

// renderedSize is what t takes in the longer of the styles.
func renderedSize(t markup.Text) int {
	return max(utf8.RuneCountInString(markdownStyle.render(t)), utf8.RuneCountInString(mrkdwnStyle.render(t)))
}

// spans makes a Text of one paragraph.
func spans(s ...markup.Span) markup.Text {
	return markup.Text{Blocks: []markup.Block{{Spans: s}}}
}

// cutLabel shortens text to at most n runes, at a word if it can.
func cutLabel(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	const dots = "..."
	runes := []rune(text)[:n-len(dots)]
	cut := string(runes)
	if i := strings.LastIndexFunc(cut, unicode.IsSpace); i > len(cut)/2 {
		cut = cut[:i]
	}
	return strings.TrimSpace(cut) + dots
}
