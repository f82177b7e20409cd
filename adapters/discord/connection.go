package discord

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"
)

// https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-opcodes
const (
	opDispatch     = 0
	opHeartbeat    = 1
	opIdentify     = 2
	opResume       = 6
	opReconnect    = 7
	opInvalid      = 9
	opHello        = 10
	opHeartbeatAck = 11
)

const (
	maxFrame    = 16 << 20
	writeWait   = 10 * time.Second
	minInterval = 50 * time.Millisecond // of heartbeats, whatever Discord says

	// Discord ends a connection that sends more than 120 payloads in 60 seconds.
	sendsBurst = 60
	sendsEvery = time.Second

	// closeToResume ends a connection so that the session lives on, which 1000 and 1001 do not.
	closeToResume = 4000
)

// connection is one WebSocket. Its goroutine runs serve; a second one only reads.
type connection struct {
	g      *gateway
	socket *websocket.Conn
	frames chan frame
	broken chan error // the reader's end

	interval time.Duration // of heartbeats; 0 before the hello
	beat     *time.Timer
	acked    bool // the last heartbeat was
	resuming bool
	up       bool // READY or RESUMED has come
	sends    *rate.Limiter
	opened   time.Time
}

// frame is one payload.
type frame struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d"`
	Seq  *int64          `json:"s"`
	Type string          `json:"t"`
}

func newConnection(g *gateway, socket *websocket.Conn) *connection {
	return &connection{g: g, socket: socket, frames: make(chan frame), broken: make(chan error, 1), acked: true,
		sends: rate.NewLimiter(rate.Every(sendsEvery), sendsBurst), opened: time.Now()}
}

// errors that end a connection from this side.
var (
	errNoHello   = errors.New("no hello from the gateway")
	errNotReady  = errors.New("neither READY nor RESUMED came")
	errZombie    = errors.New("no answer to the heartbeat")
	errReconnect = errors.New("the gateway asked to connect again")
	errInvalid   = errors.New("the session is not valid")
)

// serve stays on the connection until it ends.
func (c *connection) serve(ctx context.Context) ending {
	stop := make(chan struct{})
	defer func() {
		close(stop)
		c.socket.Close()
		<-c.broken // the reader has ended
	}()
	go c.read(stop)

	c.beat = time.NewTimer(time.Hour)
	defer c.beat.Stop()
	c.beat.Stop()
	patience := time.NewTimer(c.g.timing.hello)
	defer patience.Stop()
	end := func(err error) ending { return ending{err: err, lasted: time.Since(c.opened)} }
	for {
		select {
		case <-ctx.Done():
			c.hangUp(websocket.CloseNormalClosure)
			return end(ctx.Err())
		case err := <-c.broken:
			c.broken <- nil // for the deferred wait
			return end(err)
		case <-patience.C:
			c.hangUp(closeToResume)
			if c.interval == 0 {
				return end(errNoHello)
			}
			return end(errNotReady)
		case <-c.beat.C:
			if !c.acked {
				c.hangUp(closeToResume)
				return end(errZombie)
			}
			c.acked = false
			c.beat.Reset(c.interval)
			if err := c.heartbeat(); err != nil {
				return end(err)
			}
		case f := <-c.frames:
			err := c.take(f)
			switch {
			case c.up:
				patience.Stop()
			case f.Op == opHello, f.Op == opDispatch:
				patience.Reset(c.g.timing.ready)
			}
			if err != nil {
				e := end(err)
				e.asked, e.invalid = errors.Is(err, errReconnect), errors.Is(err, errInvalid)
				c.hangUp(closeToResume)
				return e
			}
		}
	}
}

// read hands on every frame until the connection breaks or stop is closed.
func (c *connection) read(stop <-chan struct{}) {
	c.socket.SetReadLimit(maxFrame)
	for {
		kind, data, err := c.socket.ReadMessage()
		if err != nil {
			c.broken <- c.readError(err)
			return
		}
		if kind == websocket.BinaryMessage {
			data = inflate(data)
		}
		var f frame
		if json.Unmarshal(data, &f) != nil {
			continue // what cannot be read is not for us
		}
		select {
		case c.frames <- f:
		case <-stop:
			c.broken <- nil
			return
		}
	}
}

