package discordtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// gatewayFaults are how the gateway misbehaves.
type gatewayFaults struct {
	noHello      bool // connections are accepted and nothing is said
	noReady      bool // identifies and resumes are not answered
	noAcks       bool
	refuseResume bool // every resume gets op 9
	firstOps     []frame
	badResumeURL string
}

// session is what a client identified, with all events since.
type session struct {
	id      string
	intents int
	events  []frame
	conn    *conn // nil while there is none
	dead    bool
}

type frame struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d"`
	Seq  *int64          `json:"s"`
	Type *string         `json:"t"`
}

// conn is a WebSocket of a client.
type conn struct {
	s       *Server
	ws      *websocket.Conn
	out     chan any // frames and closeFrames
	done    chan struct{}
	once    sync.Once
	session *session
	sent    []time.Time // frames of the client in the last minute
	beats   int
}

type closeFrame int

func (c *conn) cut() {
	c.once.Do(func() { close(c.done) })
}

// push queues what the client gets, unless it is cut off. A client that reads nothing is.
func (c *conn) push(v any) {
	if c.over() {
		return
	}
	select {
	case c.out <- v:
	default:
		c.cut()
	}
}

func (c *conn) over() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

var upgrader = websocket.Upgrader{ReadBufferSize: 4096, WriteBufferSize: 4096, CheckOrigin: func(*http.Request) bool { return true }}

func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	if v := r.URL.Query().Get("v"); v != "9" && v != "10" || r.URL.Query().Get("encoding") != "json" {
		http.Error(w, "bad version or encoding", http.StatusBadRequest)
		return
	}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &conn{s: s, ws: ws, out: make(chan any, 100_000), done: make(chan struct{})}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		ws.Close()
		return
	}
	s.conns[c] = true
	s.stats.Connections++
	faults := s.gateway
	if len(s.gateway.firstOps) > 0 {
		s.gateway.firstOps = nil
	}
	s.wg.Add(2)
	s.tell()
	s.mu.Unlock()
	go c.write()
	if !faults.noHello {
		c.push(frame{Op: 10, Data: encode(JSON{"heartbeat_interval": s.opts.Heartbeat.Milliseconds(), "_trace": []string{}})})
	}
	for _, f := range faults.firstOps {
		c.push(f)
	}
	c.read()
	s.mu.Lock()
	delete(s.conns, c)
	if c.session != nil && c.session.conn == c {
		c.session.conn = nil
	}
	s.tell()
	s.mu.Unlock()
	s.wg.Done()
}

func (c *conn) write() {
	defer c.s.wg.Done()
	defer c.ws.Close()
	for {
		select {
		case <-c.done:
			return
		case v := <-c.out:
			if code, ok := v.(closeFrame); ok {
				_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(int(code), ""), time.Now().Add(time.Second))
				c.cut()
				return
			}
			if c.over() || c.ws.WriteJSON(v) != nil {
				c.cut()
				return
			}
		}
	}
}

func (c *conn) read() {
	defer c.cut()
	for {
		// A client that does not beat is gone.
		_ = c.ws.SetReadDeadline(time.Now().Add(2*c.s.opts.Heartbeat + time.Second))
		_, data, err := c.ws.ReadMessage()
		if err != nil {
			c.left(err)
			return
		}
		if len(data) > 4096 {
			c.s.complain("a payload of %d bytes, 4096 are allowed", len(data))
			c.push(closeFrame(4002))
			return
		}
		var f struct {
			Op   int             `json:"op"`
			Data json.RawMessage `json:"d"`
		}
		if json.Unmarshal(data, &f) != nil {
			c.push(closeFrame(4002))
			continue
		}
		c.s.mu.Lock()
		c.take(f.Op, f.Data)
		c.s.tell()
		c.s.mu.Unlock()
	}
}

// left ends the session if the client says so: 1000 and 1001 do.
func (c *conn) left(err error) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if websocket.IsCloseError(err, websocket.CloseNormalClosure, websocket.CloseGoingAway) && c.session != nil {
		c.session.dead = true
	}
}

