package slacktest

import (
	"encoding/json"
	"maps"
	"strings"
	"time"
)

// Delivery is what became of an event.
type Delivery struct {
	EventID  string
	TS       string // of the message, if it is one
	Attempts int
	Acked    bool
	AckedIn  time.Duration // after the first attempt
}

// Retries is how often Slack delivers an event that is not acknowledged.
const retries = 3

// Event delivers an event to the bot, and again while it is not acknowledged. It does not wait; the id finds its
// Delivery. The fields of wrap go around the event, those of event into it.
func (s *Server) Event(event, wrap map[string]any) (eventID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.event(event, wrap)
}

// event needs the lock.
func (s *Server) event(event, wrap map[string]any) string {
	id, _ := wrap["event_id"].(string)
	if id == "" {
		id = s.id("Ev")
	}
	payload := map[string]any{"type": "event_callback", "token": "x", "team_id": Team, "api_app_id": "A1", "event_id": id,
		"event_time": time.Now().Unix(), "event_context": "c", "is_ext_shared_channel": false,
		"authorizations": []any{map[string]any{"enterprise_id": nil, "team_id": Team, "user_id": BotUser, "is_bot": true,
			"is_enterprise_install": false}},
		"event": event}
	maps.Copy(payload, wrap)
	ts, _ := event["ts"].(string)
	d := s.deliver[id]
	if d == nil {
		d = &Delivery{EventID: id, TS: ts}
		s.deliver[id] = d
	}
	if s.closed {
		return id
	}
	envelope := s.id("env-")
	s.running.Go(func() { s.insist(d, envelope, payload) })
	return id
}

// insist delivers an event until it is acknowledged.
func (s *Server) insist(d *Delivery, envelope string, payload any) {
	start := time.Now()
	for attempt := range retries + 1 {
		s.mu.Lock()
		d.Attempts++
		closed := s.closed
		s.mu.Unlock()
		if closed {
			return
		}
		sent := time.Now()
		if s.once("events_api", envelope, payload, attempt) != nil {
			s.mu.Lock()
			defer s.mu.Unlock()
			d.Acked, d.AckedIn = true, time.Since(start)
			s.broadcast()
			return
		}
		// Slack tries again at once, after 1 and after 5 minutes. Here each wait is twice the one before, and a refusal
		// over HTTP, which comes at once, waits too.
		s.pause(s.opts.AckTimeout<<attempt - time.Since(sent))
	}
}

// Delivered returns what became of an event.
func (s *Server) Delivered(eventID string) Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d := s.deliver[eventID]; d != nil {
		return *d
	}
	return Delivery{}
}

// Deliveries returns what became of all the events so far.
func (s *Server) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Delivery
	for _, d := range s.deliver {
		all = append(all, *d)
	}
	return all
}

// Mention is what Slack sends when a person mentions the bot. A thread of "" is the top level of the channel.
func (s *Server) Mention(user, channel, thread, text string) map[string]any {
	m := s.message(user, channel, thread, "<@"+BotUser+"> "+text)
	m["type"] = "app_mention"
	return m
}

// Direct is what Slack sends when a person writes to the bot.
func (s *Server) Direct(user, thread, text string) map[string]any {
	m := s.message(user, "D"+strings.TrimPrefix(user, "U"), thread, text)
	m["channel_type"] = "im"
	return m
}

// Message is what Slack sends when a person writes in a channel.
func (s *Server) Message(user, channel, thread, text string) map[string]any {
	m := s.message(user, channel, thread, text)
	m["channel_type"] = "channel"
	return m
}

func (s *Server) message(user, channel, thread, text string) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	ts := s.timestamp()
	m := map[string]any{"type": "message", "user": user, "text": text, "ts": ts, "event_ts": ts, "channel": channel, "team": Team,
		"client_msg_id": s.id("msg-"), "blocks": []any{map[string]any{"type": "rich_text", "block_id": "b", "elements": []any{
			map[string]any{"type": "rich_text_section", "elements": []any{map[string]any{"type": "text", "text": text}}}}}}}
	if thread != "" {
		m["thread_ts"] = thread
	}
	return m
}

// echo shows the bot its own message, as Slack does. It needs the lock.
func (s *Server) echo(p Post) {
	m := map[string]any{"type": "message", "channel": p.Channel, "user": BotUser, "text": p.Text, "ts": p.TS, "event_ts": p.TS,
		"team": Team, "channel_type": "channel"}
	if p.Channel[0] == 'D' {
		m["channel_type"] = "im"
	}
	if p.Thread != "" {
		m["thread_ts"] = p.Thread
	}
	if !s.opts.Anonymous {
		m["bot_id"], m["app_id"], m["bot_profile"] = BotID, "A1", map[string]any{"id": BotID, "name": "alliancebot"}
	}
	s.event(m, nil)
}

