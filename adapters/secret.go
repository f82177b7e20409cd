package adapters

import (
	"fmt"
	"log/slog"
	"os"
	"strings"
)

// redacted is what a Secret prints as, wherever it is printed.
const redacted = "[redacted]"

// Secret is a token or a signing key. However it is printed, logged or marshalled it reads [redacted]; only Reveal
// gives the text. The zero Secret is unset. The text sits behind a pointer, so that a Secret in an unexported field,
// whose methods fmt cannot call, prints as an address.
type Secret struct{ text *string }

// NewSecret wraps text without the white space around it, which tokens that are pasted often bring along.
func NewSecret(text string) Secret {
	if text = strings.TrimSpace(text); text == "" {
		return Secret{}
	}
	return Secret{text: &text}
}

// SecretFromEnv reads the environment variable of that name. The Secret is unset when the variable is unset or blank.
func SecretFromEnv(name string) Secret { return NewSecret(os.Getenv(name)) }

// Reveal returns the text itself, "" when unset. The result is for the platform's client only.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsSet reports whether there is a text.
func (s Secret) IsSet() bool { return s.text != nil }

// Scrub returns text with every appearance of the secret replaced. It is for errors of libraries that quote what
// they were given.
func (s Secret) Scrub(text string) string {
	if s.text == nil {
		return text
	}
	return strings.ReplaceAll(text, *s.text, redacted)
}

// Format makes every verb print [redacted].
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, redacted) }

// String returns [redacted].
func (s Secret) String() string { return redacted }

// LogValue makes slog print [redacted].
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText makes encoding/json and the like write [redacted].
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
