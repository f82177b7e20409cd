package slack

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"alliancebot/adapters/slack/slacktest"
)

// builtIn is the folder that build made, if it was called.
var builtIn string

// build makes the program once, for all the tests that run it.
var build = sync.OnceValues(func() (string, error) {
	var err error
	if builtIn, err = os.MkdirTemp("", "alliancebot-test-"); err != nil {
		return "", err
	}
	file := filepath.Join(builtIn, "alliancebot")
	out, err := exec.Command("go", "build", "-o", file, "alliancebot/cmd/alliancebot").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return file, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if builtIn != "" {
		os.RemoveAll(builtIn)
	}
	os.Exit(code)
}

// program is the built binary, running.
type program struct {
	cmd  *exec.Cmd
	log  syncBuffer
	done chan error
}

// binary prepares the built binary to talk to s.
func binary(t *testing.T, s *slacktest.Server, mode Mode, tokens Tokens, args ...string) (*exec.Cmd, string) {
	t.Helper()
	file, err := build()
	if err != nil {
		t.Fatal(err)
	}
	listen := freeAddress(t)
	config := filepath.Join(t.TempDir(), "config.yaml")
	text := fmt.Sprintf("slack:\n  mode: %s\n  api_url: %s\n  listen: %s\n  contact_channel: C0HELP\n", mode, s.APIURL(), listen)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(file, append(args, "--config", config)...)
	cmd.Env = append(os.Environ(), "SLACK_BOT_TOKEN="+tokens.Bot.Reveal(), "SLACK_APP_TOKEN="+tokens.App.Reveal(),
		"SLACK_SIGNING_SECRET="+tokens.SigningSecret.Reveal(), "DISCORD_TOKEN=")
	return cmd, listen
}

// start runs the built binary until it can be reached.
func start(t *testing.T, s *slacktest.Server, mode Mode) *program {
	t.Helper()
	cmd, listen := binary(t, s, mode, goodTokens, "run")
	p := &program{cmd: cmd, done: make(chan error, 1)}
	cmd.Stdout, cmd.Stderr = &p.log, &p.log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.done <- cmd.Wait() }()
	t.Cleanup(func() { p.end(t, syscall.SIGKILL) })
	if mode == HTTP {
		s.PostTo("http://" + listen)
	}
	(&workspace{Server: s, cfg: Config{Mode: mode, Listen: listen}}).up()
	return p
}

// end sends the signal and waits for the end; the error is that of the process.
func (p *program) end(t *testing.T, sig syscall.Signal) error {
	t.Helper()
	if p.done == nil {
		return nil
	}
	_ = p.cmd.Process.Signal(sig)
	select {
	case err := <-p.done:
		p.done = nil
		return err
	case <-time.After(15 * time.Second):
		t.Fatalf("the program did not end; it says:\n%s", p.log.String())
	}
	return nil
}

// Every surface, from outside of the process, with the shipped knowledge.
func TestTheProgram(t *testing.T) {
	overBoth(t, func(t *testing.T, mode Mode) {
		s := slacktest.New(slacktest.Options{})
		defer s.Close()
		p := start(t, s, mode)
		r := &rig{Server: s, t: t}

		mention := r.Mention("U1", "C1", "", "which boroughs do you cover?")
		r.Event(mention, nil)
		answer := r.post(0)
		has(t, answer, "Islington")
		has(t, answer, "Source: ")
		if answer.Thread != mention["ts"] {
			t.Errorf("answered in thread %q, want the asker's", answer.Thread)
		}
		r.press("U1", answer, wordsUnhelpful)
		has(t, r.post(1), "<#C0HELP>")

		r.Event(r.Direct("U2", "", "who hosts the Alliance?"), nil)
		has(t, r.post(2), "University College London Hospitals")

		shown, acked := r.Command("U3", "C1", "which boroughs do you cover?")
		if !acked {
			t.Error("the command was not acknowledged in time")
		}
		has(t, shown, "Islington")
		r.press("U3", shown, wordsShare)
		if shared := r.post(4); shared.User != "" {
			t.Errorf("shared %v", shared)
		}
		r.post(5) // the ephemeral one is gone

		if !r.Shortcut("U4", "C1", "1763000000.000001", "", "does anyone know which boroughs they cover?") {
			t.Error("the shortcut was not acknowledged in time")
		}
		r.press("U4", r.post(6), wordsPost)
		if posted := r.post(7); posted.Thread != "1763000000.000001" {
			t.Errorf("posted %v", posted)
		}
		r.post(8)

		r.Event(slacktest.HomeOpened("U5", "home"), nil)
		r.until("the Home tab", func() bool { return r.Home("U5") != nil })
		r.Event(slacktest.HomeOpened("U5", "messages"), nil)
		r.until("prompts", func() bool { return len(r.SuggestedPrompts()) == 1 })
		if !r.PressHome("U5", slacktest.Buttons(r.Home("U5"))[0]) {
			t.Error("a press on the Home tab was not acknowledged in time")
		}
		if p := r.post(9); p.Channel != "D5" {
			t.Errorf("answered %v, want a direct message", p)
		}

		r.Event(r.Mention("U6", "C6", "", "my dad cant breath and his lips have gone blue what do i do"), nil)
		r.until("999 in the thread and in a direct message", func() bool {
			var here, direct bool
			for _, p := range r.saying("999") {
				here = here || p.Channel == "C6"
				direct = direct || p.Channel == "D6"
			}
			return here && direct
		})

		if err := p.end(t, syscall.SIGTERM); err != nil {
			t.Errorf("after SIGTERM: %v, want exit code 0; it says:\n%s", err, p.log.String())
		}
		for _, never := range []string{"which boroughs", "lips", slacktest.BotToken, slacktest.AppToken, slacktest.SigningSecret} {
			if strings.Contains(p.log.String(), never) {
				t.Errorf("the log holds %q:\n%s", never, p.log.String())
			}
		}
		for _, problem := range s.Problems() {
			t.Errorf("people would mind: %s", problem)
		}
	})
}

