package yamlfile

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// DidYouMean is a hint that names the one of many words that was most likely meant, or the empty string when none is
// like what was written. Callers use it for references between files.
func DidYouMean(written string, known []string) string {
	if best := nearest(written, known); best != "" {
		return ask(best)
	}
	return ""
}

func ask(meant string) string { return fmt.Sprintf("did you mean %q?", meant) }

// nearest returns the allowed word that could have been meant, or the empty string. Of equally near ones it takes the first.
func nearest(written string, allowed []string) string {
	plain := func(s string) string { return strings.ToLower(strings.NewReplacer("-", "_", " ", "_").Replace(s)) }
	written = plain(written)
	best, bestEdits := "", 0
	for _, word := range allowed {
		most := max(1, utf8.RuneCountInString(word)/3)
		if edits := edits(written, plain(word), most); edits <= most && edits < utf8.RuneCountInString(written) && (best == "" || edits < bestEdits) {
			best, bestEdits = word, edits
		}
	}
	return best
}

// edits counts the letters to insert, delete, replace or swap with their neighbour to make a into b. It stops
// counting once it is sure that there are more than most.
func edits(a, b string, most int) int {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d > most || -d > most {
		return most + 1
	}
	var two, one []int
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		two, one, row = one, row, make([]int, len(y)+1)
		row[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			row[j+1] = min(one[j+1]+1, row[j]+1, one[j]+cost)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], two[j-1]+1)
			}
		}
	}
	return row[len(y)]
}

// quote shows a value in a message, cut short when it is long.
func quote(s string) string {
	const most = 60
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most-3]) + "..."
	}
	return `"` + strings.NewReplacer("\n", " ", "\t", " ").Replace(s) + `"`
}
