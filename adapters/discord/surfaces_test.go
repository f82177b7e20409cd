package discord

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"alliancebot/adapters/adaptertest"
	"alliancebot/adapters/discord/discordtest"
	"alliancebot/bot"
	"alliancebot/bot/guard"
)

const ephemeral = 64

func question(text string) discordtest.JSON { return discordtest.JSON{"question": text} }

func directOf(person string) string { return discordtest.DirectChannel(discordtest.UserID(person)) }

func TestAskCommand(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		cfg     Config
		channel string
		options discordtest.JSON
		hidden  bool
	}{
		{"private by default", Config{}, discordtest.Channel, question("which boroughs do you cover?"), true},
		{"public by option", Config{}, discordtest.Channel, discordtest.JSON{"question": "which boroughs do you cover?", "public": true}, false},
		{"public by configuration", Config{Answers: Public}, discordtest.Channel, question("which boroughs do you cover?"), false},
		{"private by option", Config{Answers: Public}, discordtest.Channel, discordtest.JSON{"question": "which boroughs do you cover?", "public": false}, true},
		{"lasting in a direct message", Config{}, directOf("ann"), question("which boroughs do you cover?"), false},
		{"by completion", Config{}, discordtest.Channel, question("id:boroughs"), true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := start(t, fast, tc.cfg, realBot(t))
			res := r.result(r.Command("ann", tc.channel, "ask", tc.options))
			if res.Type != 4 || (res.Post.To != "") != tc.hidden {
				t.Errorf("type %d, seen by %q only; want type 4, hidden %v", res.Type, res.Post.To, tc.hidden)
			}
			if text := res.Post.Text(true); !strings.Contains(text, "Haringey") || !strings.Contains(text, "Who are we?") {
				t.Errorf("the answer says %q", text)
			}
			if slices.Contains(res.Post.Labels(), wordsPost) != tc.hidden {
				t.Errorf("buttons %q, want %q only on a hidden answer", res.Post.Labels(), wordsPost)
			}
		})
	}
}

func TestSafetyIsHidden(t *testing.T) {
	t.Parallel()
	script := adaptertest.NewScript(func(bot.Message) bot.Reply { return adaptertest.Crisis() })
	r := start(t, fast, Config{Answers: Public}, script)
	for _, channel := range []string{discordtest.Channel, directOf("ann")} {
		res := r.result(r.Command("ann", channel, "ask", discordtest.JSON{"question": "my wombat cannot breathe", "public": true}))
		if res.Type != 4 || res.Post.Body.Flags != ephemeral || !strings.Contains(res.Post.Text(false), "Call 999") {
			t.Errorf("type %d, flags %d, %q; want a hidden message with 999", res.Type, res.Post.Body.Flags, res.Post.Text(true))
		}
		if slices.Contains(res.Post.Labels(), wordsPost) {
			t.Error("a safety reply is offered to be posted")
		}
	}
}

// A signpost that does not stand alone: brief in the channel, with the answer that was asked for, and no direct message.
func TestSignpostInChannel(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{}, adaptertest.NewScript(func(bot.Message) bot.Reply {
		reply := adaptertest.Answer("boroughs", "The Alliance covers 5 London boroughs.")
		reply.Class, reply.Private, reply.Notice = guard.Medicine, true, adaptertest.Paragraph("Please ask a pharmacist.")
		reply.Choices = []bot.Choice{{Entry: "host", Label: "Who hosts it?"}}
		return reply
	}))
	r.Mention("ann", discordtest.Channel, "my tablets, and which boroughs?")
	p := r.post("Please ask a pharmacist.")
	if text := p.Text(false); !strings.Contains(text, "5 London boroughs") || !strings.Contains(text, "Other people can read") {
		t.Errorf("the channel shows %q", text)
	}
	r.stop()
	r.wantPosts(1)
}

