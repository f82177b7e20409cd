package knowledge

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"alliancebot/knowledge/markup"
	"alliancebot/knowledge/yamlfile"
)

var (
	placeholder = regexp.MustCompile(`\{[^{}\s]*\}`)
	keyPattern  = regexp.MustCompile(`^[a-z0-9]+(?:-[a-z0-9]+)*$`)
	// anyNumber is what could be dialled or texted: 3 digits or more, with what people write between them.
	anyNumber  = regexp.MustCompile(`\d(?:[ ()./-]*\d){2,}`)
	strayBrace = regexp.MustCompile(`[{}]`)
)

// Bounds for replies, by the rules for safety wording: somebody frightened reads them.
const (
	maxReplyGrade    = 6.0 // Flesch-Kincaid
	maxReplySentence = 20  // words
)

// check looks at what only shows in the file as a whole.
func (d *safetyDecoder) check() {
	d.checkContacts()
	d.checkLists()
	d.checkClasses()
	d.checkRepeated()
	for _, n := range d.written.Classes {
		for _, reply := range []yamlfile.String{n.Reply, n.Also.Staff, n.Also.Community} {
			d.checkReply(reply)
		}
	}
}

func (d *safetyDecoder) checkContacts() {
	keys, numbers := map[string]yamlfile.Pos{}, map[string]yamlfile.Pos{}
	for _, n := range d.written.Contacts {
		if first, again := keys[n.Key.Value]; again {
			d.fail(n.Key.Pos, "give each contact a key of its own", "the contact %q is here twice: the first is on line %d", n.Key.Value, first.Line)
		}
		keys[n.Key.Value] = n.Key.Pos
		if n.Key.Value != "" && !keyPattern.MatchString(n.Key.Value) {
			d.fail(n.Key.Pos, "write small letters, digits and hyphens", "%q is no key for a contact", n.Key.Value)
		}
		own := make([]string, 0, len(n.Numbers))
		for _, number := range n.Numbers {
			digits := onlyDigits(number.Value)
			own = append(own, digits)
			if first, again := numbers[digits]; again {
				d.fail(number.Pos, "publish each number once", "the number %q is here twice: the first is on line %d", number.Value, first.Line)
			}
			numbers[digits] = number.Pos
		}
		for _, found := range anyNumber.FindAllString(n.Publish.Value, -1) {
			if !slices.Contains(own, onlyDigits(found)) {
				d.fail(n.Publish.Pos, `list it under "numbers", too`, "the contact %q publishes %q, which is none of its numbers", n.Key.Value, found)
			}
		}
		if anyNumber.MatchString(n.Hours.Value) {
			d.fail(n.Hours.Pos, "", "the hours of the contact %q hold a number of a phone", n.Key.Value)
		}
		if n.ReviewBy.Value.Before(n.Checked.Value) {
			d.fail(n.ReviewBy.Pos, "", "the contact %q is to be reviewed before it was checked", n.Key.Value)
		}
	}
}

// checkLists reports lists that hold themselves, and phrases in lists that refer to lists with phrases: matching
// goes one level deep.
func (d *safetyDecoder) checkLists() {
	byName := map[string]*WordList{}
	for i, l := range d.safety.Words {
		byName[l.Name] = &d.safety.Words[i]
	}
	for _, l := range d.safety.Words {
		if d.holds(byName, l.Name, l.Name, map[string]bool{}) {
			d.fail(l.Pos, "", "the list %q holds itself", l.Name)
			return // what follows would not end
		}
	}
	for _, l := range d.safety.Words {
		for _, p := range l.Patterns {
			for _, e := range p.Elements {
				for _, w := range e.Any {
					if len(p.Elements) > 1 && w.List != "" && !singleWords(byName, w.List) {
						d.fail(p.Pos, "write the words out", "%q in the list %q refers to a list that holds phrases", p.Text, l.Name)
					}
				}
			}
		}
	}
}

func (d *safetyDecoder) holds(byName map[string]*WordList, list, wanted string, seen map[string]bool) bool {
	if seen[list] || byName[list] == nil {
		return false
	}
	seen[list] = true
	for _, p := range byName[list].Patterns {
		for _, e := range p.Elements {
			for _, w := range e.Any {
				if w.List == wanted || w.List != "" && d.holds(byName, w.List, wanted, seen) {
					return true
				}
			}
		}
	}
	return false
}

