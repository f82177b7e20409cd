package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
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

	hup        chan os.Signal
	changes    <-chan struct{} // says that something changed; nil when there is no folder to watch
	closeWatch func()          // returns when nothing is sent to changes any more
}

// open begins to watch, before the knowledge is read for the first time, so that no change falls between, nor a SIGHUP
// that would end the program; run goes on with it. The caller closes what it opened.
func (r *reloader) open() {
	r.hup = make(chan os.Signal, 1)
	signal.Notify(r.hup, syscall.SIGHUP)
	r.changes, r.closeWatch = r.watch()
}

func (r *reloader) close() {
	signal.Stop(r.hup)
	r.closeWatch()
}

// run reloads when the folder changes and on SIGHUP, until ctx ends; open comes before it. Where the folder cannot be
// watched, SIGHUP still works and the log says so.
func (r *reloader) run(ctx context.Context) error {
	quiet := time.NewTimer(time.Hour)
	quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-r.hup:
			r.reload(ctx)
		case <-r.changes:
			quiet.Reset(settle)
		case <-quiet.C:
			// Folders may have come; watching them anew also survives a folder that was replaced as a whole. The new
			// watch starts before the folder is read, so that no change falls between.
			closeOld := r.closeWatch
			r.changes, r.closeWatch = r.watch()
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
	folder, err := filepath.Abs(folder) // what happens is reported with such names then
	var w *fsnotify.Watcher
	if err == nil {
		w, err = fsnotify.NewWatcher()
	}
	if err == nil {
		if err = addFolders(w, folder); err != nil {
			err = errors.Join(err, w.Close())
		}
	}
	if err != nil {
		r.log.Warn("changes to the knowledge are not noticed by themselves; send SIGHUP", "file", folder, "err", err)
		return nil, func() {}
	}
	changes := make(chan struct{}, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		forward(w, folder, changes, r.log)
	}()
	return changes, func() {
		if err := w.Close(); err != nil {
			r.log.Warn("the watch on the knowledge did not close", "err", err)
		}
		<-done
	}
}

// addFolders watches a folder, those in it, and the one above, which tells when the folder is taken away and another
// put in its place. Folders that are gone meanwhile, root included, are left out.
func addFolders(w *fsnotify.Watcher, root string) error {
	if err := w.Add(filepath.Dir(root)); err != nil {
		return err
	}
	inside, err := filepath.EvalSymlinks(root) // WalkDir does not follow a link
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return filepath.WalkDir(inside, func(name string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil || !d.IsDir():
			return err
		case name != inside && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir // such as .git; nothing in it is read
		}
		if err := w.Add(name); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	})
}

// forward says on changes that something happened to root or in it, until the watcher is closed.
func forward(w *fsnotify.Watcher, root string, changes chan<- struct{}, lg *slog.Logger) {
	for {
		select {
		case e, ok := <-w.Events:
			if !ok {
				return
			}
			if e.Op == fsnotify.Chmod || e.Name != root && filepath.Dir(e.Name) == filepath.Dir(root) {
				continue // nothing was written, or it was a neighbour
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

// errMoving is what comes of a folder that changes while it is read: what was read may be half of an edit.
var errMoving = errors.New("the folder changed while it was read; it is read again when it is quiet")

// reload makes the folder's knowledge ready beside the live one, runs its suites, and only then swaps it in. On any
// mistake the old knowledge stays, and also when there are changes already that came after the reading began.
func (r *reloader) reload(ctx context.Context) {
	start := time.Now()
	ready, err := r.prepare(ctx)
	if len(r.changes) > 0 {
		err = errMoving
	}
	switch {
	case errors.Is(err, errMoving) || ctx.Err() != nil:
		r.log.Debug("the knowledge was not reloaded; the old one stays", "err", err)
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

// prepare makes ready what the folder holds now. A panic becomes an error: whatever is wrong with a folder, the bot goes on.
func (r *reloader) prepare(ctx context.Context) (_ *bot.Ready, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("a fault in the program: %v", p)
		}
	}()
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
	if err := ready.Test(ctx, nil).Err(); err != nil {
		return nil, err
	}
	return ready, ctx.Err()
}

// refuse logs every mistake with its place.
func (r *reloader) refuse(err error) {
	var mistakes yamlfile.Errors
	if !errors.As(err, &mistakes) {
		r.log.Error("the knowledge was not reloaded; the old one stays", "err", err)
		return
	}
	for _, m := range mistakes {
		about := []any{"file", m.Pos.String(), "err", m.Message}
		if m.Hint != "" {
			about = append(about, "hint", m.Hint)
		}
		r.log.Error("a mistake in the knowledge", about...)
	}
	r.log.Error("the knowledge was not reloaded; the old one stays", "mistakes", len(mistakes))
}
