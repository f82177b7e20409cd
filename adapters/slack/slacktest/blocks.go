package slacktest

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Block Kit's limits, https://docs.slack.dev/reference/block-kit/blocks/, in characters and elements.
const (
	maxMessageBlocks = 50
	maxViewBlocks    = 100
	maxMarkdown      = 12_000 // of all the markdown blocks of a message
	maxSectionText   = 3000
	maxHeaderText    = 150
	maxActions       = 25
	maxContext       = 10
	maxContextAction = 5
	maxButton        = 75
	maxValue         = 2000
	maxID            = 255
)

type textObject struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

type blockJSON struct {
	Type     string          `json:"type"`
	BlockID  string          `json:"block_id"`
	Text     json.RawMessage `json:"text"`
	Elements []elementJSON   `json:"elements"`
}

type elementJSON struct {
	Type     string          `json:"type"`
	ActionID string          `json:"action_id"`
	Value    string          `json:"value"`
	Text     json.RawMessage `json:"text"`
	Positive *feedbackJSON   `json:"positive_button"`
	Negative *feedbackJSON   `json:"negative_button"`
}

type feedbackJSON struct {
	Text  textObject `json:"text"`
	Value string     `json:"value"`
	Label string     `json:"accessibility_label"`
}

// checker collects what is wrong with blocks.
type checker struct {
	view     bool
	markdown int
	wrong    []string
}

func (c *checker) want(ok bool, format string, args ...any) {
	if !ok {
		c.wrong = append(c.wrong, fmt.Sprintf(format, args...))
	}
}

// CheckBlocks returns what Slack would refuse of the blocks of a message.
func CheckBlocks(raw json.RawMessage) []string { return checkBlocks(raw, false) }

// checkBlocks returns what Slack would refuse of the blocks of a message, or of a view.
func checkBlocks(raw json.RawMessage, view bool) []string {
	var blocks []blockJSON
	if err := json.Unmarshal(raw, &blocks); err != nil {
		return []string{"blocks: " + err.Error()}
	}
	c := &checker{view: view}
	most := maxMessageBlocks
	if view {
		most = maxViewBlocks
	}
	c.want(len(blocks) <= most, "%d blocks, at most %d", len(blocks), most)
	for i, b := range blocks {
		c.block(fmt.Sprintf("/blocks/%d", i), b)
	}
	c.want(c.markdown <= maxMarkdown, "markdown blocks of %d characters, at most %d", c.markdown, maxMarkdown)
	return c.wrong
}

func (c *checker) block(at string, b blockJSON) {
	c.want(len(b.BlockID) <= maxID, "%s: block_id is too long", at)
	switch b.Type {
	case "section":
		c.text(at+"/text", b.Text, maxSectionText, "mrkdwn", "plain_text")
	case "header":
		c.text(at+"/text", b.Text, maxHeaderText, "plain_text")
	case "markdown":
		var text string
		c.want(!c.view, "%s: no markdown block in a view", at)
		c.want(json.Unmarshal(b.Text, &text) == nil && text != "", "%s: text must be a string", at)
		c.markdown += utf8.RuneCountInString(text)
	case "context":
		c.count(at, len(b.Elements), maxContext)
		for i, e := range b.Elements {
			c.want(e.Type == "mrkdwn" || e.Type == "plain_text", "%s/%d: a context holds texts", at, i)
			var text string
			c.want(json.Unmarshal(e.Text, &text) == nil && text != "", "%s/%d: text is missing", at, i)
		}
	case "actions":
		c.count(at, len(b.Elements), maxActions)
		c.elements(at, b.Elements, "button")
	case "context_actions":
		c.want(!c.view, "%s: no context_actions in a view", at)
		c.count(at, len(b.Elements), maxContextAction)
		c.elements(at, b.Elements, "feedback_buttons", "icon_button")
	case "divider":
	default:
		c.want(false, "%s: unsupported type %q", at, b.Type)
	}
}

func (c *checker) count(at string, n, most int) {
	c.want(n >= 1 && n <= most, "%s: %d elements, want 1 to %d", at, n, most)
}

