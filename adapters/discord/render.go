package discord

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"alliancebot/adapters"
	"alliancebot/bot"
	"alliancebot/knowledge/markup"
)

// Discord's limits, https://discord.com/developers/docs/resources/message#embed-object-embed-limits and
// https://discord.com/developers/docs/components/reference, and the budgets that keep a message below them.
const (
	maxTitle       = 256
	maxFooter      = 2048
	maxEmbeds      = 10
	maxRows        = 5
	maxRowButtons  = 5
	maxButtonLabel = 80
	maxOptions     = 25
	maxOptionLabel = 100
	maxLinkURL     = 512

	contentBudget = 1900 // of 2,000
	bodyBudget    = 3900 // of the 4,096 of an embed's description
	embedsBudget  = 5800 // of the 6,000 of all embeds of a message

	// shownLabel is what a telephone shows of a button; longer labels are cut there, and go into a menu instead.
	shownLabel = 38

	leadBudget  = 240 // the line above an embed
	leadShared  = 160 // such a line when there are several
	ratedAtMost = 3   // answers of one message that can be voted on; the rows have to suffice

	colour = 0x005eb8 // NHS blue
)

// card is one message before it is addressed.
type card struct {
	content string
	embeds  []*discordgo.MessageEmbed
	rows    []discordgo.MessageComponent
}

// view is what a rendering depends on besides the reply.
type view struct {
	version string // of the knowledge
	asker   string // whose question it is
	text    bool   // without embeds
	post    bool   // offer to post the answer to the channel
}

// render turns a reply into messages: what does not fit the first one continues in the next. Every message says
// something without its embeds, and the buttons are below the last one.
func render(r bot.Reply, v view) []card {
	var b builder
	b.texts(r.Notice)
	for _, a := range r.Answers {
		if v.text {
			b.answerText(a)
		} else {
			b.answerEmbed(a, len(r.Answers))
		}
	}
	if !r.Welcome.Empty() {
		for _, piece := range split(r.Welcome, contentBudget-100) {
			b.say(small(markdown(piece)))
		}
	}
	cards := b.cards()
	rows := rowsOf(r, v)
	if len(cards) == 0 {
		if len(rows) == 0 {
			return nil
		}
		cards = []card{{content: wordsChoose + ":"}}
	}
	cards[len(cards)-1].rows = rows
	return cards
}

// builder collects the texts and the embeds of a reply.
type builder struct {
	contents []string
	embeds   []*discordgo.MessageEmbed
}

// say adds a paragraph of Discord's Markdown, of at most contentBudget, to the last message or a new one.
func (b *builder) say(paragraph string) {
	if paragraph == "" {
		return
	}
	if last := len(b.contents) - 1; last >= 0 {
		if joined := b.contents[last] + "\n\n" + paragraph; length(joined) <= contentBudget {
			b.contents[last] = joined
			return
		}
	}
	b.contents = append(b.contents, paragraph)
}

func (b *builder) texts(t markup.Text) {
	for _, piece := range split(t, contentBudget) {
		b.say(markdown(piece))
	}
}

// answerText says an answer without an embed.
func (b *builder) answerText(a bot.Answer) {
	b.texts(heading(a.Title))
	b.texts(a.Body)
	for _, line := range []string{a.Note, a.SourceLine()} {
		for _, piece := range split(paragraph(line), contentBudget-100) {
			b.say(small(markdown(piece)))
		}
	}
}

// answerEmbed shows an answer in embeds, with a line above for those who do not see them. In small print the answer
// says what it rests on.
func (b *builder) answerEmbed(a bot.Answer, answers int) {
	room := leadBudget
	if answers > 1 {
		room = leadShared
	}
	body, title, footer := a.Body, a.Title, a.SourceLine()
	if body.Empty() {
		body = paragraph(title)
	}
	b.say(protectStart(escape(lead(body, room))))
	if a.Note != "" {
		body = markup.Join(body, paragraph(a.Note))
	}
	if length(footer) > maxFooter {
		body, footer = markup.Join(body, paragraph(footer)), ""
	}
	if length(escape(title)) > maxTitle {
		body, title = markup.Join(heading(title), body), ""
	}
	for i, piece := range split(body, bodyBudget) {
		e := &discordgo.MessageEmbed{Description: markdown(piece), Color: colour}
		if i == 0 {
			e.Title = escape(title)
		}
		b.embeds = append(b.embeds, e)
	}
	if footer != "" && len(b.embeds) > 0 {
		b.embeds[len(b.embeds)-1].Footer = &discordgo.MessageEmbedFooter{Text: footer}
	}
}

func heading(title string) markup.Text {
	t := paragraph(title)
	if len(t.Blocks) > 0 {
		t.Blocks[0].Spans[0].Bold = true
	}
	return t
}

func split(t markup.Text, limit int) []markup.Text {
	if t.Empty() {
		return nil
	}
	return adapters.SplitText(t, limit, textLength)
}

// cards puts the embeds below the texts, as many as a message takes, and the rest into messages of their own.
func (b *builder) cards() []card {
	var cards []card
	for _, c := range b.contents {
		cards = append(cards, card{content: c})
	}
	size := 0
	for _, e := range b.embeds {
		n := embedLength(e)
		last := len(cards) - 1
		if last < 0 || len(cards[last].embeds) == maxEmbeds || size+n > embedsBudget {
			cards, size = append(cards, card{content: wordsContinued}), 0
			last++
		}
		cards[last].embeds = append(cards[last].embeds, e)
		size += n
	}
	return cards
}

