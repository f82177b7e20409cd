package match

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"alliancebot/knowledge"
	"alliancebot/knowledge/alliance"
)

// small is a knowledge folder of three entries and a glossary.
const smallEntries = `
topic: Test
entries:
  - id: boroughs
    question: Which boroughs does the Alliance cover?
    also_asked: [what area do you look after, is Hackney one of yours, "which parts of London?"]
    answer: It covers Barnet and Camden.
    gives: [list, place]
  - id: formed
    question: When was the NCL Alliance formed?
    also_asked: [what year did it start, how old is the alliance, who came before NCEL]
    answer: It was formed in 2020.
    gives: [date]
  - id: host
    question: Who hosts the Alliance?
    also_asked: [which trust are you part of, who do you belong to, where do you sit]
    answer: UCLH hosts it.
    gives: [organisation]
  - id: leaders
    covered: false
    question: Who runs the Alliance?
    also_asked: [who is the director, who is in charge, name of the boss]
    answer: It does not say.
`

const smallTerms = `
terms:
  - {short: NCL, name: North Central London}
  - {short: NCEL, name: North Central and East London}
  - {short: NEL, name: North East London}
synonyms:
  - [formed, created, set up]
`

func smallIndex(t *testing.T) *Index {
	t.Helper()
	kb, err := knowledge.Load(fstest.MapFS{
		"a.yaml":     {Data: []byte(smallEntries)},
		"terms.yaml": {Data: []byte(smallTerms)},
	}, knowledge.Unchecked(true))
	if err != nil {
		t.Fatal(err)
	}
	return New(kb, Options{})
}

// shipped is an index over the knowledge that the program ships.
var shipped = sync.OnceValue(func() *Index {
	kb, err := knowledge.Load(alliance.FS)
	if err != nil {
		panic(err)
	}
	return New(kb, Options{})
})

func top(ix *Index, question string) string {
	hits := ix.Search(question)
	if len(hits) == 0 {
		return ""
	}
	return hits[0].Entry.ID
}

func TestSearch(t *testing.T) {
	ix := smallIndex(t)
	for question, want := range map[string]string{
		"which boroughs are covered?":          "boroughs",
		"WHICH BOROUGHS":                       "boroughs",
		"wich borougs do you cover":            "boroughs", // misspelt
		"whichboroughs":                        "boroughs", // run together
		"what's the area you're looking after": "boroughs",
		"when did it get created":              "formed", // a synonym
		"trust that you belong to":             "host",
		"name of the director":                 "leaders",
		"":                                     "",
		"?!":                                   "",
	} {
		if got := top(ix, question); got != want {
			t.Errorf("Search(%q): got %q, want %q", question, got, want)
		}
	}
}

func TestSearchExact(t *testing.T) {
	ix := shipped()
	for _, e := range ix.kb.Entries {
		for _, p := range append([]string{e.Question}, e.AlsoAsked...) {
			for _, q := range []string{p, strings.ToUpper(p), "  " + p + " ?!", strings.ReplaceAll(p, " ", "  ")} {
				hits := ix.Search(q)
				if len(hits) == 0 || hits[0].Entry != e || !hits[0].Exact || hits[0].Score != 1 {
					t.Fatalf("Search(%q): the phrasing of %s does not win outright: %+v", q, e.ID, hits)
				}
			}
		}
	}
}

func TestSearchIsDeterministic(t *testing.T) {
	a, b := smallIndex(t), smallIndex(t)
	for _, q := range []string{"which boroughs", "hello there", "when and where", "alliance"} {
		for range 20 {
			if diff := cmp.Diff(scores(a.Search(q)), scores(b.Search(q))); diff != "" {
				t.Fatalf("Search(%q) differs between two indexes of the same knowledge:\n%s", q, diff)
			}
		}
	}
}

// TestTrainingIsDeterministic trains the shipped knowledge twice; rounding has to come out the same.
func TestTrainingIsDeterministic(t *testing.T) {
	a, b := shipped(), New(shipped().kb, Options{})
	for i := range a.model.rows {
		if !slices.Equal(a.model.rows[i].weights, b.model.rows[i].weights) {
			t.Fatalf("row %d differs between two trainings", i)
		}
	}
}

type score struct {
	ID    string
	Score float64
}

func scores(hits []Hit) []score {
	var out []score
	for _, h := range hits {
		out = append(out, score{h.Entry.ID, h.Score})
	}
	return out
}