func TestAutocomplete(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{}, realBot(t))
	popular := r.result(r.Type("ann", discordtest.Channel, "ask", "question", ""))
	if popular.Type != 8 || len(popular.Choices) < 5 {
		t.Fatalf("for nothing typed: type %d, %d choices", popular.Type, len(popular.Choices))
	}
	res := r.result(r.Type("ann", discordtest.Channel, "ask", "question", "boroughs"))
	if len(res.Choices) == 0 || res.Choices[0].Value != "id:boroughs" {
		t.Fatalf("choices %+v, want id:boroughs first", res.Choices)
	}
	answer := r.result(r.Command("ann", discordtest.Channel, "ask", question(res.Choices[0].Value)))
	if !strings.Contains(answer.Post.Text(true), "Enfield") {
		t.Errorf("the chosen completion is answered with %q", answer.Post.Text(true))
	}
	none := r.result(r.Type("ann", discordtest.Channel, "ask", "question", "\U0001f600\U0001f600"))
	if none.Type != 8 || len(none.Choices) > 25 {
		t.Errorf("for nothing that fits: %+v", none)
	}
}

// What a completion stands for is never matched again, and people may type what looks like one.
func TestCompletionIsNotMatched(t *testing.T) {
	t.Parallel()
	script := adaptertest.NewScript(nil)
	r := start(t, fast, Config{}, script)
	r.result(r.Command("ann", discordtest.Channel, "ask", question("id:host")))
	r.result(r.Command("ann", discordtest.Channel, "ask", question("who is **the** host? <@5>")))
	got := script.Messages()
	if got[0].Choice != "host" || got[0].Text != "" || got[1].Text != "who is the host?" || got[1].Choice != "" {
		t.Errorf("the bot was asked %+v", got)
	}
}

func TestTopicsAndAbout(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{}, realBot(t))
	topics := r.result(r.Command("ann", discordtest.Channel, "topics", nil)).Post
	if topics.To == "" || !slices.Contains(topics.Labels(), "Early diagnosis") {
		t.Fatalf("topics: hidden for %q, labels %q", topics.To, topics.Labels())
	}
	page := r.result(r.Press("ann", topics, "Early diagnosis"))
	if page.Type != 7 || !strings.Contains(page.Post.Text(false), "Early diagnosis") {
		t.Fatalf("a topic: type %d, %q", page.Type, page.Post.Text(false))
	}
	answer := r.result(r.Press("ann", page.Post, page.Post.Labels()[0]))
	if answer.Type != 4 || answer.Post.To == "" || len(answer.Post.Body.Embeds) == 0 {
		t.Errorf("a question of a topic: %+v", answer)
	}
	back := r.result(r.Press("ann", page.Post, wordsAllTopics))
	if back.Type != 7 || !slices.Contains(back.Post.Labels(), "Early diagnosis") {
		t.Errorf("back to the topics: %+v", back)
	}
	about := r.result(r.Command("ann", discordtest.Channel, "about", nil)).Post
	text := about.Text(false)
	for _, want := range []string{"computer program", "I do not keep what you type", "/ask", "read on"} {
		if !strings.Contains(text, want) {
			t.Errorf("about says %q, want %q in it", text, want)
		}
	}
	if about.To == "" || !slices.Contains(about.Labels(), wordsAllTopics) {
		t.Errorf("about: hidden for %q, labels %q", about.To, about.Labels())
	}
}

func TestLongTopicHasPages(t *testing.T) {
	var topic bot.Topic
	topic.Title = "Everything"
	for i := range 60 {
		topic.Choices = append(topic.Choices, bot.Choice{Entry: strings.Repeat("e", i+1), Label: strings.Repeat("q", i+1)})
	}
	seen := map[string]bool{}
	for page := range 3 {
		for _, label := range labelsOf(t, topicCard(topic, page)) {
			seen[label] = true
		}
	}
	if len(seen) != 60+2 {
		t.Errorf("3 pages show %d labels, want 60 questions and 2 buttons", len(seen))
	}
	for _, page := range []int{-1, 3, 99} {
		if got := labelsOf(t, topicCard(topic, page)); got[0] != "q" {
			t.Errorf("page %d begins with %q", page, got[0])
		}
	}
}

