package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	repository = "../.." // from this folder
	readme     = repository + "/README.md"
)

// session is what README.md shows of one command: the command, and the lines that it prints.
type session struct {
	line    int // of README.md
	command string
	output  []string // the line "..." stands for any lines; none at all: whatever is printed
}

// TestReadmeRuns runs, from the top of the repository, every command in the blocks of README.md that are marked "sh test":
// the lines that begin with "$ ". Each must succeed and print what stands below it.
func TestReadmeRuns(t *testing.T) {
	bin := t.TempDir()
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	tested := 0
	for _, b := range readmeBlocks(t) {
		if b.info != "sh test" {
			continue
		}
		for _, s := range sessions(b) {
			tested++
			got := runShell(t, bin, s)
			if len(s.output) > 0 && !matches(s.output, strings.Split(strings.TrimRight(got, "\n"), "\n")) {
				t.Errorf("README.md:%d: %s prints\n%s\nand the page shows\n%s", s.line, s.command, got, strings.Join(s.output, "\n"))
			}
		}
	}
	if tested == 0 {
		t.Error(`no block of README.md is marked "sh test"`)
	}
}

// runShell runs a command as a reader would who set no token and put the program in the folder bin.
func runShell(t *testing.T, bin string, s session) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", s.command)
	cmd.Dir = repository
	cmd.Env = slices.DeleteFunc(os.Environ(), func(kv string) bool {
		return strings.HasPrefix(kv, "SLACK_") || strings.HasPrefix(kv, "DISCORD_")
	})
	cmd.Env = append(cmd.Env, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("README.md:%d: %s: %v\n%s", s.line, s.command, err, out)
	}
	return string(out)
}

// matches compares lines with a pattern of lines, in which "..." stands for any.
func matches(pattern, lines []string) bool {
	for i, want := range pattern {
		if want == "..." {
			for skip := 0; skip <= len(lines)-i; skip++ {
				if matches(pattern[i+1:], lines[i+skip:]) {
					return true
				}
			}
			return false
		}
		if i >= len(lines) || lines[i] != want {
			return false
		}
	}
	return len(lines) == len(pattern)
}

func TestMatches(t *testing.T) {
	tests := []struct {
		pattern, lines string
		want           bool
	}{
		{"a b", "a b", true},
		{"a b", "a c", false},
		{"a", "a b", false},
		{"a b", "a", false},
		{"...", "a b", true},
		{"a ...", "a", true},
		{"a ... d", "a b c d", true},
		{"... b ... d", "a b b c d", true},
		{"a ... d", "a b c", false},
		{"... a", "b c", false},
	}
	for _, tt := range tests {
		if got := matches(strings.Fields(tt.pattern), strings.Fields(tt.lines)); got != tt.want {
			t.Errorf("matches(%q, %q) = %t", tt.pattern, tt.lines, got)
		}
	}
}

// invocation is a call of the program in a line of shell, up to what ends it.
var invocation = regexp.MustCompile(`(?:^|[\s;|&(])(?:alliancebot|go run (?:\./cmd/alliancebot|\.))((?:"[^"]*"|'[^']*'|[^|;&<>#"'])*)`)

var word = regexp.MustCompile(`"[^"]*"|'[^']*'|\S+`)

// TestReadmeCommandsExist wants every call of the program in a code block to name commands and flags that there are,
// whether or not the block is run.
func TestReadmeCommandsExist(t *testing.T) {
	found := 0
	for _, b := range readmeBlocks(t) {
		if b.info != "sh" && !strings.HasPrefix(b.info, "sh ") {
			continue
		}
		for i, line := range b.lines {
			if b.info == "sh test" && !strings.HasPrefix(line, "$ ") {
				continue // output
			}
			for _, call := range invocation.FindAllStringSubmatch(line, -1) {
				found++
				if err := parses(call[1]); err != nil {
					t.Errorf("README.md:%d: %s: %v", b.line+1+i, strings.TrimSpace(line), err)
				}
			}
		}
	}
	if found == 0 {
		t.Error("README.md never calls the program")
	}
}

// parses reports what is wrong with the arguments of a call.
func parses(args string) error {
	words := word.FindAllString(args, -1)
	for i, w := range words {
		words[i] = strings.Trim(w, `"'`)
	}
	cmd, rest, err := rootCommand().Find(words)
	if err != nil {
		return err
	}
	if err := cmd.ParseFlags(rest); err != nil {
		return err
	}
	return cmd.ValidateArgs(cmd.Flags().Args())
}

func TestParses(t *testing.T) {
	for args, right := range map[string]bool{
		"":                             true,
		` ask "which boroughs?"`:       true,
		" ask --why who hosts you":     true,
		" check --kb knowledge":        true,
		" completion bash":             true,
		" chekc":                       false,
		" check --knowledge elsewhere": false,
		" check folder":                false,
		" completion bash zsh":         false,
	} {
		if err := parses(args); (err == nil) != right {
			t.Errorf("alliancebot%s: %v", args, err)
		}
	}
}

// block is a fenced block of code in README.md.
type block struct {
	info  string // behind the fence: "sh", "sh test"
	line  int    // of the fence
	lines []string
}

func readmeBlocks(t *testing.T) []block {
	t.Helper()
	data, err := os.ReadFile(filepath.FromSlash(readme))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []block
	open := false
	for i, line := range strings.Split(string(data), "\n") {
		fence, ok := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case ok && !open:
			blocks = append(blocks, block{info: strings.TrimSpace(fence), line: i + 1})
			open = true
		case ok:
			open = false
		case open:
			last := &blocks[len(blocks)-1]
			last.lines = append(last.lines, line)
		}
	}
	if open {
		t.Errorf("README.md:%d: the block does not end", blocks[len(blocks)-1].line)
	}
	return blocks
}

// sessions splits a block into its commands with what each prints.
func sessions(b block) []session {
	var list []session
	for i, line := range b.lines {
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			list = append(list, session{line: b.line + 1 + i, command: command})
		} else if n := len(list); n > 0 {
			list[n-1].output = append(list[n-1].output, line)
		}
	}
	for i, s := range list {
		for len(s.output) > 0 && s.output[len(s.output)-1] == "" {
			s.output = s.output[:len(s.output)-1]
		}
		list[i] = s
	}
	return list
}
