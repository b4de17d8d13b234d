package sweep

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"optmm/engine/signal"
	"optmm/sweep/fault"
	"optmm/sweep/folder"
	"optmm/sweep/learn"
	"optmm/sweep/models"
	"optmm/sweep/plan"
	"optmm/sweep/present"
	"optmm/sweep/spec"
)

// planted is a market whose mid strays from the option's value and comes back, which a model can learn.
const planted = `
name: planted
market: {synthetic: {market_model: gbm, minutes: 390, mispricing: 0.01, mispricing_halflife: 8, market_spread: 0.1}}
signal: {features: [return_5, parity_z_30, moneyness], labels: [1, 5], seeds: {first: 1001, count: 12}}
engine: {contract_multiplier: 100, quote_model: shift, fill_model: exponential, price_scale: half_spread, arrival_rate: 1, intensity_decay: 1}
grid:
  score_model: [none, {linear: {file: ridge.json}}]
  score_shift: [0.001, 0.003]
exclude: score_model == "none" && score_shift > 0.001
seeds: {first: 1, count: 12}
baseline: {score_model: none, score_shift: 0.001}
objective: net_pnl
verdict: {holdout_seeds: {first: 101, count: 6}}
output: {figures: false, timeseries: none}
`

// trees is a LightGBM model of one split of the standardized parity residual.
const trees = "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nmax_feature_idx=0\nobjective=regression\nfeature_names=parity_z_30\ntree_sizes=1\n\nTree=0\nnum_leaves=2\nnum_cat=0\nsplit_feature=0\nthreshold=0\ndecision_type=10\nleft_child=-1\nright_child=-2\nleaf_value=1 -1\nis_linear=0\n\nend of trees\n"

// inFolder reads a study from a folder that has what it names.
func inFolder(t *testing.T, folder, content string, read spec.Reader, set ...string) (*plan.Plan, error) {
	t.Helper()
	study, err := spec.Parse(filepath.Join(folder, "study.yaml"), []byte(content), set, read)
	if err != nil {
		return nil, err
	}
	return plan.New(study), nil
}

// trained writes a linear model of a study's signal next to it.
func trained(t *testing.T, folder, content, name string, set ...string) {
	t.Helper()
	p, err := inFolder(t, folder, content, spec.Untrained(), set...)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := Train(context.Background(), p.Study, learn.Settings{Label: 5, Folds: 3}, filepath.Join(folder, name)); err != nil {
		t.Fatal(err)
	}
}

// writeTrees writes the trees, and what they say they have seen.
func writeTrees(t *testing.T, folder string, seen models.Seen) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, "trees.txt"), []byte(trees), 0o600); err != nil {
		t.Fatal(err)
	}
	c, _ := signal.Choose("parity_z_30")
	features := models.Describe([]signal.Chosen{c})
	about, err := json.Marshal(models.About{Label: 5, Features: features, Hash: models.HashOf(features), Seen: seen})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "trees.txt"+models.SeenSuffix), about, 0o600); err != nil {
		t.Fatal(err)
	}
}

