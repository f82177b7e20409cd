package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"alliancebot/bot"
)

// watched is a bot whose knowledge folder, a copy of testdata/kb, is watched while the test edits it.
type watched struct {
	*testing.T
	*reloader
	folder   string
	logged   *syncBuffer
	attempts chan error
}

// syncBuffer is a bytes.Buffer that is safe for concurrent use.
type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// copyKB copies testdata/kb and returns where it is.
func copyKB(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "kb")
	if err := os.CopyFS(folder, os.DirFS("testdata/kb")); err != nil {
		t.Fatal(err)
	}
	return folder
}

// opened returns a reloader over folder whose run has not begun.
func opened(t *testing.T, folder string) *watched {
	t.Helper()
	w := &watched{T: t, folder: folder, logged: new(syncBuffer), attempts: make(chan error, 1000)}
	lg := slog.New(slog.NewTextHandler(w.logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	w.reloader = &reloader{app: &app{folder: folder}, log: lg, loaded: func(err error) { w.attempts <- err }}
	w.open()
	t.Cleanup(w.close)
	kb, err := w.app.load(w.config)
	if err != nil {
		t.Fatal(err)
	}
	ready, err := bot.Prepare(kb)
	if err != nil {
		t.Fatal(err)
	}
	w.bot = bot.New(ready, bot.Options{})
	return w
}

// watch returns a reloader over folder that runs until the test ends.
func watch(t *testing.T, folder string) *watched {
	t.Helper()
	w := opened(t, folder)
	w.start()
	return w
}

// unwatch puts changes, which may be nil, in the place of the watch on the folder.
func (w *watched) unwatch(changes <-chan struct{}) {
	w.closeWatch()
	w.changes, w.closeWatch = changes, func() {}
}

// start runs the reloader until the test ends.
func (w *watched) start() {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.run(ctx) }()
	w.Cleanup(func() {
		stop()
		select {
		case err := <-done:
			if err != nil {
				w.Errorf("run: %v", err)
			}
		case <-time.After(patience):
			w.Error("run goes on after its context ended")
		}
	})
}

// until waits for an attempt that is as wanted.
func (w *watched) until(what string, wanted func(err error) bool) {
	w.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		select {
		case err := <-w.attempts:
			if wanted(err) {
				return
			}
		case <-ctx.Done():
			w.Fatalf("waited in vain for %s; the log:\n%s", what, w.logged)
		}
	}
}

// untilSays waits until the bot answers question with words.
func (w *watched) untilSays(question, words string) {
	w.Helper()
	w.until(words, func(err error) bool { return strings.Contains(w.ask(question), words) })
}

func (w *watched) untilRefused() {
	w.Helper()
	w.until("a refusal", func(err error) bool { return err != nil && !errors.Is(err, errMoving) })
}

func (w *watched) ask(question string) string {
	return w.bot.Handle(context.Background(), bot.Message{Text: question}).Text()
}

func (w *watched) path(name string) string { return filepath.Join(w.folder, name) }

func (w *watched) edit(name, old, with string) {
	w.Helper()
	if err := edit(w.path(name), old, with); err != nil {
		w.Fatal(err)
	}
}

func (w *watched) write(name, text string) {
	w.Helper()
	if err := os.WriteFile(w.path(name), []byte(text), 0o644); err != nil {
		w.Fatal(err)
	}
}

func (w *watched) read(name string) string {
	w.Helper()
	data, err := os.ReadFile(w.path(name))
	if err != nil {
		w.Fatal(err)
	}
	return string(data)
}

func (w *watched) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

const (
	oldGreeting = "Hello. Ask me about the garden."
	newGreeting = "Welcome. Ask me about the garden."
)

