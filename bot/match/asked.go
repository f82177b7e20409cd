package match

import (
	"slices"
	"strings"

	"alliancebot/knowledge"
)

// asked returns the kinds of thing, any of which would satisfy the question, or nil when it asks for none in
// particular. It keeps the bot from answering "when?" with a text that holds no date.
func asked(words []word, raw string) []knowledge.Gives {
	if strings.Contains(raw, "£") {
		return []knowledge.Gives{knowledge.GivesMoney}
	}
	if strings.Contains(raw, "%") {
		return []knowledge.Gives{knowledge.GivesPercentage}
	}
	w := make([]string, len(words)+4) // the rest is empty, so that w[i+3] is always there
	for i := range words {
		w[i] = words[i].text
	}
	for i := range words {
		if kinds := askedAt(w, i); kinds != nil {
			return kinds
		}
	}
	return nil
}

// askedAt looks at the word at i and the ones behind it.
func askedAt(w []string, i int) []knowledge.Gives {
	switch w[i] {
	case "how":
		return askedHow(w, i)
	case "when":
		if asksWhen(w, i) {
			return []knowledge.Gives{knowledge.GivesDate}
		}
	case "what", "which":
		switch w[i+1] {
		case "year", "date", "day", "month", "yr":
			return []knowledge.Gives{knowledge.GivesDate}
		case "percentage", "percent", "proportion":
			return []knowledge.Gives{knowledge.GivesPercentage}
		case "ones":
			return []knowledge.Gives{knowledge.GivesList}
		}
	case "percentage", "percent":
		return []knowledge.Gives{knowledge.GivesPercentage}
	case "who":
		if kinds := askedWho(w[i+1:]); kinds != nil {
			return kinds
		}
	case "why":
		return []knowledge.Gives{knowledge.GivesReason}
	case "where":
		if slices.Contains(w[i:], "based") || slices.Contains(w[i:], "located") {
			return []knowledge.Gives{knowledge.GivesContact}
		}
	case "yet":
		if i > 0 && w[i+1] == "" || w[0] == "have" || w[0] == "has" || w[0] == "did" || w[0] == "are" || w[0] == "is" {
			return []knowledge.Gives{knowledge.GivesResult}
		}
	case "so":
		if w[i+1] == "far" {
			return []knowledge.Gives{knowledge.GivesResult}
		}
	case "any":
		switch w[i+1] {
		case "numbers", "figures", "stats", "statistics", "data":
			return []knowledge.Gives{knowledge.GivesNumber, knowledge.GivesPercentage}
		case "progress", "results", "success", "improvement":
			return []knowledge.Gives{knowledge.GivesResult}
		}
	case "phone", "telephone", "email", "postcode":
		return []knowledge.Gives{knowledge.GivesContact}
	case "name", "names":
		if slices.ContainsFunc(w[i+1:], func(s string) bool { return posts[s] }) {
			return []knowledge.Gives{knowledge.GivesPerson}
		}
	}
	return nil
}

func askedHow(w []string, i int) []knowledge.Gives {
	switch w[i+1] {
	case "often", "frequently", "regularly", "frequent", "regular", "soon", "quickly", "fast":
		return []knowledge.Gives{knowledge.GivesFrequency}
	case "many", "big", "large":
		return []knowledge.Gives{knowledge.GivesNumber}
	case "long":
		switch w[i+2] {
		case "is", "are", "does", "will", "do", "until":
			return []knowledge.Gives{knowledge.GivesFrequency}
		}
		return []knowledge.Gives{knowledge.GivesDate, knowledge.GivesFrequency}
	case "old":
		return []knowledge.Gives{knowledge.GivesDate}
	case "much":
		return []knowledge.Gives{knowledge.GivesMoney, knowledge.GivesNumber, knowledge.GivesPercentage}
	case "do", "can", "does", "would", "could", "to":
		if asksTheWay(w[i+2:]) {
			return []knowledge.Gives{knowledge.GivesContact}
		}
	}
	return nil
}

// asksTheWay recognises "how do I get", "how can patients find": somebody wants to reach something, which takes contact
// details. "How do you..." asks about the organisation's work.
func asksTheWay(rest []string) bool {
	for i, s := range rest {
		switch {
		case i > 3 || i < 2 && (s == "you" || s == "we" || s == "alliance"):
			return false
		case reaching[s]:
			return true
		}
	}
	return false
}

var reaching = map[string]bool{
	"get": true, "find": true, "apply": true, "join": true, "contact": true, "reach": true, "access": true, "book": true,
	"sign": true, "register": true, "speak": true, "talk": true, "request": true, "obtain": true, "volunteer": true, "enrol": true,
}

// asksWhen tells the question word from the conjunction ("what changed when the pandemic came").
func asksWhen(w []string, i int) bool {
	if w[i+1] == "" || i > 0 && (w[i-1] == "since" || w[i-1] == "say" || w[i-1] == "know" || w[i-1] == "me" || w[i-1] == "and") {
		return true
	}
	switch w[i+1] {
	case "did", "was", "were", "is", "are", "does", "do", "will", "has", "exactly":
		return true
	}
	return false
}

// posts are the words for somebody in charge. A question that asks who holds one asks for a person.
var posts = map[string]bool{
	"chair": true, "chairs": true, "chairman": true, "chairperson": true, "chairwoman": true, "director": true, "directors": true,
	"manager": true, "managers": true, "ceo": true, "chief": true, "executive": true, "exec": true, "boss": true, "head": true,
	"heads": true, "president": true, "lead": true, "leader": true, "leaders": true, "chairing": true, "secretary": true,
}

var articles = map[string]bool{"the": true, "a": true, "your": true, "its": true, "their": true, "clinical": true}

// askedWho: a post is held by a person. Other "who" questions are content with an organisation or a list, and "who" is a
// relative pronoun as often as not.
func askedWho(rest []string) []knowledge.Gives {
	for i, s := range rest {
		if i > 4 {
			break
		}
		if s == "lead" && (i == 0 || !articles[rest[i-1]]) {
			continue // who lead the system, an organisation may
		}
		if posts[s] {
			return []knowledge.Gives{knowledge.GivesPerson}
		}
	}
	return nil
}
