package markup

// Links returns the addresses that the text links to, in order.
func (t Text) Links() []string {
	var out []string
	add := func(spans []Span) {
		for _, s := range spans {
			if s.URL != "" {
				out = append(out, s.URL)
			}
		}
	}
	for _, b := range t.Blocks {
		add(b.Spans)
		for _, item := range b.Items {
			add(item)
		}
	}
	return out
}
