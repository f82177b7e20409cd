package discordtest

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Interaction is something that a person did with a command or a button, and what became of it.
type Interaction struct {
	ID, Token string
	Kind      int    // 2 command, 3 button or menu, 4 autocomplete
	User      string // the id of the person

	s        *Server
	channel  string
	on       *Post // that holds the button
	payload  JSON
	sent     time.Time
	answered time.Time
	response int // its type; 0: none yet
	choices  []Option
	post     *Post
}

// Result is how an interaction stands.
type Result struct {
	Type    int           // of the answer; 0: there is none
	After   time.Duration // until the answer
	Choices []Option      // of an autocomplete
	Post    Post          // that the answer made or changed
}

// Result returns how the interaction stands.
func (i *Interaction) Result() Result {
	i.s.mu.Lock()
	defer i.s.mu.Unlock()
	r := Result{Type: i.response, Choices: i.choices}
	if i.response != 0 {
		r.After = i.answered.Sub(i.sent)
	}
	if i.post != nil {
		r.Post = *i.post
	}
	return r
}

// Again delivers the very same interaction once more.
func (i *Interaction) Again() { i.s.send(i) }

// Command has a person use a chat command, with options that may be strings or booleans.
func (s *Server) Command(person, channel, command string, options JSON) *Interaction {
	return s.interact(person, channel, 2, nil, JSON{"id": "700", "name": command, "type": 1, "options": optionList(options, "")})
}

// Type has a person type into the option of a command that is completed.
func (s *Server) Type(person, channel, command, option, typed string) *Interaction {
	return s.interact(person, channel, 4, nil, JSON{"id": "700", "name": command, "type": 1, "options": optionList(JSON{option: typed}, option)})
}

// OnMessage has a person use a command in the menu of a message, which is given as Discord gives messages.
func (s *Server) OnMessage(person, channel, command string, message JSON) *Interaction {
	id := fmt.Sprint(message["id"])
	return s.interact(person, channel, 2, nil, JSON{"id": "701", "name": command, "type": 3, "target_id": id,
		"resolved": JSON{"messages": JSON{id: message}}})
}

// Press has a person press the button, or choose the option of a menu, of that label. It returns nil if there is none.
func (s *Server) Press(person string, p Post, label string) *Interaction {
	for _, row := range p.Body.Components {
		for _, c := range row.Components {
			if c.Type == 2 && c.Label == label && c.CustomID != "" {
				return s.PressID(person, p, c.CustomID)
			}
			for _, o := range c.Options {
				if o.Label == label {
					return s.interact(person, p.Channel, 3, &p, JSON{"custom_id": c.CustomID, "component_type": 3, "values": []string{o.Value}})
				}
			}
		}
	}
	return nil
}

// PressID has a person press a button with that custom id, which may be of another time.
func (s *Server) PressID(person string, p Post, customID string) *Interaction {
	return s.interact(person, p.Channel, 3, &p, JSON{"custom_id": customID, "component_type": 2})
}

func optionList(options JSON, focused string) []JSON {
	list := []JSON{}
	for _, key := range []string{"question", "public"} {
		v, given := options[key]
		if !given {
			continue
		}
		o := JSON{"name": key, "type": 3, "value": v}
		if _, boolean := v.(bool); boolean {
			o["type"] = 5
		}
		if key == focused {
			o["focused"] = true
		}
		list = append(list, o)
	}
	return list
}

func (s *Server) interact(person, channel string, kind int, on *Post, data JSON) *Interaction {
	s.mu.Lock()
	user := UserID(person)
	i := &Interaction{s: s, ID: s.id(), Kind: kind, User: user, channel: channel, on: on}
	i.Token = "interaction-token-" + i.ID
	i.payload = JSON{"id": i.ID, "application_id": AppID, "type": kind, "token": i.Token, "version": 1, "channel_id": channel,
		"locale": "en-GB", "app_permissions": everyone, "entitlements": []any{}, "attachment_size_limit": 10485760, "data": data}
	who := JSON{"id": user, "username": "someone", "discriminator": "0", "global_name": nil}
	if isDirect(channel) {
		i.payload["user"], i.payload["context"], i.payload["authorizing_integration_owners"] = who, 1, JSON{"0": "0"}
		i.payload["channel"] = JSON{"id": channel, "type": 1}
	} else {
		i.payload["guild_id"], i.payload["guild_locale"], i.payload["context"] = GuildID, "en-US", 0
		i.payload["channel"] = JSON{"id": channel, "type": 0}
		i.payload["authorizing_integration_owners"] = JSON{"0": GuildID}
		i.payload["member"] = JSON{"user": who, "roles": []string{}, "permissions": "0", "joined_at": "2026-01-01T00:00:00+00:00",
			"deaf": false, "mute": false, "flags": 0}
	}
	if on != nil {
		i.payload["message"] = on.object()
	}
	s.interactions[i.Token] = i
	i.sent = time.Now()
	s.mu.Unlock()
	s.send(i)
	return i
}

// send delivers an interaction over the gateway or by a post.
func (s *Server) send(i *Interaction) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.endpoint == "" {
		s.deliver("INTERACTION_CREATE", 0, i.payload)
		return
	}
	endpoint := s.endpoint
	s.wg.Go(func() { s.postInteraction(i, endpoint) })
}

