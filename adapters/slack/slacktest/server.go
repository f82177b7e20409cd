// Package slacktest is a Slack on the loopback interface, for tests. It speaks the parts of the Web API, of Socket
// Mode and of the Events API over HTTP that the adapter uses, on the wire as Slack does, and it refuses what Slack
// refuses: wrong tokens, missing scopes, Block Kit that breaks a limit, channels that the bot is not in, a
// response_url that is used up. It delivers an event again that is not acknowledged in time, and shows the bot its
// own messages, as Slack does.
package slacktest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// What the Server knows. Tests look for the secrets in logs.
const (
	BotToken      = "xoxb-1111111111-2222222222-hushBotToken"
	AppToken      = "xapp-1-A1-3333333333-hushAppToken"
	SigningSecret = "0123456789abcdef0123456789abcdef"
	BotUser       = "UBOT"
	BotID         = "B1"
	Team          = "T1"
)

// Options changes what the Server does. The zero value is a Slack that works.
type Options struct {
	Scopes     []string      // of the bot token; nil: all that any surface needs
	AckTimeout time.Duration // until an event is delivered again; 0: Slack's 3 seconds
	AppID      string        // "": A1
	Silent     bool          // do not show the bot its own messages
	Anonymous  bool          // show them without a bot_id
	// Fault, if not nil, may answer a call in Slack's place. It is called for every method, and for "response_url".
	Fault func(method string, form url.Values) *Fault
}

// Fault is a call that goes wrong.
type Fault struct {
	Status     int           // HTTP status; 0: 200
	RetryAfter int           // seconds, sent with status 429
	Error      string        // Slack's word for it
	Needed     string        // the scope, with missing_scope
	Delay      time.Duration // before the answer
	Carry      bool          // after Delay, carry the call out all the same
	Cut        bool          // cut the connection in place of an answer; with Carry, after carrying the call out
	Body       string        // instead of JSON
}

// Server is the loopback Slack. Use New.
type Server struct {
	opts Options
	http *httptest.Server

	mu        sync.Mutex
	changed   chan struct{} // closed, and made anew, whenever something happens
	faults    map[string][]Fault
	posts     []Post
	homes     map[string]json.RawMessage
	prompts   []Prompts
	calls     map[string]int
	problems  []string
	absent    map[string]bool
	responses map[string]*responseURL
	sockets   []*socket
	next      int // socket in turn
	refusing  string
	target    string // where HTTP mode posts to; empty: Socket Mode
	acks      map[string]chan ack
	deliver   map[string]*Delivery
	ids       int
	closed    bool
	running   sync.WaitGroup
}

// Post is one message that people can see, or a change to one.
type Post struct {
	Via      string // the method, "ack" or "response_url"
	Channel  string
	Thread   string
	User     string // set: only this person sees it
	TS       string
	Text     string // as sent, escaped
	Blocks   json.RawMessage
	Replaces bool   // the message that the button was on
	Deletes  bool   // that message
	Reply    string // the response_url that it came through
	At       time.Time
}

// String shows what a test wants to know of a Post that it did not expect.
func (p Post) String() string {
	return fmt.Sprintf("{%s in %s thread %q to %q: %q}", p.Via, p.Channel, p.Thread, p.User, p.Text)
}

// Prompts is a call of assistant.threads.setSuggestedPrompts.
type Prompts struct{ Channel, Thread, JSON string }

type responseURL struct {
	uses          int
	channel, user string
}

// New starts a Server. Close it after the adapter has ended.
func New(opts Options) *Server {
	if opts.AckTimeout == 0 {
		opts.AckTimeout = 3 * time.Second
	}
	if opts.AppID == "" {
		opts.AppID = "A1"
	}
	if opts.Scopes == nil {
		opts.Scopes = []string{"app_mentions:read", "chat:write", "commands", "im:history", "assistant:write",
			"channels:history", "groups:history"}
	}
	s := &Server{opts: opts, changed: make(chan struct{}), faults: map[string][]Fault{}, homes: map[string]json.RawMessage{},
		calls: map[string]int{}, absent: map[string]bool{}, responses: map[string]*responseURL{},
		acks: map[string]chan ack{}, deliver: map[string]*Delivery{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/", s.api)
	mux.HandleFunc("/link/", s.link)
	mux.HandleFunc("/r/", s.respond)
	s.http = httptest.NewServer(mux)
	return s
}

// Close ends the Server and everything that it started. Further calls do nothing.
func (s *Server) Close() {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.closed = true
	s.broadcast()
	s.mu.Unlock()
	s.Drop()
	s.running.Wait()
	s.http.CloseClientConnections()
	s.http.Close()
}

// APIURL is what to set api_url to.
func (s *Server) APIURL() string { return s.http.URL + "/api/" }

// FailNext makes the next calls of a method go wrong, one after the other.
func (s *Server) FailNext(method string, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[method] = append(s.faults[method], faults...)
}

// Leave takes the bot out of a channel.
func (s *Server) Leave(channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.absent[channel] = true
}

// Posts returns what people can see, in the order in which it came.
func (s *Server) Posts() []Post {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.posts)
}

// Count returns how many Posts there are.
func (s *Server) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.posts)
}

