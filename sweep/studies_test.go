package sweep

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"optmm/sweep/execute"
	"optmm/sweep/folder"
	"optmm/sweep/learn"
	"optmm/sweep/plan"
	"optmm/sweep/quotes"
	"optmm/sweep/verify"
)

// The studies in configs/ run, in a small form, without a failing run; a synthetic
// one moves to recorded quotes by naming them.
func TestStudiesRun(t *testing.T) {
	quotes, err := filepath.Abs("../testdata/csv/bidask_expiry_full.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		file   string
		set    []string
		points int
	}{
		{"avellaneda-stoikov.yaml", []string{"seeds.count=3"}, 6},
		{"hedging.yaml", []string{"seeds.count=2"}, 31},
		{"realistic.yaml", []string{"seeds.count=2", "market.synthetic.minutes=500"}, 48},
		{"realistic.yaml", []string{"seeds.count=2", "market.recorded.files=" + quotes}, 48},
		{"chain.yaml", []string{"seeds.count=2", "market.synthetic.minutes=200"}, 9},
		{"chain-csv.yaml", []string{"seeds.count=2", "grid.hedge_band=[50]"}, 16},
	} {
		study, err := folder.Load(filepath.Join("../configs", c.file), append(c.set, "output.figures=false"))
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
			continue
		}
		result, err := runStudy(t, study, t.TempDir(), 2)
		if err != nil || result.Failed > 0 {
			t.Errorf("%s %v: %v, failed %v", c.file, c.set, err, result)
			continue
		}
		if study.Grid.Points() != c.points || result.Best == nil {
			t.Errorf("%s: %d points, best %v; want %d points", c.file, study.Grid.Points(), result.Best, c.points)
		}
	}
}

// Every study in configs/, in a small form, is the same on every kernel that this machine has.
func TestStudiesOnEveryKernel(t *testing.T) {
	files, err := filepath.Glob("../configs/*.yaml")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	small := map[string][]string{
		"recorded-days.yaml": nil, "signal-days.yaml": {"grid.score_model=[none, parity_residual]"},
		"signal.yaml":  {"grid.score_model=[none, parity_residual]", "seeds.count=3", "market.synthetic.minutes=400"},
		"halving.yaml": {"verdict.holdout_seeds=5"}, "wide.yaml": {"seeds.count=2", "market.synthetic.minutes=300"},
		"realistic.yaml": {"seeds.count=2", "market.synthetic.minutes=700"}, "chain.yaml": {"seeds.count=2", "market.synthetic.minutes=100"},
	}
	together := 0
	for _, file := range files {
		set, is := small[filepath.Base(file)]
		if !is {
			set = []string{"seeds.count=3"}
		}
		digests := map[string]string{}
		for _, kernel := range execute.Kernels() {
			t.Setenv("OPTMM_KERNEL", kernel)
			study, err := folder.Load(file, append([]string{"output.figures=false", "output.timeseries=none"}, set...))
			if err != nil {
				t.Fatal(file, err)
			}
			root := t.TempDir()
			if _, err := runStudy(t, study, root, 2); err != nil {
				t.Fatal(file, err)
			}
			lock, _, err := folder.Read(root)
			if err != nil {
				t.Fatal(err)
			}
			digests[kernel] = lock.Digest
		}
		var plan strings.Builder
		study, err := folder.Load(file, append([]string{"output.figures=false", "output.timeseries=none"}, set...))
		if err != nil || study.WritePlan(&plan, 1) != nil {
			t.Fatal(file, err)
		}
		if strings.Contains(plan.String(), "runs of a seed at once") {
			together++
		}
		for kernel, digest := range digests {
			if digest != digests["scalar"] {
				t.Errorf("%s: digest %s on %s, %s on scalar", file, digest, kernel, digests["scalar"])
			}
		}
	}
	if together < 8 {
		t.Errorf("only %d studies simulate runs together", together)
	}
}

