package match

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"
	"golang.org/x/text/unicode/norm"
)

// maxRunes bounds how much of a question is read. People who ask about the Alliance need less than a tenth of it;
// the bound keeps the worst case of Search far under its 50 milliseconds.
const maxRunes = 2000

// maxWords bounds the words of a question, for the same reason.
const maxWords = 400

// fold makes text comparable: lower case, compatibility forms and accents folded, typographic apostrophes straight,
// everything that prints nothing gone. Invalid UTF-8 becomes spaces.
func fold(s string) string {
	if isPlain(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	for i, r := range norm.NFKD.String(strings.ToValidUTF8(s, " ")) {
		if i > maxRunes*utf8.UTFMax {
			break
		}
		switch {
		case r == '’' || r == '‘' || r == 'ʼ' || r == '`' || r == '´':
			b.WriteByte('\'')
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case r == utf8.RuneError || unicode.IsControl(r):
			b.WriteByte(' ')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf || s[i] == '`' || s[i] < ' ' {
			return false
		}
	}
	return true
}

// clip cuts s to maxRunes runes.
func clip(s string) string {
	if len(s) <= maxRunes {
		return s
	}
	n := 0
	for i := range s {
		if n == maxRunes {
			return s[:i]
		}
		n++
	}
	return s
}

// split cuts text into words: runs of letters and digits, with contractions and text-speak written out. The text is
// folded first.
func split(text string) []string {
	text = fold(clip(text))
	words := make([]string, 0, 16)
	for start := 0; start < len(text) && len(words) < maxWords; {
		r, size := utf8.DecodeRuneInString(text[start:])
		if !isWordRune(r) {
			start += size
			continue
		}
		end := start + size
		for end < len(text) {
			r, size := utf8.DecodeRuneInString(text[end:])
			if !isWordRune(r) && !(r == '\'' && apostropheInside(text, end)) {
				break
			}
			end += size
		}
		words = appendWord(words, text[start:end])
		start = end
	}
	return words
}

func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

func apostropheInside(text string, i int) bool {
	r, _ := utf8.DecodeRuneInString(text[i+1:])
	return isWordRune(r)
}

// appendWord adds a word, written out where it is a contraction.
func appendWord(words []string, w string) []string {
	if long, ok := shortForms[w]; ok {
		return append(words, long...)
	}
	i := strings.IndexByte(w, '\'')
	if i < 0 {
		return append(words, w)
	}
	head, tail := w[:i], w[i+1:]
	if head == "" {
		return words
	}
	switch tail {
	case "s":
		return append(words, head) // a genitive; "who's" and its like are short forms
	case "re":
		return append(words, head, "are")
	case "ve":
		return append(words, head, "have")
	case "ll":
		return append(words, head, "will")
	case "d":
		return append(words, head, "would")
	case "m":
		return append(words, head, "am")
	case "t":
		return append(words, strings.TrimSuffix(head, "n"), "not")
	}
	words = append(words, head)
	for part := range strings.SplitSeq(tail, "'") {
		if part != "" {
			words = append(words, part)
		}
	}
	return words
}

// shortForms are contractions, also as people type them without the apostrophe, and common text-speak.
var shortForms = map[string][]string{
	"what's": {"what", "is"}, "whats": {"what", "is"}, "who's": {"who", "is"}, "whos": {"who", "is"},
	"where's": {"where", "is"}, "wheres": {"where", "is"}, "when's": {"when", "is"}, "whens": {"when", "is"},
	"how's": {"how", "is"}, "hows": {"how", "is"}, "why's": {"why", "is"}, "that's": {"that", "is"}, "thats": {"that", "is"},
	"it's": {"it", "is"}, "there's": {"there", "is"}, "theres": {"there", "is"}, "let's": {"let", "us"}, "here's": {"here", "is"},
	"i'm": {"i", "am"}, "im": {"i", "am"}, "ive": {"i", "have"}, "youre": {"you", "are"}, "youve": {"you", "have"},
	"dont": {"do", "not"}, "don't": {"do", "not"}, "doesnt": {"does", "not"}, "didnt": {"did", "not"}, "cant": {"can", "not"},
	"can't": {"can", "not"}, "cannot": {"can", "not"}, "wont": {"will", "not"}, "won't": {"will", "not"}, "isnt": {"is", "not"},
	"arent": {"are", "not"}, "wasnt": {"was", "not"}, "hasnt": {"has", "not"}, "havent": {"have", "not"}, "shouldnt": {"should", "not"},
	"wouldnt": {"would", "not"}, "couldnt": {"could", "not"}, "gonna": {"going", "to"}, "wanna": {"want", "to"}, "gimme": {"give", "me"},
	"lemme": {"let", "me"}, "dunno": {"do", "not", "know"}, "u": {"you"}, "ur": {"your"}, "yr": {"your"}, "ya": {"you"}, "yous": {"you"},
	"r": {"are"}, "pls": {"please"}, "plz": {"please"}, "plse": {"please"}, "thx": {"thanks"}, "ty": {"thanks"}, "tnx": {"thanks"},
	"wot": {"what"}, "wat": {"what"}, "wich": {"which"}, "wots": {"what", "is"}, "wht": {"what"}, "wen": {"when"}, "wher": {"where"}, "abt": {"about"},
	"bout": {"about"}, "coz": {"because"}, "cuz": {"because"}, "cos": {"because"}, "bc": {"because"}, "ppl": {"people"},
	"ppls": {"people"}, "b4": {"before"}, "org": {"organisation"}, "orgs": {"organisations"}, "organization": {"organisation"},
	"organizations": {"organisations"}, "info": {"information"}, "tho": {"though"}, "thru": {"through"}, "diff": {"difference"},
	"wrt": {"about"}, "ya'll": {"you"}, "yall": {"you"}, "w": {"with"},
}

// stem returns the Porter2 stem of a word.
func stem(w string) string {
	if len(w) < 3 || w[0] < utf8.RuneSelf && !isLetter(w[0]) {
		return w
	}
	return english.Stem(w, false)
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' }

// key is what two phrasings have in common when they differ in case, punctuation, spacing or apostrophes only.
func key(text string) string {
	text = fold(clip(text))
	var b strings.Builder
	b.Grow(len(text))
	for _, r := range text {
		if isWordRune(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// wording is what two phrasings have in common that consist of the same words but for articles.
func wording(t tokens) string {
	var b strings.Builder
	for _, w := range t.words {
		switch w.text {
		case "the", "a", "an":
		default:
			b.WriteString(w.text)
		}
	}
	return b.String()
}