func TestMessageCommand(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{Answers: Public}, realBot(t))
	m := r.Say("bob", discordtest.Channel, "")
	m["content"] = "hey all, which **boroughs** do they cover?"
	m["components"] = []discordtest.JSON{{"type": 9999}}
	res := r.result(r.OnMessage("ann", discordtest.Channel, commandMessage, m))
	if res.Type != 4 || res.Post.To == "" || !strings.Contains(res.Post.Text(true), "Haringey") {
		t.Fatalf("%+v, want a hidden answer", res)
	}
	posted := r.result(r.Press("ann", res.Post, wordsPost))
	if posted.Type != 4 || posted.Post.To != "" || !strings.Contains(posted.Post.Text(true), "Haringey") {
		t.Errorf("%+v, want the answer for everyone", posted)
	}
	again := r.result(r.Press("ann", res.Post, wordsPost))
	if again.Post.To == "" || again.Post.Text(false) != wordsPosted {
		t.Errorf("posting twice: %+v", again.Post)
	}
}

func TestVotes(t *testing.T) {
	t.Parallel()
	script := adaptertest.NewScript(numbered)
	r := start(t, fast, Config{Contact: discordtest.Channel}, script)
	r.ask(1)
	p := r.Posts()[0]
	yes, no := r.result(r.Press("ann", p, wordsHelpful)), r.result(r.Press("bob", p, wordsUnhelpful))
	if yes.Type != 4 || yes.Post.To == "" || !strings.Contains(yes.Post.Text(false), "counted") {
		t.Errorf("thanks: %+v", yes)
	}
	if !strings.Contains(no.Post.Text(false), "<#"+discordtest.Channel+">") {
		t.Errorf("after an unhelpful answer: %q, want where to ask a person", no.Post.Text(false))
	}
	votes := script.Votes()
	want := []bot.Vote{
		{Person: "discord:" + discordtest.UserID("ann"), Entry: "boroughs", Version: adaptertest.Version, Helpful: true},
		{Person: "discord:" + discordtest.UserID("bob"), Entry: "boroughs", Version: adaptertest.Version},
	}
	if !slices.Equal(votes, want) {
		t.Errorf("votes %+v, want %+v", votes, want)
	}
}

func TestTellMe(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{}, adaptertest.NewScript(func(m bot.Message) bot.Reply {
		reply := adaptertest.Answer("host", "The host.")
		if m.Text == tellMore {
			reply.Answers[0].Body = adaptertest.Paragraph("The rest of it.")
			return reply
		}
		reply.Answers[0].HasMore = true
		reply.Answers[0].Related = []bot.Choice{{Entry: "boroughs", Label: "Which London boroughs does the Alliance cover?"}}
		return reply
	}))
	r.Direct("ann", "who hosts it?")
	p := r.post("The host.")
	more := r.result(r.Press("ann", p, wordsMore))
	if more.Type != 4 || more.Post.To != "" || !strings.Contains(more.Post.Text(true), "The rest of it.") {
		t.Errorf("more: %+v", more)
	}
	related := r.result(r.Press("ann", p, "Which London boroughs does the Alliance cover?"))
	if related.Type != 4 || related.Post.ID == p.ID {
		t.Errorf("a related question has to be answered below: %+v", related)
	}
}

// In a channel only the person who asked may change the message; others get an answer of their own.
func TestPickByOthers(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{}, adaptertest.NewScript(func(m bot.Message) bot.Reply {
		if m.Choice != "" {
			return numbered(m)
		}
		return bot.Reply{Kind: bot.Suggested, Notice: adaptertest.Paragraph("Did you mean one of these?"), Choices: []bot.Choice{
			{Entry: "boroughs", Label: "Which London boroughs does the Alliance cover?"}, {Entry: "host", Label: "Who hosts it?"}}}
	}))
	r.Mention("ann", discordtest.Channel, "hm")
	p := r.post("Did you mean")
	other := r.result(r.Press("bob", p, "Who hosts it?"))
	if other.Type != 4 || other.Post.To != discordtest.UserID("bob") {
		t.Errorf("another person's choice: %+v, want an answer for that person alone", other)
	}
	own := r.result(r.Press("ann", p, "Who hosts it?"))
	if own.Type != 7 || !strings.Contains(own.Post.Text(true), "Chosen: host") {
		t.Errorf("the person's own choice: %+v, want it in the place of the offer", own)
	}
}

