package discordtest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf16"
)

// units is the stricter of the two ways in which Discord may count.
func units(s string) int { return len(utf16.Encode([]rune(s))) }

// Check returns what Discord refuses in a message, and what people would mind.
func (m *Message) Check() []string { return append(m.check(), m.mind()...) }

// check returns what Discord refuses in a message.
func (m *Message) check() []string {
	var bad []string
	fail := func(format string, args ...any) { bad = append(bad, fmt.Sprintf(format, args...)) }
	over := func(what, s string, limit int) {
		if units(s) > limit {
			fail("%s has %d characters, %d are allowed", what, units(s), limit)
		}
	}
	if m.Content == "" && len(m.Embeds) == 0 && len(m.Components) == 0 {
		fail("the message is empty")
	}
	over("content", m.Content, 2000)
	if len(m.Embeds) > 10 {
		fail("%d embeds, 10 are allowed", len(m.Embeds))
	}
	sum := 0
	for _, e := range m.Embeds {
		over("title", e.Title, 256)
		over("description", e.Description, 4096)
		if len(e.Fields) > 25 {
			fail("%d fields, 25 are allowed", len(e.Fields))
		}
		all := e.Title + e.Description
		for _, f := range e.Fields {
			over("name of a field", f.Name, 256)
			over("value of a field", f.Value, 1024)
			all += f.Name + f.Value
		}
		if e.Footer != nil {
			over("footer", e.Footer.Text, 2048)
			all += e.Footer.Text
		}
		if e.Author != nil {
			over("author", e.Author.Name, 256)
			all += e.Author.Name
		}
		if all == "" {
			fail("an embed is empty")
		}
		sum += units(all)
	}
	if sum > 6000 {
		fail("the embeds have %d characters, 6000 are allowed", sum)
	}
	m.checkRows(fail)
	return bad
}

func (m *Message) checkRows(fail func(string, ...any)) {
	if len(m.Components) > 5 {
		fail("%d rows, 5 are allowed", len(m.Components))
	}
	ids := map[string]bool{}
	id := func(c Component) {
		if n := units(c.CustomID); n < 1 || n > 100 {
			fail("a custom_id of %d characters", n)
		}
		if ids[c.CustomID] {
			fail("the custom_id %q twice", c.CustomID)
		}
		ids[c.CustomID] = true
	}
	for _, row := range m.Components {
		if row.Type != 1 || len(row.Components) == 0 || len(row.Components) > 5 {
			fail("a row of type %d with %d parts", row.Type, len(row.Components))
		}
		for _, c := range row.Components {
			switch c.Type {
			case 2:
				checkButton(c, id, fail)
			case 3:
				id(c)
				checkMenu(c, len(row.Components), fail)
			default:
				fail("a component of type %d", c.Type)
			}
		}
	}
}

func checkButton(c Component, id func(Component), fail func(string, ...any)) {
	if n := units(c.Label); n < 1 || n > 80 {
		fail("a label of %d characters", n)
	}
	if c.Style == 5 {
		if !strings.HasPrefix(c.URL, "http") || units(c.URL) > 512 || c.CustomID != "" {
			fail("a link button with the address %q and the custom_id %q", c.URL, c.CustomID)
		}
		return
	}
	if c.Style < 1 || c.Style > 4 || c.URL != "" {
		fail("a button of style %d with the address %q", c.Style, c.URL)
	}
	id(c)
}

func checkMenu(c Component, inRow int, fail func(string, ...any)) {
	if inRow > 1 || len(c.Options) < 1 || len(c.Options) > 25 || units(c.Placeholder) > 150 {
		fail("a menu with %d options in a row of %d, placeholder %q", len(c.Options), inRow, c.Placeholder)
	}
	values := map[string]bool{}
	for _, o := range c.Options {
		if n := units(o.Label); n < 1 || n > 100 {
			fail("an option with a label of %d characters", n)
		}
		if n := units(o.Value); n < 1 || n > 100 || values[o.Value] || units(o.Description) > 100 {
			fail("an option with the value %q", o.Value)
		}
		values[o.Value] = true
	}
}

