package sweep

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"optmm/sweep/folder"
	"optmm/sweep/plan"
)

// sameResults compares the files of two folders; of the locks, what they say of the results: a study
// that extends another knows of an earlier selection.
func sameResults(t *testing.T, want, got string) {
	t.Helper()
	left, right := files(t, want), files(t, got)
	for _, name := range []string{folder.LockName, folder.VerdictName, folder.ReportName} {
		delete(left, name)
		delete(right, name)
	}
	for name, content := range left {
		if right[name] != content {
			t.Errorf("%s differs, or is missing", name)
		}
		delete(right, name)
	}
	for name := range right {
		t.Errorf("%s is there", name)
	}
	a, b := lockIn(t, want), lockIn(t, got)
	if a.Digest != b.Digest || a.StudyHash != b.StudyHash || strings.Join(a.Chunks, " ") != strings.Join(b.Chunks, " ") {
		t.Errorf("the locks have digests %s and %s", a.Digest, b.Digest)
	}
}

// A study that has grown leaves what it would have left had it been run at once, file by file; what was
// there is not simulated again.
func TestExtendedAsIfRunAtOnce(t *testing.T) {
	for _, c := range []struct {
		name       string
		study      string
		before     []string
		now        []string
		taken      int
		simulates  bool // all runs again: their files would be others
		unfinished bool // the smaller study was interrupted
		long       bool // computes long
	}{
		{name: "seeds", study: tested, now: []string{"seeds={first: 1, count: 9}"}, taken: -1}, // 36, and the holdout runs of those finalists that are finalists again
		{name: "values", study: small, now: []string{"grid.k_fill=[10, 20, 50, 55, 60]"}, taken: 42},
		{name: "an axis", study: small, before: []string{"engine.spread=0.03"}, now: []string{"grid.spread=[0.01, 0.03]", "baseline.spread=0.03"}, taken: 42},
		{name: "few points", study: strings.Replace(small, "verdict: {holdout_seeds: 0}\n", "", 1), before: nil, now: []string{"grid.k_fill=[20, 30, 40, 50, 60]"}, taken: -1, long: true},
		{name: "one point", study: "market: {synthetic: {minutes: 60}}\nseeds: {first: 1, count: 6}\noutput: {figures: false}\n", now: []string{"grid.skew=[0, 0.02]", "baseline.skew=0.02"}, simulates: true, long: true},
		{name: "halving with more seeds", study: halved, now: []string{"seeds.count=8", "verdict.holdout_seeds={first: 9, count: 7}"}, taken: -1},
		{name: "an axis of markets", study: tested, before: []string{"market.synthetic.minutes=60"}, now: []string{"grid.implied_vol=[0.25, 0.3]", "baseline.implied_vol=0.25", "verdict.holdout_seeds={first: 7, count: 7}"}, simulates: true, long: true},
		{name: "holdout seeds", study: tested, now: []string{"verdict.holdout_seeds={first: 7, count: 9}"}, taken: 36 + 3*7},
		{name: "compressed", study: small, before: []string{"output.compression=lz4"}, now: []string{"seeds.count=8", "output.compression=lz4"}, taken: 42, long: true},
		{name: "no series", study: small, before: []string{"output.timeseries=none"}, now: []string{"seeds.count=8", "output.timeseries=none"}, taken: 42, long: true},
		{name: "best", study: small, before: []string{"output.timeseries=best"}, now: []string{"seeds.count=8", "output.timeseries=best"}, taken: 42, long: true},
		{name: "packed", study: small, before: []string{"output.layout=packed"}, now: []string{"seeds.count=8", "output.layout=packed"}, simulates: true},
		{name: "a chain", study: small, before: []string{"market.synthetic.market_model=gbm", "market.synthetic.strikes=2", "output.option_summary=false"}, now: []string{"seeds.count=8"}, taken: 42},
		{name: "figures of options", study: small, before: []string{"market.synthetic.market_model=gbm", "market.synthetic.strikes=2", "output.timeseries=none", "output.option_summary=true"}, now: []string{"grid.k_fill=[10, 20, 50, 60]"}, taken: 42, long: true},
		{name: "options and figures of options", study: small, before: []string{"market.synthetic.market_model=gbm", "market.synthetic.strikes=2", "output.option_summary=true"}, now: []string{"seeds.count=8"}, simulates: true, long: true},
		{name: "fills", study: small, before: []string{"output.fills=true"}, now: []string{"seeds.count=8"}, taken: 42},
		{name: "halving", study: halved, now: []string{"grid.k_fill=[20, 40, 50, 60]"}, taken: -1},
		{name: "unfinished", study: small, now: []string{"seeds.count=8"}, taken: -1, unfinished: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.long && !*long {
				t.Skip("computes long")
			}
			above := t.TempDir()
			root, once := filepath.Join(above, "grown"), filepath.Join(above, "once")
			before := mustPlan(t, c.study, c.before...)
			if c.unfinished {
				ctx, stop := context.WithCancel(context.Background())
				if _, err := Run(ctx, before, Options{Workers: 1, Folder: root, Observer: &stopper{after: 3, stop: stop}}); err == nil {
					t.Fatal("the study was not stopped")
				}
			} else if _, err := runStudy(t, before, root, 2); err != nil {
				t.Fatal(err)
			}
			set := c.now
			for _, override := range c.before { // an axis takes the place of a fixed value
				if key := strings.TrimPrefix(override, "engine."); !strings.Contains(strings.Join(c.now, " "), "grid."+strings.Split(key, "=")[0]) {
					set = append([]string{override}, set...)
				}
			}
			result, err := runStudy(t, mustPlan(t, c.study, set...), root, 2)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := runStudy(t, mustPlan(t, c.study, set...), once, 2); err != nil {
				t.Fatal(err)
			}
			sameResults(t, once, root)
			switch {
			case c.simulates && result.TakenOver != 0, !c.simulates && c.taken < 0 && result.TakenOver == 0, !c.simulates && c.taken > 0 && result.TakenOver != c.taken:
				t.Errorf("%d runs were taken over, want %d", result.TakenOver, c.taken)
			}
			if err := verifyAll(root); err != nil {
				t.Error(err)
			}
		})
	}
}