func TestOldButtons(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{}, realBot(t))
	r.Mention("ann", discordtest.Channel, "which boroughs?")
	r.await("an answer", func() bool { return len(r.Posts()) == 1 })
	p := r.Posts()[0]
	for id, want := range map[string]string{
		"v0|fb|up|vpn":             wordsOldButton,
		"help_button":              wordsOldButton,
		"v1|nonsense|x":            wordsOldButton,
		"v1|vote|maybe|boroughs|1": wordsOldButton,
		"v1|":                      wordsOldButton,
		"v1|ask":                   wordsOldButton,
		"v1|ask|no-such-entry":     "That answer has changed since you got the message.",
		"v1|post|no-such-entry":    wordsGone,
		"v1|topic|no-such-topic":   wordsTopicsIntro,
		"v1|vote|yes|gone|old":     wordsThanks,
	} {
		res := r.result(r.PressID("bob", p, id))
		if res.Type != 4 || res.Post.To != discordtest.UserID("bob") || !strings.Contains(res.Post.Text(false), want) {
			t.Errorf("custom id %q: type %d, for %q, %q; want a hidden %q", id, res.Type, res.Post.To, res.Post.Text(false), want)
		}
	}
}

func TestForum(t *testing.T) {
	t.Parallel()
	score := 0.97
	script := adaptertest.NewScript(func(m bot.Message) bot.Reply {
		switch {
		case strings.Contains(m.Text, "hurt"):
			return adaptertest.Crisis()
		case strings.Contains(m.Text, "boroughs"):
			reply := adaptertest.Answer("boroughs", "The Alliance covers 5 London boroughs.")
			reply.Score = score
			if strings.Contains(m.Text, "perhaps") {
				reply.Score = 0.5
			}
			return reply
		}
		return bot.Reply{Kind: bot.Unknown, Notice: adaptertest.Paragraph("I could not find that.")}
	})
	r := start(t, fast, Config{Forums: []string{discordtest.Forum}}, script)
	post := func(forum, title, content string) string {
		thread, starter := r.Thread("ann", forum, title, content)
		r.Deliver("THREAD_CREATE", 1, thread)
		r.Started(thread)
		r.DeliverMessage(starter)
		r.DeliverMessage(starter)
		r.Deliver("THREAD_CREATE", 1, thread)
		return thread["id"].(string)
	}
	sure := post(discordtest.Forum, "Which boroughs?", "")
	post(discordtest.Forum, "Which boroughs perhaps?", "")
	post(discordtest.Forum, "Any plans for lunch?", "")
	post(discordtest.Channel, "Which boroughs, elsewhere?", "")
	locked, first := r.Thread("ann", discordtest.Forum, "Which boroughs, locked?", "")
	locked["thread_metadata"].(discordtest.JSON)["locked"] = true
	r.Deliver("THREAD_CREATE", 1, locked)
	r.DeliverMessage(first)
	crisis := post(discordtest.Forum, "I am hurt", "")
	mention := post(discordtest.Forum, "Any plans?", "<@"+discordtest.AppID+"> what are your plans?")

	// The other way round: the message comes first.
	thread, starter := r.Thread("bob", discordtest.Forum, "Which boroughs, early?", "")
	r.Started(thread)
	r.DeliverMessage(starter)
	r.Deliver("THREAD_CREATE", 1, thread)
	early := thread["id"].(string)

	r.await("the answers", func() bool { return len(r.Posts()) >= 5 })
	r.stop()
	var channels []string
	for _, p := range r.Posts() {
		channels = append(channels, p.Channel)
	}
	slices.Sort(channels)
	want := []string{sure, crisis, directOf("ann"), mention, early}
	slices.Sort(want)
	if !slices.Equal(channels, want) {
		t.Errorf("answered in %q, want %q", channels, want)
	}
}

// The first message of a post may come late, or the answer may come too early for Discord.
func TestForumPostWithoutFirstMessage(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{Forums: []string{discordtest.Forum}}, adaptertest.NewScript(nil))
	thread, _ := r.Thread("ann", discordtest.Forum, "Which boroughs?", "")
	r.Deliver("THREAD_CREATE", 1, thread)
	r.await("a try before the first message", func() bool { return r.Requests("POST channels/*/messages") == 1 })
	r.Started(thread)
	p := r.post("5 London boroughs")
	if p.Channel != thread["id"] {
		t.Errorf("answered in %q, want %q", p.Channel, thread["id"])
	}
}

