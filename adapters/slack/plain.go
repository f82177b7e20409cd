package slack

import (
	"html"
	"regexp"
	"strings"
)

// control matches what Slack writes in angle brackets: <@U1>, <@U1|name>, <#C1|name>, <!here>, <https://x|label>.
// https://docs.slack.dev/messaging/formatting-message-text/#retrieving-messages
var control = regexp.MustCompile(`<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>`)

// plain turns text as Slack sends it into what the person typed, without mentions: links and channels become their
// names, entities their characters.
func plain(text string) string {
	text = control.ReplaceAllStringFunc(text, func(m string) string {
		p := control.FindStringSubmatch(m)
		sigil, id, label := p[1], p[2], p[3]
		switch sigil {
		case "@":
			return " "
		case "#":
			return label
		case "!": // <!date^...|fallback> has a fallback; <!here> and <!subteam^...> are mentions
			if strings.HasPrefix(id, "date^") {
				return label
			}
			return " "
		}
		return first(label, id)
	})
	return strings.Join(strings.Fields(html.UnescapeString(text)), " ")
}

// mentions returns the ids of the people mentioned in text, as Slack sends it.
func mentions(text string) []string {
	var ids []string
	for _, m := range control.FindAllStringSubmatch(text, -1) {
		if m[1] == "@" {
			ids = append(ids, m[2])
		}
	}
	return ids
}
