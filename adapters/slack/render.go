package slack

import (
	"fmt"
	"strings"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"

	"alliancebot/adapters"
	"alliancebot/bot"
	"alliancebot/knowledge/markup"
)

// Slack's limits, https://docs.slack.dev/reference/block-kit/blocks/ and /composition-objects/ and the block
// elements' pages, and the budgets that keep a message well below those that no page gives.
const (
	maxButtonText  = 75
	maxButtonValue = 2000
	maxHeader      = 150
	maxElements    = 25   // of an actions block
	maxSection     = 3000 // characters of a section's text
	bodyBudget     = 2800 // one piece of an answer: it has to fit a section when the markdown block is refused
	smallBudget    = 1500 // one piece of small print
	textBudget     = 3800 // the top-level text of a message; Slack recommends under 4,000
	blockBudget    = 40   // blocks of a message; 50 are allowed
)

// The actions of the bot's buttons. An action id is one of these, a colon and a number, as the buttons of one block
// need ids of their own.
const (
	actPick  = "alliance-pick"  // value: entry; its answer takes the place of the message
	actAsk   = "alliance-ask"   // value: entry; its answer follows the message
	actMore  = "alliance-more"  // value: entry; what "tell me more" says to it follows the message
	actVote  = "alliance-vote"  // value: yes or no, entry, version
	actShare = "alliance-share" // value: entries
	actPost  = "alliance-post"  // value: thread, entries
	actTopic = "alliance-topic" // value: title; on the Home tab
)

// separator parts the fields of a button's value; listSeparator the entries in one. Neither is part of an entry's id.
const (
	separator     = "|"
	listSeparator = ","
)

// card is one message, before it is turned into blocks.
type card struct{ parts []part }

// part is one piece of a card; exactly one of its fields is set.
type part struct {
	heading string
	body    markup.Text
	small   markup.Text
	buttons []button
	vote    *vote
}

// button is a button with a label. lead is said before the first button of a row.
type button struct {
	lead, action, value, label string
}

type vote struct{ entry, version string }

// surface is what a message's buttons depend on. It travels in their values, as an ephemeral message does not come
// back when one of them is pressed.
type surface struct {
	choose string // the action of the reply's choices: actPick or actAsk
	offer  string // what is offered besides: "", "share", or "post" and the thread
}

const (
	offerShare = "share"
	offerPost  = "post:"
)

// value is the value of a button that asks for an entry.
func (s surface) value(entry string) string {
	if s.offer == "" {
		return entry
	}
	return entry + separator + s.offer
}

// extra is the button that shows a private answer to everyone.
func (s surface) extra(answers []bot.Answer) []part {
	var entries []string
	for _, a := range answers {
		if a.Entry != "" {
			entries = append(entries, a.Entry)
		}
	}
	all := strings.Join(entries, listSeparator)
	thread, post := strings.CutPrefix(s.offer, offerPost)
	switch {
	case all == "" || s.offer == "":
		return nil
	case post:
		return []part{{buttons: []button{{action: actPost, value: thread + separator + all, label: wordsPost}}}}
	}
	return []part{{buttons: []button{{action: actShare, value: all, label: wordsShare}}}}
}

// render turns a reply into messages: what does not fit the first one continues in the next.
func render(r bot.Reply, version string, s surface) []card {
	var parts []part
	parts = append(parts, bodies(r.Notice)...)
	for _, a := range r.Answers {
		parts = append(parts, answerParts(a, version, s)...)
	}
	if row := choiceButtons(r, s); len(row) > 0 {
		parts = append(parts, part{buttons: row})
	}
	parts = append(parts, s.extra(r.Answers)...)
	parts = append(parts, smalls(r.Welcome)...)
	return pack(parts)
}