// A run whose file is gone, or cut short, is simulated again.
func TestExtendedWithoutSomeFiles(t *testing.T) {
	above := t.TempDir()
	root, once := filepath.Join(above, "grown"), filepath.Join(above, "once")
	if _, err := runStudy(t, mustPlan(t, small), root, 2); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Remove(filepath.Join(root, "runs", "000", "000003.parquet")), os.Truncate(filepath.Join(root, "runs", "000", "000004.parquet"), 99), os.Remove(filepath.Join(root, "markets", "3.parquet"))); err != nil {
		t.Fatal(err)
	}
	grown := mustPlan(t, small, "seeds.count=8")
	result, err := runStudy(t, grown, root, 1)
	if err != nil || result.TakenOver != 42-2-7 {
		t.Errorf("%d runs were taken over, error %v", result.TakenOver, err)
	}
	if _, err := runStudy(t, grown, once, 1); err != nil {
		t.Fatal(err)
	}
	sameResults(t, once, root)
}

// What is smaller or something else is refused, and what is there stays.
func TestWhatDoesNotExtendIsRefused(t *testing.T) {
	root := filepath.Join(t.TempDir(), "study")
	if _, err := runStudy(t, mustPlan(t, tested), root, 2); err != nil {
		t.Fatal(err)
	}
	before := files(t, root)
	for set, want := range map[string]string{
		"seeds.count=5":                              "seed 6 is missing",
		"seeds={first: 2, count: 6}":                 "seed 1 is missing",
		"verdict.holdout_seeds={first: 8, count: 7}": "holdout seed 7 is missing",
		"grid.k_fill=[20, 50]":                       "point 2 (skew 0, k_fill 60) is missing",
		"engine.spread=0.05":                         "point 0 (skew 0, k_fill 20) has other parameters",
		"baseline.k_fill=20":                         "the baseline is another",
		"objective=max_drawdown":                     "study.objective",
		"output.timeseries=none":                     "study.output.timeseries",
		"market.synthetic.minutes=61":                "point 0",
		"grid.spread=[0.01, 0.05]":                   "is missing",
		"exclude=[skew > 0 && k_fill > 55]":          "is missing",
	} {
		_, err := runStudy(t, mustPlan(t, tested, set), root, 1)
		var different *folder.DifferentStudyError
		if !errors.As(err, &different) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", set, err, want)
		}
	}
	for name, content := range files(t, root) {
		if before[name] != content {
			t.Errorf("%s was changed", name)
		}
	}
	if _, err := Run(context.Background(), mustPlan(t, tested, "seeds.count=9"), Options{Workers: 1, Folder: root, Shard: plan.Shard{Index: 0, Count: 2}, Observer: quiet{}}); err == nil || !strings.Contains(err.Error(), "one program") {
		t.Errorf("a shard extends a study: %v", err)
	}
}

