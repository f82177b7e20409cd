// # Safety rules
//
// The file safety.yaml says which messages need care, how to tell them, what to reply and whom to contact. It is made
// of words and phrases; nothing in it is a program. A small one:
//
//	review_by: 2027-02-22
//	contacts:                        # every number stands here and nowhere else
//	  - key: emergency
//	    publish: 999                 # as it is printed
//	    numbers: [999]
//	    mark: V                      # V owner's page, S another NHS or charity page; 3 and ? are never published
//	    checked: 2026-11-22
//	    review_by: 2027-02-22
//	shorthand:                       # what people type, and what it stands for
//	  im: i am
//	leave_out: [a, the, am, is]      # words that say nothing; they are left out of messages and rules alike
//	names: [barnet]                  # words that are spelt right, whatever the dictionary says
//	words:                           # named lists, for use in rules as <person>
//	  person: [i, me, my, mum, my son]
//	ordinary: [dying to know]        # turns of phrase: words within them never count
//	organisation: [the alliance, do you offer|cover|run]
//	classes:                         # most urgent first
//	  - class: emergency
//	    replaces: true               # the reply stands alone; other classes signpost, then still answer
//	    reply: Call {emergency} now. # {key} is the contact, {key.hours} its hours
//	    also:
//	      community: ...             # added for that audience
//	    rules:
//	      - id: breathing
//	        phrases: [can not breathe]
//	        together:
//	          - [breath*, <person>, can not]
//
// A rule fires when one of its phrases is said, or when all parts of one of its combinations stand near each other, in
// any order: within 12 words of the first part (or as many as "within" says), left-out words not counted. Phrases are
// written in small letters without punctuation, in full words: "do not", although people may type "dont". In a phrase
//
//	bleed*       is any word that begins with bleed
//	lump|growth  is one word or the other
//	<person>     is anything in the list of that name
//	(have)       may be missing
//	...          is a gap of up to 4 words, within the sentence
//	<number>     is any number
//
// A rule that says "weak: true" counts only when no other rule fires and the message asks nothing about the
// organisation: it catches what people say about their own care in ways that nobody thought of.
// A rule of a class that does not replace the answer may list under "unless" what makes another class fit better.
// In a part of a combination, "|" stands between whole phrases: "can not|hardly" is "can not" or "hardly".
//
// Spelling mistakes, text-speak, repeated letters, digits for letters and the like are put right before the rules see
// a message, so rules need only the right spelling. Combinations of classes that do not replace the answer look only
// at the parts of a message that are not questions about the organisation; phrases look everywhere.
package knowledge

import (
	"time"

	"alliancebot/knowledge/markup"
	"alliancebot/knowledge/yamlfile"
)

// Safety is what safety.yaml holds: the classes of message that need care, how to tell them, what to reply, and whom
// to contact; and what safety_examples.yaml holds. It is never changed after Load.
type Safety struct {
	ReviewBy     time.Time
	Contacts     []Contact         // in file order
	Shorthand    map[string]string // what people type: what it stands for, in small letters
	LeaveOut     []string          // words that are left out of messages and rules alike
	Names        []string          // words that are never taken for misspellings
	Words        []WordList        // in file order
	Ordinary     []Pattern         // turns of phrase whose words never count
	Organisation []Pattern         // what marks a question about the organisation
	Classes      []SafetyClass     // most urgent first
	Examples     []SafetyExamples  // from safety_examples.yaml
}

// WordList is a named list of words and phrases. Its patterns hold no gaps.
type WordList struct {
	Name     string
	Patterns []Pattern
	Pos      yamlfile.Pos
}

// SafetyClass is a kind of message that needs care.
type SafetyClass struct {
	Name     string // as in guard.Class
	Replaces bool   // the reply stands alone
	Private  bool   // the reply is for the asker's eyes only, where the platform can
	Reply    markup.Text
	Also     map[string]markup.Text // by audience: what is added for it
	Rules    []SafetyRule
	Pos      yamlfile.Pos
}

// SafetyRule is one way of telling a class. It fires on any phrase and on any combination.
type SafetyRule struct {
	ID       string // fit for logs: it never holds what people typed
	Phrases  []Pattern
	Together [][]Part // each a combination of at least 2 parts
	Unless   []Part   // when one of these is said, another class fits better; never in a class that replaces the answer
	// Weak rules count only in messages in which no other rule fires and nothing is asked about the organisation.
	Weak   bool
	Within int // how far the parts of a combination may be from the first, in words
	Pos    yamlfile.Pos
}

// Part is one part of a combination: any one of several phrases without gaps.
type Part struct {
	Text string // as it is written
	Any  []Pattern
	Pos  yamlfile.Pos
}

// Contact is somebody to turn to. The zero Mark is never published.
type Contact struct {
	Key      string
	Publish  string   // as printed in replies
	Numbers  []string // digits and spaces only; what redaction leaves in place. Empty for contacts without a number
	Hours    string
	Mark     Mark
	Source   string
	Checked  time.Time
	ReviewBy time.Time
	Pos      yamlfile.Pos
}

// Mark says where a contact was found.
type Mark string

// The marks. Only replies whose contacts are of the first two may be sent.
const (
	OwnPage    Mark = "V" // on the owner's own page
	NHSPage    Mark = "S" // on another NHS, charity or council page
	ThirdParty Mark = "3" // somewhere else
	Unverified Mark = "?" // not verified
)

// Published reports whether replies may name the contact.
func (c Contact) Published() bool { return c.Mark == OwnPage || c.Mark == NHSPage }
