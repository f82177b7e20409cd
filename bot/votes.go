package bot

import (
	"hash/maphash"
	"sync"
)

// maxVotes bounds the votes that are remembered to tell a changed vote from a new one.
const maxVotes = 50_000

// Tally counts the votes on one answer of one version of the knowledge.
type Tally struct{ Helpful, Unhelpful int }

// votes counts feedback in memory. Persons are kept only as a hash that is worthless outside this process.
type votes struct {
	mu      sync.Mutex
	seed    maphash.Seed
	last    map[ballot]bool
	tallies map[poll]Tally
}

type poll struct{ entry, version string }

type ballot struct {
	person uint64
	poll
}

func newVotes() *votes {
	return &votes{seed: maphash.MakeSeed(), last: make(map[ballot]bool), tallies: make(map[poll]Tally)}
}

func (vs *votes) count(v Vote) {
	vs.mu.Lock()
	defer vs.mu.Unlock()
	p := poll{v.Entry, v.Version}
	b := ballot{maphash.String(vs.seed, v.Person), p}
	t := vs.tallies[p]
	if before, voted := vs.last[b]; voted {
		t.add(before, -1)
	} else if len(vs.last) >= maxVotes {
		clear(vs.last) // the counts stay; only the memory of who cast them starts afresh
	}
	t.add(v.Helpful, 1)
	vs.last[b] = v.Helpful
	vs.tallies[p] = t
}

func (t *Tally) add(helpful bool, n int) {
	if helpful {
		t.Helpful += n
	} else {
		t.Unhelpful += n
	}
}

// Votes returns the tally of an entry in a version of the knowledge.
func (b *Bot) Votes(entry, version string) Tally {
	b.votes.mu.Lock()
	defer b.votes.mu.Unlock()
	return b.votes.tallies[poll{entry, version}]
}