func TestSearchConcurrently(t *testing.T) {
	ix := smallIndex(t)
	want := scores(ix.Search("which boroughs are yours"))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				if diff := cmp.Diff(want, scores(ix.Search("which boroughs are yours"))); diff != "" {
					t.Errorf("a search beside others differs:\n%s", diff)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestSearchHostileInput(t *testing.T) {
	ix := shipped()
	for name, q := range map[string]string{
		"100 kB":          strings.Repeat("which boroughs do you cover and why ", 100_000/36),
		"one long word":   strings.Repeat("borough", 100_000/7),
		"invalid UTF-8":   "which \xff\xfe boroughs \xc3",
		"control":         "which\x00boroughs\x1b[31m",
		"zalgo":           "w̷̢h̸̛i̶c̵h̴ b̶o̷r̸o̶u̵g̸h̷s̴",
		"right to left":   "\u202ewhich boroughs\u202c",
		"zero width":      "wh\u200bich bor\u200doughs",
		"full width":      "ｗｈｉｃｈ ｂｏｒｏｕｇｈｓ",
		"emoji":           "🏥🏥🏥",
		"only apostrophe": "'",
		"apostrophes":     "''''which'''boroughs''''",
		"hangul":          "어느 자치구",
	} {
		hits := ix.Search(q)
		if len(hits) > maxHits {
			t.Errorf("%s: %d hits", name, len(hits))
		}
		switch name {
		case "zalgo", "right to left", "zero width", "full width":
			if hits[0].Entry.ID != "boroughs" {
				t.Errorf("%s: got %s, want boroughs", name, hits[0].Entry.ID)
			}
		}
	}
}

func TestAbbreviationsAreNeverRepaired(t *testing.T) {
	ix := smallIndex(t)
	for _, w := range []string{"nce", "ncl", "ncel", "nel", "nlc", "necl"} {
		if repaired, ok := ix.analyzer.speller.repair(w); ok {
			t.Errorf("repair(%q) = %q; an abbreviation is left alone", w, repaired)
		}
	}
}

func TestRepair(t *testing.T) {
	ix := shipped()
	for typed, want := range map[string]string{
		"borougs":                     "boroughs",
		"bouroughs":                   "boroughs",
		"haringay":                    "haringey",
		"screeening":                  "screening",
		"inequalites":                 "inequalities",
		"rehabilitaton":               "rehabilitation",
		"whichboroughs":               "which boroughs",
		"workinggroup":                "working group",
		"hospital":                    "", // known
		"elephant":                    "", // English
		"qqqqqqqq":                    "", // nothing is near
		"x":                           "",
		"ab12":                        "",
		strings.Repeat("borough", 10): "",
	} {
		got, _ := ix.analyzer.speller.repair(typed)
		if strings.Join(got, " ") != want {
			t.Errorf("repair(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestSplit(t *testing.T) {
	for text, want := range map[string]string{
		"What's the Alliance's aim?": "what is the alliance aim",
		"don't, can't & won’t":       "do not can not will not",
		"COVID-19":                   "covid 19",
		"wots ur aim pls":            "what is your aim please",
		"café":                       "cafe",
		"they'd we'll rock'n'roll":   "they would we will rock n roll",
		"A&E":                        "a e",
	} {
		if got := strings.Join(split(text), " "); got != want {
			t.Errorf("split(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"abc", "abc", 0}, {"abc", "abd", 1}, {"abc", "acb", 1}, {"abc", "ab", 1}, {"abc", "abcd", 1},
		{"borough", "brough", 1}, {"borough", "bourogh", 2}, {"abc", "xyz", 3}, {"ca", "abc", 3},
	} {
		if got := distance(c.a, c.b, 3); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestComplete(t *testing.T) {
	ix := shipped()
	first := func(prefix string) string {
		c := ix.Complete(prefix, 5)
		if len(c) == 0 {
			return ""
		}
		return c[0].Entry.ID
	}
	for prefix, want := range map[string]string{
		"which london bor":                "boroughs",
		"Who hosts":                       "host",
		"vanguard":                        "vanguard",
		"which areas of london do you do": "boroughs", // a whole question, not a prefix
		"zzzzqqqq":                        "",
	} {
		if got := first(prefix); got != want {
			t.Errorf("Complete(%q): got %q, want %q", prefix, got, want)
		}
	}
	if got := len(ix.Complete("", 7)); got != 7 {
		t.Errorf("Complete of nothing offers %d, want 7 popular ones", got)
	}
	seen := make(map[string]bool)
	for _, c := range ix.Complete("the", 25) {
		if seen[c.Entry.ID] || c.Entry.Kind != knowledge.Covered {
			t.Errorf("Complete offers %s twice, or it is not covered", c.Entry.ID)
		}
		seen[c.Entry.ID] = true
	}
}

func TestExplain(t *testing.T) {
	ix := smallIndex(t)
	got := ix.Explain("when were the borougs created in 2023")
	for _, want := range []string{`read "borougs" as "boroughs"`, "asks for: date", "nearest phrasing:", "words that the entry does not have:", "2023", "a word for formed", "margin to the runner-up"} {
		if !strings.Contains(got, want) {
			t.Errorf("Explain does not say %q:\n%s", want, got)
		}
	}
}

func FuzzSearch(f *testing.F) {
	for _, q := range []string{"which boroughs?", "", "\xff", "when wuz it formd", strings.Repeat("a ", 3000), "\u202e'’'"} {
		f.Add(q)
	}
	ix := shipped()
	f.Fuzz(func(t *testing.T, q string) {
		a, b := ix.Search(q), ix.Search(q)
		if diff := cmp.Diff(scores(a), scores(b)); diff != "" {
			t.Fatalf("same question, other hits:\n%s", diff)
		}
		for i, h := range a {
			if !(h.Score >= 0 && h.Score <= 1) {
				t.Errorf("score %v", h.Score)
			}
			if i >= maxHits {
				t.Errorf("%d hits", len(a))
			}
		}
		ix.Complete(q, 5)
	})
}
