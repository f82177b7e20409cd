package match

import "math"

// A question becomes a sparse vector of features in three groups. The weights of the groups, the damping of unseen
// features and the n-gram lengths were chosen on the public development sets (see the package comment).
type group uint8

const (
	stems  group = iota // one a word, and one for each glossary term or synonym that it belongs to
	pairs               // two neighbouring stems
	ngrams              // 2 to 4 characters inside a word, its edges marked
	groups              // how many there are
)

var groupWeight = [groups]float32{stems: 1, pairs: .6, ngrams: 1}

const (
	minGram, maxGram = 2, 4
	// unseenWeight is how much of the weight of a feature that the knowledge has never seen still counts towards the
	// length of the vector, so that foreign questions score low.
	unseenWeight = .4
)

// feature is one dimension of a vector.
type feature struct {
	id     int32
	weight float32
}

// hash is 64-bit FNV-1a, started differently for each group so that the groups do not meet.
type hash uint64

func (g group) hash() hash { return hash(14695981039346656037) ^ hash(g+1)*0x9e3779b97f4a7c15 }

func (h hash) add(s string) hash {
	for i := 0; i < len(s); i++ {
		h = (h ^ hash(s[i])) * 1099511628211
	}
	return h
}

func (h hash) addByte(c byte) hash { return (h ^ hash(c)) * 1099511628211 }

// emit calls f with the hash of each feature of a text.
func emit(t tokens, f func(group, hash)) {
	words := t.words
	for _, w := range words {
		f(stems, stems.hash().add(w.stem))
	}
	for _, c := range t.concepts {
		f(stems, stems.hash().addByte(0).add(c))
	}
	for i := 1; i < len(words); i++ {
		f(pairs, pairs.hash().add(words[i-1].stem).addByte(' ').add(words[i].stem))
	}
	for _, w := range words {
		emitNgrams(w.text, f)
	}
}

func emitNgrams(w string, f func(group, hash)) {
	var padded [64]byte
	n := copy(padded[1:len(padded)-1], w) + 2
	padded[0], padded[n-1] = '<', '>'
	for i := 0; i < n; i++ {
		h := ngrams.hash()
		for j := i; j < n && j < i+maxGram; j++ {
			h = h.addByte(padded[j])
			if j-i+1 >= minGram {
				f(ngrams, h)
			}
		}
	}
}

// vocabulary numbers the features that the knowledge has and weighs them by how few entries hold them.
type vocabulary struct {
	ids       map[hash]int32
	idf       []float32 // by feature id: ln((1+E)/(1+ef)) + 1
	groups    []group   // by feature id
	unseenIDF float32   // of a feature that no entry holds
}

// scratch is what turning words into a vector needs to remember. It is reused between questions.
type scratch struct {
	seen   [groups][]feature // the weight is the count
	unseen [groups]int       // features that the knowledge does not have
	slot   []int32           // by feature id: 1 + position in seen; zero between questions
	vector []feature
}

func (v *vocabulary) newScratch() *scratch { return &scratch{slot: make([]int32, len(v.idf))} }

// vectorize turns a text into a vector: each group brought to length 1, then weighted. The result is valid until the
// scratch is used again.
func (v *vocabulary) vectorize(t tokens, s *scratch) []feature {
	s.vector = s.vector[:0]
	for g := range groups {
		s.seen[g], s.unseen[g] = s.seen[g][:0], 0
	}
	emit(t, func(g group, h hash) {
		id, ok := v.ids[h]
		switch {
		case !ok:
			s.unseen[g]++
		case s.slot[id] > 0:
			s.seen[g][s.slot[id]-1].weight++
		default:
			s.seen[g] = append(s.seen[g], feature{id, 1})
			s.slot[id] = int32(len(s.seen[g]))
		}
	})
	for g := range groups {
		unseen := float64(unseenWeight * v.unseenIDF)
		sum := float64(s.unseen[g]) * unseen * unseen
		for i, f := range s.seen[g] {
			w := v.idf[f.id] * sublinear(f.weight)
			s.seen[g][i].weight = w
			sum += float64(w) * float64(w)
			s.slot[f.id] = 0
		}
		scale := groupWeight[g] / float32(math.Sqrt(sum))
		for _, f := range s.seen[g] {
			s.vector = append(s.vector, feature{f.id, f.weight * scale})
		}
	}
	return s.vector
}

// sublinear damps repeated features.
func sublinear(count float32) float32 {
	if count <= 1 {
		return 1
	}
	return 1 + float32(math.Log(float64(count)))
}

// newVocabulary numbers the features of all texts. texts[i] belongs to entry owner[i], of entries.
func newVocabulary(texts []tokens, owner []int32, entries int) *vocabulary {
	type stat struct {
		texts, entries int32
		last           int32 // 1 + the entry that was counted last; texts come entry by entry
		group          group
	}
	stats := make(map[hash]*stat, 64*len(texts))
	var order []*stat
	v := &vocabulary{ids: make(map[hash]int32)}
	var hashes []hash
	for i, t := range texts {
		emit(t, func(g group, h hash) {
			s := stats[h]
			if s == nil {
				s = &stat{group: g}
				stats[h] = s
				order = append(order, s)
				hashes = append(hashes, h)
			}
			s.texts++
			if s.last != owner[i]+1 {
				s.last = owner[i] + 1
				s.entries++
			}
		})
	}
	for i, s := range order {
		if s.group != stems && s.texts == 1 && len(texts) > pruneAbove {
			continue
		}
		v.ids[hashes[i]] = int32(len(v.idf))
		v.idf = append(v.idf, idf(entries, int(s.entries)))
		v.groups = append(v.groups, s.group)
	}
	v.unseenIDF = idf(entries, 0)
	return v
}

// pruneAbove is the number of texts above which pairs and n-grams that occur once are not kept: they are two thirds of
// all features, and no loss was measured.
const pruneAbove = 3000

func idf(entries, holding int) float32 {
	return float32(math.Log(float64(1+entries)/float64(1+holding))) + 1
}
