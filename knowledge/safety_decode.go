package knowledge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"alliancebot/knowledge/markup"
	"alliancebot/knowledge/yamlfile"
)

// safetyFile is safety.yaml as people write it.
type safetyFile struct {
	ReviewBy     yamlfile.Located[time.Time]  `yaml:"review_by,required"`
	Contacts     []contactNode                `yaml:"contacts,required"`
	Shorthand    map[string]string            `yaml:"shorthand"`
	LeaveOut     []yamlfile.String            `yaml:"leave_out"`
	Names        []yamlfile.String            `yaml:"names"`
	Words        map[string][]yamlfile.String `yaml:"words"`
	Ordinary     []yamlfile.String            `yaml:"ordinary"`
	Organisation []yamlfile.String            `yaml:"organisation,required"`
	Classes      []classNode                  `yaml:"classes,required"`
}

type contactNode struct {
	Pos      yamlfile.Pos
	Key      yamlfile.String             `yaml:"key,required"`
	Publish  yamlfile.String             `yaml:"publish,required"`
	Numbers  []yamlfile.String           `yaml:"numbers,single"`
	Hours    yamlfile.String             `yaml:"hours"`
	Mark     Mark                        `yaml:"mark,required"`
	Source   string                      `yaml:"source,required"`
	Checked  yamlfile.Located[time.Time] `yaml:"checked,required"`
	ReviewBy yamlfile.Located[time.Time] `yaml:"review_by,required"`
}

// Words lists the marks; it makes yamlfile refuse others.
func (Mark) Words() []string {
	return []string{string(OwnPage), string(NHSPage), string(ThirdParty), string(Unverified)}
}

type classNode struct {
	Pos      yamlfile.Pos
	Class    yamlfile.Located[className] `yaml:"class,required"`
	Replaces bool                        `yaml:"replaces"`
	Private  bool                        `yaml:"private"`
	Reply    yamlfile.String             `yaml:"reply,required"`
	Also     alsoNode                    `yaml:"also"`
	Rules    []safetyRuleNode            `yaml:"rules,required"`
}

type alsoNode struct {
	Staff     yamlfile.String `yaml:"staff"`
	Community yamlfile.String `yaml:"community"`
}

type safetyRuleNode struct {
	Pos      yamlfile.Pos
	ID       yamlfile.String       `yaml:"id,required"`
	Phrases  []yamlfile.String     `yaml:"phrases"`
	Together [][]yamlfile.String   `yaml:"together"`
	Unless   []yamlfile.String     `yaml:"unless"`
	Weak     bool                  `yaml:"weak"`
	Within   yamlfile.Located[int] `yaml:"within"`
}

// className is one of the classes, most urgent first. They are those of the guard.
type className string

// Words lists every class; it makes yamlfile refuse others.
func (className) Words() []string {
	return []string{
		"emergency", "self-harm", "safeguarding", "medicine", "diagnosis", "symptom", "distress", "appointment", "complaint",
	}
}

// How far apart, in words, the parts of a combination may stand: if their rule does not say, and at most.
const (
	defaultWithin = 12
	MaxWithin     = 30
)

// decodeSafety reads and checks safety.yaml. The file is the name to use in messages. The error is yamlfile.Errors
// with every mistake.
func decodeSafety(file string, data []byte) (*Safety, error) {
	return readSafety(file, data, className("").Words())
}

// ParseSafety reads and checks a file in the format of safety.yaml that need not have every class. The name of the
// file is for messages only. The error is yamlfile.Errors with every mistake.
func ParseSafety(file string, data []byte) (*Safety, error) { return readSafety(file, data, nil) }

