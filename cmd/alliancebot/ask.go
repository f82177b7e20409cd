package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"alliancebot/bot"
)

type askFlags struct {
	why, json, batch bool
	audience         string
}

func (a *app) askCommand() *cobra.Command {
	var f askFlags
	cmd := &cobra.Command{
		Use:   "ask QUESTION",
		Short: "Ask one question, or many from standard input",
		Long: `Asks one question and prints the reply.

With --batch it reads JSON lines from standard input and writes one JSON line each, in order:
  {"id": 1, "q": "which boroughs?"}                          a question
  {"id": 2, "q": "tell me more", "conversation": "a"}        a turn of a conversation
  {"id": 3, "entry": "boroughs"}                             an entry by its id, as if its button was pressed`,
		Example: `  alliancebot ask "which parts of London do you look after?"
  alliancebot ask --why who set you up
  echo '{"id": 1, "q": "who hosts you?"}' | alliancebot ask --batch`,
		RunE: func(cmd *cobra.Command, args []string) error { return a.ask(cmd, args, f) },
	}
	cmd.Flags().BoolVar(&f.why, "why", false, "say how the reply was found")
	cmd.Flags().BoolVar(&f.json, "json", false, "print the reply as JSON")
	cmd.Flags().BoolVar(&f.batch, "batch", false, "read JSON lines from standard input")
	cmd.Flags().StringVar(&f.audience, "audience", "", "ask as `staff or community` (default: neither)")
	return cmd
}

func (a *app) ask(cmd *cobra.Command, args []string, f askFlags) error {
	switch {
	case f.batch && len(args) > 0:
		return usageError(errors.New("--batch reads its questions from standard input"))
	case !f.batch && strings.TrimSpace(strings.Join(args, "")) == "":
		return hinted{error: errors.New("there is no question"), hint: `put one behind ask: alliancebot ask "which boroughs do you cover?"`, exit: exitUsage}
	case f.audience != "" && f.audience != string(bot.Staff) && f.audience != string(bot.Community):
		return usageError(fmt.Errorf("--audience is staff or community, not %q", f.audience))
	}
	kb, err := a.loadOrExplain()
	if err != nil {
		return err
	}
	ready, err := bot.Prepare(kb)
	if err != nil {
		return err
	}
	b := bot.New(ready, bot.Options{})
	if f.batch {
		return batch(cmd.Context(), b, bot.Audience(f.audience), cmd.InOrStdin(), cmd.OutOrStdout())
	}
	question := strings.Join(args, " ")
	reply := b.Handle(cmd.Context(), bot.Message{Text: question, Audience: bot.Audience(f.audience)})
	out := cmd.OutOrStdout()
	if f.json {
		return encoder(out).Encode(asResult(nil, reply))
	}
	if _, err := fmt.Fprintln(out, reply.Text()); err != nil {
		return err
	}
	if f.why {
		_, err = fmt.Fprint(out, "\n", ready.Explain(question))
	}
	return err
}

// query is a line that batch reads.
type query struct {
	ID           json.RawMessage `json:"id"`
	Q            *string         `json:"q"` // or else entry
	Entry        string          `json:"entry"`
	Conversation string          `json:"conversation"`
}

// result is a line that batch writes.
type result struct {
	ID         json.RawMessage `json:"id,omitempty"`
	Kind       bot.Kind        `json:"kind"`
	Class      string          `json:"class"`
	Entries    []string        `json:"entries"` // whose answer is in the text
	Text       string          `json:"text"`
	Choices    []resultChoice  `json:"choices"`
	Score      float64         `json:"score"`
	Candidates []candidate     `json:"candidates"`
}

type resultChoice struct {
	Entry string `json:"entry"`
	Label string `json:"label"`
}

type candidate struct {
	Entry string  `json:"entry"`
	Score float64 `json:"score"`
}

func asResult(id json.RawMessage, r bot.Reply) result {
	out := result{ID: id, Kind: r.Kind, Class: string(r.Class), Text: r.Text(), Score: r.Score, Entries: []string{}, Choices: []resultChoice{}, Candidates: []candidate{}}
	for _, a := range r.Answers {
		if !a.Missing {
			out.Entries = append(out.Entries, a.Entry)
		}
	}
	for _, c := range r.Choices {
		out.Choices = append(out.Choices, resultChoice(c))
	}
	for _, c := range r.Considered {
		out.Candidates = append(out.Candidates, candidate(c))
	}
	return out
}

// failure is what batch writes for a line that it cannot read.
type failure struct {
	ID    json.RawMessage `json:"id,omitempty"`
	Error string          `json:"error"`
	Line  int             `json:"line"`
}

// maxLine bounds a line of the batch protocol, in bytes.
const maxLine = 16 << 20

// batch answers JSON lines until the input ends. A line that is no query gets an error object; the rest go on. Whoever
// writes line by line and waits gets each reply at once.
func batch(ctx context.Context, b *bot.Bot, audience bot.Audience, in io.Reader, out io.Writer) error {
	lines := bufio.NewReaderSize(in, 64<<10)
	w := bufio.NewWriter(out)
	enc := encoder(w)
	for n := 1; ; n++ {
		line, tooLong, err := readLine(lines)
		if err != nil && !errors.Is(err, io.EOF) {
			return errors.Join(err, w.Flush())
		}
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff")) // the byte order mark that Windows writes
		}
		if text := bytes.TrimSpace(line); len(text) > 0 || tooLong {
			if err := enc.Encode(answerLine(ctx, b, audience, text, n, tooLong)); err != nil {
				return err
			}
		}
		if lines.Buffered() == 0 || err != nil {
			if err := w.Flush(); err != nil {
				return err
			}
		}
		if err != nil || ctx.Err() != nil {
			return w.Flush()
		}
	}
}

// readLine reads a line of any length, of which it keeps maxLine bytes.
func readLine(r *bufio.Reader) (line []byte, tooLong bool, err error) {
	for {
		chunk, err := r.ReadSlice('\n')
		if len(line)+len(chunk) > maxLine {
			tooLong = true
		} else {
			line = append(line, chunk...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, tooLong, err
		}
	}
}

func answerLine(ctx context.Context, b *bot.Bot, audience bot.Audience, line []byte, n int, tooLong bool) any {
	if tooLong {
		return failure{Error: fmt.Sprintf("the line is longer than %d bytes", maxLine), Line: n}
	}
	var q query
	err := json.Unmarshal(line, &q)
	if q.ID != nil && !isStringOrNumber(q.ID) {
		return failure{Error: "id must be a string or a number", Line: n}
	}
	if err != nil || q.Q == nil && q.Entry == "" {
		return failure{ID: q.ID, Error: `not a query: want a JSON object like {"id": 1, "q": "which boroughs?"}`, Line: n}
	}
	if q.Entry != "" && b.Ready().Knowledge().Entry(q.Entry) == nil && q.Entry != bot.NoneOfThese {
		return failure{ID: q.ID, Error: fmt.Sprintf("there is no entry %q", q.Entry), Line: n}
	}
	m := bot.Message{Conversation: q.Conversation, Audience: audience, Choice: q.Entry}
	if q.Q != nil {
		m.Text = *q.Q
	}
	return asResult(q.ID, b.Handle(ctx, m))
}

func isStringOrNumber(id json.RawMessage) bool {
	return id[0] == '"' || id[0] == '-' || '0' <= id[0] && id[0] <= '9'
}

// encoder writes JSON lines as people would: "<" stays "<".
func encoder(w io.Writer) *json.Encoder {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc
}
