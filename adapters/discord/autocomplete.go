package discord

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"
)

// maxCompletionName is below the 100 that Discord allows, as its pages do not say in what it counts.
const maxCompletionName = 90

// completions is the answer to an autocomplete interaction. The list is always sent: without it Discord shows an error.
type completions struct {
	Choices []completion `json:"choices"`
}

type completion struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// complete offers questions for what was typed so far; for nothing, the popular ones.
func (a *Adapter) complete(ctx context.Context, r *request) {
	typed := ""
	for _, o := range r.Data.Options {
		if o.Focused || o.Name == optionQuestion && typed == "" {
			typed = string(o.Value)
		}
	}
	start := time.Now()
	list := completions{Choices: []completion{}}
	for _, c := range distinct(a.h.Complete(typed, maxOptions)) {
		value := chosenPrefix + c.Entry
		if utf8.RuneCountInString(value) <= maxOptionLabel && len(list.Choices) < maxOptions {
			list.Choices = append(list.Choices, completion{Name: clip(c.Label, maxCompletionName), Value: value})
		}
	}
	a.lg.Debug("discord completions", "adapter", name, "dur", time.Since(start))
	a.complain("answering an autocomplete", a.answer(ctx, r, response{
		Type: discordgo.InteractionApplicationCommandAutocompleteResult,
		Data: list,
	}))
}
