package knowledge

import (
	"strings"
	"unicode/utf8"

	"alliancebot/knowledge/markup"
	"alliancebot/knowledge/yamlfile"
)

// rule is one check of what a folder says. Each has a bad example under testdata/bad that is named after it.
type rule struct {
	name  string
	scope scope
	check func(*lint)
}

// scope says when a rule runs.
type scope int

const (
	local  scope = iota // looks at one entry at a time
	wide                // compares files with each other: runs only when all of them could be read
	always              // local, and part of the format: runs on an Unchecked folder, too
)

// rules lists every rule. The two that need a matcher, whether each phrasing wins its own entry and whether it would
// without being stored, are checked where the matcher is.
var rules = []rule{
	{"repeated-id", always, repeatedID},
	{"case-shape", always, caseShape},
	{"malformed-id", local, malformedID},
	{"repeated-phrasing", local, repeatedPhrasing},
	{"phrasing-length", local, phrasingLength},
	{"question-length", local, questionLength},
	{"repeated-term", local, repeatedTerm},
	{"term-without-name", local, termWithoutName},
	{"lonely-synonym", local, lonelySynonym},
	{"dangling-see-also", wide, danglingSeeAlso},
	{"dangling-source", wide, danglingSource},
	{"dangling-term-entry", wide, danglingTermEntry},
	{"dangling-expect", wide, danglingExpect},
	{"missing-source", local, missingSource},
	{"unused-fact", wide, unusedFact},
	{"untold-fact", wide, untoldFact},
	{"fact-pattern", local, factPattern},
	{"repeated-carries", local, repeatedCarries},
	{"figure-lock", wide, figureLock},
	{"gives", wide, givesHeld},
	{"phone-number", local, phoneNumber},
	{"email-address", local, emailAddress},
	{"foreign-link", wide, foreignLink},
	{"overdue-review", local, overdueReview},
	{"abbreviation", wide, abbreviation},
	{"answer-words", local, answerWords},
	{"answer-size", local, answerSize},
	{"sentence-length", local, sentenceLength},
	{"reading-grade", local, readingGrade},
	{"contraction", local, contraction},
	{"latin", local, latin},
	{"should", local, should},
	{"curly-quotes", local, curlyQuotes},
	{"emoji", local, emoji},
	{"ampersand", local, ampersand},
	{"invisible", local, invisible},
}

// lint is what the rules look at, and where they put what they find.
type lint struct {
	*folder
	base     *Base
	passages []*passage
	answers  map[*Entry]*passage
	lock     *lock  // made when the first rule needs it
	rule     string // the one that runs
	mistakes []finding
	warnings []finding
}

// finding is a mistake with the rule that found it.
type finding struct {
	rule string
	yamlfile.Error
}

// fail reports a mistake that keeps the folder from being loaded.
func (l *lint) fail(pos yamlfile.Pos, hint, message string) {
	l.mistakes = append(l.mistakes, finding{l.rule, yamlfile.Error{Pos: pos, Message: message, Hint: hint}})
}

// warn reports what a maintainer had better look at.
func (l *lint) warn(pos yamlfile.Pos, hint, message string) {
	l.warnings = append(l.warnings, finding{l.rule, yamlfile.Error{Pos: pos, Message: message, Hint: hint}})
}

func newLint(f *folder, b *Base) *lint {
	l := &lint{folder: f, base: b}
	if !f.unchecked {
		l.passages = f.passages(b)
	}
	l.answers = make(map[*Entry]*passage, len(b.Entries))
	for _, p := range l.passages {
		if l.answers[p.entry] == nil {
			l.answers[p.entry] = p // the answer comes before what "tell me more" adds
		}
	}
	return l
}

// run runs the rules that fit the state of the folder.
func (l *lint) run(rules []rule) {
	for _, r := range rules {
		if l.unchecked && r.scope != always || r.scope == wide && len(l.errs) > 0 {
			continue
		}
		l.rule = r.name
		r.check(l)
	}
}

