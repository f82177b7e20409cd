package discord

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"
)

// flagEphemeral shows a message to one person only. It works for answers to interactions, not for ordinary messages.
const flagEphemeral = int(discordgo.MessageFlagsEphemeral)

// Discord's codes for what can be helped.
// https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
const (
	codeUnknownInteraction = 10062
	codeUnknownWebhook     = 10015 // also: the interaction has no answer yet
	codeAcknowledged       = 40060
	codeNotYet             = 40058 // the first message of a forum post is not there yet
	codeMissingAccess      = 50001
	codeNoDirect           = 50007
	codeMissingPermissions = 50013
	codeReplyNeedsHistory  = 160002
)

// outgoing is a message as Discord wants it. Every field that Discord would fill with a default of its own is always
// sent; above all allowed_mentions, without which text could call people.
type outgoing struct {
	Content    string                            `json:"content"`
	Embeds     []*discordgo.MessageEmbed         `json:"embeds"`
	Components []discordgo.MessageComponent      `json:"components"`
	Mentions   *discordgo.MessageAllowedMentions `json:"allowed_mentions"`
	Flags      int                               `json:"flags,omitempty"`
	Nonce      string                            `json:"nonce,omitempty"`
	Enforce    bool                              `json:"enforce_nonce,omitempty"`
	Reference  *discordgo.MessageReference       `json:"message_reference,omitempty"`
}

// message makes the card ready to be sent.
func (c card) message(flags int) outgoing {
	m := outgoing{Content: c.content, Embeds: c.embeds, Components: c.rows, Flags: flags,
		Mentions: &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}}}
	if m.Embeds == nil {
		m.Embeds = []*discordgo.MessageEmbed{}
	}
	if m.Components == nil {
		m.Components = []discordgo.MessageComponent{}
	}
	return m
}

// place is where a message goes.
type place struct {
	channel string
	reply   *discordgo.MessageReference // the message that it answers; nil: none
	nonce   string                      // the same for the same answer, so that Discord drops it when it comes twice
}

// replyTo is a reply to the message, also if that is deleted meanwhile.
func (a *Adapter) replyTo(m *message) place {
	deleted := false
	return place{
		channel: string(m.ChannelID),
		reply: &discordgo.MessageReference{MessageID: string(m.ID), ChannelID: string(m.ChannelID), GuildID: string(m.GuildID),
			FailIfNotExists: &deleted},
		nonce: "q" + string(m.ID),
	}
}

var errClosed = errors.New("the bot may not write in this channel")

// send sends the cards one after the other, only the first as a reply. It returns an error if the first could not be
// sent.
func (a *Adapter) send(ctx context.Context, to place, cards []card) error {
	if a.closed.Has(to.channel) {
		return errClosed
	}
	for i, c := range cards {
		m := c.message(0)
		// Discord takes nonces of at most 25 characters.
		m.Nonce, m.Enforce = cutRunes(to.nonce, 22)+"."+strconv.Itoa(i), true
		if i == 0 {
			m.Reference = to.reply
		}
		if err := a.post(ctx, to.channel, m); err != nil {
			a.complain("sending a message", err)
			if i == 0 {
				return err
			}
			return nil
		}
	}
	return nil
}

// notYetTries are the waits for a forum post that has not got its first message.
var notYetTries = []time.Duration{time.Second, 2 * time.Second, 4 * time.Second}

// post sends one message, and makes do where something is not allowed.
func (a *Adapter) post(ctx context.Context, channel string, m outgoing) error {
	r := call{method: http.MethodPost, path: "channels/" + channel + "/messages", bucket: "channel " + channel, again: true}
	for try := 0; ; try++ {
		r.body = m
		err := a.rest.do(ctx, r)
		switch c := code(err); {
		case err == nil:
			return nil
		case m.Reference != nil && (c == codeReplyNeedsHistory || unknownReference(err)):
			m.Reference = nil
		case c == codeNotYet && try < len(notYetTries):
			if !pause(ctx, notYetTries[try]) {
				return err
			}
		case c == codeMissingAccess || c == codeMissingPermissions:
			a.closed.First(channel)
			return err
		default:
			return err
		}
	}
}

// unknownReference reports whether only the reply is at fault. Nothing but that is left to chance in a message.
func unknownReference(err error) bool {
	var e *restError
	return errors.As(err, &e) && e.status == http.StatusBadRequest && strings.Contains(e.text, "message_reference")
}

// directChannel opens the channel of direct messages with a person.
func (c *client) directChannel(ctx context.Context, person string) (string, error) {
	var answer struct {
		ID text `json:"id"`
	}
	err := c.do(ctx, call{method: http.MethodPost, path: "users/@me/channels", body: map[string]string{"recipient_id": person},
		into: &answer, bucket: "direct", again: true})
	if err == nil && answer.ID == "" {
		err = errors.New("discord named no channel for direct messages")
	}
	return string(answer.ID), err
}

// me asks who the token belongs to.
func (c *client) me(ctx context.Context) (user, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var answer user
	err := c.do(ctx, call{method: http.MethodGet, path: "users/@me", into: &answer, bucket: "users/@me", again: true})
	return answer, err
}
