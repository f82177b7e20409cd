// Package yamlfile is the only place that touches YAML.
package yamlfile

// Pos is a place in a file.
type Pos struct {
	File   string
	Line   int // from 1
	Column int // from 1, in characters
}
