package sweep

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"optmm/sweep/store"
)

// Verification is what to verify of a complete study.
type Verification struct {
	Folder  string
	Workers int
	Files   bool    // read the files and recompute nothing
	Sample  float64 // share of the runs to recompute; 0 is all
	Seed    uint64  // of the sample's draw
	Runs    []int   // to recompute, instead of a share
}

// MismatchError says that results are not what the study says.
type MismatchError struct{ Text string }

func (e *MismatchError) Error() string { return e.Text }

func mismatch(format string, arguments ...any) error {
	return &MismatchError{fmt.Sprintf(format, arguments...)}
}

// Verified counts what was verified.
type Verified struct{ Files, Recomputed int }

// Verify compares the files of a complete study with its digests, and recomputes
// runs. The first run that differs, by number, is a MismatchError that names the
// column, the minute and both values.
func Verify(ctx context.Context, v Verification) (*Verified, error) {
	lock, complete, err := readHeader(v.Folder)
	switch {
	case err != nil:
		return nil, &UsageError{fmt.Errorf("verify: %w", err)}
	case lock == nil || !complete:
		return nil, &UsageError{fmt.Errorf("verify: %s holds no complete study", v.Folder)}
	}
	study, err := lock.study(filepath.Join(v.Folder, lockName), v.Folder)
	if err != nil {
		return nil, &UsageError{fmt.Errorf("verify: %w", err)}
	}
	summary := store.NewSummaryPart(study.Grid.Axes())
	if err := verifySummary(study, lock, v.Folder, summary); err != nil {
		return nil, err
	}
	c := &checker{study: study, lock: lock, folder: v.Folder, summary: summary}
	files, err := c.files()
	if err != nil {
		return nil, err
	}
	if err := c.all(ctx, v.Workers, files, c.checkFile); err != nil {
		return nil, err
	}
	verified := &Verified{Files: len(files)}
	if v.Files {
		return verified, nil
	}
	runs, err := v.choose(study.Runs())
	if err != nil {
		return nil, err
	}
	verified.Recomputed = len(runs)
	return verified, c.all(ctx, v.Workers, runs, c.recompute)
}

// choose returns the runs to recompute, in order.
func (v *Verification) choose(runs int) ([]int, error) {
	var chosen []int
	if v.Runs != nil {
		for _, run := range v.Runs {
			if run < 0 || run >= runs {
				return nil, &UsageError{fmt.Errorf("verify: run %d is outside 0 to %d", run, runs-1)}
			}
		}
		chosen = slices.Clone(v.Runs)
		slices.Sort(chosen)
		return slices.Compact(chosen), nil
	}
	random := rand.New(rand.NewPCG(v.Seed, 0))
	for run := range runs {
		if v.Sample == 0 || random.Float64() < v.Sample {
			chosen = append(chosen, run)
		}
	}
	if len(chosen) == 0 {
		chosen = []int{random.IntN(runs)} // a check that checks nothing is none
	}
	return chosen, nil
}

// verifySummary reads summary.parquet and compares it with the lock, chunk by
// chunk.
func verifySummary(study *Study, lock *Lock, folder string, whole *store.SummaryPart) error {
	reader, err := store.OpenReader(filepath.Join(folder, "summary.parquet"))
	if err != nil {
		return &MismatchError{err.Error()}
	}
	defer reader.Close()
	if reader.Rows() != study.Runs() || reader.RowGroups() != len(lock.Chunks) {
		return mismatch("summary.parquet has %d rows in %d groups, sweep.lock has %d runs in %d chunks", reader.Rows(), reader.RowGroups(), study.Runs(), len(lock.Chunks))
	}
	var digest, all store.Digest
	all.Reset()
	part := store.NewSummaryPart(study.Grid.Axes())
	for chunk, want := range lock.Chunks {
		if err := reader.RowGroup(chunk, part); err != nil {
			return &MismatchError{err.Error()}
		}
		digest.Reset()
		part.AddDigest(&digest)
		first, end := study.chunk(chunk)
		if got := digest.String(); got != want {
			return mismatch("summary.parquet: runs %d to %d have digest %s, sweep.lock has %s", first, end-1, got, want)
		}
		all.Text(want)
		for row := range part.Rows() {
			whole.Copy(part, row)
		}
	}
	if got := all.String(); got != lock.Digest {
		return mismatch("the chunks' digests come to %s, sweep.lock has %s", got, lock.Digest)
	}
	return nil
}

// ParseRuns reads a list of run numbers, as in 17,93.
func ParseRuns(text string) ([]int, error) {
	var runs []int
	for _, part := range strings.Split(text, ",") {
		run, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil {
			return nil, fmt.Errorf("%q is not a run; write 17,93", part)
		}
		runs = append(runs, run)
	}
	return runs, nil
}

// ParseShare reads a share, as in 5% or 0.05.
func ParseShare(text string) (float64, error) {
	number, percent := strings.CutSuffix(text, "%")
	share, err := strconv.ParseFloat(number, 64)
	if percent {
		share /= 100
	}
	if err != nil || !(share > 0 && share <= 1) {
		return 0, fmt.Errorf("%q is no share; write 5%% or 0.05", text)
	}
	return share, nil
}
