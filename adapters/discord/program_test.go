package discord

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"alliancebot/adapters/discord/discordtest"
)

// TestProgram drives the built program from outside of its process, against a loopback Discord.
func TestProgram(t *testing.T) {
	t.Parallel()
	bin := program(filepath.Join(t.TempDir(), "alliancebot"))
	if out, err := exec.Command("go", "build", "-o", string(bin), "alliancebot/cmd/alliancebot").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	t.Run("surfaces", bin.testSurfaces)
	t.Run("exit codes", bin.testExitCodes)
	t.Run("invite and doctor", bin.testInviteAndDoctor)
}

// program is the file of the built program.
type program string

// inDiscord is a command of the program that knows of a loopback Discord and nothing else.
func (bin program) inDiscord(t *testing.T, s *discordtest.Server, settings string, args ...string) *exec.Cmd {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config.yaml")
	text := "discord:\n  api_url: " + s.APIURL() + "\n" + settings
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, string(bin), append([]string{"--config", file, "--unchecked"}, args...)...)
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "SLACK_") }), "DISCORD_TOKEN="+discordtest.Token)
	return cmd
}

func awaitDiscord(t *testing.T, s *discordtest.Server, what string, cond func() bool) {
	t.Helper()
	timer := time.NewTimer(30 * time.Second)
	defer timer.Stop()
	for {
		changed := s.Changed()
		if cond() {
			return
		}
		select {
		case <-changed:
		case <-time.After(20 * time.Millisecond):
		case <-timer.C:
			t.Fatalf("waited in vain for %s; posts %+v", what, s.Posts())
		}
	}
}

// testSurfaces goes over every surface that Discord has.
func (bin program) testSurfaces(t *testing.T) {
	t.Parallel()
	s := discordtest.New(discordtest.Options{Heartbeat: time.Second})
	t.Cleanup(s.Close)
	cmd := bin.inDiscord(t, s, "  forums: [\""+discordtest.Forum+"\"]\n", "run")
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("the program ended with %v, want 0 after SIGTERM\n%s", err, log.String())
		}
		if strings.Contains(log.String(), discordtest.Token) || strings.Contains(log.String(), "haringey") {
			t.Errorf("the log holds the token, or what people typed:\n%s", log.String())
		}
		if bad := s.Problems(); len(bad) > 0 {
			t.Errorf("Discord or people would mind: %q", bad)
		}
	})
	awaitDiscord(t, s, "the commands", func() bool { return s.Sessions() == 1 && len(s.Commands("")) == 4 })
	awaitDiscord(t, s, "the bot to be ready", func() bool { return s.Requests("PUT applications/*/commands") == 1 })

	said := func(channel, text string) func() bool {
		return func() bool {
			return slices.ContainsFunc(s.Posts(), func(p discordtest.Post) bool {
				return p.Channel == channel && strings.Contains(p.Text(true), text)
			})
		}
	}
	answered := func(i *discordtest.Interaction) discordtest.Result {
		t.Helper()
		if i == nil {
			t.Fatal("there is nothing to press")
		}
		awaitDiscord(t, s, "the answer to an interaction", func() bool { return i.Result().Type != 0 })
		return i.Result()
	}
	const asked, answer = "is haringey one of your boroughs?", "Haringey"

	s.Mention("ann", discordtest.Channel, asked)
	awaitDiscord(t, s, "the answer to a mention", said(discordtest.Channel, answer))
	s.Direct("ann", asked)
	awaitDiscord(t, s, "the answer to a direct message", said(discordtest.DirectChannel(discordtest.UserID("ann")), answer))

	thread, starter := s.Thread("ann", discordtest.Forum, "Which London boroughs does the Alliance cover?", "")
	s.Deliver("THREAD_CREATE", 1, thread)
	s.Started(thread)
	s.DeliverMessage(starter)
	awaitDiscord(t, s, "the answer to a forum post", said(thread["id"].(string), answer))

	if choices := answered(s.Type("ann", discordtest.Channel, "ask", "question", "boroughs")).Choices; len(choices) == 0 || choices[0].Value != "id:boroughs" {
		t.Errorf("completions %+v", choices)
	}
	ask := answered(s.Command("ann", discordtest.Channel, "ask", discordtest.JSON{"question": "id:boroughs"}))
	if ask.Post.To == "" || !strings.Contains(ask.Post.Text(true), answer) {
		t.Errorf("/ask: %+v", ask)
	}
	if vote := answered(s.Press("ann", ask.Post, "Helpful")); vote.Post.To == "" {
		t.Errorf("a vote: %+v", vote)
	}
	if posted := answered(s.Press("ann", ask.Post, "Post to channel")); posted.Post.To != "" || !strings.Contains(posted.Post.Text(true), answer) {
		t.Errorf("posted: %+v", posted)
	}
	topics := answered(s.Command("ann", discordtest.Channel, "topics", nil))
	if labels := topics.Post.Labels(); len(labels) < 3 {
		t.Errorf("/topics offers %q", labels)
	} else if page := answered(s.Press("ann", topics.Post, labels[0])); page.Type != 7 || len(page.Post.Labels()) < 3 {
		t.Errorf("a topic: %+v", page)
	}
	if about := answered(s.Command("ann", discordtest.Channel, "about", nil)); !strings.Contains(about.Post.Text(false), "computer program") {
		t.Errorf("/about: %+v", about)
	}
	m := s.Say("bob", discordtest.Channel, "")
	m["content"] = asked
	if hidden := answered(s.OnMessage("ann", discordtest.Channel, "Ask the Alliance bot", m)); hidden.Post.To == "" || !strings.Contains(hidden.Post.Text(true), answer) {
		t.Errorf("the command of a message: %+v", hidden)
	}
	if old := answered(s.PressID("ann", ask.Post, "v0|something")); !strings.Contains(old.Post.Text(false), "older version") {
		t.Errorf("an old button: %+v", old)
	}

	s.Cut()
	s.Mention("ann", "3002", asked)
	awaitDiscord(t, s, "the answer to what was missed", said("3002", answer))
}

