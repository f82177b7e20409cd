package slack

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPlain(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"<@UBOT> which boroughs?", "which boroughs?"},
		{"<@UBOT|alliance>  which\n boroughs?", "which boroughs?"},
		{"who runs <#C1|general>?", "who runs general?"},
		{"<!here> and <!subteam^S1|@nurses> hello", "and hello"},
		{"what is <https://example.org/a?b=1&amp;c=2|this page>?", "what is this page?"},
		{"see <https://example.org>", "see https://example.org"},
		{"<mailto:a@example.org|a@example.org>", "a@example.org"},
		{"diagnosis &amp; treatment &lt;3", "diagnosis & treatment <3"},
		{"since <!date^1392734382^{date}|18 February 2014>", "since 18 February 2014"},
		{"&lt;@U1&gt; typed by hand", "<@U1> typed by hand"},
		{"", ""},
	} {
		if got := plain(tc.in); got != tc.want {
			t.Errorf("plain(%q) = %q, want %q", tc.in, got, tc.want)
		}
	}
	if got := mentions("<@U1> and <@U2|bo> in <#C1>"); !slices.Equal(got, []string{"U1", "U2"}) {
		t.Errorf("mentions = %q", got)
	}
}

func FuzzPlain(f *testing.F) {
	f.Add("<@U1|x> <!here> <https://a|b> &amp;")
	f.Add("<<@U1>>|<")
	f.Fuzz(func(t *testing.T, text string) {
		got := plain(text)
		if utf8.ValidString(text) && !utf8.ValidString(got) {
			t.Errorf("plain(%q) = %q is not UTF-8", text, got)
		}
		if strings.TrimSpace(got) != got || strings.Contains(got, "  ") {
			t.Errorf("plain(%q) = %q has loose white space", text, got)
		}
	})
}
