package sweep

import (
	"log/slog"
	"os"
	"path/filepath"

	"optmm/sweep/store"
)

// logName is the file of everything that is timed: no result depends on it.
const logName = "run.log"

// runLog writes run.log: a JSON object a line, appended by every program that
// works on the study.
type runLog struct {
	file *os.File
	log  *slog.Logger
}

func openLog(folder string) (*runLog, error) {
	if err := store.RefuseLink(filepath.Join(folder, logName)); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(filepath.Join(folder, logName), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	host, _ := os.Hostname()
	return &runLog{file, slog.New(slog.NewJSONHandler(file, nil)).With("pid", os.Getpid(), "host", host)}, nil
}

func (l *runLog) close() { l.file.Close() }

func (l *runLog) start(options execution, expected string, runs, done int) {
	shard := ""
	if !options.Shard.whole() {
		shard = options.Shard.String()
	}
	l.log.Info("start", "build", ReadBuild(), "workers", options.Workers, "shard", shard, "runs", runs, "done", done, "expected", expected)
}

// chunk notes a committed chunk and the runs in it that failed.
func (l *runLog) chunk(d *draft) {
	for _, failure := range d.failures {
		l.log.Warn("failure", "chunk", d.chunk, "cause", failure)
	}
	seconds := d.took.Seconds() // without waiting for the disk
	l.log.Info("chunk", "chunk", d.chunk, "runs", d.runs, "failed", len(d.failures),
		"seconds", seconds, "runs_per_second", float64(d.runs)/seconds)
}

func (l *runLog) trouble(err error) { l.log.Error("stop", "cause", err.Error()) }

// told notes that the program was told to stop.
func (l *runLog) told() { l.log.Warn("told to stop") }

func (l *runLog) end(err error) {
	if err != nil {
		l.log.Warn("end", "cause", err.Error())
		return
	}
	l.log.Info("end")
}
