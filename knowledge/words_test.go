package knowledge

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"alliancebot/knowledge/markup"
	"github.com/google/go-cmp/cmp"
)

func TestWords(t *testing.T) {
	kinds := map[wordKind]string{lower: "l", capital: "C", number: "n", date: "d"}
	for text, want := range map[string]string{
		"":                            "",
		"The page, it's 1,000 words.": "^C:The l:page l:it n:1000 l:words",
		"One is 1. Two are 2!":        "^C:One l:is n:1 ^n:2 l:are n:2",
		"on 1 April 2020, in May":     "^l:on d:1 April 2020 l:in C:May",
		"It ran in March and in April 2020, not May 3rd.": "^C:It l:ran l:in d:March l:and l:in d:April 2020 l:not C:May n:3",
		"pre-COVID-19 levels":                             "^l:pre C:COVID-19 l:levels",
		"twenty-one or ninety-nine, 21st, 5%":             "^n:21 l:or n:99 n:21 n:5",
		"A&E and the Alliance's GPs":                      "^C:A&E l:and l:the C:Alliance C:GPs",
		"He said \"What is it?\" then":                    "^C:He l:said ^C:What l:is l:it ^l:then",
		"a dozen, half, a hundred":                        "^l:a n:12 n:0.5 l:a n:100",
		"Crème brûlée, naïve":                             "^C:Crème l:brûlée l:naïve",
	} {
		var got []string
		for _, w := range words(text) {
			s := kinds[w.kind] + ":" + w.text
			if w.kind == date {
				s = "d:" + w.raw
			}
			if w.start {
				s = "^" + s
			}
			got = append(got, s)
			if !strings.HasPrefix(text[w.at:], w.raw) {
				t.Errorf("%q: %q is not at %d", text, w.raw, w.at)
			}
		}
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
			t.Errorf("words(%q) (-want +got):\n%s", text, diff)
		}
	}
}

func TestRuns(t *testing.T) {
	for text, want := range map[string]string{
		"University College London Hospitals NHS Foundation Trust (UCLH) hosts it": "^University College London Hospitals NHS Foundation Trust|UCLH",
		"the boroughs of Barnet, Camden and Islington":                             "Barnet|Camden|Islington",
		"Ask NHS England. NHS England knows.":                                      "^Ask NHS England|^NHS England",
		"North London Partners in Health and Care":                                 "^North London Partners|Health|Care",
		"no names": "",
	} {
		var got []string
		for _, r := range runs(words(text)) {
			s := r.String()
			if r.start {
				s = "^" + s
			}
			got = append(got, s)
		}
		if diff := cmp.Diff(want, strings.Join(got, "|")); diff != "" {
			t.Errorf("runs(%q) (-want +got):\n%s", text, diff)
		}
	}
}

