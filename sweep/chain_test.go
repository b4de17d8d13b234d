package sweep

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"optmm/sweep/fault"
	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/store"
	"optmm/sweep/verify"
)

const smallChain = `
name: small-chain
market: {synthetic: {market_model: gbm, minutes: 40, strikes: 2, options: both, smile_curvature: 1}}
engine: {quote_model: glft, fill_model: exponential, arrival_rate: 1, price_scale: half_spread, option_fee_per_contract: 0.1, hedge_cost_bps: 1}
grid: {risk_aversion: [0.1, 1], intensity_decay: [1, 2]}
seeds: {first: 1, count: 3}
baseline: {risk_aversion: 1, intensity_decay: 2}
objective: net_pnl
output: {option_summary: true, figures: false}
`

func chainStudy(t testing.TB, overrides ...string) *plan.Plan {
	t.Helper()
	return mustPlan(t, smallChain, overrides...)
}

func verifyAll(root string) error {
	_, err := verify.Study(context.Background(), verify.Settings{Folder: root, Workers: 2})
	return err
}

// A study of a chain leaves a table of the book and of the options of each run, and
// the options' figures by chunk, the same whatever the workers, and verify agrees.
func TestChainLeavesWhatItPromises(t *testing.T) {
	one, two := filepath.Join(t.TempDir(), "one"), filepath.Join(t.TempDir(), "two")
	study := chainStudy(t)
	for root, workers := range map[string]int{one: 1, two: 2} {
		if _, err := runStudy(t, study, root, workers); err != nil {
			t.Fatal(err)
		}
	}
	sameFiles(t, one, two)
	if err := verifyAll(one); err != nil {
		t.Error(err)
	}
	found := files(t, one)
	for run := range 12 {
		for _, name := range []string{store.RunName(run), store.OptionsName(run)} {
			if _, ok := found[filepath.ToSlash(name)]; !ok {
				t.Errorf("%s is missing", name)
			}
		}
	}
	reader, err := store.OpenReader(filepath.Join(one, store.OptionsName(5)))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	columns, err := reader.RunColumns(0)
	if err != nil || reader.Rows() != 4*40 {
		t.Fatalf("%d rows, want 4 options of 40 minutes; error %v", reader.Rows(), err)
	}
	for _, column := range columns {
		if column.Field.Name == "right" && (column.Column.Texts[0] != "call" || column.Column.Texts[40] != "put") {
			t.Errorf("the first options are %s and %s", column.Column.Texts[0], column.Column.Texts[40])
		}
	}
}

// Of every run the options' P&L, with the hedges', is the run's.
func TestOptionsAddUpToTheRun(t *testing.T) {
	root := filepath.Join(t.TempDir(), "study")
	study := chainStudy(t, "output.timeseries=none")
	if _, err := runStudy(t, study, root, 2); err != nil {
		t.Fatal(err)
	}
	byOption := map[int64]float64{}
	for chunk := range study.ChunkCount() {
		reader, err := store.OpenReader(filepath.Join(root, store.OptionPartName(chunk)))
		if err != nil {
			t.Fatal(err)
		}
		columns, err := reader.Columns(0, []store.Field{{Name: "run", Type: store.Int64}, {Name: "pnl"}})
		if err != nil {
			t.Fatal(err)
		}
		for i, run := range columns[0].Column.Int64s {
			byOption[run] += columns[1].Column.Floats[i]
		}
		reader.Close()
	}
	s := openedSummary(t, study, root)
	value := map[string][]float64{}
	for _, name := range []string{"net_pnl", "hedge_pnl", "hedge_costs", "total_fills"} {
		values, err := s.Values(name)
		if err != nil {
			t.Fatal(err)
		}
		value[name] = values
	}
	for run := range study.Runs() {
		got, want := byOption[int64(run)]+value["hedge_pnl"][run]-value["hedge_costs"][run], value["net_pnl"][run]
		if math.Abs(got-want) > 1e-9*(1+math.Abs(want)) || value["total_fills"][run] == 0 {
			t.Errorf("run %d: options and hedges come to %v, net_pnl is %v (%v fills)", run, got, want, value["total_fills"][run])
		}
	}
	if err := verifyAll(root); err != nil {
		t.Error(err)
	}
}