func embedLength(e *discordgo.MessageEmbed) int {
	n := length(e.Title) + length(e.Description)
	if e.Footer != nil {
		n += length(e.Footer.Text)
	}
	return n
}

// rowsOf are the buttons and menus of a reply.
func rowsOf(r bot.Reply, v view) []discordgo.MessageComponent {
	var rows []discordgo.MessageComponent
	rated := entries(r.Answers)
	seen := map[string]bool{}
	for i, a := range r.Answers {
		if a.Missing || a.Entry == "" || seen[a.Entry] || len(rows) == ratedAtMost {
			continue
		}
		seen[a.Entry] = true
		prefix := ""
		if len(rated) > 1 {
			prefix = strconv.Itoa(i+1) + ": "
		}
		buttons := answerButtons(a, v.version, prefix)
		if link := sourceButton(a.Sources); link != nil && len(rows) == 0 {
			buttons = append(buttons, link)
		}
		if id := customID(doPost, strings.Join(rated, listSeparator)); v.post && len(rows) == 0 && id != "" {
			buttons = append(buttons, button(wordsPost, id))
		}
		rows = append(rows, row(buttons)...)
	}
	related := relatedOf(r)
	if len(related) > 0 && len(rows) < maxRows {
		rows = append(rows, choose(wordsRelated, related, doAsk)...)
	}
	choices := r.Choices
	if r.NoneOfThese {
		choices = append(choices[:len(choices):len(choices)], bot.Choice{Entry: bot.NoneOfThese, Label: bot.NoneOfTheseLabel})
	}
	if len(choices) > 0 && len(rows) < maxRows {
		if len(r.Answers) > 0 {
			rows = append(rows, choose(wordsChoose, choices, doAsk, "more")...) // the answer stays where it is
		} else {
			rows = append(rows, choose(wordsChoose, choices, doPick, v.asker)...)
		}
	}
	return rows
}

func answerButtons(a bot.Answer, version, prefix string) []discordgo.MessageComponent {
	var buttons []discordgo.MessageComponent
	yes, no := customID(doVote, voteYes, a.Entry, version), customID(doVote, voteNo, a.Entry, version)
	if yes != "" && no != "" {
		buttons = append(buttons, button(prefix+wordsHelpful, yes), button(prefix+wordsUnhelpful, no))
	}
	if id := customID(doMore, a.Entry); a.HasMore && id != "" {
		buttons = append(buttons, button(prefix+wordsMore, id))
	}
	return buttons
}

// sourceButton links to the document that an answer rests on.
func sourceButton(sources []bot.Citation) discordgo.MessageComponent {
	if len(sources) == 0 {
		return nil
	}
	address := webAddress(sources[0].URL)
	if address == "" || utf8.RuneCountInString(address) > maxLinkURL || sources[0].Document == "" {
		return nil
	}
	return discordgo.Button{Label: clip(sources[0].Document+" page", maxButtonLabel), Style: discordgo.LinkButton, URL: address}
}

func relatedOf(r bot.Reply) []bot.Choice {
	var all []bot.Choice
	for _, a := range r.Answers {
		all = append(all, a.Related...)
	}
	return all
}

func entries(answers []bot.Answer) []string {
	var ids []string
	for _, a := range answers {
		if a.Entry != "" && !a.Missing {
			ids = append(ids, a.Entry)
		}
	}
	return ids
}

// choose offers the choices as buttons where a telephone can show them whole, else in a menu. The fields begin the
// custom ids; as the one of the menu would equal the beginnings of the others, no message may have the same ones twice.
func choose(placeholder string, choices []bot.Choice, fields ...string) []discordgo.MessageComponent {
	choices = distinct(choices)
	asButtons := len(choices) <= maxRowButtons
	for _, c := range choices {
		asButtons = asButtons && length(c.Label) <= shownLabel
	}
	if !asButtons {
		return menu(placeholder, choices, fields...)
	}
	var buttons []discordgo.MessageComponent
	for _, c := range choices {
		if id := customID(append(fields[:len(fields):len(fields)], c.Entry)...); id != "" {
			buttons = append(buttons, button(c.Label, id))
		}
	}
	return row(buttons)
}

func menu(placeholder string, choices []bot.Choice, fields ...string) []discordgo.MessageComponent {
	var options []discordgo.SelectMenuOption
	for _, c := range choices {
		if len(options) < maxOptions && utf8.RuneCountInString(c.Entry) <= maxCustomID {
			options = append(options, discordgo.SelectMenuOption{Label: clip(c.Label, maxOptionLabel), Value: c.Entry})
		}
	}
	id := customID(fields...)
	if len(options) == 0 || id == "" {
		return nil
	}
	return row([]discordgo.MessageComponent{discordgo.SelectMenu{MenuType: discordgo.StringSelectMenu, CustomID: id,
		Placeholder: placeholder, Options: options}})
}

// distinct drops choices without a label, and those whose entry is there already: Discord refuses both.
func distinct(choices []bot.Choice) []bot.Choice {
	seen := map[string]bool{}
	var out []bot.Choice
	for _, c := range choices {
		if c.Entry != "" && c.Label != "" && !seen[c.Entry] {
			seen[c.Entry] = true
			out = append(out, c)
		}
	}
	return out
}

func button(label, id string) discordgo.MessageComponent {
	return discordgo.Button{Label: clip(label, maxButtonLabel), Style: discordgo.SecondaryButton, CustomID: id}
}

func row(parts []discordgo.MessageComponent) []discordgo.MessageComponent {
	if len(parts) == 0 {
		return nil
	}
	return []discordgo.MessageComponent{discordgo.ActionsRow{Components: parts[:min(len(parts), maxRowButtons)]}}
}