// readSafety reads a file that must have the wanted classes.
func readSafety(file string, data []byte, wanted []string) (*Safety, error) {
	var f safetyFile
	d := &safetyDecoder{written: &f, lists: map[string]yamlfile.Pos{}}
	if err := yamlfile.Decode(file, data, &f); err != nil {
		errs, ok := err.(yamlfile.Errors)
		if !ok {
			return nil, err
		}
		d.errs = errs
	}
	d.file()
	for _, name := range wanted {
		if !slices.ContainsFunc(f.Classes, func(n classNode) bool { return string(n.Class.Value) == name }) {
			d.fail(yamlfile.Pos{File: file}, "every class must be there", "the class %q is missing", name)
		}
	}
	if err := d.errs.Err(); err != nil {
		return nil, err
	}
	return &d.safety, nil
}

// safetyDecoder turns a safetyFile into a Safety and collects what is wrong with it.
type safetyDecoder struct {
	written *safetyFile
	safety  Safety
	lists   map[string]yamlfile.Pos // where each word list starts
	errs    yamlfile.Errors
}

func (d *safetyDecoder) fail(pos yamlfile.Pos, hint, format string, args ...any) {
	d.errs.Add(pos, hint, format, args...)
}

func (d *safetyDecoder) file() {
	f, s := d.written, &d.safety
	s.ReviewBy = f.ReviewBy.Value
	d.contacts()
	d.shorthand()
	s.LeaveOut = d.singleWords("leave_out", f.LeaveOut)
	s.Names = d.singleWords("names", f.Names)
	for name, list := range f.Words {
		if len(list) > 0 {
			d.lists[name] = list[0].Pos
		}
	}
	for _, name := range sortedByPos(f.Words) {
		d.wordList(name, f.Words[name])
	}
	s.Ordinary = d.patterns(f.Ordinary)
	s.Organisation = d.patterns(f.Organisation)
	for _, c := range f.Classes {
		d.class(c)
	}
	d.check()
}