// singleWords reports whether a list, and every list in it, is made of single words.
func singleWords(byName map[string]*WordList, list string) bool {
	if byName[list] == nil {
		return true // built in, or reported already
	}
	for _, p := range byName[list].Patterns {
		if len(p.Elements) > 1 {
			return false
		}
		for _, w := range p.Elements[0].Any {
			if w.List != "" && !singleWords(byName, w.List) {
				return false
			}
		}
	}
	return true
}

func (d *safetyDecoder) checkClasses() {
	order := className("").Words()
	ids := map[string]yamlfile.Pos{}
	classes := map[string]yamlfile.Pos{}
	last := -1
	for _, n := range d.written.Classes {
		name := string(n.Class.Value)
		if first, again := classes[name]; again {
			d.fail(n.Class.Pos, "join the two", "the class %q is here twice: the first is on line %d", name, first.Line)
		}
		classes[name] = n.Class.Pos
		rank := slices.Index(order, name)
		if rank >= 0 && rank < last {
			d.fail(n.Class.Pos, "the order is: "+strings.Join(order, ", "), "the class %q is out of order", name)
		}
		last = max(last, rank)
		if rank >= 0 && n.Replaces != (rank < 3) {
			d.fail(n.Class.Pos, "only the replies to emergency, self-harm and safeguarding stand alone", `"replaces" is %t for the class %q`, n.Replaces, name)
		}
		for _, r := range n.Rules {
			if first, again := ids[r.ID.Value]; again && r.ID.Value != "" {
				d.fail(r.ID.Pos, "give each rule an id of its own", "the rule %q is here twice: the first is on line %d", r.ID.Value, first.Line)
			}
			ids[r.ID.Value] = r.ID.Pos
			if r.ID.Value != "" && !keyPattern.MatchString(r.ID.Value) {
				d.fail(r.ID.Pos, "write small letters, digits and hyphens", "%q is no id for a rule", r.ID.Value)
			}
		}
	}
}

// checkRepeated reports phrases that stand in two places.
func (d *safetyDecoder) checkRepeated() {
	type place struct {
		where string
		pos   yamlfile.Pos
	}
	first := map[string]place{}
	see := func(where string, patterns []Pattern) {
		for _, p := range patterns {
			if f, again := first[p.key()]; again {
				d.fail(p.Pos, "leave it in one of them", "%q is %s and, on line %d, %s", p.Text, where, f.pos.Line, f.where)
				continue
			}
			first[p.key()] = place{where, p.Pos}
		}
	}
	see("an ordinary turn of phrase", d.safety.Ordinary)
	for _, c := range d.safety.Classes {
		for _, r := range c.Rules {
			see(fmt.Sprintf("a phrase of the rule %q", r.ID), r.Phrases)
		}
	}
	see("a mark of the organisation", d.safety.Organisation)
}

// checkReply holds a reply to the rules for safety wording.
func (d *safetyDecoder) checkReply(written yamlfile.String) {
	if written.Value == "" {
		return
	}
	bare := placeholder.ReplaceAllString(written.Value, "x")
	for _, number := range anyNumber.FindAllString(bare, -1) {
		d.fail(written.Pos, "list it under contacts, and write {key} here", "the reply holds the number %q", number)
	}
	if strayBrace.MatchString(bare) {
		d.fail(written.Pos, "write {key} with the key of a contact", "the reply holds a curly bracket that is not part of a {key}")
	}
	if strings.Contains(bare, "?") {
		d.fail(written.Pos, "say what to do instead: a question delays help", "the reply asks a question")
	}
	// A contact is read as one thing, whatever it is made of.
	text, err := markup.Parse(bare)
	if err != nil {
		return // reported by reply
	}
	for _, b := range text.Blocks {
		for _, line := range b.Lines() {
			for _, sentence := range sentences(line) {
				if n := countWords(sentence); n > maxReplySentence {
					d.fail(written.Pos, fmt.Sprintf("split it: at most %d", maxReplySentence), "a sentence of the reply has %d words: %q", n, sentence)
				}
			}
		}
	}
	if grade, _ := grade(linesOf(text)); grade > maxReplyGrade {
		d.fail(written.Pos, "use shorter words and sentences", "the reply reads at school grade %.1f; at most %.0f is allowed", grade, maxReplyGrade)
	}
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
