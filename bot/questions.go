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
	question bool // ends with a question mark, or holds a word that asks
	leans    bool // says little by itself: "what's it for?"
	plain    bool // it starts like a question, or is a sentence that ends like one
}

// split cuts a message into sentences, and a sentence into the questions that "and" or a comma joins. A question that
// leans on a sentence that is none stays with it.
func split(text string) []part {
	var parts []part
	for _, sentence := range sentences(text) {
		asked := strings.HasSuffix(sentence, "?")
		for _, clause := range clauses(sentence) {
			w := words(clause)
			p := part{text: clause, question: asked || asks(w)}
			p.leans = p.question && dependent(w)
			p.plain = asked || opensQuestion(w)
			if n := len(parts); n > 0 && p.leans && !parts[n-1].question {
				parts[n-1] = part{text: parts[n-1].text + " " + p.text, question: true, plain: p.plain}
				continue
			}
			parts = append(parts, p)
		}
	}
	return parts
}

// dependent reports whether a question says too little to be asked alone: it has no word of content, or its subject is
// a pronoun and hardly anything is said of it.
func dependent(w []string) bool {
	switch match.ContentWords(strings.Join(w, " ")) {
	case 0:
		return true
	case 1:
		return slices.ContainsFunc(w, func(s string) bool { return leaning[plain(s)] })
	}
	return false
}

var leaning = set("it its they them their that this")

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
		case ')':
			if n := numbering(text[start:i]); n >= 0 {
				flush(start + n) // "1) this 2) that"
				start = i + 1
			}
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

// numbering returns where the number or letter at the end of s starts, if it is one that counts items, or -1.
func numbering(s string) int {
	n := len(s) - 1
	if n < 0 || !(s[n] >= '1' && s[n] <= '9' || s[n] >= 'a' && s[n] <= 'd') || n > 0 && s[n-1] != ' ' && s[n-1] != '(' {
		return -1
	}
	if n > 0 && s[n-1] == '(' {
		n--
	}
	return n
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
		if next == i && !strings.HasSuffix(fields[i-1], ",") && !runsOn(w, start, i) {
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

// runsOn reports whether a new question starts at i without anything that joins it to the one before: "what is a what is b".
func runsOn(w []string, start, i int) bool {
	return i-start >= 3 && i+2 < len(w) && questionWords[plain(w[start])] && questionWords[plain(w[i])] &&
		(auxiliaries[plain(w[i+1])] || w[i] == "whats") && match.ContentWords(strings.Join(w[start:i], " ")) > 0
}

// asks reports whether a clause holds a question: one word that asks is enough.
func asks(w []string) bool {
	return opensQuestion(w) || slices.ContainsFunc(w, func(s string) bool { return questionWords[plain(s)] })
}

// half is a text cut in two at a joiner.
type half struct {
	before, after string
	strong        bool // the joiner leaves no doubt that there are two things: "plus", "and also", "as well as"
}

// halves cuts a text at each joiner in turn: "focus + boroughs", "rehab and the emotional side".
func halves(text string) []half {
	fields := strings.Fields(text)
	w := lower(fields)
	var out []half
	for i := 1; i < len(fields)-1; i++ {
		next := i
		for next < len(fields)-1 && (joiners[w[next]] || w[next] == "") {
			next++
		}
		if next == i {
			continue
		}
		strong := next > i+1 || w[i] == "plus" || w[i] == "also" || w[i] == ""
		out = append(out, half{strings.Join(fields[:i], " "), strings.Join(fields[next:], " "), strong})
		i = next
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
	questionWords = set("what whats wot wat who whos whose whom when whens where wheres which wich why how hows wen")
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

var openers = set("hi hiya heya hello hallo hey dear good there all folks guys team everyone morning afternoon evening so ok okay well please pls and also but um just sorry thanks cheers oh right anyway")

// withoutOpeners drops "hi, so" and its like from the start of a text that goes on.
func withoutOpeners(text string) string {
	fields := strings.Fields(text)
	w := lower(fields)
	n := 0
	for n < len(w)-1 && (openers[w[n]] || joiners[w[n]] || w[n] == "") {
		n++
	}
	if n == 0 || match.ContentWords(strings.Join(w[n:], " ")) == 0 {
		return text
	}
	return strings.Join(fields[n:], " ")
}

// afterCorrection returns where a message goes on after "..., i mean", or 0: what stands before was a slip.
func afterCorrection(text string) int {
	lower := strings.ToLower(text)
	for _, slip := range []string{" i mean ", " i meant ", " or rather "} {
		if i := strings.LastIndex(lower, slip); i > 0 && len(lower) == len(text) {
			return i + len(slip)
		}
	}
	return 0
}

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