func TestMentionOfTheRole(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{Forums: []string{discordtest.Forum}}, adaptertest.NewScript(numbered))
	r.ask(1) // the roles have come by now
	m := r.Say("ann", discordtest.Channel, "")
	m["content"], m["mention_roles"] = "<@&"+discordtest.BotRole+"> question <2>", []string{discordtest.BotRole}
	r.DeliverMessage(m)
	r.post("question \\<2\\>")
}

func TestNotSaidToTheBot(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{}, adaptertest.NewScript(numbered))
	for _, change := range []func(discordtest.JSON){
		func(m discordtest.JSON) { m["mentions"], m["content"] = []any{}, "@everyone hello" },
		func(m discordtest.JSON) { m["mention_everyone"], m["mentions"], m["content"] = true, []any{}, "" },
		func(m discordtest.JSON) { m["webhook_id"] = "5" },
		func(m discordtest.JSON) { m["type"] = 7 },  // somebody joined
		func(m discordtest.JSON) { m["type"] = 18 }, // a thread was made
	} {
		m := r.Say("ann", discordtest.Channel, "<@"+discordtest.AppID+"> hello")
		change(m)
		r.DeliverMessage(m)
	}
	// A reply that pings the bot has it among the mentions, and no mention in the text.
	m := r.Say("ann", discordtest.Channel, "<@"+discordtest.AppID+">")
	m["content"], m["type"] = "question <2>", 19
	r.DeliverMessage(m)
	r.post("question \\<2\\>")
	r.stop()
	r.wantPosts(1)
}

func TestSurfacesSwitchedOff(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{Surfaces: []Surface{Direct}}, adaptertest.NewScript(numbered))
	r.Mention("ann", discordtest.Channel, "question <1>")
	r.Direct("ann", "question <2>")
	r.post("question \\<2\\>")
	r.stop()
	r.wantPosts(1)
	if n := len(r.Commands("")); n != 0 {
		t.Errorf("%d commands, want none", n)
	}
}

func TestThreadsAndConversations(t *testing.T) {
	t.Parallel()
	script := adaptertest.NewScript(numbered)
	r := start(t, fast, Config{}, script)
	m := r.Say("ann", "3812", "<@"+discordtest.AppID+"> question <1>")
	m["channel_id"], m["channel_type"] = "912", 11
	r.DeliverMessage(m)
	r.post("question \\<1\\>")
	r.Direct("ann", "question <2>")
	r.post("question \\<2\\>")
	ann := discordtest.UserID("ann")
	want := []string{"discord:" + discordtest.GuildID + ":912:912:" + ann, "discord::" + directOf("ann") + "::" + ann}
	for i, m := range script.Messages() {
		if m.Conversation != want[i] || m.Audience != bot.Community {
			t.Errorf("asked in %q for %q, want %q for community", m.Conversation, m.Audience, want[i])
		}
	}
}

// Where the bot may not show embeds, Discord says so with each interaction, and the answer is text.
func TestNoEmbedsAllowed(t *testing.T) {
	t.Parallel()
	in := interaction{AppPermissions: "68608"}
	if !in.noEmbeds() {
		t.Error("68608 lacks Embed Links")
	}
	for _, p := range []text{"", "0", "274877991936", "8", "x"} {
		if in := (interaction{AppPermissions: p}); in.noEmbeds() {
			t.Errorf("%q is taken for a lack of Embed Links", p)
		}
	}
}

func TestCommandsAreSyncedOnce(t *testing.T) {
	t.Parallel()
	o := fast
	o.IdentifyEvery = time.Nanosecond // the next process does not know of the last one
	r := start(t, o, Config{}, adaptertest.NewScript(nil))
	r.await("the commands", func() bool { return len(r.Commands("")) == 4 })
	r.await("the end of it", func() bool { return r.a.synced.Load() })
	r.stop()
	for range 2 {
		a, err := New(r.a.cfg, goodToken, r.a.lg)
		if err != nil {
			t.Fatal(err)
		}
		a.gateway.timing = hurried
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- a.Run(ctx, adaptertest.NewScript(nil)) }()
		r.await("the commands to be looked at", a.synced.Load)
		cancel()
		<-done
	}
	if n := r.Requests("PUT applications/*/commands"); n != 1 {
		t.Errorf("the commands were set %d times, want once", n)
	}
}

