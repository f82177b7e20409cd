package match

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"alliancebot/knowledge"
)

// synthetic makes a base of n entries with the given number of phrasings each, out of the words of the shipped one:
// each entry has a few words of its own and shares the others.
func synthetic(n, phrasings int) *knowledge.Base {
	var words []string
	for _, e := range shipped().kb.Entries {
		for _, p := range e.AlsoAsked {
			words = append(words, split(p)...)
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	kb := &knowledge.Base{}
	for i := range n {
		own := []string{fmt.Sprintf("topic%d", i), words[rng.IntN(len(words))], words[rng.IntN(len(words))]}
		e := &knowledge.Entry{ID: fmt.Sprintf("entry-%d", i), Gives: []knowledge.Gives{knowledge.GivesList}}
		for range phrasings {
			var p []string
			for range 3 + rng.IntN(6) {
				p = append(p, words[rng.IntN(len(words))])
			}
			p[rng.IntN(len(p))] = own[rng.IntN(len(own))]
			e.AlsoAsked = append(e.AlsoAsked, strings.Join(p, " "))
		}
		e.Question = "what about " + own[0]
		kb.Entries = append(kb.Entries, e)
	}
	return kb
}

// sizes are numbers of entries and phrasings each.
var sizes = [][2]int{{60, 17}, {1000, 1}, {1000, 10}, {10_000, 1}}

func BenchmarkSearch(b *testing.B) {
	questions := []string{"which areas of London do you look after", "who is the host of the allience", "what do you do for people after their treatment ends, is there any rehab?"}
	run := func(b *testing.B, ix *Index) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			ix.Search(questions[i%len(questions)])
		}
	}
	b.Run("shipped", func(b *testing.B) { run(b, shipped()) })
	for _, s := range sizes {
		b.Run(fmt.Sprintf("entries=%d/texts=%d", s[0], s[0]*(s[1]+1)), func(b *testing.B) { run(b, New(synthetic(s[0], s[1]), Options{})) })
	}
}

func BenchmarkNew(b *testing.B) {
	run := func(b *testing.B, kb *knowledge.Base) {
		b.ReportAllocs()
		for b.Loop() {
			New(kb, Options{})
		}
	}
	b.Run("shipped", func(b *testing.B) { run(b, shipped().kb) })
	for _, s := range sizes {
		b.Run(fmt.Sprintf("entries=%d/texts=%d", s[0], s[0]*(s[1]+1)), func(b *testing.B) { run(b, synthetic(s[0], s[1])) })
	}
}

func BenchmarkComplete(b *testing.B) {
	ix := shipped()
	b.ReportAllocs()
	for b.Loop() {
		ix.Complete("which bor", 25)
	}
}
