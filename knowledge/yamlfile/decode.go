package yamlfile

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Limits that hold when a Decoder names none.
const (
	DefaultMaxBytes = 1 << 20 // a person does not write more than this into one file
	DefaultMaxDepth = 20      // the deepest of our formats has 8 levels
)

// Decoder reads files within limits. The zero Decoder has the default ones. It is safe for concurrent use.
type Decoder struct {
	MaxBytes int // of one file; 0 means DefaultMaxBytes
	MaxDepth int // of lists and groups within each other; 0 means DefaultMaxDepth
}

// Decode reads a file with the default limits. See Decoder.Decode.
func Decode(file string, data []byte, v any) error { return Decoder{}.Decode(file, data, v) }

// Decode reads the one document in data into v, a pointer to a struct as described for the package. The name of the
// file is for messages only. The error is nil or Errors with every mistake of the file; v then holds what could be
// read in spite of them, so that the caller can look for more mistakes, of its own, in the same go.
//
// Decode panics if v is of a type that it cannot fill, whatever the file holds.
func (d Decoder) Decode(file string, data []byte, v any) error {
	target := reflect.ValueOf(v)
	if target.Kind() != reflect.Pointer || target.IsNil() || target.Elem().Kind() != reflect.Struct {
		panic(fmt.Sprintf("yamlfile: Decode wants a pointer to a struct, not %T", v))
	}
	if d.MaxBytes == 0 {
		d.MaxBytes = DefaultMaxBytes
	}
	if d.MaxDepth == 0 {
		d.MaxDepth = DefaultMaxDepth
	}
	w := &walker{source: newSource(file, data, d.MaxBytes), maxDepth: d.MaxDepth}
	if root := w.parse(); root != nil && w.plain(root, 1) {
		w.value(root, target.Elem(), field{})
	}
	return w.errs.Err()
}

// walker fills values from the tree of one file.
type walker struct {
	*source
	maxDepth int
}

func (w *walker) pos(n *yaml.Node) Pos { return w.at(n.Line, n.Column) }

func (w *walker) fail(n *yaml.Node, hint, format string, args ...any) {
	w.errs.Add(w.pos(n), hint, format, args...)
}

// plain reports what none of our files may hold anywhere, even under unknown keys: anchors, aliases, tags, and
// nesting without end. It returns false if the tree must not be walked any further.
func (w *walker) plain(n *yaml.Node, depth int) bool {
	if depth > w.maxDepth {
		w.fail(n, "", "the file is nested too deeply: at most %d levels are read", w.maxDepth)
		return false
	}
	if n.Kind == yaml.AliasNode {
		w.fail(n, quoteHint, `text cannot start with "*", which means something else in YAML`)
		return true
	}
	if n.Anchor != "" {
		w.fail(n, quoteHint, `text cannot start with "&", which means something else in YAML`)
	}
	if n.Style&yaml.TaggedStyle != 0 {
		w.fail(n, quoteHint, `text cannot start with "!", which means something else in YAML`)
	}
	for _, child := range n.Content {
		if !w.plain(child, depth+1) {
			return false
		}
	}
	return true
}

// value fills v from n. The field says what v is for.
func (w *walker) value(n *yaml.Node, v reflect.Value, f field) {
	if n.Kind == yaml.AliasNode {
		return // plain has said so
	}
	if isNull(n) && f.name != "" {
		w.fail(n, "write its value, or remove the line", "%s has no value", f)
		return
	}
	if l, ok := v.Addr().Interface().(interface{ locate(Pos) any }); ok {
		w.value(n, reflect.ValueOf(l.locate(w.pos(n))).Elem(), f)
		return
	}
	switch {
	case isScalar(v.Type()):
		w.scalar(n, v, f)
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		w.value(n, v.Elem(), f)
	case v.Kind() == reflect.Struct:
		w.group(n, v, f)
	case v.Kind() == reflect.Slice:
		w.list(n, v, f)
	case v.Kind() == reflect.Map && v.Type().Key().Kind() == reflect.String:
		w.table(n, v, f)
	default:
		panic(fmt.Sprintf("yamlfile: cannot fill a %s", v.Type()))
	}
}

func (w *walker) list(n *yaml.Node, v reflect.Value, f field) {
	items := n.Content
	switch {
	case n.Kind == yaml.ScalarNode && f.single:
		items = []*yaml.Node{n}
	case n.Kind != yaml.SequenceNode:
		w.fail(n, `start each item on a line of its own with "- "`, "%s must be a list, not %s", f, describe(n))
		return
	case len(items) == 0 && f.required:
		w.fail(n, "", "%s is empty", f)
	}
	v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
	for i, item := range items {
		f := f
		f.item = true
		w.value(item, v.Index(i), f)
	}
}