// Sign returns a request as Discord signs it, at that time.
func (s *Server) Sign(address string, body []byte, at time.Time) *http.Request {
	stamp := strconv.FormatInt(at.Unix(), 10)
	r, err := http.NewRequest(http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		panic(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Signature-Timestamp", stamp)
	r.Header.Set("X-Signature-Ed25519", hex.EncodeToString(ed25519.Sign(s.private, append([]byte(stamp), body...))))
	return r
}

func (s *Server) postInteraction(i *Interaction, endpoint string) {
	client := &http.Client{Timeout: s.opts.AnswerIn, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(s.Sign(endpoint, encode(i.payload), time.Now()))
	if err != nil {
		return
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	if resp.StatusCode == http.StatusOK {
		i.answer(body)
	}
	s.tell()
}

func serveCallback(r request) reply {
	i := r.s.interactions[r.parts[2]]
	if i == nil || i.ID != r.parts[1] {
		return refusal(404, 10062, "Unknown interaction")
	}
	r.s.stats.Callbacks++
	answer := i.answer(r.body)
	if answer.status == http.StatusNoContent && strings.Contains(r.query, "with_response=true") {
		body := JSON{"interaction": JSON{"id": i.ID, "type": i.Kind}}
		if i.post != nil {
			body["resource"] = JSON{"type": i.response, "message": i.post.object()}
		}
		return reply{200, body}
	}
	return answer
}

// answer takes the answer to an interaction. The caller holds the lock.
func (i *Interaction) answer(raw json.RawMessage) reply {
	s := i.s
	if i.response != 0 {
		s.problem("a second answer to an interaction")
		return refusal(400, 40060, "Interaction has already been acknowledged.")
	}
	if time.Since(i.sent) > s.opts.AnswerIn {
		return refusal(404, 10062, "Unknown interaction")
	}
	var answer struct {
		Type int             `json:"type"`
		Data json.RawMessage `json:"data"`
	}
	if json.Unmarshal(raw, &answer) != nil {
		return refusal(400, 50109, "The request body contains invalid JSON.")
	}
	var bad []string
	switch {
	case i.Kind == 4 && answer.Type != 8:
		bad = []string{"type: Value must be one of {8}."}
	case answer.Type == 8 && i.Kind == 4:
		i.choices, bad = checkChoices(answer.Data)
	case answer.Type == 4 || answer.Type == 7 && i.Kind == 3:
		bad = i.show(answer.Type, answer.Data)
	case answer.Type == 5 || answer.Type == 6 && i.Kind == 3:
	default:
		bad = []string{fmt.Sprintf("type: Value %d does not fit.", answer.Type)}
	}
	if len(bad) > 0 {
		s.problem("the answer to an interaction: %v", bad)
		return invalidForm(bad)
	}
	i.response, i.answered = answer.Type, time.Now()
	return reply{status: http.StatusNoContent}
}

// show makes or changes the message of the answer.
func (i *Interaction) show(kind int, raw json.RawMessage) []string {
	s := i.s
	var m Message
	if err := json.Unmarshal(raw, &m); err != nil {
		return []string{err.Error()}
	}
	if bad := m.check(); len(bad) > 0 {
		return bad
	}
	for _, p := range m.mind() {
		s.problem("%s: %q", p, m.Content)
	}
	if kind == 7 {
		for _, p := range s.posts {
			if i.on != nil && p.ID == i.on.ID {
				m.Flags = p.Body.Flags // which nothing changes
				p.Body, i.post = m, p
				s.history = append(s.history, *p)
			}
		}
		return nil
	}
	i.post = i.newPost(m)
	return nil
}

func (i *Interaction) newPost(m Message) *Post {
	p := &Post{ID: i.s.id(), Channel: i.channel, Direct: isDirect(i.channel), Interaction: i.ID, Body: m}
	if m.Flags&64 != 0 {
		p.To = i.User
	}
	i.s.posts, i.s.history = append(i.s.posts, p), append(i.s.history, *p)
	return p
}

func (s *Server) byToken(token string) (*Interaction, *reply) {
	i := s.interactions[token]
	if i == nil || time.Since(i.sent) > s.opts.TokenFor {
		r := refusal(401, 50027, "Invalid Webhook Token")
		return nil, &r
	}
	if i.response == 0 {
		r := refusal(404, 10015, "Unknown Webhook")
		return nil, &r
	}
	return i, nil
}

func serveFollowUp(r request) reply {
	i, refused := r.s.byToken(r.parts[2])
	if refused != nil {
		return *refused
	}
	var m Message
	if json.Unmarshal(r.body, &m) != nil {
		return refusal(400, 50109, "The request body contains invalid JSON.")
	}
	if bad := m.check(); len(bad) > 0 {
		r.s.problem("a follow-up: %v", bad)
		return invalidForm(bad)
	}
	for _, p := range m.mind() {
		r.s.problem("%s: %q", p, m.Content)
	}
	return reply{200, i.newPost(m).object()}
}

func serveOriginal(r request) reply {
	i, refused := r.s.byToken(r.parts[2])
	if refused != nil {
		return *refused
	}
	if i.post == nil {
		return refusal(404, 10008, "Unknown Message")
	}
	switch r.method {
	case http.MethodPatch:
		if bad := i.edit(r.body); len(bad) > 0 {
			return invalidForm(bad)
		}
	case http.MethodDelete:
		return reply{status: http.StatusNoContent}
	}
	return reply{200, i.post.object()}
}

func (i *Interaction) edit(raw json.RawMessage) []string {
	m := i.post.Body
	if err := json.Unmarshal(raw, &m); err != nil {
		return []string{err.Error()}
	}
	bad := m.check()
	if len(bad) == 0 {
		i.post.Body = m
	}
	return bad
}
