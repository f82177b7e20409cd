package discord

import (
	"encoding/json"
	"regexp"
	"strings"
)

// text is a string that may also come as a number, a boolean or null: ids and permissions are strings to Discord, but
// not to everything that speaks like it.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil { // null leaves s empty
		*t = text(s)
		return nil
	}
	*t = text(strings.Trim(string(data), `"`))
	return nil
}

var (
	// mention matches what Discord shows as a mention of a person, a role or a channel, a command, a custom emoji, a time
	// or a place in the server. https://discord.com/developers/docs/reference#message-formatting
	mention = regexp.MustCompile(`<(?:@[!&]?\d+|#\d+|/[^<>:]+:\d+|a?:\w+:\d+|t:-?\d+(?::\w)?|id:\w+)>`)
	masked  = regexp.MustCompile(`\[([^\[\]]+)\]\(<?https?://[^()\s]+>?\)`)
	// marks are the signs of bold, italics and the like. A single underscore may be part of a name, so it only counts at
	// the edge of a word.
	marks      = regexp.MustCompile("\\*+|__+|~~|\\|\\||`+|\\b_\\B|\\B_\\b")
	lineStarts = regexp.MustCompile(`(?m)^[ \t]*(?:#{1,3} |-# |>>> |> |[-*] )`)
	backslash  = regexp.MustCompile("\\\\([\\\\*_~|`>#\\-\\[\\]()<@:])")
)

// plain turns text as Discord sends it into what the person typed, without mentions and markup, in lines.
func plain(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = mention.ReplaceAllString(s, " ")
	s = masked.ReplaceAllString(s, "$1")
	s = lineStarts.ReplaceAllString(s, "")
	// Backslashes go last, and what they protect must not be taken for a mark: it waits as a rune that nobody types.
	var kept []string
	s = backslash.ReplaceAllStringFunc(s, func(m string) string {
		kept = append(kept, m[1:])
		return "\uE000"
	})
	s = marks.ReplaceAllString(s, "")
	for _, k := range kept {
		s = strings.Replace(s, "\uE000", k, 1)
	}
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// mentions reports whether the text holds a mention of the user.
func mentions(content, user string) bool {
	return user != "" && (strings.Contains(content, "<@"+user+">") || strings.Contains(content, "<@!"+user+">"))
}
