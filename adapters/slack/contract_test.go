package slack

import (
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"alliancebot/adapters"
	"alliancebot/adapters/adaptertest"
	"alliancebot/adapters/slack/slacktest"
)

func TestContractOverSocketMode(t *testing.T) {
	adaptertest.Run(t, func(t *testing.T) adaptertest.Platform { return newWorkspace(t, Config{}) })
}

func TestContractOverHTTP(t *testing.T) {
	adaptertest.Run(t, func(t *testing.T) adaptertest.Platform { return newWorkspace(t, Config{Mode: HTTP}) })
}

// workspace is the loopback Slack as the contract wants it.
type workspace struct {
	*slacktest.Server
	cfg   Config
	close sync.Once
}

const general = "C1" // the channel of all that is said in public

func newWorkspace(t *testing.T, cfg Config) *workspace {
	t.Helper()
	w := &workspace{Server: slacktest.New(slacktest.Options{}), cfg: cfg}
	w.cfg.APIURL = w.APIURL()
	if cfg.Mode == HTTP {
		w.cfg.Listen = freeAddress(t)
		w.PostTo("http://" + w.cfg.Listen)
	}
	t.Cleanup(w.Close)
	return w
}

// freeAddress returns an address of this machine that nothing listens on.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

var goodTokens = Tokens{
	Bot:           adapters.NewSecret(slacktest.BotToken),
	App:           adapters.NewSecret(slacktest.AppToken),
	SigningSecret: adapters.NewSecret(slacktest.SigningSecret),
}

func (w *workspace) Close() { w.close.Do(w.Server.Close) }

func (w *workspace) Adapter(lg *slog.Logger) (adapters.Adapter, error) {
	return New(w.cfg, goodTokens, lg)
}

func (w *workspace) Refused(lg *slog.Logger) (adapters.Adapter, error) {
	bad := goodTokens
	bad.Bot = adapters.NewSecret(slacktest.BotToken + "-wrong")
	return New(w.cfg, bad, lg)
}

func (w *workspace) Secrets() []string {
	return []string{slacktest.BotToken, slacktest.AppToken, slacktest.SigningSecret}
}

func userID(person string) string { return "U" + strings.ToUpper(person) }

func (w *workspace) Mention(person, text string) func() {
	return w.say(w.Server.Mention(userID(person), general, "", text))
}

func (w *workspace) Direct(person, text string) func() {
	return w.say(w.Server.Direct(userID(person), "", text))
}

func (w *workspace) OtherBot(text string) {
	m := w.Server.Mention("U9", general, "", text)
	m["bot_id"] = "B9"
	w.say(m)
}

func (w *workspace) Own(text string) { w.say(w.Server.Mention(slacktest.BotUser, general, "", text)) }

func (w *workspace) say(event map[string]any) func() {
	w.up()
	id := w.Event(event, nil)
	return func() { w.Event(event, map[string]any{"event_id": id}) }
}

func (w *workspace) Press(person string, p adaptertest.Post, label string) bool {
	post := p.Ref.(slacktest.Post)
	b, found := post.Button(label)
	return found && w.Server.Press(userID(person), post, b)
}

func (w *workspace) Posts() []adaptertest.Post {
	var posts []adaptertest.Post
	for _, p := range w.Server.Posts() {
		out := adaptertest.Post{Text: p.Text, Direct: p.Channel[0] == 'D', Ref: p}
		if len(p.Blocks) > 0 {
			out.Text = slacktest.Visible(p.Blocks)
		}
		if p.User != "" {
			out.To = strings.ToLower(p.User[1:])
		}
		for _, b := range slacktest.Buttons(p.Blocks) {
			out.Buttons = append(out.Buttons, b.Label)
		}
		posts = append(posts, out)
	}
	return posts
}

// up waits until the adapter can be reached.
func (w *workspace) up() {
	for w.cfg.Mode != HTTP && w.Sockets() == 0 {
		<-w.Changed()
	}
	for w.cfg.Mode == HTTP {
		if conn, err := net.Dial("tcp", w.cfg.Listen); err == nil {
			conn.Close()
			return
		}
		<-time.After(5 * time.Millisecond)
	}
}

// Live finds what Slack would turn into a mention: only what stands in angle brackets.
// In a markdown block, and in mrkdwn, entities stay text.
func (w *workspace) Live(p adaptertest.Post) []string {
	var live []string
	for _, text := range []string{p.Text, p.Ref.(slacktest.Post).Text} {
		for _, m := range control.FindAllString(text, -1) {
			if strings.ContainsAny(m[1:2], "@!") {
				live = append(live, m)
			}
		}
	}
	return live
}

// await waits for cond, which is looked at whenever something happens in s.
func await(t testing.TB, s *slacktest.Server, what string, cond func() bool) {
	t.Helper()
	timer := time.NewTimer(20 * time.Second)
	defer timer.Stop()
	for {
		changed := s.Changed()
		if cond() {
			return
		}
		select {
		case <-changed:
		case <-timer.C:
			t.Fatalf("waited in vain for %s; posts: %+v", what, s.Posts())
		}
	}
}
