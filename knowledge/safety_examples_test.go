package knowledge

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestReadExamples(t *testing.T) {
	got, err := readExamples("x.yaml", []byte("distress:\n  - i miss her\n  - \" so alone \"\nemergency: [he fell]\nordinary:\n  - is it one of your aims\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 || got[0].Class != "emergency" || got[1].Class != "distress" || got[2].Class != "" {
		t.Fatalf("got %+v, want emergency, distress and ordinary messages, the most urgent first", got)
	}
	if m := got[1].Messages; len(m) != 2 || m[1] != "so alone" {
		t.Errorf("the messages of distress are %q", m)
	}
}

func TestReadExamplesFindsMistakes(t *testing.T) {
	for _, test := range []struct{ name, file, want string }{
		{"unknown class", "distres: [so sad]\n", `x.yaml:1:1: unknown key "distres"`},
		{"twice", "distress:\n  - So sad.\nordinary:\n  - so sad\n", `x.yaml:4:5: the example "so sad" is here twice: the first is on line 2`},
		{"no words", "distress:\n  - so sad\n  - \"?!\"\n", `x.yaml:3:5: this example of "distress" has no words`},
		{"too long", "distress:\n  - " + strings.Repeat("so sad ", 100) + "\n", "x.yaml:2:5: the example is 699 characters long, the most is 600"},
		{"phone number", "distress:\n  - call me on 07700 900123\n", "x.yaml:2:5: the example \"call me on 07700 900123\" holds a phone number"},
		{"email address", "distress:\n  - write to jo@example.org\n", "holds a phone number or an email address"},
		{"no list", "distress: so sad\n", "x.yaml:1:11:"},
	} {
		_, err := readExamples("x.yaml", []byte(test.file))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", test.name, err, test.want)
		}
	}
}

func TestExamplesNeedRules(t *testing.T) {
	fsys := files(t, "testdata/good")
	fsys["safety_examples.yaml"] = &fstest.MapFile{Data: []byte("distress: [so sad]\n")}
	_, err := Load(fsys, Today(today))
	if want := "safety_examples.yaml: there is no safety.yaml"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q", err, want)
	}
}
