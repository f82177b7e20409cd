package slack

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// kind says what an inbound is.
type kind string

const (
	ignored        kind = "ignored"      // nothing to answer; it is only acknowledged
	mention        kind = "mention"      // app_mention
	direct         kind = "direct"       // a message to the bot
	channelMessage kind = "message"      // a message in a channel, seen when follow-ups are on
	homeOpened     kind = "home"         // the Home tab was opened
	chatOpened     kind = "chat"         // the Messages tab, or a thread of the older assistant view, was opened
	command        kind = "command"      // /alliance
	shortcut       kind = "shortcut"     // the message shortcut
	press          kind = "press"        // a button
	rateLimited    kind = "rate limited" // Slack holds events back
	verification   kind = "verification" // HTTP only: Slack asks whether the address is ours
)

// inbound is one thing that Slack sent, whichever way it came. Handlers never see the transport.
type inbound struct {
	kind       kind
	eventID    string
	team       string // the workspace in which it happened
	channel    string
	user       string
	userTeam   string // the user's own workspace, when Slack says so
	outside    bool   // the channel is shared with another organisation
	enterprise bool   // the workspace is one of several of the same organisation
	bot        bool   // another bot, or this one, wrote it
	subtype    string
	ts         string // of the message itself
	thread     string // of the message's thread; empty at the top level
	text       string // as Slack sends it
	pressed    pressed
	reply      string // the response_url
	challenge  string
	installs   []string // the workspaces that have the app, as far as this says

	// ack acknowledges it, once: later calls do nothing. It does not block. The payload may be nil; it is shown to
	// the person, where takesPayload is set. nack says that it is not going to be acknowledged.
	ack          func(payload any)
	nack         func()
	takesPayload bool
}

// pressed is the button of a press.
type pressed struct {
	action, value, ts string
	message           string // ts of the message that holds it
	thread            string // thread of that message; empty at the top level
	ephemeral         bool
	view              bool // it stands on the Home tab
}

// root is the thread to answer in: the one of the message, or a new one under it.
func (in *inbound) root() string {
	if in.thread != "" {
		return in.thread
	}
	return in.ts
}

// post identifies the message over all the events about it.
func (in *inbound) post() string {
	if in.ts == "" {
		return ""
	}
	return in.team + "|" + in.channel + "|" + in.ts
}

// The structs below hold what the bot reads of Slack's payloads and nothing more, so that a field of a new shape
// somewhere else breaks nothing. Shapes: https://docs.slack.dev/apis/events-api/, #the-events-api-payload, and
// https://docs.slack.dev/reference/interaction-payloads/.

type eventPayload struct {
	Type           string          `json:"type"`
	Challenge      string          `json:"challenge"`
	TeamID         string          `json:"team_id"`
	EnterpriseID   string          `json:"enterprise_id"`
	EventID        string          `json:"event_id"`
	Outside        bool            `json:"is_ext_shared_channel"`
	Event          json.RawMessage `json:"event"`
	Authorizations []struct {
		EnterpriseID string `json:"enterprise_id"`
		TeamID       string `json:"team_id"`
	} `json:"authorizations"`
}

type eventBody struct {
	Type            string          `json:"type"`
	Subtype         string          `json:"subtype"`
	Hidden          bool            `json:"hidden"`
	User            string          `json:"user"`
	BotID           string          `json:"bot_id"`
	BotProfile      json.RawMessage `json:"bot_profile"`
	Text            string          `json:"text"`
	TS              string          `json:"ts"`
	ThreadTS        string          `json:"thread_ts"`
	Channel         string          `json:"channel"`
	ChannelType     string          `json:"channel_type"`
	Team            string          `json:"team"`
	UserTeam        string          `json:"user_team"`
	SourceTeam      string          `json:"source_team"`
	Tab             string          `json:"tab"`
	AssistantThread *struct {
		UserID    string `json:"user_id"`
		ChannelID string `json:"channel_id"`
		ThreadTS  string `json:"thread_ts"`
	} `json:"assistant_thread"`
}

// parseEvent reads the payload of an events_api envelope, which is also the body of an Events API request. What the
// bot has no use for is ignored, not an error.
func parseEvent(raw []byte) (*inbound, error) {
	var p eventPayload
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, fmt.Errorf("event: %w", err)
	}
	in := &inbound{kind: ignored, eventID: p.EventID, team: p.TeamID, outside: p.Outside, challenge: p.Challenge,
		enterprise: p.EnterpriseID != ""}
	for _, a := range p.Authorizations {
		in.installs = append(in.installs, a.TeamID)
		in.enterprise = in.enterprise || a.EnterpriseID != ""
	}
	switch {
	case p.Type == "url_verification":
		in.kind = verification
	case p.Type == "app_rate_limited":
		in.kind = rateLimited
	case len(p.Event) > 0:
		var e eventBody
		if err := json.Unmarshal(p.Event, &e); err != nil {
			return nil, fmt.Errorf("event: %w", err)
		}
		in.fromEvent(&e)
	}
	return in, nil
}

