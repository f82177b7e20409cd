package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"
)

// Paths of the HTTP transport, as the manifest gives them to Slack. What a request is shows in its body, so any of
// them takes all three.
const (
	eventsPath       = "/slack/events"
	commandsPath     = "/slack/commands"
	interactionsPath = "/slack/interactions"
)

const (
	bodyLimit     = 1 << 20
	headerTimeout = 5 * time.Second
	bodyTimeout   = 10 * time.Second
)

// serveHTTP takes Slack's requests until ctx ends.
func (a *Adapter) serveHTTP(ctx context.Context) error {
	listener, err := net.Listen("tcp", a.cfg.Listen)
	if err != nil {
		return configError("Change listen in the slack: part of config.yaml.", "slack: cannot listen on %s: %w", a.cfg.Listen, err)
	}
	mux := http.NewServeMux()
	for _, path := range []string{eventsPath, commandsPath, interactionsPath} {
		mux.HandleFunc(path, a.receive)
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout, MaxHeaderBytes: 64 << 10}
	a.lg.Info("slack posts to us", "adapter", name, "listen", listener.Addr().String())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err = <-ended:
		return fmt.Errorf("slack: %w", err)
	case <-ctx.Done():
	}
	patience, cancel := context.WithTimeout(context.Background(), drainFor)
	defer cancel()
	if server.Shutdown(patience) != nil {
		server.Close()
	}
	<-ended
	return nil
}

// receive answers one request. The response is the acknowledgement.
func (a *Adapter) receive(w http.ResponseWriter, r *http.Request) {
	body, err := a.verified(w, r)
	if err != nil {
		a.lg.Debug("request is not from slack", "adapter", name, "err", err)
		http.Error(w, "not signed by Slack", http.StatusUnauthorized)
		return
	}
	in, err := parseRequest(r.Header.Get("Content-Type"), body)
	if err != nil || in == nil { // Slack would deliver it again, and it would be no better; ssl_check wants no more
		w.WriteHeader(http.StatusOK)
		return
	}
	if in.kind == verification {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		io.WriteString(w, in.challenge)
		return
	}
	answer := make(chan any, 1)
	var once sync.Once
	in.takesPayload = in.kind == command
	in.ack = func(payload any) { once.Do(func() { answer <- payload }) }
	in.nack = func() { once.Do(func() { answer <- errBusy }) }
	a.accept(in)
	select {
	case payload := <-answer:
		respondHTTP(w, payload)
	case <-r.Context().Done():
	}
}

// errBusy makes the response one that Slack tries again after.
var errBusy = errors.New("busy")

func respondHTTP(w http.ResponseWriter, payload any) {
	switch payload {
	case nil:
		w.WriteHeader(http.StatusOK)
		return
	case errBusy:
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	body, err := json.Marshal(payload)
	if err != nil {
		w.WriteHeader(http.StatusOK)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Write(body)
}

// verified returns the body, if Slack signed it less than 5 minutes ago.
// https://docs.slack.dev/authentication/verifying-requests-from-slack/
func (a *Adapter) verified(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
	if err != nil {
		return nil, err
	}
	verifier, err := slackgo.NewSecretsVerifier(r.Header, a.tokens.SigningSecret.Reveal())
	if err != nil {
		return nil, err
	}
	if _, err := verifier.Write(body); err != nil {
		return nil, err
	}
	return body, verifier.Ensure()
}

// parseRequest reads a body by its type: events are JSON, interactions a form with a JSON field, commands a form. It
// returns nil for a request that wants nothing.
func parseRequest(contentType string, body []byte) (*inbound, error) {
	kind, _, _ := mime.ParseMediaType(contentType)
	if kind == "application/json" || bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
		return parseEvent(body)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, fmt.Errorf("form: %w", err)
	}
	switch {
	case form.Get("payload") != "":
		return parseInteraction([]byte(form.Get("payload")))
	case form.Get("command") != "":
		return parseCommandForm(form), nil
	}
	return nil, nil
}