func answerParts(a bot.Answer, version string, s surface) []part {
	var parts []part
	if plainText(cutLabel(a.Title, maxHeader)).Text != "" { // Slack refuses an empty header, which a title of marks alone would be
		parts = append(parts, part{heading: a.Title})
	}
	parts = append(parts, bodies(a.Body)...)
	if a.Note != "" {
		parts = append(parts, smalls(markup.Verbatim(a.Note))...)
	}
	parts = append(parts, smalls(sourceLine(a.Sources))...)
	var row []button
	if a.HasMore {
		row = append(row, button{action: actMore, value: s.value(a.Entry), label: wordsMore})
	}
	for i, c := range a.Related {
		b := button{action: actAsk, value: s.value(c.Entry), label: c.Label}
		if i == 0 {
			b.lead = wordsRelated
		}
		row = append(row, b)
	}
	if len(row) > 0 {
		parts = append(parts, part{buttons: row})
	}
	if a.Entry != "" {
		parts = append(parts, part{vote: &vote{a.Entry, version}})
	}
	return parts
}

func choiceButtons(r bot.Reply, s surface) []button {
	var row []button
	for _, c := range r.Choices {
		row = append(row, button{action: s.choose, value: s.value(c.Entry), label: c.Label})
	}
	if len(row) > 0 && len(r.Answers) > 0 {
		row[0].lead = wordsRelated
	}
	if r.NoneOfThese {
		row = append(row, button{action: s.choose, value: s.value(bot.NoneOfThese), label: wordsNone})
	}
	return row
}

// sourceLine names the sections that an answer rests on, and when they were read.
func sourceLine(sources []bot.Citation) markup.Text {
	if len(sources) == 0 {
		return markup.Text{}
	}
	line := []markup.Span{{Text: wordsSource}}
	for i, s := range sources {
		if i > 0 && s.Document == sources[i-1].Document && s.URL == sources[i-1].URL {
			line = append(line, markup.Span{Text: "; " + s.Section})
			continue
		}
		if i > 0 {
			line = append(line, markup.Span{Text: " / "})
		}
		line = append(line, markup.Span{Text: s.Document, URL: s.URL}, markup.Span{Text: ", " + s.Section})
	}
	return spans(append(line, markup.Span{Text: " (read on " + sources[0].Read.Format("2 January 2006") + ")"})...)
}

func bodies(t markup.Text) []part {
	var parts []part
	for _, piece := range pieces(t, bodyBudget) {
		parts = append(parts, part{body: piece})
	}
	return parts
}

func smalls(t markup.Text) []part {
	var parts []part
	for _, piece := range pieces(t, smallBudget) {
		parts = append(parts, part{small: piece})
	}
	return parts
}

func pieces(t markup.Text, limit int) []markup.Text {
	if t.Empty() {
		return nil
	}
	return adapters.SplitText(t, limit, renderedSize)
}

// pack fills cards with parts in their order. A heading goes with what follows it.
func pack(parts []part) []card {
	var cards []card
	var now card
	size, blocks := 0, 0
	for i, p := range parts {
		need, count := p.size(), len(p.blocks(false))
		if p.heading != "" && i+1 < len(parts) {
			need += parts[i+1].size()
		}
		if len(now.parts) > 0 && (size+need > textBudget || blocks+count > blockBudget) {
			cards = append(cards, now)
			now, size, blocks = card{}, 0, 0
		}
		now.parts = append(now.parts, p)
		size, blocks = size+p.size(), blocks+count
	}
	if len(now.parts) > 0 {
		cards = append(cards, now)
	}
	return cards
}

// size is what the part takes of a card's text, escaped.
func (p part) size() int {
	n := 2 // the empty line between parts
	for _, r := range p.text() {
		n += escapedSize(r)
	}
	return n
}

// text says all of the card in plain words, for notifications and screen readers, which read no blocks. It is not
// escaped yet.
func (c card) text() string {
	var texts []string
	for _, p := range c.parts {
		if t := p.text(); t != "" {
			texts = append(texts, t)
		}
	}
	return strings.Join(texts, "\n\n")
}

func (p part) text() string {
	switch {
	case p.heading != "":
		return p.heading
	case !p.body.Empty():
		return strings.TrimSpace(p.body.Plain())
	case !p.small.Empty():
		return strings.TrimSpace(p.small.Plain())
	case len(p.buttons) > 0:
		var labels []string
		for _, b := range p.buttons {
			if b.lead != "" {
				labels = append(labels, b.lead)
			}
			labels = append(labels, "- "+b.label)
		}
		return strings.Join(labels, "\n")
	}
	return "" // a vote changes nothing of what is said
}

