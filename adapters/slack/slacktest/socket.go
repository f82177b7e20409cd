package slacktest

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const pingEvery = 5 * time.Second // a client takes 30 seconds without one for a dead socket

// maxAck is the size from which on Slack drops an acknowledgement without a word.
const maxAck = 20 << 10

// socket is one connection of a client.
type socket struct {
	conn *websocket.Conn
	mu   sync.Mutex // gorilla wants one writer at a time
	done chan struct{}
}

func (c *socket) write(v any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conn.SetWriteDeadline(time.Now().Add(5 * time.Second))
	return c.conn.WriteJSON(v)
}

// ack is how a delivery was answered.
type ack struct {
	payload json.RawMessage
}

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

// link is the WebSocket end of Socket Mode.
func (s *Server) link(w http.ResponseWriter, r *http.Request) {
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &socket{conn: conn, done: make(chan struct{})}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		conn.Close()
		return
	}
	refusing := s.refusing
	s.running.Add(1)
	s.mu.Unlock()
	defer s.running.Done()
	defer conn.Close()
	if refusing != "" {
		_ = c.write(map[string]any{"type": "disconnect", "reason": refusing, "debug_info": map[string]any{"host": "applink-1"}})
		return
	}
	s.mu.Lock()
	s.sockets = append(s.sockets, c)
	n := len(s.sockets)
	s.mu.Unlock()
	_ = c.write(map[string]any{"type": "hello", "num_connections": n, "connection_info": map[string]any{"app_id": s.opts.AppID},
		"debug_info": map[string]any{"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060}})
	s.mu.Lock()
	s.broadcast()
	s.mu.Unlock()
	s.running.Go(func() { c.ping() })
	s.read(c)
}

func (c *socket) ping() {
	ticker := time.NewTicker(pingEvery)
	defer ticker.Stop()
	for {
		_ = c.conn.WriteControl(websocket.PingMessage, []byte("ping"), time.Now().Add(time.Second))
		select {
		case <-c.done:
			return
		case <-ticker.C:
		}
	}
}

// read takes acknowledgements until the connection ends.
func (s *Server) read(c *socket) {
	defer func() {
		close(c.done)
		s.mu.Lock()
		defer s.mu.Unlock()
		for i, other := range s.sockets {
			if other == c {
				s.sockets = append(s.sockets[:i:i], s.sockets[i+1:]...)
				break
			}
		}
		s.broadcast()
	}()
	for {
		_, frame, err := c.conn.ReadMessage()
		if err != nil {
			return
		}
		var a struct {
			EnvelopeID string          `json:"envelope_id"`
			Payload    json.RawMessage `json:"payload"`
		}
		if json.Unmarshal(frame, &a) != nil || a.EnvelopeID == "" || len(frame) >= maxAck {
			continue
		}
		s.acknowledge(a.EnvelopeID, a.Payload)
	}
}

func (s *Server) acknowledge(envelope string, payload json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if waiting := s.acks[envelope]; waiting != nil {
		select {
		case waiting <- ack{payload}:
		default: // the answer to an earlier attempt came after all
		}
	}
}

func (s *Server) forget(envelope string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.acks, envelope)
}

// Sockets returns how many clients are connected.
func (s *Server) Sockets() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sockets)
}

// Disconnect asks every client to connect anew, and closes the connections.
func (s *Server) Disconnect(reason string) {
	for _, c := range s.open() {
		_ = c.write(map[string]any{"type": "disconnect", "reason": reason, "debug_info": map[string]any{"host": "applink-1"}})
	}
}

// Drop cuts the connections without a word.
func (s *Server) Drop() {
	for _, c := range s.open() {
		c.conn.Close()
	}
}

// RefuseSockets makes every new connection end at once, with the reason; "" ends that.
func (s *Server) RefuseSockets(reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusing = reason
}

// Send writes a frame of the caller's own to every client.
func (s *Server) Send(frame any) {
	for _, c := range s.open() {
		_ = c.write(frame)
	}
}

func (s *Server) open() []*socket {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*socket(nil), s.sockets...)
}

// PostTo switches to HTTP: everything is posted to the address, signed, and no longer sent to sockets.
func (s *Server) PostTo(base string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.target = base
}

// once delivers a payload one time, and returns the acknowledgement, nil if there was none in time.
func (s *Server) once(kind, envelope string, payload any, attempt int) *ack {
	s.mu.Lock()
	target := s.target
	s.mu.Unlock()
	if target != "" {
		return s.overHTTP(target, kind, payload, attempt)
	}
	waiting := make(chan ack, 1)
	defer s.forget(envelope)
	s.mu.Lock()
	s.acks[envelope] = waiting
	var to *socket
	if n := len(s.sockets); n > 0 {
		s.next++
		to = s.sockets[s.next%n]
	}
	s.mu.Unlock()
	if to != nil {
		frame := map[string]any{"type": kind, "envelope_id": envelope, "payload": payload,
			"accepts_response_payload": kind == "slash_commands"}
		if kind == "events_api" {
			reason := ""
			if attempt > 0 {
				reason = "timeout"
			}
			frame["retry_attempt"], frame["retry_reason"] = attempt, reason
		}
		_ = to.write(frame)
	}
	timer := time.NewTimer(s.opts.AckTimeout)
	defer timer.Stop()
	for {
		s.mu.Lock()
		closed, changed := s.closed, s.changed
		s.mu.Unlock()
		if closed {
			return nil
		}
		select {
		case a := <-waiting:
			return &a
		case <-timer.C:
			return nil
		case <-changed:
		}
	}
}

func (s *Server) overHTTP(target, kind string, payload any, attempt int) *ack {
	encoded, err := json.Marshal(payload)
	if err != nil {
		panic(err)
	}
	path, contentType, body := "/slack/events", "application/json", encoded
	switch kind {
	case "slash_commands":
		form := url.Values{}
		for k, v := range payload.(map[string]any) {
			form.Set(k, fmt.Sprint(v))
		}
		path, contentType, body = "/slack/commands", "application/x-www-form-urlencoded", []byte(form.Encode())
	case "interactive":
		path, contentType = "/slack/interactions", "application/x-www-form-urlencoded"
		body = []byte(url.Values{"payload": {string(encoded)}}.Encode())
	}
	req, err := Request(target+path, contentType, body)
	if err != nil {
		panic(err)
	}
	if attempt > 0 {
		req.Header.Set("X-Slack-Retry-Num", strconv.Itoa(attempt))
		req.Header.Set("X-Slack-Retry-Reason", "http_timeout")
	}
	client := &http.Client{Timeout: s.opts.AckTimeout, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return nil
	}
	return &ack{payload: answer}
}

// Request makes a request signed as Slack signs.
func Request(address, contentType string, body []byte) (*http.Request, error) {
	req, err := http.NewRequest(http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	now := strconv.FormatInt(time.Now().Unix(), 10)
	mac := hmac.New(sha256.New, []byte(SigningSecret))
	fmt.Fprintf(mac, "v0:%s:%s", now, body)
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("X-Slack-Request-Timestamp", now)
	req.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	return req, nil
}
