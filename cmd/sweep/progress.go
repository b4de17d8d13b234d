package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/mattn/go-runewidth"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"optmm/sweep/execute"
	"optmm/sweep/text"
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
	return &lines{to: to, every: firstLine, now: time.Now}
}

// The lines of a log come after these times: soon at first, and seldom in a long night.
const (
	firstLine = 5 * time.Second
	lastLine  = 5 * time.Minute
)

type silent struct{}

func (silent) Start(string, int, int) {}
func (silent) Chunk(int, int, string) {}
func (silent) Finish()                {}

// bar shows percent, runs, rate, remaining time and failures on one line, and the leader below it.
type bar struct {
	to             io.Writer
	progress       *mpb.Progress
	bar            *mpb.Bar
	mutex          sync.Mutex // describe is called while the bar is drawn
	failed         int
	leader         string
	started        time.Time
	doneSinceStart int // runs done since the start
}

// barWidth is the bar's on a wide terminal; on a narrow one it gets what the numbers leave.
const barWidth = 40

func (b *bar) Start(expected string, runs, done int) {
	fmt.Fprintln(b.to, expected)
	b.started = time.Now()
	b.progress = mpb.New(mpb.WithOutput(b.to), mpb.WithWidth(barWidth))
	b.bar = b.progress.AddBar(int64(runs),
		mpb.PrependDecorators(decor.Percentage(decor.WC{W: 5})),
		mpb.AppendDecorators(decor.Any(func(s decor.Statistics) string { return b.describe(s) })),
		mpb.BarExtender(mpb.BarFillerFunc(b.showLeader), false),
	)
	b.bar.SetCurrent(int64(done))
}

func (b *bar) describe(s decor.Statistics) string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return fmt.Sprintf(" %d/%d runs, %s%s", s.Current, s.Total, pace(b.doneSinceStart, int(s.Total-s.Current), time.Since(b.started)), trouble(b.failed))
}

// showLeader writes the line below the bar, cut to the terminal's width.
func (b *bar) showLeader(to io.Writer, s decor.Statistics) error {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	line := ""
	if b.leader != "" {
		line = runewidth.Truncate("leader so far, "+b.leader, s.AvailableWidth, "…")
	}
	_, err := fmt.Fprintln(to, line)
	return err
}

func (b *bar) Chunk(runs, failed int, leader string) {
	b.mutex.Lock()
	b.doneSinceStart += runs
	b.failed += failed
	b.leader = leader
	b.mutex.Unlock()
	b.bar.IncrBy(runs)
}

func (b *bar) Finish() {
	if !b.bar.Completed() {
		b.bar.Abort(false)
	}
	b.progress.Wait()
}

// lines writes a plain line with the time now and then.
type lines struct {
	to             io.Writer
	every          time.Duration // until the next line
	now            func() time.Time
	runs           int
	done           int
	doneSinceStart int
	failed         int
	started        time.Time
	last           time.Time
}

func (l *lines) Start(expected string, runs, done int) {
	l.runs, l.done, l.started = runs, done, l.now()
	l.last = l.started
	l.write(expected)
	if done > 0 {
		l.write(fmt.Sprintf("%d of %d runs are done already", done, runs))
	}
}

func (l *lines) write(text string) {
	fmt.Fprintf(l.to, "%s %s\n", l.now().Format("2006-01-02 15:04:05"), text)
}

func (l *lines) Chunk(runs, failed int, leader string) {
	l.done += runs
	l.doneSinceStart += runs
	l.failed += failed
	now := l.now()
	if now.Sub(l.last) < l.every {
		return
	}
	l.last, l.every = now, min(2*l.every, lastLine)
	if leader != "" {
		leader = "; leader so far, " + leader
	}
	l.write(fmt.Sprintf("%.0f%%, %d/%d runs, %s%s%s", 100*float64(l.done)/float64(l.runs), l.done, l.runs, pace(l.doneSinceStart, l.runs-l.done, now.Sub(l.started)), trouble(l.failed), leader))
}

func (l *lines) Finish() {}

// pace says how fast it goes and how long it will take.
func pace(done, left int, elapsed time.Duration) string {
	if done == 0 {
		return "starting"
	}
	rate := float64(done) / elapsed.Seconds()
	return fmt.Sprintf("%s runs/s, %s left", text.Significant(rate), (time.Duration(float64(left)/rate*1e9) * time.Nanosecond).Round(time.Second))
}

func trouble(failed int) string {
	if failed == 0 {
		return ""
	}
	return fmt.Sprintf(", %d failed", failed)
}
