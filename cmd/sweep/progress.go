package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"optmm/sweep/execute"
)

// newProgress returns a bar on a terminal, a line now and then elsewhere, and
// nothing where quiet.
func newProgress(to io.Writer, quiet bool) execute.Observer {
	if quiet {
		return silent{}
	}
	if o, ok := to.(*output); ok && o.terminal {
		return &bar{to: o.file} // which the bar draws on by control characters
	}
	return &lines{to: to, every: 5 * time.Second}
}

type silent struct{}

func (silent) Start(string, int, int) {}
func (silent) Chunk(int, int, string) {}
func (silent) Finish()                {}

// bar shows rate, remaining time, failures and the best so far.
type bar struct {
	to             io.Writer
	progress       *mpb.Progress
	bar            *mpb.Bar
	mutex          sync.Mutex // describe is called while the bar is drawn
	failed         int
	best           string
	started        time.Time
	doneSinceStart int // runs done since the start
}

func (b *bar) Start(expected string, runs, done int) {
	fmt.Fprintln(b.to, expected)
	b.started = time.Now()
	b.progress = mpb.New(mpb.WithOutput(b.to), mpb.WithWidth(40))
	b.bar = b.progress.AddBar(int64(runs),
		mpb.PrependDecorators(decor.CountersNoUnit("%d/%d runs ")),
		mpb.AppendDecorators(decor.Any(func(s decor.Statistics) string { return b.describe(s) })),
	)
	b.bar.SetCurrent(int64(done))
}

func (b *bar) describe(s decor.Statistics) string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return " " + pace(b.doneSinceStart, int(s.Total-s.Current), time.Since(b.started)) + trouble(b.failed, b.best)
}

func (b *bar) Chunk(runs, failed int, best string) {
	b.mutex.Lock()
	b.doneSinceStart += runs
	b.failed += failed
	b.best = best
	b.mutex.Unlock()
	b.bar.IncrBy(runs)
}

func (b *bar) Finish() {
	if !b.bar.Completed() {
		b.bar.Abort(false)
	}
	b.progress.Wait()
}

// lines writes a plain line every few seconds.
type lines struct {
	to             io.Writer
	every          time.Duration
	runs           int
	done           int
	doneSinceStart int
	failed         int
	started        time.Time
	last           time.Time
}

func (l *lines) Start(expected string, runs, done int) {
	fmt.Fprintln(l.to, expected)
	l.runs, l.done, l.started, l.last = runs, done, time.Now(), time.Now()
	if done > 0 {
		fmt.Fprintf(l.to, "%d of %d runs are done already\n", done, runs)
	}
}

func (l *lines) Chunk(runs, failed int, best string) {
	l.done += runs
	l.doneSinceStart += runs
	l.failed += failed
	if time.Since(l.last) < l.every {
		return
	}
	l.last = time.Now()
	fmt.Fprintf(l.to, "%d/%d runs, %s%s\n", l.done, l.runs, pace(l.doneSinceStart, l.runs-l.done, time.Since(l.started)), trouble(l.failed, best))
}

func (l *lines) Finish() {}

// pace says how fast it goes and how long it will take.
func pace(done, left int, elapsed time.Duration) string {
	if done == 0 {
		return "starting"
	}
	rate := float64(done) / elapsed.Seconds()
	return fmt.Sprintf("%.0f runs/s, %s left", rate, (time.Duration(float64(left)/rate*1e9) * time.Nanosecond).Round(time.Second))
}

func trouble(failed int, best string) string {
	text := ""
	if failed > 0 {
		text = fmt.Sprintf(", %d failed", failed)
	}
	if best != "" {
		text += ", best so far " + best
	}
	return text
}
