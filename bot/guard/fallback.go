package guard

import (
	_ "embed"
	"fmt"
	"sync"

	"alliancebot/knowledge"
)

// fallbackFile is what the program knows of safety when the knowledge cannot be loaded. Its contacts are those of
// safety.yaml; a test holds the two together.
//
//go:embed fallback.yaml
var fallbackFile []byte

// fallback returns the Guard that is built into the program.
var fallback = sync.OnceValue(func() *Guard {
	s, err := knowledge.ParseSafety("fallback.yaml", fallbackFile)
	if err != nil {
		panic(fmt.Sprintf("guard: %v", err)) // a test reads the file
	}
	g, err := New(s, nil)
	if err != nil {
		panic(fmt.Sprintf("guard: %v", err))
	}
	return g
})