// HomeOpened is what Slack sends when a person opens a tab of the app: "home" or "messages".
func HomeOpened(user, tab string) map[string]any {
	return map[string]any{"type": "app_home_opened", "user": user, "channel": "D" + strings.TrimPrefix(user, "U"), "tab": tab, "event_ts": "1.1"}
}

// Command runs a slash command, and returns what the acknowledgement shows, and whether there was one in 3 seconds.
func (s *Server) Command(user, channel, text string) (shown Post, acked bool) {
	s.mu.Lock()
	reply := s.newResponseURL(channel, user)
	payload := map[string]any{"token": "x", "team_id": Team, "team_domain": "d", "channel_id": channel, "channel_name": "general",
		"user_id": user, "user_name": "u", "command": "/alliance", "text": text, "api_app_id": "A1",
		"is_enterprise_install": "false", "response_url": reply, "trigger_id": "1.2.x"}
	envelope := s.id("env-")
	s.mu.Unlock()
	a := s.once("slash_commands", envelope, payload, 0)
	if a == nil {
		return Post{}, false
	}
	return s.show(a.payload, channel, user), true
}

// show makes a Post of what an acknowledgement holds.
func (s *Server) show(payload json.RawMessage, channel, user string) Post {
	var m struct {
		Type   string          `json:"response_type"`
		Text   string          `json:"text"`
		Blocks json.RawMessage `json:"blocks"`
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(payload) == 0 {
		return Post{}
	}
	if err := json.Unmarshal(payload, &m); err != nil {
		s.problem("ack: %v", err)
		return Post{}
	}
	if refused := s.check("ack", m.Text, string(m.Blocks), "false", "false"); refused != nil {
		s.problem("ack: %v", refused)
	}
	p := Post{Via: "ack", Channel: channel, User: user, TS: s.timestamp(), Text: m.Text, Blocks: m.Blocks, At: time.Now()}
	if m.Type == "in_channel" {
		p.User = ""
	}
	s.posts = append(s.posts, p)
	s.broadcast()
	return p
}

// Press presses a button of a message, and reports whether it was acknowledged in 3 seconds.
func (s *Server) Press(user string, p Post, b Button) bool {
	container := map[string]any{"type": "message", "message_ts": p.TS, "channel_id": p.Channel, "is_ephemeral": p.User != ""}
	payload := map[string]any{"container": container, "channel": map[string]any{"id": p.Channel, "name": "general"}}
	if p.Thread != "" {
		container["thread_ts"] = p.Thread
	}
	if p.User == "" {
		payload["message"] = map[string]any{"type": "message", "ts": p.TS, "text": p.Text, "thread_ts": p.Thread}
	}
	return s.press(user, p.Channel, b, payload)
}

// PressHome presses a button of the Home tab.
func (s *Server) PressHome(user string, b Button) bool {
	return s.press(user, "", b, map[string]any{"container": map[string]any{"type": "view", "view_id": "V1"},
		"view": map[string]any{"id": "V1", "type": "home"}})
}

func (s *Server) press(user, channel string, b Button, more map[string]any) bool {
	s.mu.Lock()
	payload := map[string]any{"type": "block_actions", "api_app_id": "A1", "token": "x", "trigger_id": "1",
		"user":       map[string]any{"id": user, "username": "u", "name": "u", "team_id": Team},
		"team":       map[string]any{"id": Team, "domain": "d"},
		"enterprise": nil, "is_enterprise_install": false, "state": map[string]any{"values": map[string]any{}},
		"actions": []any{map[string]any{"type": b.Type, "action_id": b.Action, "block_id": b.Block, "value": b.Value, "action_ts": s.timestamp()}}}
	if channel != "" {
		payload["response_url"] = s.newResponseURL(channel, user)
	}
	maps.Copy(payload, more)
	envelope := s.id("env-")
	s.mu.Unlock()
	return s.once("interactive", envelope, payload, 0) != nil
}

// Shortcut uses the message shortcut on a colleague's message, and reports whether it was acknowledged in 3 seconds.
func (s *Server) Shortcut(user, channel, ts, thread, text string) bool {
	s.mu.Lock()
	message := map[string]any{"type": "message", "user": "U2", "text": text, "ts": ts, "team": Team}
	if thread != "" {
		message["thread_ts"] = thread
	}
	payload := map[string]any{"type": "message_action", "callback_id": "alliance_ask", "token": "x", "action_ts": s.timestamp(),
		"team": map[string]any{"id": Team, "domain": "d"}, "user": map[string]any{"id": user, "username": "u", "team_id": Team, "name": "u"},
		"channel": map[string]any{"id": channel, "name": "general"}, "trigger_id": "1", "response_url": s.newResponseURL(channel, user),
		"message_ts": ts, "message": message, "is_enterprise_install": false, "enterprise": nil}
	envelope := s.id("env-")
	s.mu.Unlock()
	return s.once("interactive", envelope, payload, 0) != nil
}