// TestReloadPicksUp changes the folder in the ways in which people and programs do.
func TestReloadPicksUp(t *testing.T) {
	tests := []struct {
		name   string
		change func(w *watched)
	}{
		{"a file written in place", func(w *watched) { w.edit("small_talk.yaml", "Hello.", "Welcome.") }},
		{"a file saved beside and renamed", func(w *watched) {
			w.write("small_talk.yaml.tmp", strings.Replace(w.read("small_talk.yaml"), "Hello.", "Welcome.", 1))
			w.must(os.Rename(w.path("small_talk.yaml.tmp"), w.path("small_talk.yaml")))
		}},
		{"a file moved away and written anew", func(w *watched) {
			text := w.read("small_talk.yaml")
			w.must(os.Rename(w.path("small_talk.yaml"), w.path("small_talk.yaml~")))
			w.write("small_talk.yaml", strings.Replace(text, "Hello.", "Welcome.", 1))
		}},
		{"a new file", func(w *watched) {
			w.edit("small_talk.yaml", "      - hi\n", "")
			w.write("more.yaml", "topic: More\nkind: small talk\nentries:\n  - id: hi\n    question: hi\n    answer: "+newGreeting+"\n")
		}},
		{"the folder replaced as a whole", func(w *watched) {
			next := w.folder + ".next"
			w.must(os.CopyFS(next, os.DirFS(w.folder)))
			w.must(edit(filepath.Join(next, "small_talk.yaml"), "Hello.", "Welcome."))
			w.must(os.Rename(w.folder, w.folder+".old"))
			w.must(os.Rename(next, w.folder))
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := watch(t, copyKB(t))
			if got := w.ask("hi"); !strings.Contains(got, oldGreeting) {
				t.Fatalf("before the change: %q", got)
			}
			tt.change(w)
			w.untilSays("hi", newGreeting)
			// The watch still stands where it must.
			w.edit("garden.yaml", "The garden has 12 plots.", "There are 12 plots in the garden.")
			w.untilSays("number of plots", "There are 12 plots")
		})
	}
}

// TestReloadFolderGone takes the folder away for longer than the settling time and then puts another in its place.
func TestReloadFolderGone(t *testing.T) {
	w := watch(t, copyKB(t))
	away := w.folder + ".away"
	w.must(os.Rename(w.folder, away))
	w.untilRefused()
	if got := w.ask("hi"); !strings.Contains(got, oldGreeting) {
		t.Fatalf("without its folder it says %q", got)
	}
	w.must(edit(filepath.Join(away, "small_talk.yaml"), "Hello.", "Welcome."))
	w.must(os.Rename(away, w.folder))
	w.untilSays("hi", newGreeting)
}

// TestReloadSymlink watches a folder through a link, as where a new version is put beside the old one and the link moved.
func TestReloadSymlink(t *testing.T) {
	folder := copyKB(t)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(folder, link); err != nil {
		t.Fatal(err)
	}
	w := watch(t, link)
	w.must(edit(filepath.Join(folder, "small_talk.yaml"), "Hello.", "Welcome."))
	w.untilSays("hi", newGreeting)

	next := copyKB(t)
	w.must(os.Symlink(next, link+".next"))
	w.must(os.Rename(link+".next", link))
	w.untilSays("hi", oldGreeting)
}

// TestReloadNewSubfolder adds a folder of suites; a change in it counts from then on.
func TestReloadNewSubfolder(t *testing.T) {
	folder := copyKB(t)
	suite := "suite: New\ncases:\n  - ask: hi\n    expect: %s\n"
	if err := os.RemoveAll(filepath.Join(folder, "tests")); err != nil {
		t.Fatal(err)
	}
	w := watch(t, folder)
	w.must(os.Mkdir(w.path("tests"), 0o755))
	w.write("tests/new.yaml", fmt.Sprintf(suite, "greeting"))
	w.until("the suite", func(error) bool { return len(w.bot.Ready().Knowledge().Suites) == 1 })
	w.write("tests/new.yaml", fmt.Sprintf(suite, "plots"))
	w.untilRefused()
}

// TestReloadRefusesWhole saves an edit with mistakes in two files beside a right one: every mistake is logged with its
// place, nothing of the edit is used, and the next right edit is.
func TestReloadRefusesWhole(t *testing.T) {
	w := watch(t, copyKB(t))
	before := w.bot.Ready()
	good := w.read("garden.yaml")
	w.edit("small_talk.yaml", "Hello.", "Welcome.")
	w.write("garden.yaml", strings.NewReplacer("answer: |\n      The garden has", "anwser: |\n      The garden has", "see_also: plots", "see_also: plotz").Replace(good))
	w.edit("sources/garden.yaml", "carries: [F03]", "carries: F03\n        since: 2020")
	w.untilRefused()

	if w.bot.Ready() != before {
		t.Error("the knowledge was swapped all the same")
	}
	if got := w.ask("hi"); !strings.Contains(got, oldGreeting) {
		t.Errorf("a part of the edit is used: %q", got)
	}
	for _, want := range []string{
		`level=ERROR msg="a mistake in the knowledge" file=` + w.path("garden.yaml") + `:8:5 err="unknown key \"anwser\"" hint="did you mean \"answer\"?"`,
		`level=ERROR msg="a mistake in the knowledge" file=` + w.path("sources/garden.yaml") + `:20:9 err="unknown key \"since\"" hint=`,
		`level=ERROR msg="the knowledge was not reloaded; the old one stays" mistakes=`,
	} {
		if !strings.Contains(w.logged.String(), want) {
			t.Errorf("the log does not say %s\n%s", want, w.logged)
		}
	}

	w.write("garden.yaml", good)
	w.edit("sources/garden.yaml", "\n        since: 2020", "")
	w.untilSays("hi", newGreeting)
}