func TestSentences(t *testing.T) {
	for text, want := range map[string]string{
		"One. Two! Three? Four":              "One.|Two!|Three?|Four",
		"It is 3.5 long. See about.yaml now": "It is 3.5 long.|See about.yaml now",
		"He said \"no.\" Then he left.":      "He said \"no.\"|Then he left.",
		"It is (so far.) Next":               "It is (so far.)|Next",
		"Boats etc. are old.":                "Boats etc. are old.",
		"...":                                "",
	} {
		if got := strings.Join(sentences(text), "|"); got != want {
			t.Errorf("sentences(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestSyllables(t *testing.T) {
	for w, want := range map[string]int{
		"the": 1, "a": 1, "cancer": 2, "boroughs": 2, "alliance": 3, "covers": 2, "use": 1, "table": 2, "named": 1, "needed": 2, "health": 1,
		"organisation": 5, "diagnosis": 4, "care": 1, "people": 2, "year": 1, "yes": 1, "priority": 4, "previous": 3, "variation": 4, "special": 2, "action": 2,
	} {
		if got := syllables(w); got != want {
			t.Errorf("syllables(%q) = %d, want %d", w, got, want)
		}
	}
}

func TestGrade(t *testing.T) {
	for _, test := range []struct {
		text      string
		want      float64
		sentences int
	}{
		// 6 words of 1 syllable: 0.39*6 + 11.8*1 - 15.59
		{"The cat sat on the mat.", -1.45, 1},
		// The names, the number and the date are one short word each: 10 words, 10 syllables.
		{"It was the University College London Hospitals NHS Foundation Trust that on 1 April 2020 had 1,234 cats.", 0.39*10 + 11.8 - 15.59, 1},
		{"a cat:\n\n- a dog\n- a cow", 0.39*2 + 11.8 - 15.59, 3},
		{"", 0, 0},
	} {
		got, sentences := grade(linesOf(markup.MustParse(test.text)))
		if math.Abs(got-test.want) > 0.001 || sentences != test.sentences {
			t.Errorf("grade(%q) = %.3f in %d sentences, want %.3f in %d", test.text, got, sentences, test.want, test.sentences)
		}
	}
}

func TestNumberInWords(t *testing.T) {
	for n := 2; n < 100; n++ {
		if got := fmt.Sprint(n); n < 20 || n%10 == 0 {
			continue
		} else if digits, ok := numberInWords(tens[n/10] + "-" + strings.Replace(units[n%10], "-", "one", 1)); !ok || digits != got {
			t.Errorf("%d in words is %q, %v", n, digits, ok)
		}
	}
	for w, want := range map[string]string{"five": "5", "nineteen": "19", "eighty": "80", "one": "", "-": "", "ninety-": "", "": "", "second": ""} {
		if got, _ := numberInWords(w); got != want {
			t.Errorf("numberInWords(%q) = %q, want %q", w, got, want)
		}
	}
}

func TestPool(t *testing.T) {
	shared, fact := newPool(), newPool()
	for _, name := range []string{"North Central London", "Cancer Alliance", "NHS", "integrated care board"} {
		shared.add(name)
		shared.addTitle(name)
	}
	fact.add("The North Central London Cancer Inequalities Working Group is 1 of 4 groups. It began on 1 April 2020 in Essex.")
	shared.addTails(fact, fact.keys())
	ps := pools{shared, fact}
	for name, want := range map[string]bool{
		"North Central London Cancer Alliance": true, // two names in a row
		"Cancer Alliances":                     true,
		"Cancer Inequalities Working Group":    true, // the place left out
		"Integrated Care Board":                true,
		"Essex NHS":                            true,
		"North London Cancer Alliance":         false,
		"Central London":                       false,
		"Working Group":                        false,
		"Group":                                false,
		"The North Central London":             false,
	} {
		if got := ps.name(strings.Fields(name)); got != want {
			t.Errorf("name(%q) = %v, want %v", name, got, want)
		}
	}
	for day, want := range map[calendar]bool{
		{"1", "April", "2020"}: true, {"", "April", "2020"}: true, {"", "April", ""}: true,
		{"2", "April", "2020"}: false, {"1", "April", ""}: false, {"", "May", "2020"}: false,
	} {
		if got := ps.date(day); got != want {
			t.Errorf("date(%v) = %v, want %v", day, got, want)
		}
	}
	for n, want := range map[string]bool{"4": true, "2020": true, "1": true, "2": false, "2021": false} {
		if got := ps.number(n); got != want {
			t.Errorf("number(%s) = %v, want %v", n, got, want)
		}
	}
}

func TestExplained(t *testing.T) {
	nt := Term{Short: "NT", Name: "Northport Trust", Also: []string{"the Trust of Northport"}}
	for text, want := range map[string]bool{
		"The Northport Trust (NT) is old.":                    true,
		"Some northport trusts (NTs) are old.":                true,
		"The NT (Northport Trust) is old.":                    true,
		"The Trust of Northport (NT) is old.":                 true,
		"NT stands for Northport Trust.":                      true,
		"The NT Boat Club is old. NT is the Northport Trust.": true,
		"The NT is old.\nNT is the Northport Trust.":          false,
		"The NT is old, as is the Northport Trust.":           false,
		"The Northport Trust is old. The NT is, too.":         false,
	} {
		if got := explained(text, findWord(text, "NT"), nt); got != want {
			t.Errorf("explained(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestFindWord(t *testing.T) {
	for text, want := range map[string]int{"NT": 0, "an NT": 3, "two NTs": 4, "NTX NT": 4, "XNT": -1, "NTsX": -1, "éNT": -1, "(NT)": 1, "": -1} {
		if got := findWord(text, "NT"); got != want {
			t.Errorf("findWord(%q) = %d, want %d", text, got, want)
		}
	}
	if got := findWord("text", ""); got != -1 {
		t.Errorf("an empty word is at %d", got)
	}
}

func TestPhoneLike(t *testing.T) {
	for text, want := range map[string]bool{
		"020 7946 0000": true, "(020) 7946 0000": true, "+44 (0)20 7946 0000": true, "0800 1111": true, "02079460000": true, "116123456789": true,
		"2026-11-22": false, "from 2015 to 2020": false, "2015/2020": false, "1,000,000": false, "21": false, "1 2 3": false, "1.5.2020": false,
	} {
		if got := len(phoneLike("call "+text+" now")) > 0; got != want {
			t.Errorf("phoneLike(%q) = %v, want %v", text, got, want)
		}
	}
}
