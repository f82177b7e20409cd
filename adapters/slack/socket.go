package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"alliancebot/adapters"
)

const (
	frameLimit   = 4 << 20          // bytes of a frame from Slack
	ackTimeout   = 2 * time.Second  // Slack waits 3 for an acknowledgement
	longestPause = 30 * time.Second // the library's own back-off goes up to 5 minutes, far too long after an outage
	youngLimit   = 3                // sockets in a row that die at once mean that Socket Mode is off
)

// pendingAck is an acknowledgement on its way to the socket.
type pendingAck struct {
	envelope string
	payload  any
}

// serveSocket keeps a socket to Slack until ctx ends. It returns an error only where another socket would not help.
func (a *Adapter) serveSocket(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var acks sync.WaitGroup
	acks.Go(func() { a.sendAcks(ctx) })
	defer acks.Wait()
	defer cancel()
	for n := 0; ; n++ {
		start := time.Now()
		err := a.oneSocket(ctx)
		if ctx.Err() != nil {
			return nil
		}
		var config *adapters.ConfigError
		if errors.As(err, &config) {
			return err
		}
		a.complain("socket", err)
		if time.Since(start) > time.Minute {
			n = 0
		}
		if !backOff(ctx, n) {
			return nil
		}
	}
}

// oneSocket runs one client of the library until it gives up. The library reconnects by itself as long as Slack
// merely closes the connection; after an error, a new client is needed.
func (a *Adapter) oneSocket(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	client := socketmode.New(a.api, socketmode.OptionLog(libraryLog{a.lg}), socketmode.OptionReadLimit(frameLimit))
	a.socket.Store(client)
	ended := make(chan error, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				a.panicked(r)
				ended <- fmt.Errorf("slack: the socket client broke down")
			}
		}()
		ended <- client.RunContext(ctx)
	}()
	var reason error
	for {
		select {
		case evt := <-client.Events:
			if err := a.event(evt); err != nil && reason == nil {
				reason = err
				cancel()
			}
		case err := <-ended:
			if reason != nil {
				return reason
			}
			if f := fatal(a.cfg.AppTokenEnv, openMethod, err); f != nil {
				return f
			}
			return a.tokens.scrubbed(err)
		}
	}
}

// event handles what the library says; an error ends the client. It must not block: while it does, the library does
// not answer Slack's pings.
func (a *Adapter) event(evt socketmode.Event) error {
	switch evt.Type {
	case socketmode.EventTypeHello:
		a.hello(evt.Request)
	case socketmode.EventTypeEventsAPI, socketmode.EventTypeSlashCommand, socketmode.EventTypeInteractive:
		if evt.Request != nil {
			a.envelope(evt.Request)
		}
	case socketmode.EventTypeErrorBadMessage:
		// The library could not read it, and does not acknowledge it; we need less of it, and may be able to.
		var req socketmode.Request
		if bad, ok := evt.Data.(*socketmode.ErrorBadMessage); ok && json.Unmarshal(bad.Message, &req) == nil && req.EnvelopeID != "" {
			a.envelope(&req)
		}
	case socketmode.EventTypeErrorWriteFailed:
		if failed, ok := evt.Data.(*socketmode.ErrorWriteFailed); ok && failed.Response != nil &&
			a.seen.First("ack again|"+failed.Response.EnvelopeID) {
			a.queueAck(pendingAck{failed.Response.EnvelopeID, failed.Response.Payload})
		}
	case socketmode.EventTypeConnectionError:
		if failed, ok := evt.Data.(*slackgo.ConnectionErrorEvent); ok {
			return a.connectionError(failed)
		}
	}
	return nil
}

// hello notes that the socket is up.
func (a *Adapter) hello(req *socketmode.Request) {
	n := 0
	if req != nil {
		n = req.NumConnections
	}
	a.lg.Info("slack socket is up", "adapter", name, "connections", n)
	if n > 1 && a.complained.First("connections") {
		a.lg.Warn("slack has other sockets of this app: each gets only a part of the messages", "adapter", name,
			"hint", "give every environment an app of its own")
	}
	if a.throttle.youngDeaths() >= youngLimit && a.complained.First("young") {
		a.lg.Warn("slack closes the sockets as soon as they are open", "adapter", name,
			"hint", "is Socket Mode on in the app's settings? are there more than 10 copies of the bot?")
	}
}

// connectionError returns an error where waiting would not help, or would take too long.
func (a *Adapter) connectionError(failed *slackgo.ConnectionErrorEvent) error {
	if f := fatal(a.cfg.AppTokenEnv, openMethod, failed.ErrorObj); f != nil {
		return f
	}
	a.complain(openMethod, failed.ErrorObj)
	var limited *slackgo.RateLimitedError
	if failed.Backoff > longestPause && !errors.As(failed.ErrorObj, &limited) {
		return failed.ErrorObj
	}
	return nil
}

// envelope reads one request of Slack's. Whatever happens to it, it is acknowledged, as Slack would deliver it again
// and switch the app off in the end.
func (a *Adapter) envelope(req *socketmode.Request) {
	var in *inbound
	err := fmt.Errorf("slack sends %q", req.Type)
	switch req.Type {
	case socketmode.RequestTypeEventsAPI:
		in, err = parseEvent(req.Payload)
	case socketmode.RequestTypeSlashCommands:
		in, err = parseCommand(req.Payload)
	case socketmode.RequestTypeInteractive:
		in, err = parseInteraction(req.Payload)
	}
	if err != nil {
		a.lg.Debug("slack envelope is not understood", "adapter", name)
		a.queueAck(pendingAck{envelope: req.EnvelopeID})
		return
	}
	var once sync.Once
	in.takesPayload = req.AcceptsResponsePayload
	in.ack = func(payload any) {
		once.Do(func() { a.queueAck(pendingAck{req.EnvelopeID, payload}) })
	}
	a.accept(in)
}

// queueAck leaves an acknowledgement to sendAcks. When even that many are waiting, the socket is down, and Slack
// delivers the message again.
func (a *Adapter) queueAck(ack pendingAck) {
	if ack.envelope == "" {
		return
	}
	select {
	case a.acks <- ack:
	default:
		a.counts.shed.Add(1)
	}
}

// sendAcks hands acknowledgements to the newest socket until ctx ends.
func (a *Adapter) sendAcks(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case ack := <-a.acks:
			client := a.socket.Load()
			if client == nil {
				continue
			}
			patience, cancel := context.WithTimeout(ctx, ackTimeout)
			err := client.AckCtx(patience, ack.envelope, ack.payload)
			cancel()
			if err != nil && ctx.Err() == nil {
				a.complain("ack", err)
			}
		}
	}
}
