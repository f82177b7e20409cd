package guard

import (
	"alliancebot/knowledge"
	"alliancebot/knowledge/markup"
)

type Guard struct{}

type Verdict struct {
	Class        Class
	Rule         string
	Words        []string
	Organisation bool
	Question     string
}

func New(*knowledge.Safety) (*Guard, error)                         { return &Guard{}, nil }
func (*Guard) Classify(string) Verdict                              { return Verdict{} }
func (*Guard) Reply(Class, string) (text markup.Text, private bool) { return markup.Text{}, false }