// The studies of trained signals run once their models are trained, as their comments say.
func TestSignalStudiesRun(t *testing.T) {
	for _, c := range []struct {
		file     string
		set      []string
		settings learn.Settings
		points   int
		models   int
	}{
		{"signal.yaml", []string{"market.synthetic.minutes=390", "signal.seeds={first: 1001, count: 6}", "seeds.count=5"}, learn.Settings{Label: 5, Folds: 2}, 7, 1},
		{"signal-days.yaml", nil, learn.Settings{Label: 5, Folds: 2, Retrain: 2}, 5, 3},
	} {
		root, file := t.TempDir(), filepath.Join("../configs", c.file)
		untrained, err := folder.LoadUntrained(file, c.set)
		if err != nil {
			t.Fatal(err)
		}
		_, files, err := Train(context.Background(), untrained.Study, c.settings, filepath.Join(root, "model.json"))
		if err != nil || len(files) != c.models {
			t.Fatal(files, err)
		}
		study, err := folder.Load(file, append(c.set, fmt.Sprintf("grid.score_model=[none, parity_residual, {linear: {file: %q}}]", filepath.Join(root, "model*.json")), "output.figures=false"))
		if err != nil {
			t.Fatal(err)
		}
		result, err := runStudy(t, study, filepath.Join(root, "results"), 2)
		if err != nil || result.Failed > 0 || study.Grid.Points() != c.points {
			t.Fatalf("%s: %v, %v, %d points", c.file, result, err, study.Grid.Points())
		}
		lock, _, err := folder.Read(filepath.Join(root, "results"))
		if err != nil || len(lock.Models) != c.models || len(lock.Signals) != 1 {
			t.Fatal(lock, err)
		}
		if c.models > 1 { // each scores the days after it
			scored := 0
			for i, part := range lock.Signals[0].Models {
				if scored += part.Markets; part.Markets != 2 {
					t.Errorf("model %d scores %d days, from %s to %s", i, part.Markets, part.First, part.Last)
				}
			}
			if scored != 6 || lock.Signals[0].All.First != "2024-01-10" {
				t.Errorf("%d days are scored, from %s", scored, lock.Signals[0].All.First)
			}
		}
	}
}

// A study that moved to recorded quotes can be compared and checked, its volatility
// found in the quotes and its clock kept, where the data has dates; where it has
// none, the clock is left out.
func TestMovedToQuotes(t *testing.T) {
	load := func(file string, set ...string) *plan.Plan {
		t.Helper()
		path, err := filepath.Abs("../testdata/csv/" + file)
		if err != nil {
			t.Fatal(err)
		}
		study, err := folder.Load("../configs/realistic.yaml", append(set, "market.recorded.files="+path, "seeds.count=2", "output.figures=false", "output.timeseries=none"))
		if err != nil {
			t.Fatal(err)
		}
		return study
	}
	dated := load("bidask_expiry_full.csv")
	quotes, err := quotes.Read(quotes.OfFile("../testdata/csv/bidask_expiry_full.csv"))
	if err != nil {
		t.Fatal(err)
	}
	hasVol := quotes.Provides().ImpliedVol
	if params := dated.Grid.Params(0); params.Market.Clock != "act365" || params.Market.ImpliedVol.Set != hasVol {
		t.Errorf("clock %s, implied volatility %+v (column: %v)", params.Market.Clock, params.Market.ImpliedVol, hasVol)
	}
	load("t_years.csv", "engine.score_model=short_return")
	folders := []string{filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")}
	for _, root := range folders {
		if _, err := runStudy(t, dated, root, 1); err != nil {
			t.Fatal(err)
		}
	}
	var written strings.Builder
	if same, err := verify.Diff(&written, folders[0], []string{folders[1]}, false); err != nil || !same {
		t.Errorf("same %v, error %v: %s", same, err, written.String())
	}
	if _, err := folder.Load(filepath.Join(folders[0], "study.yaml"), nil); err != nil {
		t.Error(err)
	}
}
