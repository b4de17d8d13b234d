package sweep

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"optmm/engine/signal"
	"optmm/sweep/quotes"
	"optmm/sweep/spec"
	"optmm/sweep/store"
)

// mustFeatures writes the features of a study and opens them.
func mustFeatures(t *testing.T, study string, set ...string) (*store.Reader, string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "features.parquet")
	made, err := Features(context.Background(), mustPlan(t, study, set...).Study, file)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := store.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reader.Close() })
	if reader.Rows() != made.Rows || reader.Metadata("features_sha256") != made.Hash {
		t.Errorf("%d rows, hash %s; said are %+v", reader.Rows(), reader.Metadata("features_sha256"), made)
	}
	return reader, file
}

// columnOf reads a column of numbers, NaN where undefined.
func columnOf(t *testing.T, reader *store.Reader, name string, kind store.Type) []float64 {
	t.Helper()
	column := store.NamedColumn{Field: store.Field{Name: name, Type: kind, Nullable: name != "minute" && name != "timestamp"}}
	if err := reader.Column(column.Field, &column.Column); err != nil {
		t.Fatal(err)
	}
	var values []float64
	for row := range column.Column.Len() {
		values = append(values, column.Number(row))
	}
	return values
}

// The table of a study has the features of its markets, market by market, with the labels; the same study
// gives the same bytes.
func TestFeaturesOfAStudy(t *testing.T) {
	set := []string{"signal.seeds=[101, 102, {market: 101, fill: 9}]", "signal.features=[return_3, moneyness, parity_z_10]", "signal.labels=[1, 5]"}
	reader, file := mustFeatures(t, small, set...)
	if reader.Rows() != 120 || reader.RowGroups() != 2 {
		t.Fatalf("%d rows in %d groups", reader.Rows(), reader.RowGroups())
	}
	p := mustPlan(t, small, set...)
	baseline, _ := p.Grid.Baseline()
	var chosen []struct {
		Name    string `json:"name"`
		Window  int    `json:"window_minutes"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal([]byte(reader.Metadata("features")), &chosen); err != nil || len(chosen) != 3 || chosen[0].Name != "return" || chosen[0].Window != 3 || chosen[0].Version != 1 {
		t.Errorf("%v, %+v", err, chosen)
	}
	for k, seed := range []uint32{101, 102} {
		m, err := p.Source.Market(p.Grid.Params(baseline).Market, seed)
		if err != nil {
			t.Fatal(err)
		}
		s := &m.Series[0]
		panel := &signal.Panel{Price: m.Underlyings[0].Price, Mid: s.Mid, Vol: s.Vol, Residual: s.ParityResidual, Years: s.Years, Delta: s.Delta, Strike: s.Strike, Sessions: m.Sessions, Step: 1}
		for _, title := range []string{"return_3", "moneyness", "parity_z_10"} {
			c, _ := signal.Choose(title)
			if got, want := columnOf(t, reader, title, store.Float64)[60*k:60*k+60], c.Values(panel); !equalNumbers(got, want) {
				t.Errorf("%s of market %d: %v, want %v", title, seed, got, want)
			}
		}
		if got := columnOf(t, reader, "y_5", store.Float64)[60*k : 60*k+60]; !equalNumbers(got, panel.Label(5)) {
			t.Errorf("labels of market %d: %v", seed, got)
		}
		for i, end := range columnOf(t, reader, "t1_5", store.Int32)[60*k : 60*k+60] {
			if i+5 < 60 && end != float64(i+5) || i+5 >= 60 && !math.IsNaN(end) {
				t.Errorf("the label of minute %d ends at %v", i, end)
			}
		}
	}
	_, again := mustFeatures(t, small, set...)
	a, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(again)
	if err != nil || !bytes.Equal(a, b) {
		t.Errorf("the same study gives other bytes (%v)", err)
	}
}

func equalNumbers(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return x == y || math.IsNaN(x) && math.IsNaN(y) })
}

// Recorded days are histories, of which no feature or label reaches into the next, with their times; options
// come one after another.
func TestFeaturesOfDays(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	reader, _ := mustFeatures(t, daysStudy, "signal.labels=[5]")
	p := mustPlan(t, daysStudy)
	minutes := columnOf(t, reader, "minute", store.Int32)
	label, back, width := columnOf(t, reader, "y_5", store.Float64), columnOf(t, reader, "return_5", store.Float64), columnOf(t, reader, "width", store.Float64)
	if len(minutes) == 0 {
		t.Fatal("no rows")
	}
	last := slices.Max(minutes)
	for row, minute := range minutes {
		if (minute < 5) != math.IsNaN(back[row]) || minute > last-5 && !math.IsNaN(label[row]) || math.IsNaN(width[row]) {
			t.Errorf("minute %v: return_5 %v, y_5 %v, width %v", minute, back[row], label[row], width[row])
		}
	}
	var history store.Column
	if err := reader.Column(store.Field{Name: "history", Type: store.Text}, &history); err != nil {
		t.Fatal(err)
	}
	first, end := p.SelectedDays()
	for row, name := range history.Texts {
		if at := slices.IndexFunc(p.Days.List, func(d quotes.Day) bool { return d.Name == name }); at < first || at >= end {
			t.Fatalf("row %d is of %s, which the picking may not see", row, name)
		}
	}
	if held := len(p.Days.List) - (end - first); held == 0 {
		t.Error("the study holds no day out")
	}
	if times := columnOf(t, reader, "timestamp", store.Seconds); times[0] == 0 || times[1] <= times[0] {
		t.Errorf("times %v", times[:2])
	}
}

// What a signal may not be learned from, and what is no feature, is refused with its key.
func TestSignalIsRefused(t *testing.T) {
	for _, c := range []struct {
		study string
		set   []string
		want  string
	}{
		{small, []string{"signal.labels=[1]"}, "seeds is missing"},
		{small, []string{"signal.seeds=[3]"}, "market seed 3 is one that the best point is picked by"},
		{strings.Replace(small, "verdict: {holdout_seeds: 0}", "verdict: {holdout_seeds: [11, 12]}", 1), []string{"signal.seeds=[12]"}, "market seed 12 is one that is held out"},
		{small, []string{"signal.seeds=[101]", "signal.features=[return_5, retrn_5]"}, `signal.features.1: "retrn_5" is not a feature (did you mean return_5?)`},
		{small, []string{"signal.seeds=[101]", "signal.features=[return_5, return_5]"}, "duplicate return_5"},
		{small, []string{"signal.seeds=[101]", "signal.features=[return_1001]"}, "is not a feature"},
		{small, []string{"signal.seeds=[101]", "signal.features=return_5"}, "want a list of 1 to 200 names"},
		{small, []string{"signal.seeds=[101]", "signal.labels=[0]"}, "0 is not a number of minutes from 1 to 1000"},
		{small, []string{"signal.seeds=[101]", "signal.labels=[1, 1]"}, "duplicate 1"},
		{small, []string{"signal.nothing=1"}, "nothing"},
	} {
		if _, err := spec.Parse("study.yaml", []byte(c.study), c.set, spec.Files()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.set, err, c.want)
		}
	}
	if _, err := Features(context.Background(), mustPlan(t, small).Study, filepath.Join(t.TempDir(), "f.parquet")); err == nil || !strings.Contains(err.Error(), "does not say what a signal is learned from") {
		t.Errorf("a study without a signal: %v", err)
	}
	file := filepath.Join(t.TempDir(), "f.parquet")
	if _, err := Features(context.Background(), mustPlan(t, small, "signal.seeds=[101]", "signal.features=[width]").Study, file); err == nil || !strings.Contains(err.Error(), "no width") || store.Exists(file) {
		t.Errorf("a feature that the history lacks: %v", err)
	}
	if _, err := Features(context.Background(), mustPlan(t, small, "signal.seeds=[101]").Study, "f.csv"); err == nil || !strings.Contains(err.Error(), ".parquet") {
		t.Errorf("another kind of file: %v", err)
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	if _, err := Features(stopped, mustPlan(t, small, "signal.seeds=[101]").Study, file); err == nil || store.Exists(file) {
		t.Errorf("stopped: %v", err)
	}
}
