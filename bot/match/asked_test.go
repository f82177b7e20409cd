package match

import (
	"strings"
	"testing"
)

func TestAsked(t *testing.T) {
	for question, want := range map[string]string{
		"when was it formed?":                            "date",
		"what year did it start":                         "date",
		"and when?":                                      "date",
		"how old is the alliance":                        "date",
		"since when are you hosted":                      "date",
		"what happens when people are diagnosed":         "",
		"what changed when covid came":                   "",
		"how often does it meet":                         "frequency",
		"how soon after diagnosis":                       "frequency",
		"how many boroughs":                              "number",
		"how much does it cost":                          "money number percentage",
		"what is the £ figure":                           "money",
		"what % of people":                               "percentage",
		"which percentage comes":                         "percentage",
		"who chairs the group":                           "person",
		"who is the chief exec":                          "person",
		"names of the directors":                         "person",
		"who hosts you":                                  "",
		"groups who do worse":                            "",
		"who leads the integrated care system":           "",
		"why was it split":                               "reason",
		"where are you based":                            "contact",
		"what is the phone number":                       "contact",
		"how do I join":                                  "contact",
		"how can patients get hold of a navigator":       "contact",
		"how do you get people to come forward":          "",
		"how do we get the public to spot warning signs": "",
		"does it address inequalities":                   "",
		"have you got back to normal yet":                "result",
		"what have you achieved so far":                  "result",
		"operational standards, which ones":              "list",
		"any numbers on that":                            "number percentage",
		"":                                               "",
	} {
		var words []word
		for _, w := range split(question) {
			words = append(words, word{text: w})
		}
		if got := strings.ReplaceAll(joinGives(asked(words, question), " "), ",", ""); got != want {
			t.Errorf("asked(%q) = %q, want %q", question, got, want)
		}
	}
}

// TestAskedCheck: an entry that does not hold the kind of thing asked for says so.
func TestAskedCheck(t *testing.T) {
	ix := smallIndex(t)
	for question, missing := range map[string]bool{
		"when do you look after boroughs in what year": true,
		"which boroughs do you look after":             false,
		"what year was it formed":                      false,
	} {
		hits := ix.Search(question)
		if got := hits[0].Missing != nil; got != missing {
			t.Errorf("Search(%q): %s missing %v, want %v", question, hits[0].Entry.ID, hits[0].Missing, missing)
		}
	}
}