// mind returns what Discord lets pass although people would mind.
func (m *Message) mind() []string {
	switch {
	case m.Mentions == nil || m.Mentions.Parse == nil:
		return []string{"a message without allowed_mentions.parse"}
	case len(*m.Mentions.Parse)+len(m.Mentions.Users)+len(m.Mentions.Roles) > 0 || m.Mentions.RepliedUser:
		return []string{"a message that may call people"}
	case strings.TrimSpace(m.Content) == "":
		return []string{"a message that says nothing without its embeds"}
	}
	return nil
}

var (
	commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}]{1,32}$`)
	anyName     = regexp.MustCompile(`^.{1,32}$`)
)

// checkCommands returns what Discord refuses in a list of commands.
func checkCommands(raw json.RawMessage) []string {
	var bad []string
	fail := func(format string, args ...any) { bad = append(bad, fmt.Sprintf(format, args...)) }
	var list []struct {
		Type        int
		Name        string
		Description string
		Options     []struct {
			Type         int
			Name         string
			Description  string
			Required     bool
			Autocomplete bool
			MaxLength    *int `json:"max_length"`
			Choices      []any
		}
	}
	if err := json.Unmarshal(raw, &list); err != nil || list == nil {
		return []string{"not a list of commands"}
	}
	count, names := map[int]int{}, map[string]bool{}
	for _, c := range list {
		if c.Type == 0 {
			c.Type = 1
		}
		count[c.Type]++
		key := fmt.Sprint(c.Type, c.Name)
		if names[key] {
			fail("the command %q twice", c.Name)
		}
		names[key] = true
		switch {
		case c.Type == 1 && (!commandName.MatchString(c.Name) || c.Name != strings.ToLower(c.Name) || c.Description == "" || units(c.Description) > 100):
			fail("the command %q with the description %q", c.Name, c.Description)
		case c.Type != 1 && (!anyName.MatchString(c.Name) || c.Description != "" || len(c.Options) > 0):
			fail("the command %q of type %d with a description or options", c.Name, c.Type)
		}
		optional := false
		for _, o := range c.Options {
			if !commandName.MatchString(o.Name) || o.Name != strings.ToLower(o.Name) || o.Description == "" || units(o.Description) > 100 {
				fail("the option %q with the description %q", o.Name, o.Description)
			}
			if o.Required && optional || o.Autocomplete && (o.Type != 3 || len(o.Choices) > 0) || o.MaxLength != nil && (*o.MaxLength < 1 || *o.MaxLength > 6000) {
				fail("the option %q is out of order or has values that do not fit", o.Name)
			}
			optional = optional || !o.Required
		}
	}
	if count[1] > 100 || count[3] > 15 {
		fail("too many commands: %v", count)
	}
	return bad
}

// checkChoices returns what Discord refuses in the answer to an autocomplete.
func checkChoices(raw json.RawMessage) ([]Option, []string) {
	var d struct {
		Choices *[]struct {
			Name  string `json:"name"`
			Value any    `json:"value"`
		} `json:"choices"`
	}
	if err := json.Unmarshal(raw, &d); err != nil || d.Choices == nil {
		return nil, []string{"no list of choices"}
	}
	var bad []string
	var choices []Option
	for _, c := range *d.Choices {
		value, _ := c.Value.(string)
		if n := units(c.Name); n < 1 || n > 100 || value == "" || units(value) > 100 {
			bad = append(bad, fmt.Sprintf("the choice %q with the value %q", c.Name, value))
		}
		choices = append(choices, Option{Label: c.Name, Value: value})
	}
	if len(choices) > 25 {
		bad = append(bad, fmt.Sprintf("%d choices, 25 are allowed", len(choices)))
	}
	return choices, bad
}