func TestCommandsForTestServers(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{GuildIDs: []string{discordtest.GuildID, "7"}}, adaptertest.NewScript(nil))
	r.await("the commands", func() bool { return len(r.Commands(discordtest.GuildID)) == 4 })
	r.await("a word about the other server", func() bool { return strings.Contains(r.log.String(), "client_id="+discordtest.AppID) })
	if n := len(r.Commands("")); n != 0 {
		t.Errorf("%d commands for all servers", n)
	}
}

func TestDuplicateInteraction(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{}, adaptertest.NewScript(nil))
	i := r.Command("ann", discordtest.Channel, "ask", question("q"))
	i.Again()
	r.result(i)
	i.Again()
	r.ask2()
	r.stop()
	if n := r.Stats().Callbacks; n != 2 {
		t.Errorf("%d callbacks for 2 interactions", n)
	}
}

// ask2 has somebody use /ask, so that all that came before is over.
func (r *running) ask2() {
	r.result(r.Command("cy", discordtest.Channel, "ask", question("q")))
}

func TestTrouble(t *testing.T) {
	const messages, callback = "channels/*/messages", "interactions/*/*/callback"
	limited := func(after string, more http.Header) discordtest.Fault {
		f := discordtest.Fault{Status: 429, Body: `{"message":"You are being rate limited.","retry_after":` + after + `,"global":false}`, Times: 1, Header: http.Header{}}
		for k, v := range more {
			f.Header[k] = v
		}
		return f
	}
	html := http.Header{"Content-Type": {"text/html"}}
	for name, f := range map[string]discordtest.Fault{
		"429":                             limited("0.2", nil),
		"429 global":                      limited("0.2", http.Header{"X-RateLimit-Global": {"true"}, "Retry-After": {"1"}}),
		"429 shared":                      limited("0.1", http.Header{"X-RateLimit-Scope": {"shared"}}),
		"429 of Cloudflare":               {Status: 429, Body: "<html>error code: 1015", Header: http.Header{"Content-Type": {"text/html"}, "Retry-After": {"1"}}, Times: 1},
		"500":                             {Status: 500, Body: "{}", Times: 2},
		"502":                             {Status: 502, Body: "<html>", Header: html, Times: 2},
		"503":                             {Status: 503, Body: "", Times: 2},
		"connection cut":                  {Times: 2},
		"502 after it has arrived":        {Status: 502, Body: "<html>", Header: html, Times: 1, After: true},
		"connection cut after the deed":   {Times: 1, After: true},
		"headers that cannot be read":     {Status: 429, Body: `{"retry_after":0.1}`, Header: http.Header{"X-RateLimit-Reset-After": {"soon"}, "X-RateLimit-Remaining": {"0"}}, Times: 1},
		"a limit that is already used up": limited("0", nil),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if strings.HasPrefix(name, "a limit") {
				f.Header.Set("Retry-After", "0.3")
			}
			r := start(t, fast, Config{}, adaptertest.NewScript(numbered))
			mention, command := f, f
			mention.Path, command.Path = messages, callback
			r.Fail(mention)
			r.Fail(command)
			i := r.Command("ann", discordtest.Channel, "ask", question("question <1>"))
			r.ask(2)
			if res := r.result(i); res.Post.To == "" {
				t.Errorf("the answer to /ask: %+v", res)
			}
			r.stop()
			r.wantPosts(2)
			if n := len(r.Problems()); f.After && n == 1 && strings.Contains(r.Problems()[0], "second answer") {
				r.Forgive() // the first answer was lost on its way back, so there has to be a second
			}
		})
	}
}

func TestChannelIsClosedToTheBot(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{}, adaptertest.NewScript(numbered))
	r.Fail(discordtest.Fault{Path: "channels/*/messages", Status: 403, Body: `{"code":50013,"message":"Missing Permissions"}`, Times: 1})
	r.Mention("ann", discordtest.Channel, "question <1>")
	r.await("the refusal", func() bool { return r.Requests("POST channels/*/messages") == 1 })
	r.Mention("ann", discordtest.Channel, "question <2>")
	m := r.Say("ann", "3001", "<@"+discordtest.AppID+"> question <3>")
	r.DeliverMessage(m)
	r.post("question \\<3\\>")
	r.ask2()
	r.stop()
	if n := r.Requests("POST channels/*/messages"); n != 2 {
		t.Errorf("%d messages sent, want none to the channel that is closed", n)
	}
}