// A model that was trained on other seeds trades: its scores are those of sweep score, scaled by the training; the
// planted signal is found and earns; results and evidence do not depend on workers, are verified, and are refused
// once the model is another.
func TestTradedModel(t *testing.T) {
	root := t.TempDir()
	trained(t, root, planted, "ridge.json")
	p, err := inFolder(t, root, planted, spec.Files())
	if err != nil {
		t.Fatal(err)
	}
	best := filepath.Join(root, "results")
	result, err := runStudy(t, p, best, 2)
	if err != nil || result.Failed > 0 {
		t.Fatal(result, err)
	}

	// The score of a minute is the raw one, less the mean of the training, over its deviation; 0 where it is NaN.
	like, err := inFolder(t, root, planted, spec.Untrained(), "signal.seeds=[3]", "seeds=[{market: 9, fill: 1}]", "verdict.holdout_seeds=0")
	if err != nil {
		t.Fatal(err)
	}
	features := filepath.Join(root, "features.parquet")
	if _, err := Features(context.Background(), like.Study, features); err != nil {
		t.Fatal(err)
	}
	raw := rawScores(t, filepath.Join(root, "ridge.json"), features)
	model, err := models.Read(filepath.Join(root, "ridge.json"))
	if err != nil {
		t.Fatal(err)
	}
	params := p.Grid.Params(p.Grid.Points() - 1)
	m, err := p.Source.Market(params.Market, 3)
	if err != nil {
		t.Fatal(err)
	}
	spread, known := model.About.Seen.Score, 0
	for i, got := range m.Series[0].Score {
		want := (raw[i] - spread.Center) / spread.Scale
		if math.IsNaN(raw[i]) {
			want = 0
		} else {
			known++
		}
		if got != want {
			t.Fatalf("minute %d: score %v, want %v", i, got, want)
		}
	}
	if len(raw) != 390 || known < 300 {
		t.Errorf("%d of %d minutes have a score", known, len(raw))
	}

	// The evidence, and what is earned.
	lock, _, err := folder.Read(best)
	if err != nil {
		t.Fatal(err)
	}
	s := lock.Signals[0]
	rank := s.All.Evidence().Labels[1].Rank
	if len(lock.Signals) != 1 || s.Kind != signal.LinearSignal || s.Traded != 18 || s.All.Markets != 18 || s.All.Rows != 18*390 || s.Failed != 0 || rank.Interval().Low <= 0 {
		t.Errorf("%+v, rank IC %v ± %v", s, rank.Value, rank.Error)
	}
	if at := slices.IndexFunc(s.Features, func(f folder.SignalFeature) bool { return f.Name == "parity_z_30" }); *s.Features[at].Importance < 0.9**s.All.Labels[1].RankIC {
		t.Errorf("%+v", s.Features[at])
	}
	words := strings.Join(result.Words, "\n")
	for _, want := range []string{"the score of linear: on 18 markets, none of which the model has seen, its rank IC with y_5 is above zero: 0.", "trades linear: its net P&L less that of point 0, which is like it with no signal, is ", " on 6 holdout seeds"} {
		if !strings.Contains(words, want) {
			t.Errorf("%q is not said: %s", want, words)
		}
	}
	if !strings.HasPrefix(result.Answer, "Yes") {
		t.Errorf("%s", result.Answer)
	}

	// Nothing depends on workers, and a copy verifies.
	again := filepath.Join(root, "again")
	if _, err := runStudy(t, p, again, 1); err != nil {
		t.Fatal(err)
	}
	other, _, err := folder.Read(again)
	if err != nil || other.Digest != lock.Digest || !reflect.DeepEqual(other.Signals, lock.Signals) {
		t.Errorf("with one worker the study is another (%v)", err)
	}
	if err := verifyAll(best); err != nil {
		t.Error(err)
	}
	if resolved, err := folder.Load(filepath.Join(best, "study.yaml"), nil); err != nil {
		t.Error(err)
	} else if _, hash, _ := resolved.Identity(); hash != lock.StudyHash {
		t.Error("the resolved study is another")
	}
	text, err := os.ReadFile(filepath.Join(root, "ridge.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "ridge.json"), []byte(strings.Replace(string(text), `"penalty": `, `"penalty": 1`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := verifyAll(best); err == nil || !strings.Contains(err.Error(), "models.1 (linear)") {
		t.Errorf("with another model: %v", err)
	}
	if changed, err := inFolder(t, root, planted, spec.Files()); err != nil {
		t.Error(err)
	} else if _, err := runStudy(t, changed, best, 1); err == nil || !strings.Contains(err.Error(), "models.1 (linear) is another") {
		t.Errorf("with another model: %v", err)
	}
	if _, err := present.Load(mustRead(t, best), best); err != nil {
		t.Errorf("looking at results needs the model: %v", err)
	}
}

// mustRead reads the plan of a complete study without its data.
func mustRead(t *testing.T, root string) *plan.Plan {
	t.Helper()
	lock, _, err := folder.Read(root)
	if err != nil {
		t.Fatal(err)
	}
	p, err := lock.PlanWithoutData(folder.LockName, root)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// What a model has seen is not traded, unless that is wanted, and then said.
func TestSeenIsNotTraded(t *testing.T) {
	root := t.TempDir()
	trained(t, root, planted, "ridge.json")
	writeTrees(t, root, models.Seen{Market: models.Synthetic, Histories: []models.History{{Name: "5"}}, Score: models.Spread{Scale: 1}})
	onTrees := strings.Replace(planted, "{linear: {file: ridge.json}}", "{lightgbm: {file: trees.txt}}", 1)
	for _, c := range []struct {
		study string
		set   []string
		want  string
	}{
		{planted, []string{"signal.seeds=[2000]", "seeds={first: 1010, count: 5}"}, "study.yaml:7: grid.score_model.1: market seed 1010, which the best point is picked by, may not be traded: ridge.json was trained on it"},
		{planted, []string{"signal.seeds=[2000]", "verdict.holdout_seeds=[1001, 1002]"}, "market seed 1001, which is held out, may not be traded"},
		{onTrees, nil, "market seed 5, which the best point is picked by, may not be traded: trees.txt was trained on it"},
		{strings.Replace(planted, "ridge.json", "nothing.json", 1), nil, "nothing.json: no such file"},
		{strings.Replace(onTrees, "trees.txt", "trees.txt.seen.json", 1), nil, "trees.txt.seen.json is no model: it records the training data of one"},
		{strings.Replace(planted, "{linear: {file: ridge.json}}", "linear", 1), nil, "linear needs the file of a model"},
		{strings.Replace(planted, "{linear: {file: ridge.json}}", "{linear: {file: trees.txt}}", 1), nil, "trees.txt is a model of the kind lightgbm, not linear"},
		{strings.Replace(planted, "{linear: {file: ridge.json}}", "{liner: {file: trees.txt}}", 1), nil, "\"liner\" is not a kind of trained model, which are linear | lightgbm (did you mean linear?)"},
		{strings.Replace(planted, "{linear: {file: ridge.json}}", "{linear: {path: trees.txt}}", 1), nil, "unknown key path"},
		{strings.Replace(planted, "{linear: {file: ridge.json}}", "{linear: {in_sample: true}}", 1), nil, "file is missing"},
		{strings.Replace(planted, "{linear: {file: ridge.json}}", "{linear: {file: ridge.json, in_sample: 1}}", 1), nil, "1 is not true or false"},
		{planted, []string{"signal.models={lightgbm: {file: trees.txt}}"}, "signal.models: has no effect: no point has score_model lightgbm"},
		{planted, []string{"signal.models={linear: {file: other.json}}"}, "a study has one linear model, and signal.models names another"},
	} {
		if _, err := inFolder(t, root, c.study, spec.Files(), c.set...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %q", c.set, err, c.want)
		}
	}

	p, err := inFolder(t, root, strings.Replace(onTrees, "trees.txt", "trees.txt, in_sample: true", 1), spec.Files())
	if err != nil {
		t.Fatal(err)
	}
	folders := filepath.Join(root, "results")
	result, err := runStudy(t, p, folders, 2)
	if err != nil {
		t.Fatal(err)
	}
	if warnings := strings.Join(result.Warnings, "\n"); !strings.Contains(warnings, "in sample: lightgbm may trade what it was trained on") {
		t.Error(warnings)
	}
	page, err := os.ReadFile(filepath.Join(folders, folder.ReportName))
	if err != nil || !strings.Contains(string(page), "may trade what it was trained on") {
		t.Errorf("the page does not say that it is in sample (%v)", err)
	}
	verdict, err := os.ReadFile(filepath.Join(folders, folder.VerdictName))
	if err != nil || !strings.Contains(string(verdict), `"in_sample": true`) {
		t.Errorf("the verdict does not say that it is in sample (%v)", err)
	}

	if err := os.Remove(filepath.Join(root, "trees.txt"+models.SeenSuffix)); err != nil {
		t.Fatal(err)
	}
	if _, err := inFolder(t, root, onTrees, spec.Files()); err == nil || !strings.Contains(err.Error(), "trees.txt.seen.json is missing, which says what the model was trained on") {
		t.Errorf("a model that does not say what it has seen: %v", err)
	}
	single := Single{Params: p.Grid.Params(p.Grid.Points() - 1)}
	var usage *fault.UsageError
	if _, err := RunSingle(single); !errors.As(err, &usage) || !strings.Contains(err.Error(), "needs the file of a model") {
		t.Errorf("a single run: %v", err)
	}
}

// On a market without a signal the scores of a model are related to nothing, and nothing is earned by them.
func TestNoSignalEarnsNothing(t *testing.T) {
	root := t.TempDir()
	null := strings.Replace(planted, "mispricing: 0.01, mispricing_halflife: 8, ", "", 1)
	// Not moneyness: where gamma is large the gains are skewed, which ranks see, although their mean is zero.
	null = strings.Replace(null, "[return_5, parity_z_30, moneyness]", "[return_5, realized_vol_15]", 1)
	trained(t, root, null, "ridge.json")
	p, err := inFolder(t, root, null, spec.Files())
	if err != nil {
		t.Fatal(err)
	}
	result, err := runStudy(t, p, filepath.Join(root, "results"), 2)
	if err != nil {
		t.Fatal(err)
	}
	if words := strings.Join(result.Words, "\n"); strings.HasPrefix(result.Answer, "Yes") || !strings.Contains(words, "its rank IC with y_5 is not distinguishable from zero") {
		t.Errorf("%s: %s", result.Answer, words)
	}
}