func (c *connection) readError(err error) error {
	var closed *websocket.CloseError
	if errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure {
		return &closeError{closed.Code}
	}
	if errors.Is(err, io.EOF) || errors.As(err, &closed) {
		return errors.New("the connection was cut")
	}
	return errors.New(reason(err))
}

// inflate undoes the compression that was not asked for; what is not compressed stays what it is.
func inflate(data []byte) []byte {
	r, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return data
	}
	defer r.Close()
	plain, err := io.ReadAll(io.LimitReader(r, maxFrame))
	if err != nil {
		return data
	}
	return plain
}

// take handles one frame. An error ends the connection.
func (c *connection) take(f frame) error {
	if f.Seq != nil && f.Op == opDispatch {
		defer func() { c.g.session.seq = *f.Seq }() // once it is taken care of
	}
	switch f.Op {
	case opHello:
		return c.hello(f.Data)
	case opHeartbeat:
		if !c.sends.Allow() {
			return nil
		}
		return c.heartbeat()
	case opHeartbeatAck:
		c.acked = true
	case opReconnect:
		return errReconnect
	case opInvalid:
		var resumable bool
		_ = json.Unmarshal(f.Data, &resumable) // anything but true means no
		if !resumable {
			c.g.session = session{}
		}
		return errInvalid
	case opDispatch:
		c.event(f)
	}
	return nil
}

func (c *connection) hello(data json.RawMessage) error {
	if c.interval != 0 {
		return nil
	}
	var h struct {
		Interval float64 `json:"heartbeat_interval"` // milliseconds
	}
	if err := json.Unmarshal(data, &h); err != nil || h.Interval <= 0 {
		return errNoHello
	}
	c.interval = max(seconds(h.Interval/1000), minInterval)
	c.beat.Reset(rand.N(c.interval)) // the first one at a random moment, so that not all bots beat at once
	if s := c.g.session; s.id != "" {
		c.resuming = true
		return c.send(opResume, map[string]any{"token": c.g.token(), "session_id": s.id, "seq": s.seq})
	}
	c.g.lastLogin = time.Now()
	return c.send(opIdentify, map[string]any{
		"token":           c.g.token(),
		"intents":         c.g.intents,
		"properties":      map[string]string{"os": runtime.GOOS, "browser": "alliancebot", "device": "alliancebot"},
		"compress":        false,
		"large_threshold": 50,
		"presence": map[string]any{"status": "online", "afk": false, "since": nil,
			"activities": []any{map[string]any{"name": "/" + commandAsk, "type": activityListening}}},
	})
}

// activityListening shows "Listening to" and the name.
const activityListening = 2

func (c *connection) event(f frame) {
	switch f.Type {
	case "READY":
		var r ready
		if err := json.Unmarshal(f.Data, &r); err != nil {
			c.g.lg.Error("discord's READY cannot be read", "adapter", name)
			return // no READY: the connection is given up in a while
		}
		c.up = true
		c.g.session = session{id: r.SessionID, resume: r.ResumeURL}
		c.g.ready(r)
	case "RESUMED":
		c.up = true
		c.g.lg.Info("discord session resumed", "adapter", name)
	default:
		c.g.dispatch(f.Type, f.Data)
	}
}

// heartbeat sends the number of the last event that was taken care of.
func (c *connection) heartbeat() error {
	if seq := c.g.session.seq; seq > 0 {
		return c.send(opHeartbeat, seq)
	}
	return c.send(opHeartbeat, nil)
}

// send is called by serve's goroutine only.
func (c *connection) send(op int, data any) error {
	_ = c.socket.SetWriteDeadline(time.Now().Add(writeWait)) // cannot fail: it is checked by the write
	if err := c.socket.WriteJSON(map[string]any{"op": op, "d": data}); err != nil {
		return errors.New(reason(err))
	}
	return nil
}

// hangUp says why the connection ends; whether that arrives does not matter.
func (c *connection) hangUp(code int) {
	_ = c.socket.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
}
