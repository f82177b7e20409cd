package match

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
)

// The training schedule. It was chosen on the public development sets.
const (
	learningRate   = 2.0 // falls linearly to 0
	labelSmoothing = .1
	skipGradient   = .004 // smaller gradients are not worth their time
	centroidScale  = 10   // of the starting weights
	seed           = 1
	batchSize      = 64

	minEpochs, maxEpochs = 4, 10
)

// dropout is the share of a sample's features that a step leaves out. Words overlap in so many n-grams that half of them
// teach as much as most, in half the time.
var dropout = [groups]float32{stems: .2, pairs: .2, ngrams: .5}

// epochs is how often the samples are gone through. A few hundred phrasings gain from the tenth time; for thousands, that
// give as many steps in one epoch, four times are as good as ten, and each costs time at start-up.
func epochs(samples, entries int) int {
	const (
		cheap  = 6_000_000  // steps times entries that take a quarter of a second
		costly = 50_000_000 // one epoch of that many takes seconds, and has to do
	)
	work := samples * entries
	if work > costly {
		return 1
	}
	return min(maxEpochs, max(minEpochs, cheap/max(work, 1)))
}

// model is softmax regression: one row of weights a feature, one column an entry.
type model struct {
	entries int
	rows    []row
}

// row holds the weights of one feature: dense where the feature is common or the entries are few, else sparse.
type row struct {
	columns []int32 // sorted; nil when the row is dense
	weights []float32
}

// denseEntries is the number of entries up to which every row is dense.
const denseEntries = 512

func (r *row) addTo(scores []float32, x float32) {
	if r.columns == nil {
		scores = scores[:len(r.weights)]
		for i, w := range r.weights {
			scores[i] += x * w
		}
		return
	}
	for i, c := range r.columns {
		scores[c] += x * r.weights[i]
	}
}

func (r *row) add(column int32, x float32, entries int) {
	if r.columns == nil && r.weights != nil {
		r.weights[column] += x
		return
	}
	i := search(r.columns, column)
	if i < len(r.columns) && r.columns[i] == column {
		r.weights[i] += x
		return
	}
	if entries <= denseEntries || len(r.columns) >= entries/8 {
		r.densify(entries)
		r.weights[column] += x
		return
	}
	r.columns = append(r.columns, 0)
	r.weights = append(r.weights, 0)
	copy(r.columns[i+1:], r.columns[i:])
	copy(r.weights[i+1:], r.weights[i:])
	r.columns[i], r.weights[i] = column, x
}

// change adds x times the changes, by column.
func (r *row) change(changes []feature, x float32, entries int) {
	if r.columns == nil && r.weights != nil {
		for _, c := range changes {
			r.weights[c.id] += x * c.weight
		}
		return
	}
	for _, c := range changes {
		r.add(c.id, x*c.weight, entries)
	}
}

func (r *row) densify(entries int) {
	dense := make([]float32, entries)
	for i, c := range r.columns {
		dense[c] = r.weights[i]
	}
	r.columns, r.weights = nil, dense
}

