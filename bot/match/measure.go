package match

import (
	"math/rand/v2"

	"alliancebot/knowledge"
)

// LeftOut is what becomes of a phrasing that is asked without being stored.
type LeftOut struct {
	Entry    *knowledge.Entry
	Phrasing int              // its place in Entry.AlsoAsked
	First    *knowledge.Entry // what ranks first; nil when nothing does
	Top3     bool             // its own entry is among the first three
}

// CrossValidate asks every phrasing of an index that was trained without it: the phrasings are dealt into folds parts,
// and for each part an index is trained on the others. Questions stay in every part.
func CrossValidate(kb *knowledge.Base, folds int) []LeftOut {
	var out []LeftOut
	for fold := range folds {
		rest, original := without(kb, fold, folds)
		ix := New(rest, Options{})
		for _, e := range kb.Entries {
			for i, p := range e.AlsoAsked {
				if i%folds != fold {
					continue
				}
				l := LeftOut{Entry: e, Phrasing: i}
				for rank, h := range ix.Search(p) {
					if rank == 0 {
						l.First = original[h.Entry]
					}
					l.Top3 = l.Top3 || rank < 3 && original[h.Entry] == e
				}
				out = append(out, l)
			}
		}
	}
	return out
}

// without copies a base without every folds-th phrasing; original leads from the copied entries to the old ones.
func without(kb *knowledge.Base, fold, folds int) (rest *knowledge.Base, original map[*knowledge.Entry]*knowledge.Entry) {
	rest = &knowledge.Base{Terms: kb.Terms, Synonyms: kb.Synonyms}
	original = make(map[*knowledge.Entry]*knowledge.Entry, len(kb.Entries))
	for _, e := range kb.Entries {
		c := *e
		c.AlsoAsked = nil
		for i, p := range e.AlsoAsked {
			if i%folds != fold {
				c.AlsoAsked = append(c.AlsoAsked, p)
			}
		}
		original[&c] = e
		rest.Entries = append(rest.Entries, &c)
	}
	return rest, original
}

// Garble makes about one typing mistake every so many characters: a letter is left out, doubled, changed or swapped
// with the next.
func Garble(text string, every int, rng *rand.Rand) string {
	r := []rune(text)
	for range (len(r) + every/2) / every {
		if len(r) < 2 {
			break
		}
		i := rng.IntN(len(r) - 1)
		switch rng.IntN(4) {
		case 0:
			r = append(r[:i], r[i+1:]...)
		case 1:
			r = append(r[:i+1], r[i:]...)
		case 2:
			r[i] = rune('a' + rng.IntN(26))
		default:
			r[i], r[i+1] = r[i+1], r[i]
		}
	}
	return string(r)
}
