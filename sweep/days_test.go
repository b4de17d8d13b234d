package sweep

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"optmm/sweep/folder"
	"optmm/sweep/judge"
	"optmm/sweep/plan"
	"optmm/sweep/present"
	"optmm/sweep/store"
	"optmm/sweep/tables"
)

// daysStudy is on the days of testdata/days, under two seeds of fills each.
const daysStudy = `
name: days
market: {recorded: {files: ../testdata/days/quotes/*.csv, trades: ../testdata/days/trades/*.csv}}
engine: {fill_model: exponential, arrival_rate: 0.05, intensity_decay: 1, price_scale: half_spread, quote_model: shift, quote_size: 2, hedge_model: on_fill}
grid: {spread_mult: [0.8, 1, 1.5], inventory_skew: [0, 0.002]}
seeds: {first: 5, count: 2}
baseline: {spread_mult: 1, inventory_skew: 0}
objective: net_pnl
search: {walk_forward: {train: 3d, test: 2d}}
output: {timeseries: all}
`

func findingsOf(t *testing.T, p *plan.Plan, root string) *judge.Findings {
	t.Helper()
	s, err := tables.Open(p, root)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	j, err := judge.Study(s, &folder.Lock{})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// A study over days runs every point on each of them, keeps the last from the picking, gives the
// same results whatever the workers, is repeated from its lock, and is verified; what it
// compares is days.
func TestStudyOverDays(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	p := mustPlan(t, daysStudy)
	if p.Units() != 7 || p.HoldoutUnits() != 5 || p.RunsPerUnit() != 2 || p.Unit() != "day" || p.Runs() != 6*7*2+6*5*2 {
		t.Fatalf("%d days, %d of holdout, %d runs", p.Units(), p.HoldoutUnits(), p.Runs())
	}
	one, three := filepath.Join(t.TempDir(), "one"), filepath.Join(t.TempDir(), "three")
	for root, workers := range map[string]int{one: 1, three: 3} {
		if _, err := runStudy(t, mustPlan(t, daysStudy), root, workers); err != nil {
			t.Fatal(err)
		}
	}
	lock, _, err := folder.Read(one)
	if err != nil {
		t.Fatal(err)
	}
	other, _, err := folder.Read(three)
	if err != nil || lock.Digest != other.Digest {
		t.Errorf("one worker gives %s, three %s, error %v", lock.Digest, other.Digest, err)
	}
	if err := verifyAll(one); err != nil {
		t.Error(err)
	}
	if len(lock.Data.Days) != 12 || lock.Data.Days[0].Name != "2024-01-02" {
		t.Errorf("the lock has the days %+v", lock.Data.Days)
	}
	again, err := folder.Load(filepath.Join(one, folder.LockName), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := runStudy(t, again, filepath.Join(t.TempDir(), "again"), 2); err != nil {
		t.Error(err)
	}
	bare, err := lock.PlanWithoutData(folder.LockName, one)
	if err != nil {
		t.Fatal(err)
	}
	without, _, err := bare.Identity()
	if err != nil {
		t.Fatal(err)
	}
	if with, _, err := p.Identity(); err != nil || fmt.Sprint(with) != fmt.Sprint(without) {
		t.Errorf("error %v; without its data the study is %v, with it %v", err, without, with)
	}
	if _, err := Report(one); err != nil {
		t.Error(err)
	}
	p = mustPlan(t, daysStudy)
	if err := lock.Settle(p); err != nil {
		t.Fatal(err)
	}
	j := findingsOf(t, p, one)
	if j.Difference.N != 7 || j.Difference.Degrees != 2 {
		t.Errorf("the best is compared over %d days, with %d degrees of freedom", j.Difference.N, j.Difference.Degrees)
	}
	if j.Walk == nil || j.Walk.Err != nil || len(j.Walk.Folds) != 2 || j.Walk.Advantage().N != 4 {
		t.Errorf("the walk-forward is %+v", j.Walk)
	}
	checkDayRows(t, p, one)
	page, err := os.ReadFile(filepath.Join(one, folder.ReportName))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Walk-forward", "The point that each fold picks", "7 days", "holdout days"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page does not have %q", want)
		}
	}
}

