package knowledge

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"alliancebot/knowledge/yamlfile"
)

// The structs in this file describe the YAML files as people write them.

// topicFile is any file at the top of the folder but terms.yaml and safety.yaml.
type topicFile struct {
	Topic   yamlfile.String `yaml:"topic,required"`
	Kind    fileKind        `yaml:"kind"`
	Entries []entryNode     `yaml:"entries,required"`
}

type fileKind string

const smallTalkFile fileKind = "small talk"

func (fileKind) Words() []string { return []string{string(smallTalkFile)} }

type entryNode struct {
	Pos         yamlfile.Pos
	ID          yamlfile.String             `yaml:"id,required"`
	Covered     *bool                       `yaml:"covered"`
	Question    yamlfile.String             `yaml:"question,required"`
	AlsoAsked   []yamlfile.String           `yaml:"also_asked"`
	Answer      yamlfile.String             `yaml:"answer,required"`
	More        yamlfile.String             `yaml:"more"`
	Source      []yamlfile.String           `yaml:"source,single"`
	Gives       []yamlfile.Located[Gives]   `yaml:"gives,single"`
	SeeAlso     []yamlfile.String           `yaml:"see_also,single"`
	AsPublished bool                        `yaml:"as_published"`
	Audience    audience                    `yaml:"audience"`
	ReviewBy    yamlfile.Located[time.Time] `yaml:"review_by"`
}

type audience string

func (audience) Words() []string { return []string{"staff", "community"} }

// Words lists every Gives; it makes yamlfile refuse others.
func (Gives) Words() []string {
	return []string{
		string(GivesPerson), string(GivesOrganisation), string(GivesDate), string(GivesNumber), string(GivesPercentage),
		string(GivesMoney), string(GivesPlace), string(GivesContact), string(GivesFrequency), string(GivesList),
		string(GivesDocument), string(GivesReason), string(GivesResult),
	}
}

// sourceFile is a file in sources/.
type sourceFile struct {
	ID        yamlfile.String           `yaml:"id,required"`
	Title     string                    `yaml:"title,required"`
	Publisher string                    `yaml:"publisher,required"`
	URL       yamlfile.Located[pageURL] `yaml:"url,required"`
	Read      time.Time                 `yaml:"read,required"`
	Sections  []sectionNode             `yaml:"sections,required"`
}

type sectionNode struct {
	Title string     `yaml:"title,required"`
	Facts []factNode `yaml:"facts,required"`
}

type factNode struct {
	Pos         yamlfile.Pos
	ID          yamlfile.String             `yaml:"id,required"`
	Fact        yamlfile.String             `yaml:"fact,required"`
	Carries     []yamlfile.String           `yaml:"carries,required,single"`
	MustMention []yamlfile.Located[mention] `yaml:"must_mention,single"`
}

// pageURL is the https address of a document.
type pageURL string

func (u *pageURL) UnmarshalText(text []byte) error {
	parsed, err := url.Parse(string(text))
	if err != nil || parsed.Scheme != "https" || parsed.Host == "" {
		return fmt.Errorf("must be a web address that starts with https://")
	}
	*u = pageURL(text)
	return nil
}

// mention is a pattern of must_mention. The zero mention has none.
type mention struct{ pattern *regexp.Regexp }

func (m *mention) UnmarshalText(text []byte) error {
	pattern, err := regexp.Compile("(?i)" + string(text))
	if err != nil {
		why := strings.TrimPrefix(err.Error(), "error parsing regexp: ")
		return fmt.Errorf("must be a pattern that can be read (%s)", strings.ReplaceAll(why, "(?i)", ""))
	}
	m.pattern = pattern
	return nil
}

// termsFile is terms.yaml.
type termsFile struct {
	Terms    []termNode          `yaml:"terms"`
	Synonyms [][]yamlfile.String `yaml:"synonyms"`
}

type termNode struct {
	Pos       yamlfile.Pos
	Short     yamlfile.String   `yaml:"short,required"`
	Name      yamlfile.String   `yaml:"name"`
	Also      []yamlfile.String `yaml:"also,single"`
	Means     yamlfile.String   `yaml:"means"`
	Entry     yamlfile.String   `yaml:"entry"`
	Place     bool              `yaml:"place"`
	WellKnown bool              `yaml:"well_known"`
}

// suiteFile is a file in tests/.
type suiteFile struct {
	Suite    string     `yaml:"suite,required"`
	Audience audience   `yaml:"audience"`
	Cases    []caseNode `yaml:"cases,required"`
}

// caseNode is one message, or a dialogue of several.
type caseNode struct {
	turnNode
	Dialogue []turnNode `yaml:"dialogue"`
}

type turnNode struct {
	Pos    yamlfile.Pos
	Ask    yamlfile.String   `yaml:"ask"`
	Pick   yamlfile.String   `yaml:"pick"`
	Expect []yamlfile.String `yaml:"expect,single"`
	All    []yamlfile.String `yaml:"all"`
	Class  safetyClass       `yaml:"class"`
	Accept []acceptable      `yaml:"accept,single"`
}

// safetyClass is one of the classes of safety.yaml, which are those of the guard.
type safetyClass string

func (safetyClass) Words() []string {
	return []string{"emergency", "self-harm", "safeguarding", "medicine", "diagnosis", "symptom", "distress", "appointment", "complaint"}
}

type acceptable string

func (acceptable) Words() []string {
	return []string{ExpectSuggest, ExpectUnknown, ExpectAnswer, ExpectSmallTalk, ExpectSafety}
}
