package knowledge

import (
	"cmp"
	"errors"
	"slices"

	"alliancebot/knowledge/markup"
	"alliancebot/knowledge/yamlfile"
)

// build makes the Base of what the files hold. It leaves out what they get wrong; the rules report that.
func (f *folder) build() *Base {
	b := &Base{Safety: f.safety, Version: f.version(), Unchecked: f.unchecked, entries: map[string]*Entry{}}
	switch {
	case f.safety != nil:
		f.safety.Examples = f.examples
	case len(f.examples) > 0:
		f.errs.Add(f.file("safety_examples.yaml"), "", "there is no safety.yaml, whose classes it has examples of")
	}
	f.nodes = map[*Entry]*entryNode{}
	refs := f.buildSources(b)
	for _, file := range f.topics {
		for i := range file.Entries {
			e := f.entry(file, &file.Entries[i], refs)
			f.nodes[e] = &file.Entries[i]
			b.add(e)
		}
	}
	f.buildTerms(b)
	f.buildReplies(b)
	if f.unchecked {
		dropDangling(b)
	}
	f.buildSuites(b)
	return b
}

// add appends an entry, makes it known by its id, and lists it under its topic. Of two with the same id, the first is known.
func (b *Base) add(e *Entry) {
	b.Entries = append(b.Entries, e)
	if b.entries[e.ID] == nil {
		b.entries[e.ID] = e
	}
	if e.Kind != Covered {
		return
	}
	i := slices.IndexFunc(b.Topics, func(t Topic) bool { return t.Title == e.Topic })
	if i < 0 {
		i = len(b.Topics)
		b.Topics = append(b.Topics, Topic{Title: e.Topic})
	}
	b.Topics[i].Entries = append(b.Topics[i].Entries, e)
}

func (f *folder) entry(file *topicFile, n *entryNode, refs map[string]SourceRef) *Entry {
	e := &Entry{
		ID:          n.ID.Value,
		Question:    n.Question.Value,
		Answer:      f.markup(n.Answer),
		More:        f.markup(n.More),
		SeeAlso:     values(n.SeeAlso),
		Topic:       file.Topic.Value,
		Audience:    string(n.Audience),
		ReviewBy:    n.ReviewBy.Value,
		AsPublished: n.AsPublished,
		Pos:         n.Pos,
	}
	switch {
	case file.Kind == smallTalkFile:
		e.Kind = SmallTalk
	case n.Covered != nil && !*n.Covered:
		e.Kind = Uncovered
	}
	for _, phrasing := range n.AlsoAsked {
		if phrasing.Value != "" {
			e.AlsoAsked = append(e.AlsoAsked, phrasing.Value)
			e.PhrasingPos = append(e.PhrasingPos, phrasing.Pos)
		}
	}
	for _, ref := range n.Source {
		if r, ok := refs[ref.Value]; ok {
			e.Sources = append(e.Sources, r)
		}
	}
	for _, gives := range n.Gives {
		if gives.Value != "" {
			e.Gives = append(e.Gives, gives.Value)
		}
	}
	return e
}

// markup parses an approved text and reports its mistakes where they stand in the file.
func (f *folder) markup(s yamlfile.String) markup.Text {
	text, err := markup.Parse(s.Value)
	if err == nil {
		return text
	}
	if f.unchecked {
		return markup.Verbatim(s.Value)
	}
	var errs markup.Errors
	if errors.As(err, &errs) {
		for _, e := range errs {
			f.errs.Add(s.At(e.Line, e.Column), e.Hint, "%s", e.Message)
		}
	}
	return markup.Text{}
}

// buildSources fills Base.Sources and returns every fact under the name by which entries cite it.
func (f *folder) buildSources(b *Base) map[string]SourceRef {
	refs := map[string]SourceRef{}
	for _, file := range f.sources {
		s := &Source{ID: file.ID.Value, Title: file.Title, Publisher: file.Publisher, URL: string(file.URL.Value), Read: file.Read}
		for _, section := range file.Sections {
			facts := make([]*Fact, 0, len(section.Facts))
			for i := range section.Facts {
				fact := section.Facts[i].fact()
				facts = append(facts, fact)
				if name := s.ID + "/" + fact.ID; refs[name].Fact == nil {
					refs[name] = SourceRef{Source: s, Section: section.Title, Fact: fact}
				}
			}
			s.Sections = append(s.Sections, Section{Title: section.Title, Facts: facts})
		}
		b.Sources = append(b.Sources, s)
	}
	slices.SortStableFunc(b.Sources, func(a, b *Source) int { return cmp.Compare(a.ID, b.ID) })
	return refs
}

func (n *factNode) fact() *Fact {
	fact := &Fact{ID: n.ID.Value, Text: n.Fact.Value, Carries: values(n.Carries), Pos: n.Pos}
	for _, m := range n.MustMention {
		if m.Value.pattern != nil {
			fact.MustMention = append(fact.MustMention, m.Value.pattern)
		}
	}
	return fact
}

func (f *folder) buildSuites(b *Base) {
	for i, file := range f.suites {
		s := Suite{File: f.names[i], Title: file.Suite, Audience: string(file.Audience)}
		for _, n := range file.Cases {
			c := Case{Pos: n.Pos}
			if len(n.Dialogue) == 0 {
				c.Turns = []Turn{n.turn()}
			}
			for j := range n.Dialogue {
				c.Turns = append(c.Turns, n.Dialogue[j].turn())
			}
			s.Cases = append(s.Cases, c)
		}
		b.Suites = append(b.Suites, s)
	}
}

func (n *turnNode) turn() Turn {
	t := Turn{Ask: n.Ask.Value, Choice: n.Pick.Value, Expect: values(n.Expect), All: values(n.All), Class: string(n.Class), Pos: n.Pos}
	for _, a := range n.Accept {
		t.Accept = append(t.Accept, string(a))
	}
	return t
}

// dropDangling removes references to entries that are not there.
func dropDangling(b *Base) {
	for _, e := range b.Entries {
		e.SeeAlso = slices.DeleteFunc(e.SeeAlso, func(id string) bool { return b.entries[id] == nil })
	}
}

func values(list []yamlfile.String) []string {
	var out []string
	for _, s := range list {
		if s.Value != "" {
			out = append(out, s.Value)
		}
	}
	return out
}
