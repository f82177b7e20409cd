package knowledge

import "alliancebot/knowledge/markup"

// Replies are the bot's own words: what it says around the answers, and when it has none. A knowledge folder writes them
// in replies.yaml; what is not written there is taken from the defaults that come with this package.
//
// The texts may hold {website}, a link to the site of the newest source, and {document}, its title.
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
	TooLong     markup.Text
	Wordless    markup.Text // only emoji, punctuation, symbols
	NotEnglish  markup.Text // a message in another language
	AsPublished string      // the standing note, plain text
	Website     markup.Text // ends a refusal
	SafetyLine  markup.Text // ends every refusal, last
	Welcome     markup.Text // the first-use notice
	Calm        markup.Text // small talk right after a safety reply
	Broken      markup.Text // something went wrong inside
	About       markup.Text
	Privacy     markup.Text
	Help        string   // id of the small talk that answers an empty message
	Examples    []string // ids of entries to try first
}
