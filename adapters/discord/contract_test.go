package discord

import (
	"log/slog"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"alliancebot/adapters"
	"alliancebot/adapters/adaptertest"
	"alliancebot/adapters/discord/discordtest"
)

func TestContractOverGateway(t *testing.T) {
	adaptertest.Run(t, func(t *testing.T) adaptertest.Platform { return newPlace(t, Config{}) })
}

func TestContractOverGatewayInPlainText(t *testing.T) {
	adaptertest.Run(t, func(t *testing.T) adaptertest.Platform { return newPlace(t, Config{PlainText: true}) })
}

// server is the loopback Discord as the contract wants it.
type server struct {
	*discordtest.Server
	cfg   Config
	close sync.Once

	mu     sync.Mutex
	people map[string]string // names by id
}

func newPlace(t testing.TB, cfg Config) *server {
	t.Helper()
	s := &server{Server: discordtest.New(discordtest.Options{Heartbeat: 500 * time.Millisecond}), cfg: cfg, people: map[string]string{}}
	s.cfg.APIURL = s.APIURL()
	if cfg.Mode == HTTP {
		s.cfg.Listen = freeAddress(t)
		s.PostTo("http://" + s.cfg.Listen)
	}
	t.Cleanup(s.Close)
	return s
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

var goodToken = adapters.NewSecret(discordtest.Token)

func (s *server) Close() { s.close.Do(s.Server.Close) }

func (s *server) Adapter(lg *slog.Logger) (adapters.Adapter, error) { return New(s.cfg, goodToken, lg) }

func (s *server) Refused(lg *slog.Logger) (adapters.Adapter, error) {
	return New(s.cfg, adapters.NewSecret(discordtest.Token+"-wrong"), lg)
}

func (s *server) Secrets() []string { return []string{discordtest.Token} }

// person remembers who it is, and returns the name. The contract speaks as soon as the adapter runs, Discord only to
// who is connected.
func (s *server) person(name string) string {
	s.mu.Lock()
	s.people[discordtest.UserID(name)] = name
	s.mu.Unlock()
	deadline := time.After(10 * time.Second)
	for s.Sessions() == 0 {
		select {
		case <-s.Changed():
		case <-time.After(5 * time.Millisecond):
		case <-deadline:
			return name // the test says what is missing
		}
	}
	return name
}

func (s *server) Mention(person, text string) func() {
	m := s.Server.Mention(s.person(person), discordtest.Channel, text)
	return func() { s.DeliverMessage(m) }
}

func (s *server) Direct(person, text string) func() {
	m := s.Server.Direct(s.person(person), text)
	return func() { s.DeliverMessage(m) }
}

func (s *server) OtherBot(text string) {
	m := s.Say(s.person("another bot"), discordtest.Channel, "<@"+discordtest.AppID+"> "+text)
	m["author"].(discordtest.JSON)["bot"] = true
	s.DeliverMessage(m)
}

func (s *server) Own(text string) {
	m := s.Say(s.person("nobody"), discordtest.Channel, "<@"+discordtest.AppID+"> "+text)
	m["author"] = discordtest.JSON{"id": discordtest.AppID, "username": "Alliance bot"}
	s.DeliverMessage(m)
}

func (s *server) Press(person string, p adaptertest.Post, label string) bool {
	i := s.Server.Press(s.person(person), p.Ref.(discordtest.Post), label)
	return i != nil && s.answered(i)
}

// answered waits until the interaction is answered, as long as Discord does.
func (s *server) answered(i *discordtest.Interaction) bool {
	deadline := time.After(4 * time.Second)
	for {
		changed := s.Changed()
		if i.Result().Type != 0 {
			return true
		}
		select {
		case <-changed:
		case <-deadline:
			return false
		}
	}
}

func (s *server) Posts() []adaptertest.Post {
	s.mu.Lock()
	defer s.mu.Unlock()
	var posts []adaptertest.Post
	for _, p := range s.History() {
		posts = append(posts, adaptertest.Post{Text: p.Text(true), Buttons: p.Labels(), To: s.people[p.To], Direct: p.Direct, Ref: p})
	}
	return posts
}

var live = regexp.MustCompile(`(^|[^\\])(<@[!&]?\w+>|@everyone|@here)`)

// Live finds what Discord would turn into a mention in the content, which is where mentions call people. Nothing does
// when allowed_mentions says so, but it would still look like one.
func (s *server) Live(p adaptertest.Post) []string {
	post := p.Ref.(discordtest.Post)
	var found []string
	for _, m := range live.FindAllStringSubmatch(post.Body.Content, -1) {
		found = append(found, m[2])
	}
	if post.Body.Mentions == nil || post.Body.Mentions.Parse == nil || len(*post.Body.Mentions.Parse) > 0 {
		found = append(found, "whatever "+strings.TrimSpace(post.Body.Content)+" mentions")
	}
	return found
}
