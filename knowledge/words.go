package knowledge

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// This file cuts approved text into sentences, words, names, numbers and dates for the rules.

// wordKind says what a word is to the rules.
type wordKind int

const (
	lower   wordKind = iota // an ordinary word
	capital                 // holds a capital letter
	number                  // digits, or a number in words; text is then its digits
	date                    // a day, month and year, or less of it
)

// word is one word of a text.
type word struct {
	kind  wordKind
	text  string
	raw   string // as it is written; a part of a hyphenated word has all of it
	at    int    // where raw starts
	start bool   // it starts a sentence
	glued bool   // nothing but a space or a hyphen stands between it and the word before
	day   calendar
}

// calendar is what a date names: 1 April 2020, April 2020, or April. Missing parts are empty.
type calendar struct{ day, month, year string }

var months = strings.Fields("January February March April May June July August September October November December")

var (
	datePattern = regexp.MustCompile(`\b(?:(\d{1,2})(?:st|nd|rd|th)? )?(` + strings.Join(months, "|") + `)\b(?:,? (\d{4}))?\b`)
	ordinal     = regexp.MustCompile(`^(\d[\d,.]*)(?:st|nd|rd|th|s|am|pm|k|m|bn)?$`)
)

// words cuts a line into its words. A date is one word.
func words(text string) []word {
	var list []word
	end := 0 // of the last word
	for _, d := range dates(text) {
		list, end = appendWords(list, text, end, d[0])
		day := calendar{group(text, d, 1), group(text, d, 2), group(text, d, 3)}
		list = append(list, word{kind: date, raw: text[d[0]:d[1]], at: d[0], start: len(list) == 0 || endsSentence(text[end:d[0]]), day: day})
		end = d[1]
	}
	list, _ = appendWords(list, text, end, len(text))
	return list
}

// dates finds the dates of a text, with the places of their parts. "May" alone is more often a verb.
func dates(text string) [][]int {
	if !slices.ContainsFunc(months, func(m string) bool { return strings.Contains(text, m) }) {
		return nil
	}
	return slices.DeleteFunc(datePattern.FindAllStringSubmatchIndex(text, -1), func(d []int) bool { return text[d[0]:d[1]] == "May" })
}

// appendWords adds the words between two places of a text that hold no date. It returns the place where the last ends.
func appendWords(list []word, text string, from, to int) ([]word, int) {
	end := from
	for at := from; at < to; {
		size := tokenSize(text[at:to])
		if size == 0 {
			_, size = utf8.DecodeRuneInString(text[at:to])
			at += size
			continue
		}
		gap := text[end:at]
		start := len(list) == 0 || endsSentence(gap)
		glued := gap == " " && len(list) > 0
		for i, w := range split(text[at : at+size]) {
			w.raw, w.at, w.start, w.glued = text[at:at+size], at, start && i == 0, glued || i > 0
			list = append(list, w)
		}
		at += size
		end = at
	}
	return list, end
}

// tokenSize returns how many bytes of a word with its inner signs, such as "A&E" or "pre-COVID-19", a text starts with.
func tokenSize(text string) int {
	size := 0
	sign := true // the last rune was a sign, or there was none
	for i, r := range text {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) && !sign:
			size = i + utf8.RuneLen(r)
			sign = false
		case sign || !strings.ContainsRune("&'’.,-", r):
			return size
		default:
			sign = true
		}
	}
	return size
}

func group(text string, m []int, n int) string {
	if m[2*n] < 0 {
		return ""
	}
	return text[m[2*n]:m[2*n+1]]
}

// endsSentence reports whether a sentence ends in what stands between two words. An opening quote counts: what is
// quoted is a sentence of its own.
func endsSentence(gap string) bool {
	return strings.ContainsAny(gap, ".!?\n") && strings.ContainsAny(gap, " \n") || strings.HasSuffix(gap, `"`) || strings.HasSuffix(gap, "“")
}

// split makes words of one token: "pre-COVID-19" is "pre" and "COVID-19".
func split(token string) []word {
	token = strings.TrimSuffix(strings.TrimSuffix(token, "'s"), "’s")
	if n, ok := numberInWords(strings.ToLower(token)); ok {
		return []word{{kind: number, text: n}}
	}
	var list []word
	for _, part := range strings.Split(token, "-") {
		w := classify(part)
		if last := len(list) - 1; w.kind == number && last >= 0 && list[last].kind == capital {
			list[last].text += "-" + part
			continue
		}
		list = append(list, w)
	}
	return list
}

func classify(part string) word {
	if m := ordinal.FindStringSubmatch(part); m != nil {
		return word{kind: number, text: strings.TrimRight(strings.ReplaceAll(m[1], ",", ""), ".")}
	}
	if strings.ContainsFunc(part, unicode.IsUpper) {
		return word{kind: capital, text: part}
	}
	if n, ok := numberInWords(part); ok {
		return word{kind: number, text: n}
	}
	return word{kind: lower, text: part}
}