func TestReplyIsNotAllowed(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{}, adaptertest.NewScript(numbered))
	r.Fail(discordtest.Fault{Path: "channels/*/messages", Status: 403, Body: `{"code":160002,"message":"You cannot reply without permission to read message history"}`, Times: 1})
	r.ask(1)
	if p := r.Posts()[0]; p.ReplyTo != "" {
		t.Errorf("a reply: %+v", p)
	}
}

func TestNoDirectMessages(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{}, adaptertest.NewScript(func(m bot.Message) bot.Reply {
		if m.Text == "crisis" {
			return adaptertest.Crisis()
		}
		return bot.Reply{Kind: bot.SmallTalk, Notice: adaptertest.Paragraph("For you alone."), Private: true}
	}))
	r.Fail(discordtest.Fault{Path: "users/@me/channels", Status: 403, Body: `{"code":50007,"message":"Cannot send messages to this user"}`, Times: -1})
	r.Mention("ann", discordtest.Channel, "mine")
	r.post("Only you can see what I answer there.")
	r.Mention("ann", discordtest.Channel, "crisis")
	r.post("Call 999")
}

func TestTooLateForAnInteraction(t *testing.T) {
	t.Parallel()
	o := fast
	o.AnswerIn = time.Millisecond
	r := start(t, o, Config{}, adaptertest.NewScript(func(m bot.Message) bot.Reply {
		if m.Text == "slow" {
			pause(context.Background(), 5*time.Millisecond) // what a slow machine does
		}
		return numbered(m)
	}))
	r.Command("ann", discordtest.Channel, "ask", question("slow"))
	r.await("the refusal", func() bool { return strings.Contains(r.log.String(), "answered before, or too late") })
	r.ask(1)
}

func TestInteractionOfAnotherProcess(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{}, adaptertest.NewScript(numbered))
	r.Fail(discordtest.Fault{Path: "interactions/*/*/callback", Status: 400, Body: `{"code":40060,"message":"Interaction has already been acknowledged."}`, Times: 1})
	r.Command("ann", discordtest.Channel, "ask", question("q"))
	r.await("the refusal", func() bool { return r.Requests("POST interactions/*/*/callback") == 1 })
	r.ask(1)
	r.stop()
	if strings.Contains(r.log.String(), `"WARN"`) {
		t.Errorf("a word of warning about nothing:\n%s", r.log)
	}
}

func TestFirstUseNoticeIsShownOnce(t *testing.T) {
	t.Parallel()
	r := start(t, fast, Config{}, adaptertest.NewScript(func(m bot.Message) bot.Reply {
		reply := numbered(m)
		reply.Welcome = adaptertest.Paragraph("I am a computer program.")
		return reply
	}))
	for i, tc := range []struct {
		person, channel string
		want            bool
	}{{"ann", discordtest.Channel, true}, {"ann", "3001", false}, {"bob", discordtest.Channel, true}} {
		res := r.result(r.Command(tc.person, tc.channel, "ask", question("q")))
		if got := strings.Contains(res.Post.Text(false), "I am a computer program."); got != tc.want {
			t.Errorf("answer %d to %s: first-use notice %v, want %v", i, tc.person, got, tc.want)
		}
	}
}

// A bot that was tried in a server and then set up for all would show its commands twice.
func TestTestCommandsAreTakenAway(t *testing.T) {
	t.Parallel()
	o := fast
	o.IdentifyEvery = time.Nanosecond
	r := start(t, o, Config{GuildIDs: []string{discordtest.GuildID}}, adaptertest.NewScript(nil))
	r.await("the commands of the server", func() bool { return len(r.Commands(discordtest.GuildID)) == 4 })
	r.stop()
	cfg := r.a.cfg
	cfg.GuildIDs = nil
	a, err := New(cfg, goodToken, r.a.lg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx, adaptertest.NewScript(nil)) }()
	r.await("the commands to move", func() bool { return len(r.Commands("")) == 4 && len(r.Commands(discordtest.GuildID)) == 0 })
	cancel()
	<-done
}
