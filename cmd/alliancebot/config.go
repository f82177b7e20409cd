package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"

	"alliancebot/adapters/discord"
	"alliancebot/adapters/slack"
	"alliancebot/knowledge"
	"alliancebot/knowledge/alliance"
	"alliancebot/knowledge/yamlfile"
)

// config is config.yaml. The zero config is the documented default.
type config struct {
	Knowledge string         `yaml:"knowledge"` // a folder; empty: the one built in
	Log       logConfig      `yaml:"log"`
	Slack     slack.Config   `yaml:"slack"`
	Discord   discord.Config `yaml:"discord"`
}

type logConfig struct {
	Level  logLevel  `yaml:"level"`
	Format logFormat `yaml:"format"`
}

type logLevel string

func (logLevel) Words() []string { return []string{"debug", "info", "warn", "error"} }

type logFormat string

func (logFormat) Words() []string { return []string{"text", "json"} }

// app is what the commands share: the flags that all of them have.
type app struct {
	configFile string
	folder     string
	unchecked  bool
	checking   bool // the command is about the knowledge itself: check the one built in, too
}

// defaultConfigFile is read when it exists and no other is named.
const defaultConfigFile = "config.yaml"

// config reads the configuration. A file that was named must exist.
func (a *app) config() (config, error) {
	var c config
	name := a.configFile
	if name == "" {
		name = defaultConfigFile
	}
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) && a.configFile == "" {
		return c, nil
	}
	if err != nil {
		return c, hinted{error: err, hint: "name a file that can be read, or leave --config away", exit: exitConfig}
	}
	if err := yamlfile.Decode(name, data, &c); err != nil {
		return c, hinted{error: fmt.Errorf("the configuration has mistakes:\n%w", err), exit: exitConfig}
	}
	return c, nil
}

// logger returns the log that the configuration asks for.
func (c logConfig) logger(w io.Writer) *slog.Logger {
	level := slog.LevelInfo
	if c.Level != "" {
		if err := level.UnmarshalText([]byte(c.Level)); err != nil {
			panic(err) // the words of logLevel are levels
		}
	}
	o := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// builtIn is where the knowledge of the binary stands in the repository; messages about it name it so.
const builtIn = "knowledge/alliance"

// source is where the knowledge comes from: a folder, or "" for the one built in.
func (a *app) source(c config) string {
	if a.folder != "" {
		return a.folder
	}
	return c.Knowledge
}

// load reads and checks the knowledge.
func (a *app) load(c config) (*knowledge.Base, error) {
	folder := a.source(c)
	fsys, name := fs.FS(alliance.FS), builtIn
	if folder != "" {
		if err := a.exists(folder); err != nil {
			return nil, err
		}
		fsys, name = os.DirFS(folder), folder
	}
	return knowledge.Load(fsys, knowledge.In(name), knowledge.Unchecked(a.unchecked), knowledge.Trusted(folder == "" && !a.checking))
}

// exists reports a knowledge folder that is not there.
func (a *app) exists(folder string) error {
	info, err := os.Stat(folder)
	if err == nil && info.IsDir() {
		return nil
	}
	where := "--kb"
	if a.folder == "" {
		where = `the key "knowledge" in the configuration`
	}
	return hinted{error: fmt.Errorf("there is no knowledge folder %q", folder), hint: "name a folder that holds files like about.yaml, or leave away " + where, exit: exitConfig}
}

// loadOrExplain is load with an error that fits at the end of a command.
func (a *app) loadOrExplain() (*knowledge.Base, error) {
	c, err := a.config()
	if err != nil {
		return nil, err
	}
	kb, err := a.load(c)
	return kb, explain(err)
}

// explain puts mistakes in the knowledge under a heading.
func explain(err error) error {
	var mistakes yamlfile.Errors
	if errors.As(err, &mistakes) {
		return hinted{error: fmt.Errorf("the knowledge has %s:\n%w", count(len(mistakes), "mistake"), err), hint: "alliancebot check lists them all, and warnings too"}
	}
	return err
}

func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
