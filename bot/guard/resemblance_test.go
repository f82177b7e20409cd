package guard

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"alliancebot/knowledge"
)

// learning is a Guard of one rule that has learned from a few examples.
func learning(tb testing.TB) *Guard {
	tb.Helper()
	s, err := knowledge.ParseSafety("small.yaml", []byte(smallHead+`
  - class: emergency
    replaces: true
    reply: Call {nhs}.
    rules: [{id: breath, phrases: [can not breathe]}]
  - class: distress
    reply: Call {nhs}.
    rules: [{id: sad, phrases: [very sad]}]
`))
	if err != nil {
		tb.Fatal(err)
	}
	s.Examples = []knowledge.SafetyExamples{
		{Class: "emergency", Messages: []string{
			"nan fell down the stairs and will not wake", "he fell and hit his head, will not wake up", "she will not wake and looks grey",
			"dad looks grey and sweaty", "my brother swallowed bleach", "the baby swallowed a battery",
		}},
		{Class: "distress", Messages: []string{
			"i cry every night since the funeral", "i miss her every night", "it is lonely since the funeral", "i miss dad and cry",
		}},
		{Messages: []string{"will the working group wake up one day", "the stairs at the office"}},
	}
	g, err := New(s, []string{
		"which boroughs do you cover", "who hosts the alliance", "what are the aims", "does the alliance do screening",
		"every borough on the list", "who looks after the working group", "is there a night line",
	})
	if err != nil {
		tb.Fatal(err)
	}
	return g
}

func TestResemblance(t *testing.T) {
	g := learning(t)
	for _, test := range []struct {
		text    string
		want    Class
		learned bool
	}{
		{"grandad fell, will not wake, looks grey", Emergency, true},
		{"she swallowed a battery", Emergency, true},
		{"cry every night, i miss the funeral", Distress, true},
		{"can not breathe", Emergency, false},                                   // a rule comes first
		{"very sad", Distress, false},                                           // and is kept
		{"very sad, he fell and will not wake and looks grey", Emergency, true}, // unless something worse is likely
		{"which boroughs are on the list", None, false},
		{"who hosts the working group", None, false},
		{"", None, false},
	} {
		v := g.Classify(test.text)
		if v.Class != test.want || v.Learned != test.learned {
			t.Errorf("%q: class %q, learned %v, rule %q; want %q, %v", test.text, v.Class, v.Learned, v.Rule, test.want, test.learned)
		}
	}
}

func TestResemblanceNamesWords(t *testing.T) {
	v := learning(t).Classify("Grandad FELL, will not wake, looks grey!")
	if v.Rule != examplesRule || len(v.Words) == 0 || len(v.Words) > mostTelling {
		t.Fatalf("rule %q, words %q", v.Rule, v.Words)
	}
	for _, w := range v.Words {
		if !slices.Contains([]string{"FELL", "will", "wake", "looks", "grey", "not"}, w) {
			t.Errorf("the reason is %q, want words of the examples as they were typed", v.Words)
		}
	}
}

// TestResemblanceInALongStory looks for a cry for help in the middle of much that is harmless.
func TestResemblanceInALongStory(t *testing.T) {
	filler := strings.Repeat("which boroughs do you cover and who hosts the alliance and what are the aims ", 9)
	if v := learning(t).Classify(filler + "nan fell and will not wake and looks grey and will not wake " + filler); v.Class != Emergency {
		t.Errorf("class %q, want %q", v.Class, Emergency)
	}
}

func TestWithoutExamplesNothingIsLearned(t *testing.T) {
	g := shipped(t)
	if g.likeness != nil {
		t.Error("a guard without examples has learned something")
	}
}

func TestLearningIsDeterministic(t *testing.T) {
	a, b := learning(t).likeness, learning(t).likeness
	if !slices.Equal(a.weights, b.weights) || a.bias != b.bias {
		t.Error("the same examples gave other weights")
	}
}

// trained is the Guard that the shipped knowledge gives, with what it was made of.
var trained = sync.OnceValues(func() (*knowledge.Base, error) {
	return knowledge.Load(os.DirFS("../../knowledge/alliance"), knowledge.Unchecked(true))
})

func trainedOn(tb testing.TB) (*knowledge.Safety, []string) {
	tb.Helper()
	kb, err := trained()
	if err != nil {
		tb.Fatal(err)
	}
	var questions []string
	for _, e := range kb.Entries {
		questions = append(append(questions, e.Question), e.AlsoAsked...)
	}
	return kb.Safety, questions
}

// TestShippedExamples asks the shipped examples and phrasings of guards that have not learned from them. The floors are
// a little below what was measured; an edit that falls through one has made the lane worse.
func TestShippedExamples(t *testing.T) {
	s, questions := trainedOn(t)
	left, err := CrossValidate(s, questions, 5)
	if err != nil {
		t.Fatal(err)
	}
	var critical, exact, noticed, ordinary, blocked, taken float64
	for _, l := range left {
		switch {
		case l.Want.Replaces():
			critical++
			if l.Got == l.Want {
				exact++
			}
			if l.Got != None {
				noticed++
			}
		case l.Want == None:
			ordinary++
			if l.Got.Replaces() {
				blocked++
			}
			if l.Got != None {
				taken++
			}
		}
	}
	for _, floor := range []struct {
		what      string
		got, most float64
	}{
		{"critical messages told as something else", 1 - exact/critical, .37},
		{"critical messages not noticed", 1 - noticed/critical, .12},
		{"ordinary messages blocked", blocked / ordinary, .006},
		{"ordinary messages with a safety reply", taken / ordinary, .015},
	} {
		if floor.got > floor.most {
			t.Errorf("%s: %.3f, want at most %.3f", floor.what, floor.got, floor.most)
		}
	}
}
