package knowledge

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"alliancebot/knowledge/yamlfile"
)

// goodSafety is a whole file with one rule a class; the tests put mistakes into it.
const goodSafety = `review_by: 2027-02-22
contacts:
  - {key: emergency, publish: 999, numbers: [999], hours: day or night, mark: V, source: here, checked: 2026-11-22, review_by: 2027-02-22}
  - {key: rumour, publish: 0800 000 0000, numbers: [0800 000 0000], mark: "3", source: there, checked: 2026-11-22, review_by: 2027-02-22}
shorthand: {cant: can not, im: i am}
leave_out: [a, the, am]
names: [barnet]
words:
  person: [i, my mum]
  body: [leg|arm, my head]
ordinary: [leg up]
organisation: [the alliance does]
classes:
  - class: emergency
    replaces: true
    reply: Call {emergency} {emergency.hours}.
    rules:
      - {id: breath, phrases: [can not breathe]}
  - class: symptom
    reply: Call a GP.
    also: {community: Tell a teacher.}
    rules:
      - id: ache
        phrases: [my ache]
        together: [[ache*|pain, <person>]]
        within: 5
        unless: [complain]
`

func TestParseSafety(t *testing.T) {
	s, err := ParseSafety("safety.yaml", []byte(goodSafety))
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Classes[0].Reply.Plain(); got != "Call 999 day or night." {
		t.Errorf("the reply is %q, want the contact and its hours filled in", got)
	}
	if got := s.Classes[1].Also["community"].Plain(); got != "Tell a teacher." {
		t.Errorf("the addition for the community is %q", got)
	}
	if r := s.Classes[1].Rules[0]; r.Within != 5 || len(r.Together) != 1 || len(r.Together[0]) != 2 || len(r.Together[0][0].Any) != 2 || len(r.Unless) != 1 {
		t.Errorf("the rule is %+v", r)
	}
	if r := s.Classes[0].Rules[0]; r.Within != defaultWithin {
		t.Errorf("within is %d, want the default", r.Within)
	}
}

