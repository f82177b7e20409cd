package guard

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"alliancebot/knowledge"
	"alliancebot/knowledge/yamlfile"
)

const shippedFolder = "../../knowledge/alliance"

func shippedSafety(tb testing.TB) *knowledge.Safety {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join(shippedFolder, "safety.yaml"))
	if err != nil {
		tb.Fatal(err)
	}
	s, err := knowledge.ParseSafety("safety.yaml", data)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func shipped(tb testing.TB) *Guard {
	tb.Helper()
	g, err := New(shippedSafety(tb), nil)
	if err != nil {
		tb.Fatal(err)
	}
	return g
}

// small is a Guard of a few rules for tests of the mechanism.
func small(tb testing.TB, rules string) *Guard {
	tb.Helper()
	s, err := knowledge.ParseSafety("small.yaml", []byte(smallHead+rules))
	if err != nil {
		tb.Fatal(err)
	}
	g, err := New(s, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return g
}

const smallHead = `
review_by: 2027-02-22
contacts:
  - {key: nhs, publish: 111, numbers: [111], mark: V, source: test, checked: 2026-11-22, review_by: 2027-02-22}
shorthand: {im: i am, ive: i have, cant: can not, dont: do not, wont: will not, wanna: want to, u: you, n: and, kms: kill myself}
leave_out: [a, an, the, am, is, really, just, so]
names: [barnet]
words:
  person: [i, my, mum, he, mother in law]
  unit: [day|days, week|weeks]
  gone_on: [since, <number> <unit>, all the time]
ordinary: [dying to know, lump sum]
organisation: [do|does you|it cover|offer, the alliance, who hosts you]
classes:
`

func TestRules(t *testing.T) {
	g := small(t, `
  - class: emergency
    replaces: true
    reply: Call {nhs}.
    rules:
      - {id: breath, phrases: [can not breathe, bleed* ... (will) not stop]}
  - class: self-harm
    replaces: true
    reply: Call {nhs}.
    rules:
      - {id: kill, phrases: [kill myself|himself, suicide, dying]}
  - class: symptom
    reply: Call {nhs}.
    rules:
      - {id: lump, phrases: [my lump]}
      - {id: cough, together: [[cough*, <person>, <gone_on>|worried about]], unless: [complain|fed up]}
      - {id: own, weak: true, together: [[itchy, <person>]]}
  - class: complaint
    reply: Call {nhs}.
    rules:
      - {id: complain, within: 3, together: [[complain, gp|hospital]]}
`)
	for _, test := range []struct {
		text string
		want Class
	}{
		{"i cant breathe", Emergency},
		{"I CAN NOT BREATHE!!", Emergency},
		{"can't   breathe", Emergency},
		{"he can’t really breathe", Emergency},
		{"can. not breathe", None}, // a sentence ends in between
		{"bleeding and it will not stop", Emergency},
		{"bleeding b c d e f will not stop", None}, // the gap is too wide
		{"bled", None},
		{"my lump", Symptom},
		{"my lump sum", None}, // ordinary
		{"dying to know, is he dying", SelfHarm},
		{"dying to know", None},
		{"cough, my mum, 3 weeks", Symptom},
		{"my mother in law coughs all the time", Symptom},
		{"coughing all the time", None}, // no person
		{"i cough, worried about it", Symptom},
		{"i cough all the time, fed up", None}, // another class fits better
		{"does it cover my cough since monday", None},
		{"which boroughs do you cover. my cough since monday", Symptom},
		{"do you cover my lump", Symptom}, // phrases look everywhere
		{"my arm is itchy", Symptom},
		{"my arm is itchy. do you offer screening", None}, // weak
		{"complain to the gp", Complaint},
		{"complain a b c d the gp", None}, // the hospital is too far away
		{"my lump, complain to gp", Symptom},
		{"suicide, and i cant breathe", Emergency},
		{"", None},
		{"\xff\xfe", None},
	} {
		if got := g.Classify(test.text).Class; got != test.want {
			t.Errorf("Classify(%q).Class = %q, want %q", test.text, got, test.want)
		}
	}
}

func TestDisguises(t *testing.T) {
	g := shipped(t)
	for want, texts := range map[Class][]string{
		SelfHarm: {
			"SUICIDE thoughts", "i want to ｋｉｌｌ myself", "𝐤𝐢𝐥𝐥 myself", "k\u200bill my\u00adself", "kіll myself", // a Cyrillic letter
			"k1ll mys3lf", "su1c1dal", "s3lf h4rm again", "k*ll myself", "su**idal", "s u i c i d a l", "s.u.i.c.i.d.a.l", "k i l l  m y s e l f",
			"killmyself", "wanttodie", "k̷i̸l̵l̶ ̷m̸y̵s̶e̴l̵f̶", "killl myselfff", "suicidle", "sucidal", "kms", "KMS lol", "i wanna die", "i wana die",
		},
		Emergency: {
			"cant breath", "can’t breathe", "cannot breeve", "he is unconcious", "shes unresponsve", "helppp he collapsd", "c@nt breathe",
			"heart atack", "I CANT BREATHEEEE", "having a seizure", "having a siezure", "😭😭 he cant breathe 😭",
		},
		Symptom: {"found a lummp in my brest", "my mole is itchng and bleding", "diarrhea for 3 weeks and im worryed"},
	} {
		for _, text := range texts {
			if v := g.Classify(text); v.Class != want {
				t.Errorf("Classify(%q) = %q by %q %q, want %q", text, v.Class, v.Rule, v.Words, want)
			}
		}
	}
}

// Playing things down, jokes, a plan and other people never lower a class.
func TestNothingLowers(t *testing.T) {
	g := shipped(t)
	for want, text := range map[Class]string{
		Emergency:    "he cant breathe",
		SelfHarm:     "i want to kill myself",
		Safeguarding: "my partner hits me",
		Medicine:     "can i take ibuprofen with my chemo",
		Symptom:      "i found a lump in my breast",
		Distress:     "my mum died last week",
		Appointment:  "i need to cancel my scan",
		Complaint:    "i want to complain about the nurse",
	} {
		for _, frame := range []string{
			"%s", "%s lol", "%s haha jk", "prob nothing but %s", "%s, he says dont fuss", "sorry to bother you, %s", "its silly but %s", "asking for a friend: %s",
			"%s tbh", "%s... anyway", "%s. which boroughs do you cover?", "what are your aims? %s", "%s and ive got a plan", "%s 😂", "hypothetically, %s",
		} {
			message := strings.ReplaceAll(frame, "%s", text)
			if v := g.Classify(message); rank(v.Class) > rank(want) {
				t.Errorf("Classify(%q) = %q by %q, want %q or more urgent", message, v.Class, v.Rule, want)
			}
		}
	}
}

// rank orders the classes from the most urgent; None comes last.
func rank(c Class) int {
	for i, other := range []Class{Emergency, SelfHarm, Safeguarding, Medicine, Diagnosis, Symptom, Distress, Appointment, Complaint} {
		if c == other {
			return i
		}
	}
	return 100
}

func TestQuestion(t *testing.T) {
	g := shipped(t)
	for _, test := range []struct {
		text, want   string
		organisation bool
	}{
		{"ive found a lump and also which boroughs do you cover?", "which boroughs do you cover?", true},
		{"My mum died last week. What does the alliance do about rehabilitation?", "What does the alliance do about rehabilitation?", true},
		{"can i take ibuprofen on chemo, and who hosts you", "who hosts you", true},
		{"which boroughs do you cover my chest hurts", "which boroughs do you cover", true},
		{"i found a lump in my breast", "", false},
		{"who hosts you", "who hosts you", true},
		{"hello", "hello", false},
	} {
		v := g.Classify(test.text)
		if v.Question != test.want || v.Organisation != test.organisation {
			t.Errorf("Classify(%q) = question %q, organisation %t, want %q, %t", test.text, v.Question, v.Organisation, test.want, test.organisation)
		}
	}
}

func TestWhy(t *testing.T) {
	v := shipped(t).Classify("Sorry, but my Partner HITS me.")
	if v.Rule == "" || !strings.Contains(strings.Join(v.Words, " "), "HITS") {
		t.Errorf("Classify = %+v, want a rule and the words as they were typed", v)
	}
}

// The safety suites, line by line, as far as the guard alone decides them.
func TestSuites(t *testing.T) {
	g := shipped(t)
	files, err := filepath.Glob(filepath.Join(shippedFolder, "tests", "safety_*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no safety suites: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var suite struct {
			Suite string `yaml:"suite,required"`
			Cases []struct {
				Ask    string            `yaml:"ask,required"`
				Class  string            `yaml:"class"`
				Expect []yamlfile.String `yaml:"expect,single"`
				Accept []yamlfile.String `yaml:"accept,single"`
			} `yaml:"cases,required"`
		}
		if err := yamlfile.Decode(file, data, &suite); err != nil {
			t.Fatal(err)
		}
		for _, c := range suite.Cases {
			v := g.Classify(c.Ask)
			answered := len(c.Expect) == 0 || c.Expect[0].Value != knowledge.ExpectSafety
			if v.Class != Class(c.Class) || c.Class != "" && !v.Class.Replaces() && v.Organisation != answered {
				t.Errorf("%s: %q is %q by %q %q, question %q, want %q", filepath.Base(file), c.Ask, v.Class, v.Rule, v.Words, v.Question, c.Class)
			}
		}
	}
}

func TestReply(t *testing.T) {
	g := shipped(t)
	for _, class := range []Class{Emergency, SelfHarm, Safeguarding, Medicine, Diagnosis, Symptom, Distress, Appointment, Complaint} {
		for _, audience := range []string{"", "staff", "community"} {
			text, private := g.Reply(class, audience)
			if plain := text.Plain(); plain == "" || strings.ContainsAny(plain, "{}?") || !strings.Contains(plain, "computer program") {
				t.Errorf("Reply(%q, %q) = %q", class, audience, plain)
			}
			if private != (class != Emergency) {
				t.Errorf("Reply(%q, %q) is private: %t", class, audience, private)
			}
		}
	}
	for _, class := range []Class{SelfHarm, Safeguarding, Distress} {
		community, _ := g.Reply(class, "community")
		everyone, _ := g.Reply(class, "")
		if !strings.Contains(community.Plain(), "Childline") || strings.Contains(everyone.Plain(), "Childline") {
			t.Errorf("Reply(%q): Childline is for the community, and only added there", class)
		}
	}
	if text, private := g.Reply(None, ""); !text.Empty() || private {
		t.Errorf("Reply(None) = %q, %t", text.Plain(), private)
	}
}

// Without rules the guard still knows the plainest words for danger, and sends the same contacts.
func TestFallback(t *testing.T) {
	data, err := os.ReadFile("fallback.yaml")
	if err != nil {
		t.Fatal(err)
	}
	builtIn, err := knowledge.ParseSafety("fallback.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	published := map[string]string{}
	for _, c := range shippedSafety(t).Contacts {
		published[c.Key] = c.Publish
	}
	for _, c := range builtIn.Contacts {
		if published[c.Key] != c.Publish {
			t.Errorf("fallback.yaml publishes %q for %q, safety.yaml %q", c.Publish, c.Key, published[c.Key])
		}
	}
	fromNothing, err := New(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, g := range map[string]*Guard{"nil": nil, "zero": {}, "New(nil, nil)": fromNothing} {
		for text, want := range map[string]Class{
			"my dad cant breathe": Emergency, "i want to kill myself": SelfHarm, "my partner hits me": Safeguarding, "who hosts you": None,
		} {
			if got := g.Classify(text).Class; got != want {
				t.Errorf("%s guard: Classify(%q).Class = %q, want %q", name, text, got, want)
			}
		}
		if text, _ := g.Reply(Emergency, "community"); !strings.Contains(text.Plain(), "999") {
			t.Errorf("%s guard: Reply(Emergency) = %q", name, text.Plain())
		}
		if text, _ := g.Reply(None, ""); !text.Empty() {
			t.Errorf("%s guard: Reply(None) = %q", name, text.Plain())
		}
	}
}

func TestNewReportsEveryMistake(t *testing.T) {
	s, err := knowledge.ParseSafety("small.yaml", []byte(smallHead+`
  - class: emergency
    replaces: true
    reply: Call {nhs}.
    rules:
      - {id: one, phrases: [is it, cant|could breathe, the|pain]}
`))
	if err != nil {
		t.Fatal(err)
	}
	_, err = New(s, nil)
	if err == nil {
		t.Fatal("New takes phrases that cannot match as they are meant")
	}
	for _, want := range []string{"small.yaml:20:29", `"is it" is but one word`, `"cant" in "cant|could breathe" is short for several words`, `"the" in "the|pain" is left out`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("New: %v\nwant %q in it", err, want)
		}
	}
}

func TestEnglishIsSorted(t *testing.T) {
	last := ""
	for word := range strings.SplitSeq(strings.TrimSpace(english), "\n") {
		if word <= last || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") != "" {
			t.Fatalf("%q after %q in english.txt", word, last)
		}
		last = word
		if !isEnglish([]byte(word)) {
			t.Fatalf("%q is in english.txt, but not found", word)
		}
	}
	for _, word := range []string{"", "a", "aaaa", "zzzz", "lummp"} {
		if isEnglish([]byte(word)) {
			t.Errorf("isEnglish(%q)", word)
		}
	}
}

func FuzzClassify(f *testing.F) {
	g, err := New(trainedOn(f))
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		"i cant breathe", "s u i c i d e", "k*ll", strings.Repeat("i want ", 1000), strings.Repeat("k*", 500), strings.Repeat("a ", 2000), "\xff\u0300\u200b",
		strings.Repeat("xq", 3000), strings.Repeat("cough i ", 500), "can't've'd", "38.5.5.5", strings.Repeat("’", 100), "ﬃ ﷺ",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v := g.Classify(text)
		if again := g.Classify(text); again.Class != v.Class || again.Rule != v.Rule || again.Question != v.Question || again.Organisation != v.Organisation {
			t.Fatalf("Classify(%q) = %+v, and again %+v", text, v, again)
		}
		if (v.Class == None) != (v.Rule == "") || v.Class != None && v.Organisation != (v.Question != "") {
			t.Fatalf("Classify(%q) = %+v", text, v)
		}
		if v.Class == None && v.Question != text {
			t.Fatalf("Classify(%q).Question = %q, want the message", text, v.Question)
		}
	})
}

// What is said before and after an emergency, however much of it there is, does not hide it.
func TestLongMessages(t *testing.T) {
	g := shipped(t)
	for _, filler := range []string{"which boroughs do you cover? ", "i want to know ", "qxz vbn ", "a ", "\u200b", "k*ll0 ", "ﷺ ", "a.b.c.d.e.f ", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"} {
		text := strings.Repeat(filler, 100_000/len(filler)) + ". he cant breathe. " + filler
		if v := g.Classify(text); v.Class != Emergency {
			t.Errorf("100 kB of %q and an emergency: %q", filler, v.Class)
		}
	}
}