// checkDayRows holds the table of runs to what days are: the same for all points, with fills of
// their own, and a day's score is the mean over its seeds.
func checkDayRows(t *testing.T, p *plan.Plan, root string) {
	t.Helper()
	s, err := tables.Open(p, root)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	days, err := s.Texts("day")
	if err != nil {
		t.Fatal(err)
	}
	profits, err := s.Values("net_pnl")
	if err != nil {
		t.Fatal(err)
	}
	objective, err := s.Objective()
	if err != nil {
		t.Fatal(err)
	}
	fills := map[uint64]string{}
	for run, day := range days {
		point, seed := p.RunAt(run)
		if want := p.Days.List[seed.Market].Name; day != want {
			t.Errorf("run %d is on %s, want %s", run, day, want)
		}
		if other, seen := fills[seed.Fill]; seen && other != day {
			t.Errorf("fill seed %d is on %s and %s", seed.Fill, other, day)
		}
		fills[seed.Fill] = day
		if run < 6*7*2 {
			first := run / 12 * 12
			mean := (profits[first+point] + profits[first+6+point]) / 2
			if got := objective.Values[run/12*6+point]; math.Abs(got-mean) > 1e-9 {
				t.Errorf("the score of point %d on %s is %v, want %v", point, day, got, mean)
			}
		}
	}
}

// errorOfDays is the standard error of a mean over days by the equal-weighted cosine estimator,
// written once more.
func errorOfDays(values []float64) float64 {
	n := float64(len(values))
	terms := math.Max(2, math.Floor(0.4*math.Pow(n, 2.0/3)))
	sum := 0.0
	for j := 1.0; j <= terms; j++ {
		term := 0.0
		for day, x := range values {
			term += x * math.Cos(math.Pi*j*(float64(day)+0.5)/n)
		}
		sum += term * term * 2 / n
	}
	return math.Sqrt(sum / terms / n)
}

// A fold in whose training no point meets the constraints picks none and does not trade, which the
// verdict says; where the objective is defined on too few days there is no walk-forward, which it says too.
func TestFoldsWithoutAPoint(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	judged := func(objective string) (*judge.Findings, []any, []map[string]any) {
		t.Helper()
		root := filepath.Join(t.TempDir(), "study")
		p := mustPlan(t, strings.Replace(daysStudy, "objective: net_pnl", "objective: "+objective, 1), "output.timeseries=none", "output.figures=false")
		if _, err := runStudy(t, p, root, 2); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(filepath.Join(root, "verdict.json"))
		if err != nil {
			t.Fatal(err)
		}
		var document struct {
			Walk struct {
				Picked []any            `json:"picked"`
				ByDay  []map[string]any `json:"by_day"`
			} `json:"walk_forward"`
		}
		if err := json.Unmarshal(content, &document); err != nil {
			t.Fatal(err)
		}
		return findingsOf(t, p, root), document.Walk.Picked, document.Walk.ByDay
	}
	j, picked, byDay := judged("{maximize: net_pnl, subject_to: [total_fills >= 42]}") // on the days of the first fold alone
	if j.Walk.Picked[0] < 0 || j.Walk.Picked[1] >= 0 {
		t.Fatalf("the folds pick %v, want a point and none", j.Walk.Picked)
	}
	if len(picked) != 2 || picked[0] != float64(j.Walk.Picked[0]) || picked[1] != nil {
		t.Errorf("verdict.json has %v picked, want %v and null", picked, j.Walk.Picked[0])
	}
	if len(byDay) != len(j.Walk.Days) {
		t.Fatalf("verdict.json has %d days of the walk-forward, want %d", len(byDay), len(j.Walk.Days))
	}
	for i, day := range byDay {
		mine, theirs := j.Walk.Profit.Values[2*i], j.Walk.Profit.Values[2*i+1]
		if day["day"] != j.Walk.Names[j.Walk.Days[i]] || day["net_pnl_baseline"] != theirs || day["net_pnl_picking"] != mine && !(math.IsNaN(mine) && day["net_pnl_picking"] == nil) {
			t.Errorf("day %d: %v, want %v and %v", i, day, mine, theirs)
		}
	}
	if words := strings.Join(j.Words(), "\n"); !strings.Contains(words, "its 2 folds picked 1 point; 1 fold picked none") {
		t.Errorf("the words are\n%s", words)
	}
	j, _, _ = judged("net_pnl / (net_pnl - net_pnl)")
	if warnings := strings.Join(j.Warnings(), "\n"); !strings.Contains(warnings, "there is no walk-forward over the 0 days whose objective is defined") {
		t.Errorf("the warnings are\n%s", warnings)
	}
}

