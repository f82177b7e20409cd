package bot

import (
	"slices"
	"strings"
	"unicode"

	"alliancebot/bot/match"
)

// maxQuestions is how many questions of one message are answered.
const maxQuestions = 4

// part is a stretch of a message.
type part struct {
	text     string
	question bool // ends with a question mark, or starts like a question
}

// split cuts a message into sentences, and a sentence into the questions that "and" or a comma joins. A question that
// says little by itself ("what's it for?") stays with the part before it.
func split(text string) []part {
	var parts []part
	for _, sentence := range sentences(text) {
		asked := strings.HasSuffix(sentence, "?")
		for _, clause := range clauses(sentence) {
			w := words(clause)
			p := part{clause, asked || opensQuestion(w)}
			if n := len(parts); n > 0 && p.question && dependent(w) {
				parts[n-1] = part{parts[n-1].text + " " + p.text, true}
				continue
			}
			parts = append(parts, p)
		}
	}
	return parts
}

// dependent reports whether a question says too little to be asked alone: its subject is a pronoun, or it has no word
// of content.
func dependent(w []string) bool {
	return match.ContentWords(strings.Join(w, " ")) == 0 || len(w) <= 6 && slices.ContainsFunc(w, func(s string) bool { return pronouns[plain(s)] })
}

// sentences cuts text after ., !, ?, ; and at line ends, but not inside abbreviations, numbers and addresses.
func sentences(text string) []string {
	var out []string
	start := 0
	flush := func(end int) {
		if s := strings.TrimSpace(text[start:end]); hasWord(s) {
			out = append(out, s)
		}
		start = end
	}
	for i, r := range text {
		switch r {
		case '\n', ';':
			flush(i + 1)
		case '?', '!', '.', '…':
			next := i + len(string(r))
			if r == '.' && (next < len(text) && !strings.ContainsRune(" \n\t?!.", rune(text[next])) || abbreviated(text[start:i])) {
				continue
			}
			flush(next)
		}
	}
	flush(len(text))
	return out
}

// abbreviated reports whether a full stop after s belongs to an abbreviation.
func abbreviated(s string) bool {
	w := strings.ToLower(s[strings.LastIndexAny(s, " (\t\n")+1:])
	switch w {
	case "dr", "mr", "mrs", "ms", "st", "eg", "e.g", "ie", "i.e", "vs", "no", "approx":
		return true
	}
	return false
}

// clauses cuts a sentence before each question that "and", "also", "plus" or a comma joins to another question.
func clauses(sentence string) []string {
	fields := strings.Fields(sentence)
	w := lower(fields)
	var out []string
	start := 0
	for i := 1; i < len(fields); i++ {
		next := i
		for next < len(fields) && joiners[w[next]] {
			next++
		}
		if next == i && !strings.HasSuffix(fields[i-1], ",") {
			continue
		}
		if next < len(fields) && opensClause(w[next:]) && asks(w[start:i]) {
			out = append(out, strings.Join(fields[start:i], " "))
			start = next
		}
		i = max(i, next-1)
	}
	return append(out, strings.Join(fields[start:], " "))
}

// asks reports whether a clause holds a question: one word that asks is enough.
func asks(w []string) bool {
	return opensQuestion(w) || slices.ContainsFunc(w, func(s string) bool { return questionWords[plain(s)] })
}

// halves cuts a text at each joiner in turn: "focus + boroughs", "rehab and the emotional side".
func halves(text string) [][2]string {
	fields := strings.Fields(text)
	w := lower(fields)
	var out [][2]string
	for i := 1; i < len(fields)-1; i++ {
		if joiners[w[i]] || fields[i] == "+" || fields[i] == "&" || fields[i] == "/" {
			out = append(out, [2]string{strings.Join(fields[:i], " "), strings.Join(fields[i+1:], " ")})
		}
	}
	return out
}

var joiners = map[string]bool{"and": true, "also": true, "plus": true, "then": true, "oh": true, "n": true, "or": true}

func lower(fields []string) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = strings.ToLower(strings.TrimFunc(f, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }))
	}
	return out
}

// words returns the words of a text in lower case, without punctuation around them.
func words(text string) []string { return lower(strings.Fields(text)) }

func hasWord(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

var (
	questionWords = set("what whats wot who whos whose whom when whens where wheres which why how hows")
	auxiliaries   = set("is are was were do does did can could will would should has have had may am isnt arent dont doesnt didnt")
	subjects      = set("you u ye they it he she we i the there this that these those your ur their its any anyone someone people patients ncl ncel uclh gp gps staff nhs london")
	requests      = set("tell explain describe list name give show define")
)

func set(list string) map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(list) {
		m[w] = true
	}
	return m
}

// plain is a word without its apostrophe.
func plain(w string) string { return strings.NewReplacer("'", "", "’", "").Replace(w) }

// opensQuestion reports whether a sentence of these words is a question or a request.
func opensQuestion(w []string) bool {
	for len(w) > 0 && openers[plain(w[0])] {
		w = w[1:]
	}
	if len(w) == 0 {
		return false
	}
	return questionWords[plain(w[0])] || auxiliaries[plain(w[0])] || requests[w[0]]
}

var openers = set("hi hello hey so ok okay well please pls and also but um just sorry thanks cheers oh right anyway")

// opensClause is opensQuestion for what follows "and": an auxiliary needs its subject behind it, so that "who leads and
// does the work" stays whole.
func opensClause(w []string) bool {
	if len(w) < 2 {
		return len(w) == 1 && questionWords[plain(w[0])] && w[0] != "which"
	}
	first := plain(w[0])
	if auxiliaries[first] {
		return subjects[plain(w[1])]
	}
	return questionWords[first] || requests[first]
}
