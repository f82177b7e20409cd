package discord

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/bwmarrin/discordgo"
)

const (
	maxBody = 1 << 20 // of an interaction; Discord's are a few KiB
	maxSkew = 5 * time.Minute
)

// serveHTTP takes interactions that Discord posts, until ctx ends, and then returns nil.
// https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint
func (a *Adapter) serveHTTP(ctx context.Context) error {
	key, err := a.learnApplication(ctx)
	if err != nil || ctx.Err() != nil {
		return err
	}
	listener, err := net.Listen("tcp", a.cfg.Listen)
	if err != nil {
		return configError("Set listen to an address of this machine that is free.", "discord: listening on %q: %w", a.cfg.Listen, err)
	}
	server := &http.Server{
		Handler:           a.endpoint(key),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          log.New(io.Discard, "", 0), // its lines hold addresses of whoever knocks
	}
	a.lg.Info("discord interactions are listened for", "adapter", name, "listen", listener.Addr().String())
	a.jobs.Go("commands", func() { a.syncCommands(nil) })
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err = <-ended:
		return configError("Set listen to an address of this machine that is free.", "discord: serving on %q: %w", a.cfg.Listen, err)
	case <-ctx.Done():
	}
	closing, cancel := context.WithTimeout(context.Background(), answerIn)
	defer cancel()
	if server.Shutdown(closing) != nil {
		server.Close()
	}
	<-ended
	return nil
}

// learnApplication asks Discord, until there is an answer, which application the token belongs to. It returns the key
// that interactions are signed with.
func (a *Adapter) learnApplication(ctx context.Context) (ed25519.PublicKey, error) {
	for try := 0; ; try++ {
		asking, cancel := context.WithTimeout(ctx, time.Minute)
		app, err := a.rest.application(asking)
		cancel()
		if err == nil {
			a.know("", string(app.ID))
			text := a.cfg.PublicKey
			if text == "" {
				text = app.VerifyKey
			}
			key, err := hex.DecodeString(text)
			if err != nil || len(key) != ed25519.PublicKeySize {
				return nil, configError("Copy it from the Developer Portal: General Information, Public Key.", "discord: public_key is not set, and Discord did not tell it")
			}
			return key, nil
		}
		if status(err) == http.StatusUnauthorized {
			return nil, fatalClose(4004)
		}
		a.complain("asking for the application", err)
		if !pause(ctx, backOff(try, a.gateway.timing.backOff, a.gateway.timing.longest)) {
			return nil, nil
		}
	}
}

// application is what Discord says about the bot's application.
type application struct {
	ID        text   `json:"id"`
	Name      string `json:"name"`
	VerifyKey string `json:"verify_key"`
	Endpoint  string `json:"interactions_endpoint_url"`
	Guilds    *int   `json:"approximate_guild_count"`
}

// application asks which application the token belongs to. There are two addresses for it; the first tells more.
func (c *client) application(ctx context.Context) (application, error) {
	var app application
	err := c.do(ctx, call{method: http.MethodGet, path: "applications/@me", into: &app, bucket: "application", again: true})
	if status(err) == http.StatusNotFound || err == nil && app.ID == "" {
		err = c.do(ctx, call{method: http.MethodGet, path: "oauth2/applications/@me", into: &app, bucket: "application", again: true})
	}
	if err == nil && app.ID == "" {
		err = errors.New("discord did not name the application")
	}
	return app, err
}

// endpoint is the handler of all that is posted. GET /healthz says whether the server is up.
func (a *Adapter) endpoint(key ed25519.PublicKey) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && r.URL.Path == "/healthz" {
			io.WriteString(w, "ok\n")
			return
		}
		if r.Method != http.MethodPost {
			http.Error(w, "interactions are posted here", http.StatusMethodNotAllowed)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			http.Error(w, "the body is too large", http.StatusRequestEntityTooLarge)
			return
		}
		if !signed(r.Header, body, key, time.Now()) {
			// Discord sends wrong signatures now and then, to see that they are refused like this.
			http.Error(w, "invalid request signature", http.StatusUnauthorized)
			return
		}
		var in interaction
		if err := json.Unmarshal(body, &in); err != nil {
			http.Error(w, "not an interaction", http.StatusBadRequest)
			return
		}
		if in.Type == interactionPing {
			writeJSON(w, response{Type: discordgo.InteractionResponsePong})
			return
		}
		a.answerHTTP(w, &in)
	})
}

// answerHTTP answers an interaction in the answer to the request that brought it.
func (a *Adapter) answerHTTP(w http.ResponseWriter, in *interaction) {
	responses, written := make(chan response), make(chan struct{})
	defer close(written)
	gone, cancel := context.WithTimeout(a.working, answerIn)
	defer cancel()
	accepted := a.interact(in, func(ctx context.Context, resp response) error {
		select {
		case responses <- resp:
			<-written // what follows up must not come first
			return nil
		case <-gone.Done():
			return errAnsweredBefore
		}
	})
	if !accepted {
		http.Error(w, "not answered: given before, or too busy", http.StatusServiceUnavailable)
		return
	}
	select {
	case resp := <-responses:
		writeJSON(w, resp)
	case <-gone.Done():
		http.Error(w, "no answer in time", http.StatusServiceUnavailable)
	}
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // a client that has gone needs no answer
	_ = http.NewResponseController(w).Flush()
}

// signed reports whether Discord signed the request with the key, not long ago.
func signed(h http.Header, body []byte, key ed25519.PublicKey, now time.Time) bool {
	signature, err := hex.DecodeString(h.Get("X-Signature-Ed25519"))
	stamp := h.Get("X-Signature-Timestamp")
	if err != nil || len(signature) != ed25519.SignatureSize || len(key) != ed25519.PublicKeySize {
		return false
	}
	at, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || now.Sub(time.Unix(at, 0)).Abs() > maxSkew {
		return false
	}
	return ed25519.Verify(key, append([]byte(stamp), body...), signature)
}
