package knowledge

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"alliancebot/knowledge/yamlfile"
)

// The limits of the house style. People read an answer in a chat window, many of them on a phone.
const (
	goodWords, maxWords       = 120, 180
	maxSize                   = 2000 // characters; the shortest limit of a platform, Discord's, for one message
	goodSentence, maxSentence = 20, 25
	goodGrade, maxGrade       = 8.0, 10.0
	fewestSentences           = 3 // a shorter text is not judged by its grade: one long word decides it
)

func answerWords(l *lint) {
	for _, p := range l.passages {
		switch n := p.text.Words(); {
		case n > maxWords:
			l.fail(p.start(), `move some of it to "more" or to another entry`, fmt.Sprintf("the text has %d words, and at most %d are allowed", n, maxWords))
		case n > goodWords:
			l.warn(p.start(), `move some of it to "more" or to another entry`, fmt.Sprintf("the text has %d words; it had better be up to %d", n, goodWords))
		}
	}
}

func answerSize(l *lint) {
	for _, p := range l.passages {
		if n := utf8.RuneCountInString(p.text.Plain()); n > maxSize {
			l.fail(p.start(), "shorten it, so that it fits into one message", fmt.Sprintf("the text has %d characters with its links, and at most %d fit", n, maxSize))
		}
	}
}

func sentenceLength(l *lint) {
	for _, p := range l.passages {
		for _, line := range p.lines {
			end := 0
			for _, s := range sentences(line.text) {
				from := end + strings.Index(line.text[end:], s)
				end = from + len(s)
				pos := p.place(line.start+from, line.start+end)
				switch n := countWords(s); {
				case n > maxSentence:
					l.fail(pos, "make 2 sentences of it", fmt.Sprintf("a sentence has %d words, and at most %d are allowed", n, maxSentence))
				case n > goodSentence:
					l.warn(pos, "make 2 sentences of it", fmt.Sprintf("a sentence has %d words; it had better have up to %d", n, goodSentence))
				}
			}
		}
	}
}

func readingGrade(l *lint) {
	for _, p := range l.passages {
		const hint = "use shorter words and sentences"
		g, n := grade(p.lines)
		g = math.Round(g*10) / 10 // as the message shows it
		switch {
		case g > maxGrade && n >= fewestSentences:
			l.fail(p.start(), hint, fmt.Sprintf("the text is hard to read: school grade %.1f, and at most %.0f is allowed", g, maxGrade))
		case g > maxGrade || g > goodGrade && n >= fewestSentences:
			l.warn(p.start(), hint, fmt.Sprintf("the text is hard to read: school grade %.1f; it had better be up to %.0f", g, goodGrade))
		}
	}
}

var (
	contractionPattern = regexp.MustCompile(`(?i)\b\w+n['’]t\b`)
	latinPattern       = regexp.MustCompile(`(?i)\b(?:e\.g\.?|i\.e\.?|(?:eg|ie|etc)\b\.?)`)
	curlyPattern       = regexp.MustCompile(`[‘’‚‛“”„‟]`)
	emojiPattern       = regexp.MustCompile(`[\x{1F000}-\x{1FAFF}\x{2600}-\x{27BF}\x{2B00}-\x{2BFF}\x{FE0F}\x{20E3}]+`)
	shouldPattern      = regexp.MustCompile(`(?i)\bshould\b`)
	ampersandPattern   = regexp.MustCompile(`\pL*&\pL*`)
)

// titles are the questions of the topics: they stand over the answers, so most of the house style holds for them.
func (l *lint) titles() []*passage {
	var list []*passage
	for _, file := range l.topics {
		for _, e := range file.Entries {
			list = append(list, &passage{src: e.Question, plain: e.Question.Value})
		}
	}
	return list
}

// forbid fails what a pattern matches in the texts. The message names it.
func (l *lint) forbid(texts []*passage, pattern *regexp.Regexp, hint, message string) {
	for _, p := range texts {
		for _, m := range pattern.FindAllStringIndex(p.plain, -1) {
			l.fail(p.place(m[0], m[1]), hint, fmt.Sprintf(message, p.plain[m[0]:m[1]]))
		}
	}
}

func (l *lint) shown() []*passage { return append(l.titles(), l.passages...) }

func contraction(l *lint) {
	l.forbid(l.shown(), contractionPattern, `write "cannot", "do not", "is not"`, "%q is a short form of a word with \"not\"")
}

func latin(l *lint) {
	l.forbid(l.shown(), latinPattern, `write "for example" or "that is", or name the rest`, "%q is a Latin short form")
}

// should looks at answers only: a question may well be "should I ...".
func should(l *lint) {
	l.forbid(l.passages, shouldPattern, `say what people can do, or use "need to" or "must"`, "%q does not say whether it is a must")
}

func curlyQuotes(l *lint) {
	l.forbid(l.shown(), curlyPattern, `write ' or "`, "%s is a curly quote")
}

func emoji(l *lint) {
	l.forbid(l.shown(), emojiPattern, "say it in words: screen readers read emoji by their names", "%s is an emoji")
}

func ampersand(l *lint) {
	for _, p := range l.shown() {
		for _, m := range ampersandPattern.FindAllStringIndex(p.plain, -1) {
			if found := p.plain[m[0]:m[1]]; found != "A&E" && found != "A&Es" {
				l.fail(p.place(m[0], m[1]), `write "and"`, fmt.Sprintf("%q stands for \"and\"", found))
			}
		}
	}
}

// invisible finds characters that change how text reads without being seen, such as those that turn its direction.
func invisible(l *lint) {
	look := func(p *passage) {
		for i, r := range p.plain {
			if unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) {
				l.fail(p.place(i, i+utf8.RuneLen(r)), "delete it; it often comes in by copying from another program", fmt.Sprintf("there is a character here that nobody can see (U+%04X)", r))
			}
		}
	}
	for _, p := range l.passages {
		look(p)
	}
	l.eachWritten(func(s yamlfile.String) { look(&passage{src: s, plain: s.Value}) })
}