func (s *Server) complain(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.problem(format, args...)
}

// take handles a frame of the client. The caller holds the lock.
func (c *conn) take(op int, data json.RawMessage) {
	s := c.s
	s.stats.Frames++
	now := time.Now()
	c.sent = append(c.sent, now)
	for len(c.sent) > 0 && now.Sub(c.sent[0]) > time.Minute {
		c.sent = c.sent[1:]
	}
	if len(c.sent) > 120 {
		s.problem("more than 120 frames in a minute")
		c.push(closeFrame(4008))
		return
	}
	switch op {
	case 1:
		c.beats++
		if !s.gateway.noAcks {
			c.push(frame{Op: 11, Data: json.RawMessage("null")})
		}
	case 2:
		c.identify(data)
	case 6:
		c.resume(data)
	case 3, 4, 8:
	default:
		c.push(closeFrame(4001))
	}
}

const (
	privileged = 1<<1 | 1<<8 | 1<<15
	allIntents = 1<<26 - 1
)

func (c *conn) identify(data json.RawMessage) {
	s := c.s
	s.stats.Identifies++
	var d struct {
		Token      string
		Intents    *int
		Properties map[string]any
	}
	if json.Unmarshal(data, &d) != nil || d.Intents == nil || d.Properties == nil {
		c.push(closeFrame(4002))
		return
	}
	switch {
	case c.session != nil:
		c.push(closeFrame(4005))
	case strings.TrimPrefix(d.Token, "Bot ") != Token || s.revoked:
		c.push(closeFrame(4004))
	case *d.Intents&^allIntents != 0 || *d.Intents < 0:
		c.push(closeFrame(4013))
	case *d.Intents&privileged != 0:
		c.push(closeFrame(4014))
	case time.Since(s.lastIdentify) < s.opts.IdentifyEvery:
		s.problem("a second identify after %s, want %s", time.Since(s.lastIdentify).Round(time.Millisecond), s.opts.IdentifyEvery)
		c.push(frame{Op: 9, Data: json.RawMessage("false")})
	default:
		s.lastIdentify = time.Now()
		s.opts.Logins--
		if s.gateway.noReady {
			return
		}
		c.begin(*d.Intents)
	}
}

// begin opens a session.
func (c *conn) begin(intents int) {
	s := c.s
	c.session = &session{id: fmt.Sprintf("session-%d", len(s.sessions)+1), intents: intents, conn: c}
	s.sessions[c.session.id] = c.session
	resume := "ws" + strings.TrimPrefix(s.http.URL, "http") + "/resume"
	if s.gateway.badResumeURL != "" {
		resume = s.gateway.badResumeURL
	}
	c.session.send("READY", JSON{
		"v": 9, "session_id": c.session.id, "resume_gateway_url": resume, "session_type": "normal", "private_channels": []any{},
		"user":        botUser(),
		"guilds":      []JSON{{"id": GuildID, "unavailable": true}},
		"application": JSON{"id": AppID, "flags": 0},
	})
	if intents&1 != 0 {
		c.session.send("GUILD_CREATE", JSON{"id": GuildID, "name": "Test", "roles": []JSON{
			{"id": GuildID, "name": "@everyone"},
			{"id": BotRole, "name": "Alliance bot", "managed": true, "tags": JSON{"bot_id": AppID}},
		}, "channels": []any{}, "members": []any{}, "threads": []any{}})
	}
}

func (c *conn) resume(data json.RawMessage) {
	s := c.s
	s.stats.Resumes++
	var d struct {
		Token     string `json:"token"`
		SessionID string `json:"session_id"`
		Seq       int64  `json:"seq"`
	}
	if json.Unmarshal(data, &d) != nil {
		c.push(closeFrame(4002))
		return
	}
	if strings.TrimPrefix(d.Token, "Bot ") != Token || s.revoked {
		c.push(closeFrame(4004))
		return
	}
	if s.gateway.noReady {
		return
	}
	old := s.sessions[d.SessionID]
	switch {
	case old == nil || old.dead || s.gateway.refuseResume:
		c.push(frame{Op: 9, Data: json.RawMessage("false")})
		return
	case d.Seq > int64(len(old.events)):
		c.push(closeFrame(4007))
		return
	}
	if old.conn != nil {
		old.conn.cut()
	}
	old.conn, c.session = c, old
	for _, f := range old.events[d.Seq:] {
		c.push(f)
	}
	old.send("RESUMED", JSON{})
}