// Home returns the blocks of the person's Home tab, nil if none were published.
func (s *Server) Home(user string) json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.homes[user]
}

// SuggestedPrompts returns the calls that set them.
func (s *Server) SuggestedPrompts() []Prompts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.prompts)
}

// Calls returns how often a method was called.
func (s *Server) Calls(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[method]
}

// Problems returns what Slack would not refuse but people would mind: unfurls, a missing text, a live mention.
func (s *Server) Problems() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.problems)
}

// Changed returns a channel that is closed as soon as anything happens.
func (s *Server) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// broadcast wakes those who wait for a change. It needs the lock.
func (s *Server) broadcast() {
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *Server) problem(format string, args ...any) {
	s.problems = append(s.problems, fmt.Sprintf(format, args...))
}

func (s *Server) id(prefix string) string {
	s.ids++
	return prefix + strconv.Itoa(s.ids)
}

func (s *Server) timestamp() string {
	s.ids++
	return fmt.Sprintf("1764000000.%06d", s.ids)
}

// fault returns what is to go wrong with this call, if anything.
func (s *Server) fault(method string, form url.Values) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[method]++
	s.broadcast()
	if queue := s.faults[method]; len(queue) > 0 {
		s.faults[method] = queue[1:]
		return &queue[0]
	}
	if s.opts.Fault != nil {
		return s.opts.Fault(method, form)
	}
	return nil
}

// pause blocks for d, and less when the Server closes.
func (s *Server) pause(d time.Duration) { s.wait(context.Background(), d) }

// wait blocks for d, and less when the Server closes or ctx ends.
func (s *Server) wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		s.mu.Lock()
		closed, changed := s.closed, s.changed
		s.mu.Unlock()
		if closed {
			return
		}
		select {
		case <-timer.C:
			return
		case <-ctx.Done():
			return
		case <-changed:
		}
	}
}

// write answers with the fault, and reports whether the call is over.
func (f *Fault) write(w http.ResponseWriter) bool {
	if f.Carry {
		return false
	}
	if f.Cut {
		panic(http.ErrAbortHandler)
	}
	if f.Status == http.StatusTooManyRequests && f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	body, _ := json.Marshal(map[string]any{"ok": false, "error": f.Error, "needed": f.Needed})
	if f.Body != "" {
		w.Header().Set("Content-Type", "text/html")
		body = []byte(f.Body)
	} else {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	if f.Status != 0 {
		w.WriteHeader(f.Status)
	}
	w.Write(body)
	return true
}

// needs are the scopes that a method wants.
var needs = map[string]string{
	"chat.postMessage": "chat:write", "chat.postEphemeral": "chat:write", "chat.update": "chat:write",
	"assistant.threads.setSuggestedPrompts": "assistant:write", "conversations.replies": "im:history",
}

func (s *Server) api(w http.ResponseWriter, r *http.Request) {
	method := strings.TrimPrefix(r.URL.Path, "/api/")
	token, form, err := call(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	f := s.fault(method, form)
	if f != nil {
		s.wait(r.Context(), f.Delay)
		if f.write(w) {
			return
		}
	}
	answer := s.authorised(method, token)
	if answer == nil {
		answer = s.method(method, form)
	}
	if f != nil && (f.Cut || f.Status != 0) { // carried out, and the answer is lost
		f.Carry = false
		f.write(w)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("X-OAuth-Scopes", strings.Join(s.opts.Scopes, ","))
	json.NewEncoder(w).Encode(answer)
}

// call reads the token and the arguments of a call, which come as a form or as JSON.
func call(r *http.Request) (token string, form url.Values, err error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return "", nil, err
	}
	form = url.Values{}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		if len(body) > 0 {
			form.Set("json", string(body))
		}
	} else if form, err = url.ParseQuery(string(body)); err != nil {
		return "", nil, err
	}
	token = form.Get("token")
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		token = bearer
	}
	return token, form, nil
}