// check runs the rules over a folder. The error holds every mistake, those of the files included; warnings go to the Base.
func (f *folder) check(b *Base) error {
	if f.trusted {
		return f.errs.Err()
	}
	l := newLint(f, b)
	l.run(rules)
	if !f.unchecked {
		f.checkReplies(b)
	}
	errs := f.errs
	for i := range l.mistakes {
		errs = append(errs, &l.mistakes[i].Error)
	}
	for i := range l.warnings {
		b.Warnings = append(b.Warnings, &l.warnings[i].Error)
	}
	b.Warnings.Sort()
	return errs.Err()
}

// passage is an approved text: an answer, what "tell me more" adds, or the meaning of a term.
type passage struct {
	entry *Entry // nil for the meaning of a term
	src   yamlfile.String
	text  markup.Text
	lines []line
	plain string // all that a reader sees, with a line end after every paragraph and item
}

// line is a paragraph or a list item as a reader sees it.
type line struct {
	text  string
	start int // of the line in passage.plain
	words []word
	item  bool
	list  int // of a paragraph right before a list: the number of its items
}

func (f *folder) passages(b *Base) []*passage {
	var list []*passage
	add := func(e *Entry, src yamlfile.String, text markup.Text) {
		if !text.Empty() {
			list = append(list, newPassage(e, src, text))
		}
	}
	for _, e := range b.Entries {
		if n := f.nodes[e]; n != nil {
			add(e, n.Answer, e.Answer)
			add(e, n.More, e.More)
		}
	}
	for _, t := range f.terms.Terms {
		if text, err := markup.Parse(t.Means.Value); err == nil {
			add(nil, t.Means, text)
		}
	}
	return list
}

func newPassage(e *Entry, src yamlfile.String, text markup.Text) *passage {
	p := &passage{entry: e, src: src, text: text, lines: linesOf(text)}
	for i := range p.lines {
		p.lines[i].start = len(p.plain)
		p.plain += p.lines[i].text + "\n"
	}
	return p
}

func linesOf(t markup.Text) []line {
	var list []line
	for i, b := range t.Blocks {
		for _, text := range b.Lines() {
			l := line{text: text, words: words(withoutPhones(text)), item: b.Items != nil}
			if !l.item && i+1 < len(t.Blocks) {
				l.list = len(t.Blocks[i+1].Items)
			}
			list = append(list, l)
		}
	}
	return list
}

// start is where the text starts in its file.
func (p *passage) start() yamlfile.Pos { return p.src.At(1, 1) }

// offset is the place in the file of a byte of the text as it is written.
func (p *passage) offset(i int) yamlfile.Pos {
	before := p.src.Value[:i]
	start := strings.LastIndexByte(before, '\n') + 1
	return p.src.At(strings.Count(before, "\n")+1, utf8.RuneCountInString(before[start:])+1)
}

// find is the place in the file of the first of some words of the text as it is written.
func (p *passage) find(words string) yamlfile.Pos {
	return p.offset(max(0, strings.Index(p.src.Value, words)))
}

// place is the place in the file of a part of what a reader sees. Where the part is spread over lines, it is that of
// as many of its first words as stand together.
func (p *passage) place(from, to int) yamlfile.Pos {
	for to > from {
		part := p.plain[from:to]
		if i := nth(p.src.Value, part, strings.Count(p.plain[:from], part)); i >= 0 {
			return p.offset(i)
		}
		to = from + max(0, strings.LastIndexByte(part, ' '))
	}
	return p.start()
}

// nth returns where a part of a text stands after n others like it, or -1.
func nth(text, part string, n int) int {
	at := 0
	for {
		i := strings.Index(text[at:], part)
		if i < 0 || n == 0 {
			if i >= 0 {
				i += at
			}
			return i
		}
		at += i + len(part)
		n--
	}
}
