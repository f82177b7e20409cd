package bot

import (
	"fmt"
	"strings"
)

// Explain tells a maintainer how a question was understood and why the reply is what it is. It holds words of the
// question, so it is for the person who typed it and never for a log.
func (r *Ready) Explain(question string) string {
	var b strings.Builder
	if v := r.guard.Classify(question); v.Class != "" {
		fmt.Fprintf(&b, "safety lane: class %s, rule %s, because of %q\n", v.Class, v.Rule, v.Words)
	} else {
		b.WriteString("safety lane: nothing\n")
	}
	t := turn{Ready: r, talk: &talk{}}
	for _, f := range t.findAll(question) {
		fmt.Fprintf(&b, "decision: %s\n", f.kind)
	}
	b.WriteString(r.index.Explain(question))
	return b.String()
}

func (k findingKind) String() string {
	switch k {
	case answers:
		return "answer"
	case lacks:
		return "say that the document does not hold it"
	case chats:
		return "small talk"
	case wants:
		return "refuse, because the nearest entry does not hold what was asked for"
	case resembles:
		return "ask whether a near entry was meant"
	}
	return "say that nothing was found"
}
