package knowledge

import (
	_ "embed"
	"strings"

	"alliancebot/knowledge/markup"
	"alliancebot/knowledge/yamlfile"
)

// Replies are the bot's own words: what it says around the answers, and when it has none. A knowledge folder writes
// them in replies.yaml; what is not written there is taken from the default_replies.yaml of this package.
//
// The texts may hold {website}, the address of the first source's site, and {document}, the source's title.
type Replies struct {
	Name        string                // the bot's name
	Unknown     markup.Text           // nothing fits
	Missing     map[Gives]markup.Text // an entry fits, but does not hold the kind of thing that was asked for
	DidYouMean  markup.Text           // before the choices of a suggestion
	Nearest     markup.Text           // before the choices of a refusal
	NoneOfThese markup.Text           // when all the choices were turned down
	Partly      []markup.Text         // the first, second, third... of several questions could not be answered
	WhichOne    markup.Text           // a follow-up that needs a question before it
	NoMore      markup.Text           // "tell me more" when there is no more
	Gone        markup.Text           // a choice that the knowledge no longer has
	TooLong     markup.Text           // a message that is too long to match
	Wordless    markup.Text           // only emoji, punctuation, symbols
	NotEnglish  markup.Text           // a message in another language
	AsPublished markup.Text           // the standing note of an answer that may have changed since
	Website     markup.Text           // ends a refusal
	SafetyLine  markup.Text           // ends every refusal, last
	Welcome     markup.Text           // the first-use notice
	Calm        markup.Text           // small talk right after a safety reply
	Broken      markup.Text           // something went wrong inside
	About       markup.Text           // what the bot is
	Privacy     markup.Text           // what is kept and what is not
	Help        string                // id of the small talk that answers an empty message
	Wrong       string                // id of the small talk for "that is wrong"; the runners-up are offered with it
	Source      string                // id of the small talk for "where did you get that"; the last source is named with it
	Examples    []string              // ids of entries to try first
}

// repliesFile is replies.yaml.
type repliesFile struct {
	Name        yamlfile.String            `yaml:"name"`
	Unknown     yamlfile.String            `yaml:"unknown"`
	Missing     map[string]yamlfile.String `yaml:"missing"`
	DidYouMean  yamlfile.String            `yaml:"did_you_mean"`
	Nearest     yamlfile.String            `yaml:"nearest"`
	NoneOfThese yamlfile.String            `yaml:"none_of_these"`
	Partly      []yamlfile.String          `yaml:"partly"`
	WhichOne    yamlfile.String            `yaml:"which_one"`
	NoMore      yamlfile.String            `yaml:"no_more"`
	Gone        yamlfile.String            `yaml:"gone"`
	TooLong     yamlfile.String            `yaml:"too_long"`
	Wordless    yamlfile.String            `yaml:"wordless"`
	NotEnglish  yamlfile.String            `yaml:"not_english"`
	AsPublished yamlfile.String            `yaml:"as_published"`
	Website     yamlfile.String            `yaml:"website"`
	SafetyLine  yamlfile.String            `yaml:"safety_line"`
	Welcome     yamlfile.String            `yaml:"welcome"`
	Calm        yamlfile.String            `yaml:"calm"`
	Broken      yamlfile.String            `yaml:"broken"`
	About       yamlfile.String            `yaml:"about"`
	Privacy     yamlfile.String            `yaml:"privacy"`
	Help        yamlfile.String            `yaml:"help"`
	Wrong       yamlfile.String            `yaml:"wrong"`
	Source      yamlfile.String            `yaml:"source"`
	Examples    []yamlfile.String          `yaml:"examples"`
}

//go:embed default_replies.yaml
var defaultReplies []byte

// buildReplies fills Base.Replies: the defaults first, then what the folder has.
func (f *folder) buildReplies(b *Base) {
	b.Replies.Missing = make(map[Gives]markup.Text)
	var defaults repliesFile
	if err := yamlfile.Decode("default_replies.yaml", defaultReplies, &defaults); err != nil {
		panic(err) // a test decodes it
	}
	f.overlay(b, &defaults)
	f.overlay(b, &f.replies)
}

// overlay puts the texts that r has into Base.Replies.
func (f *folder) overlay(b *Base, r *repliesFile) {
	out := &b.Replies
	text := func(to *markup.Text, from yamlfile.String) {
		if from.Value != "" {
			*to = f.replyText(b, from)
		}
	}
	text(&out.Unknown, r.Unknown)
	text(&out.DidYouMean, r.DidYouMean)
	text(&out.Nearest, r.Nearest)
	text(&out.NoneOfThese, r.NoneOfThese)
	text(&out.WhichOne, r.WhichOne)
	text(&out.NoMore, r.NoMore)
	text(&out.Gone, r.Gone)
	text(&out.TooLong, r.TooLong)
	text(&out.Wordless, r.Wordless)
	text(&out.NotEnglish, r.NotEnglish)
	text(&out.AsPublished, r.AsPublished)
	text(&out.Website, r.Website)
	text(&out.SafetyLine, r.SafetyLine)
	text(&out.Welcome, r.Welcome)
	text(&out.Calm, r.Calm)
	text(&out.Broken, r.Broken)
	text(&out.About, r.About)
	text(&out.Privacy, r.Privacy)
	if r.Name.Value != "" {
		out.Name = r.Name.Value
	}
	id := func(to *string, from yamlfile.String) {
		if from.Value != "" {
			*to = from.Value
		}
	}
	id(&out.Help, r.Help)
	id(&out.Wrong, r.Wrong)
	id(&out.Source, r.Source)
	if len(r.Examples) > 0 {
		out.Examples = values(r.Examples)
	}
	if len(r.Partly) > 0 {
		out.Partly = nil
		for _, p := range r.Partly {
			out.Partly = append(out.Partly, f.replyText(b, p))
		}
	}
	for kind, p := range r.Missing {
		out.Missing[Gives(kind)] = f.replyText(b, p)
	}
}

// replyText parses a text after filling its placeholders in.
func (f *folder) replyText(b *Base, s yamlfile.String) markup.Text {
	website, document := "", "document"
	if len(b.Sources) > 0 {
		website, document = b.Sources[0].URL, b.Sources[0].Title
	}
	if website == "" && strings.Contains(s.Value, "{website}") {
		return markup.Text{} // there is nowhere to send people
	}
	s.Value = strings.NewReplacer("{website}", website, "{document}", document).Replace(s.Value)
	return f.markup(s)
}

// checkReplies reports what the replies refer to and the folder does not have.
func (f *folder) checkReplies(b *Base) {
	for _, r := range []yamlfile.String{f.replies.Help, f.replies.Wrong, f.replies.Source} {
		if r.Value != "" && b.Entry(r.Value) == nil {
			f.errs.Add(r.Pos, "", "there is no entry %q", r.Value)
		}
	}
	for _, r := range f.replies.Examples {
		if e := b.Entry(r.Value); e == nil || e.Kind != Covered {
			f.errs.Add(r.Pos, "", "there is no covered entry %q", r.Value)
		}
	}
	for kind, text := range f.replies.Missing {
		known := false
		for _, w := range Gives("").Words() {
			known = known || w == kind
		}
		if !known {
			f.errs.Add(text.Pos, "use one of "+strings.Join(Gives("").Words(), ", "), "%q is nothing that an answer can give", kind)
		}
	}
}
