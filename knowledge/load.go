package knowledge

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"

	"alliancebot/knowledge/yamlfile"
)

// Option changes how Load reads a folder.
type Option func(*options)

type options struct {
	unchecked bool
	trusted   bool
	today     time.Time
	dir       string
}

// Unchecked leaves the content checks out when on is true, but not those of the format: entries need no facts, and
// references to what is not there are dropped. Answers need not be markup, and files may have 32 MiB. It is for
// trying the matcher on other people's questions.
func Unchecked(on bool) Option { return func(o *options) { o.unchecked = on } }

// Trusted leaves the content checks out when on is true, for a folder that was checked when the program was built. It
// changes nothing else, and halves the time.
func Trusted(on bool) Option { return func(o *options) { o.trusted = on } }

// Today sets the day by which reviews are overdue. Without it, it is the day on which Load runs.
func Today(day time.Time) Option { return func(o *options) { o.today = day } }

// In names the folder in messages: with In("knowledge") they start with knowledge/about.yaml. It reads nothing.
func In(dir string) Option { return func(o *options) { o.dir = dir } }

// maxUncheckedBytes lets foreign question sets through, which come in one file.
const maxUncheckedBytes = 32 << 20

// Load reads a knowledge folder:
//
//	*.yaml           topics with their entries
//	terms.yaml       the glossary
//	replies.yaml     the bot's own words
//	safety.yaml      the safety classes and the contacts
//	safety_examples.yaml  messages of each class, for the guard to learn from
//	sources/*.yaml   the documents and their facts
//	tests/*.yaml     suites of test questions
//
// Other YAML files are a mistake; all that is no YAML, or whose name starts with a dot, is ignored. The error is
// yamlfile.Errors with every mistake of every file, unless the folder itself cannot be read. Mistakes in how a file
// is written keep the checks that compare files with each other from running, since these would only repeat them.
func Load(fsys fs.FS, opts ...Option) (*Base, error) {
	f := newFolder(fsys, opts)
	if err := f.read(); err != nil {
		return nil, err
	}
	b := f.build()
	if err := f.check(b); err != nil {
		return nil, err
	}
	return b, nil
}

// folder is a knowledge folder as its files have it.
type folder struct {
	options
	fsys     fs.FS
	hash     hash.Hash
	errs     yamlfile.Errors
	topics   []*topicFile
	sources  []*sourceFile
	suites   []*suiteFile
	names    []string // of the files of suites
	terms    termsFile
	replies  repliesFile
	safety   *Safety
	examples []SafetyExamples
	nodes    map[*Entry]*entryNode // where each entry of a file came from; filled by build
}

func newFolder(fsys fs.FS, opts []Option) *folder {
	f := &folder{options: options{today: time.Now()}, fsys: fsys, hash: sha256.New()}
	for _, opt := range opts {
		opt(&f.options)
	}
	return f
}

// read decodes every file. It returns an error only when the folder itself cannot be read.
func (f *folder) read() error {
	first := true
	err := fs.WalkDir(f.fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if first && err != nil {
			return fmt.Errorf("knowledge folder %q: %w", f.dir, plainError(err))
		}
		first = false
		hidden := name != "." && strings.HasPrefix(path.Base(name), ".")
		switch {
		case err != nil:
			f.errs.Add(f.file(name), "", "cannot be read: %v", plainError(err))
			return fs.SkipDir
		case d.IsDir() && hidden:
			return fs.SkipDir
		case d.IsDir() || hidden:
			return nil
		}
		switch strings.ToLower(path.Ext(name)) {
		case ".yaml", ".yml":
			f.readFile(name)
		}
		return nil
	})
	if err == nil && len(f.topics) == 0 && len(f.errs) == 0 {
		return fmt.Errorf("knowledge folder %q: it has no file with entries, such as about.yaml", f.dir)
	}
	return err
}

// file is the place that stands for a whole file.
func (f *folder) file(name string) yamlfile.Pos { return yamlfile.Pos{File: path.Join(f.dir, name)} }

// plainError strips the operation and path, which the position tells already.
func plainError(err error) error {
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

func (f *folder) readFile(name string) {
	if path.Ext(name) != ".yaml" {
		f.errs.Add(f.file(name), "rename it to "+path.Base(strings.TrimSuffix(name, path.Ext(name)))+".yaml", "only files that end in .yaml are read")
		return
	}
	data, err := f.readAll(name)
	if err != nil {
		f.errs.Add(f.file(name), "", "cannot be read: %v", plainError(err))
		return
	}
	fmt.Fprintf(f.hash, "%q %d\n", name, len(data))
	f.hash.Write(data)
	switch dir := path.Dir(name); {
	case name == "terms.yaml":
		f.decode(name, data, &f.terms)
	case name == "replies.yaml":
		f.decode(name, data, &f.replies)
	case name == "safety.yaml":
		safety, err := decodeSafety(f.file(name).File, data)
		f.add(name, err)
		f.safety = safety
	case name == "safety_examples.yaml":
		examples, err := readExamples(f.file(name).File, data)
		f.add(name, err)
		f.examples = examples
	case dir == ".":
		t := &topicFile{}
		f.topics = append(f.topics, t)
		f.decode(name, data, t)
	case dir == "sources":
		s := &sourceFile{}
		f.sources = append(f.sources, s)
		f.decode(name, data, s)
	case dir == "tests":
		s := &suiteFile{}
		f.suites = append(f.suites, s)
		f.names = append(f.names, f.file(name).File)
		f.decode(name, data, s)
	default:
		f.errs.Add(f.file(name), "move it to the top of the folder, to sources or to tests", "YAML files in this folder are not read")
	}
}

func (f *folder) maxBytes() int {
	if f.unchecked {
		return maxUncheckedBytes
	}
	return yamlfile.DefaultMaxBytes
}

// readAll reads a file, but not much more than its limit, so that a huge one is refused and not loaded.
func (f *folder) readAll(name string) ([]byte, error) {
	file, err := f.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, int64(f.maxBytes())+16))
}

func (f *folder) decode(name string, data []byte, v any) {
	f.add(name, yamlfile.Decoder{MaxBytes: f.maxBytes()}.Decode(f.file(name).File, data, v))
}

// add keeps the mistakes of one file.
func (f *folder) add(name string, err error) {
	if err == nil {
		return
	}
	if errs := (yamlfile.Errors)(nil); errors.As(err, &errs) {
		f.errs = append(f.errs, errs...)
		return
	}
	f.errs.Add(f.file(name), "", "%v", err)
}

func (f *folder) version() string { return hex.EncodeToString(f.hash.Sum(nil))[:12] }
