package discordtest_test

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"alliancebot/adapters/discord/discordtest"
)

// The tests in this file prove the loopback Discord with clients that we did not write.

const patience = 30 * time.Second

func await(t *testing.T, s *discordtest.Server, what string, cond func() bool) {
	t.Helper()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		changed := s.Changed()
		if cond() {
			return
		}
		select {
		case <-changed:
		case <-time.After(20 * time.Millisecond):
		case <-timer.C:
			t.Fatalf("waited in vain for %s; posts %+v, stats %+v, problems %q", what, s.Posts(), s.Stats(), s.Problems())
		}
	}
}

func said(s *discordtest.Server, text string) func() bool {
	return func() bool {
		for _, p := range s.Posts() {
			if strings.Contains(p.Body.Content, text) {
				return true
			}
		}
		return false
	}
}

// rewriter sends what is meant for Discord to the loopback server.
type rewriter struct{ to *url.URL }

func (w rewriter) RoundTrip(r *http.Request) (*http.Response, error) {
	out := r.Clone(r.Context())
	out.URL.Scheme, out.URL.Host, out.Host = w.to.Scheme, w.to.Host, w.to.Host
	return http.DefaultTransport.RoundTrip(out)
}

var nobody = &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}}

// discordgo as it is, with no more than another place to send its requests to.
func TestDiscordgo(t *testing.T) {
	t.Parallel()
	s := discordtest.New(discordtest.Options{Heartbeat: time.Second, IdentifyEvery: time.Nanosecond})
	t.Cleanup(s.Close)
	to, err := url.Parse(s.APIURL())
	if err != nil {
		t.Fatal(err)
	}
	session, err := discordgo.New("Bot " + discordtest.Token)
	if err != nil {
		t.Fatal(err)
	}
	session.Client = &http.Client{Transport: rewriter{to}}
	dialer := *websocket.DefaultDialer
	session.Dialer = &dialer
	session.StateEnabled = false
	session.Identify.Intents = discordgo.IntentsGuildMessages | discordgo.IntentsDirectMessages
	session.AddHandler(func(session *discordgo.Session, m *discordgo.MessageCreate) {
		if m.Author == nil || m.Author.Bot {
			return
		}
		_, err := session.ChannelMessageSendComplex(m.ChannelID, &discordgo.MessageSend{Content: "heard: " + m.Content, Reference: m.SoftReference(), AllowedMentions: nobody})
		if err != nil {
			t.Errorf("answering a message: %v", err)
		}
	})
	session.AddHandler(func(session *discordgo.Session, i *discordgo.InteractionCreate) {
		data := &discordgo.InteractionResponseData{Content: "answered", Flags: discordgo.MessageFlagsEphemeral, AllowedMentions: nobody}
		kind := discordgo.InteractionResponseChannelMessageWithSource
		switch i.Type {
		case discordgo.InteractionApplicationCommandAutocomplete:
			kind = discordgo.InteractionApplicationCommandAutocompleteResult
			data = &discordgo.InteractionResponseData{Choices: []*discordgo.ApplicationCommandOptionChoice{{Name: "one", Value: "1"}}}
		case discordgo.InteractionMessageComponent:
			data.Content = "pressed " + i.MessageComponentData().CustomID
		default:
			data.Components = []discordgo.MessageComponent{discordgo.ActionsRow{Components: []discordgo.MessageComponent{
				discordgo.Button{Label: "Press", Style: discordgo.PrimaryButton, CustomID: "a"}}}}
		}
		if err := session.InteractionRespond(i.Interaction, &discordgo.InteractionResponse{Type: kind, Data: data}); err != nil {
			t.Errorf("answering an interaction: %v", err)
		}
	})
	if err := session.Open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		session.Close()
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	})
	if _, err := session.ApplicationCommandBulkOverwrite(discordtest.AppID, "", []*discordgo.ApplicationCommand{{Name: "ask", Description: "Ask"}}); err != nil {
		t.Fatal(err)
	}
	if there, err := session.ApplicationCommands(discordtest.AppID, ""); err != nil || len(there) != 1 || there[0].ID == "" {
		t.Errorf("commands %+v, %v", there, err)
	}

	s.Direct("ann", "hello")
	await(t, s, "the answer to a direct message", said(s, "heard: hello"))
	i := s.Command("ann", discordtest.Channel, "ask", discordtest.JSON{"question": "q"})
	await(t, s, "the answer to a command", func() bool { return i.Result().Type == 4 })
	c := s.Type("ann", discordtest.Channel, "ask", "question", "q")
	await(t, s, "completions", func() bool { return len(c.Result().Choices) == 1 })
	b := s.Press("ann", i.Result().Post, "Press")
	await(t, s, "the answer to a button", func() bool { return strings.HasPrefix(b.Result().Post.Body.Content, "pressed a") })

	s.Cut() // and discordgo resumes
	s.Direct("ann", "after the cut")
	await(t, s, "the answer to a message that was missed", said(s, "heard: after the cut"))
	if st := s.Stats(); st.Resumes != 1 || st.Identifies != 1 {
		t.Errorf("%+v, want 1 resume and 1 identify", st)
	}
	if bad := s.Problems(); len(bad) > 0 {
		t.Errorf("problems: %q", bad)
	}
}

