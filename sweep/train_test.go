package sweep

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"optmm/sweep/learn"
	"optmm/sweep/models"
	"optmm/sweep/store"
)

// A trained model says what it has seen, is the same each time, and scores a table by its own formula; where it
// is judged by the markets that it has seen, that is said.
func TestTrain(t *testing.T) {
	study := mustPlan(t, small, "market.synthetic.minutes=200", "market.synthetic.minutes_per_session=50", "signal.seeds={first: 101, count: 6}", "signal.features=[return_3, parity_z_10, moneyness]", "signal.labels=[2, 5]").Study
	folder := t.TempDir()
	model, features := filepath.Join(folder, "model.json"), filepath.Join(folder, "features.parquet")
	trained, _, err := Train(context.Background(), study, learn.Settings{Label: 5, Folds: 4, Embargo: 1}, model)
	if err != nil {
		t.Fatal(err)
	}
	if len(trained.Folds) != 3 || trained.Folds[0].Trained != 5 || trained.Folds[0].First != 6 || trained.Folds[2].End != 24 || trained.Joined.N == 0 {
		t.Errorf("%+v", trained.Folds)
	}
	content, err := os.ReadFile(model)
	if err != nil {
		t.Fatal(err)
	}
	var linear models.Linear
	if err := json.Unmarshal(content, &linear); err != nil {
		t.Fatal(err)
	}
	if seen := linear.Seen; len(seen.Histories) != 6 || seen.Histories[0].Name != "101" || seen.Histories[5].Name != "106" || seen.Sessions != 24 || seen.Rows+trained.LeftOut != 1200 || seen.Tried != 4*6 || seen.Market != "synthetic" || len(seen.Content) != 64 {
		t.Errorf("it has seen %+v", seen)
	}
	if _, _, err := Train(context.Background(), study, learn.Settings{Label: 5, Folds: 4, Embargo: 1}, filepath.Join(folder, "again.json")); err != nil {
		t.Fatal(err)
	}
	if again, err := os.ReadFile(filepath.Join(folder, "again.json")); err != nil || !bytes.Equal(content, again) {
		t.Errorf("the same training gives another model (%v)", err)
	}

	if _, err := Features(context.Background(), study, features); err != nil {
		t.Fatal(err)
	}
	table, err := store.OpenReader(features)
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	columns := [][]float64{columnOf(t, table, "return_3", store.Float64), columnOf(t, table, "parity_z_10", store.Float64), columnOf(t, table, "moneyness", store.Float64)}
	for i, got := range rawScores(t, model, features) {
		want := linear.Intercept
		for k := range columns {
			want += linear.Coefficients[k] * (columns[k][i] - linear.Mean[k]) / linear.Scale[k]
		}
		if math.Abs(got-want) > 1e-12 || math.IsNaN(got) != math.IsNaN(want) {
			t.Fatalf("row %d: %v, want %v", i, got, want)
		}
	}
	var printed bytes.Buffer
	if err := JudgeScores(&printed, model, features); err != nil || !strings.HasPrefix(printed.String(), "in sample: the model was trained on 6 of the 6 markets") {
		t.Errorf("%v, %s", err, &printed)
	}
	printed.Reset()
	if err := trained.Write(&printed); err != nil || !strings.HasPrefix(printed.String(), "out of sample the rank IC with y_5 is ") || strings.Count(printed.String(), "sessions 0 to") != 3 {
		t.Errorf("%v, %s", err, &printed)
	}

	// A model whose parts do not fit together is refused.
	for _, c := range []struct{ old, now, want string }{
		{"optmm linear 1", "optmm linear 2", "its format is"}, {`"name": "moneyness"`, `"name": "nothing"`, "is not known to this program"}, {`"version": 1`, `"version": 7`, "is of version 7, this program makes version 1"},
		{`"features_sha256": "`, `"features_sha256": "0`, "have the hash"}, {`"scale": [`, `"scale": [1,`, "4 scales"}, {"\"scale\": [\n    ", "\"scale\": [\n    -", "the scale of return_3"}, {`"intercept": `, `"intercept": "x`, "damaged"}, {`"seen": {`, `"other": {`, "unknown field"},
	} {
		changed := strings.Replace(string(content), c.old, c.now, 1)
		path := filepath.Join(folder, "broken.json")
		if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := models.Read(path); changed == string(content) || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.now, err, c.want)
		}
	}
}

// What cannot be trained is refused in words, and leaves no file.
func TestTrainRefuses(t *testing.T) {
	signal := []string{"signal.seeds=[101, 102, 103]", "signal.features=[return_3]", "signal.labels=[2]"}
	for _, c := range []struct {
		set      []string
		settings learn.Settings
		want     string
	}{
		{nil, learn.Settings{Label: 2, Folds: 2}, "does not say what a signal is learned from"},
		{signal, learn.Settings{Label: 3, Folds: 2}, "label 3: it is none of signal.labels [2]"},
		{signal, learn.Settings{Label: 2, Folds: 1}, "folds 1"},
		{signal, learn.Settings{Label: 2, Folds: 2, L1: 1.5}, "l1 1.5"},
		{signal, learn.Settings{Label: 2, Folds: 2, Embargo: -1}, "embargo -1"},
		{signal, learn.Settings{Label: 2, Folds: 20}, "3 sessions with 175 minutes in which all features are known: the folds need 400, in parts as long as y_2 looks ahead"},
		{signal, learn.Settings{Label: 2, Folds: 2, Window: -1}, "window -1"},
		{signal, learn.Settings{Label: 2, Folds: 2, Retrain: 3}, "there are no recorded days to train again on"},
		{append(signal, "signal.features=[return_900]"), learn.Settings{Label: 2, Folds: 2}, "no row has every feature and y_2"},
	} {
		file := filepath.Join(t.TempDir(), "model.json")
		if _, _, err := Train(context.Background(), mustPlan(t, small, c.set...).Study, c.settings, file); err == nil || !strings.Contains(err.Error(), c.want) || store.Exists(file) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

// rawScores scores a table of features by sweep score.
func rawScores(t *testing.T, model, features string) []float64 {
	t.Helper()
	scores := filepath.Join(t.TempDir(), "scores.parquet")
	if _, err := Score(nil, model, features, scores); err != nil {
		t.Fatal(err)
	}
	reader, err := store.OpenReader(scores)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	var raw store.Column
	if err := reader.Column(scoreFields()[1], &raw); err != nil {
		t.Fatal(err)
	}
	return raw.Floats
}
