package folder

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"optmm/sweep/fault"
	"optmm/sweep/plan"
	"optmm/sweep/store"
)

// Unfinished is a study that is not complete, looked at while a program may work on it.
type Unfinished struct {
	Plan    *plan.Plan
	Lock    *Lock  // its header
	Working bool   // a program is, or on another host may be
	Host    string // where it may be; empty where it is known whether it is
	Started time.Time
	owner   string
	path    string
}

// OpenUnfinished reads what says which study a folder holds, for a command of that name; nil where the
// study is complete. Nothing is held: what is read is whole.
func OpenUnfinished(command, path string) (*Unfinished, error) {
	lock, complete, err := Read(path)
	switch {
	case err == nil && complete:
		return nil, nil
	case err == nil && (lock == nil || lock.Removed):
		err = noStudy(path)
	}
	if err != nil {
		return nil, fault.Usagef("%s: %w", command, err)
	}
	p, err := lock.PlanWithoutData(filepath.Join(path, planName), path)
	if err != nil {
		return nil, err
	}
	u := &Unfinished{Plan: p, Lock: lock, owner: lock.owner(), path: path}
	if w, known := lastWriter(path); known {
		var sure bool
		u.Started = w.since
		if u.Working, sure = w.works(); !sure {
			u.Host = w.host
		}
	} else { // of a copy
		u.Working, u.Host = true, "another host"
		if information, err := os.Stat(filepath.Join(path, planName)); err == nil {
			u.Started = information.ModTime()
		}
	}
	return u, nil
}

// OpenExtension is OpenUnfinished of the larger study that extends the one in a folder; nil where there
// is none.
func OpenExtension(command, path string) (*Unfinished, error) {
	growing := filepath.Join(path, growingName)
	if !store.Exists(filepath.Join(growing, planName)) {
		return nil, nil
	}
	return OpenUnfinished(command, growing)
}

// EachPart calls a function with every committed chunk of the runs that the best point is picked by, in
// their order. One that is damaged, or gone since a moment ago, is left out: the run does it again.
func (u *Unfinished) EachPart(use func(part *store.SummaryPart)) {
	part := store.NewSummaryPart(u.Plan.Grid.Axes(), u.Plan.OverDays())
	for _, file := range committedFiles(u.path) {
		chunk := store.Number(file)
		if chunk >= u.Plan.ChunkCount() || u.Plan.StageOfChunk(chunk).Holdout {
			continue
		}
		if _, err := store.ReadSummaryPart(file, u.owner, part); err == nil {
			use(part)
		}
	}
}

// Progress is how far a study is.
type Progress struct {
	Done, Runs int
	Left       time.Duration // about, at the rate since the program began; 0: not known
	PerSecond  float64       // runs, since then; 0: not known
}

// Progress counts the runs of committed chunks, those on holdout seeds included.
func (u *Unfinished) Progress(now time.Time) Progress {
	progress, chunks := u.committed()
	if u.Working && u.Host == "" {
		progress.rate(now, u.Started, chunks)
	}
	return progress
}

// committed is a chunk that is committed: its runs, and when.
type committed struct {
	runs int
	at   time.Time
}

// committed counts the runs of committed chunks, and lists these.
func (u *Unfinished) committed() (progress Progress, chunks []committed) {
	progress.Runs = u.Plan.Runs()
	for _, file := range committedFiles(u.path) {
		chunk := store.Number(file)
		if chunk >= u.Plan.ChunkCount() {
			continue
		}
		first, end := u.Plan.RunsOfChunk(chunk)
		c := committed{runs: end - first}
		if information, err := os.Stat(file); err == nil {
			c.at = information.ModTime()
		}
		chunks = append(chunks, c)
		progress.Done += c.runs
	}
	return progress, chunks
}

// rate computes the runs per second since a time, and the time left at that rate.
func (p *Progress) rate(now, since time.Time, chunks []committed) {
	runs := 0
	for _, c := range chunks {
		if c.at.After(since) {
			runs += c.runs
		}
	}
	if took := now.Sub(since); runs > 0 && took > 0 {
		p.PerSecond = float64(runs) / took.Seconds()
		p.Left = time.Duration(float64(took) / float64(runs) * float64(p.Runs-p.Done)).Round(time.Second)
	}
}

// Counted is the progress of a study that several programs work on.
type Counted struct {
	Progress              // at the rate of the last minute
	Chunks   map[int]bool // of the selection: those that are committed and whole
	Failed   int          // runs
}

// lately is the period over which the rate of several programs is measured.
const lately = time.Minute

// Count counts what is committed, by any program.
func (u *Unfinished) Count(now time.Time) *Counted {
	c := &Counted{Chunks: map[int]bool{}}
	progress, chunks := u.committed()
	first := now
	for _, of := range chunks {
		if of.at.Before(first) {
			first = of.at
		}
	}
	if since := now.Add(-lately); first.Before(since) {
		first = since
	}
	progress.rate(now, first, chunks)
	c.Progress = progress
	u.EachPart(func(part *store.SummaryPart) {
		c.Failed += len(part.Failed())
		if part.Rows() > 0 {
			c.Chunks[u.Plan.ChunkOfRun(int(part.Runs()[0]))] = true
		}
	})
	return c
}

func (p Progress) String() string {
	text := fmt.Sprintf("%d of %d runs, %.0f%%", p.Done, p.Runs, 100*float64(p.Done)/float64(p.Runs))
	if p.Left > 0 {
		text += fmt.Sprintf(", about %s left", p.Left)
	}
	return text
}
