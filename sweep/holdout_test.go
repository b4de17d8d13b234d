package sweep

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"optmm/sweep/execute"
	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/store"
	"optmm/sweep/verdict"
	"optmm/sweep/verify"
)

// tested is small with holdout seeds, two finalists, and every file there can be.
const tested = `
name: tested
market: {synthetic: {minutes: 60}}
grid: {skew: [0, 0.02], k_fill: [20, 50, 60]}
seeds: {first: 1, count: 6}
baseline: {k_fill: 50, skew: 0.02}
objective: net_pnl
verdict: {holdout_seeds: 7, finalists: 2}
output: {figures: false}
`

// halved is tested with the seeds spent by halving.
const halved = tested + "search: {halving: {eta: 2, first: 2}}\n"

// verdictOf reads verdict.json.
func verdictOf(t *testing.T, root string) (document struct {
	Words, Warnings []string
	Best            struct{ Point int }
	Holdout         struct {
		Seeds             int
		EarlierSelections int `json:"earlier_selections"`
		Finalists         []struct {
			Point             int
			Selected, Holdout float64
			Bias              float64   `json:"selection_bias"`
			Interval          []float64 `json:"interval_t_95"`
			BiasInterval      []float64 `json:"bias_interval_t_95"`
		}
	}
}) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, folder.VerdictName))
	if err == nil {
		err = json.Unmarshal(content, &document)
	}
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// The finalists are the best of the grid and the baseline; their runs on holdout seeds are
// what the engine computes there, and the bias is what one has over the other.
func TestHoldoutSeeds(t *testing.T) {
	root := filepath.Join(t.TempDir(), "study")
	study := mustPlan(t, tested)
	result, err := runStudy(t, study, root, 2)
	if err != nil {
		t.Fatal(err)
	}
	if want := 36 + 3*7; result.Runs != want || study.Runs() != want {
		t.Fatalf("%d runs, want %d", result.Runs, want)
	}
	s := openedSummary(t, study, root)
	scores, err := s.Figure("net_pnl")
	if err != nil {
		t.Fatal(err)
	}
	order := []int{0, 1, 2, 3, 5} // without the baseline
	slices.SortFunc(order, func(a, b int) int {
		return map[bool]int{true: -1, false: 1}[scores.Of(a).Mean > scores.Of(b).Mean]
	})
	want := []int{order[0], order[1], 4}
	slices.Sort(want)
	if got := study.HoldoutStage().Points; !slices.Equal(got, want) {
		t.Fatalf("finalists %v, want %v", got, want)
	}
	replay := execute.NewReplayer(study, execute.NewMarkets(study))
	for run := 36; run < study.Runs(); run++ {
		point, seed := study.RunAt(run)
		if !slices.Contains(want, point) || seed.Fill < 7 || seed.Fill > 13 {
			t.Fatalf("run %d is of point %d under seed %s", run, point, seed)
		}
		row, err := replay.Series(run)
		if err != nil {
			t.Fatal(err)
		}
		values, err := s.Values("net_pnl")
		if err != nil || values[run] != row.Summary.NetPnL {
			t.Fatalf("run %d: %v in the table, %v by the engine (%v)", run, values[run], row.Summary.NetPnL, err)
		}
	}
	document := verdictOf(t, root)
	if document.Holdout.Seeds != 7 || len(document.Holdout.Finalists) != 2 || document.Holdout.Finalists[0].Point != document.Best.Point {
		t.Fatalf("%+v", document.Holdout)
	}
	for _, f := range document.Holdout.Finalists {
		if f.Bias != f.Selected-f.Holdout || math.Abs(f.BiasInterval[0]-(f.Selected-f.Interval[1])) > 1e-12 || f.Interval[0] >= f.Holdout || f.Interval[1] <= f.Holdout {
			t.Errorf("%+v", f)
		}
	}
	// The summary has nothing of them, so that nobody picks by them.
	reader, err := store.OpenReader(filepath.Join(root, "summary.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if reader.Rows() != 36 {
		t.Errorf("summary.parquet has %d rows", reader.Rows())
	}
	if err := verifyAll(root); err != nil {
		t.Error(err)
	}
}

// With holdout seeds and with halving every file is the same on any number of workers and
// shards, interrupted at any chunk, and from the lock.
func TestStagesDoNotDependOnHowTheyAreDone(t *testing.T) {
	for name, content := range map[string]string{"grid": tested, "halving": halved} {
		t.Run(name, func(t *testing.T) {
			if name == "grid" && !*long {
				t.Skip("halving does more of the same: -long")
			}
			whole := filepath.Join(t.TempDir(), "whole")
			if _, err := runStudy(t, mustPlan(t, content), whole, 1); err != nil {
				t.Fatal(err)
			}
			if err := verifyAll(whole); err != nil {
				t.Error(err)
			}

			workers := filepath.Join(t.TempDir(), "workers")
			if _, err := runStudy(t, mustPlan(t, content), workers, 4); err != nil {
				t.Fatal(err)
			}
			sameFiles(t, whole, workers)

			again := filepath.Join(t.TempDir(), "again")
			study, err := folder.Load(filepath.Join(whole, folder.LockName), nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := runStudy(t, study, again, 2); err != nil {
				t.Fatal(err)
			}
			sameFiles(t, whole, again)

			shards := filepath.Join(t.TempDir(), "shards")
			for round := 0; ; round++ { // a round a rung
				var last error
				for shard := range 3 {
					_, last = Run(context.Background(), mustPlan(t, content), Options{Workers: 1, Folder: shards, Shard: plan.Shard{Index: shard, Count: 3}, Observer: quiet{}})
					if last != nil && !errors.Is(last, folder.ErrOthersMissing) {
						t.Fatal(last)
					}
				}
				if last == nil {
					break
				}
				if round > 5 {
					t.Fatal("the shards come to no end")
				}
			}
			sameFiles(t, whole, shards)

			stopped := filepath.Join(t.TempDir(), "stopped")
			for chunks := 1; ; chunks += 3 {
				ctx, cancel := context.WithCancel(context.Background())
				_, err := Run(ctx, mustPlan(t, content), Options{Workers: 1, Folder: stopped, Observer: &stopper{after: 3, stop: cancel}})
				cancel()
				if err == nil {
					break
				}
				if !errors.Is(err, context.Canceled) || chunks > 500 {
					t.Fatal(chunks, err)
				}
			}
			sameFiles(t, whole, stopped)
		})
	}
}

// stopper interrupts a study after a number of chunks.
type stopper struct {
	quiet
	after int
	stop  func()
}

func (s *stopper) Chunk(int, int, string) {
	if s.after--; s.after == 0 {
		s.stop()
	}
}

// A second selection that is held against the same holdout seeds says so; the same study
// again does not, and other seeds are holdout.
func TestHoldoutSeedsAreUsedOnce(t *testing.T) {
	root := filepath.Join(t.TempDir(), "study")
	run := func(set ...string) {
		t.Helper()
		_, err := Run(context.Background(), mustPlan(t, tested, set...), Options{Workers: 1, Folder: root, Overwrite: true, Observer: quiet{}})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		set  string
		want int
	}{{"seeds={first: 20, count: 6}", 0}, {"grid.skew=[0, 0.02]", 0}, {"grid.skew=[0, 0.02]", 0}, {"grid.skew=[0, 0.02, 0.04]", 1}, {"objective=max_drawdown", 2}, {"verdict.holdout_seeds={first: 100, count: 7}", 0}, {"grid.skew=[0, 0.02, 0.04]", 2}} {
		run(c.set)
		document := verdictOf(t, root)
		if document.Holdout.EarlierSelections != c.want || strings.Contains(strings.Join(document.Warnings, "\n"), "used the holdout seeds before") != (c.want > 0) {
			t.Errorf("%s: %d earlier selections, want %d; warnings %q", c.set, document.Holdout.EarlierSelections, c.want, document.Warnings)
		}
	}
	// A removal that was cut short does not forget them, nor does a verdict made again.
	lock, _, err := folder.Read(root)
	if err != nil {
		t.Fatal(err)
	}
	if err := folder.Remove(root, lock.Selections); err != nil {
		t.Fatal(err)
	}
	run("grid.skew=[0, 0.02, 0.05]")
	if document := verdictOf(t, root); document.Holdout.EarlierSelections != 3 {
		t.Errorf("after a removal: %d earlier selections", document.Holdout.EarlierSelections)
	}
	before := t.TempDir()
	if err := os.CopyFS(filepath.Join(before, "study"), os.DirFS(root)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{folder.VerdictName, folder.ReportName} {
		if err := os.Remove(filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	result, err := runStudy(t, mustPlan(t, tested, "grid.skew=[0, 0.02, 0.05]"), root, 1)
	if err != nil || result.Restored != 2 {
		t.Errorf("%+v, error %v", result, err)
	}
	sameFiles(t, filepath.Join(before, "study"), root)
}

// Also where every point is a finalist, holdout seeds say what they know.
func TestEveryPointMayBeAFinalist(t *testing.T) {
	for _, finalists := range []string{"5", "99"} {
		root := filepath.Join(t.TempDir(), "study")
		study := mustPlan(t, tested, "verdict.finalists="+finalists)
		if _, err := runStudy(t, study, root, 1); err != nil {
			t.Fatal(err)
		}
		document := verdictOf(t, root)
		if len(document.Holdout.Finalists) != 5 || !strings.Contains(strings.Join(document.Words, "\n"), "holdout seeds ") || len(study.HoldoutStage().Points) != 6 {
			t.Errorf("%s finalists: %+v", finalists, document)
		}
		if err := verifyAll(root); err != nil {
			t.Error(err)
		}
	}
}

// A study that is repeated from its lock knows of the selections before it.
func TestLocksCarrySelections(t *testing.T) {
	first, second := filepath.Join(t.TempDir(), "first"), filepath.Join(t.TempDir(), "second")
	for _, set := range []string{"grid.skew=[0, 0.03]", "grid.skew=[0, 0.02]"} {
		if _, err := Run(context.Background(), mustPlan(t, tested, set), Options{Workers: 1, Folder: first, Overwrite: true, Observer: quiet{}}); err != nil {
			t.Fatal(err)
		}
	}
	study, err := folder.Load(filepath.Join(first, folder.LockName), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := runStudy(t, study, second, 1); err != nil {
		t.Fatal(err)
	}
	if document := verdictOf(t, second); document.Holdout.EarlierSelections != 1 {
		t.Errorf("%d earlier selections", document.Holdout.EarlierSelections)
	}
	sameFiles(t, first, second)
}

// Words that somebody changed are found out, and made again.
func TestVerdictIsNotBelievedBlindly(t *testing.T) {
	root := filepath.Join(t.TempDir(), "study")
	study := mustPlan(t, tested)
	if _, err := runStudy(t, study, root, 1); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{folder.VerdictName, folder.ReportName} {
		for _, again := range []func() error{
			func() error { _, err := Report(root); return err },
			func() error {
				result, err := runStudy(t, mustPlan(t, tested), root, 1)
				if err == nil && result.Restored != 1 {
					t.Errorf("%d files made again", result.Restored)
				}
				return err
			},
		} {
			whole, err := os.ReadFile(filepath.Join(root, name))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(root, name), []byte("{"), 0o644); err != nil {
				t.Fatal(err)
			}
			if err := verifyAll(root); err == nil || !strings.Contains(err.Error(), name+" is missing or does not follow") {
				t.Errorf("%s: error %v", name, err)
			}
			if err := again(); err != nil {
				t.Error(err)
			}
			if now, err := os.ReadFile(filepath.Join(root, name)); err != nil || plainPage(now) != plainPage(whole) {
				t.Errorf("%s is not made again: %v", name, err)
			}
		}
	}
}

// A lock that says that other points were finalists is found out.
func TestVerifyChecksTheSelection(t *testing.T) {
	root := filepath.Join(t.TempDir(), "study")
	study := mustPlan(t, tested)
	if _, err := runStudy(t, study, root, 1); err != nil {
		t.Fatal(err)
	}
	points, err := json.MarshalIndent(map[string][]int{"holdout": study.HoldoutStage().Points}, "  ", "  ")
	if err != nil {
		t.Fatal(err)
	}
	other := []int{}
	for point := range 6 {
		if len(other) < 3 && (point == 4 || !slices.Contains(study.HoldoutStage().Points, point)) {
			other = append(other, point)
		}
	}
	slices.Sort(other)
	changed, err := json.MarshalIndent(map[string][]int{"holdout": other}, "  ", "  ")
	if err != nil {
		t.Fatal(err)
	}
	replace(t, filepath.Join(root, folder.LockName), `"stage_points": `+string(points), `"stage_points": `+string(changed))
	sealAgain(t, root)
	_, err = verify.Study(context.Background(), verify.Settings{Folder: root, Workers: 1, Files: true})
	if err == nil || !strings.Contains(err.Error(), `stage "holdout" ran points`) {
		t.Errorf("error %v", err)
	}
}

// Each rung runs the best of the one before and the baseline, on seeds of its own.
func TestHalving(t *testing.T) {
	root := filepath.Join(t.TempDir(), "study")
	study := mustPlan(t, halved)
	if _, err := runStudy(t, study, root, 2); err != nil {
		t.Fatal(err)
	}
	var sizes, ends []int
	for i := range study.SelectionStages() {
		sizes, ends = append(sizes, study.Stages[i].Size), append(ends, study.Stages[i].EndSeed)
	}
	if !slices.Equal(sizes, []int{6, 4, 3}) || !slices.Equal(ends, []int{2, 4, 6}) {
		t.Fatalf("sizes %v, seeds %v", sizes, ends)
	}
	full := summaryOf(t, mustPlan(t, tested))
	all, err := full.Figure("net_pnl")
	if err != nil {
		t.Fatal(err)
	}
	alive := []int{0, 1, 2, 3, 4, 5}
	for i := 1; i < 3; i++ {
		mean := func(point int) (m float64) {
			for seed := range ends[i-1] {
				m += all.Values[seed*6+point]
			}
			return m
		}
		alive = slices.DeleteFunc(alive, func(point int) bool { return point == 4 })
		slices.SortFunc(alive, func(a, b int) int { return map[bool]int{true: -1, false: 1}[mean(a) > mean(b)] })
		alive = append(alive[:sizes[i]-1], 4)
		slices.Sort(alive)
		if !slices.Equal(study.Stages[i].Points, alive) {
			t.Fatalf("rung %d has points %v, want %v", i+1, study.Stages[i].Points, alive)
		}
	}
	s := openedSummary(t, study, root)
	scores, err := s.Figure("net_pnl")
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range scores.Values {
		run, ran := study.RunOf(i%6, i/6)
		if ran == math.IsNaN(x) || ran && x != all.Values[i] {
			t.Fatalf("point %d, seed %d: %v, and %v with equal seeds (run %d)", i%6, i/6, x, all.Values[i], run)
		}
		if ran {
			if point, seed := study.RunAt(run); point != i%6 || seed != study.Seeds.At(i/6) {
				t.Fatalf("run %d is of point %d and seed %s", run, point, seed)
			}
		}
	}
	if best := scores.Best(0); !slices.Contains(alive, best) {
		t.Errorf("the best is %d, those left are %v", best, alive)
	}
	warnings := strings.Join(verdictOf(t, root).Warnings, "\n")
	if !strings.Contains(warnings, "only the holdout seeds are fair") {
		t.Errorf("warnings %q", warnings)
	}
}

// An objective may be a formula, minimized, under constraints.
func TestObjectives(t *testing.T) {
	plain := summaryOf(t, mustPlan(t, small))
	figure := func(name string) *verdict.Scores {
		scores, err := plain.Figure(name)
		if err != nil {
			t.Fatal(err)
		}
		return scores
	}
	pnl, drawdown, inventory := figure("net_pnl"), figure("max_drawdown"), figure("max_inventory")
	var levels []float64
	for point := range 7 {
		levels = append(levels, inventory.Of(point).Mean)
	}
	slices.Sort(levels)
	bound := levels[3]
	for name, c := range map[string]struct {
		set   string
		score func(point int) float64
		met   func(point int) bool
	}{
		"formula":     {"objective=net_pnl - 0.5*max_drawdown", func(p int) float64 { return pnl.Of(p).Mean - 0.5*drawdown.Of(p).Mean }, nil},
		"minimized":   {"objective={minimize: max_drawdown}", func(p int) float64 { return -drawdown.Of(p).Mean }, nil},
		"constrained": {"objective={maximize: net_pnl, subject_to: max_inventory <= " + fmt.Sprint(bound) + "}", func(p int) float64 { return pnl.Of(p).Mean }, func(p int) bool { return inventory.Of(p).Mean <= bound }},
	} {
		root := filepath.Join(t.TempDir(), "study")
		study := mustPlan(t, small, c.set)
		result, err := runStudy(t, study, root, 1)
		if err != nil {
			t.Fatal(name, err)
		}
		best, infeasible := -1, 0
		for point := range 7 {
			if c.met != nil && !c.met(point) {
				infeasible++
				continue
			}
			if best < 0 || c.score(point) > c.score(best)+1e-12 {
				best = point
			}
		}
		if result.Best.Point != best || c.met != nil && (infeasible == 0 || infeasible == 7) {
			t.Errorf("%s: best %d, want %d (%d infeasible)", name, result.Best.Point, best, infeasible)
		}
		if want := c.score(best) - c.score(6); math.Abs(result.Difference.Mean-want) > 1e-12*(1+math.Abs(want)) {
			t.Errorf("%s: difference %v, want %v", name, result.Difference.Mean, want)
		}
	}
	for set, want := range map[string]string{
		"objective=net_pln":     `"net_pln" is not a figure of a run (did you mean net_pnl?)`,
		"objective=net_pnl +":   "it ends too early",
		"objective=2":           "2 is read as a number: want a figure of a run, or a formula",
		"objective=net_pnl > 2": "it is a condition, want a number",
		"objective='3 * 4'":     "mentions no figure",
		"objective={maximize: net_pnl, minimize: net_pnl}":        "write one of maximize and minimize",
		"objective={maximise: net_pnl}":                           "unknown key maximise (did you mean maximize?)",
		"objective={maximize: net_pnl, subject_to: [net_pnl]}":    "it is a number, want a condition",
		"objective={maximize: net_pnl, subject_to: 4 > 3}":        "mentions no figure",
		"objective={maximize: net_pnl, subject_to: []}":           "there is no condition",
		"objective='net_pnl; 3'":                                  "an expression is made of",
		"objective={maximize: net_pnl, subject_to: inventory<20}": `"inventory" is not a figure`,
		"verdict={holdout_seeds: 3}":                              "set",
		"verdict.holdout_seeds={first: 3, count: 9}":              "seed 3 is one that the best point is picked by",
		"verdict.holdout_seeds=few":                               "is not a finite number",
		"search.halving={eta: 1, first: 2}":                       "set",
		"search.halving.eta=3":                                    "first is missing",
	} {
		if _, err := parse(small, set); err == nil || want != "set" && !strings.Contains(err.Error(), want) {
			t.Errorf("--set %s: %v, want one with %q", set, err, want)
		}
	}
	for _, c := range [][2]string{
		{"search: {halving: {eta: 1, first: 2}}", "1 must be at least 2"}, {"search: {halving: {eta: 2, first: 6}}", "leaves nothing to halve"},
		{"search: {halving: {eta: 2, first: 2, last: 5}}", "5 is not the number of seeds, which is 6"}, {"search: {halving: {eta: 2, frist: 2}}", "unknown key frist"},
	} {
		if _, err := parse(small + c[0] + "\n"); err == nil || !strings.Contains(err.Error(), c[1]) {
			t.Errorf("%s: %v, want one with %q", c[0], err, c[1])
		}
	}
}

// Runs that failed and are done again may lead to other finalists and survivors, whose
// runs are then done too; in the end all is as if none had failed, but that the holdout
// seeds may have been used before.
func TestRetryChoosesAgain(t *testing.T) {
	for name, content := range map[string]string{"grid": tested, "halving": halved} {
		set := map[string]string{"grid": "output.timeseries=best", "halving": "output.layout=packed"}[name]
		root, clean := filepath.Join(t.TempDir(), "study"), filepath.Join(t.TempDir(), "clean")
		broken := mustPlan(t, content, set)
		broken.Source = failing{seed: 2}
		if result, err := runStudy(t, broken, root, 2); !errors.Is(err, ErrFailedRuns) || result.Failed != 6 {
			t.Fatalf("%s: error %v, result %+v", name, err, result)
		}
		result, err := Run(context.Background(), mustPlan(t, content, set), Options{Workers: 2, Folder: root, RetryFailed: true, Observer: quiet{}})
		if err != nil || result.Failed != 0 {
			t.Fatalf("%s: error %v, result %+v", name, err, result)
		}
		if _, err := runStudy(t, mustPlan(t, content, set), clean, 1); err != nil {
			t.Fatal(err)
		}
		got, want := files(t, root), files(t, clean)
		for file, content := range want {
			if file != folder.LockName && file != folder.VerdictName && file != folder.ReportName && got[file] != content {
				t.Errorf("%s: %s differs", name, file)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d files, want %d", name, len(got), len(want))
		}
		if err := verifyAll(root); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