func (c *checker) text(at string, raw json.RawMessage, most int, types ...string) {
	var t textObject
	if err := json.Unmarshal(raw, &t); err != nil {
		c.want(false, "%s: must be a text object", at)
		return
	}
	known := false
	for _, k := range types {
		known = known || t.Type == k
	}
	c.want(known, "%s: type %q, want one of %v", at, t.Type, types)
	n := utf8.RuneCountInString(t.Text)
	c.want(n >= 1 && n <= most, "%s: %d characters, want 1 to %d", at, n, most)
}

func (c *checker) elements(at string, elements []elementJSON, types ...string) {
	seen := map[string]bool{}
	for i, e := range elements {
		here := fmt.Sprintf("%s/elements/%d", at, i)
		known := false
		for _, k := range types {
			known = known || e.Type == k
		}
		c.want(known, "%s: type %q, want one of %v", here, e.Type, types)
		c.want(len(e.ActionID) >= 1 && len(e.ActionID) <= maxID, "%s: action_id of %d characters", here, len(e.ActionID))
		c.want(!seen[e.ActionID], "%s: action_id %q twice", here, e.ActionID)
		seen[e.ActionID] = true
		if e.Type == "button" {
			c.text(here+"/text", e.Text, maxButton, "plain_text")
			c.want(len(e.Value) <= maxValue, "%s: value of %d characters", here, len(e.Value))
		}
		if e.Type == "feedback_buttons" {
			for _, f := range []*feedbackJSON{e.Positive, e.Negative} {
				if f == nil {
					c.want(false, "%s: a button is missing", here)
					continue
				}
				c.want(f.Text.Type == "plain_text" && f.Text.Text != "" && len(f.Text.Text) <= maxButton, "%s: text", here)
				c.want(f.Value != "" && len(f.Value) <= maxValue && len(f.Label) <= maxButton, "%s: value or label", here)
			}
		}
	}
}

// Button is something to press in a Post or on a Home tab.
type Button struct{ Type, Action, Block, Value, Label string }

// Buttons returns the buttons of blocks in their order, feedback buttons as two.
func Buttons(blocks json.RawMessage) []Button {
	var parsed []blockJSON
	if json.Unmarshal(blocks, &parsed) != nil {
		return nil
	}
	var buttons []Button
	for i, b := range parsed {
		block := b.BlockID
		if block == "" {
			block = fmt.Sprintf("b%d", i) // Slack makes one up too
		}
		for _, e := range b.Elements {
			switch e.Type {
			case "button":
				var t textObject
				_ = json.Unmarshal(e.Text, &t)
				buttons = append(buttons, Button{e.Type, e.ActionID, block, e.Value, t.Text})
			case "feedback_buttons":
				for _, f := range []*feedbackJSON{e.Positive, e.Negative} {
					buttons = append(buttons, Button{e.Type, e.ActionID, block, f.Value, f.Text.Text})
				}
			}
		}
	}
	return buttons
}

// Button finds the button with that label.
func (p Post) Button(label string) (Button, bool) {
	for _, b := range Buttons(p.Blocks) {
		if b.Label == label {
			return b, true
		}
	}
	return Button{}, false
}

// Visible returns all the text of blocks, as written, without the buttons.
func Visible(blocks json.RawMessage) string {
	var parsed []blockJSON
	if json.Unmarshal(blocks, &parsed) != nil {
		return ""
	}
	var texts []string
	for _, b := range parsed {
		var plain string
		var object textObject
		if json.Unmarshal(b.Text, &plain) == nil {
			texts = append(texts, plain)
		} else if json.Unmarshal(b.Text, &object) == nil {
			texts = append(texts, object.Text)
		}
		for _, e := range b.Elements {
			if json.Unmarshal(e.Text, &plain) == nil && e.Type != "button" {
				texts = append(texts, plain)
			}
		}
	}
	return strings.Join(texts, "\n")
}

// unescaped undoes JSON's escaping of angle brackets.
func unescaped(blocks string) string {
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(blocks)
}