// Damage to the files of the options is found, and what is gone is made again.
func TestVerifyFindsDamagedOptions(t *testing.T) {
	root := filepath.Join(t.TempDir(), "study")
	study := chainStudy(t)
	if _, err := runStudy(t, study, root, 1); err != nil {
		t.Fatal(err)
	}
	for name, neighbor := range map[string]string{store.OptionsName(7): store.OptionsName(6), store.OptionPartName(7): store.OptionPartName(6)} {
		path := filepath.Join(root, name)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		another, err := os.ReadFile(filepath.Join(root, neighbor))
		if err != nil {
			t.Fatal(err)
		}
		for what, change := range map[string]func() error{
			"another's": func() error { return os.WriteFile(path, another, 0o644) },
			"gone":      func() error { return os.Remove(path) },
		} {
			if err := change(); err != nil {
				t.Fatal(err)
			}
			var mismatch *fault.MismatchError
			if err := verifyAll(root); !errors.As(err, &mismatch) {
				t.Errorf("%s %s: error %v, want a mismatch", name, what, err)
			}
			if err := os.WriteFile(path, whole, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		result, err := runStudy(t, study, root, 1)
		if err != nil || result.Restored != 1 {
			t.Fatalf("%s: %+v restored, error %v", name, result, err)
		}
		again, err := os.ReadFile(path)
		if err != nil || string(again) != string(whole) {
			t.Errorf("%s is not made again as it was: %v", name, err)
		}
	}
	if err := verifyAll(root); err != nil {
		t.Error(err)
	}
}

func TestChainOutputs(t *testing.T) {
	best := filepath.Join(t.TempDir(), "best")
	study := chainStudy(t, "output.timeseries=best", "output.figures=true")
	result, err := runStudy(t, study, best, 2)
	if err != nil {
		t.Fatal(err)
	}
	found := files(t, best)
	kept := 0
	for name := range found {
		if strings.HasPrefix(name, "options/") {
			kept++
		}
	}
	if want := 6; kept != want || result.Best.Point == result.Baseline.Point {
		t.Errorf("%d runs keep their options, want those of two points under three seeds (best %d, baseline %d)", kept, result.Best.Point, result.Baseline.Point)
	}
	for _, figure := range []string{"fig_pnl", "fig_inventory", "fig_inventory_hist", "fig_parity_vs_ml", "fig_vega", "fig_delta"} {
		if _, ok := found["figures/best/"+figure+".svg"]; !ok {
			t.Errorf("%s is missing", figure)
		}
	}
	if err := verifyAll(best); err != nil {
		t.Error(err)
	}
	packed := filepath.Join(t.TempDir(), "packed")
	if _, err := runStudy(t, chainStudy(t, "output.layout=packed"), packed, 2); err != nil {
		t.Fatal(err)
	}
	if err := verifyAll(packed); err != nil {
		t.Error(err)
	}
	for _, c := range []struct{ overrides, want string }{
		{"output.layout=packed output.options=true", "output.options: packed files hold only the book"},
		{"output.timeseries=none output.options=true", "output.options: timeseries: none keeps no minutes"},
		{"market.synthetic.strikes=1 market.synthetic.options=calls", "output.option_summary: the market has one option"},
		{"grid.options=[calls,both] market.synthetic.strikes=1", "options is swept here and fixed"},
	} {
		_, err := parse(smallChain, strings.Fields(c.overrides)...)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.overrides, err, c.want)
		}
	}
	mixed := strings.Replace(smallChain, "strikes: 2, options: both, ", "", 1)
	mixed = strings.Replace(mixed, "arrival_rate: 1,", "arrival_rate: 1, intensity_decay: 1,", 1)
	mixed = strings.Replace(mixed, "intensity_decay: [1, 2]}", "options: [calls, both]}", 1)
	mixed = strings.Replace(mixed, ", intensity_decay: 2}", "}", 1)
	if _, err := parse(mixed); err == nil || !strings.Contains(err.Error(), "has one option and others have several") {
		t.Errorf("one option and several: error %v", err)
	}
}

