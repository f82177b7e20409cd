package guard

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// token is a word of a message as the rules see it.
type token struct {
	start, end int     // where it stands in the message
	stem       hash    // of the word, put right
	sentence   int32   // counted from 0
	hits       []int32 // the atoms that it fits; not to be changed
	before     gapKind
	masked     bool // part of an ordinary turn of phrase
	triggered  bool // part of what made a rule fire
	asked      bool // part of a question about the organisation
	symptom    bool // fits the first part of a combination of the class symptom
	starts     bool // a clause may start with it
}

// gapKind is what stands between a token and the one before it.
type gapKind uint8

const (
	space    gapKind = iota
	comma            // any punctuation within a sentence
	clause           // the same, or a word such as "and", before a word that starts a clause
	sentence         // the end of a sentence
)

// reader cuts a message into tokens.
type reader struct {
	g       *Guard
	s       *scratch
	word    []byte // the word so far, folded to small plain letters
	start   int    // where it starts in the message
	gap     gapKind
	joined  bool // the words since are "and", "but"...
	count   int32
	spelled []int // starts of single letters in a row, in case they spell a word
	letters []byte
	last    int // where the last of them ends
}

// maxWord is how long a word can be, in bytes. Longer ones are no words.
const maxWord = 48

func (r *reader) read(text string) {
	for i := 0; i < len(text); {
		c, size := rune(text[i]), 1
		if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRuneInString(text[i:])
		}
		r.rune(text, i, c, size)
		i += size
	}
	r.flush(len(text))
	r.unspell()
}

func (r *reader) rune(text string, i int, c rune, size int) {
	switch {
	case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		r.add(i, byte(c))
	case 'A' <= c && c <= 'Z':
		r.add(i, byte(c)+'a'-'A')
	case c == ' ':
		r.flush(i)
	case c == '\n' || c == '\r':
		r.flush(i)
		r.gap = max(r.gap, sentence)
	case c >= utf8.RuneSelf:
		r.foreign(text, i, c, size)
	default:
		r.mark(text, i, 1, byte(c))
	}
}

func (r *reader) add(i int, b byte) {
	if len(r.word) == 0 {
		r.start = i
	}
	if len(r.word) <= maxWord {
		r.word = append(r.word, b)
	}
}

// mark reads punctuation. Some of it belongs to words: can't, k*ll, p@in, 38.5, a&e.
func (r *reader) mark(text string, i, size int, c byte) {
	var next byte
	if i+size < len(text) {
		next = text[i+size]
	}
	inside := len(r.word) > 0 && plain(next)
	switch c {
	case '\'', '`', '*', '@', '$', '!', '|':
		if c == '`' {
			c = '\''
		}
		if inside || c == '*' && len(r.word) > 0 && next == '*' {
			r.add(i, c)
			return
		}
		if (c == '@' || c == '$') && plain(next) {
			r.add(i, c)
			return
		}
	case '.':
		if inside && digit(next) && digit(r.word[len(r.word)-1]) {
			r.add(i, c)
			return
		}
	case '&':
		if inside {
			return
		}
	}
	r.flush(i)
	switch c {
	case '.', '?', '!':
		r.gap = max(r.gap, sentence)
	case ',', ';', ':', '(', ')', '[', ']', '"':
		r.gap = max(r.gap, comma)
	case '-':
		if i > 0 && (text[i-1] == ' ' || next == ' ') {
			r.gap = max(r.gap, comma)
		}
	}
}

