package guard

import (
	"iter"
	"math"
	"math/rand/v2"
	"slices"
)

// classes are the labels of the learned model, in order of urgency.
var classes = [...]Class{None, Emergency, SelfHarm, Safeguarding, Medicine, Diagnosis, Symptom, Distress, Appointment, Complaint}

const lastCritical = 3 // the place in classes of the last one that replaces the answer

// likeness is softmax regression over words and pairs of words, trained on the maintainers' examples and on what people
// ask the organisation. It tells what no rule names: a message that is like the examples of a class.
type likeness struct {
	ids     map[hash]int32
	idf     []float32
	unseen  float32   // the weight of a feature that no example has
	weights []chances // by feature
	bias    chances
}

// chances holds one number for each of classes.
type chances [len(classes)]float32

// labelled is a message whose class is known.
type labelled struct {
	text  string
	class int // its place in classes
}

// The training schedule. It was chosen by cross-validation on the examples.
const (
	learningRate   = 2.0 // falls linearly to 0
	featureDropout = .2
	labelSmoothing = .01 // what each wrong class keeps
	epochs         = 3
	seed           = 1
	// unseenWeight is how much of the weight of a feature that no example has counts towards the length of a vector.
	unseenWeight = .4
	pairWeight   = .7 // of pairs of words beside single words
	minCount     = 2  // how often a feature stands in the messages; the others are most of them, and say nothing
	biasRate     = .1 // of the rate of the weights
)

// feature is one dimension of a vector.
type feature struct {
	id int32
	x  float32
}

// hash is 64-bit FNV-1a.
type hash uint64

const (
	hashStart = hash(14695981039346656037)
	hashPrime = hash(1099511628211)
)

func hashOf(word []byte) hash {
	h := hashStart
	for _, b := range word {
		h = (h ^ hash(b)) * hashPrime
	}
	return h
}

// pairOf is the hash of two words, the second up to apart words behind the first.
func pairOf(a, b hash, apart int) hash { return (a*31 ^ b + hash(apart)) * hashPrime }

// anyNumber stands for all numbers.
var anyNumber = []byte("0")

// stemmed cuts common endings off, so that bleed, bleeds and bleeding are one word.
func stemmed(w []byte) []byte {
	for _, ending := range [...]string{"ing", "ed", "es", "s"} {
		if rest := len(w) - len(ending); rest >= 3 && string(w[rest:]) == ending && w[rest-1] != 's' {
			w = w[:rest]
			break
		}
	}
	if n := len(w); n > 3 && (w[n-1] == 'e' || w[n-1] == w[n-2]) {
		w = w[:n-1]
	}
	return w
}

// words and pairs call f for each feature of the tokens: words; neighbours, and neighbours but one.
func words(tokens []token, f func(hash)) {
	for i := range tokens {
		if !tokens[i].masked {
			f(tokens[i].stem)
		}
	}
}

func pairs(tokens []token, f func(hash)) {
	for i := range tokens {
		for apart := 1; apart <= 2 && apart <= i; apart++ {
			if a, b := &tokens[i-apart], &tokens[i]; !a.masked && !b.masked {
				f(pairOf(a.stem, b.stem, apart))
			}
		}
	}
}

// vector appends the features of the tokens to v: words and pairs each brought to the same length, however long the
// message is.
func (l *likeness) vector(tokens []token, v []feature) []feature {
	v = l.group(func(yield func(hash) bool) { words(tokens, func(h hash) { yield(h) }) }, 1, v)
	return l.group(func(yield func(hash) bool) { pairs(tokens, func(h hash) { yield(h) }) }, pairWeight, v)
}

// group appends one group of features, of the length weight.
func (l *likeness) group(hashes iter.Seq[hash], weight float32, v []feature) []feature {
	from, sum := len(v), float32(0)
	for h := range hashes {
		x := l.unseen
		if id, ok := l.ids[h]; ok {
			x = l.idf[id]
			v = append(v, feature{id, x})
		}
		sum += x * x
	}
	scale := weight / float32(math.Sqrt(float64(max(sum, 1))))
	for i := range v[from:] {
		v[from+i].x *= scale
	}
	return v
}

// chances returns the chance of each class for a vector.
func (l *likeness) chances(v []feature) chances {
	p := l.bias
	for _, f := range v {
		for c, w := range l.weights[f.id] {
			p[c] += f.x * w
		}
	}
	top := slices.Max(p[:])
	var sum float32
	for c, x := range p {
		p[c] = float32(math.Exp(float64(x - top)))
		sum += p[c]
	}
	for c := range p {
		p[c] /= sum
	}
	return p
}

// learn trains on messages. Ordinary ones that a rule takes are left out: they would teach that what the rule is for is
// harmless. It is deterministic.
func (g *Guard) learn(messages []labelled) *likeness {
	s := g.pool.Get().(*scratch)
	defer g.pool.Put(s)
	l := &likeness{ids: make(map[hash]int32)}
	counts := make(map[hash]int32)
	var hashes []hash // of the words of each message, then of its pairs
	var kept []labelled
	var ends [][2]int // by kept message: where its words and where its pairs end in hashes
	note := func(h hash) {
		hashes = append(hashes, h)
		counts[h]++
	}
	for _, m := range messages {
		if g.read(s, m.text); m.class == 0 && s.fired {
			continue
		}
		kept = append(kept, m)
		words(s.tokens, note)
		middle := len(hashes)
		pairs(s.tokens, note)
		ends = append(ends, [2]int{middle, len(hashes)})
	}
	messages = kept
	for _, h := range hashes {
		if _, known := l.ids[h]; !known && counts[h] >= minCount {
			l.ids[h] = int32(len(l.idf))
			l.idf = append(l.idf, idf(len(messages), int(counts[h])))
		}
	}
	l.unseen = unseenWeight * idf(len(messages), 0)
	l.weights = make([]chances, len(l.idf))
	vectors := make([][]feature, len(messages))
	from := 0
	for i, end := range ends {
		v := l.group(slices.Values(hashes[from:end[0]]), 1, nil)
		vectors[i] = slices.Clip(l.group(slices.Values(hashes[end[0]:end[1]]), pairWeight, v))
		from = end[1]
	}
	l.descend(messages, vectors)
	return l
}

func idf(messages, holding int) float32 {
	return float32(math.Log(float64(1+messages)/float64(1+holding))) + 1
}

// descend goes down the gradient of the smoothed cross-entropy, one message at a time.
func (l *likeness) descend(messages []labelled, vectors [][]feature) {
	order := make([]int, len(messages))
	for i := range order {
		order[i] = i
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	var kept []feature
	done, steps := 0, epochs*len(messages)
	for range epochs {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			rate := learningRate * (1 - float32(done)/float32(steps))
			done++
			kept = kept[:0]
			for _, f := range vectors[i] {
				if rng.Float32() >= featureDropout {
					kept = append(kept, feature{f.id, f.x / (1 - featureDropout)})
				}
			}
			l.step(kept, messages[i].class, rate)
		}
	}
}

func (l *likeness) step(v []feature, class int, rate float32) {
	change := l.chances(v)
	for c := range change {
		want := float32(labelSmoothing)
		if c == class {
			want = 1 - labelSmoothing*float32(len(classes)-1)
		}
		change[c] = rate * (want - change[c])
	}
	for _, f := range v {
		w := &l.weights[f.id]
		for c := range change {
			w[c] += change[c] * f.x
		}
	}
	for c := range change {
		l.bias[c] += change[c] * biasRate
	}
}
