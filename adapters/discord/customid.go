package discord

import (
	"hash/fnv"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A custom id is what Discord sends back when a button is pressed, years later perhaps, and all that the bot then knows:
// a version of the format, what to do, and with what. The fields are only ever looked up, never shown.
//
//	v1|pick|<asker>|<entry>           answer a choice in the place of the message that offered it
//	v1|ask|<entry>                    answer a related question below
//	v1|more|<entry>                   the rest of an answer
//	v1|vote|yes or no|<entry>|<version of the knowledge>
//	v1|post|<entry>,<entry>...        show the answer to the channel
//	v1|topics                         the list of topics
//	v1|topic|<topic>|<page>           the questions of a topic
//
// In a menu the id has no entry or topic: that is the value of what was chosen. Several menus and buttons of one
// message differ in their ids, as Discord demands.
const idVersion = "v1"

const (
	doPick   = "pick"
	doAsk    = "ask"
	doMore   = "more"
	doVote   = "vote"
	doPost   = "post"
	doTopics = "topics"
	doTopic  = "topic"

	voteYes = "yes"
	voteNo  = "no"
)

const (
	idSeparator   = "|"
	listSeparator = ","
	maxCustomID   = 100
)

// customID joins the fields. It returns "" when that is longer than Discord allows; such a button is left out.
func customID(fields ...string) string {
	id := strings.Join(append([]string{idVersion}, fields...), idSeparator)
	if utf8.RuneCountInString(id) > maxCustomID {
		return ""
	}
	return id
}

// press is what a custom id says.
type press struct {
	do   string
	args []string
}

// parsePress reads a custom id and the value that was chosen in a menu. It reports false for an id that this version
// did not write.
func parsePress(id string, values []string) (press, bool) {
	fields := strings.Split(id, idSeparator)
	if fields[0] != idVersion || len(fields) < 2 {
		return press{}, false
	}
	p := press{do: fields[1], args: fields[2:]}
	if len(values) > 0 {
		p.args = append(p.args, values[0])
	}
	want := map[string]int{doPick: 2, doAsk: 1, doMore: 1, doVote: 3, doPost: 1, doTopics: 0, doTopic: 1}
	if n, known := want[p.do]; !known || len(p.args) < n {
		return press{}, false
	}
	return p, true
}

// topicKey names a topic in a custom id: titles are too long for that, and numbers change.
func topicKey(title string) string {
	h := fnv.New32a()
	h.Write([]byte(title))
	return strconv.FormatUint(uint64(h.Sum32()), 36)
}
