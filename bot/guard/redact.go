package guard

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Removed is what Redact puts in the place of each personal detail. It holds nothing that Redact would remove.
const Removed = "[removed]"

// Redact removes from text what may tell who somebody is: NHS numbers (any 10 digits, whether or not they check),
// phone numbers, email addresses, links, mentions, full postcodes, dates in figures, dates of birth, National
// Insurance numbers, and hospital, booking and card numbers. It leaves in place what has exactly the digits of one of
// the keep numbers, which are those of published helplines (see Contacts), written dates such as 1 April 2020,
// figures, and the first half of postcodes.
//
// It cannot know names, so what is left is not anonymous. Text that is not UTF-8 is made so. Redacting twice is the
// same as redacting once.
func Redact(text string, keep []string) string {
	text = strings.Map(visible, strings.ToValidUTF8(text, "\uFFFD"))
	published := make(map[string]bool, len(keep))
	for _, number := range keep {
		published[digitsOf(number)] = true
	}
	// What one pattern removes can bring together what another one looks for. The text has fewer characters outside
	// of marks after every round that changes it, and in practice the second round changes nothing.
	for {
		before := text
		for _, d := range details {
			text = d.remove(text, published)
		}
		if text == before {
			return text
		}
	}
}

// visible drops characters that nobody sees, so that they cannot hide a number, and makes digits and spaces of all
// kinds plain ones.
func visible(r rune) rune {
	switch {
	case r == '\u00AD' || r == '\uFEFF' || 0x200B <= r && r <= 0x200F || 0x202A <= r && r <= 0x202E || 0x2060 <= r && r <= 0x2069:
		return -1
	case r == '\u00A0' || 0x2000 <= r && r <= 0x200A || r == '\u202F' || r == '\u3000':
		return ' '
	case 0x2010 <= r && r <= 0x2015 || r == '\u2212':
		return '-'
	case 0xFF10 <= r && r <= 0xFF19:
		return '0' + r - 0xFF10
	case r == '\uFF20':
		return '@'
	}
	return r
}

// detail is one kind of personal detail.
type detail struct {
	pattern *regexp.Regexp
	number  bool // it may be a published helpline
}

// The patterns are tried in this order. They were first tried on the strings of the tests. Boundaries are spelt out
// where \b would miss a word that leans on an underscore.
var details = []detail{
	{pattern: regexp.MustCompile(`<(?:@[!&]?|#|!subteam\^)[A-Za-z0-9]+(?:\|[^<>]*)?>`)},
	{pattern: regexp.MustCompile(`(?i)[\pL\pN._%+'-]+ ?@ ?[\pL\pN-]+(?: ?\. ?[\pL\pN-]{2,})+`)},
	{pattern: regexp.MustCompile(`(?i)<?(?:[a-z][a-z0-9+.\-]*://|mailto:|tel:)[^\s<>]+>?`)},
	{pattern: regexp.MustCompile(`(?i)\b(?:www\.[^\s<>]+|(?:[a-z0-9\-]+\.)+[a-z]{2,}/[^\s<>]+)`)},
	{pattern: regexp.MustCompile(`(?:^|[^\pL\pN])@[\pL\pN_][\pL\pN_.]+`)},
	// A label, and what follows it that has at least 4 digits in it.
	{pattern: regexp.MustCompile(`(?i)\b(?:nhs|hosp(?:ital)?|mrn|ubrn|booking|patient|crn|case|chart|referral|pathway|ref(?:erence)?|record|sample|appointment|reg(?:istration)?|unit)(?:[ _]*(?:id|ref(?:erence)?|number|num|no|nr|code|password|card))*\.?[ _]*(?:is|was|=)?[ _]*[:#.-]*[ _]*[a-z]{0,3}[ -]?\d(?:[ -]?\d){4,15}[a-z]?`), number: true},
	{pattern: regexp.MustCompile(`(?i)(?:dob|d\.o\.b\.?|date of birth|birth ?date|birthday|bday|born)\W{0,3}(?:is|was|on|the|in|my|:|-|\s)*\W{0,2}(?:\d{1,2}(?:st|nd|rd|th)?(?:\s+of)?[\s./-]+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?[\s,./-]*(?:\d{4}|\d{2})?|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}(?:st|nd|rd|th)?(?:[\s,]+\d{2,4})?|\d{1,2}[ ./-]\d{1,2}[ ./-]\d{2,4}|\d{6,8}|\d{4})`)},
	{pattern: regexp.MustCompile(`\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}`)},
	{pattern: regexp.MustCompile(`\b\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})`)},
	{pattern: regexp.MustCompile(`\d{1,2}/\d{1,2}/\d{2,4}`)},
	{pattern: regexp.MustCompile(`(?:\+\d{1,3}|\b00\d{2}|\(0|\b0)(?:[ ()./\-]{0,3}\d){8,}`), number: true},
	// Any other long number: cards, hospital numbers without a label.
	{pattern: regexp.MustCompile(`\d(?:[ \-]?\d){7,}`), number: true},
	{pattern: regexp.MustCompile(`\d{3}[ .\-]{0,3}\d{3}[ .\-]{0,3}\d{4}`), number: true},
	{pattern: regexp.MustCompile(`(?i)\b(?:gir ?0aa|[a-pr-uwyz](?:\d{1,2}|[a-hk-y]\d{1,2}|\d[a-hjkpstuw]|[a-hk-y]\d[abehmnprvwxy])[ -]{0,2}\d[abd-hjlnp-uw-z]{2})\b`)},
	{pattern: regexp.MustCompile(`(?i)\b[a-z]{2} ?\d{2} ?\d{2} ?\d{2} ?[a-d]\b`)},
}

// remove replaces every match, unless all of its digits are those of a published number.
func (d detail) remove(text string, published map[string]bool) string {
	return d.pattern.ReplaceAllStringFunc(text, func(m string) string {
		if d.keeps(m, published) {
			return m
		}
		// A match may begin with what only separates it from the word before.
		if r, size := utf8.DecodeRuneInString(m); strings.ContainsRune(" \t\n(,;:", r) {
			return m[:size] + Removed
		}
		return Removed
	})
}

// years is a range or row of years, which is no number of a person.
var years = regexp.MustCompile(`^(?:(?:19|20)\d\d[ -])+(?:19|20)\d\d$`)

// keeps reports whether a match stays in the text.
func (d detail) keeps(match string, published map[string]bool) bool {
	return d.number && (published[digitsOf(match)] || years.MatchString(match))
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