const recordedChainStudy = `
name: recorded
market: {recorded: {files: ../testdata/chain/small.csv, stale_minutes: 5}}
engine: {quote_model: glft, fill_model: exponential, arrival_rate: 1, intensity_decay: 1, price_scale: half_spread}
grid: {risk_aversion: [0.1, 1]}
seeds: {first: 1, count: 2}
objective: net_pnl
output: {figures: false, option_summary: true}
`

// A study over a recorded chain has the chain's defaults, is repeated from its lock,
// and can be looked at without its data.
func TestRecordedChain(t *testing.T) {
	study := mustPlan(t, recordedChainStudy)
	params := study.Grid.Params(0)
	if params.Market.ImpliedVol.Set || params.Market.Clock != "act365" || params.Spread.Set || !study.IsChain() {
		t.Errorf("defaults %+v", params.Market)
	}
	root := filepath.Join(t.TempDir(), "study")
	if _, err := runStudy(t, study, root, 2); err != nil {
		t.Fatal(err)
	}
	again, err := folder.Load(filepath.Join(root, folder.LockName), nil)
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "other")
	if _, err := runStudy(t, again, other, 1); err != nil {
		t.Fatal(err)
	}
	if err := verifyAll(other); err != nil {
		t.Error(err)
	}
	var out strings.Builder
	if same, err := verify.Diff(&out, root, []string{other}, false); err != nil || !same {
		t.Errorf("%v: %s", err, out.String())
	}
	lock, _, err := folder.Read(root)
	if err != nil || lock.Data.Form != "chain" {
		t.Fatalf("form %q, error %v", lock.Data.Form, err)
	}
	bare, err := lock.PlanWithoutData(folder.LockName, root)
	if err != nil {
		t.Fatal(err)
	}
	without, _, err := bare.Identity()
	if err != nil {
		t.Fatal(err)
	}
	if with, _, err := study.Identity(); err != nil || !reflect.DeepEqual(without, with) {
		t.Errorf("error %v; without its data the study is %v, with it %v", err, without, with)
	}
	if _, err := parse(recordedChainStudy, "market.recorded.rate=unset"); err != nil {
		t.Errorf("a chain has no rate: %v", err)
	}
	if _, err := parse(small, "market.synthetic.rate=unset"); err == nil || !strings.Contains(err.Error(), "rate needs a value: only a recorded chain implies one") {
		t.Errorf("a synthetic market has the rate: %v", err)
	}
}

