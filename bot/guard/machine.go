package guard

// machine finds patterns in a message. It is a tree over atoms; patterns that begin alike share their beginning.
type machine struct {
	nodes []node
	root  []int32 // by atom: the node after it; 0 where no pattern starts with it
}

type node struct {
	edges []edge
	gap   int32   // the longest gap of any edge
	outs  []int32 // patterns that end here
}

// edge is the next atom of a pattern, up to gap tokens further on.
type edge struct{ atom, gap, to int32 }

// step is one place of a pattern: an atom after a gap of up to gap tokens.
type step struct{ atom, gap int32 }

func newMachine(atoms int) *machine {
	return &machine{nodes: make([]node, 1), root: make([]int32, atoms)}
}

// add adds a pattern that reports out.
func (m *machine) add(steps []step, out int32) {
	at := int32(0)
	for i, s := range steps {
		at = m.child(at, i == 0, s)
	}
	n := &m.nodes[at]
	n.outs = append(n.outs, out)
}

func (m *machine) child(at int32, first bool, s step) int32 {
	if first {
		if m.root[s.atom] == 0 {
			m.root[s.atom] = m.grow()
		}
		return m.root[s.atom]
	}
	for _, e := range m.nodes[at].edges {
		if e.atom == s.atom && e.gap == s.gap {
			return e.to
		}
	}
	to := m.grow()
	n := &m.nodes[at]
	n.edges = append(n.edges, edge{s.atom, s.gap, to})
	n.gap = max(n.gap, s.gap)
	return to
}

func (m *machine) grow() int32 {
	m.nodes = append(m.nodes, node{})
	return int32(len(m.nodes) - 1)
}

// state is a pattern in the making: which node, from which token on, and the token that comes next.
type state struct{ node, start, next int32 }

// maxSpan is how many tokens one member of a word list can take.
const maxSpan = 10

// run calls found for every pattern in the tokens, as [start, end). Tokens that are masked fit nothing. Its time is
// in proportion to the number of tokens: a node is followed once for every token, from the earliest start.
func (m *machine) run(s *scratch, found func(out, start, end int32)) {
	for i := range s.ring {
		s.ring[i] = s.ring[i][:0]
	}
	s.waiting = s.waiting[:0]
	if len(s.seen) < len(m.nodes) {
		s.seen = make([]int32, len(m.nodes))
	}
	clear(s.seen)
	span := 0
	for p := range s.tokens {
		p := int32(p)
		t := &s.tokens[p]
		slot := &s.ring[p%(maxSpan+1)]
		live := append(s.waiting, *slot...)
		*slot = (*slot)[:0]
		hits := t.hits
		if t.masked {
			hits = nil
		}
		for _, a := range hits {
			s.stamp[a] = p + 1
		}
		for span < len(s.spans) && s.spans[span].start < p {
			span++
		}
		kept := live[:0]
		for _, st := range live {
			if s.tokens[st.next-1].sentence != t.sentence {
				continue
			}
			if newer := s.seen[st.node]; st.next < newer && newer <= p {
				continue // the same node was reached again since, and can do all that this one can
			}
			n := &m.nodes[st.node]
			for _, e := range n.edges {
				if p-st.next > e.gap {
					continue
				}
				if s.stamp[e.atom] == p+1 {
					m.enter(s, e.to, st.start, p+1, found)
				}
				for i := span; i < len(s.spans) && s.spans[i].start == p; i++ {
					if s.spans[i].atom == e.atom {
						m.enter(s, e.to, st.start, s.spans[i].end, found)
					}
				}
			}
			if p-st.next < n.gap {
				kept = append(kept, st)
			}
		}
		s.waiting = kept
		for _, a := range hits {
			if to := m.root[a]; to != 0 {
				m.enter(s, to, p, p+1, found)
			}
		}
		for i := span; i < len(s.spans) && s.spans[i].start == p; i++ {
			if to := m.root[s.spans[i].atom]; to != 0 {
				m.enter(s, to, p, s.spans[i].end, found)
			}
		}
	}
}

func (m *machine) enter(s *scratch, at, start, end int32, found func(out, start, end int32)) {
	if s.seen[at] == end {
		return
	}
	s.seen[at] = end
	n := &m.nodes[at]
	for _, out := range n.outs {
		found(out, start, end)
	}
	if len(n.edges) > 0 {
		slot := &s.ring[end%(maxSpan+1)]
		*slot = append(*slot, state{at, start, end})
	}
}