// send adds an event to the session and sends it if there is a connection. The caller holds the lock.
func (ss *session) send(event string, data any) {
	seq := int64(len(ss.events) + 1)
	f := frame{Op: 0, Data: encode(data), Seq: &seq, Type: &event}
	ss.events = append(ss.events, f)
	if ss.conn != nil {
		ss.conn.push(f)
	}
}

// Deliver sends an event to every session whose intents cover it.
func (s *Server) Deliver(event string, intent int, data any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deliver(event, intent, data)
}

func (s *Server) deliver(event string, intent int, data any) {
	for _, ss := range s.sessions {
		if !ss.dead && (intent == 0 || ss.intents&intent != 0) {
			ss.send(event, data)
		}
	}
	s.tell()
}

// Again delivers the last n events of every session once more, as reconnects do.
func (s *Server) Again(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ss := range s.sessions {
		if ss.conn == nil {
			continue
		}
		for _, f := range ss.events[max(0, len(ss.events)-n):] {
			if *f.Type != "READY" && *f.Type != "RESUMED" {
				ss.conn.push(f)
			}
		}
	}
}

// Sessions counts the connections with a session that is valid.
func (s *Server) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for c := range s.conns {
		if c.session != nil && !c.session.dead {
			n++
		}
	}
	return n
}

// Beats counts the heartbeats on the open connections.
func (s *Server) Beats() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for c := range s.conns {
		n += c.beats
	}
	return n
}

func (s *Server) each(do func(*conn)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		do(c)
	}
}

// Hang closes every connection with the code.
func (s *Server) Hang(code int) { s.each(func(c *conn) { c.push(closeFrame(code)) }) }

// Cut cuts every connection without a word.
func (s *Server) Cut() { s.each(func(c *conn) { c.cut() }) }

// Send sends a frame of that op on every connection.
func (s *Server) Send(op int, data string) {
	s.each(func(c *conn) { c.push(frame{Op: op, Data: json.RawMessage(data)}) })
}

// Invalidate ends every session, so that it cannot be resumed, and says so.
func (s *Server) Invalidate() {
	s.each(func(c *conn) {
		if c.session != nil {
			c.session.dead = true
		}
		c.push(frame{Op: 9, Data: json.RawMessage("false")})
	})
}

// The gateway's faults hold until they are switched off.

// NoHello makes the gateway say nothing at all.
func (s *Server) NoHello(on bool) { s.set(func(g *gatewayFaults) { g.noHello = on }) }

// NoReady makes the gateway leave identifies and resumes unanswered.
func (s *Server) NoReady(on bool) { s.set(func(g *gatewayFaults) { g.noReady = on }) }

// NoAcks makes the gateway leave heartbeats unanswered.
func (s *Server) NoAcks(on bool) { s.set(func(g *gatewayFaults) { g.noAcks = on }) }

// RefuseResume makes every resume fail.
func (s *Server) RefuseResume(on bool) { s.set(func(g *gatewayFaults) { g.refuseResume = on }) }

// ResumeURL is named in READY instead of the right one.
func (s *Server) ResumeURL(address string) {
	s.set(func(g *gatewayFaults) { g.badResumeURL = address })
}

// FirstOp makes the next connection get a frame of that op right after the hello.
func (s *Server) FirstOp(op int, data string) {
	s.set(func(g *gatewayFaults) { g.firstOps = append(g.firstOps, frame{Op: op, Data: json.RawMessage(data)}) })
}

func (s *Server) set(change func(*gatewayFaults)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.gateway)
}
