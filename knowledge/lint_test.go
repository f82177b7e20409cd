package knowledge

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write what the rules say into testdata")

// today is the day of every test.
var today = time.Date(2026, 11, 22, 15, 4, 5, 0, time.UTC)

// files reads folders into memory, the later ones over the earlier ones.
func files(t testing.TB, dirs ...string) fstest.MapFS {
	t.Helper()
	all := fstest.MapFS{}
	for _, dir := range dirs {
		fsys := os.DirFS(dir)
		err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := fs.ReadFile(fsys, name)
			all[name] = &fstest.MapFile{Data: data}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestGoodFolder(t *testing.T) {
	b, err := Load(files(t, "testdata/good"), Today(today))
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Warnings) > 0 {
		t.Errorf("warnings:\n%v", b.Warnings)
	}
}

// findings lists what the rules find in a folder, by place.
func findings(t *testing.T, fsys fs.FS) (lines, rulesThatFound []string) {
	t.Helper()
	f := newFolder(fsys, []Option{Today(today)})
	if err := f.read(); err != nil {
		t.Fatal(err)
	}
	b := f.build()
	for _, e := range f.errs {
		t.Errorf("the files themselves are wrong: %v", e)
	}
	l := newLint(f, b)
	l.run(rules)
	for _, found := range l.mistakes {
		lines = append(lines, found.Error.Error())
		rulesThatFound = append(rulesThatFound, found.rule)
	}
	for _, found := range l.warnings {
		lines = append(lines, "warning: "+found.Error.Error())
		rulesThatFound = append(rulesThatFound, found.rule)
	}
	slices.Sort(lines)
	slices.Sort(rulesThatFound)
	return slices.Compact(lines), slices.Compact(rulesThatFound)
}

// TestRules runs every folder of testdata/bad over the good one. Each must make the rule that it is named after, and
// no other, say exactly what its want.txt holds.
func TestRules(t *testing.T) {
	dirs, err := os.ReadDir("testdata/bad")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range dirs {
		t.Run(dir.Name(), func(t *testing.T) {
			bad := filepath.Join("testdata/bad", dir.Name())
			fsys := files(t, "testdata/good", bad)
			got, by := findings(t, fsys)
			if rule := ruleOf(dir.Name()); !slices.Equal(by, []string{rule}) {
				t.Errorf("found by %q, want %q", by, rule)
			}
			golden := filepath.Join(bad, "want.txt")
			if *update {
				if err := os.WriteFile(golden, []byte(strings.Join(got, "\n")+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(strings.TrimSpace(string(want)), "\n"), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			checkLoad(t, fsys, got)
		})
	}
}

// ruleOf is the rule that an example is for: its name, up to what tells several examples apart.
func ruleOf(dir string) string {
	name, _, _ := strings.Cut(dir, "--")
	return name
}

// checkLoad looks at what Load makes of the findings.
func checkLoad(t *testing.T, fsys fs.FS, found []string) {
	t.Helper()
	b, err := Load(fsys, Today(today))
	mistakes := slices.DeleteFunc(slices.Clone(found), func(line string) bool { return strings.HasPrefix(line, "warning: ") })
	switch {
	case len(mistakes) == 0 && err != nil:
		t.Errorf("Load fails over warnings: %v", err)
	case len(mistakes) == 0 && len(b.Warnings) != len(found):
		t.Errorf("Load has the warnings\n%v\nwant\n%s", b.Warnings, strings.Join(found, "\n"))
	case len(mistakes) > 0 && err == nil:
		t.Errorf("Load takes it")
	case len(mistakes) > 0:
		got := strings.Split(err.Error(), "\n")
		slices.Sort(got)
		if diff := cmp.Diff(mistakes, got); diff != "" {
			t.Errorf("Load (-want +got):\n%s", diff)
		}
	}
}

func TestEveryRuleHasAnExample(t *testing.T) {
	dirs, err := os.ReadDir("testdata/bad")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		if !slices.ContainsFunc(dirs, func(d fs.DirEntry) bool { return ruleOf(d.Name()) == r.name }) {
			t.Errorf("the rule %q has no example in testdata/bad", r.name)
		}
	}
}
