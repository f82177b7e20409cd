// Package discordtest is a Discord on 127.0.0.1 for tests: the part of the REST API and of the gateway that a bot uses.
// It refuses what Discord refuses, with the same codes, keeps the same deadlines, and can be told to fail in the ways
// that Discord fails. What it lets pass although people would mind is in Problems.
package discordtest

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Who and what there is.
const (
	AppID   = "100000000000000001" // also the bot's user
	BotRole = "100000000000000009" // that Discord made for the bot
	GuildID = "200000000000000001"
	Channel = "300000000000000001"
	Forum   = "300000000000000002"
)

// Token is the bot's.
var Token = base64.RawStdEncoding.EncodeToString([]byte(AppID)) + ".Gtest0.not-a-real-token-but-kept-secret"

// Options are how strict or slow the server is. The zero value is Discord's own behaviour, without rate limits.
type Options struct {
	Heartbeat     time.Duration // between heartbeats; 0: 41.25 s
	IdentifyEvery time.Duration // between two identifies; 0: 5 s
	AnswerIn      time.Duration // for interactions; 0: 3 s
	TokenFor      time.Duration // that the token of an interaction is good for; 0: 15 minutes
	Limit         int           // messages of a channel in Window; 0: no limit
	Window        time.Duration
	Logins        int // that are left today; 0: 999
}

// Server is the loopback Discord. Its methods are safe for concurrent use.
type Server struct {
	opts    Options
	http    *httptest.Server
	started time.Time
	public  ed25519.PublicKey
	private ed25519.PrivateKey

	mu           sync.Mutex
	changed      chan struct{}
	lastID       int64
	conns        map[*conn]bool
	sessions     map[string]*session
	lastIdentify time.Time
	posts        []*Post
	history      []Post
	nonces       map[string]*Post
	interactions map[string]*Interaction // by token
	commands     map[string][]map[string]any
	threads      map[string]bool // forum posts, and whether their first message is there
	windows      map[string][]time.Time
	faults       []*Fault
	gateway      gatewayFaults
	problems     []string
	requests     map[string]int
	stats        Stats
	endpoint     string // where interactions are posted to instead of the gateway
	revoked      bool
	wg           sync.WaitGroup
	closed       bool
}

// Stats counts what happened.
type Stats struct {
	Connections, Identifies, Resumes, Limited, Callbacks, Frames int
}

// Post is a message of the bot's that people can see, as it looks now.
type Post struct {
	ID, Channel string
	Direct      bool   // in a channel of direct messages
	To          string // the id of the person who alone sees it; empty: everyone
	ReplyTo     string // the id of the message that it answers
	Interaction string // the id of the interaction that it answers
	Body        Message
	Nonce       string
}

// Message is the body of a message.
type Message struct {
	Content    string      `json:"content"`
	Embeds     []Embed     `json:"embeds"`
	Components []Component `json:"components"`
	Mentions   *Mentions   `json:"allowed_mentions"`
	Flags      int         `json:"flags"`
	Nonce      any         `json:"nonce"`
	Enforce    bool        `json:"enforce_nonce"`
	Reference  *struct {
		MessageID       string `json:"message_id"`
		FailIfNotExists *bool  `json:"fail_if_not_exists"`
	} `json:"message_reference"`
}

// Mentions is the field allowed_mentions.
type Mentions struct {
	Parse       *[]string `json:"parse"`
	Users       []string  `json:"users"`
	Roles       []string  `json:"roles"`
	RepliedUser bool      `json:"replied_user"`
}

// Embed is an embed.
type Embed struct {
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
	URL         string `json:"url,omitempty"`
	Footer      *struct {
		Text string `json:"text,omitempty"`
	} `json:"footer,omitempty"`
	Author *struct {
		Name string `json:"name,omitempty"`
	} `json:"author,omitempty"`
	Fields []struct {
		Name  string `json:"name,omitempty"`
		Value string `json:"value,omitempty"`
	} `json:"fields,omitempty"`
}

// Component is a row, a button or a menu.
type Component struct {
	Type        int         `json:"type"`
	Components  []Component `json:"components,omitempty"`
	Label       string      `json:"label,omitempty"`
	Style       int         `json:"style,omitempty"`
	CustomID    string      `json:"custom_id,omitempty"`
	URL         string      `json:"url,omitempty"`
	Disabled    bool        `json:"disabled,omitempty"`
	Placeholder string      `json:"placeholder,omitempty"`
	Options     []Option    `json:"options,omitempty"`
}

