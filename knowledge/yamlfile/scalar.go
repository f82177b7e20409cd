package yamlfile

import (
	"encoding"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

var (
	typeString   = reflect.TypeFor[String]()
	typeTime     = reflect.TypeFor[time.Time]()
	typeDuration = reflect.TypeFor[time.Duration]()
	typeText     = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// isScalar reports whether a type is filled from a single value.
func isScalar(t reflect.Type) bool {
	if t == typeString || t == typeTime || reflect.PointerTo(t).Implements(typeText) {
		return true
	}
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return true
	}
	return false
}

// scalar fills v from a single value.
func (w *walker) scalar(n *yaml.Node, v reflect.Value, f field) {
	if n.Kind != yaml.ScalarNode {
		hint := ""
		if n.Kind == yaml.MappingNode {
			hint = "put text in quotes if it holds a colon or brackets"
		}
		w.fail(n, hint, "%s must be a single value, not %s", f, describe(n))
		return
	}
	if strings.TrimSpace(n.Value) == "" && (f.required || f.item) {
		w.fail(n, "", "%s is empty", f)
		return
	}
	w.lostComment(n)
	var problem, hint string
	switch t := v.Type(); {
	case t == typeString:
		v.Set(reflect.ValueOf(w.text(n)))
	case t == typeTime:
		problem, hint = setDate(n.Value, v)
	case t == typeDuration:
		problem, hint = setDuration(n.Value, v)
	case reflect.PointerTo(t).Implements(typeText):
		if err := v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(n.Value)); err != nil {
			problem = err.Error()
		}
	case t.Kind() == reflect.String:
		problem, hint = setWord(n.Value, v)
	case t.Kind() == reflect.Bool:
		problem, hint = setBool(n, v)
	default:
		problem, hint = setNumber(n.Value, v)
	}
	if problem != "" {
		w.fail(n, hint, "%s %s, not %s", f, problem, quote(n.Value))
	}
}

// lostComment reports text after " #" that was likely meant to be part of the value: YAML drops it without a word.
func (w *walker) lostComment(n *yaml.Node) {
	if n.Style != 0 {
		return
	}
	rest, ok := strings.CutPrefix(from(w.line(n.Line), n.Column), n.Value)
	if at := strings.Index(rest, " #"); ok && at >= 0 && len(rest) > at+2 && rest[at+2] != ' ' && rest[at+2] != '#' {
		w.errs.Add(w.at(n.Line, n.Column+utf8.RuneCountInString(n.Value)+at+1),
			`put the whole text in double quotes, or write "# " with a space if it is a comment`, `everything after " #" would be lost`)
	}
}

// from returns the line from a column on, counted from 1.
func from(line string, column int) string {
	for range column - 1 {
		_, size := utf8.DecodeRuneInString(line)
		line = line[size:]
	}
	return line
}

// text reads a String, and finds out how it lies in the file.
func (w *walker) text(n *yaml.Node) String {
	s := String{Value: n.Value, Pos: w.pos(n)}
	rest := from(w.line(n.Line), n.Column)
	switch {
	case n.Style&yaml.LiteralStyle != 0:
		s.layout = block
		for _, line := range w.lines[min(n.Line, len(w.lines)):] {
			if trimmed := strings.TrimLeft(line, " "); trimmed != "" {
				first, _, _ := strings.Cut(strings.TrimLeft(n.Value, "\n"), "\n")
				s.indent = max(0, len(line)-len(first))
				break
			}
		}
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 && len(rest) > 0 && strings.HasPrefix(rest[1:], n.Value):
		s.layout, s.indent = inline, 1
	case n.Style == 0 && strings.HasPrefix(rest, n.Value):
		s.layout = inline
	}
	return s
}

var datePattern = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

func setDate(text string, v reflect.Value) (problem, hint string) {
	if !datePattern.MatchString(text) {
		return "must be a date", "write the year, month and day, like 2026-11-22"
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return "must be a day that exists", "write the year, month and day, like 2026-11-22"
	}
	v.Set(reflect.ValueOf(day))
	return "", ""
}

func setDuration(text string, v reflect.Value) (problem, hint string) {
	const how = "write for example 30s, 10m or 1h30m"
	d, err := time.ParseDuration(text)
	if err != nil {
		return "must be a length of time", how
	}
	if d < 0 {
		return "must not be below zero", how
	}
	v.SetInt(int64(d))
	return "", ""
}

func setWord(text string, v reflect.Value) (problem, hint string) {
	if words, ok := v.Interface().(Words); ok && !slices.Contains(words.Words(), text) {
		return "must be " + orList(words.Words()), DidYouMean(text, words.Words())
	}
	v.SetString(text)
	return "", ""
}

// orList joins words as in "a, b or c".
func orList(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

func setBool(n *yaml.Node, v reflect.Value) (problem, hint string) {
	switch {
	case n.Style == 0 && n.Value == "true", n.Style == 0 && n.Value == "false":
		v.SetBool(n.Value == "true")
		return "", ""
	case n.Style != 0:
		hint = "remove the quotes"
	}
	return "must be true or false", hint
}

func setNumber(text string, v reflect.Value) (problem, hint string) {
	switch {
	case v.CanFloat():
		x, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsInf(x, 0) || math.IsNaN(x) || v.OverflowFloat(x) {
			return "must be a number", "write for example 0.75"
		}
		v.SetFloat(x)
	case v.CanUint():
		x, err := strconv.ParseUint(text, 10, 64)
		if err != nil || v.OverflowUint(x) {
			return "must be a whole number from 0 on", "write for example 25"
		}
		v.SetUint(x)
	default:
		x, err := strconv.ParseInt(text, 10, 64)
		if err != nil || v.OverflowInt(x) {
			return "must be a whole number", "write for example 25"
		}
		v.SetInt(x)
	}
	return "", ""
}
