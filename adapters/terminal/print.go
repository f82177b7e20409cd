package terminal

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"alliancebot/bot"
	"alliancebot/knowledge/markup"
)

const (
	defaultWidth = 80
	maxWidth     = 100 // longer lines are hard to read
)

// The colours, as ANSI escapes. They repeat what the text says anyway.
const (
	bold  = "\x1b[1m"
	dim   = "\x1b[2m"
	reset = "\x1b[0m"
)

// printer writes replies. The first error sticks.
type printer struct {
	out   io.Writer
	color bool
	size  func() int // columns; nil: no wrapping
	width int        // columns of the reply being written; 0: no wrapping
	err   error
}

// reply writes a reply and an empty line.
func (p *printer) reply(r bot.Reply) error {
	p.width = 0
	if p.size != nil {
		p.width = min(p.size(), maxWidth)
	}
	p.text(r.Notice)
	for _, a := range r.Answers {
		p.answer(a)
	}
	p.choices(r)
	if !r.Welcome.Empty() {
		p.styled(dim, r.Welcome)
	}
	return p.err
}

func (p *printer) answer(a bot.Answer) {
	if a.Title != "" {
		p.line(bold, a.Title)
	}
	p.text(a.Body)
	if a.Note != "" {
		p.paragraph("", a.Note)
	}
	if s := a.SourceLine(); s != "" {
		p.paragraph(dim, s)
	}
}

// choices lists what can be picked by number: the reply's choices, or else what its only answer is related to.
func (p *printer) choices(r bot.Reply) {
	list := r.Choices
	if len(list) == 0 && len(r.Answers) == 1 && len(r.Answers[0].Related) > 0 {
		list = r.Answers[0].Related
		p.line(dim, "You can also ask, by number:")
	}
	for i, c := range list {
		p.item(strconv.Itoa(i+1)+". ", c.Label)
	}
	if r.NoneOfThese {
		p.item(strconv.Itoa(len(list)+1)+". ", bot.NoneOfTheseLabel)
	}
	if len(list) > 0 {
		p.write("\n")
	}
}

// welcome greets at the start of an interactive session.
func (p *printer) welcome(a bot.About) error {
	p.width = min(p.size(), maxWidth)
	p.line(bold, a.Name)
	p.text(a.Does)
	if len(a.Examples) > 0 {
		p.write("For example:\n")
		for _, e := range a.Examples {
			p.item("- ", e.Label)
		}
		p.write("\n")
	}
	p.paragraph(dim, "Tab completes a question, the arrow keys go back to earlier ones, Ctrl-D leaves.")
	return p.err
}

func (p *printer) text(t markup.Text) { p.styled("", t) }

func (p *printer) styled(style string, t markup.Text) {
	for _, b := range t.Blocks {
		if b.Items == nil {
			p.paragraph(style, plain(b))
			continue
		}
		for i, item := range b.Items {
			mark := "- "
			if b.Ordered {
				mark = strconv.Itoa(i+1) + ". "
			}
			p.item(mark, plain(markup.Block{Spans: item}))
		}
		p.write("\n")
	}
}

// plain is a block as text, with the addresses of its links: nobody can press a link here.
func plain(b markup.Block) string { return markup.Text{Blocks: []markup.Block{b}}.Plain() }

func (p *printer) paragraph(style, s string) {
	p.line(style, s)
	p.write("\n")
}

func (p *printer) line(style, s string) {
	for _, l := range wrap(s, p.width) {
		p.write(p.paint(style, l) + "\n")
	}
}

// item writes a list item with the lines behind the first indented.
func (p *printer) item(mark, s string) {
	indent := strings.Repeat(" ", len(mark))
	for i, l := range wrap(s, p.width-len(mark)) {
		if i > 0 {
			mark = indent
		}
		p.write(mark + l + "\n")
	}
}

func (p *printer) paint(style, s string) string {
	if !p.color || style == "" {
		return s
	}
	return style + s + reset
}

func (p *printer) write(s string) {
	if p.err == nil {
		_, p.err = fmt.Fprint(p.out, s)
	}
}

// wrap breaks s between words into lines of at most width characters; a longer word gets a line of its own. A width of
// 0 or less does not wrap.
func wrap(s string, width int) []string {
	if width <= 0 {
		return []string{s}
	}
	var lines []string
	line, length := "", 0
	for word := range strings.FieldsSeq(s) {
		n := utf8.RuneCountInString(word)
		if length > 0 && length+1+n > width {
			lines = append(lines, line)
			line, length = "", 0
		}
		if length > 0 {
			line, length = line+" ", length+1
		}
		line, length = line+word, length+n
	}
	return append(lines, line)
}