// A question that was not answered when the program was killed is answered by the next one.
func TestAKillLosesNothing(t *testing.T) {
	t.Parallel()
	s := slacktest.New(slacktest.Options{AckTimeout: 3 * time.Second, Silent: true})
	defer s.Close()
	p := start(t, s, Socket)
	r := &rig{Server: s, t: t}
	s.FailNext("chat.postMessage", slacktest.Fault{Delay: time.Minute}) // it never gets through
	id := r.Event(r.Mention("U1", "C1", "", "which boroughs do you cover?"), nil)
	r.until("the answer to be on its way", func() bool { return r.Calls("chat.postMessage") == 1 })
	_ = p.end(t, syscall.SIGKILL)
	if len(r.Posts()) != 0 || r.Delivered(id).Acked {
		t.Fatalf("it was answered or acknowledged before the kill: %v, %+v", r.Posts(), r.Delivered(id))
	}
	start(t, s, Socket)
	has(t, r.post(0), "Islington")
	r.until("the acknowledgement", func() bool { return r.Delivered(id).Acked })
	if n := len(r.Posts()); n != 1 {
		t.Errorf("%d posts, want 1", n)
	}
}

func TestTheProgramSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := slacktest.New(slacktest.Options{Scopes: []string{"chat:write", "commands"}})
	defer s.Close()
	for _, tc := range []struct {
		name   string
		tokens Tokens
		fault  slacktest.Fault
		args   []string
		code   int
		want   []string
	}{
		{"swapped tokens", Tokens{Bot: goodTokens.App, App: goodTokens.Bot}, slacktest.Fault{}, []string{"run"}, 78, []string{"error: ", "swapped", "hint: "}},
		{"a revoked token", goodTokens, slacktest.Fault{Error: "token_revoked"}, []string{"run"}, 78, []string{"token_revoked", "hint: The token was revoked. Install the app again"}},
		{"doctor", goodTokens, slacktest.Fault{}, []string{"doctor"}, 0, []string{"missing: app_mentions:read (mentions in channels)", "Reinstall to Workspace"}},
		{"manifest", goodTokens, slacktest.Fault{}, []string{"slack", "manifest"}, 0, []string{"socket_mode_enabled: true", "command: /alliance", "suggested_prompts"}},
		{"manifest for HTTP", goodTokens, slacktest.Fault{}, []string{"slack", "manifest", "--http", "https://bot.example.org"}, 0, []string{`request_url: "https://bot.example.org/slack/events"`}},
	} {
		if tc.fault.Error != "" {
			s.FailNext("auth.test", tc.fault)
		}
		cmd, _ := binary(t, s, Socket, tc.tokens, tc.args...)
		out, err := cmd.CombinedOutput()
		code := 0
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			code = exit.ExitCode()
		} else if err != nil {
			t.Fatal(err)
		}
		if code != tc.code {
			t.Errorf("%s: exit code %d, want %d; it says:\n%s", tc.name, code, tc.code, out)
		}
		for _, want := range tc.want {
			if !strings.Contains(string(out), want) {
				t.Errorf("%s: %q is not in\n%s", tc.name, want, out)
			}
		}
		if strings.Contains(string(out), "hush") {
			t.Errorf("%s: a token shows:\n%s", tc.name, out)
		}
	}
}