// The same quotes in several files, with the prices of the underlying in another, are the same
// runs; the study is repeated from its lock wherever they lie, and no longer when one differs.
func TestChainOfSeveralFiles(t *testing.T) {
	content, err := os.ReadFile("../testdata/chain/small.csv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(content), "\n")
	folderOf := t.TempDir()
	files, header, prices := map[string]string{}, "", "timestamp,price\n"
	for _, line := range lines {
		cells := strings.SplitN(line, ",", 3)
		switch {
		case line == "":
		case header == "":
			header = "timestamp," + cells[2]
		default:
			name := cells[0][:10] + ".csv"
			if files[name] == "" {
				files[name] = header
			}
			files[name] += cells[0] + "," + cells[2]
			if price := cells[0] + "," + cells[1] + "\n"; !strings.HasSuffix(prices, price) {
				prices += price
			}
		}
	}
	files["spot.txt"] = prices
	write := func(folder string) {
		t.Helper()
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	write(folderOf)
	study := mustPlan(t, recordedChainStudy, "market.recorded.files="+filepath.Join(folderOf, "*.csv"), "market.recorded.underlying="+filepath.Join(folderOf, "spot.txt"))
	whole, split := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "split")
	for root, study := range map[string]*plan.Plan{whole: mustPlan(t, recordedChainStudy), split: study} {
		if _, err := runStudy(t, study, root, 2); err != nil {
			t.Fatal(err)
		}
	}
	of := func(root string) *folder.Lock {
		t.Helper()
		lock, _, err := folder.Read(root)
		if err != nil {
			t.Fatal(err)
		}
		return lock
	}
	if a, b := of(whole), of(split); a.Digest != b.Digest || len(b.Data.Files) != 3 || a.StudyHash == b.StudyHash {
		t.Errorf("digests %s and %s, %d files", a.Digest, b.Digest, len(b.Data.Files))
	}
	moved := t.TempDir()
	write(moved)
	days := fmt.Sprintf(`market.recorded.files=[%q, %q]`, filepath.Join(moved, "2024-07-01.csv"), filepath.Join(moved, "2024-07-02.csv"))
	lock := filepath.Join(split, folder.LockName)
	again, err := folder.Load(lock, []string{days})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := runStudy(t, again, filepath.Join(t.TempDir(), "again"), 1); err != nil {
		t.Error(err)
	}
	if _, err := folder.Load(lock, []string{"market.recorded.files=" + filepath.Join(moved, "2024-07-01.csv")}); err == nil || !strings.Contains(err.Error(), "the study has 2 files of quotes, and 1 are named") {
		t.Errorf("error %v", err)
	}
	if err := verifyAll(split); err != nil {
		t.Error(err)
	}
	files["spot.txt"] += "2024-07-03T13:31:00Z,100\n"
	write(folderOf)
	if _, err := folder.Load(lock, nil); err == nil || !strings.Contains(err.Error(), "data.sha256") || !strings.Contains(err.Error(), "data.files.3 (underlying): ") || strings.Contains(err.Error(), "data.files.1") {
		t.Errorf("with other prices: error %v", err)
	}
	if _, err := of(split).PlanWithoutData(folder.LockName, split); err != nil {
		t.Error(err)
	}
}

// Columns of the book alone leave no table of the options; columns of the options
// alone are refused before anything runs.
func TestColumnsOfChains(t *testing.T) {
	for _, columns := range []string{"[cash]", "[minute, pnl]", "[minute, bid]"} {
		for _, kept := range []string{"all", "best"} {
			root := filepath.Join(t.TempDir(), "study")
			study := chainStudy(t, "output.columns="+columns, "output.timeseries="+kept)
			if _, err := runStudy(t, study, root, 2); err != nil {
				t.Fatal(err)
			}
			if err := verifyAll(root); err != nil {
				t.Errorf("%s, %s: %v", columns, kept, err)
			}
			if again, err := runStudy(t, study, root, 2); err != nil || again.Restored > 0 {
				t.Errorf("%s, %s: %d files restored, error %v", columns, kept, again.Restored, err)
			}
			_, err := os.Stat(filepath.Join(root, store.OptionsName(0)))
			if want := columns != "[cash]"; kept == "all" && (err == nil) != want {
				t.Errorf("%s, %s: a table of options %v, want %v", columns, kept, err == nil, want)
			}
		}
	}
	for overrides, want := range map[string]string{
		"output.columns=[bid]":                      "output.columns: of a chain, name a column of the book too",
		"output.columns=[cash] output.options=true": "output.options: output.columns names no column of the options",
	} {
		if _, err := parse(smallChain, strings.Fields(overrides)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v", overrides, err)
		}
	}
}

// The options' figures of a packed study are made again too, and a file that is not
// the study's is found.
func TestLostOptionFiguresOfPackedStudies(t *testing.T) {
	root := filepath.Join(t.TempDir(), "study")
	study := chainStudy(t, "output.layout=packed")
	if _, err := runStudy(t, study, root, 1); err != nil {
		t.Fatal(err)
	}
	before := files(t, root)
	for _, gone := range [][]string{{store.OptionPartName(3)}, {store.PackedName(3)}, {store.OptionPartName(4), store.PackedName(4)}} {
		for _, name := range gone {
			if err := os.Remove(filepath.Join(root, name)); err != nil {
				t.Fatal(err)
			}
		}
		result, err := runStudy(t, study, root, 1)
		if err != nil || result.Restored != len(gone) {
			t.Fatalf("%v: %+v, error %v", gone, result, err)
		}
		if after := files(t, root); !reflect.DeepEqual(after, before) {
			t.Errorf("%v: not made again as it was", gone)
		}
	}
	if err := os.WriteFile(filepath.Join(root, store.OptionPartName(99)), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := verifyAll(root); err == nil || !strings.Contains(err.Error(), "option_summary/part-000099.parquet does not belong to the study") {
		t.Errorf("error %v", err)
	}
}
