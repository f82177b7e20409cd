// Command genenglish writes the Bloom filter of English words that bot/match embeds. Its input is one word a line, as
// in Debian's wamerican and wbritish packages (SCOWL word lists, free for any use).
//
//	go run ./genenglish -o english.bloom /usr/share/dict/american-english /usr/share/dict/british-english
package main

import (
	"bufio"
	"flag"
	"log"
	"os"
	"strings"

	"github.com/bits-and-blooms/bloom/v3"
)

// falsePositives is the share of misspelt words that pass as English and stay unrepaired.
const falsePositives = .005

func main() {
	out := flag.String("o", "english.bloom", "file to write")
	flag.Parse()
	words := make(map[string]bool)
	for _, name := range flag.Args() {
		if err := read(name, words); err != nil {
			log.Fatal(err)
		}
	}
	filter := bloom.NewWithEstimates(uint(len(words)), falsePositives)
	for w := range words {
		filter.AddString(w)
	}
	f, err := os.Create(*out)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := filter.WriteTo(f); err != nil {
		log.Fatal(err)
	}
	if err := f.Close(); err != nil {
		log.Fatal(err)
	}
	log.Printf("%d words", len(words))
}

// read adds the words of a file in lower case, without genitives and single letters.
func read(name string, words map[string]bool) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		w := strings.ToLower(strings.TrimSpace(lines.Text()))
		if len(w) > 1 && !strings.Contains(w, "'") {
			words[w] = true
		}
	}
	return lines.Err()
}
