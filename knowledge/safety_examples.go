package knowledge

import (
	"slices"
	"strings"

	"alliancebot/knowledge/yamlfile"
)

// # Safety examples
//
// The file safety_examples.yaml, beside safety.yaml, holds messages such as people write, one list for each class and one
// of ordinary messages. The guard learns from them to tell what no rule names:
//
//	emergency:
//	  - dad slid off his chair and is not making sense
//	ordinary:
//	  - is rehab one of your emergency priorities
//
// When the bot has missed a message, writing a few like it in your own words is often better than a new rule.
// Examples are made up: a real message never goes into the file.

// ordinaryClass is the list of messages that belong to no class.
const ordinaryClass = "ordinary"

// SafetyExamples are messages of one class, or ordinary ones.
type SafetyExamples struct {
	Class    string // as in guard.Class; empty for ordinary messages
	Messages []string
}

// maxExample is how long an example can be, in bytes.
const maxExample = 600

// exampleFile is safety_examples.yaml.
type exampleFile struct {
	Emergency    []yamlfile.String `yaml:"emergency"`
	SelfHarm     []yamlfile.String `yaml:"self-harm"`
	Safeguarding []yamlfile.String `yaml:"safeguarding"`
	Medicine     []yamlfile.String `yaml:"medicine"`
	Diagnosis    []yamlfile.String `yaml:"diagnosis"`
	Symptom      []yamlfile.String `yaml:"symptom"`
	Distress     []yamlfile.String `yaml:"distress"`
	Appointment  []yamlfile.String `yaml:"appointment"`
	Complaint    []yamlfile.String `yaml:"complaint"`
	Ordinary     []yamlfile.String `yaml:"ordinary"`
}

// lists returns the lists of the file, the classes in the order of className.Words, the ordinary messages last.
func (f *exampleFile) lists() [][]yamlfile.String {
	return [][]yamlfile.String{
		f.Emergency, f.SelfHarm, f.Safeguarding, f.Medicine, f.Diagnosis, f.Symptom, f.Distress, f.Appointment, f.Complaint, f.Ordinary,
	}
}

// readExamples decodes and checks safety_examples.yaml, and returns what it holds with every mistake.
func readExamples(file string, data []byte) ([]SafetyExamples, error) {
	var f exampleFile
	var errs yamlfile.Errors
	if err := yamlfile.Decode(file, data, &f); err != nil {
		decoded, ok := err.(yamlfile.Errors)
		if !ok {
			return nil, err
		}
		errs = decoded
	}
	var out []SafetyExamples
	first := make(map[string]yamlfile.Pos)
	names := append(slices.Clone(className("").Words()), ordinaryClass)
	for i, list := range f.lists() {
		ex := SafetyExamples{Class: names[i]}
		if ex.Class == ordinaryClass {
			ex.Class = ""
		}
		for _, m := range list {
			key := sameWords(m.Value)
			before, again := first[key]
			switch {
			case key == "":
				errs.Add(m.Pos, "write a message, or take the line out", "this example of %q has no words", names[i])
				continue
			case again:
				errs.Add(m.Pos, "keep it where it belongs", "the example %q is here twice: the first is on line %d", m.Value, before.Line)
			case len(m.Value) > maxExample:
				errs.Add(m.Pos, "people in trouble write less", "the example is %d characters long, the most is %d", len(m.Value), maxExample)
			case len(phoneLike(m.Value)) > 0 || email.MatchString(m.Value):
				errs.Add(m.Pos, "examples are made up, and hold nothing that could be somebody's", "the example %q holds a phone number or an email address", m.Value)
			}
			first[key] = m.Pos
			ex.Messages = append(ex.Messages, strings.TrimSpace(m.Value))
		}
		if len(ex.Messages) > 0 {
			out = append(out, ex)
		}
	}
	return out, errs.Err()
}