func search(columns []int32, c int32) int {
	lo, hi := 0, len(columns)
	for lo < hi {
		if m := (lo + hi) / 2; columns[m] < c {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo
}

// sample is one training text.
type sample struct {
	vector []feature
	entry  int32
}

// train fits a model to samples whose features belong to the groups given by feature id. It is deterministic: same
// samples, same model.
func train(samples []sample, featureGroups []group, entries int) *model {
	m := &model{entries: entries, rows: make([]row, len(featureGroups))}
	m.startFromCentroids(samples)
	rng := rand.New(rand.NewPCG(seed, 0))
	order := make([]int, len(samples))
	for i := range order {
		order[i] = i
	}
	t := newTrainer(m, featureGroups)
	rounds := epochs(len(samples), entries)
	steps := float64(rounds * len(samples))
	done := 0
	for range rounds {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for batch := range slices.Chunk(order, batchSize) {
			t.step(samples, batch, done, float32(learningRate*(1-float64(done)/steps)))
			done += len(batch)
		}
	}
	return m
}

// startFromCentroids sets each column to the unit mean of the entry's vectors, scaled. Sums are made in the order of the
// samples, which come entry by entry, so that rounding is the same every time.
func (m *model) startFromCentroids(samples []sample) {
	sum := make([]float32, len(m.rows))
	var touched []int32
	for i, s := range samples {
		for _, f := range s.vector {
			if sum[f.id] == 0 {
				touched = append(touched, f.id)
			}
			sum[f.id] += f.weight
		}
		if i+1 < len(samples) && samples[i+1].entry == s.entry {
			continue
		}
		var length float64
		for _, id := range touched {
			length += float64(sum[id]) * float64(sum[id])
		}
		scale := float32(centroidScale / math.Sqrt(length))
		for _, id := range touched {
			m.rows[id].add(s.entry, sum[id]*scale, m.entries)
			sum[id] = 0
		}
		touched = touched[:0]
	}
}

// trainer takes steps of stochastic gradient descent. The samples of a batch are looked at side by side, and then the
// rows are changed side by side, each for one sample after the other, so that the result does not depend on the number
// of processors.
type trainer struct {
	*model
	groups []group // by feature id
	slots  [batchSize]slot
}

// slot is the work on one sample of a batch.
type slot struct {
	pcg     *rand.PCG
	rng     *rand.Rand
	scores  []float32
	kept    []feature // what dropout left of the sample
	changes []feature // by entry: what a weight of 1 is changed by
}

func newTrainer(m *model, featureGroups []group) *trainer {
	t := &trainer{model: m, groups: featureGroups}
	for i := range t.slots {
		pcg := rand.NewPCG(0, 0)
		t.slots[i] = slot{pcg: pcg, rng: rand.New(pcg), scores: make([]float32, m.entries)}
	}
	return t
}

// step goes down the smoothed cross-entropy of a batch of samples; done counts the samples before it.
func (t *trainer) step(samples []sample, batch []int, done int, rate float32) {
	workers := min(runtime.GOMAXPROCS(0), len(batch))
	sideBySide(workers, func(worker int) {
		for i := worker; i < len(batch); i += workers {
			t.slots[i].pcg.Seed(seed, uint64(done+i))
			t.look(&t.slots[i], samples[batch[i]], rate)
		}
	})
	sideBySide(workers, func(worker int) {
		for i := range batch {
			for _, f := range t.slots[i].kept {
				if int(f.id)%workers == worker {
					t.rows[f.id].change(t.slots[i].changes, f.weight, t.entries)
				}
			}
		}
	})
}

// sideBySide calls f for each worker and waits for all.
func sideBySide(workers int, f func(worker int)) {
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { f(w) })
	}
	wg.Wait()
}

// look works out what a sample changes.
func (t *trainer) look(s *slot, x sample, rate float32) {
	s.kept, s.changes = s.kept[:0], s.changes[:0]
	for _, f := range x.vector {
		if out := dropout[t.groups[f.id]]; s.rng.Float32() >= out {
			s.kept = append(s.kept, feature{f.id, f.weight / (1 - out)})
		}
	}
	t.logits(s.kept, s.scores)
	softmax(s.scores)
	floor := float32(labelSmoothing) / float32(t.entries)
	for e, p := range s.scores {
		want := floor
		if int32(e) == x.entry {
			want += 1 - labelSmoothing
		}
		if gradient := p - want; gradient >= skipGradient || gradient <= -skipGradient {
			s.changes = append(s.changes, feature{int32(e), -rate * gradient})
		}
	}
}

// logits fills scores, one an entry. Four dense rows are added at a time, which halves the time of training: the scores
// are read and written once for the four.
func (m *model) logits(vector []feature, scores []float32) {
	clear(scores)
	var rows [4][]float32
	var x [4]float32
	n := 0
	for _, f := range vector {
		r := &m.rows[f.id]
		if r.columns != nil || len(r.weights) != len(scores) {
			r.addTo(scores, f.weight)
			continue
		}
		rows[n], x[n] = r.weights, f.weight
		if n++; n == len(rows) {
			addFour(scores, &rows, &x)
			n = 0
		}
	}
	for i := range n {
		for j, w := range rows[i] {
			scores[j] += x[i] * w
		}
	}
}

func addFour(scores []float32, rows *[4][]float32, x *[4]float32) {
	n := len(scores)
	a, b, c, d := rows[0][:n], rows[1][:n], rows[2][:n], rows[3][:n]
	xa, xb, xc, xd := x[0], x[1], x[2], x[3]
	for i := range scores {
		scores[i] += xa*a[i] + xb*b[i] + xc*c[i] + xd*d[i]
	}
}

// softmax turns logits into chances, in place.
func softmax(x []float32) {
	top := x[0]
	for _, v := range x {
		top = max(top, v)
	}
	var sum float64
	for i, v := range x {
		e := float32(0)
		if v-top > -20 {
			e = exp(v - top)
		}
		x[i] = e
		sum += float64(e)
	}
	for i := range x {
		x[i] /= float32(sum)
	}
}

// exp is e to the power of x, for -80 < x <= 0, to 6 digits. It takes a third of the time of math.Exp, which was a fifth of
// the time of training.
func exp(x float32) float32 {
	halvings := int32(x * (1 / math.Ln2))
	x -= float32(halvings) * math.Ln2 // now -ln 2 < x <= 0, where a few terms of the series do
	e := 1 + x*(1+x*(1./2+x*(1./6+x*(1./24+x*(1./120+x*(1./720))))))
	return math.Float32frombits(math.Float32bits(e) + uint32(halvings)<<23)
}