func (in *inbound) fromEvent(e *eventBody) {
	in.channel, in.user, in.ts, in.thread, in.text, in.subtype = e.Channel, e.User, e.TS, e.ThreadTS, e.Text, e.Subtype
	in.userTeam = first(e.UserTeam, e.SourceTeam)
	if in.userTeam == "" && in.outside {
		in.userTeam = e.Team
	}
	in.bot = e.BotID != "" || len(e.BotProfile) > 0 && string(e.BotProfile) != "null"
	switch e.Type {
	case "app_mention":
		in.kind = mention
	case "message":
		in.kind = channelMessage
		if e.ChannelType == "im" || e.ChannelType == "app_home" || strings.HasPrefix(e.Channel, "D") {
			in.kind = direct
		}
	case "app_home_opened":
		in.kind = homeOpened
		if e.Tab == "messages" {
			in.kind = chatOpened
		}
		return
	case "assistant_thread_started":
		if t := e.AssistantThread; t != nil {
			in.kind, in.user, in.channel, in.thread = chatOpened, t.UserID, t.ChannelID, t.ThreadTS
		}
		return
	default:
		return
	}
	// Edits, deletions, joins and the like carry a subtype; a post with a file or one that is also sent to the
	// channel is still a person's message.
	if e.Hidden || e.Subtype != "" && e.Subtype != "file_share" && e.Subtype != "thread_broadcast" {
		in.kind = ignored
	}
}

type commandPayload struct {
	TeamID      string `json:"team_id"`
	ChannelID   string `json:"channel_id"`
	UserID      string `json:"user_id"`
	Text        string `json:"text"`
	ResponseURL string `json:"response_url"`
	TriggerID   string `json:"trigger_id"`
}

// parseCommand reads the payload of a slash_commands envelope.
func parseCommand(raw []byte) (*inbound, error) {
	var p commandPayload
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, fmt.Errorf("command: %w", err)
	}
	return p.inbound(), nil
}

// parseCommandForm reads the form of a slash command request, which has the same fields.
func parseCommandForm(form url.Values) *inbound {
	return commandPayload{form.Get("team_id"), form.Get("channel_id"), form.Get("user_id"), form.Get("text"),
		form.Get("response_url"), form.Get("trigger_id")}.inbound()
}

func (p commandPayload) inbound() *inbound {
	return &inbound{kind: command, eventID: p.TriggerID, team: p.TeamID, channel: p.ChannelID, user: p.UserID,
		text: p.Text, reply: p.ResponseURL}
}

type interactionPayload struct {
	Type        string `json:"type"`
	ActionTS    string `json:"action_ts"`
	ResponseURL string `json:"response_url"`
	MessageTS   string `json:"message_ts"`
	Team        struct {
		ID string `json:"id"`
	} `json:"team"`
	User struct {
		ID     string `json:"id"`
		TeamID string `json:"team_id"`
	} `json:"user"`
	Channel struct {
		ID string `json:"id"`
	} `json:"channel"`
	Enterprise *struct {
		ID string `json:"id"`
	} `json:"enterprise"`
	Container struct {
		Type      string `json:"type"`
		MessageTS string `json:"message_ts"`
		ChannelID string `json:"channel_id"`
		ThreadTS  string `json:"thread_ts"`
		Ephemeral bool   `json:"is_ephemeral"`
	} `json:"container"`
	Message struct {
		TS       string `json:"ts"`
		ThreadTS string `json:"thread_ts"`
		Text     string `json:"text"`
	} `json:"message"`
	Actions []struct {
		ActionID string `json:"action_id"`
		Value    string `json:"value"`
		ActionTS string `json:"action_ts"`
	} `json:"actions"`
}

// parseInteraction reads the payload of an interactive envelope, which is also the form field payload of an
// interactivity request.
func parseInteraction(raw []byte) (*inbound, error) {
	var p interactionPayload
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, fmt.Errorf("interaction: %w", err)
	}
	in := &inbound{kind: ignored, team: first(p.Team.ID, p.User.TeamID), user: p.User.ID, userTeam: p.User.TeamID,
		channel: first(p.Channel.ID, p.Container.ChannelID), reply: p.ResponseURL, enterprise: p.Enterprise != nil}
	switch p.Type {
	case "message_action":
		in.kind = shortcut
		in.eventID = first(p.ActionTS, p.MessageTS)
		in.ts, in.thread, in.text = first(p.Message.TS, p.MessageTS), p.Message.ThreadTS, p.Message.Text
	case "block_actions":
		if len(p.Actions) == 0 {
			break
		}
		a := p.Actions[0]
		in.kind = press
		in.pressed = pressed{action: a.ActionID, value: a.Value, ts: first(a.ActionTS, p.ActionTS),
			message: first(p.Container.MessageTS, p.Message.TS), thread: first(p.Container.ThreadTS, p.Message.ThreadTS),
			ephemeral: p.Container.Ephemeral, view: p.Container.Type == "view"}
	}
	return in, nil
}

// first returns the first of texts that is not empty.
func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// ackWith acknowledges it. An error is the transport's to log.
func (in *inbound) ackWith(payload any) {
	if in.ack != nil {
		in.ack(payload)
	}
}

// refuse leaves it unacknowledged, so that Slack delivers it again.
func (in *inbound) refuse() {
	if in.nack != nil {
		in.nack()
	}
}