// TestReloadFailedSuite saves right files with which a suite question fails.
func TestReloadFailedSuite(t *testing.T) {
	w := watch(t, copyKB(t))
	before := w.bot.Ready()
	w.edit("small_talk.yaml", "Hello.", "Welcome.")
	w.edit("tests/garden.yaml", "ask: who has the keys?\n    expect: keys", "ask: who has the keys?\n    expect: days")
	w.untilRefused()
	if w.bot.Ready() != before {
		t.Error("the knowledge was swapped all the same")
	}
	want := "file=" + w.path("tests/garden.yaml") + `:5:5 err="\"who has the keys?\": want days, got unknown (keys)"`
	if !strings.Contains(w.logged.String(), want) {
		t.Errorf("the log does not say %s\n%s", want, w.logged)
	}
}

// TestReloadHangup sends SIGHUP to a bot whose folder cannot be watched, with nothing changed, a right edit, a bad one.
func TestReloadHangup(t *testing.T) {
	w := opened(t, copyKB(t)) // from here on SIGHUP does not end the program
	w.unwatch(nil)
	w.start()
	hangup := func() { w.must(syscall.Kill(os.Getpid(), syscall.SIGHUP)) }

	hangup()
	w.until("an attempt", func(err error) bool { return err == nil })
	if !strings.Contains(w.logged.String(), "the knowledge is as it was") {
		t.Errorf("nothing changed, and the log says\n%s", w.logged)
	}
	w.edit("small_talk.yaml", "Hello.", "Welcome.")
	if got := w.ask("hi"); !strings.Contains(got, oldGreeting) {
		t.Fatalf("the folder is watched after all: %q", got)
	}
	hangup()
	w.untilSays("hi", newGreeting)
	w.edit("small_talk.yaml", "answer:", "anser:")
	hangup()
	w.untilRefused()
	if got := w.ask("hi"); !strings.Contains(got, newGreeting) {
		t.Errorf("after a bad edit it says %q", got)
	}
}

// TestReloadMoving changes the folder while it is read: what was read is not used, though it is right.
func TestReloadMoving(t *testing.T) {
	w := opened(t, copyKB(t))
	changes := make(chan struct{}, 1)
	w.unwatch(changes)
	before := w.bot.Ready()
	w.edit("small_talk.yaml", "Hello.", "Welcome.")
	changes <- struct{}{}
	w.reload(context.Background())
	if err := <-w.attempts; !errors.Is(err, errMoving) {
		t.Errorf("got %v, want %v", err, errMoving)
	}
	if w.bot.Ready() != before {
		t.Error("the knowledge was swapped all the same")
	}
	<-changes
	w.reload(context.Background())
	if err := <-w.attempts; err != nil || w.bot.Ready() == before {
		t.Errorf("when it is quiet it is not used either: %v", err)
	}
}

// TestReloadPanics makes the preparation panic: the bot goes on with what it has.
func TestReloadPanics(t *testing.T) {
	w := opened(t, copyKB(t))
	w.unwatch(nil)
	before := w.bot.Ready()
	w.app = nil
	w.reload(context.Background())
	if err := <-w.attempts; err == nil || w.bot.Ready() != before {
		t.Errorf("it was swapped in, with %v", err)
	}
	if !strings.Contains(w.logged.String(), "the knowledge was not reloaded; the old one stays") {
		t.Errorf("the log says\n%s", w.logged)
	}
}

// TestReloadCutShort ends the context while the suites run: suites that did not run through do not count as passed.
func TestReloadCutShort(t *testing.T) {
	w := opened(t, copyKB(t))
	w.unwatch(nil)
	before := w.bot.Ready()
	w.edit("small_talk.yaml", "Hello.", "Welcome.")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	w.reload(ctx)
	if err := <-w.attempts; !errors.Is(err, context.Canceled) || w.bot.Ready() != before {
		t.Errorf("it was swapped in, with %v", err)
	}
}