// The errors of the table of points are those of days, and a walk-forward under constraints picks by
// what its training days alone show.
func TestErrorsAndConstraintsOverDays(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	const most = 18
	root := filepath.Join(t.TempDir(), "constrained")
	study := strings.Replace(daysStudy, "objective: net_pnl", fmt.Sprintf("objective: {maximize: net_pnl, subject_to: [max_inventory <= %d]}", most), 1)
	p := mustPlan(t, study)
	if _, err := runStudy(t, p, root, 2); err != nil {
		t.Fatal(err)
	}
	s, err := tables.Open(p, root)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	profits, err := s.Figure("net_pnl")
	if err != nil {
		t.Fatal(err)
	}
	inventories, err := s.Figure("max_inventory")
	if err != nil {
		t.Fatal(err)
	}
	at := func(values []float64, point, day int) float64 { return values[6*day+point] }
	reader, err := store.OpenReader(filepath.Join(root, "points.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	var errorsOfPoints store.Column
	if err := reader.Column(store.Field{Name: "diff_se", Nullable: true}, &errorsOfPoints); err != nil {
		t.Fatal(err)
	}
	baseline, _ := p.Grid.Baseline()
	for point := range 6 {
		var differences []float64
		for day := range 7 {
			differences = append(differences, at(profits.Values, point, day)-at(profits.Values, baseline, day))
		}
		if want := errorOfDays(differences); math.Abs(errorsOfPoints.Floats[point]-want) > 1e-9*math.Max(1, want) {
			t.Errorf("point %d: diff_se %v, want %v", point, errorsOfPoints.Floats[point], want)
		}
	}
	mean := func(values []float64, point, first, end int) (sum float64) {
		for day := first; day < end; day++ {
			sum += at(values, point, day) / float64(end-first)
		}
		return sum
	}
	j := findingsOf(t, p, root)
	infeasible := 0
	for i, fold := range j.Walk.Folds {
		best := -1
		for point := range 6 {
			if mean(inventories.Values, point, fold.TrainFirst, fold.TrainEnd) > most {
				infeasible++
				continue
			}
			if best < 0 || mean(profits.Values, point, fold.TrainFirst, fold.TrainEnd) > mean(profits.Values, best, fold.TrainFirst, fold.TrainEnd) {
				best = point
			}
		}
		if j.Walk.Picked[i] != best {
			t.Errorf("fold %d picks point %d, want %d", i, j.Walk.Picked[i], best)
		}
	}
	if infeasible == 0 || infeasible == 6*len(j.Walk.Folds) {
		t.Errorf("the constraint decides nothing: %d infeasible", infeasible)
	}
}

// A broken day fails its runs and no others, and is left out of the comparison.
func TestBrokenDayFailsItsRuns(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS("../testdata/days/quotes")); err != nil {
		t.Fatal(err)
	}
	study := strings.Replace(strings.Replace(daysStudy, ", trades: ../testdata/days/trades/*.csv", "", 1), "../testdata/days/quotes", copied, 1)
	whole, broken := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "broken")
	if _, err := runStudy(t, mustPlan(t, study), whole, 2); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(copied, "2024-01-04.csv"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p := mustPlan(t, study)
	result, err := runStudy(t, p, broken, 2)
	if !errors.Is(err, ErrFailedRuns) || result.Failed != 12 {
		t.Fatalf("error %v, %d failed", err, result.Failed)
	}
	rows := func(root string) []string {
		content, err := os.ReadFile(filepath.Join(root, "summary.csv"))
		if err != nil {
			t.Fatal(err)
		}
		return strings.Split(string(content), "\n")
	}
	before, after := rows(whole), rows(broken)
	for i, row := range after {
		of := strings.Contains(row, "2024-01-04")
		if of != strings.Contains(row, "2024-01-04.csv: the file is empty") || !of && row != before[i] {
			t.Errorf("row %d is %s, of the whole study %s", i, row, before[i])
		}
	}
	j := findingsOf(t, p, broken)
	if d := j.Scores.Compare(0, j.Baseline); d.N != 6 || j.Compared != 5 {
		t.Errorf("compared over %d days, %d points", d.N, j.Compared)
	}
	if warnings := strings.Join(j.Warnings(), "\n"); !strings.Contains(warnings, "1 day of 12 cannot be simulated, and their runs failed; the first is 2024-01-04: 2024-01-04.csv: the file is empty") {
		t.Errorf("the warnings are %s", warnings)
	}
	if err := verifyAll(broken); err != nil {
		t.Error(err)
	}
}

// Where recorded trades fill the quotes, the law that is fitted to them is shown for comparison.
// It knows of no informed trader, and the days have them: its fills keep what they earned at once.
func TestLawIsComparedWithTrades(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	root := filepath.Join(t.TempDir(), "trades")
	study := strings.Replace(daysStudy, "{fill_model: exponential, arrival_rate: 0.05, intensity_decay: 1, price_scale: half_spread, ", "{fill_model: trades, queue: front, ", 1)
	study = strings.Replace(study, "count: 2", "count: 1", 1)
	if _, err := runStudy(t, mustPlan(t, study), root, 2); err != nil {
		t.Fatal(err)
	}
	lock, _, err := folder.Read(root)
	if err != nil || lock.Law == nil {
		t.Fatalf("law %v, error %v", lock.Law, err)
	}
	law := lock.Law
	if law.Rate < 0.02 || law.Rate > 0.06 || law.Decay < 0.5 || law.Decay > 1.2 {
		t.Errorf("the law is %+v; the noise has 0.03 and 0.8", law)
	}
	for _, point := range law.Points {
		edge, late := slices.Index(law.Figures, "mean_edge"), slices.Index(law.Figures, "markout_5")
		if kept := *point.Law[late] / *point.Law[edge]; kept < 0.6 || kept > 1.6 {
			t.Errorf("%s: by the law %v of the edge is left after five minutes", point.Role, kept)
		}
		if *point.Trades[late] > 0.7**point.Trades[edge] {
			t.Errorf("%s: by the trades %v of the edge %v is left after five minutes", point.Role, *point.Trades[late], *point.Trades[edge])
		}
	}
	page, err := os.ReadFile(filepath.Join(root, folder.ReportName))
	if err != nil || !strings.Contains(string(page), "Filled by recorded trades, and by the exponential law") {
		t.Errorf("error %v, or the page has no comparison", err)
	}
	var out strings.Builder
	if err := CheckLaw(t.Context(), &out, mustPlan(t, study)); err != nil || !strings.Contains(out.String(), "markout_30") {
		t.Errorf("error %v: %s", err, out.String())
	}
	if err := CheckLaw(t.Context(), &out, mustPlan(t, daysStudy)); err == nil {
		t.Error("a study of the law is compared with trades")
	}
}

// Carried positions make one history of all days.
func TestCarriedPositions(t *testing.T) {
	study := strings.NewReplacer("trades: ../testdata/days/trades/*.csv", "carry_positions: true", "search: {walk_forward: {train: 3d, test: 2d}}\n", "").Replace(daysStudy)
	p := mustPlan(t, study)
	if p.OverDays() || p.Minutes() != 12*60 || p.Seeds.Len() != 2 {
		t.Errorf("over days %v, %d minutes, %d seeds", p.OverDays(), p.Minutes(), p.Seeds.Len())
	}
	root := filepath.Join(t.TempDir(), "carried")
	if _, err := runStudy(t, p, root, 2); err != nil {
		t.Fatal(err)
	}
	result, err := present.Load(p, root)
	if err != nil || !slices.ContainsFunc(result.Warnings, func(w string) bool { return strings.Contains(w, "one recorded history") }) {
		t.Errorf("error %v, warnings %v", err, result.Warnings)
	}
	reader, err := store.OpenReader(filepath.Join(root, store.RunName(0)))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if reader.Rows() != 12*60 {
		t.Errorf("a run has %d minutes", reader.Rows())
	}
}
