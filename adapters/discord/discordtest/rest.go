package discordtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// reply is the answer to a request.
type reply struct {
	status int
	body   any
}

func refusal(status, code int, message string) reply {
	return reply{status, JSON{"code": code, "message": message}}
}

func invalidForm(problems []string) reply {
	return reply{http.StatusBadRequest, JSON{"code": 50035, "message": "Invalid Form Body",
		"errors": JSON{"_errors": []JSON{{"code": "TEST", "message": strings.Join(problems, "; ")}}}}}
}

// request is a request of the REST API, as the routes see it.
type request struct {
	s      *Server
	method string
	parts  []string // of the path after the version
	query  string
	body   json.RawMessage
}

// route is a place in the REST API. In its path "*" stands for anything.
type route struct {
	method, path string
	open         bool                  // no token is needed
	serve        func(r request) reply // called with the lock held
}

func (s *Server) routes() http.Handler {
	table := []route{
		{"GET", "gateway", false, func(r request) reply { return reply{200, JSON{"url": r.s.socket()}} }},
		{"GET", "gateway/bot", false, serveGatewayBot},
		{"GET", "users/@me", false, func(request) reply { return reply{200, botUser()} }},
		{"POST", "users/@me/channels", false, serveDirect},
		{"GET", "applications/@me", false, serveApplication},
		{"GET", "oauth2/applications/@me", false, serveApplication},
		{"GET", "applications/*/commands", false, serveCommands},
		{"PUT", "applications/*/commands", false, serveCommands},
		{"GET", "applications/*/guilds/*/commands", false, serveCommands},
		{"PUT", "applications/*/guilds/*/commands", false, serveCommands},
		{"POST", "interactions/*/*/callback", true, serveCallback},
		{"POST", "webhooks/*/*", true, serveFollowUp},
		{"GET", "webhooks/*/*/messages/@original", true, serveOriginal},
		{"PATCH", "webhooks/*/*/messages/@original", true, serveOriginal},
		{"DELETE", "webhooks/*/*/messages/@original", true, serveOriginal},
		{"POST", "channels/*/messages", false, serveMessage},
		{"GET", "channels/*", false, serveChannel},
		{"GET", "guilds/*", false, serveGuild},
		{"GET", "guilds/*/members/*", false, serveMember},
	}
	version := regexp.MustCompile(`^/api/v(9|10)/(.+)$`)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "" && (r.URL.Path == "/" || r.URL.Path == "/resume" || r.URL.Path == "/resume/") {
			s.serveGateway(w, r)
			return
		}
		m := version.FindStringSubmatch(r.URL.Path)
		if m == nil {
			http.NotFound(w, r)
			return
		}
		body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		req := request{s: s, method: r.Method, parts: strings.Split(m[2], "/"), query: r.URL.RawQuery, body: body}
		for _, route := range table {
			if ok, _ := path.Match(route.path, m[2]); ok && route.method == r.Method {
				s.serve(w, r, route, req)
				return
			}
		}
		s.complain("a request for an unknown route: %s %s", r.Method, m[2])
		write(w, reply{404, JSON{"code": 0, "message": "404: Not Found"}}, nil)
	})
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request, route route, req request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.tell()
	s.requests[route.method+" "+route.path]++
	fault := s.fault(route)
	if fault != nil && !fault.After {
		fail(w, fault)
		return
	}
	header := http.Header{}
	var answer reply
	switch {
	case !route.open && (s.revoked || r.Header.Get("Authorization") != "Bot "+Token):
		answer = reply{401, JSON{"code": 0, "message": "401: Unauthorized"}}
	case route.path == "channels/*/messages" && s.limited(req.parts[1], header):
		s.stats.Limited++
		answer = reply{429, JSON{"message": "You are being rate limited.", "retry_after": seconds(header), "global": false}}
	default:
		if len(req.body) > 0 && !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
			s.problem("a body of type %q", r.Header.Get("Content-Type"))
		}
		answer = route.serve(req)
	}
	if fault != nil {
		fail(w, fault)
		return
	}
	write(w, answer, header)
}