func (bin program) testExitCodes(t *testing.T) {
	t.Parallel()
	s := discordtest.New(discordtest.Options{})
	t.Cleanup(s.Close)
	for name, tc := range map[string]struct {
		settings, token, want string
	}{
		"wrong token":   {"", discordtest.Token + "x", "Reset Token"},
		"wrong setting": {"  answers: loud\n", discordtest.Token, "loud"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := bin.inDiscord(t, s, tc.settings, "run")
			cmd.Env = append(cmd.Env, "DISCORD_TOKEN="+tc.token)
			out, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != 78 || !strings.Contains(string(out), tc.want) {
				t.Errorf("ended with %v, want code %d and %q:\n%s", err, 78, tc.want, out)
			}
			if strings.Contains(string(out), discordtest.Token) {
				t.Errorf("the token is printed:\n%s", out)
			}
		})
	}
}

func (bin program) testInviteAndDoctor(t *testing.T) {
	t.Parallel()
	s := discordtest.New(discordtest.Options{})
	t.Cleanup(s.Close)
	for _, args := range [][]string{{"discord", "invite"}, {"discord", "invite", "--app-id", discordtest.AppID}} {
		out, err := bin.inDiscord(t, s, "", args...).Output()
		if err != nil || !strings.Contains(string(out), "client_id="+discordtest.AppID) || !strings.Contains(string(out), "permissions=274877991936") {
			t.Errorf("%q: %v\n%s", args, err, out)
		}
	}
	out, err := bin.inDiscord(t, s, "", "doctor").CombinedOutput()
	for _, want := range []string{"discord: token: Discord knows the bot as Alliance bot", "discord: gateway: 999 logins left", "alliancebot run sets them"} {
		if err != nil || !strings.Contains(string(out), want) {
			t.Errorf("doctor: %v, want %q in it:\n%s", err, want, out)
		}
	}
}
