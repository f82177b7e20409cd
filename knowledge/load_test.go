package knowledge

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"alliancebot/knowledge/alliance"
	"alliancebot/knowledge/markup"
	"alliancebot/knowledge/yamlfile"
)

func load(t testing.TB, fsys fs.FS, opts ...Option) *Base {
	t.Helper()
	b, err := Load(fsys, append([]Option{Today(today)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// loadErrors returns the mistakes of a folder, one a line.
func loadErrors(t *testing.T, fsys fs.FS, opts ...Option) string {
	t.Helper()
	b, err := Load(fsys, append([]Option{Today(today)}, opts...)...)
	if err == nil || b != nil {
		t.Fatalf("Load = %v, %v, want mistakes only", b, err)
	}
	return err.Error()
}

// folderOf makes a folder of file names and contents.
func folderOf(files ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		fsys[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return fsys
}

func TestLoadEntries(t *testing.T) {
	b := load(t, files(t, "testdata/good"))
	source := b.Sources[0]
	ref := func(section, fact int) SourceRef {
		return SourceRef{source, source.Sections[section].Title, source.Sections[section].Facts[fact]}
	}
	at := func(line, column int) yamlfile.Pos {
		return yamlfile.Pos{File: "about.yaml", Line: line, Column: column}
	}
	want := &Entry{
		ID: "what", Question: "What is the Harbour Museum?", AlsoAsked: []string{"what do you do", "tell me about the museum"},
		Answer: markup.MustParse("The Harbour Museum is a small museum in Northport. It opened on 3 May 2011.\n\nIt is 1 of 14 museums that the Northport Trust (NT) looks after."),
		More:   markup.MustParse("The museum keeps old boats."), Sources: []SourceRef{ref(0, 0), ref(0, 1), ref(1, 1)}, SeeAlso: []string{"rooms"},
		Gives: []Gives{GivesPlace, GivesDate, GivesNumber, GivesOrganisation}, Topic: "About the museum",
		ReviewBy: time.Date(2027, 5, 22, 0, 0, 0, 0, time.UTC), Pos: at(3, 5), PhrasingPos: []yamlfile.Pos{at(6, 9), at(7, 9)},
	}
	ignorePatterns := cmpopts.IgnoreTypes([]*regexp.Regexp{})
	if diff := cmp.Diff(want, b.Entry("what"), ignorePatterns); diff != "" {
		t.Errorf("what (-want +got):\n%s", diff)
	}
	if e := b.Entry("rooms"); !e.AsPublished || e.Audience != "community" || len(e.Sources) != 1 {
		t.Errorf("rooms is %+v", e)
	}
	var ids []string
	for _, e := range b.Entries {
		ids = append(ids, fmt.Sprintf("%s %d", e.ID, e.Kind))
	}
	if diff := cmp.Diff([]string{"what 0", "rooms 0", "shop 1", "greeting 2", "term-nt 0", "term-gp 0", "term-a-e 0"}, ids); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	if b.Entry("nowhere") != nil {
		t.Error("there is an entry with an id that is nowhere")
	}
	var topics []string
	for _, topic := range b.Topics {
		topics = append(topics, fmt.Sprintf("%s %d", topic.Title, len(topic.Entries)))
	}
	if diff := cmp.Diff([]string{"About the museum 2", "Glossary 3"}, topics); diff != "" {
		t.Errorf("topics (-want +got):\n%s", diff)
	}
}

func TestLoadSources(t *testing.T) {
	b := load(t, files(t, "testdata/good"))
	want := []*Source{{
		ID: "about-us", Title: "About us", Publisher: "Harbour Museum", URL: "https://museum.example/about/", Read: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC),
		Sections: []Section{
			{Title: "The museum", Facts: []*Fact{
				{ID: "what", Text: "The Harbour Museum is a small museum in Northport.", Carries: []string{"F01", "F02"}, Pos: yamlfile.Pos{File: "sources/about-us.yaml", Line: 9, Column: 9}},
				{ID: "opened", Text: "It opened on 3 May 2011.", Carries: []string{"F03"}, Pos: yamlfile.Pos{File: "sources/about-us.yaml", Line: 13, Column: 9}},
			}},
			{Title: "What it holds", Facts: []*Fact{
				{ID: "rooms", Text: "It has 3 rooms, for boats, ropes and maps.", Carries: []string{"F04"}, Pos: yamlfile.Pos{File: "sources/about-us.yaml", Line: 19, Column: 9}},
				{ID: "trust", Text: "It is 1 of 14 museums of the Northport Trust.", Carries: []string{"F05"}, Pos: yamlfile.Pos{File: "sources/about-us.yaml", Line: 22, Column: 9}},
			}},
		},
	}}
	if diff := cmp.Diff(want, b.Sources, cmpopts.IgnoreTypes([]*regexp.Regexp{})); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
	patterns := b.Sources[0].Sections[0].Facts[0].MustMention
	if len(patterns) != 2 || !patterns[1].MatchString("it is in NORTHPORT.") {
		t.Errorf("the patterns are %v", patterns)
	}
	if covered, total := b.Facts(); covered != 5 || total != 5 {
		t.Errorf("Facts() = %d, %d, want 5, 5", covered, total)
	}
}

// A fact counts as covered when a covered entry tells it, not when the text says that the page lacks something.
func TestFacts(t *testing.T) {
	fsys := files(t, "testdata/good", "testdata/bad/unused-fact")
	f := newFolder(fsys, nil)
	if err := f.read(); err != nil {
		t.Fatal(err)
	}
	if covered, total := f.build().Facts(); covered != 5 || total != 7 {
		t.Errorf("Facts() = %d, %d, want 5, 7", covered, total)
	}
}

func TestLoadTerms(t *testing.T) {
	b := load(t, files(t, "testdata/good"))
	want := []Term{
		{Short: "NT", Name: "Northport Trust", Also: []string{"the Trust"}, Means: "It looks after 14 museums.", Pos: yamlfile.Pos{File: "terms.yaml", Line: 2, Column: 5}},
		{Short: "GP", Name: "general practitioner", WellKnown: true, Pos: yamlfile.Pos{File: "terms.yaml", Line: 6, Column: 5}},
		{Short: "A&E", Name: "accident and emergency", WellKnown: true, Pos: yamlfile.Pos{File: "terms.yaml", Line: 9, Column: 5}},
		{Short: "Northport", Place: true, Pos: yamlfile.Pos{File: "terms.yaml", Line: 12, Column: 5}},
		{Short: "Quay", Name: "the Old Quay", Entry: "rooms", Pos: yamlfile.Pos{File: "terms.yaml", Line: 14, Column: 5}},
	}
	if diff := cmp.Diff(want, b.Terms); diff != "" {
		t.Errorf("terms (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([][]string{{"room", "hall"}}, b.Synonyms); diff != "" {
		t.Errorf("synonyms (-want +got):\n%s", diff)
	}
	e := b.Entry("term-nt")
	if e.Question != "What does NT stand for?" || e.Answer.Plain() != "NT stands for Northport Trust.\n\nIt looks after 14 museums." || e.Topic != "Glossary" || e.Kind != Covered {
		t.Errorf("term-nt is %+v", e)
	}
	for _, phrasing := range []string{"what is NT", "NT meaning", "what is NT short for", "what is the Northport Trust"} {
		if !slices.Contains(e.AlsoAsked, phrasing) {
			t.Errorf("term-nt is not asked for with %q", phrasing)
		}
	}
	if len(e.AlsoAsked) != len(e.PhrasingPos) {
		t.Errorf("term-nt has %d phrasings and %d places", len(e.AlsoAsked), len(e.PhrasingPos))
	}
}

// What a maintainer writes goes before what is made of the glossary.
func TestTermPhrasingsGiveWay(t *testing.T) {
	b := load(t, folderOf(
		"a.yaml", "topic: A\nentries:\n  - {id: nt, covered: false, question: \"What is NT?\", also_asked: [nt meaning], answer: The page does not say.}\n",
		"terms.yaml", "terms:\n  - {short: NT, name: Northport Trust, well_known: true}\n  - {short: Trust, name: Northport Trust}\n",
	))
	for _, phrasing := range b.Entry("term-nt").AlsoAsked {
		if strings.EqualFold(phrasing, "what is nt") || strings.EqualFold(phrasing, "nt meaning") {
			t.Errorf("%q belongs to two entries", phrasing)
		}
	}
	seen := map[string]string{}
	for _, e := range b.Entries {
		for _, phrasing := range append(e.AlsoAsked, e.Question) {
			if other := seen[sameWords(phrasing)]; other != "" && other != e.ID {
				t.Errorf("%q leads to %q and %q", phrasing, other, e.ID)
			}
			seen[sameWords(phrasing)] = e.ID
		}
	}
	if e := b.Entry("term-trust"); e.Question != "What does Trust mean?" || e.Answer.Plain() != "Trust means Northport Trust." {
		t.Errorf("term-trust is %+v", e)
	}
}

func TestLoadSuites(t *testing.T) {
	b := load(t, files(t, "testdata/good"), In("museum"))
	at := func(line, column int) yamlfile.Pos {
		return yamlfile.Pos{File: "museum/tests/first.yaml", Line: line, Column: column}
	}
	want := []Suite{{
		File: "museum/tests/first.yaml", Title: "First questions", Audience: "community",
		Cases: []Case{
			{Pos: at(4, 5), Turns: []Turn{{Ask: "what is this museum", Expect: []string{"what"}, Pos: at(4, 5)}}},
			{Pos: at(6, 5), Turns: []Turn{{Ask: "how many rooms and when did it open", All: []string{"rooms", "what"}, Class: "symptom", Pos: at(6, 5)}}},
			{Pos: at(9, 5), Turns: []Turn{{Ask: "shop?", Expect: []string{"unknown", "shop"}, Accept: []string{"suggest"}, Pos: at(9, 5)}}},
			{Pos: at(12, 5), Turns: []Turn{
				{Ask: "rooms", Expect: []string{"rooms"}, Pos: at(13, 9)},
				{Choice: "what", Expect: []string{"what"}, Pos: at(15, 9)},
				{Choice: "none-of-these", Expect: []string{"unknown"}, Pos: at(17, 9)},
			}},
		},
	}}
	if diff := cmp.Diff(want, b.Suites); diff != "" {
		t.Errorf("suites (-want +got):\n%s", diff)
	}
}

// No file's mistakes hide those of another.
func TestLoadCollectsMistakesOfAllFiles(t *testing.T) {
	got := loadErrors(t, folderOf(
		"a.yaml", "topic: A\nentries:\n  - id: a\n    question: What?\n    anwser: Text.\n    covered: false\n    gives: [numbers]\n",
		"b.yaml", "topic: \"A\nentries: []\n",
		"c.yaml", "topic: C\nentries:\n  - {id: c, covered: false, question: Why, answer: \"*So*.\"}\n  - {id: c, covered: false, question: Why not, answer: It doesn't say.}\n",
		"d.yml", "topic: D\n",
		"deep/e.yaml", "topic: E\n",
		"sources/f.yaml", "id: f\ntitle: F\npublisher: F\nurl: http://f.example\nread: tomorrow\nsections:\n  - title: F\n    facts:\n      - {id: f, fact: F is f., carries: F1, must_mention: \"(\"}\n",
		"terms.yaml", "term: []\n",
		"tests/g.yaml", "suite: G\ncases:\n  - {ask: g, expekt: g}\n",
	), In("kb"))
	want := `kb/a.yaml:5:5: unknown key "anwser"; did you mean "answer"?
kb/a.yaml:7:13: an item of "gives" must be person, organisation, date, number, percentage, money, place, contact, frequency, list, document, reason or result, not "numbers"; did you mean "number"?
kb/b.yaml:1:8: the quote that opens here is not closed; add a closing " at the end of the text
kb/c.yaml:3:53: italics are not supported; remove the "*" or "_" around the words; write "\*" for a star that belongs to the text
kb/c.yaml:4:10: the entry id "c" is here twice: the first is at kb/c.yaml:3:10; give each its own
kb/c.yaml:4:59: "doesn't" is a short form of a word with "not"; write "cannot", "do not", "is not"
kb/d.yml: only files that end in .yaml are read; rename it to d.yaml
kb/deep/e.yaml: YAML files in this folder are not read; move it to the top of the folder, to sources or to tests
kb/sources/f.yaml:4:6: "url" must be a web address that starts with https://, not "http://f.example"
kb/sources/f.yaml:5:7: "read" must be a date, not "tomorrow"; write the year, month and day, like 2026-11-22
kb/sources/f.yaml:9:59: an item of "must_mention" must be a pattern that can be read (missing closing ): ` + "`(`" + `), not "("
kb/terms.yaml:1:1: unknown key "term"; did you mean "terms"?
kb/tests/g.yaml:3:5: nothing is expected here; write "expect:" and the id of the right entry, or "unknown"
kb/tests/g.yaml:3:14: unknown key "expekt"; did you mean "expect"?`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

const small = "topic: A\nentries:\n  - {id: a, covered: false, question: What, answer: The page does not say.}\n"

func TestLoadIgnoresOtherFiles(t *testing.T) {
	b := load(t, folderOf("a.yaml", small, "README.md", "# x", ".hidden.yaml", "}", ".git/b.yaml", "}", "a.yaml~", "}", "#a.yaml#", "}", "sources/notes.txt", "x", "empty", ""))
	if len(b.Entries) != 1 {
		t.Errorf("there are %d entries", len(b.Entries))
	}
}

func TestLoadFolderItself(t *testing.T) {
	_, err := Load(os.DirFS("testdata/nowhere"), In("testdata/nowhere"))
	if err == nil || !errors.Is(err, fs.ErrNotExist) || err.Error() != `knowledge folder "testdata/nowhere": no such file or directory` {
		t.Errorf("a folder that is not there: %v", err)
	}
	if _, err := Load(fstest.MapFS{}, In("kb")); err == nil || err.Error() != `knowledge folder "kb": it has no file with entries, such as about.yaml` {
		t.Errorf("an empty folder: %v", err)
	}
	if _, err := Load(os.DirFS("load_test.go"), In("load_test.go")); err == nil || err.Error() != `knowledge folder "load_test.go": not a directory` {
		t.Errorf("a file in place of a folder: %v", err)
	}
}

// brokenFS cannot open one of its files.
type brokenFS struct {
	fstest.MapFS
	name string
}

func (b brokenFS) Open(name string) (fs.File, error) {
	if name == b.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return b.MapFS.Open(name)
}

func (b brokenFS) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == b.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return b.MapFS.ReadDir(name)
}

func TestLoadFilesThatCannotBeRead(t *testing.T) {
	fsys := folderOf("a.yaml", small, "b.yaml", small, "sources/c.yaml", "")
	if got, want := loadErrors(t, brokenFS{fsys, "b.yaml"}), "b.yaml: cannot be read: permission denied"; !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got, want := loadErrors(t, brokenFS{fsys, "sources"}), "sources: cannot be read: permission denied"; !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got, want := loadErrors(t, folderOf("a.yaml", small+strings.Repeat("#", 1<<20))), "a.yaml: the file is too big: at most 1048576 bytes are read; split it into several files"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// An unchecked folder is any question set: one file, without facts, with answers that are no markup.
func TestLoadUnchecked(t *testing.T) {
	long := strings.Repeat("x", 2<<20)
	fsys := folderOf("entries.yaml", `{"topic": "any", "entries": [
{"id": "Any_id", "question": "what", "also_asked": ["what", "why", "???"], "answer": "<b>You</b> can't & *won't*: call 999", "see_also": ["nowhere", "b"], "source": ["a/b"]},
{"id": "b", "question": "what", "also_asked": [], "answer": "`+long+`"}]}`)
	b := load(t, fsys, Unchecked(true))
	e := b.Entry("Any_id")
	if !b.Unchecked || len(b.Entries) != 2 || e.Answer.Plain() != "<b>You</b> can't & *won't*: call 999" || len(e.AlsoAsked) != 3 || len(b.Warnings) > 0 {
		t.Errorf("loaded %+v", e)
	}
	if diff := cmp.Diff([]string{"b"}, e.SeeAlso); diff != "" {
		t.Errorf("references (-want +got):\n%s", diff)
	}
	if len(e.Sources) > 0 {
		t.Errorf("sources are %v", e.Sources)
	}
	if got, want := loadErrors(t, folderOf("a.yaml", small+"  - {id: a, question: b, answer: c, d: e}\n"), Unchecked(true)), `a.yaml:4:10: the entry id "a" is here twice: the first is at a.yaml:3:10; give each its own
a.yaml:4:37: unknown key "d"; what can stand here: id, covered, question, also_asked, answer, more, source, gives, see_also, as_published, audience, review_by`; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// Rules that compare files say nothing while a file cannot be read: they would only repeat its mistakes.
func TestWideRulesWaitForTheFiles(t *testing.T) {
	fsys := files(t, "testdata/good")
	fsys["sources/about-us.yaml"] = &fstest.MapFile{Data: []byte("id: [\n")}
	if got, want := loadErrors(t, fsys), `sources/about-us.yaml:1:5: the "[" that opens here is not closed; add "]" at the end of the list, and a comma between its items`; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestVersion(t *testing.T) {
	first := load(t, folderOf("a.yaml", small)).Version
	if !regexp.MustCompile(`^[0-9a-f]{12}$`).MatchString(first) {
		t.Errorf("the version is %q", first)
	}
	for name, test := range map[string]struct {
		fsys fs.FS
		same bool
	}{
		"the same":        {folderOf("a.yaml", small), true},
		"another comment": {folderOf("a.yaml", small+"# x\n"), false},
		"another name":    {folderOf("b.yaml", small), false},
		"another suite":   {folderOf("a.yaml", small, "tests/a.yaml", "suite: A\ncases:\n  - {ask: what, expect: a}\n"), false},
		"another README":  {folderOf("a.yaml", small, "README.md", "x"), true},
	} {
		if got := load(t, test.fsys).Version; (got == first) != test.same {
			t.Errorf("%s: the version is %q, and was %q", name, got, first)
		}
	}
}

// On the day of the review, it is not overdue yet.
func TestReviewIsDueAfterItsDay(t *testing.T) {
	fsys := folderOf("a.yaml", small+"    \n")
	fsys["a.yaml"].Data = []byte(strings.Replace(small, "say.}", "say., review_by: 2026-11-22}", 1))
	if b := load(t, fsys); len(b.Warnings) > 0 {
		t.Errorf("on the day: %v", b.Warnings)
	}
	if b := load(t, fsys, Today(today.AddDate(0, 0, 1))); len(b.Warnings) != 1 {
		t.Errorf("a day later: %v", b.Warnings)
	}
}

// The knowledge that is built into the program is itself under test.
func TestAlliance(t *testing.T) {
	entries, err := fs.ReadDir(alliance.FS, ".")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(entries, func(d fs.DirEntry) bool { return strings.HasSuffix(d.Name(), ".yaml") }) {
		t.Fatal("no YAML file is built in")
	}
	b, err := Load(alliance.FS, In("alliance"))
	if err != nil {
		t.Fatal(err)
	}
	if covered, total := b.Facts(); covered != total || total != 89 {
		t.Errorf("%d of %d facts are covered, want 89 of 89", covered, total)
	}
}

// FuzzLoad looks for folders that make Load panic, and for folders that it takes although a rule objects, or that hold
// what the rest of the program relies on not to be there.
func FuzzLoad(f *testing.F) {
	read := func(dir, name string) string {
		data, err := os.ReadFile(dir + "/" + name)
		if err != nil {
			f.Fatal(err)
		}
		return string(data)
	}
	const good, bad = "testdata/good", "testdata/bad"
	f.Add(read(good, "about.yaml"), read(good, "sources/about-us.yaml"), read(good, "terms.yaml"), "suite: A\ncases:\n  - {ask: what, expect: what}\n")
	f.Add(read(bad, "figure-lock/extra.yaml"), read(good, "sources/about-us.yaml"), read(good, "terms.yaml"), read(bad, "case-shape/tests/second.yaml"))
	f.Add(small, "", "", "")
	f.Fuzz(func(t *testing.T, topic, source, terms, suite string) {
		fsys := folderOf("a.yaml", topic)
		for name, text := range map[string]string{"sources/a.yaml": source, "terms.yaml": terms, "tests/a.yaml": suite} {
			if text != "" {
				fsys[name] = &fstest.MapFile{Data: []byte(text)}
			}
		}
		if b, err := Load(fsys, Today(today), Unchecked(true)); err == nil {
			checkBase(t, b)
		}
		b, err := Load(fsys, Today(today))
		if err != nil {
			if err.Error() == "" {
				t.Errorf("a mistake without words: %#v", err)
			}
			return
		}
		checkBase(t, b)
		again := newFolder(fsys, []Option{Today(today)})
		if err := again.read(); err != nil {
			t.Fatal(err)
		}
		l := newLint(again, again.build())
		l.run(rules)
		if len(l.mistakes) > 0 {
			t.Errorf("loaded in spite of %v", l.mistakes[0])
		}
		for _, e := range b.Entries {
			if e.Kind == Covered && e.Topic != glossaryTopic && len(e.Sources) == 0 {
				t.Errorf("%q is covered without a fact", e.ID)
			}
		}
	})
}

// checkBase checks what holds for every Base.
func checkBase(t *testing.T, b *Base) {
	t.Helper()
	seen := map[string]bool{}
	for _, e := range b.Entries {
		if e.ID == "" || seen[e.ID] || b.Entry(e.ID) != e || e.Question == "" || e.Answer.Empty() || len(e.AlsoAsked) != len(e.PhrasingPos) {
			t.Errorf("an entry is %+v", e)
		}
		seen[e.ID] = true
		for _, id := range e.SeeAlso {
			if b.Entry(id) == nil {
				t.Errorf("%q points to %q, which is not there", e.ID, id)
			}
		}
		for _, ref := range e.Sources {
			if ref.Source == nil || ref.Fact == nil {
				t.Errorf("%q cites %+v", e.ID, ref)
			}
		}
	}
	for _, s := range b.Suites {
		for _, c := range s.Cases {
			if len(c.Turns) == 0 {
				t.Errorf("the case at %v has no turns", c.Pos)
			}
		}
	}
}

// phrasings makes a folder with about n phrasings, 20 an entry, in files of 50 entries.
func phrasings(n int) fstest.MapFS {
	fsys := folderOf("sources/s.yaml", "id: s\ntitle: S\npublisher: S\nurl: https://s.example\nread: 2026-11-22\nsections:\n  - title: S\n    facts:\n      - {id: f, fact: Boats are old and people like them., carries: F1, must_mention: boats}\n")
	var sb strings.Builder
	for entry := range n / 20 {
		if entry%50 == 0 {
			sb.Reset()
			fmt.Fprintf(&sb, "topic: Topic %d\nentries:\n", entry/50)
		}
		fmt.Fprintf(&sb, "  - id: entry-%d\n    question: What about boat %d?\n    answer: |\n      The boats are old. People like them a lot.\n\n      There is more to say about them, and it is here.\n    source: s/f\n    also_asked:\n", entry, entry)
		for i := range 20 {
			fmt.Fprintf(&sb, "      - what is there to know about boat number %d in the way %d\n", entry, i)
		}
		fsys[fmt.Sprintf("f%03d.yaml", entry/50)] = &fstest.MapFile{Data: []byte(sb.String())}
	}
	return fsys
}

func BenchmarkLoad(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			fsys := phrasings(n)
			b.ReportAllocs()
			for b.Loop() {
				load(b, fsys)
			}
		})
	}
}

func BenchmarkLoadAlliance(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		load(b, alliance.FS)
	}
}
