package sweep

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"optmm/engine"
	"optmm/engine/account"
	"optmm/engine/market"
	"optmm/engine/market/synthetic"
	"optmm/engine/param"
	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/present"
	"optmm/sweep/spec"
	"optmm/sweep/spec/spectest"
	"optmm/sweep/store"
	"optmm/sweep/tables"
)

type quiet struct{}

func (quiet) Start(string, int, int) {}

func (quiet) Chunk(int, int, string) {}

func (quiet) Finish() {}

func runStudy(t testing.TB, study *plan.Plan, root string, workers int) (*present.Result, error) {
	t.Helper()
	return Run(context.Background(), study, Options{Workers: workers, Folder: root, Observer: quiet{}})
}

const small = `
name: small
market: {synthetic: {minutes: 60}}
grid: {skew: [0, 0.02], k_fill: [20, 50, 60]}
seeds: {first: 1, count: 6}
baseline: {skew: 0.02, k_fill: 40}
objective: net_pnl
verdict: {holdout_seeds: 0}
output: {figures: false}
`

var whenSection = regexp.MustCompile(`(?s)\n<section id="when".*?</section>`)

// files returns every file below a folder with its content, but for those that
// say who worked there and when, and the section of the page that does.
func files(t testing.TB, root string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == folder.LogName || strings.HasPrefix(entry.Name(), ".lock") {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(root, path)
		found[filepath.ToSlash(name)] = string(whenSection.ReplaceAll(content, nil))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Every file, byte for byte, is the same whatever the number of workers.
func TestResultsDoNotDependOnWorkers(t *testing.T) {
	var first map[string]string
	for _, workers := range []int{1, 2, 8} {
		root := filepath.Join(t.TempDir(), "small")
		if _, err := runStudy(t, mustPlan(t, small, "output.figures=true"), root, workers); err != nil {
			t.Fatal(err)
		}
		now := files(t, root)
		if first == nil {
			first = now
			continue
		}
		if len(now) != len(first) {
			t.Errorf("%d workers leave %d files, one leaves %d", workers, len(now), len(first))
		}
		for name, content := range first {
			if now[name] != content {
				t.Errorf("%d workers: %s differs", workers, name)
			}
		}
	}
}

func TestStudyLeavesWhatItPromises(t *testing.T) {
	root := filepath.Join(t.TempDir(), "small")
	result, err := runStudy(t, mustPlan(t, small, "output.figures=true"), root, 2)
	if err != nil {
		t.Fatal(err)
	}
	found := files(t, root)
	want := []string{"study.yaml", "sweep.lock", "verdict.json", "report.html", "summary.parquet", "summary.csv", "points.parquet", "points.csv", "open.sql", "open.py"}
	for seed := range 6 {
		want = append(want, filepath.ToSlash(store.MarketName(uint32(1+seed), "")))
	}
	for run := range 42 { // 6 points and the baseline, 6 seeds
		want = append(want, filepath.ToSlash(store.RunName(run)))
	}
	for _, role := range []string{"best", "baseline"} {
		for _, figure := range []string{"fig_pnl", "fig_inventory", "fig_inventory_hist", "fig_parity_vs_ml", "fig_fills"} {
			want = append(want, "figures/"+role+"/"+figure+".png", "figures/"+role+"/"+figure+".svg")
		}
	}
	for _, name := range want {
		if found[name] == "" {
			t.Errorf("%s is missing or empty", name)
		}
	}
	if len(found) != len(want) {
		for name := range found {
			if !slices.Contains(want, name) {
				t.Errorf("%s is there and nobody expects it", name)
			}
		}
	}
	if result.Runs != 42 || result.Failed != 0 || result.Baseline.Point != 6 {
		t.Errorf("result %+v", result)
	}
}

// The summary and the run files hold what the engine computes.
func TestFilesHoldWhatTheEngineComputes(t *testing.T) {
	root := filepath.Join(t.TempDir(), "small")
	study := mustPlan(t, small)
	if _, err := runStudy(t, study, root, 2); err != nil {
		t.Fatal(err)
	}
	part := store.NewSummaryPart(study.Grid.Axes(), false)
	whole, err := store.OpenReader(filepath.Join(root, "summary.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	defer whole.Close()
	for i, field := range part.Fields {
		if err := whole.Column(field, &part.Columns[i]); err != nil {
			t.Fatal(err)
		}
	}
	place := func(name string) *store.Column {
		return &part.Columns[slices.IndexFunc(part.Fields, func(f store.Field) bool { return f.Name == name })]
	}
	if part.Rows() != study.Runs() {
		t.Fatalf("%d rows, want %d", part.Rows(), study.Runs())
	}
	digests := map[string]bool{}
	for run := range study.Runs() {
		point, seed := study.RunAt(run)
		params := study.Grid.Params(point)
		m, err := synthetic.Source{}.Market(params.Market, seed.Market)
		if err != nil {
			t.Fatal(err)
		}
		var simulator engine.Simulator
		want, err := simulator.Run(m, &params, seed.Fill)
		if err != nil {
			t.Fatal(err)
		}
		if place("run").Int64s[run] != int64(run) || place("point").Int64s[run] != int64(point) || place("fill_seed").Uint64s[run] != seed.Fill ||
			place("skew").Floats[run] != params.Skew || place("k_fill").Floats[run] != params.KFill ||
			place("net_pnl").Floats[run] != want.NetPnL || place("total_fills").Int64s[run] != int64(want.TotalFills) ||
			place("annualized_sharpe_est").Floats[run] != want.Sharpe.Value || place("status").Texts[run] != "ok" || place("error").Valid[run] {
			t.Fatalf("row %d of the summary is wrong", run)
		}
		digests[place("digest").Texts[run]] = true

		reader, err := store.OpenReader(filepath.Join(root, store.RunName(run)))
		if err != nil {
			t.Fatal(err)
		}
		var pnl, inventory, minute store.Column
		for _, c := range []struct {
			field store.Field
			to    *store.Column
		}{{store.Field{Name: "pnl"}, &pnl}, {store.Field{Name: "inventory", Type: store.Int32}, &inventory}, {store.Field{Name: "minute", Type: store.Int32}, &minute}} {
			if err := reader.Column(c.field, c.to); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(pnl.Floats, simulator.Record().PnL) || !slices.Equal(inventory.Int32s, simulator.Record().Inventory) || minute.Int32s[59] != 59 {
			t.Fatalf("the file of run %d differs from the engine", run)
		}
		if reader.Metadata("skew") != (&param.Parameter{}).Format(param.Value{Number: params.Skew}) || reader.Metadata("market_seed") == "" {
			t.Errorf("run %d has skew %q, market_seed %q in its metadata", run, reader.Metadata("skew"), reader.Metadata("market_seed"))
		}
		if err := reader.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(digests) < study.Runs()/2 { // two settings may come to the same run
		t.Errorf("%d digests for %d runs", len(digests), study.Runs())
	}
}

func TestOutputBestKeepsTwoPoints(t *testing.T) {
	root := filepath.Join(t.TempDir(), "small")
	study := mustPlan(t, small, "output.timeseries=best", "output.columns=[minute, pnl]")
	result, err := runStudy(t, study, root, 2)
	if err != nil {
		t.Fatal(err)
	}
	for run := range study.Runs() {
		point, _ := study.RunAt(run)
		_, err := os.Stat(filepath.Join(root, store.RunName(run)))
		if kept := point == result.Best.Point || point == result.Baseline.Point; kept != (err == nil) {
			t.Errorf("run %d of point %d: file there %v, want %v", run, point, err == nil, kept)
		}
	}
	reader, err := store.OpenReader(filepath.Join(root, store.RunName(result.Best.Point)))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	var column store.Column
	if err := reader.Column(store.Field{Name: "pnl"}, &column); err != nil || len(column.Floats) != 60 {
		t.Errorf("%d values of pnl, error %v", len(column.Floats), err)
	}
	if err := reader.Column(store.Field{Name: "cash"}, &column); err == nil {
		t.Error("cash is there although it was not asked for")
	}
}

func TestOutputNoneKeepsTheTables(t *testing.T) {
	root := filepath.Join(t.TempDir(), "small")
	if _, err := runStudy(t, mustPlan(t, small, "output.timeseries=none"), root, 2); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "runs")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("runs/ is there: %v", err)
	}
	if _, err := os.Stat(filepath.Join(root, "points.csv")); err != nil {
		t.Error(err)
	}
}

// summaryOf runs a study and opens its summary.
func summaryOf(t *testing.T, study *plan.Plan) *tables.Runs {
	t.Helper()
	root := filepath.Join(t.TempDir(), "study")
	if _, err := runStudy(t, study, root, 1); err != nil {
		t.Fatal(err)
	}
	return openedSummary(t, study, root)
}

// openedSummary opens the tables of a complete folder until the test ends.
func openedSummary(t *testing.T, study *plan.Plan, root string) *tables.Runs {
	t.Helper()
	s, err := tables.Open(study, root)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// The same draws serve every point of a seed: a parameter that nothing reacts to
// changes nothing, so differences between points are paired.
func TestPointsShareTheirRandomNumbers(t *testing.T) {
	study := mustPlan(t, "market: {synthetic: {minutes: 60}}\ngrid: {spread_vol_coef: [0], spread_floor: [0.001, 0.002]}\nengine: {spread: 0.05}\nseeds: {first: 1, count: 3}\noutput: {figures: false}\n")
	s := summaryOf(t, study)
	scores, err := s.Figure("net_pnl")
	if err != nil {
		t.Fatal(err)
	}
	for seed := range 3 {
		a, b := scores.Values[seed*scores.Points], scores.Values[seed*scores.Points+1]
		if a != b || math.IsNaN(a) {
			t.Errorf("seed %d: %v and %v differ", seed, a, b)
		}
	}
}

// An interrupted study goes on from what is committed and ends as if it had
// never been interrupted.
func TestInterruptedStudyGoesOn(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "whole")
	if _, err := runStudy(t, mustPlan(t, small), whole, 1); err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(t.TempDir(), "small")
	ctx, cancel := context.WithCancel(context.Background())
	_, err := Run(ctx, mustPlan(t, small), Options{Workers: 2, Folder: root, Observer: &cancelAfter{left: 5, cancel: cancel}})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want that it was canceled", err)
	}
	committed, err := filepath.Glob(filepath.Join(root, "chunks", "*.parquet"))
	if err != nil || len(committed) < 5 || len(committed) >= 42 {
		t.Fatalf("%d chunks are committed, error %v", len(committed), err)
	}
	counter := &cancelAfter{left: math.MaxInt, cancel: func() {}}
	if _, err := Run(context.Background(), mustPlan(t, small), Options{Workers: 2, Folder: root, Observer: counter}); err != nil {
		t.Fatal(err)
	}
	if counter.done != len(committed) {
		t.Errorf("%d runs were taken as done, %d were committed", counter.done, len(committed))
	}
	want, got := files(t, whole), files(t, root)
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s differs from an uninterrupted study's", name)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d files, want %d", len(got), len(want))
	}
}

// cancelAfter cancels after some chunks.
type cancelAfter struct {
	mutex      sync.Mutex
	left, done int
	cancel     func()
}

func (c *cancelAfter) Start(_ string, _, done int) { c.done = done }

func (c *cancelAfter) Chunk(int, int, string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.left--; c.left == 0 {
		c.cancel()
	}
}

func (c *cancelAfter) Finish() {}

func TestFolderOfAnotherStudyIsRefused(t *testing.T) {
	root := filepath.Join(t.TempDir(), "small")
	if _, err := runStudy(t, mustPlan(t, small), root, 1); err != nil {
		t.Fatal(err)
	}
	before := files(t, root)
	_, err := runStudy(t, mustPlan(t, small, "engine.spread=0.03", "name=renamed"), root, 1)
	if err == nil || !strings.Contains(err.Error(), "study.engine.spread: 0.02 there, 0.03 now") || strings.Contains(err.Error(), "renamed") {
		t.Errorf("error %v, want one that names the key and both values", err)
	}
	result, err := runStudy(t, mustPlan(t, small), root, 1)
	if err != nil || !result.Reused {
		t.Errorf("the same study again: %v, %+v", err, result)
	}
	after := files(t, root)
	for name, content := range before {
		if after[name] != content {
			t.Errorf("%s was changed", name)
		}
	}
}

// A fill seed has more bits than a float64: the folder keeps them all.
func TestLargeSeedsKeepTheirBits(t *testing.T) {
	root := filepath.Join(t.TempDir(), "small")
	const seeds = "seeds=[{market: 1, fill: 9007199254740993}, {market: 1, fill: 18446744073709551615}]"
	if _, err := runStudy(t, mustPlan(t, small, seeds), root, 1); err != nil {
		t.Fatal(err)
	}
	if result, err := runStudy(t, mustPlan(t, small, seeds), root, 1); err != nil || !result.Reused {
		t.Errorf("the same seeds again: %v", err)
	}
	if _, err := runStudy(t, mustPlan(t, small, strings.Replace(seeds, "993", "992", 1)), root, 1); err == nil {
		t.Error("a seed that differs in its last bit is taken for the same")
	}
}

// What overflows is a failed run, never a NaN on disk.
func TestExtremeParametersFailTheirRuns(t *testing.T) {
	root := filepath.Join(t.TempDir(), "small")
	result, err := runStudy(t, mustPlan(t, small, "grid.skew=[0, 1.0e308]", "output.figures=true"), root, 1)
	if !errors.Is(err, ErrFailedRuns) || result.Failed != 18 || !strings.Contains(result.Failures[0], "is +Inf: the parameters are too extreme") && !strings.Contains(result.Failures[0], "is -Inf: the parameters are too extreme") {
		t.Fatalf("error %v, result %+v", err, result)
	}
	content, err := os.ReadFile(filepath.Join(root, "summary.csv"))
	if err != nil || strings.Contains(string(content), "NaN") || strings.Contains(string(content), "Inf,") {
		t.Errorf("error %v, summary:\n%s", err, content)
	}
}

func TestFolderThatHoldsNoStudyIsRefused(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "thesis.txt"), []byte("precious"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := runStudy(t, mustPlan(t, small), root, 1)
	if err == nil || !strings.Contains(err.Error(), "is not empty and holds no study") {
		t.Errorf("error %v", err)
	}
	if found := files(t, root); len(found) != 1 {
		t.Errorf("files were left behind: %v", found)
	}
}

// A run that fails is a row; the others go on.
func TestFailingRunsAreRows(t *testing.T) {
	study := mustPlan(t, small)
	study.Source = failing{seed: 2}
	root := filepath.Join(t.TempDir(), "small")
	result, err := runStudy(t, study, root, 2)
	if !errors.Is(err, ErrFailedRuns) {
		t.Fatalf("error %v, want ErrFailedRuns", err)
	}
	if result.Failed != 7 || len(result.Failures) != 5 || !strings.Contains(result.Failures[0], "run 7: no market for seed 2") {
		t.Errorf("%d failed, shown %v", result.Failed, result.Failures)
	}
	if e := result.Best.Statistics["net_pnl"]; e.N != 5 {
		t.Errorf("the best point has %d seeds, want 5", e.N)
	}
	content, err := os.ReadFile(filepath.Join(root, "summary.csv"))
	if err != nil {
		t.Fatal(err)
	}
	undefined := strings.Repeat(",", len(account.Statistics()))
	if row := strings.Split(string(content), "\n")[8]; !strings.HasPrefix(row, "7,0,2,2,0,20"+undefined+",failed,no market for seed 2,") {
		t.Errorf("row of a failed run: %s", row)
	}
}

type failing struct{ seed uint32 }

func (f failing) Market(settings market.Settings, seed uint32) (*market.Market, error) {
	if seed == f.seed {
		return nil, errors.New("no market for seed 2")
	}
	return synthetic.Source{}.Market(settings, seed)
}

func TestPanicIsAFailedRun(t *testing.T) {
	study := mustPlan(t, small)
	study.Source = panicking{}
	root := filepath.Join(t.TempDir(), "small")
	result, err := runStudy(t, study, root, 2)
	if !errors.Is(err, ErrFailedRuns) || result.Failed != 42 || result.Best != nil {
		t.Fatalf("error %v, result %+v", err, result)
	}
	if !strings.Contains(result.Failures[0], "panic: ") {
		t.Errorf("failure %s", result.Failures[0])
	}
	var written strings.Builder
	if err := result.Write(&written); err != nil || !strings.Contains(written.String(), "net_pnl is undefined in every run: there is no best point") {
		t.Errorf("error %v, printed %s", err, written.String())
	}
}

type panicking struct{}

func (panicking) Market(market.Settings, uint32) (*market.Market, error) { panic("out of luck") }

func TestRecordedStudyMovesWithItsData(t *testing.T) {
	root := filepath.Join(t.TempDir(), "csv")
	study, err := folder.Load("../configs/csv.yaml", []string{"seeds.count=2", "output.figures=false"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := runStudy(t, study, root, 2); err != nil {
		t.Fatal(err)
	}
	again, err := folder.Load(filepath.Join(root, "study.yaml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	result, err := runStudy(t, again, root, 2)
	if err != nil || !result.Reused {
		t.Errorf("the resolved study is not the study: %v", err)
	}
}

// What a plan says of the disk is within a tenth of what the study takes.
func TestPlanKnowsTheBytes(t *testing.T) {
	for _, set := range [][]string{
		{"output.columns=own"},
		{"output.columns=[minute, pnl, inventory, underlying]"},
		{"output.layout=packed"},
		{"output.timeseries=best", "verdict.holdout_seeds=3", "market.synthetic.minutes=6000"},
		{"grid.daily_vol=[0.01, 0.015, 0.02, 0.025]", "baseline.daily_vol=0.02", "grid.k_fill=[40]", "grid.spread=[0.02]"},
	} {
		study, err := folder.Load("../configs/grid.yaml", append([]string{"seeds.count=3", "verdict.holdout_seeds=0", "output.figures=false"}, set...))
		if err != nil {
			t.Fatal(err)
		}
		root := filepath.Join(t.TempDir(), "study")
		if _, err := runStudy(t, study, root, 2); err != nil {
			t.Fatal(err)
		}
		bytes := int64(0)
		filepath.WalkDir(root, func(_ string, entry fs.DirEntry, _ error) error {
			if information, err := entry.Info(); err == nil && information.Mode().IsRegular() {
				bytes += information.Size()
			}
			return nil
		})
		if share := float64(study.Estimate().Bytes) / float64(bytes); share < 0.9 || share > 1.1 {
			t.Errorf("%v: %d bytes are planned, %d are there: %.3f of them", set, study.Estimate().Bytes, bytes, share)
		}
	}
	var plan strings.Builder
	if err := mustPlan(t, small, "seeds.count=100000", "output.timeseries=all").WritePlan(&plan, 2); err != nil || !strings.Contains(plan.String(), "output.timeseries=best would take") {
		t.Errorf("%v: the plan names nothing that takes less:\n%s", err, plan.String())
	}
}

func TestPlanRunsNothing(t *testing.T) {
	study := mustPlan(t, "grid: {skew: {linspace: [0, 1, 1000]}, k_fill: {linspace: [1, 2, 1000]}, spread: {linspace: [0, 1, 1000]}}\n"+twoSeeds)
	var written strings.Builder
	if err := study.WritePlan(&written, 2); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"points          1000000000\n", "runs            2000000048 in ", "skew     1000 values   0, 0.001001001001001001"} {
		if !strings.Contains(written.String(), want) {
			t.Errorf("the plan lacks %q:\n%s", want, written.String())
		}
	}
}

// Chunks cover every run once.
func TestChunksCoverTheRuns(t *testing.T) {
	for _, content := range []string{small, twoSeeds, "seeds: {first: 0, count: 100003}\nmarket: {synthetic: {minutes: 2}}\noutput: {timeseries: none}\n"} {
		study := mustPlan(t, content)
		next := 0
		for chunk := range study.ChunkCount() {
			first, end := study.RunsOfChunk(chunk)
			if first != next || end <= first || end-first > 16_384 {
				t.Fatalf("chunk %d is runs %d to %d, the one before ended at %d", chunk, first, end, next)
			}
			next = end
		}
		if next != study.Runs() {
			t.Errorf("chunks end at run %d of %d", next, study.Runs())
		}
	}
}

func BenchmarkSweep(b *testing.B) {
	study := mustPlan(b, strings.ReplaceAll(small, "minutes: 60", "minutes: 1000"))
	for b.Loop() {
		root := b.TempDir()
		if _, err := runStudy(b, study, filepath.Join(root, "x"), 2); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*float64(study.Runs())/b.Elapsed().Seconds(), "runs/s")
}

const twoSeeds = "seeds: {first: 1, count: 2}\n"

// planName is the file that says which study a folder holds while it is not complete.
const planName = "chunks/plan.json"

func parse(content string, overrides ...string) (*spec.Study, error) {
	return spec.Parse("study.yaml", []byte(content), overrides, spec.Files())
}

// mustPlan lays out the runs of a study's content.
func mustPlan(t testing.TB, content string, overrides ...string) *plan.Plan {
	t.Helper()
	return plan.New(spectest.Parse(t, content, overrides...))
}
