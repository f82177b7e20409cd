// Package knowledge holds what the bot may say: entries written by maintainers in YAML, the facts of the published
// documents that they rest on, the glossary, the safety rules and the suites of test questions.
//
// Load reads a folder, checks it and returns an immutable Base, or every mistake at once as file:line:column.
package knowledge

import (
	"regexp"
	"time"

	"alliancebot/knowledge/markup"
	"alliancebot/knowledge/yamlfile"
)

// Base is everything in one knowledge folder. It never changes after Load and is safe for concurrent use.
type Base struct {
	Entries   []*Entry   // by file name, then in file order; glossary entries (see Term) last
	Topics    []Topic    // in the same order; small talk is no topic
	Terms     []Term     // the glossary, in file order
	Synonyms  [][]string // groups of words and short phrases that mean the same to the matcher
	Sources   []*Source  // by id
	Replies   Replies    // the bot's own words
	Safety    *Safety    // nil when the folder has no safety.yaml
	Suites    []Suite    // by file name
	Version   string     // 12 hexadecimal digits that change when any file of the folder does
	Unchecked bool       // loaded without the content checks
	// Warnings are what a maintainer had better look at, though it is no mistake: a review that is overdue, a text
	// that is hard to read. They are sorted by place; there are none when Unchecked.
	Warnings yamlfile.Errors
	entries  map[string]*Entry
}

// Entry returns the entry with that id, or nil.
func (b *Base) Entry(id string) *Entry { return b.entries[id] }

// Facts counts the inventory: how many of its numbers (see Fact.Carries) the fact register holds, and how many of
// these a covered entry tells.
func (b *Base) Facts() (covered, total int) {
	all, told := map[string]bool{}, map[string]bool{}
	for _, s := range b.Sources {
		for _, section := range s.Sections {
			for _, fact := range section.Facts {
				for _, number := range fact.Carries {
					all[number] = true
				}
			}
		}
	}
	for _, e := range b.Entries {
		for _, ref := range e.Sources {
			for _, number := range ref.Fact.Carries {
				told[number] = told[number] || e.Kind == Covered
			}
		}
	}
	for number := range all {
		if told[number] {
			covered++
		}
	}
	return covered, len(all)
}

// Kind says what an entry is for.
type Kind int

const (
	Covered   Kind = iota // the document holds the answer
	Uncovered             // covered: false. People ask it, the document does not say; the text says so and where to go
	SmallTalk             // greetings, thanks and questions about the bot itself
)

// Topic groups the covered entries of one file.
type Topic struct {
	Title   string
	Entries []*Entry // in file order
}

// Entry is one approved answer with the ways in which people ask for it.
type Entry struct {
	ID          string
	Kind        Kind
	Question    string         // in full words; it is the answer's title, too
	AlsoAsked   []string       // phrasings as people type them
	Answer      markup.Text    // the first line answers
	More        markup.Text    // what "tell me more" adds; may be empty
	Sources     []SourceRef    // the facts that the answer rests on; covered entries have at least one
	SeeAlso     []string       // ids of entries to offer next
	Gives       []Gives        // what kinds of thing the answer holds
	Topic       string         // the file's title
	Audience    string         // "staff" or "community" when only they are offered it; empty is everyone
	ReviewBy    time.Time      // zero: no date
	AsPublished bool           // may have changed since the document was written; the reply adds the standing note
	Pos         yamlfile.Pos   // of the entry
	PhrasingPos []yamlfile.Pos // of each of AlsoAsked
}

// Gives is a kind of thing that a question can ask for and an answer can hold.
type Gives string

const (
	GivesPerson       Gives = "person"       // a named person or post-holder
	GivesOrganisation Gives = "organisation" // a named organisation
	GivesDate         Gives = "date"         // a year or day
	GivesNumber       Gives = "number"       // a count
	GivesPercentage   Gives = "percentage"
	GivesMoney        Gives = "money"
	GivesPlace        Gives = "place"     // named places
	GivesContact      Gives = "contact"   // a phone number, address or email address
	GivesFrequency    Gives = "frequency" // how often, how long
	GivesList         Gives = "list"      // several things by name
	GivesDocument     Gives = "document"  // a form, report or download
	GivesResult       Gives = "result"    // what came of it
	GivesReason       Gives = "reason"    // why something is so
)

// SourceRef points at one fact of one document.
type SourceRef struct {
	Source  *Source
	Section string // the section's title
	Fact    *Fact
}

// Source is a published document and the register of its facts.
type Source struct {
	ID, Title, Publisher, URL string
	Read                      time.Time // the day on which a maintainer read it
	Sections                  []Section
}

// Section is a titled part of a Source.
type Section struct {
	Title string
	Facts []*Fact
}

// Fact is one statement of a document, in our own words.
type Fact struct {
	ID          string
	Text        string
	Carries     []string         // the numbers of the inventory that this statement merges; at least one
	MustMention []*regexp.Regexp // an answer that cites the fact matches every one of them, or it does not tell the fact
	Pos         yamlfile.Pos
}

// Term is an abbreviation or a name with its other spellings. A term that no entry explains becomes an entry of its
// own, with the id "term-" and the lower-case short form, that answers "what does X stand for".
type Term struct {
	Short     string   // as people write it: UCLH
	Name      string   // in full
	Also      []string // other spellings
	Means     string   // a sentence for the answer; may be empty
	Entry     string   // id of the entry that explains it; may be empty
	Place     bool     // the name of a place
	WellKnown bool     // needs no explaining in an answer: NHS, GP, UK, A&E
	Pos       yamlfile.Pos
}

// Suite is one file of test questions.
type Suite struct {
	File     string
	Title    string
	Audience string
	Cases    []Case
}

// Case is a conversation of one or more turns; each Case starts afresh.
type Case struct {
	Turns []Turn
	Pos   yamlfile.Pos
}

// Turn is one message and what must come of it.
type Turn struct {
	Ask    string
	Choice string   // an entry id, when the person picks a choice instead of typing
	Expect []string // any of these is right: an entry id, ExpectUnknown, ExpectSuggest or ExpectSmallTalk
	All    []string // every one of these entries, or ExpectUnknown for a question that must be refused, in this order (two questions in one message)
	Class  string   // the safety class that the reply must have; empty: none
	// Accept lists the kinds of reply that are no failure either. The turn still counts as missed in the accuracy
	// figure. ExpectUnknown and ExpectSuggest stand where asking again does no harm; ExpectAnswer marks a known mistake
	// that is waiting to be mended.
	Accept []string
	Pos    yamlfile.Pos
}

// What a Turn can expect beside an entry id.
const (
	ExpectUnknown   = "unknown"   // any refusal
	ExpectSuggest   = "suggest"   // any "did you mean"
	ExpectAnswer    = "answer"    // only in Accept: an answer of another entry
	ExpectSmallTalk = "smalltalk" // any small talk
	ExpectSafety    = "safety"    // a reply of the safety lane that replaces the answer; Class says which
)
