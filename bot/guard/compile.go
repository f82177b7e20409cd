package guard

import (
	"slices"
	"strings"
	"sync"

	"alliancebot/knowledge"
	"alliancebot/knowledge/yamlfile"
)

// New builds a Guard. Ordinary holds questions that people ask about the organisation: what resembles them more than the
// examples of a class is of no class. The error names the place in safety.yaml of a phrase that cannot be matched. A nil
// Safety gives the Guard that is built into the program.
func New(s *knowledge.Safety, ordinary []string) (*Guard, error) {
	if s == nil || len(s.Classes) == 0 {
		return &Guard{}, nil
	}
	c := &compiler{
		g:         &Guard{replies: map[Class]reply{}},
		safety:    s,
		atoms:     map[string]int32{},
		leaveOut:  map[string]bool{},
		listWords: map[string][]knowledge.Word{},
		listLong:  map[string][]knowledge.Pattern{},
		parts:     map[string]int32{},
	}
	if err := c.compile(); err != nil {
		return nil, err
	}
	c.g.learnFrom(label(s.Examples), ordinary)
	return c.g, nil
}

// clauseStarters are words that begin a new clause after "and" or a comma.
var clauseStarters = strings.Fields(`what which who when where why how whose do does did is are can could would will should
	has have i my he she they we you it im ive tell please got`)

type compiler struct {
	g          *Guard
	safety     *knowledge.Safety
	leaveOut   map[string]bool
	lists      map[string]*knowledge.WordList
	listWords  map[string][]knowledge.Word    // single words of each list, those of lists within it included
	listLong   map[string][]knowledge.Pattern // phrases of each list, those of lists within it included
	atoms      map[string]int32
	atomWords  [][]knowledge.Word
	parts      map[string]int32 // atoms of parts of combinations
	longLists  []longPhrase
	contextual []sequence
	said       []sequence
	errs       yamlfile.Errors
}

type longPhrase struct {
	pattern knowledge.Pattern
	list    string // the list that it is a member of, or empty
	atom    int32  // the atom that it is, if it is no member of a list
}

type sequence struct {
	steps []step
	out   int32
}

func (c *compiler) compile() error {
	g, s := c.g, c.safety
	for _, w := range s.LeaveOut {
		c.leaveOut[w] = true
	}
	c.words()
	c.flatten()
	for _, p := range s.Ordinary {
		c.add(&c.contextual, p, 0)
	}
	g.ordinary = 1
	for _, p := range s.Organisation {
		c.add(&c.contextual, p, 1)
	}
	for rank, class := range s.Classes {
		g.replies[Class(class.Name)] = reply{text: class.Reply, also: class.Also, private: class.Private}
		for _, r := range class.Rules {
			c.rule(Class(class.Name), rank, r)
		}
	}
	if err := c.errs.Err(); err != nil {
		return err
	}
	c.finish()
	return nil
}

