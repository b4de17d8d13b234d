package execute

import (
	"log/slog"
	"os"
	"path/filepath"
	"runtime"

	"optmm/sweep/folder"
	"optmm/sweep/store"
)

// Log writes run.log: a JSON object a line, appended by every program that
// works on the study.
type Log struct {
	file *os.File
	log  *slog.Logger
}

// OpenLog opens the log of a study in a folder, to append to it.
func OpenLog(root string) (*Log, error) {
	if err := store.RefuseLink(filepath.Join(root, folder.LogName)); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(filepath.Join(root, folder.LogName), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	host, _ := os.Hostname()
	return &Log{file, slog.New(slog.NewJSONHandler(file, nil)).With("pid", os.Getpid(), "host", host)}, nil
}

// Close closes the log.
func (l *Log) Close() { l.file.Close() }

func (l *Log) start(options Options, expected string, runs, done int) {
	shard := ""
	if !options.Shard.Whole() {
		shard = options.Shard.String()
	}
	l.log.Info("start", "command", options.Command, "build", folder.ReadBuild(), "os", runtime.GOOS, "arch", runtime.GOARCH, "cpus", runtime.NumCPU(), "workers", options.Workers, "shard", shard, "runs", runs, "done", done, "expected", expected)
}

// chunk notes a committed chunk and the runs in it that failed.
func (l *Log) chunk(d *pendingChunk) {
	for _, failure := range d.failures {
		l.log.Warn("failure", "chunk", d.chunk, "cause", failure)
	}
	seconds := d.took.Seconds() // without waiting for the disk
	l.log.Info("chunk", "chunk", d.chunk, "runs", d.runs, "reused", d.reused, "failed", len(d.failures),
		"seconds", seconds, "runs_per_second", float64(d.runs)/seconds)
}

func (l *Log) trouble(err error) { l.log.Error("stop", "cause", err.Error()) }

// Stopping notes that the program was asked to stop.
func (l *Log) Stopping() { l.log.Warn("asked to stop") }

// End notes that the program ends, and why where it is not done.
func (l *Log) End(err error) {
	if err != nil {
		l.log.Warn("end", "cause", err.Error())
		return
	}
	l.log.Info("end")
}