// script is a bot on discord.js.
const script = `
const { Client, GatewayIntentBits, Partials, MessageFlags } = require('discord.js');
const client = new Client({
  intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.DirectMessages],
  partials: [Partials.Channel, Partials.Message],
  rest: { api: process.env.API },
  allowedMentions: { parse: [], repliedUser: false },
});
const fail = (err) => { console.error(err); process.exit(1); };
client.on('error', fail);
client.on('messageCreate', (m) => {
  if (m.author.bot) return;
  m.client.rest.post('/channels/' + m.channelId + '/messages', { body: {
    content: 'discord.js heard: ' + m.content, allowed_mentions: { parse: [] },
    message_reference: { message_id: m.id, fail_if_not_exists: false },
  } }).catch(fail);
});
client.on('interactionCreate', (i) => {
  if (i.isAutocomplete()) i.respond([{ name: 'one', value: '1' }]).catch(fail);
  else i.reply({ content: 'discord.js answers ' + i.commandName, flags: MessageFlags.Ephemeral }).catch(fail);
});
client.once('clientReady', (c) => { console.log('ready as ' + c.user.username); });
client.login(process.env.TOKEN).catch(fail);
process.stdin.on('end', () => { client.destroy().then(() => process.exit(0)); });
process.stdin.resume();
`

// discordJS is the version that the proof was made with.
const discordJS = "discord.js@14.28.1"

// discord.js, an independent client in another language, logs in, hears a message and answers an interaction.
func TestDiscordJS(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	npm, err2 := exec.LookPath("npm")
	if err != nil || err2 != nil {
		t.Skip("node and npm are not installed: discord.js cannot run")
	}
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	t.Cleanup(cancel)
	install := exec.CommandContext(ctx, npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", dir, discordJS)
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("npm install %s: %v\n%s", discordJS, err, out)
	}
	if err := os.WriteFile(filepath.Join(dir, "bot.js"), []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}

	s := discordtest.New(discordtest.Options{Heartbeat: 2 * time.Second})
	t.Cleanup(s.Close)
	bot := exec.CommandContext(ctx, node, "bot.js")
	bot.Dir = dir
	bot.Env = append(os.Environ(), "API="+s.APIURL(), "TOKEN="+discordtest.Token)
	var out bytes.Buffer
	bot.Stdout, bot.Stderr = &out, &out
	stdin, err := bot.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := bot.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close() // asks it to leave
		if err := bot.Wait(); err != nil {
			t.Errorf("the bot on discord.js: %v\n%s", err, out.String())
		}
		if bad := s.Problems(); len(bad) > 0 {
			t.Errorf("problems: %q", bad)
		}
	})
	await(t, s, "a session of discord.js", func() bool { return s.Sessions() == 1 })
	s.Mention("ann", discordtest.Channel, "hello")
	await(t, s, "the answer to a mention", said(s, "discord.js heard: <@"+discordtest.AppID+"> hello"))
	i := s.Command("ann", discordtest.Channel, "ask", discordtest.JSON{"question": "q"})
	await(t, s, "the answer to a command", func() bool { return i.Result().Post.Body.Content == "discord.js answers ask" })
	if to := i.Result().Post.To; to != discordtest.UserID("ann") {
		t.Errorf("the answer is for %q, want the person who asked", to)
	}
	c := s.Type("ann", discordtest.Channel, "ask", "question", "q")
	await(t, s, "completions", func() bool { return len(c.Result().Choices) == 1 })
	s.Cut()
	s.Direct("ann", "after the cut")
	await(t, s, "the answer to a message that was missed", said(s, "discord.js heard: after the cut"))
	if st := s.Stats(); st.Resumes == 0 {
		t.Errorf("%+v, want a resume", st)
	}
}