// sortedByPos lists the keys in file order. A list without items has no place and comes first.
func sortedByPos(lists map[string][]yamlfile.String) []string {
	names := make([]string, 0, len(lists))
	for name := range lists {
		names = append(names, name)
	}
	at := func(name string) yamlfile.Pos {
		if len(lists[name]) == 0 {
			return yamlfile.Pos{}
		}
		return lists[name][0].Pos
	}
	slices.SortFunc(names, func(a, b string) int {
		if c := at(a).Compare(at(b)); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	return names
}

func (d *safetyDecoder) contacts() {
	for _, n := range d.written.Contacts {
		c := Contact{
			Key: n.Key.Value, Publish: n.Publish.Value, Hours: n.Hours.Value, Mark: n.Mark, Source: n.Source,
			Checked: n.Checked.Value, ReviewBy: n.ReviewBy.Value, Pos: n.Pos,
		}
		for _, number := range n.Numbers {
			c.Numbers = append(c.Numbers, number.Value)
			if strings.Trim(number.Value, "0123456789 ") != "" {
				d.fail(number.Pos, "", "the number %q holds more than digits and spaces", number.Value)
			}
		}
		d.safety.Contacts = append(d.safety.Contacts, c)
	}
}

func (d *safetyDecoder) shorthand() {
	d.safety.Shorthand = d.written.Shorthand
	pos := d.written.ReviewBy.Pos
	pos.Line, pos.Column = 0, 0
	for _, short := range slices.Sorted(mapKeys(d.written.Shorthand)) {
		long := d.written.Shorthand[short]
		switch {
		case strings.Trim(short, lowerAlnum) != "":
			d.fail(pos, "write one word in small letters, without apostrophes", "the shorthand %q is not a plain word", short)
		case strings.Trim(long, lowerAlnum+" ") != "" || len(strings.Fields(long)) == 0:
			d.fail(pos, "write small letters and spaces", "the shorthand %q stands for %q, which is not plain words", short, long)
		case len(strings.Fields(long)) > 4:
			d.fail(pos, "write at most 4 words", "the shorthand %q stands for too many words", short)
		}
		for word := range strings.FieldsSeq(long) {
			if _, again := d.written.Shorthand[word]; again {
				d.fail(pos, "write full words", "the shorthand %q stands for %q, in which %q is shorthand, too", short, long, word)
			}
		}
	}
}

const lowerAlnum = "abcdefghijklmnopqrstuvwxyz0123456789"

func mapKeys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func (d *safetyDecoder) singleWords(key string, written []yamlfile.String) []string {
	words := make([]string, 0, len(written))
	first := map[string]yamlfile.Pos{}
	for _, w := range written {
		if strings.Trim(w.Value, lowerAlnum) != "" {
			d.fail(w.Pos, "write one word in small letters", "%q in %q is not a plain word", w.Value, key)
		}
		if p, again := first[w.Value]; again {
			d.fail(w.Pos, "remove one of them", "%q is in %q twice: the first is on line %d", w.Value, key, p.Line)
		}
		first[w.Value] = w.Pos
		words = append(words, w.Value)
	}
	return words
}

func (d *safetyDecoder) wordList(name string, written []yamlfile.String) {
	l := WordList{Name: name, Pos: d.lists[name]}
	switch {
	case name == NumberList:
		d.fail(l.Pos, "choose another name", "the list %q is built in", name)
	case !wordPattern.MatchString("<" + name + ">"):
		d.fail(l.Pos, "write small letters, digits and _, starting with a letter", "%q is no name for a list", name)
	case len(written) == 0:
		pos := d.written.ReviewBy.Pos
		pos.Line, pos.Column = 0, 0
		d.fail(pos, "", "the list %q is empty", name)
	}
	l.Patterns = d.patterns(written)
	for _, p := range l.Patterns {
		if p.hasGap() {
			d.fail(p.Pos, "phrases with gaps belong in rules", "%q in the list %q has a gap", p.Text, name)
		}
	}
	d.safety.Words = append(d.safety.Words, l)
}

// patterns reads phrases, and reports the ones that are repeated within the same list.
func (d *safetyDecoder) patterns(written []yamlfile.String) []Pattern {
	var list []Pattern
	first := map[string]yamlfile.Pos{}
	for _, w := range written {
		p, ok := d.pattern(w)
		if !ok {
			continue
		}
		if pos, again := first[p.key()]; again {
			d.fail(w.Pos, "remove one of them", "%q is here twice: the first is on line %d", w.Value, pos.Line)
			continue
		}
		first[p.key()] = w.Pos
		list = append(list, p)
	}
	return list
}

func (d *safetyDecoder) pattern(w yamlfile.String) (Pattern, bool) {
	p, hint, err := parsePattern(w.Value)
	p.Pos = w.Pos
	if err != nil {
		d.fail(w.Pos, hint, "%v", err)
		return p, false
	}
	if message, hint := p.shapeProblem(); message != "" {
		d.fail(w.Pos, hint, "%q %s", w.Value, message)
		return p, false
	}
	for _, e := range p.Elements {
		for _, word := range e.Any {
			if _, known := d.lists[word.List]; word.List != "" && word.List != NumberList && !known {
				d.fail(w.Pos, yamlfile.DidYouMean(word.List, slices.Sorted(mapKeys(d.lists))), "there is no list %q", word.List)
			}
		}
	}
	return p, true
}

func (d *safetyDecoder) class(n classNode) {
	c := SafetyClass{
		Name: string(n.Class.Value), Replaces: n.Replaces, Private: n.Private, Pos: n.Pos,
		Reply: d.reply(n.Reply), Also: map[string]markup.Text{},
	}
	if n.Also.Staff.Value != "" {
		c.Also["staff"] = d.reply(n.Also.Staff)
	}
	if n.Also.Community.Value != "" {
		c.Also["community"] = d.reply(n.Also.Community)
	}
	for _, r := range n.Rules {
		c.Rules = append(c.Rules, d.rule(r))
		if n.Replaces && r.Weak {
			d.fail(r.Pos, "", "the rule %q is weak, but nothing may lower the class %q", r.ID.Value, c.Name)
		}
		if n.Replaces && len(r.Unless) > 0 {
			d.fail(r.Unless[0].Pos, "add the look-alike to ordinary", "the rule %q has an exception, but nothing may lower the class %q", r.ID.Value, c.Name)
		}
	}
	d.safety.Classes = append(d.safety.Classes, c)
}

func (d *safetyDecoder) rule(n safetyRuleNode) SafetyRule {
	r := SafetyRule{Weak: n.Weak, ID: n.ID.Value, Phrases: d.patterns(n.Phrases), Within: n.Within.Value, Pos: n.Pos}
	if n.Within.Pos.Line == 0 {
		r.Within = defaultWithin
	} else if r.Within < 1 || r.Within > MaxWithin {
		d.fail(n.Within.Pos, fmt.Sprintf("write a number from 1 to %d", MaxWithin), `"within" is %d`, r.Within)
	}
	for _, parts := range n.Together {
		if len(parts) == 1 {
			d.fail(parts[0].Pos, `write it under "phrases"`, "a combination of one part is a phrase")
		}
		combination := make([]Part, 0, len(parts))
		for _, written := range parts {
			combination = append(combination, d.part(written))
		}
		r.Together = append(r.Together, combination)
	}
	for _, written := range n.Unless {
		r.Unless = append(r.Unless, d.part(written))
	}
	if len(n.Phrases)+len(n.Together) == 0 {
		d.fail(n.Pos, `write "phrases" or "together"`, "the rule %q is empty", r.ID)
	}
	return r
}

// part reads a part of a combination: phrases with "|" between them.
func (d *safetyDecoder) part(written yamlfile.String) Part {
	part := Part{Text: written.Value, Pos: written.Pos}
	first := map[string]bool{}
	for alternative := range strings.SplitSeq(written.Value, "|") {
		p, ok := d.pattern(yamlfile.String{Value: alternative, Pos: written.Pos})
		switch {
		case !ok:
		case p.hasGap():
			d.fail(p.Pos, "write the parts one by one", "%q, part of a combination, has a gap", p.Text)
		case first[p.key()]:
			d.fail(p.Pos, "remove one of them", "%q is here twice", p.Text)
		default:
			part.Any = append(part.Any, p)
		}
		first[p.key()] = true
	}
	return part
}

// reply reads a reply: every {key} becomes the contact as it is published.
func (d *safetyDecoder) reply(written yamlfile.String) markup.Text {
	text, err := markup.Parse(d.fill(written))
	if err == nil {
		return text
	}
	if errs, ok := err.(markup.Errors); ok {
		for _, e := range errs {
			d.fail(written.At(e.Line, e.Column), e.Hint, "%s", e.Message)
		}
		return text
	}
	d.fail(written.Pos, "", "%v", err)
	return text
}

// fill puts the contacts in, and reports the ones that are unknown or must not be published.
func (d *safetyDecoder) fill(written yamlfile.String) string {
	return placeholder.ReplaceAllStringFunc(written.Value, func(p string) string {
		key, hours := strings.CutSuffix(strings.Trim(p, "{}"), ".hours")
		i := slices.IndexFunc(d.safety.Contacts, func(c Contact) bool { return c.Key == key })
		if i < 0 {
			d.fail(written.Pos, yamlfile.DidYouMean(key, d.contactKeys()), "the reply names the contact %q, which is not in this file", key)
			return p
		}
		c := d.safety.Contacts[i]
		switch {
		case !c.Published():
			d.fail(written.Pos, "have somebody check it on the owner's page first", "the reply names the contact %q, which is marked %q", key, c.Mark)
		case hours && c.Hours == "":
			d.fail(written.Pos, fmt.Sprintf(`give the contact "hours", or write {%s} only`, key), "the contact %q has no hours", key)
		case hours:
			return c.Hours
		}
		return c.Publish
	})
}

func (d *safetyDecoder) contactKeys() []string {
	keys := make([]string, len(d.safety.Contacts))
	for i, c := range d.safety.Contacts {
		keys[i] = c.Key
	}
	return keys
}
