package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"

	"alliancebot/bot"
	"alliancebot/knowledge/yamlfile"
)

// settle is how long a knowledge folder must be quiet before it is read again: editors and git change many files, and
// each file several times, in one go.
const settle = 300 * time.Millisecond

// reloader keeps a bot's knowledge up to date with the folder it came from.
type reloader struct {
	app    *app
	config config
	bot    *bot.Bot
	log    *slog.Logger
	loaded func(err error) // called after each attempt, for tests; may be nil
}

// run reloads when the folder changes and on SIGHUP, until ctx ends. Where the folder cannot be watched, SIGHUP still
// works and the log says so.
func (r *reloader) run(ctx context.Context) error {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	changes, closeWatch := r.watch()
	defer func() { closeWatch() }()
	quiet := time.NewTimer(time.Hour)
	quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-hup:
			r.reload(ctx)
		case <-changes:
			quiet.Reset(settle)
		case <-quiet.C:
			// Folders may have come; watching them anew also survives a folder that was replaced as a whole. The new
			// watch starts before the folder is read, so that no change falls between.
			closeOld := closeWatch
			changes, closeWatch = r.watch()
			closeOld()
			r.reload(ctx)
		}
	}
}

// watch returns a channel that says that something changed, which is nil when there is no folder to watch.
func (r *reloader) watch() (<-chan struct{}, func()) {
	folder := r.app.source(r.config)
	if folder == "" {
		return nil, func() {}
	}
	w, err := fsnotify.NewWatcher()
	if err == nil {
		err = addFolders(w, folder)
	}
	if err != nil {
		r.log.Warn("changes to the knowledge are not noticed by themselves; send SIGHUP", "file", folder, "err", err)
		return nil, func() {}
	}
	changes := make(chan struct{}, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		forward(w, changes, r.log)
	}()
	return changes, func() {
		if err := w.Close(); err != nil {
			r.log.Warn("the watch on the knowledge did not close", "err", err)
		}
		<-done
	}
}

// addFolders watches a folder and those in it.
func addFolders(w *fsnotify.Watcher, root string) error {
	return filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		return w.Add(name)
	})
}

// forward says on changes that something happened, until the watcher is closed.
func forward(w *fsnotify.Watcher, changes chan<- struct{}, lg *slog.Logger) {
	for {
		select {
		case e, ok := <-w.Events:
			if !ok {
				return
			}
			if e.Op == fsnotify.Chmod {
				continue
			}
		case err, ok := <-w.Errors:
			if !ok {
				return
			}
			lg.Warn("watching the knowledge", "err", err)
		}
		select {
		case changes <- struct{}{}:
		default: // one is waiting already
		}
	}
}

// reload makes the folder's knowledge ready beside the live one, runs its suites, and only then swaps it in. On any
// mistake the old knowledge stays.
func (r *reloader) reload(ctx context.Context) {
	start := time.Now()
	ready, err := r.prepare(ctx)
	switch {
	case err != nil:
		r.refuse(err)
	case ready.Knowledge().Version == r.bot.Ready().Knowledge().Version:
		r.log.Info("the knowledge is as it was", "version", ready.Knowledge().Version)
	default:
		r.bot.Use(ready)
		r.log.Info("the knowledge was reloaded", "version", ready.Knowledge().Version, "entries", len(ready.Knowledge().Entries), "dur", time.Since(start))
	}
	if r.loaded != nil {
		r.loaded(err)
	}
}

func (r *reloader) prepare(ctx context.Context) (*bot.Ready, error) {
	kb, err := r.app.load(r.config)
	if err != nil {
		return nil, err
	}
	ready, err := bot.Prepare(kb)
	if err != nil || r.app.unchecked {
		return ready, err
	}
	if err := ready.CheckPhrasings(); err != nil {
		return nil, err
	}
	return ready, ready.Test(ctx, nil).Err()
}

// refuse logs every mistake with its place.
func (r *reloader) refuse(err error) {
	var mistakes yamlfile.Errors
	if !errors.As(err, &mistakes) {
		r.log.Error("the knowledge was not reloaded; the old one stays", "err", err)
		return
	}
	for _, m := range mistakes {
		r.log.Error("a mistake in the knowledge", "file", m.Pos.String(), "err", m.Message, "hint", m.Hint)
	}
	r.log.Error("the knowledge was not reloaded; the old one stays", "mistakes", len(mistakes))
}