func refusal(code string) map[string]any { return map[string]any{"ok": false, "error": code} }

// authorised returns Slack's refusal of the token, or nil.
func (s *Server) authorised(method, token string) map[string]any {
	want, other := BotToken, AppToken
	if method == "apps.connections.open" {
		want, other = AppToken, BotToken
	}
	switch {
	case token == "":
		return refusal("not_authed")
	case token == other:
		return refusal("not_allowed_token_type")
	case token != want:
		return refusal("invalid_auth")
	}
	if scope := needs[method]; scope != "" && !slices.Contains(s.opts.Scopes, scope) {
		r := refusal("missing_scope")
		r["needed"], r["provided"] = scope, strings.Join(s.opts.Scopes, ",")
		return r
	}
	return nil
}

// method carries a call out.
func (s *Server) method(method string, form url.Values) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.broadcast()
	switch method {
	case "auth.test":
		return map[string]any{"ok": true, "url": s.http.URL + "/", "team": "Test", "user": "alliancebot", "team_id": Team,
			"user_id": BotUser, "bot_id": BotID}
	case "apps.connections.open":
		return map[string]any{"ok": true, "url": strings.Replace(s.http.URL, "http", "ws", 1) + "/link/?ticket=t&app_id=" + s.opts.AppID}
	case "chat.postMessage", "chat.postEphemeral":
		return s.post(method, form)
	case "chat.update":
		return s.update(form)
	case "conversations.replies":
		return s.replies(form)
	case "conversations.open":
		return map[string]any{"ok": true, "channel": map[string]any{"id": "D" + strings.TrimPrefix(form.Get("users"), "U")}}
	case "views.publish":
		return s.publish(form.Get("json"))
	case "assistant.threads.setSuggestedPrompts":
		s.prompts = append(s.prompts, Prompts{form.Get("channel_id"), form.Get("thread_ts"), form.Get("prompts")})
		return map[string]any{"ok": true}
	}
	return refusal("unknown_method")
}

func (s *Server) post(method string, form url.Values) map[string]any {
	channel := form.Get("channel")
	switch {
	case channel == "" || !strings.ContainsAny(channel[:1], "CDGU"):
		return refusal("channel_not_found")
	case s.absent[channel]:
		return refusal("not_in_channel")
	}
	if channel[0] == 'U' { // a person's id stands for the direct messages with them
		channel = "D" + channel[1:]
	}
	if r := s.check(method, form.Get("text"), form.Get("blocks"), form.Get("unfurl_links"), form.Get("unfurl_media")); r != nil {
		return r
	}
	p := Post{Via: method, Channel: channel, Thread: form.Get("thread_ts"), TS: s.timestamp(), Text: form.Get("text"),
		Blocks: json.RawMessage(form.Get("blocks")), At: time.Now()}
	if method == "chat.postEphemeral" {
		if p.User = form.Get("user"); p.User == "" {
			return refusal("user_not_in_channel")
		}
		s.posts = append(s.posts, p)
		return map[string]any{"ok": true, "message_ts": p.TS}
	}
	s.posts = append(s.posts, p)
	if !s.opts.Silent {
		s.echo(p)
	}
	return map[string]any{"ok": true, "channel": channel, "ts": p.TS, "message": map[string]any{"ts": p.TS, "thread_ts": p.Thread, "text": p.Text}}
}

// replies returns the bot's messages of a thread. In a channel it takes a scope that is optional for the app.
func (s *Server) replies(form url.Values) map[string]any {
	if form.Get("channel")[0] != 'D' && !slices.Contains(s.opts.Scopes, "channels:history") {
		return refusal("missing_scope")
	}
	messages := []any{}
	for _, p := range s.posts {
		if p.Channel == form.Get("channel") && p.Thread == form.Get("ts") && p.User == "" && p.TS > form.Get("oldest") {
			messages = append(messages, map[string]any{"type": "message", "user": BotUser, "bot_id": BotID, "ts": p.TS, "thread_ts": p.Thread, "text": p.Text})
		}
	}
	return map[string]any{"ok": true, "messages": messages, "has_more": false}
}

