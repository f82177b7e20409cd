// Package discord connects the bot to Discord servers. It is the only package that knows discordgo.
package discord

import (
	_ "github.com/bwmarrin/discordgo"
	_ "github.com/gorilla/websocket"
)