func write(w http.ResponseWriter, r reply, header http.Header) {
	for k, v := range header {
		w.Header()[k] = v
	}
	if r.status == http.StatusNoContent {
		w.WriteHeader(r.status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(r.status)
	_ = json.NewEncoder(w).Encode(r.body)
}

// fault finds the fault for a request, and uses it up.
func (s *Server) fault(r route) *Fault {
	for i, f := range s.faults {
		if f.Method != "" && f.Method != r.method || f.Path != r.path {
			continue
		}
		if f.Times > 0 {
			f.Times--
		}
		if f.Times == 0 {
			s.faults = slices.Delete(s.faults, i, i+1)
		}
		return f
	}
	return nil
}

func fail(w http.ResponseWriter, f *Fault) {
	if f.Status == 0 {
		panic(http.ErrAbortHandler) // cuts the connection
	}
	for k, v := range f.Header {
		w.Header()[k] = v
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(f.Status)
	_, _ = io.WriteString(w, f.Body)
}

// limited counts a message to a channel, and reports whether it is one too many.
func (s *Server) limited(channel string, h http.Header) bool {
	if s.opts.Limit == 0 {
		return false
	}
	now := time.Now()
	sent := s.windows[channel]
	for len(sent) > 0 && now.Sub(sent[0]) >= s.opts.Window {
		sent = sent[1:]
	}
	over := len(sent) >= s.opts.Limit
	if !over {
		sent = append(sent, now)
	}
	s.windows[channel] = sent
	reset := s.opts.Window - now.Sub(sent[0])
	h.Set("X-RateLimit-Limit", strconv.Itoa(s.opts.Limit))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(s.opts.Limit-len(sent)))
	h.Set("X-RateLimit-Reset-After", fmt.Sprintf("%.3f", reset.Seconds()))
	h.Set("X-RateLimit-Reset", fmt.Sprintf("%.3f", float64(now.Add(reset).UnixMilli())/1000))
	h.Set("X-RateLimit-Bucket", "messages")
	if over {
		h.Set("X-RateLimit-Scope", "user")
		h.Set("Retry-After", strconv.Itoa(int(reset.Seconds())+1))
	}
	return over
}

func seconds(h http.Header) float64 {
	n, _ := strconv.ParseFloat(h.Get("X-RateLimit-Reset-After"), 64)
	return n
}

func (s *Server) socket() string { return "ws" + strings.TrimPrefix(s.http.URL, "http") }

func botUser() JSON {
	return JSON{"id": AppID, "username": "Alliance bot", "discriminator": "0", "global_name": nil, "avatar": nil, "bot": true, "flags": 0}
}

func serveGatewayBot(r request) reply {
	return reply{200, JSON{"url": r.s.socket(), "shards": 1, "session_start_limit": JSON{
		"total": 1000, "remaining": r.s.opts.Logins, "reset_after": 14400000, "max_concurrency": 1}}}
}

func serveApplication(r request) reply {
	var endpoint any
	if r.s.endpoint != "" {
		endpoint = r.s.endpoint
	}
	return reply{200, JSON{"id": AppID, "name": "Alliance bot", "description": "", "flags": 0, "bot_public": true, "verify_key": r.s.PublicKey(),
		"interactions_endpoint_url": endpoint, "integration_types_config": JSON{"0": JSON{}}, "approximate_guild_count": 1}}
}

func serveCommands(r request) reply {
	guild := ""
	if len(r.parts) == 5 {
		if guild = r.parts[3]; guild != GuildID {
			return refusal(403, 50001, "Missing Access")
		}
	}
	if r.parts[1] != AppID {
		return refusal(403, 20012, "You are not authorized to perform this action on this application")
	}
	if r.method == http.MethodPut {
		if bad := checkCommands(r.body); len(bad) > 0 {
			r.s.problem("commands: %v", bad)
			return invalidForm(bad)
		}
		var list []map[string]any
		_ = json.Unmarshal(r.body, &list) // checkCommands has read it
		for _, c := range list {
			c["id"], c["application_id"], c["version"] = r.s.id(), AppID, r.s.id()
			if c["type"] == nil {
				c["type"] = 1
			}
			c["nsfw"], c["default_member_permissions"] = false, nil
			if c["contexts"] == nil {
				c["contexts"] = nil
			}
			if c["options"] == nil {
				delete(c, "options")
			}
			c["integration_types"] = []int{0}
		}
		r.s.commands[guild] = list
	}
	list := r.s.commands[guild]
	if list == nil {
		list = []map[string]any{}
	}
	return reply{200, list}
}

// serveMessage takes a message to a channel.
func serveMessage(r request) reply {
	s, channel := r.s, r.parts[1]
	var m Message
	if err := json.Unmarshal(r.body, &m); err != nil {
		return refusal(400, 50109, "The request body contains invalid JSON.")
	}
	if m.Flags&64 != 0 {
		s.problem("an ephemeral message to a channel")
	}
	nonce := ""
	if m.Nonce != nil {
		nonce = fmt.Sprint(m.Nonce)
		if len(nonce) > 25 {
			return invalidForm([]string{"nonce: Must be 25 or fewer in length."})
		}
	}
	if there, forum := s.threads[channel]; forum && !there {
		return refusal(403, 40058, "Cannot message this thread until after the post author has sent an initial message.")
	}
	if bad := m.check(); len(bad) > 0 {
		s.problem("a message: %v", bad)
		return invalidForm(bad)
	}
	if old := s.nonces[channel+" "+nonce]; m.Enforce && nonce != "" && old != nil {
		return reply{200, old.object()}
	}
	for _, p := range m.mind() {
		s.problem("%s: %q", p, m.Content)
	}
	p := &Post{ID: s.id(), Channel: channel, Direct: isDirect(channel), Body: m, Nonce: nonce}
	if m.Reference != nil {
		if m.Reference.FailIfNotExists == nil || *m.Reference.FailIfNotExists {
			s.problem("a reply that fails when the question is deleted")
		}
		p.ReplyTo = m.Reference.MessageID
	}
	s.posts, s.history = append(s.posts, p), append(s.history, *p)
	if m.Enforce && nonce != "" {
		s.nonces[channel+" "+nonce] = p
	}
	intent := 1 << 9
	if p.Direct {
		intent = 1 << 12
	}
	s.deliver("MESSAGE_CREATE", intent, p.object()) // bots hear themselves
	return reply{200, p.object()}
}

// object is the message as Discord shows it.
func (p *Post) object() JSON {
	o := JSON{"id": p.ID, "channel_id": p.Channel, "type": 0, "content": p.Body.Content, "timestamp": time.Now().UTC().Format(time.RFC3339Nano),
		"edited_timestamp": nil, "tts": false, "pinned": false, "mention_everyone": false, "mentions": []any{}, "mention_roles": []any{},
		"attachments": []any{}, "embeds": list(p.Body.Embeds), "components": list(p.Body.Components), "flags": p.Body.Flags, "author": botUser()}
	if !p.Direct {
		o["guild_id"] = GuildID
	}
	if p.ReplyTo != "" {
		o["type"] = 19
		o["message_reference"] = JSON{"message_id": p.ReplyTo, "channel_id": p.Channel}
	}
	if p.Nonce != "" {
		o["nonce"] = p.Nonce
	}
	return o
}

// list is never null.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func serveDirect(r request) reply {
	var d struct {
		Recipient string `json:"recipient_id"`
	}
	if json.Unmarshal(r.body, &d) != nil || len(d.Recipient) < 2 {
		return invalidForm([]string{"recipient_id: This field is required"})
	}
	return reply{200, JSON{"id": DirectChannel(d.Recipient), "type": 1, "recipients": []JSON{{"id": d.Recipient, "username": "someone"}}}}
}

func serveChannel(r request) reply {
	switch id := r.parts[1]; id {
	case Channel:
		return reply{200, JSON{"id": id, "type": 0, "name": "general", "guild_id": GuildID, "permission_overwrites": []any{}}}
	case Forum:
		return reply{200, JSON{"id": id, "type": 15, "name": "questions", "guild_id": GuildID, "permission_overwrites": []any{}}}
	}
	return refusal(404, 10003, "Unknown Channel")
}

// everyone may see channels, write messages, in threads too, embed links and read the history.
const everyone = "274877991936"

func serveGuild(r request) reply {
	if r.parts[1] != GuildID {
		return refusal(404, 10004, "Unknown Guild")
	}
	return reply{200, JSON{"id": GuildID, "name": "Test", "owner_id": "1", "roles": []JSON{
		{"id": GuildID, "name": "@everyone", "permissions": everyone}, {"id": BotRole, "name": "Alliance bot", "permissions": "0"}}}}
}

func serveMember(r request) reply {
	return reply{200, JSON{"user": botUser(), "roles": []string{BotRole}, "joined_at": "2026-01-01T00:00:00+00:00"}}
}
