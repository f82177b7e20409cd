package discord

// What the bot reads of Discord's objects. These are our own structs with the few fields that count, and not
// discordgo's, so that a kind of component, embed or channel that is newer than the library cannot spoil a message.

type user struct {
	ID   text   `json:"id"`
	Name string `json:"username"`
	Bot  bool   `json:"bot"`
}

type message struct {
	ID           text   `json:"id"`
	ChannelID    text   `json:"channel_id"`
	GuildID      text   `json:"guild_id"` // empty in direct messages
	ChannelType  int    `json:"channel_type"`
	Type         int    `json:"type"`
	Content      string `json:"content"`
	Author       *user  `json:"author"`
	WebhookID    text   `json:"webhook_id"`
	Mentions     []user `json:"mentions"`
	MentionRoles []text `json:"mention_roles"`
	Flags        int    `json:"flags"`
}

// https://discord.com/developers/docs/resources/message#message-object-message-types
const (
	messageDefault = 0
	messageReply   = 19
)

// https://discord.com/developers/docs/resources/channel#channel-object-channel-types
const (
	channelDirect        = 1
	channelGroup         = 3
	channelNewsThread    = 10
	channelPublicThread  = 11
	channelPrivateThread = 12
)

func isThread(channelType int) bool {
	return channelType == channelNewsThread || channelType == channelPublicThread || channelType == channelPrivateThread
}

type thread struct {
	ID           text   `json:"id"`
	GuildID      text   `json:"guild_id"`
	ParentID     text   `json:"parent_id"`
	OwnerID      text   `json:"owner_id"`
	Name         string `json:"name"`
	NewlyCreated bool   `json:"newly_created"`
	Metadata     struct {
		Archived bool `json:"archived"`
		Locked   bool `json:"locked"`
	} `json:"thread_metadata"`
}

type guild struct {
	ID    text `json:"id"`
	Roles []struct {
		ID   text `json:"id"`
		Tags struct {
			BotID text `json:"bot_id"`
		} `json:"tags"`
	} `json:"roles"`
}

// https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object-interaction-type
const (
	interactionPing         = 1
	interactionCommand      = 2
	interactionComponent    = 3
	interactionAutocomplete = 4
)

type interaction struct {
	ID             text            `json:"id"`
	ApplicationID  text            `json:"application_id"`
	Type           int             `json:"type"`
	Token          string          `json:"token"`
	GuildID        text            `json:"guild_id"`
	ChannelID      text            `json:"channel_id"`
	Channel        channel         `json:"channel"`
	Member         *member         `json:"member"` // in servers
	User           *user           `json:"user"`   // elsewhere
	AppPermissions text            `json:"app_permissions"`
	Message        *message        `json:"message"` // that holds the button
	Data           interactionData `json:"data"`
}

type channel struct {
	ID   text `json:"id"`
	Type int  `json:"type"`
}

type member struct {
	User *user `json:"user"`
}

type interactionData struct {
	Name     string   `json:"name"`
	Type     int      `json:"type"`
	Options  []option `json:"options"`
	TargetID text     `json:"target_id"`
	Resolved struct {
		Messages map[string]message `json:"messages"`
	} `json:"resolved"`
	CustomID string   `json:"custom_id"`
	Values   []string `json:"values"`
}

type option struct {
	Name    string `json:"name"`
	Value   text   `json:"value"`
	Focused bool   `json:"focused"`
}

func (d interactionData) option(name string) (value string, given bool) {
	for _, o := range d.Options {
		if o.Name == name {
			return string(o.Value), true
		}
	}
	return "", false
}

// person is the id of whoever did it, or "".
func (in *interaction) person() string {
	switch {
	case in.Member != nil && in.Member.User != nil:
		return string(in.Member.User.ID)
	case in.User != nil:
		return string(in.User.ID)
	}
	return ""
}

// channelID is where it was done; older payloads give only one of the two.
func (in *interaction) channelID() string {
	if in.ChannelID != "" {
		return string(in.ChannelID)
	}
	return string(in.Channel.ID)
}
