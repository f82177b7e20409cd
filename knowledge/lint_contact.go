package knowledge

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"alliancebot/knowledge/yamlfile"
)

var (
	longNumber = regexp.MustCompile(`\+?\(?\d[\d ()./-]{5,}\d`)
	isoDate    = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	// shortNumber holds helplines that look like plain numbers. They are numbers of phones wherever they stand alone.
	shortNumber = regexp.MustCompile(`\b(?:999|111|112|101|119|116 ?123|85258|1800[12])\b`)
	email       = regexp.MustCompile(`[\w.+-]+@[\w-]+(?:\.[\w-]+)+`)
)

// phoneLike returns what looks like the number of a phone in a text.
func phoneLike(text string) []string {
	var found []string
	if !strings.ContainsAny(text, "0123456789") {
		return nil // most texts, and quickly
	}
	for _, m := range longNumber.FindAllString(text, -1) {
		digits := 0
		for _, r := range m {
			if '0' <= r && r <= '9' {
				digits++
			}
		}
		dialled := strings.HasPrefix(m, "+") || strings.HasPrefix(strings.TrimPrefix(m, "("), "0")
		if !isoDate.MatchString(m) && (digits >= 9 || dialled && digits >= 8) {
			found = append(found, m)
		}
	}
	return found
}

const contactHint = "contacts belong in safety.yaml only, each once"

func phoneNumber(l *lint) {
	message := func(number string) string { return fmt.Sprintf("%q looks like the number of a phone", number) }
	for _, p := range l.passages {
		for _, number := range append(phoneLike(p.plain), shortNumber.FindAllString(p.plain, -1)...) {
			l.fail(p.find(number), contactHint, message(number))
		}
	}
	l.eachWritten(func(s yamlfile.String) {
		for _, number := range phoneLike(s.Value) {
			l.fail(s.Pos, contactHint, message(number))
		}
	})
}

func emailAddress(l *lint) {
	for _, p := range l.passages {
		for _, address := range email.FindAllString(p.src.Value, -1) {
			l.fail(p.find(address), contactHint, fmt.Sprintf("%q is an email address", address))
		}
	}
	l.eachWritten(func(s yamlfile.String) {
		if !strings.Contains(s.Value, "@") {
			return // most texts, and quickly
		}
		for _, address := range email.FindAllString(s.Value, -1) {
			l.fail(s.Pos, contactHint, fmt.Sprintf("%q is an email address", address))
		}
	})
}

// eachWritten calls do for what is written in the topics, the glossary and the fact register beside the passages.
// Suites are left out: they may hold anything that people type.
func (l *lint) eachWritten(do func(yamlfile.String)) {
	for _, file := range l.topics {
		do(file.Topic)
		for _, e := range file.Entries {
			do(e.Question)
			for _, phrasing := range e.AlsoAsked {
				do(phrasing)
			}
		}
	}
	for _, t := range l.terms.Terms {
		for _, s := range append([]yamlfile.String{t.Short, t.Name}, t.Also...) {
			do(s)
		}
	}
	for _, s := range l.sources {
		for _, section := range s.Sections {
			for _, fact := range section.Facts {
				do(fact.Fact)
			}
		}
	}
}

// foreignLink lets answers link to the hosts of the documents that they rest on, and nowhere else.
func foreignLink(l *lint) {
	hosts := map[string]bool{}
	for _, s := range l.base.Sources {
		if u, err := url.Parse(s.URL); err == nil {
			hosts[u.Host] = true
		}
	}
	for _, p := range l.passages {
		for _, address := range addresses(p) {
			if u, err := url.Parse(address); err != nil || u.Scheme != "https" || !hosts[u.Host] {
				l.fail(p.find(address), "link only to the websites of the sources", fmt.Sprintf("the link to %q leads elsewhere", address))
			}
		}
	}
}

// addresses lists the links of a passage, each once.
func addresses(p *passage) []string {
	var list []string
	seen := map[string]bool{"": true}
	for _, b := range p.text.Blocks {
		for _, spans := range append(b.Items, b.Spans) {
			for _, s := range spans {
				if !seen[s.URL] {
					seen[s.URL] = true
					list = append(list, s.URL)
				}
			}
		}
	}
	return list
}
