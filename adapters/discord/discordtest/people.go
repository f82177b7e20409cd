package discordtest

import (
	"strings"
	"time"
)

// Say makes a message of a person as Discord delivers it, and does not deliver it. Without the privileged intent the
// bot reads it only in direct messages and where it is mentioned.
func (s *Server) Say(person, channel, content string) JSON {
	s.mu.Lock()
	defer s.mu.Unlock()
	user := UserID(person)
	m := JSON{"id": s.id(), "channel_id": channel, "type": 0, "content": content, "timestamp": time.Now().UTC().Format(time.RFC3339Nano),
		"edited_timestamp": nil, "tts": false, "pinned": false, "mention_everyone": false, "mentions": []any{}, "mention_roles": []any{},
		"attachments": []any{}, "embeds": []any{}, "components": []any{}, "flags": 0, "nonce": "1",
		"author": JSON{"id": user, "username": "someone", "discriminator": "0", "global_name": nil, "avatar": nil}}
	if isDirect(channel) {
		m["channel_type"] = 1
		return m
	}
	m["guild_id"], m["channel_type"] = GuildID, 0
	m["member"] = JSON{"roles": []string{}, "joined_at": "2026-01-01T00:00:00+00:00", "deaf": false, "mute": false, "flags": 0}
	if strings.Contains(content, "<@"+AppID+">") || strings.Contains(content, "<@!"+AppID+">") {
		m["mentions"] = []JSON{botUser()}
	} else {
		m["content"] = ""
	}
	return m
}

// Mention makes and delivers a message that mentions the bot. It returns the message.
func (s *Server) Mention(person, channel, text string) JSON {
	m := s.Say(person, channel, strings.TrimSpace("<@"+AppID+"> "+text))
	s.DeliverMessage(m)
	return m
}

// Direct makes and delivers a direct message.
func (s *Server) Direct(person, text string) JSON {
	m := s.Say(person, DirectChannel(UserID(person)), text)
	s.DeliverMessage(m)
	return m
}

// DeliverMessage delivers a message to whom it concerns.
func (s *Server) DeliverMessage(m JSON) {
	intent := 1 << 9
	if channel, _ := m["channel_id"].(string); isDirect(channel) {
		intent = 1 << 12
	}
	s.Deliver("MESSAGE_CREATE", intent, m)
}

// Thread makes a forum post, without its first message: it returns the event of the thread and the first message,
// and delivers neither.
func (s *Server) Thread(person, forum, title, content string) (thread, starter JSON) {
	starter = s.Say(person, Channel, "")
	id := starter["id"].(string)
	starter["channel_id"], starter["channel_type"] = id, 11
	if strings.Contains(content, "<@"+AppID+">") {
		starter["content"], starter["mentions"] = content, []JSON{botUser()}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.threads[id] = false
	return JSON{"id": id, "guild_id": GuildID, "parent_id": forum, "owner_id": UserID(person), "type": 11, "name": title, "newly_created": true,
		"thread_metadata": JSON{"archived": false, "archive_timestamp": "2026-09-01T10:00:00+00:00", "auto_archive_duration": 1440, "locked": false},
		"applied_tags":    []any{}}, starter
}

// Started lets people write below the first message of a forum post.
func (s *Server) Started(thread JSON) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.threads[thread["id"].(string)] = true
}

// Text is all that people see of a post, without its buttons. Without embeds it is what people see who have them
// switched off.
func (p Post) Text(embeds bool) string {
	parts := []string{p.Body.Content}
	if embeds {
		for _, e := range p.Body.Embeds {
			parts = append(parts, e.Title, e.Description)
			if e.Footer != nil {
				parts = append(parts, e.Footer.Text)
			}
		}
	}
	var kept []string
	for _, part := range parts {
		if part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "\n\n")
}

// Labels are the labels of all that can be pressed in a post.
func (p Post) Labels() []string {
	var labels []string
	for _, row := range p.Body.Components {
		for _, c := range row.Components {
			if c.Type == 2 {
				labels = append(labels, c.Label)
			}
			for _, o := range c.Options {
				labels = append(labels, o.Label)
			}
		}
	}
	return labels
}
