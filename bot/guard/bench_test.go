package guard

import (
	"fmt"
	"strings"
	"testing"
)

func BenchmarkClassify(b *testing.B) {
	g, err := New(trainedOn(b))
	if err != nil {
		b.Fatal(err)
	}
	const ordinary = "which boroughs do you cover, and what does the alliance do about early diagnosis and screening uptake?"
	const personal = "been coughing for 5 weeks now and my chest feels tight, should i be worryed or is it probably nothing lol"
	for _, size := range []int{100, 1_000, 10_000, 100_000} {
		for name, text := range map[string]string{"ordinary": ordinary, "personal": personal} {
			text := strings.Repeat(text+" ", size/100)[:size]
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(size))
				for b.Loop() {
					g.Classify(text)
				}
			})
		}
	}
}

func BenchmarkNew(b *testing.B) {
	s, questions := trainedOn(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(s, questions); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRedact(b *testing.B) {
	text := strings.Repeat("call me on 07700 900123 or jo@example.org, NHS no 999 123 4567, about 1 April 2020 ", 2)
	b.ReportAllocs()
	for b.Loop() {
		Redact(text, helplines)
	}
}
