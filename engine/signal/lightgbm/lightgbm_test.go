package lightgbm

import (
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// testdata/lightgbm was made by LightGBM 4.7.0, the models of version v3 by 3.3.5: the raw scores with
// their bits, and what a broken file must be refused for.
const testdata = "../../../testdata/lightgbm"

func table(t testing.TB, name string) [][]string {
	t.Helper()
	file, err := os.Open(filepath.Join(testdata, name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

func number(t testing.TB, text string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func mustRead(t testing.TB, folder, name string) *Model {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(testdata, folder, name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Raw scores are LightGBM's own to the last bit, NaN for NaN, and what it predicts to 13 digits.
func TestScoresAreLightGBMs(t *testing.T) {
	var rows [][]float64
	for _, cells := range table(t, "rows.csv") {
		var row []float64
		for _, cell := range cells[1:] {
			row = append(row, number(t, cell))
		}
		rows = append(rows, row)
	}
	for file, folder := range map[string]string{"scores.csv": "models", "scores_v3.csv": "models_v3"} {
		models, compared := map[string]*Model{}, 0
		for _, cells := range table(t, file) {
			name := cells[0]
			if models[name] == nil {
				models[name] = mustRead(t, folder, name)
			}
			at := int(number(t, cells[1]))
			row := append([]float64(nil), rows[at]...)
			clean(row)
			raw := models[name].raw(row)
			bits, err := strconv.ParseUint(cells[3], 16, 64)
			if err != nil {
				t.Fatal(err)
			}
			if want := math.Float64frombits(bits); math.Float64bits(raw) != bits && !(math.IsNaN(raw) && math.IsNaN(want)) {
				t.Errorf("%s, row %d: %v, want %v", name, at, raw, want)
			}
			compared++
			if len(cells) < 5 { // of version v3 only the raw scores are known
				continue
			}
			got, want := models[name].Output(raw), number(t, cells[4])
			if math.Abs(got-want) > 1e-13*math.Abs(want) && !(math.IsNaN(got) && math.IsNaN(want)) {
				t.Errorf("%s, row %d: predicts %v, want %v", name, at, got, want)
			}
		}
		if compared%200 != 0 || compared < 600 {
			t.Errorf("%s: %d rows were compared", file, compared)
		}
	}
}

// A scorer gives each row what Raw does, in blocks that are full and that are not, and allocates nothing.
func TestScorerIsRawOfEachRow(t *testing.T) {
	rows := table(t, "rows.csv")
	for _, name := range []string{"regression", "categorical", "categorical_onehot", "use_missing_false", "linear_tree", "constant", "rf_averaged"} {
		m := mustRead(t, "models", name)
		columns := make([][]float64, len(m.Features))
		for range 4 { // more than a block
			for _, cells := range rows {
				for k := range columns {
					columns[k] = append(columns[k], number(t, cells[1+k]))
				}
			}
		}
		into, scorer := make([]float64, len(columns[0])), m.NewScorer()
		scorer.Score(columns, into)
		for i := range into {
			row := make([]float64, len(columns))
			for k := range columns {
				row[k] = columns[k][i]
			}
			clean(row)
			if want := m.raw(row); math.Float64bits(into[i]) != math.Float64bits(want) && !(math.IsNaN(want) && math.IsNaN(into[i])) {
				t.Errorf("%s, row %d: %v, want %v", name, i, into[i], want)
			}
		}
		if n := testing.AllocsPerRun(10, func() { scorer.Score(columns, into) }); n != 0 {
			t.Errorf("%s: scoring allocates %v times", name, n)
		}
	}
}

// What is wrong with a file is said, with the tree; nothing hangs, and nothing is made as large as a
// number in the file.
func TestBrokenModelsAreRefused(t *testing.T) {
	want := map[string]string{
		"truncated.txt": "tree 3: the file ends in it", "cycle.txt": "tree 0: node 2 leads back to node 0: a cycle", "child_out_of_range.txt": "tree 0: node 0 names child 99",
		"wrong_counts.txt": "tree 0: threshold has 5 values, 6 are wanted", "wrong_leaf_count.txt": "tree 0: num_leaves is 9, but leaf_value has 7 values", "version_v5.txt": "version v5 is not known; v3 and v4 are",
		"missing_field.txt": "tree 0: there is no split_feature", "nan_threshold.txt": `tree 0: value 1 of threshold is "nan"`, "negative_feature.txt": "tree 0: node 0 splits on feature -3; the model has features 0 to 5",
		"feature_out_of_range.txt": "tree 0: node 0 splits on feature 6; the model has features 0 to 5", "huge_num_leaves.txt": "tree 0: num_leaves is 2147483647, but leaf_value has 7 values",
		"linear_counts.txt": "num_features of its leaves are more than leaf_coeff has", "feature_names_count.txt": "max_feature_idx 9 wants 10 feature_names, 6 are there", "empty.txt": "the file is empty",
		"not_a_model.txt": `it begins with "<!DOCTYPE html>"`, "multiclass.txt": "num_class is 3",
	}
	for _, cells := range table(t, "broken.csv") {
		text, err := os.ReadFile(filepath.Join(testdata, "broken", cells[0]))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(text); want[cells[0]] == "" || err == nil || !strings.Contains(err.Error(), want[cells[0]]) {
			t.Errorf("%s: %v, want %q", cells[0], err, want[cells[0]])
		}
		delete(want, cells[0])
	}
	if len(want) > 0 {
		t.Errorf("not tested: %v", want)
	}
	// The same text, wrong in one place.
	good, err := os.ReadFile(filepath.Join(testdata, "models", "categorical.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, now, want string }{
		{"version=v4\n", "version=v4\nversion=v4\n", "version comes twice"},
		{"Tree=1\n", "Tree=2\n", "where tree 1 must begin"},
		{"end of trees", "end of it", "cut short"},
		{"num_tree_per_iteration=1", "num_tree_per_iteration=2", "num_tree_per_iteration is 2"},
		{"objective=regression", "objective=nonsense", "objective \"nonsense\" is not known"},
		{"tree_sizes=", "tree_sizes=1 ", "tree_sizes names 7 trees, the file has 6"},
		{"max_feature_idx=5", "max_feature_idx=-1", "it has no features"},
		{"feature_names=ret_1m width", "feature_names=width width", "two features are called width"},
		{"cat_boundaries=0 ", "cat_boundaries=0 100000 ", "num_cat is"},
		{"decision_type=", "decision_type=12", "decision_type"},
	} {
		changed := strings.Replace(string(good), c.old, c.now, 1)
		if changed == string(good) {
			t.Fatalf("%q is not there", c.old)
		}
		if _, err := Parse([]byte(changed)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q for %q: %v", c.now, c.old, err)
		}
	}
}

// Whatever is read can be walked.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"regression", "categorical", "linear_tree", "constant"} {
		text, err := os.ReadFile(filepath.Join(testdata, "models", name+".txt"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text[:min(len(text), 3000)]))
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := Parse([]byte(text))
		if err != nil {
			return
		}
		row := make([]float64, len(m.Features))
		for _, x := range []float64{0, 1, math.NaN(), math.Inf(1), -7, 1e300} {
			for i := range row {
				row[i] = x
			}
			m.Output(m.raw(row))
		}
	})
}

// A model of 200 trees of 31 leaves, on a session of one option.
func BenchmarkScorer(b *testing.B) {
	m, err := Parse([]byte(large(200, 31, 12)))
	if err != nil {
		b.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	columns, into := make([][]float64, len(m.Features)), make([]float64, 390)
	for k := range columns {
		for range into {
			columns[k] = append(columns[k], random.NormFloat64())
		}
	}
	scorer := m.NewScorer()
	b.ReportAllocs()
	for b.Loop() {
		scorer.Score(columns, into)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(into))/1000, "µs/row")
}

// large is the text of a made-up model, whose trees grow as LightGBM's do: leaf by leaf.
func large(trees, leaves, features int) string {
	random := rand.New(rand.NewPCG(3, 4))
	var b strings.Builder
	names := make([]string, features)
	for i := range names {
		names[i] = fmt.Sprintf("f%d", i)
	}
	fmt.Fprintf(&b, "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nmax_feature_idx=%d\nobjective=regression\nfeature_names=%s\ntree_sizes=%s\n\n", features-1, strings.Join(names, " "), strings.TrimSpace(strings.Repeat("1 ", trees)))
	for tree := range trees {
		left, right := []int{-1}, []int{-2}
		for len(left) < leaves-1 { // a leaf becomes a node with that leaf and a new one
			leaf, node := -1-random.IntN(len(left)+1), len(left)
			for i := range left {
				if left[i] == leaf {
					left[i] = node
				} else if right[i] == leaf {
					right[i] = node
				}
			}
			left, right = append(left, leaf), append(right, -2-node)
		}
		line := func(key string, n int, value func(i int) any) {
			fmt.Fprintf(&b, "%s=", key)
			for i := range n {
				fmt.Fprintf(&b, "%v ", value(i))
			}
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "Tree=%d\nnum_leaves=%d\nnum_cat=0\n", tree, leaves)
		line("split_feature", leaves-1, func(int) any { return random.IntN(features) })
		line("threshold", leaves-1, func(int) any { return random.NormFloat64() })
		line("decision_type", leaves-1, func(int) any { return []int{8, 10}[random.IntN(2)] })
		line("left_child", leaves-1, func(i int) any { return left[i] })
		line("right_child", leaves-1, func(i int) any { return right[i] })
		line("leaf_value", leaves, func(int) any { return random.NormFloat64() })
		b.WriteString("is_linear=0\nshrinkage=1\n\n\n")
	}
	b.WriteString("end of trees\n")
	return b.String()
}
