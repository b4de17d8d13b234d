package sweep

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"optmm/engine/account"
	"optmm/sweep/plan"
	"optmm/sweep/store"
)

// fillsOf reads a run's table of fills as numbers by column, a side being 1 where it sells.
func fillsOf(t *testing.T, root string, run int) map[string][]float64 {
	t.Helper()
	reader, err := store.OpenReader(filepath.Join(root, store.FillsName(run)))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	fills := map[string][]float64{}
	for _, column := range account.FillColumns() {
		field := store.Field{Name: column.Name, Nullable: column.Float != nil}
		switch {
		case column.Integer != nil:
			field.Type = store.Int32
		case column.Text != nil:
			field.Type = store.Text
		}
		named := store.NamedColumn{Field: field}
		if err := reader.Column(field, &named.Column); err != nil {
			t.Fatal(err)
		}
		for row := range reader.Rows() {
			switch {
			case column.Integer != nil:
				fills[column.Name] = append(fills[column.Name], float64(named.Column.Int32s[row]))
			case column.Text != nil:
				fills[column.Name] = append(fills[column.Name], map[string]float64{"buy": 0, "sell": 1}[named.Column.Texts[row]])
			default:
				fills[column.Name] = append(fills[column.Name], named.Number(row))
			}
		}
	}
	return fills
}

// The tables of fills add up to the figures of their runs: contracts by side, with the informed, the
// mean edge and the markouts.
func TestFillsAddUpToTheFigures(t *testing.T) {
	for name, set := range map[string][]string{
		"one option": {"engine.fill_model=exponential", "engine.quote_model=shift", "engine.arrival_rate=1", "engine.intensity_decay=1", "engine.informed_share=0.3", "engine.informed_minutes=5", "grid.k_fill=[20]"},
		"the seed's": nil,
		"a chain":    {"market.synthetic.market_model=gbm", "market.synthetic.strikes=3", "engine.fill_model=exponential", "engine.quote_model=shift", "engine.arrival_rate=0.5", "engine.intensity_decay=1", "engine.informed_share=0.5", "output.timeseries=best"},
	} {
		study := small
		if name != "the seed's" { // the only one with these
			study = strings.Replace(strings.Replace(small, "grid: {skew: [0, 0.02], k_fill: [20, 50, 60]}", "grid: {inventory_skew: [0, 0.01]}", 1), "baseline: {skew: 0.02, k_fill: 40}", "baseline: {inventory_skew: 0}", 1)
			var without []string
			for _, s := range set {
				if !strings.HasPrefix(s, "grid.k_fill") {
					without = append(without, s)
				}
			}
			set = without
		}
		p := mustPlan(t, study, append(set, "output.fills=true")...)
		root := filepath.Join(t.TempDir(), "study")
		if _, err := runStudy(t, p, root, 2); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		checked := 0
		for run := range p.Runs() {
			if !lockIn(t, root).KeepsMinutes(p, run) {
				continue
			}
			checked++
			checkFillsOf(t, p, root, run)
		}
		if checked == 0 {
			t.Errorf("%s: no run is kept", name)
		}
		if err := verifyAll(root); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func checkFillsOf(t *testing.T, p *plan.Plan, root string, run int) {
	t.Helper()
	fills := fillsOf(t, root, run)
	sums := map[string]float64{}
	weights := map[string]float64{}
	for row, size := range fills["size"] {
		side := map[float64]string{0: "bid_fills", 1: "ask_fills"}[fills["side"][row]]
		sums[side] += size
		sums["informed_fills"] += fills["informed"][row]
		if fills["informed"][row] > size {
			t.Errorf("run %d, row %d: %v informed of %v", run, row, fills["informed"][row], size)
		}
		if row > 0 && fills["minute"][row] < fills["minute"][row-1] {
			t.Errorf("run %d: row %d comes before the one before it", run, row)
		}
		for column, figure := range map[string]string{"edge": "mean_edge", "markout_1": "markout_1", "markout_5": "markout_5", "markout_30": "markout_30"} {
			if x := fills[column][row]; !math.IsNaN(x) {
				sums[figure] += x * size
				weights[figure] += size
			}
		}
		if want := map[float64]float64{0: fills["mid"][row] - fills["price"][row], 1: fills["price"][row] - fills["mid"][row]}[fills["side"][row]]; fills["edge"][row] != want {
			t.Errorf("run %d, row %d: edge %v, want %v", run, row, fills["edge"][row], want)
		}
	}
	s := openedSummary(t, p, root)
	for _, figure := range []string{"bid_fills", "ask_fills", "informed_fills", "mean_edge", "markout_1", "markout_5", "markout_30"} {
		values, err := s.Values(figure)
		if err != nil {
			t.Fatal(err)
		}
		got := sums[figure]
		if w := weights[figure]; w > 0 {
			got /= w
		} else if math.IsNaN(values[run]) {
			continue
		}
		if math.Abs(got-values[run]) > 1e-9*max(1, math.Abs(got)) {
			t.Errorf("run %d: %s is %v by the fills, %v in the summary", run, figure, got, values[run])
		}
	}
}

// A table of fills that was changed or lost is found, and made again.
func TestDamagedFillsAreFound(t *testing.T) {
	root := filepath.Join(t.TempDir(), "study")
	study := mustPlan(t, small, "output.fills=true")
	if _, err := runStudy(t, study, root, 2); err != nil {
		t.Fatal(err)
	}
	whole := files(t, root)
	name := filepath.Join(root, store.FillsName(17))
	other := filepath.Join(root, store.FillsName(18))
	for what, damage := range map[string]func() error{
		"is missing":       func() error { return os.Remove(name) },
		"cut short":        func() error { return os.Truncate(name, 200) },
		"the fills are of": func() error { return os.WriteFile(name, []byte(whole[filepath.ToSlash(store.FillsName(18))]), 0o644) },
		"does not belong":  func() error { return os.WriteFile(filepath.Join(filepath.Dir(other), "000099.parquet"), nil, 0o644) },
	} {
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		if err := verifyAll(root); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: error %v", what, err)
		}
		os.Remove(name)
		os.Remove(filepath.Join(filepath.Dir(other), "000099.parquet"))
		if _, err := runStudy(t, study, root, 1); err != nil {
			t.Fatal(err)
		}
		if again := files(t, root); again[filepath.ToSlash(store.FillsName(17))] != whole[filepath.ToSlash(store.FillsName(17))] {
			t.Errorf("%s: it is not made again", what)
		}
	}
}
