package adapters

// ConfigError is an error that only a change of the configuration or of the platform's settings mends: a wrong
// token, a missing scope. A supervisor that restarts the program should not try again; cmd exits with code 78 for
// it, which is EX_CONFIG of sysexits.h. Err and Hint never hold a secret.
type ConfigError struct {
	Err  error
	Hint string // what to do about it, as a sentence
}

// Error returns the text of Err, without the hint.
func (e *ConfigError) Error() string { return e.Err.Error() }

// Unwrap returns Err.
func (e *ConfigError) Unwrap() error { return e.Err }

// Status is the outcome of a Check.
type Status string

const (
	OK      Status = "ok"
	Warning Status = "warning" // it works, but not all of it
	Failed  Status = "failed"  // it does not work until this is mended
)

// Check is one thing that `alliancebot doctor` looked at.
type Check struct {
	Name   string // what was looked at: "slack: scopes"
	Status Status
	Found  string // what was found; never a secret
	Fix    string // what to click or change; empty when Status is OK
}
