package knowledge

import (
	"fmt"
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
			l.fail(p.at(""), `move some of it to "more" or to another entry`, fmt.Sprintf("the text has %d words, and at most %d are allowed", n, maxWords))
		case n > goodWords:
			l.warn(p.at(""), `move some of it to "more" or to another entry`, fmt.Sprintf("the text has %d words; it had better be up to %d", n, goodWords))
		}
	}
}

func answerSize(l *lint) {
	for _, p := range l.passages {
		if n := utf8.RuneCountInString(p.text.Plain()); n > maxSize {
			l.fail(p.at(""), "shorten it, so that it fits into one message", fmt.Sprintf("the text has %d characters with its links, and at most %d fit", n, maxSize))
		}
	}
}

func sentenceLength(l *lint) {
	for _, p := range l.passages {
		for _, line := range p.lines {
			for _, s := range sentences(line.text) {
				switch n := countWords(s); {
				case n > maxSentence:
					l.fail(p.at(s), "make 2 sentences of it", fmt.Sprintf("a sentence has %d words, and at most %d are allowed", n, maxSentence))
				case n > goodSentence:
					l.warn(p.at(s), "make 2 sentences of it", fmt.Sprintf("a sentence has %d words; it had better have up to %d", n, goodSentence))
				}
			}
		}
	}
}

func readingGrade(l *lint) {
	for _, p := range l.passages {
		const hint = "use shorter words and sentences"
		switch g, n := grade(p.lines); {
		case g > maxGrade && n >= fewestSentences:
			l.fail(p.at(""), hint, fmt.Sprintf("the text is hard to read: school grade %.1f, and at most %.0f is allowed", g, maxGrade))
		case g > maxGrade || g > goodGrade && n >= fewestSentences:
			l.warn(p.at(""), hint, fmt.Sprintf("the text is hard to read: school grade %.1f; it had better be up to %.0f", g, goodGrade))
		}
	}
}

var (
	contractionPattern = regexp.MustCompile(`(?i)\b\w+n['’]t\b`)
	latinPattern       = regexp.MustCompile(`(?i)\b(?:e\.g\.?|i\.e\.?|eg|ie|etc)(?:\b|\.|$)`)
	shouldPattern      = regexp.MustCompile(`(?i)\bshould\b`)
	ampersandPattern   = regexp.MustCompile(`\S*&\S*`)
)

// eachText calls do for every approved text with what finds a part of it in its file: the passages, and the questions,
// which are the titles of the answers.
func (l *lint) eachText(do func(text string, at func(string) yamlfile.Pos)) {
	for _, p := range l.passages {
		do(p.plain, p.at)
	}
	for _, file := range l.topics {
		for _, e := range file.Entries {
			question := &passage{src: e.Question}
			do(e.Question.Value, question.at)
		}
	}
}

// forbid fails every text that a pattern matches.
func (l *lint) forbid(pattern *regexp.Regexp, hint, message string) {
	l.eachText(func(text string, at func(string) yamlfile.Pos) {
		for _, found := range pattern.FindAllString(text, -1) {
			l.fail(at(found), hint, fmt.Sprintf(message, found))
		}
	})
}

func contraction(l *lint) {
	l.forbid(contractionPattern, `write "cannot", "do not", "is not"`, "%q is a short form of a word with \"not\"")
}

func latin(l *lint) {
	l.forbid(latinPattern, `write "for example" or "that is", or name the rest`, "%q is a Latin short form")
}

// should looks at answers only: a question may well be "should I ...".
func should(l *lint) {
	for _, p := range l.passages {
		for _, found := range shouldPattern.FindAllString(p.plain, -1) {
			l.fail(p.at(found), `say what people can do, or use "need to" or "must"`, fmt.Sprintf("%q does not say whether it is a must", found))
		}
	}
}

func curlyQuotes(l *lint) {
	l.forbid(regexp.MustCompile(`[‘’‚‛“”„‟]`), `write ' or "`, "%s is a curly quote")
}

func emoji(l *lint) {
	l.forbid(regexp.MustCompile(`[\x{1F000}-\x{1FAFF}\x{2600}-\x{27BF}\x{2B00}-\x{2BFF}\x{FE0F}\x{20E3}]+`), "say it in words: screen readers read emoji by their names", "%s is an emoji")
}

func ampersand(l *lint) {
	l.eachText(func(text string, at func(string) yamlfile.Pos) {
		for _, found := range ampersandPattern.FindAllString(text, -1) {
			if core := strings.TrimFunc(found, func(r rune) bool { return r != '&' && !unicode.IsLetter(r) }); core != "A&E" && core != "A&Es" {
				l.fail(at(found), `write "and"`, `"&" is used for "and"`)
			}
		}
	})
}

// invisible finds characters that change how text reads without being seen, such as those that turn its direction.
func invisible(l *lint) {
	look := func(text string, at func(string) yamlfile.Pos) {
		for _, r := range text {
			if unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) {
				l.fail(at(string(r)), "delete it; it often comes in by copying from another program", fmt.Sprintf("there is a character here that nobody can see (U+%04X)", r))
			}
		}
	}
	l.eachText(look)
	l.eachWritten(func(s yamlfile.String) { look(s.Value, func(string) yamlfile.Pos { return s.Pos }) })
}