// Interrupted, or killed while the larger study takes the smaller one's place, the same command goes on;
// until then the smaller study is there whole.
func TestExtensionCutShort(t *testing.T) {
	above := t.TempDir()
	once := filepath.Join(above, "once")
	grown := func() *plan.Plan { return mustPlan(t, small, "seeds.count=8") }
	if _, err := runStudy(t, grown(), once, 1); err != nil {
		t.Fatal(err)
	}
	small42 := filepath.Join(above, "small")
	if _, err := runStudy(t, mustPlan(t, small), small42, 1); err != nil {
		t.Fatal(err)
	}
	begin := func(name string) string {
		root := filepath.Join(above, name)
		if err := os.CopyFS(root, os.DirFS(small42)); err != nil {
			t.Fatal(err)
		}
		return root
	}
	t.Run("interrupted", func(t *testing.T) {
		root := begin("interrupted")
		ctx, stop := context.WithCancel(context.Background())
		if _, err := Run(ctx, grown(), Options{Workers: 1, Folder: root, Observer: &stopper{after: 2, stop: stop}}); err == nil {
			t.Fatal("it was not stopped")
		}
		if err := verifyAll(root); err != nil {
			t.Errorf("the smaller study: %v", err)
		}
		if _, err := runStudy(t, mustPlan(t, small, "seeds.count=9"), root, 1); err == nil || !strings.Contains(err.Error(), "being extended by another study") {
			t.Errorf("extended twice at once: %v", err)
		}
		if _, err := runStudy(t, grown(), root, 1); err != nil {
			t.Fatal(err)
		}
		sameResults(t, once, root)
	})
	// moved is how many files were moved when the program was killed.
	for name, moved := range map[string]int{"before": -1, "none moved": 0, "some moved": 5, "all but the lock": 1 << 20} {
		t.Run(name, func(t *testing.T) {
			root := begin(strings.ReplaceAll(name, " ", "-"))
			growing := filepath.Join(root, "growing")
			if err := os.CopyFS(growing, os.DirFS(once)); err != nil {
				t.Fatal(err)
			}
			if moved >= 0 {
				lock := lockIn(t, root)
				if err := os.Rename(growing, root+"-growing"); err != nil { // a removal would take it too
					t.Fatal(err)
				}
				if err := folder.Remove(root, lock.Selections); err != nil {
					t.Fatal(err)
				}
				if err := os.Rename(root+"-growing", growing); err != nil {
					t.Fatal(err)
				}
				if moved > 0 { // which is noted before
					replace(t, filepath.Join(root, "chunks", "plan.json"), `"removed":true`, `"removed":true,"emptied":true`)
				}
				for file := range files(t, growing) {
					if moved == 0 || file == folder.LockName {
						continue
					}
					moved--
					to := filepath.Join(root, file)
					if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o755), os.Rename(filepath.Join(growing, file), to)); err != nil {
						t.Fatal(err)
					}
				}
			}
			if result, err := runStudy(t, grown(), root, 1); err != nil || result.Restored > 0 || !result.Reused {
				t.Fatalf("%d files were made again, error %v", result.Restored, err)
			}
			sameResults(t, once, root)
		})
	}
}

// While a larger study is not complete the list says how far it is, the smaller one is shown and
// verified, and a plan says what is there.
func TestExtensionIsSeen(t *testing.T) {
	above := t.TempDir()
	root := filepath.Join(above, "study")
	if _, err := runStudy(t, mustPlan(t, small), root, 1); err != nil {
		t.Fatal(err)
	}
	grown := mustPlan(t, small, "seeds.count=8")
	found, err := Find(grown, root)
	if err != nil || !found.Extends || found.Reused != 42 {
		t.Fatalf("%+v, error %v", found, err)
	}
	ctx, stop := context.WithCancel(context.Background())
	if _, err := Run(ctx, grown, Options{Workers: 1, Folder: root, Observer: &stopper{after: 2, stop: stop}}); err == nil {
		t.Fatal("it was not stopped")
	}
	var list, shown bytes.Buffer
	if err := errors.Join(List(&list, &Place{Path: above}, false, time.Now()), Show(&shown, Showing{Folder: root})); err != nil {
		t.Fatal(err)
	}
	if want := "complete; extended: running, "; !strings.Contains(list.String(), want) { // this process wrote it
		t.Errorf("%q lacks %q", list.String(), want)
	}
	if want := "is being extended"; !strings.Contains(shown.String(), want) {
		t.Errorf("%q lacks %q", shown.String(), want)
	}
	if found, err = Find(mustPlan(t, small, "seeds.count=9"), root); err != nil || !strings.Contains(found.Refused, "being extended by another study") {
		t.Errorf("%+v, error %v", found, err)
	}
	if found, err = Find(mustPlan(t, small), root); err != nil || !found.Same {
		t.Errorf("%+v, error %v", found, err)
	}
	if err := folder.Remove(root, nil); err != nil {
		t.Fatal(err)
	}
	if found, err = Find(grown, root); err != nil || !strings.Contains(found.Refused, "was cut short") {
		t.Errorf("of what a removal left: %+v, error %v", found, err)
	}
	if found, err = Find(grown, filepath.Join(above, "nowhere")); err != nil || found != nil {
		t.Errorf("of no folder: %+v, error %v", found, err)
	}
}
