package main

import (
	"encoding/xml"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write what the scripts print into their golden files")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"alliancebot": main})
}

// TestScripts runs testdata/script/*.txtar. Each starts in a folder that holds what its txtar file holds, and kb, a copy
// of testdata/kb: a small knowledge folder that passes every check.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			return os.CopyFS(filepath.Join(e.WorkDir, "kb"), os.DirFS("testdata/kb"))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":   exits,
			"junit":   junit,
			"replace": replace,
		},
	})
}

// exits runs a command and wants it to end with an exit code: exits 78 alliancebot --config none.yaml
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
		got = failed.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// junit wants a file to be a JUnit report with so many cases and failures: junit report.xml 5 0
func junit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: junit FILE CASES FAILURES")
	}
	var report struct {
		XMLName xml.Name `xml:"testsuites"`
		Suites  []struct {
			Name     string `xml:"name,attr"`
			Tests    int    `xml:"tests,attr"`
			Failures int    `xml:"failures,attr"`
			Cases    []struct {
				Name      string  `xml:"name,attr"`
				Classname string  `xml:"classname,attr"`
				Time      float64 `xml:"time,attr"`
				Failure   *struct {
					Message string `xml:"message,attr"`
				} `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	ts.Check(xml.Unmarshal([]byte(ts.ReadFile(args[0])), &report))
	cases, failures := 0, 0
	for _, s := range report.Suites {
		failed := 0
		for _, c := range s.Cases {
			if c.Name == "" || c.Classname == "" {
				ts.Fatalf("a case of suite %q without name or class: %+v", s.Name, c)
			}
			if c.Failure != nil {
				failed++
			}
		}
		if s.Tests != len(s.Cases) || s.Failures != failed {
			ts.Fatalf("suite %q counts %d tests, %d failures, but holds %d, %d", s.Name, s.Tests, s.Failures, len(s.Cases), failed)
		}
		cases, failures = cases+len(s.Cases), failures+failed
	}
	if got := []string{strconv.Itoa(cases), strconv.Itoa(failures)}; got[0] != args[1] || got[1] != args[2] {
		ts.Fatalf("%s cases and %s failures, want %s and %s", got[0], got[1], args[1], args[2])
	}
}

// replace changes a file; the old words must stand in it exactly once: replace kb/garden.yaml '12 plots' '13 plots'
func replace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace FILE OLD NEW")
	}
	ts.Check(edit(ts.MkAbs(args[0]), args[1], args[2]))
}