// TestReloadInFlight asks without a pause while the knowledge changes to and fro, and wants every reply to be wholly of
// one version or the other. The two versions differ in every answer, label, refusal and source, over several files.
func TestReloadInFlight(t *testing.T) {
	const (
		swaps  = 40
		askers = 4
	)
	w := opened(t, copyKB(t))
	w.unwatch(nil)
	versions := []map[string]string{w.files(nil), w.files(strings.NewReplacer(
		"has 12 plots", "holds 14 plots", "30 metres", "40 metres", "days is the garden open", "weekdays can you come",
		"is open on these days", "opens on these weekdays", "Friday", "Sunday", "title: Garden", "title: Allotment",
		"does not say who keeps", "is silent on who keeps", "Hello. Ask", "Welcome. Ask", "title: Plots", "title: Beds", "title: Days", "title: Times"))}
	messages := []bot.Message{
		{Text: "number of plots"},
		{Text: "number of plots? opening days?"},
		{Text: "who has the keys"},
		{Text: "hi"},
		{Choice: "days"},
	}
	want := make([][]string, len(messages)) // what each version says
	for _, v := range versions {
		w.put(v)
		w.reload(context.Background())
		w.must(<-w.attempts)
		for i, m := range messages {
			want[i] = append(want[i], wholeReply(w.bot, m))
		}
	}
	for i := range want {
		if want[i][0] == want[i][1] {
			t.Fatalf("both versions say %q", want[i][0])
		}
	}

	ctx, stop := context.WithCancel(context.Background())
	var asking sync.WaitGroup
	seen := make([]map[string]int, askers)
	for a := range askers {
		seen[a] = make(map[string]int)
		asking.Go(func() {
			for n := a; ctx.Err() == nil; n++ {
				i := n % len(messages)
				got := wholeReply(w.bot, messages[i])
				if got != want[i][0] && got != want[i][1] {
					t.Errorf("a reply of no version: %s", cmp.Diff(want[i][0], got))
					return
				}
				seen[a][got]++
			}
		})
	}
	for n := range swaps {
		w.put(versions[n%2])
		w.reload(ctx)
		if err := <-w.attempts; err != nil {
			t.Errorf("swap %d: %v", n, err)
		}
	}
	stop()
	asking.Wait()
	for i := range want {
		for v, text := range want[i] {
			total := 0
			for a := range askers {
				total += seen[a][text]
			}
			if total == 0 {
				t.Errorf("version %d was never seen saying %q", v, text)
			}
		}
	}
}

// files returns the files of the folder with words replaced.
func (w *watched) files(words *strings.Replacer) map[string]string {
	files := make(map[string]string)
	for _, name := range []string{"garden.yaml", "small_talk.yaml", "sources/garden.yaml", "tests/garden.yaml"} {
		files[name] = w.read(name)
		if words != nil {
			files[name] = words.Replace(files[name])
		}
	}
	return files
}

func (w *watched) put(files map[string]string) {
	for name, text := range files {
		w.write(name, text)
	}
}

// wholeReply is all that a reply would show.
func wholeReply(b *bot.Bot, m bot.Message) string {
	r := b.Handle(context.Background(), m)
	s := fmt.Sprint(r.Kind, "\n", r.Text())
	for _, a := range r.Answers {
		s += fmt.Sprint("\n", a.Title, a.Related)
	}
	return s
}

// TestRunReloads is the whole program: it answers, its folder is edited, and it answers anew, in one session.
func TestRunReloads(t *testing.T) {
	folder := copyKB(t)
	inRead, in := io.Pipe()
	outRead, out := io.Pipe()
	logRead, logWrite := io.Pipe()
	done := make(chan int, 1)
	go func() {
		code := run([]string{"--kb", folder}, inRead, out, logWrite)
		out.Close()
		logWrite.Close()
		done <- code
	}()
	said, logged := newReader(outRead), newReader(logRead)
	say := func(s string) {
		t.Helper()
		if _, err := io.WriteString(in, s+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	say("hi")
	said.until(t, oldGreeting)
	if err := edit(filepath.Join(folder, "small_talk.yaml"), "Hello.", "Welcome."); err != nil {
		t.Fatal(err)
	}
	logged.until(t, "the knowledge was reloaded")
	say("hi")
	said.until(t, newGreeting)
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case code := <-done:
		if code != exitOK {
			t.Errorf("exit code %d", code)
		}
	case <-time.After(patience):
		t.Fatal("it goes on after the input ended")
	}
}
