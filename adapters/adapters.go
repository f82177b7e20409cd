// Package adapters defines what connects the bot to a place where people talk, and holds what every such platform
// needs: cutting long text, dropping duplicates, pacing, and keeping secrets out of logs.
package adapters

import (
	"context"

	"alliancebot/bot"
)

// Adapter connects one platform to the bot. An Adapter is used for one Run.
type Adapter interface {
	// Name is the platform's name in lower case, for logs.
	Name() string
	// Run receives messages and sends replies until ctx ends, and then returns nil, after the messages in flight
	// are answered and every goroutine that it started has ended. It reconnects by itself; it returns an error only
	// where trying again is pointless (a bad token, a missing scope), and that error never holds a secret.
	Run(ctx context.Context, h bot.Handler) error
}