// Option is a line of a menu.
type Option struct {
	Label       string `json:"label,omitempty"`
	Value       string `json:"value,omitempty"`
	Description string `json:"description,omitempty"`
}

// Fault is an answer that a request gets instead of the real one.
type Fault struct {
	Method string // empty: any
	Path   string // a pattern of path.Match on what follows the version: "channels/*/messages"
	Status int    // 0: the connection is cut
	Body   string
	Header http.Header
	Times  int  // how often; -1: always
	After  bool // the request has its effect all the same
}

// New starts a server. Close it.
func New(o Options) *Server {
	def := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	def(&o.Heartbeat, 41250*time.Millisecond)
	def(&o.IdentifyEvery, 5*time.Second)
	def(&o.AnswerIn, 3*time.Second)
	def(&o.TokenFor, 15*time.Minute)
	def(&o.Window, 5*time.Second)
	if o.Logins == 0 {
		o.Logins = 999
	}
	s := &Server{opts: o, started: time.Now(), changed: make(chan struct{}), lastID: 900000000000000000,
		conns: map[*conn]bool{}, sessions: map[string]*session{}, nonces: map[string]*Post{}, interactions: map[string]*Interaction{},
		commands: map[string][]map[string]any{}, threads: map[string]bool{}, windows: map[string][]time.Time{}, requests: map[string]int{}}
	var err error
	if s.public, s.private, err = ed25519.GenerateKey(rand.Reader); err != nil {
		panic(err)
	}
	s.http = httptest.NewServer(s.routes())
	return s
}

// Close cuts every connection and waits for all that the server has started.
func (s *Server) Close() {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.closed = true
	for c := range s.conns {
		c.cut()
	}
	s.mu.Unlock()
	s.wg.Wait()
	s.http.CloseClientConnections()
	s.http.Close()
}

// APIURL is the base of the REST API without the version.
func (s *Server) APIURL() string { return s.http.URL + "/api" }

// PublicKey is what interactions that are posted are signed with.
func (s *Server) PublicKey() string { return hex.EncodeToString(s.public) }

// PostTo has interactions posted to the address instead of sent over the gateway.
func (s *Server) PostTo(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endpoint = address
}

// Revoke makes the token worthless.
func (s *Server) Revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = true
}

// Fail has the next requests that match the fault fail.
func (s *Server) Fail(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// Posts returns the messages that people can see, in the order in which they came.
func (s *Server) Posts() []Post {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Post, len(s.posts))
	for i, p := range s.posts {
		all[i] = *p
	}
	return all
}

// History returns every message as it came, and again as it was changed, in the order in which people could see it.
func (s *Server) History() []Post {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.history)
}

// Commands returns the commands of a server, "" for all, as they are stored.
func (s *Server) Commands(guild string) []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.commands[guild])
}

// Stats returns the counts so far.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stats
}

// Requests counts the requests of a kind: "PUT applications/*/commands".
func (s *Server) Requests(kind string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests[kind]
}

// Problems are what Discord refuses or people would mind, of all that the bot sent.
func (s *Server) Problems() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.problems)
}

// Forgive forgets the problems so far, for a test that makes them.
func (s *Server) Forgive() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.problems = nil
}

// Changed returns a channel that is closed when something happens next.
func (s *Server) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// tell wakes whoever waits for a change. The caller holds the lock.
func (s *Server) tell() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// problem notes a problem. The caller holds the lock.
func (s *Server) problem(format string, args ...any) {
	s.problems = append(s.problems, fmt.Sprintf(format, args...))
}

// id makes a new id. The caller holds the lock.
func (s *Server) id() string {
	s.lastID++
	return strconv.FormatInt(s.lastID, 10)
}

// NewID makes an id that nothing has yet.
func (s *Server) NewID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.id()
}

// UserID is the id of the person of that name.
func UserID(person string) string {
	h := fnv.New64a()
	h.Write([]byte(person))
	return "5" + fmt.Sprintf("%017d", h.Sum64()%1e17)
}

// DirectChannel is the channel of direct messages with the person of that id.
func DirectChannel(user string) string { return "8" + user[1:] }

func isDirect(channel string) bool { return channel != "" && channel[0] == '8' }

// JSON is short for an object.
type JSON = map[string]any

func encode(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return data
}