// words puts the settings into the lexicon.
func (c *compiler) words() {
	g := c.g
	for _, short := range sortedKeys(c.safety.Shorthand) {
		var long [][]byte
		for w := range strings.FieldsSeq(c.safety.Shorthand[short]) {
			g.lex.node(w).flags |= known
			long = append(long, []byte(w))
		}
		g.shorthand = append(g.shorthand, long)
		g.lex.node(short).short = int32(len(g.shorthand))
	}
	for _, w := range c.safety.LeaveOut {
		g.lex.node(w).flags |= known | leftOut
	}
	for _, w := range c.safety.Names {
		g.lex.node(w).flags |= known
	}
	for _, w := range clauseStarters {
		g.lex.node(w).flags |= known | starts
	}
	for _, w := range []string{"and", "but", "also", "so", "because", "then", "plus", "anyway", "btw", "while", "or", "have", "will", "would"} {
		g.lex.node(w).flags |= known
	}
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// flatten resolves lists within lists.
func (c *compiler) flatten() {
	c.lists = map[string]*knowledge.WordList{}
	for i, l := range c.safety.Words {
		c.lists[l.Name] = &c.safety.Words[i]
	}
	for _, l := range c.safety.Words {
		c.flattenList(l.Name)
	}
	for _, l := range c.safety.Words {
		for _, p := range l.Patterns {
			if p, ok := c.plain(p); ok && len(p.Elements) > 1 {
				c.longLists = append(c.longLists, longPhrase{pattern: p, list: l.Name})
			}
		}
	}
}

func (c *compiler) flattenList(name string) {
	if _, done := c.listWords[name]; done {
		return
	}
	c.listWords[name] = nil
	for _, p := range c.lists[name].Patterns {
		p, ok := c.plain(p)
		if !ok {
			continue
		}
		if len(p.Elements) > 1 {
			c.listLong[name] = append(c.listLong[name], p)
			continue
		}
		for _, w := range p.Elements[0].Any {
			switch {
			case w.List == "" || w.List == knowledge.NumberList:
				c.listWords[name] = append(c.listWords[name], w)
			case c.lists[w.List] == nil:
				c.errs.Add(p.Pos, "", "there is no list %q", w.List)
			default:
				c.flattenList(w.List)
				c.listWords[name] = append(c.listWords[name], c.listWords[w.List]...)
				c.listLong[name] = append(c.listLong[name], c.listLong[w.List]...)
			}
		}
	}
}

// plain brings a pattern into the form that messages have: shorthand written out, words that say nothing left out.
// What cannot be brought into it is noted as a mistake, and false is returned.
func (c *compiler) plain(p knowledge.Pattern) (knowledge.Pattern, bool) {
	out := knowledge.Pattern{Text: p.Text, Pos: p.Pos}
	for _, e := range p.Elements {
		if e.Gap() {
			out.Elements = append(out.Elements, e)
			continue
		}
		if len(e.Any) == 1 && e.Any[0].List == "" && !e.Any[0].Prefix {
			for _, w := range c.expand(e.Any[0].Text) {
				if !c.leaveOut[w] {
					out.Elements = append(out.Elements, knowledge.Element{Any: []knowledge.Word{{Text: w}}, Optional: e.Optional})
				}
			}
			continue
		}
		kept := knowledge.Element{Optional: e.Optional}
		for _, w := range e.Any {
			if w.List != "" || w.Prefix {
				kept.Any = append(kept.Any, w)
				continue
			}
			long := slices.DeleteFunc(c.expand(w.Text), func(w string) bool { return c.leaveOut[w] })
			if len(long) > 1 {
				c.errs.Add(p.Pos, "write phrases of their own", "%q in %q is short for several words", w.Text, p.Text)
				return p, false
			}
			if len(long) == 0 {
				c.errs.Add(p.Pos, "remove it; what may be missing stands in brackets", "%q in %q is left out of messages", w.Text, p.Text)
				return p, false
			}
			kept.Any = append(kept.Any, knowledge.Word{Text: long[0]})
		}
		if len(kept.Any) > 0 {
			out.Elements = append(out.Elements, kept)
		}
	}
	for len(out.Elements) > 0 && out.Elements[0].Gap() {
		out.Elements = out.Elements[1:]
	}
	for len(out.Elements) > 0 && out.Elements[len(out.Elements)-1].Gap() {
		out.Elements = out.Elements[:len(out.Elements)-1]
	}
	if !slices.ContainsFunc(out.Elements, func(e knowledge.Element) bool { return !e.Gap() && !e.Optional }) {
		c.errs.Add(p.Pos, "", "%q is made of words that are left out, so it fits every message", p.Text)
		return p, false
	}
	if len(out.Elements) == 1 && len(p.Elements) > 1+articles(p) {
		c.errs.Add(p.Pos, "write it as that word, if that is meant", "%q is but one word once the words that say nothing are left out", p.Text)
		return p, false
	}
	return out, true
}

// articles counts the words of a phrase that nobody misses.
func articles(p knowledge.Pattern) int {
	n := 0
	for _, e := range p.Elements {
		if len(e.Any) == 1 && slices.Contains([]string{"a", "an", "the"}, e.Any[0].Text) {
			n++
		}
	}
	return n
}

func (c *compiler) expand(word string) []string {
	if long, ok := c.safety.Shorthand[word]; ok {
		return strings.Fields(long)
	}
	return []string{word}
}

// atom returns the number of an element.
func (c *compiler) atom(e knowledge.Element) int32 {
	keys := make([]string, len(e.Any))
	for i, w := range e.Any {
		keys[i] = w.String()
	}
	slices.Sort(keys)
	key := strings.Join(slices.Compact(keys), "|")
	if id, ok := c.atoms[key]; ok {
		return id
	}
	id := int32(len(c.atomWords))
	c.atoms[key] = id
	c.atomWords = append(c.atomWords, e.Any)
	return id
}

// sequences returns the ways to say a pattern, with and without its optional words.
func (c *compiler) sequences(p knowledge.Pattern) [][]step {
	ways := [][]step{nil}
	gap := int32(0)
	for _, e := range p.Elements {
		if e.Gap() {
			gap = knowledge.GapWords
			continue
		}
		s := step{c.atom(e), gap}
		var longer [][]step
		for _, way := range ways {
			if e.Optional {
				longer = append(longer, way)
			}
			s := s
			if len(way) == 0 {
				s.gap = 0
			}
			longer = append(longer, append(slices.Clone(way), s))
		}
		ways = longer
		gap = 0
	}
	return slices.DeleteFunc(ways, func(way []step) bool { return len(way) == 0 })
}

func (c *compiler) add(to *[]sequence, p knowledge.Pattern, out int32) {
	p, ok := c.plain(p)
	if !ok {
		return
	}
	for _, steps := range c.sequences(p) {
		*to = append(*to, sequence{steps, out})
	}
}

func (c *compiler) rule(class Class, rank int, r knowledge.SafetyRule) {
	g := c.g
	id := int32(len(g.rules))
	g.rules = append(g.rules, rule{id: r.ID, class: class, rank: int32(rank), weak: r.Weak})
	if r.Weak {
		g.rules[id].rank += int32(len(c.safety.Classes)) // after every other rule
	}
	for _, p := range r.Unless {
		g.rules[id].unless = append(g.rules[id].unless, c.part(p))
	}
	for _, p := range r.Phrases {
		c.add(&c.said, p, id)
	}
	for _, parts := range r.Together {
		var atoms []int32
		for _, p := range parts {
			atoms = append(atoms, c.part(p))
		}
		if len(atoms) < 2 || len(atoms) > 7 {
			c.errs.Add(r.Pos, "write 2 to 7", "the rule %q has a combination of %d parts", r.ID, len(atoms))
			continue
		}
		g.combinations = append(g.combinations, combination{rule: id, within: int32(r.Within), others: atoms})
	}
}

// part returns the atom of a part of a combination. Its words and lists are those of the atom; its phrases report it.
func (c *compiler) part(part knowledge.Part) int32 {
	if id, ok := c.parts[part.Text]; ok {
		return id
	}
	id := int32(len(c.atomWords))
	c.parts[part.Text] = id
	c.atomWords = append(c.atomWords, nil)
	for _, p := range part.Any {
		p, ok := c.plain(p)
		if !ok {
			continue
		}
		if len(p.Elements) == 1 {
			c.atomWords[id] = append(c.atomWords[id], p.Elements[0].Any...)
			continue
		}
		for _, e := range p.Elements {
			for _, w := range e.Any {
				if len(c.listLong[w.List]) > 0 {
					c.errs.Add(p.Pos, "write the words out", "%q, part of a combination, refers to the list %q, which holds phrases", p.Text, w.List)
				}
			}
		}
		c.longLists = append(c.longLists, longPhrase{pattern: p, atom: id})
	}
	return id
}

// finish builds the machines, once all the atoms are known.
func (c *compiler) finish() {
	g := c.g
	ways := make([][][]step, len(c.longLists))
	for i, l := range c.longLists {
		ways[i] = c.sequences(l.pattern)
	}
	g.atoms = len(c.atomWords)
	g.lists, g.context, g.phrases = newMachine(g.atoms), newMachine(g.atoms), newMachine(g.atoms)
	holders := c.holders()
	for i, l := range c.longLists {
		atoms := holders[l.list]
		if l.list == "" {
			atoms = []int32{l.atom}
		}
		g.listAtoms = append(g.listAtoms, atoms)
		for _, steps := range ways[i] {
			g.lists.add(steps, int32(i))
		}
	}
	for _, q := range c.contextual {
		g.context.add(q.steps, q.out)
	}
	for i, q := range c.said {
		g.phrases.add(q.steps, int32(i))
		g.phraseRules = append(g.phraseRules, q.out)
	}
	c.spell()
	c.anchors()
	g.pool = &sync.Pool{New: func() any { return new(scratch) }}
}

// holders lists, for each word list, the atoms that have it, in themselves or within another list.
func (c *compiler) holders() map[string][]int32 {
	within := map[string][]string{} // a list, and the lists in it
	var collect func(name string) []string
	collect = func(name string) []string {
		if all, done := within[name]; done || c.lists[name] == nil {
			return all
		}
		all := []string{name}
		for _, p := range c.lists[name].Patterns {
			if len(p.Elements) == 1 {
				for _, w := range p.Elements[0].Any {
					all = append(all, collect(w.List)...)
				}
			}
		}
		within[name] = all
		return all
	}
	holders := map[string][]int32{}
	for id, words := range c.atomWords {
		for _, w := range words {
			for _, list := range collect(w.List) {
				holders[list] = appendOnce(holders[list], int32(id))
			}
		}
	}
	return holders
}

// spell puts every word into the lexicon, and builds the speller.
func (c *compiler) spell() {
	g := c.g
	var words []string
	for id, any := range c.atomWords {
		for _, w := range c.flat(any) {
			n := int32(id)
			switch {
			case w.List == knowledge.NumberList:
				g.numberAtoms = append(g.numberAtoms, n)
			case w.Prefix:
				node := g.lex.node(w.Text)
				node.prefix = appendOnce(node.prefix, n)
			default:
				node := g.lex.node(w.Text)
				node.flags |= known
				node.exact = appendOnce(node.exact, n)
				words = append(words, w.Text)
			}
		}
	}
	g.lex.settle()
	var hits []int32
	for w := range strings.SplitSeq(strings.TrimSpace(english), "\n") {
		if hits = g.lex.hits([]byte(w), hits[:0]); len(hits) > 0 {
			words = append(words, w)
		}
	}
	g.spell = newSpeller(words)
}

// appendOnce appends a number to a list that grows in order.
func appendOnce(list []int32, n int32) []int32 {
	if len(list) > 0 && list[len(list)-1] == n {
		return list
	}
	return append(list, n)
}

func (c *compiler) flat(any []knowledge.Word) []knowledge.Word {
	var words []knowledge.Word
	for _, w := range any {
		if w.List == "" || w.List == knowledge.NumberList {
			words = append(words, w)
			continue
		}
		words = append(words, c.listWords[w.List]...)
	}
	return words
}

// anchors indexes the combinations by their first part.
func (c *compiler) anchors() {
	g := c.g
	g.anchored = make([][]int32, g.atoms)
	g.noted = make([]int32, g.atoms)
	g.symptoms = make([]bool, g.atoms)
	note := func(atom int32) {
		if g.noted[atom] == 0 {
			g.notedCount++
			g.noted[atom] = g.notedCount
		}
	}
	for _, r := range g.rules {
		for _, a := range r.unless {
			note(a)
		}
	}
	for i := range g.combinations {
		com := &g.combinations[i]
		anchor := com.others[0]
		com.others = com.others[1:]
		g.anchored[anchor] = append(g.anchored[anchor], int32(i))
		note(anchor)
		for _, a := range com.others {
			note(a)
		}
		if g.rules[com.rule].class == Symptom {
			g.symptoms[anchor] = true
		}
	}
}