func (s *Server) update(form url.Values) map[string]any {
	known := slices.ContainsFunc(s.posts, func(p Post) bool {
		return p.TS == form.Get("ts") && p.Channel == form.Get("channel") && p.User == ""
	})
	if !known {
		return refusal("message_not_found")
	}
	if r := s.check("chat.update", form.Get("text"), form.Get("blocks"), "false", "false"); r != nil {
		return r
	}
	s.posts = append(s.posts, Post{Via: "chat.update", Channel: form.Get("channel"), TS: form.Get("ts"), Text: form.Get("text"),
		Blocks: json.RawMessage(form.Get("blocks")), Replaces: true, At: time.Now()})
	return map[string]any{"ok": true, "channel": form.Get("channel"), "ts": form.Get("ts"), "text": form.Get("text")}
}

func (s *Server) publish(body string) map[string]any {
	var call struct {
		UserID string `json:"user_id"`
		View   struct {
			Type   string          `json:"type"`
			Blocks json.RawMessage `json:"blocks"`
		} `json:"view"`
	}
	if json.Unmarshal([]byte(body), &call) != nil || call.View.Type != "home" {
		return refusal("invalid_arguments")
	}
	if wrong := checkBlocks(call.View.Blocks, true); len(wrong) > 0 {
		return invalidBlocks(wrong)
	}
	s.homes[call.UserID] = call.View.Blocks
	return map[string]any{"ok": true, "view": map[string]any{"id": "V1", "type": "home", "blocks": []any{}}}
}

// check returns Slack's refusal of a message, or nil.
func (s *Server) check(via, text, blocks, unfurlLinks, unfurlMedia string) map[string]any {
	switch {
	case text == "" && blocks == "":
		return refusal("no_text")
	case len([]rune(text)) > 40_000:
		return refusal("msg_too_long")
	case len([]rune(blocks)) > 13_200:
		return refusal("msg_blocks_too_long")
	}
	if blocks != "" {
		if wrong := checkBlocks(json.RawMessage(blocks), false); len(wrong) > 0 {
			return invalidBlocks(wrong)
		}
	}
	if text == "" {
		s.problem("%s: there is no text for screen readers", via)
	}
	if len([]rune(text)) > 4000 {
		s.problem("%s: the text has %d characters", via, len([]rune(text)))
	}
	if unfurlLinks != "false" || unfurlMedia != "false" {
		s.problem("%s: links may unfurl", via)
	}
	for _, live := range []string{"<!", "<@"} {
		if strings.Contains(text, live) || strings.Contains(unescaped(blocks), live) {
			s.problem("%s: a mention is live", via)
		}
	}
	return nil
}

func invalidBlocks(wrong []string) map[string]any {
	r := refusal("invalid_blocks")
	r["response_metadata"] = map[string]any{"messages": wrong}
	return r
}

// respond is what a response_url does. https://docs.slack.dev/interactivity/handling-user-interaction/
func (s *Server) respond(w http.ResponseWriter, r *http.Request) {
	var m struct {
		Type     string          `json:"response_type"`
		Text     string          `json:"text"`
		Blocks   json.RawMessage `json:"blocks"`
		Thread   string          `json:"thread_ts"`
		Replaces *bool           `json:"replace_original"`
		Deletes  bool            `json:"delete_original"`
	}
	if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
		http.Error(w, "invalid_payload", http.StatusBadRequest)
		return
	}
	if f := s.fault("response_url", nil); f != nil {
		if f.Delay > 0 {
			s.wait(r.Context(), f.Delay)
		}
		if f.write(w) {
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.broadcast()
	to := s.responses[r.URL.Path]
	if to == nil || to.uses == 5 {
		http.Error(w, "used_url", http.StatusNotFound)
		return
	}
	to.uses++
	p := Post{Via: "response_url", Channel: to.channel, Thread: m.Thread, TS: s.timestamp(), Text: m.Text, Blocks: m.Blocks,
		Deletes: m.Deletes, Replaces: m.Replaces != nil && *m.Replaces, Reply: r.URL.Path, At: time.Now()}
	if m.Type != "in_channel" {
		p.User = to.user
	}
	if !m.Deletes {
		if refused := s.check("response_url", m.Text, string(m.Blocks), "false", "false"); refused != nil {
			w.Header().Set("Content-Type", "application/json")
			json.NewEncoder(w).Encode(refused)
			return
		}
	}
	s.posts = append(s.posts, p)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	io.WriteString(w, "ok")
}

// newResponseURL makes one for what a person does in a channel. It needs the lock.
func (s *Server) newResponseURL(channel, user string) string {
	path := "/r/" + s.id("")
	s.responses[path] = &responseURL{channel: channel, user: user}
	return s.http.URL + path
}