// units leave out "one", which is mostly no number ("one of"), and "first" to "third", which mostly order things.
var (
	units = strings.Fields("zero - two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
	tens  = strings.Fields("- - twenty thirty forty fifty sixty seventy eighty ninety")
	large = map[string]string{
		"dozen": "12", "dozens": "12", "half": "0.5", "twice": "2", "double": "2", "triple": "3",
		"hundred": "100", "hundreds": "100", "thousand": "1000", "thousands": "1000", "million": "1000000", "millions": "1000000",
		"billion": "1000000000", "billions": "1000000000",
	}
)

// numberInWords returns the digits of a number that is written in words, such as "five" or "twenty-one".
func numberInWords(w string) (digits string, ok bool) {
	if n, ok := large[w]; ok {
		return n, true
	}
	ten, unit, hyphen := strings.Cut(w, "-")
	for n, name := range tens {
		if name != "-" && name == ten {
			if !hyphen {
				return strconv.Itoa(10 * n), true
			}
			if unit == "one" {
				return strconv.Itoa(10*n + 1), true
			}
			for m, name := range units[:10] {
				if name != "-" && name == unit {
					return strconv.Itoa(10*n + m), true
				}
			}
		}
	}
	for n, name := range units {
		if name == w && w != "-" {
			return strconv.Itoa(n), true
		}
	}
	return "", false
}

// run is a sequence of capitalised words, most likely a name or several.
type run struct {
	words    []string
	start    bool // it starts a sentence, so that its first word may be an ordinary one
	from, to int  // where it stands in the text
}

func (r run) String() string { return strings.Join(r.words, " ") }

// runs finds the names in a text's words.
func runs(list []word) []run {
	var found []run
	open := false
	for _, w := range list {
		switch {
		case w.kind != capital:
			open = false
			continue
		case !open || !w.glued || w.start:
			found = append(found, run{start: w.start, from: w.at})
		}
		r := &found[len(found)-1]
		r.words, r.to = append(r.words, w.text), w.at+len(w.raw)
		open = true
	}
	return found
}

// canonical makes the forms of a name's word equal: Alliance, Alliances.
func canonical(w string) string {
	if utf8.RuneCountInString(w) > 2 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") {
		return strings.TrimSuffix(w, "s")
	}
	return w
}

// sentences cuts a line at its full stops, question and exclamation marks.
func sentences(text string) []string {
	var list []string
	start := 0
	for i, r := range text {
		if r != '.' && r != '!' && r != '?' {
			continue
		}
		after := strings.TrimLeft(text[i+1:], `"')]`)
		next := strings.TrimLeft(after, " ")
		first, _ := utf8.DecodeRuneInString(next)
		if next != "" && (after == next || unicode.IsLower(first)) {
			continue // inside a number or an address, or the sentence goes on
		}
		stop := len(text) - len(after)
		list = appendSentence(list, text[start:stop])
		start = stop
	}
	return appendSentence(list, text[start:])
}

func appendSentence(list []string, s string) []string {
	if s = strings.TrimSpace(s); countWords(s) > 0 {
		list = append(list, s)
	}
	return list
}

// countWords counts what a reader takes for words.
func countWords(s string) int {
	n := 0
	for field := range strings.FieldsSeq(s) {
		if strings.ContainsFunc(field, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			n++
		}
	}
	return n
}

var (
	silentEnd = regexp.MustCompile(`(?:[^laeiouy]es|[^aeiouytd]ed|[^laeiouy]e)$`)
	vowels    = regexp.MustCompile(`[aeiouy]{1,2}`)
	parted    = regexp.MustCompile(`[^ctsg]ia|[rvd]io[^u]`) // al-li-ance, pri-or-i-ty
)

// syllables estimates the syllables of a word from its letters: one for each group of vowels, without a silent
// e, and one more where two vowels are spoken apart.
func syllables(w string) int {
	w = strings.ToLower(w)
	if utf8.RuneCountInString(w) <= 3 {
		return 1
	}
	w = strings.TrimPrefix(silentEnd.ReplaceAllStringFunc(w, func(end string) string { return end[:1] }), "y")
	return max(1, len(vowels.FindAllString(w, -1))+len(parted.FindAllString(w, -1)))
}

// grade is the Flesch-Kincaid grade of a text: 0.39 words a sentence + 11.8 syllables a word - 15.59. Names, dates
// and numbers count as one word of one syllable each, since a writer cannot choose them.
func grade(lines []line) (grade float64, sentences int) {
	count, syllableCount := 0, 0
	for _, line := range lines {
		inName := false
		for _, w := range line.words {
			if w.start {
				sentences++
			}
			// An ordinary word at the start of a sentence has a capital, too.
			name := w.kind == capital && (!w.start || len(w.text) > 1 && strings.ToUpper(w.text) == w.text)
			if name && inName && w.glued {
				continue
			}
			inName = name
			count++
			if name || w.kind == number || w.kind == date {
				syllableCount++
			} else {
				syllableCount += syllables(w.text)
			}
		}
	}
	if count == 0 {
		return 0, 0
	}
	return 0.39*float64(count)/float64(sentences) + 11.8*float64(syllableCount)/float64(count) - 15.59, sentences
}
