package adapters

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestSecretNeverPrints(t *testing.T) {
	const text = "xoxb-1234567890-hush"
	s := NewSecret(text)
	inner := struct {
		Token  Secret
		hidden Secret
		deep   *Secret
		list   []Secret
		byName map[string]Secret
	}{s, s, &s, []Secret{s}, map[string]Secret{"a": s}}

	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%T", "%p", "%20v", "%!"} {
		for _, v := range []any{s, &s, inner, &inner, fmt.Errorf("wrapped: %v", s)} {
			if out := fmt.Sprintf(verb, v); leaks(out, text) {
				t.Errorf("%s of %T prints the secret: %s", verb, v, out)
			}
		}
	}
	for _, handler := range []func(*bytes.Buffer) slog.Handler{
		func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
	} {
		var buf bytes.Buffer
		slog.New(handler(&buf)).Info("m", "token", s, "all", inner, "err", errors.New(s.String()))
		if leaks(buf.String(), text) {
			t.Errorf("slog prints the secret: %s", buf.String())
		}
	}
	out, err := json.Marshal(inner)
	if err != nil || leaks(string(out), text) || !strings.Contains(string(out), redacted) {
		t.Errorf("json.Marshal = %s, %v", out, err)
	}
}

// leaks also finds the text written in hexadecimal.
func leaks(out, text string) bool {
	low := strings.ToLower(out)
	return strings.Contains(out, text) || strings.Contains(low, fmt.Sprintf("%x", text))
}

func TestSecretReveal(t *testing.T) {
	if s := NewSecret(" xapp-1 \n"); s.Reveal() != "xapp-1" || !s.IsSet() {
		t.Errorf("Reveal() = %q, IsSet() = %v, want the trimmed text", s.Reveal(), s.IsSet())
	}
	for _, blank := range []string{"", "  \n"} {
		if s := NewSecret(blank); s.IsSet() || s.Reveal() != "" {
			t.Errorf("NewSecret(%q) is set", blank)
		}
	}
	t.Setenv("ALLIANCEBOT_TEST_SECRET", "hush")
	if got := SecretFromEnv("ALLIANCEBOT_TEST_SECRET").Reveal(); got != "hush" {
		t.Errorf("SecretFromEnv = %q, want %q", got, "hush")
	}
	if got := NewSecret("hush").Scrub("dial hush: hush refused"); got != "dial [redacted]: [redacted] refused" {
		t.Errorf("Scrub = %q", got)
	}
	if got := (Secret{}).Scrub("as it was"); got != "as it was" {
		t.Errorf("Scrub of an unset secret = %q", got)
	}
}