// table fills a map.
func (w *walker) table(n *yaml.Node, v reflect.Value, f field) {
	pairs := w.pairs(n, f)
	v.Set(reflect.MakeMapWithSize(v.Type(), len(pairs)))
	for _, p := range pairs {
		elem := reflect.New(v.Type().Elem()).Elem()
		w.value(p.value, elem, field{name: p.key.Value})
		v.SetMapIndex(reflect.ValueOf(p.key.Value).Convert(v.Type().Key()), elem)
	}
}

// group fills a struct.
func (w *walker) group(n *yaml.Node, v reflect.Value, f field) {
	if n.Kind != yaml.MappingNode {
		w.fail(n, "", "%s must be a group of keys with values, not %s", f, describe(n))
		return
	}
	fields := fieldsOf(v.Type())
	names := make([]string, 0, len(fields))
	for _, f := range fields {
		if f.name == "" {
			v.FieldByIndex(f.index).Set(reflect.ValueOf(w.pos(n)))
		} else {
			names = append(names, f.name)
		}
	}
	seen := map[string]bool{}
	for _, p := range w.pairs(n, f) {
		key := p.key.Value
		i := slices.IndexFunc(fields, func(f field) bool { return f.name == key && key != "" })
		if i < 0 {
			seen[w.unknown(p.key, names)] = true // a misspelt key is not missing, too
			continue
		}
		seen[key] = true
		w.value(p.value, v.FieldByIndex(fields[i].index), fields[i])
	}
	for _, f := range fields {
		if f.required && !seen[f.name] {
			w.fail(n, "", "%q is missing", f.name)
		}
	}
}

// unknown reports a key that is none of names, and returns the name that was likely meant, if any.
func (w *walker) unknown(key *yaml.Node, names []string) string {
	if key.Value == "<<" {
		w.fail(key, "write the values out", `"<<" is not supported`)
		return ""
	}
	if strings.HasPrefix(key.Value, "\u00a0") {
		w.fail(key, noBreakHint, noBreakSpace)
		return ""
	}
	meant := nearest(key.Value, names)
	hint := "what can stand here: " + strings.Join(names, ", ")
	if meant != "" {
		hint = ask(meant)
	}
	w.fail(key, hint, "unknown key %s", quote(key.Value))
	return meant
}

type pair struct{ key, value *yaml.Node }

// pairs lists a group's keys with their values, and reports keys that are repeated or are no plain words.
func (w *walker) pairs(n *yaml.Node, f field) []pair {
	if n.Kind != yaml.MappingNode {
		w.fail(n, "", "%s must be a group of keys with values, not %s", f, describe(n))
		return nil
	}
	first := map[string]*yaml.Node{}
	list := make([]pair, 0, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind == yaml.AliasNode {
			continue
		}
		if key.Kind != yaml.ScalarNode || key.Value == "" {
			w.fail(key, "put text in quotes if it holds brackets, colons or question marks", "a key must be a word")
			continue
		}
		if f := first[key.Value]; f != nil {
			w.fail(key, "remove one of them", "%s is here twice: the first is on line %d", quote(key.Value), f.Line)
			continue
		}
		first[key.Value] = key
		list = append(list, pair{key, n.Content[i+1]})
	}
	return list
}

// field is where a value goes and what is known about it.
type field struct {
	index    []int
	name     string // its key; empty for a Pos and for the file as a whole
	required bool
	single   bool // one value may stand for a list of one
	item     bool // it is an item of the list of that name
}

// String names the field in a message, at the start of a sentence.
func (f field) String() string {
	switch {
	case f.name == "":
		return "the file"
	case f.item:
		return fmt.Sprintf("an item of %q", f.name)
	}
	return fmt.Sprintf("%q", f.name)
}

// fieldsOf reads the tags of a struct type and of the structs that it embeds.
func fieldsOf(t reflect.Type) []field {
	var list []field
	for _, sf := range reflect.VisibleFields(t) {
		tag, ok := sf.Tag.Lookup("yaml")
		switch {
		case ok:
			list = append(list, parseTag(sf, tag))
		case sf.Type == reflect.TypeFor[Pos]() && sf.IsExported() && !sf.Anonymous:
			list = append(list, field{index: sf.Index})
		}
	}
	return list
}

func parseTag(sf reflect.StructField, tag string) field {
	name, options, _ := strings.Cut(tag, ",")
	f := field{index: sf.Index, name: name}
	for option := range strings.SplitSeq(options, ",") {
		switch option {
		case "":
		case "required":
			f.required = true
		case "single":
			f.single = true
		default:
			panic(fmt.Sprintf("yamlfile: unknown option %q in the tag of %s", option, sf.Name))
		}
	}
	return f
}

func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" && (n.Value == "" || n.Value == "~")
}

// describe names what a value is, for people.
func describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind == yaml.MappingNode:
		return "a group of keys with values"
	case n.Kind == yaml.ScalarNode && utf8.RuneCountInString(n.Value) > 0:
		return quote(n.Value)
	}
	return "empty"
}
