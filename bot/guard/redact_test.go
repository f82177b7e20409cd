package guard

import (
	"strings"
	"testing"
	"unicode/utf8"
)

var helplines = []string{"999", "111", "116 123", "0808 808 00 00", "0800 1111", "85258", "18001 111", "0808 808 8141"}

// The numbers are invented; NHS numbers that begin with 9 are for tests.
func TestRedactRemoves(t *testing.T) {
	for _, test := range []struct{ text, secret string }{
		{"my nhs number is 999 123 4567 ok", "123"},
		{"NHS no 9991234567", "9991234567"},
		{"nhs: 943-476-5919", "476"},
		{"943.476.5919 thats it", "476"},
		{"ring me on 07700 900123", "900123"},
		{"ring (020) 7946 0958 please", "7946"},
		{"+44 20 7946 0958", "7946"},
		{"0044 7700 900 456", "900"},
		{"0 7 7 0 0 9 0 0 1 2 3", "9 0 0"},
		{"call 111 or me on 07700 900123", "900123"},
		{"0808 808 00 01 is not the line", "808"},
		{"mail jo.bloggs+x@example.org.uk now", "bloggs"},
		{"mail jo @ example . com", "example"},
		{"see https://example.com/p/123?u=jo", "example.com"},
		{"see www.example.com/jo", "example"},
		{"<@U123ABC> knows", "U123ABC"},
		{"<@!123456789012345678> knows", "1234"},
		{"<@U123ABC|jo.bloggs> knows", "bloggs"},
		{"hi @jo.bloggs how are you", "bloggs"},
		{"i live at N19 5NF now", "5NF"},
		{"ec1a1bb is mine", "1bb"},
		{"SW1A 1AA", "1AA"},
		{"dob 04/11/1953", "1953"},
		{"born 4 November 1953 in Leeds", "1953"},
		{"my birthday is the 4th of november", "november"},
		{"date of birth: 4.11.53", "4.11.53"},
		{"DOB 1953-11-04", "1953"},
		{"born in 1953", "1953"},
		{"my scan is on 14/12/26", "14/12"},
		{"hospital number 1234567", "1234567"},
		{"MRN: A123456", "123456"},
		{"ubrn 0000 4455 6677", "4455"},
		{"booking ref 12345678", "12345678"},
		{"my NI is QQ123456C", "123456"},
		{"qq 12 34 56 c", "12 34"},
		{"0800 1111 07700 900123", "00123"},
		{"card 4929 1234 5678 9012", "5678"},
		{"9\u200b99 123 4567", "123"},
		{"９９９ 123 4567", "4567"},
		{"999\u00a0123\u00a04567", "4567"},
	} {
		got := Redact(test.text, helplines)
		if strings.Contains(strings.ToLower(got), strings.ToLower(test.secret)) || !strings.Contains(got, Removed) {
			t.Errorf("Redact(%q) = %q, which still holds %q", test.text, got, test.secret)
		}
		if strings.Contains(test.text, "111 or me") && !strings.Contains(got, "call 111 or me") {
			t.Errorf("Redact(%q) = %q, want the helpline kept", test.text, got)
		}
	}
}

func TestRedactKeeps(t *testing.T) {
	for _, text := range []string{
		"The Alliance was formed on 1 April 2020.",
		"in 2015, before 1 April 2020, and since then",
		"do you cover N19?", "NW3 and EC1 too", "call 999 or 111", "call 116 123", "call 0808 808 00 00, 8am to 8pm",
		"text SHOUT to 85258", "0800 1111", "18001 111", "1 of 21 Cancer Alliances", "5 London boroughs", "28 days and 62 days",
		"COVID-19", "stage 3, grade 2, T2N1M0", "PSA is 6.2", "24/7 and 9 to 5", "2 week wait", "the 2020/21 plan", "area 1 of 3",
		"A&E, NCL and UCLH", "3 weeks, 5 days", "50 to 74 year olds", "is it 10,000 or 1,000,000 people?", "i'm 54", "",
		"meet me @ the hospital", "the 2015-2020 plan", "2019 2020 2021", "[removed]", "what happened in November 2015",
	} {
		if got := Redact(text, helplines); got != text {
			t.Errorf("Redact(%q) = %q, want it unchanged", text, got)
		}
	}
}

func TestRedactMatchesBeforeItKeeps(t *testing.T) {
	if got := Redact("999 123 4567", []string{"999"}); got != Removed {
		t.Errorf("Redact = %q, want the whole number gone", got)
	}
	if got := Redact("call 0808 808 00 00", nil); strings.Contains(got, "808") {
		t.Errorf("Redact without contacts = %q, want every number gone", got)
	}
}

func FuzzRedact(f *testing.F) {
	for _, seed := range []string{
		"nhs 999 123 4567", "hospital number hospital number 12345", "0808 808 00 00 07700 900123", "a@b.co@c.de", "dob dob 1/1/11 11/11/11",
		"<@<@U1>>", "N19 5NF5NF", "QQ123456C", "+44+44 20 7946 0958", "born 1/2/33.4", "99912345671234567", "\xff07700900123", "@@a @b.c",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := Redact(text, helplines)
		if !utf8.ValidString(once) {
			t.Fatalf("Redact(%q) = %q, which is not UTF-8", text, once)
		}
		if twice := Redact(once, helplines); twice != once {
			t.Fatalf("Redact(%q) = %q, and again %q", text, once, twice)
		}
		published := map[string]bool{}
		for _, h := range helplines {
			published[digitsOf(h)] = true
		}
		for _, d := range details {
			for _, m := range d.pattern.FindAllString(once, -1) {
				if !d.keeps(m, published) {
					t.Fatalf("Redact(%q) = %q, in which %q survives", text, once, m)
				}
			}
		}
	})
}
