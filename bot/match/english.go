package match

import (
	"bytes"
	_ "embed"
	"sync"

	"github.com/bits-and-blooms/bloom/v3"
)

//go:generate go run ./genenglish -o english.bloom /usr/share/dict/american-english /usr/share/dict/british-english
//
// The lists are SCOWL's; its notice stands in bot/guard/english.txt.

//go:embed english.bloom
var englishBloom []byte

// englishWords holds about 80,000 English words. A word in it is not misspelt, and so is never repaired: without this guard
// repairing costs more right answers on clean text than it wins on misspelt text.
var englishWords = sync.OnceValue(func() *bloom.BloomFilter {
	var filter bloom.BloomFilter
	if _, err := filter.ReadFrom(bytes.NewReader(englishBloom)); err != nil {
		panic("bot/match: english.bloom is damaged: " + err.Error())
	}
	return &filter
})