func plain(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' || digit(b) || b >= utf8.RuneSelf }
func digit(b byte) bool { return '0' <= b && b <= '9' }

// foreign reads what is not ASCII: letters with marks and in fancy alphabets become plain ones, what cannot be seen
// vanishes, and the rest separates words.
func (r *reader) foreign(text string, i int, c rune, size int) {
	switch {
	case c == '’' || c == '‘' || c == 'ʼ' || c == '′':
		r.mark(text, i, size, '\'')
		return
	case c == '–' || c == '—' || c == '“' || c == '”' || c == '…':
		r.flush(i)
		r.gap = max(r.gap, comma)
		return
	case unicode.Is(unicode.Mn, c) || unicode.Is(unicode.Me, c) || unicode.Is(unicode.Cf, c) || unicode.Is(unicode.Variation_Selector, c):
		return
	}
	if twin := lookAlike(c); twin != 0 {
		r.add(i, twin)
		return
	}
	if !unicode.IsLetter(c) && !unicode.IsDigit(c) && !unicode.IsNumber(c) && !unicode.IsSymbol(c) {
		r.flush(i)
		return
	}
	r.s.fold = norm.NFKD.AppendString(r.s.fold[:0], text[i:i+size])
	if !unicode.IsLetter(c) && (len(r.s.fold) == 0 || !plainASCII(r.s.fold)) {
		r.flush(i)
		return
	}
	for _, d := range string(r.s.fold) {
		switch {
		case d < utf8.RuneSelf && plain(byte(d)):
			r.add(i, byte(unicode.ToLower(d)))
		case d < utf8.RuneSelf, unicode.Is(unicode.Mn, d):
		default:
			r.add(i, '_') // a letter of another alphabet: part of a word that no rule has
		}
	}
}

func plainASCII(b []byte) bool {
	for _, c := range b {
		if c < utf8.RuneSelf && plain(c) {
			return true
		}
	}
	return false
}

// twins are letters of other alphabets that look like Latin ones.
const twins = "аaеeоoрpсcхxуyіiјjѕsһhԁdкkмmтtвbнhαaοoεeιiκkνvρpτtυuı" + "i"

func lookAlike(c rune) byte {
	i := strings.IndexRune(twins, unicode.ToLower(c))
	if i < 0 || c < utf8.RuneSelf {
		return 0
	}
	return twins[i+utf8.RuneLen(unicode.ToLower(c))]
}

// flush ends the word, if there is one, before i.
func (r *reader) flush(i int) {
	word := bytes.Trim(r.word, "*'!|.")
	r.word = r.word[:0]
	if len(word) == 0 || len(word) > maxWord {
		return
	}
	if len(word) == 1 && letter(word[0]) < 26 && word[0] != '.' && letter(word[0]) >= 0 {
		if len(r.spelled) > 0 && r.start-r.last > 3 {
			r.unspell()
		}
		if len(r.spelled) == 0 {
			r.s.letterGap = r.gap
		}
		r.spelled = append(r.spelled, r.start)
		r.letters = append(r.letters, word[0])
		r.last = i
		if len(r.letters) > maxWord {
			r.unspell()
		}
		r.gap = space
		return
	}
	gap, start := r.gap, r.start
	r.unspell()
	r.gap, r.start = gap, start
	r.contraction(word, i)
	r.gap = space
}

// minSpelled is how many single letters in a row may be one word with spaces: d i e could be initials.
const minSpelled = 4

// unspell takes the single letters that were read, as the words that they spell or one by one.
func (r *reader) unspell() {
	if len(r.spelled) == 0 {
		return
	}
	gap := r.gap
	r.gap = r.s.letterGap
	r.start = r.spelled[0]
	if len(r.spelled) < minSpelled || !r.split(r.letters, r.last) {
		for i, at := range r.spelled {
			r.start = at
			r.emit(r.letters[i:i+1], at+1)
		}
	}
	r.spelled, r.letters = r.spelled[:0], r.letters[:0]
	r.gap = gap
}

// contraction takes a word with an apostrophe apart.
func (r *reader) contraction(word []byte, end int) {
	at := bytes.IndexByte(word, '\'')
	if at < 0 {
		r.emit(word, end)
		return
	}
	head, tail := word[:at], word[at+1:]
	switch string(tail) {
	case "t":
		r.s.joint = append(append(r.s.joint[:0], head...), 't')
		r.emit(r.s.joint, end) // cant, wont, dont are shorthand
	case "m", "s", "re":
		r.emit(head, end) // am, is, are, or a possessive: none says anything
	case "ve":
		r.emit(head, end)
		r.emit([]byte("have"), end)
	case "ll":
		r.emit(head, end)
		r.emit([]byte("will"), end)
	case "d":
		r.emit(head, end)
		r.emit([]byte("would"), end)
	default:
		r.emit(bytes.ReplaceAll(word, []byte{'\''}, nil), end)
	}
}

// emit takes a word as it is, if the rules know it or it is an ordinary word, and puts it right otherwise.
func (r *reader) emit(word []byte, end int) {
	if len(word) == 0 {
		return
	}
	if n := r.g.lex.find(word); n != nil && (n.flags != 0 || n.short != 0) && !numeric(word) {
		r.take(word, n, end)
		return
	}
	if r.number(word, end) {
		return
	}
	hits := r.g.lex.atoms(word, &r.s.hits)
	if len(hits) > 0 || isEnglish(word) || !r.repair(word, end) {
		r.push(word, hits, end)
	}
}

// take adds a word of the lexicon: as it is, as what it is short for, or not at all.
func (r *reader) take(word []byte, n *lexNode, end int) {
	switch {
	case n.short != 0:
		for _, w := range r.g.shorthand[n.short-1] {
			if n := r.g.lex.find(w); n != nil {
				r.plainWord(w, n, end)
			}
		}
	default:
		r.plainWord(word, n, end)
	}
}

func (r *reader) plainWord(word []byte, n *lexNode, end int) {
	if joining(string(word)) {
		r.joined = true
	}
	if n.flags&leftOut != 0 {
		return
	}
	r.push(word, r.g.lex.atoms(word, &r.s.hits), end)
	if n.flags&starts != 0 {
		t := &r.s.tokens[len(r.s.tokens)-1]
		t.starts = true
		if t.before == comma || r.joined && t.before == space {
			t.before = clause
		}
	}
	r.joined = joining(string(word))
}

// push adds the token of a word that fits the atoms.
func (r *reader) push(word []byte, hits []int32, end int) {
	if r.gap == sentence && len(r.s.tokens) > 0 {
		r.count++
	}
	r.s.tokens = append(r.s.tokens, token{
		start: r.start, end: end, stem: hashOf(stemmed(word)), sentence: r.count, hits: hits, before: r.gap,
	})
	r.gap = space
	r.joined = false
}

func numeric(word []byte) bool { return len(bytes.Trim(word, "0123456789.")) == 0 }

// number takes a number, alone or with a unit: 5, 38.5, 5weeks.
func (r *reader) number(word []byte, end int) bool {
	n := 0
	for n < len(word) && (digit(word[n]) || word[n] == '.') {
		n++
	}
	if n == 0 || n < len(word) && (len(word)-n < 1 || r.s.leet(r.g, word) != nil) {
		return false
	}
	from := len(r.s.hits)
	r.s.hits = append(r.s.hits, r.g.numberAtoms...)
	r.s.hits = r.g.lex.hits(word[:n], r.s.hits)
	switch string(word) {
	case "2": // want 2 die
		r.s.hits = r.g.lex.hits([]byte("to"), r.s.hits)
	case "4":
		r.s.hits = r.g.lex.hits([]byte("for"), r.s.hits)
	}
	r.push(anyNumber, r.s.hits[from:len(r.s.hits):len(r.s.hits)], end)
	if n < len(word) {
		rest := word[n:]
		if n := r.g.lex.find(rest); n != nil && (n.flags != 0 || n.short != 0) {
			r.take(rest, n, end)
		}
	}
	return true
}
