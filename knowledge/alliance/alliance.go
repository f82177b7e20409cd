// Package alliance holds the words of the North Central London Cancer Alliance: the knowledge that is built into the
// program and used unless the configuration names another folder.
package alliance

import (
	"embed"
	"io/fs"
)

// The folder is embedded whole, so that a new file never has to be listed here; knowledge.Load reads the YAML files
// only.
//
//go:embed *
var files embed.FS

// FS is the knowledge folder, for knowledge.Load.
var FS fs.FS = files