// Every rule of the format, a file that breaks it, and what must be said about it and where.
func TestSafetyMistakes(t *testing.T) {
	for _, test := range []struct{ name, old, new, want string }{
		{"unknown key", "replaces: true", "replace: true", `15:5: unknown key "replace"; did you mean "replaces"?`},
		{"unknown class", "class: symptom", "class: symptoms", `did you mean "symptom"?`},
		{"class twice", "class: symptom", "class: emergency", `the class "emergency" is here twice`},
		{"class out of order", "class: emergency\n    replaces: true\n    reply: Call {emergency} {emergency.hours}.", "class: complaint\n    reply: Call us.", `the class "symptom" is out of order`},
		{"wrong replaces", "    replaces: true\n", "", `14:12: "replaces" is false for the class "emergency"`},
		{"no rules", "    rules:\n      - {id: breath, phrases: [can not breathe]}\n", "", `"rules" is missing`},
		{"empty class", "    rules:\n      - {id: breath, phrases: [can not breathe]}\n", "    rules: []\n", `"rules" is empty`},
		{"empty rule", "{id: breath, phrases: [can not breathe]}", "{id: breath}", `the rule "breath" is empty`},
		{"rule without id", "{id: breath, ", "{", `"id" is missing`},
		{"rule twice", "id: ache", "id: breath", `the rule "breath" is here twice: the first is on line 18`},
		{"odd rule id", "id: ache", "id: My Ache", `"My Ache" is no id`},
		{"phrase in two classes", "[my ache]", "[can not breathe]", `"can not breathe" is a phrase of the rule "ache" and, on line 18, a phrase of the rule "breath"`},
		{"phrase strong and ordinary", "[leg up]", "[can not breathe]", `a phrase of the rule "breath" and, on line 11, an ordinary turn of phrase`},
		{"phrase twice", "[my ache]", "[my ache, my  ache]", `is here twice: the first is on line 24`},
		{"fits everything", "[my ache]", "[(my)]", "starts or ends with a word that may be missing"},
		{"gap at the end", "[my ache]", "[my ache ...]", "starts or ends with a gap"},
		{"two gaps", "[my ache]", "[my ... ... ache]", "two gaps in a row"},
		{"bracket at the end", "[my ache]", "[my ache (now)]", "starts or ends with a word that may be missing"},
		{"too long", "[my ache]", "[a b c d e f g h i j k]", "is too long"},
		{"apostrophe", "[my ache]", `["don't ache"]`, `write full words: "do not"`},
		{"capitals", "[my ache]", "[My ache]", "holds capital letters"},
		{"short prefix", "[my ache]", "[ac*]", "fits too many words; write at least 3 letters before the star"},
		{"lone bar", "[my ache]", `["my ache|"]`, "lacks a word"},
		{"regular expression", "[my ache]", `["my .+ ache"]`, "cannot be read"},
		{"unknown list", "[my ache]", "[<persons> ache]", `there is no list "persons"; did you mean "person"?`},
		{"list of lists of phrases", "person: [i, my mum]", "person: [i, my mum, my <body>]", "refers to a list that holds phrases"},
		{"list that holds itself", "my head]", "my head, <body>]", "holds itself"},
		{"list with a gap", "person: [i, my mum]", "person: [i, my ... mum]", "has a gap"},
		{"built-in list", "  body:", "  number:", `the list "number" is built in`},
		{"odd list name", "  body:", "  my-body:", `is no name for a list`},
		{"combination of one", "[[ache*|pain, <person>]]", "[[ache*|pain]]", "a combination of one part is a phrase"},
		{"combination with a gap", "<person>]]", "my ... mum]]", "part of a combination, has a gap"},
		{"within too far", "within: 5", "within: 50", `"within" is 50; write a number from 1 to 30`},
		{"exception to danger", "{id: breath, phrases: [can not breathe]}", "{id: breath, phrases: [can not breathe], unless: [joke]}", `nothing may lower the class "emergency"`},
		{"weak danger", "{id: breath, phrases: [can not breathe]}", "{id: breath, weak: true, phrases: [can not breathe]}", `nothing may lower the class "emergency"`},
		{"shorthand of shorthand", "im: i am", "im: i cant", `"cant" is shorthand, too`},
		{"odd shorthand", "im: i am", `"i'm": i am`, "is not a plain word"},
		{"left out twice", "[a, the, am]", "[a, the, a]", `"a" is in "leave_out" twice`},
		{"contact twice", "key: rumour", "key: emergency", `the contact "emergency" is here twice`},
		{"number twice", "numbers: [0800 000 0000]", "numbers: [0800 000 0000, 9 99]", `the number "9 99" is here twice`},
		{"number not listed", "numbers: [999]", "numbers: [998]", `publishes "999", which is none of its numbers`},
		{"letters in a number", "numbers: [999]", "numbers: [999, 1800 CALL]", "holds more than digits and spaces"},
		{"number in hours", "hours: day or night", "hours: call 0800 1111", "hold a number of a phone"},
		{"reviewed before checked", "checked: 2026-11-22, review_by: 2027-02-22}\n  - {key: rumour", "checked: 2026-11-22, review_by: 2026-02-22}\n  - {key: rumour", "is to be reviewed before it was checked"},
		{"no date", "checked: 2026-11-22, review_by: 2027-02-22}\n  - {key: rumour", "review_by: 2027-02-22}\n  - {key: rumour", `"checked" is missing`},
		{"unknown mark", `mark: "3"`, "mark: X", "must be V, S, 3 or ?"},
		{"unknown contact", "Call {emergency} ", "Call {emergncy} ", `did you mean "emergency"?`},
		{"unverified contact", "Call {emergency} ", "Call {rumour} ", `is marked "3"`},
		{"contact without hours", "Call {emergency} {emergency.hours}.", "Call {emergency} {rumour.hours}.", `marked "3"`},
		{"number typed", "Call a GP.", "Call a GP on 020 7946 0958.", `the reply holds the number "020 7946 0958"`},
		{"short number typed", "Call a GP.", "Call 111.", `the reply holds the number "111"`},
		{"number in an addition", "Tell a teacher.", "Text 85258.", `the reply holds the number "85258"`},
		{"stray bracket", "Call a GP.", "Call a GP {now.", "curly bracket"},
		{"question", "Call a GP.", "Are you well?", "asks a question"},
		{"long sentence", "Call a GP.", "Go to a GP if you can and say to them what is up and do not be shy at all, for they are there to help.", "a sentence of the reply has 27 words"},
		{"hard words", "Call a GP.", "Consult appropriate professional organisations immediately.", "reads at school grade"},
		{"markup", "reply: Call a GP.", `reply: "# Call a GP."`, "headings are not supported"},
	} {
		t.Run(test.name, func(t *testing.T) {
			bad := strings.Replace(goodSafety, test.old, test.new, 1)
			if bad == goodSafety {
				t.Fatalf("%q is not in the good file", test.old)
			}
			_, err := ParseSafety("safety.yaml", []byte(bad))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("ParseSafety: %v\nwant %q", err, test.want)
			}
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if !strings.HasPrefix(line, "safety.yaml:") {
					t.Errorf("%q does not say where", line)
				}
			}
		})
	}
}

