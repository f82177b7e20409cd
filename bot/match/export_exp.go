package match

func (h Hit) Evidence() []float64 {
	e := h.evidence
	return []float64{e.chance, e.gap, e.kinChance, e.kinGap, e.uncovered, e.cover, e.unseen, e.known, e.length, e.strange.numbers, e.strange.names, e.strange.foreign, e.strange.elsewhere, e.strange.content}
}