// blocks returns the card's Block Kit. With rich, it uses the newest blocks, which not every workspace and no modal
// or Home tab takes; without, only those that have always been there.
func (c card) blocks(rich bool) []slackgo.Block {
	var blocks []slackgo.Block
	for _, p := range c.parts {
		blocks = append(blocks, p.blocks(rich)...)
	}
	return blocks
}

func (p part) blocks(rich bool) []slackgo.Block {
	switch {
	case p.heading != "" && rich:
		return []slackgo.Block{slackgo.NewHeaderBlock(plainText(cutLabel(p.heading, maxHeader)))}
	case p.heading != "":
		return []slackgo.Block{section("*" + escape(cutLabel(p.heading, maxHeader)) + "*")}
	case !p.body.Empty() && rich:
		return []slackgo.Block{slackgo.NewMarkdownBlock("", markdownStyle.render(p.body))}
	case !p.body.Empty():
		return []slackgo.Block{section(mrkdwnStyle.render(p.body))}
	case !p.small.Empty():
		return []slackgo.Block{slackgo.NewContextBlock("", mrkdwn(mrkdwnStyle.render(p.small)))}
	case len(p.buttons) > 0:
		return buttonRows(p.buttons)
	case p.vote != nil:
		return []slackgo.Block{p.vote.block(rich)}
	}
	return nil
}

// buttonRows makes actions blocks of the buttons, with each lead as small print above.
func buttonRows(buttons []button) []slackgo.Block {
	var blocks []slackgo.Block
	var row []slackgo.BlockElement
	flush := func() {
		if len(row) > 0 {
			blocks = append(blocks, slackgo.NewActionBlock("", row...))
		}
		row = nil
	}
	for i, b := range buttons {
		if b.lead != "" {
			flush()
			blocks = append(blocks, slackgo.NewContextBlock("", mrkdwn(escape(b.lead))))
		}
		if utf8.RuneCountInString(b.value) > maxButtonValue {
			continue // cannot come from an entry's id, which is checked to be short; Slack would refuse the message
		}
		row = append(row, slackgo.NewButtonBlockElement(fmt.Sprintf("%s:%d", b.action, i), b.value,
			plainText(cutLabel(b.label, maxButtonText))))
		if len(row) == maxElements {
			flush()
		}
	}
	flush()
	return blocks
}

func (v *vote) block(rich bool) slackgo.Block {
	yes := strings.Join([]string{"yes", v.entry, v.version}, separator)
	no := strings.Join([]string{"no", v.entry, v.version}, separator)
	if rich {
		return slackgo.NewContextActionsBlock("", slackgo.NewFeedbackButtonsBlockElement(actVote,
			slackgo.NewFeedbackButton(plainText(wordsHelpful), yes).WithAccessibilityLabel(wordsHelpfulLabel),
			slackgo.NewFeedbackButton(plainText(wordsUnhelpful), no).WithAccessibilityLabel(wordsUnhelpfulLabel)))
	}
	return slackgo.NewActionBlock("",
		slackgo.NewButtonBlockElement(actVote+":0", yes, plainText(wordsHelpful)),
		slackgo.NewButtonBlockElement(actVote+":1", no, plainText(wordsUnhelpful)))
}

// plainText leaves out angle brackets. Nothing is live in a text object of this type, but clients have differed in
// whether they show an entity there as its character.
func plainText(text string) *slackgo.TextBlockObject {
	return &slackgo.TextBlockObject{Type: slackgo.PlainTextType, Text: angles.Replace(text)}
}

var angles = strings.NewReplacer("<", "", ">", "")

// mrkdwn is verbatim, so that Slack turns nothing but explicit links into links.
func mrkdwn(text string) *slackgo.TextBlockObject {
	return &slackgo.TextBlockObject{Type: slackgo.MarkdownType, Text: text, Verbatim: true}
}

func section(text string) slackgo.Block {
	return slackgo.NewSectionBlock(mrkdwn(text), nil, nil)
}