func TestSafetyReportsEveryMistake(t *testing.T) {
	bad := strings.NewReplacer("[my ache]", "[My ache]", "Call a GP.", "Call 111.", "[leg up]", "[<leg> up]", "within: 5", "within: 99").Replace(goodSafety)
	_, err := ParseSafety("safety.yaml", []byte(bad))
	var errs yamlfile.Errors
	if !errors.As(err, &errs) || len(errs) != 4 {
		t.Errorf("ParseSafety: %v\nwant 4 mistakes", err)
	}
}

func TestDecodeSafetyWantsEveryClass(t *testing.T) {
	_, err := decodeSafety("safety.yaml", []byte(goodSafety))
	for _, class := range []string{"self-harm", "safeguarding", "medicine", "diagnosis", "distress", "appointment", "complaint"} {
		if want := fmt.Sprintf("the class %q is missing", class); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("decodeSafety: %v\nwant %q", err, want)
		}
	}
}

func shippedSafety(tb testing.TB) *Safety {
	tb.Helper()
	data, err := os.ReadFile("alliance/safety.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	s, err := decodeSafety("safety.yaml", data)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// Every number in a reply is a number of a contact that may be published.
func TestRepliesHoldOnlyContacts(t *testing.T) {
	s := shippedSafety(t)
	published := map[string]bool{}
	for _, c := range s.Contacts {
		for _, number := range c.Numbers {
			published[onlyDigits(number)] = c.Published()
		}
	}
	for _, c := range s.Classes {
		texts := []string{c.Reply.Plain()}
		for _, also := range c.Also {
			texts = append(texts, also.Plain())
		}
		for _, text := range texts {
			for _, number := range anyNumber.FindAllString(text, -1) {
				if !published[onlyDigits(number)] {
					t.Errorf("the reply to %q holds %q, which is not published", c.Name, number)
				}
			}
		}
	}
}

// The rules for wording that a machine can check, for every reply with and without its additions.
func TestRepliesAreWorded(t *testing.T) {
	for _, c := range shippedSafety(t).Classes {
		for _, text := range []string{c.Reply.Plain(), c.Also["staff"].Plain(), c.Also["community"].Plain()} {
			for _, word := range []string{"probably", "n't", "I understand", "don't", "should", "medication", "your GP ", "%", "degrees", "option 2", " dial ", " ring "} {
				if strings.Contains(strings.ReplaceAll(text, "your GP surgery", "a surgery"), word) {
					t.Errorf("the reply to %q holds %q: %q", c.Name, word, text)
				}
			}
		}
		if !strings.Contains(c.Reply.Plain(), "computer program") {
			t.Errorf("the reply to %q does not say what is speaking", c.Name)
		}
		if c.Private == (c.Name == "emergency") {
			t.Errorf("the class %q is private: %t", c.Name, c.Private)
		}
	}
}

func TestContactsAreReviewed(t *testing.T) {
	for _, c := range shippedSafety(t).Contacts {
		if c.ReviewBy.After(c.Checked.Add(100 * 24 * time.Hour)) {
			t.Errorf("the contact %q is reviewed only after 3 months", c.Key)
		}
	}
}

func FuzzParseSafety(f *testing.F) {
	f.Add(goodSafety)
	f.Add("classes: [{class: emergency, rules: [{id: a, phrases: [(a)|b, <c>]}]}]")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseSafety("safety.yaml", []byte(text))
		if (s == nil) == (err == nil) {
			t.Fatalf("ParseSafety: %v, %v", s, err)
		}
	})
}
