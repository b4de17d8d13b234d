package sweep

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"optmm/sweep/learn"
	"optmm/sweep/models"
	"optmm/sweep/store"
	"optmm/sweep/verdict"
)

// The scores of a table are LightGBM's bits, as CSV on the terminal and as files, whatever other columns the
// table has and in whatever order.
func TestScoreOfATable(t *testing.T) {
	const data = "../testdata/lightgbm/"
	known := cellsOf(t, data+"scores.csv")
	for _, name := range []string{"categorical", "linear_tree", "rf_averaged"} {
		var want []uint64
		for _, cells := range known[1:] {
			if cells[0] == name {
				bits, err := strconv.ParseUint(cells[3], 16, 64)
				if err != nil {
					t.Fatal(err)
				}
				want = append(want, bits)
			}
		}
		same := func(how string, raw []float64) {
			t.Helper()
			if len(raw) != len(want) {
				t.Fatalf("%s, %s: %d rows, want %d", name, how, len(raw), len(want))
			}
			for i, x := range raw {
				if math.Float64bits(x) != want[i] && !(math.IsNaN(x) && math.IsNaN(math.Float64frombits(want[i]))) {
					t.Errorf("%s, %s, row %d: %v, want %v", name, how, i, x, math.Float64frombits(want[i]))
				}
			}
		}
		var printed bytes.Buffer
		if rows, err := Score(&printed, data+"models/"+name+".txt", data+"rows.csv", ""); err != nil || rows != 200 {
			t.Fatal(rows, err)
		}
		cells, err := csv.NewReader(&printed).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var raw []float64
		for _, row := range cells[1:] {
			x, err := strconv.ParseFloat(row[1], 64)
			if err != nil {
				t.Fatal(err)
			}
			raw = append(raw, x)
		}
		same("CSV", raw)

		// The features as Parquet, the columns backward, then the scores as Parquet.
		columns, fields := featuresOf(t, data+"rows.csv")
		features, scores := filepath.Join(t.TempDir(), "features.parquet"), filepath.Join(t.TempDir(), "scores.parquet")
		var content bytes.Buffer
		if err := store.EncodeParquet(&content, fields, columns); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(features, content.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Score(nil, data+"models/"+name+".txt", features, scores); err != nil {
			t.Fatal(err)
		}
		reader, err := store.OpenReader(scores)
		if err != nil {
			t.Fatal(err)
		}
		var column store.Column
		if err := reader.Column(scoreFields()[1], &column); err != nil {
			t.Fatal(err)
		}
		reader.Close()
		same("Parquet", column.Floats)
	}
}

// cellsOf reads a table.
func cellsOf(t *testing.T, path string) [][]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// featuresOf reads a table of numbers, its columns from the last to the first.
func featuresOf(t *testing.T, path string) (columns []store.Column, fields []store.Field) {
	t.Helper()
	rows := cellsOf(t, path)
	for k := len(rows[0]) - 1; k >= 0; k-- {
		var column store.Column
		for _, row := range rows[1:] {
			x, err := strconv.ParseFloat(row[k], 64)
			if err != nil {
				t.Fatal(err)
			}
			column.Floats = append(column.Floats, x)
		}
		columns, fields = append(columns, column), append(fields, store.Field{Name: rows[0][k], Unit: "1"})
	}
	return columns, fields
}

// A table, a model or a file that cannot be is refused in words.
func TestScoreRefuses(t *testing.T) {
	const model = "../testdata/lightgbm/models/regression.txt"
	table := func(text string) string {
		path := filepath.Join(t.TempDir(), "features.csv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const header = "ret_1m,width,parity,iv_change,right,option\n"
	for _, c := range []struct{ model, features, file, want string }{
		{model, table(header + "1,2,3,4,5,6\n1,x,3,4,5,6\n"), "", `line 3: width is "x", which is not a number`},
		{model, table("ret_1,width,parity,iv_change,right,option\n"), "", "it has no column ret_1m, which the model needs (did you mean ret_1?)"},
		{model, table(strings.Replace(header, "option", "option,width", 1)), "", "it has two columns width"},
		{model, table(""), "", "no rows"},
		{model, "nothing.csv", "", "no such file"},
		{"nothing.txt", table(header), "", "no such file"},
		{"../testdata/lightgbm/broken/cycle.txt", table(header), "", "cycle.txt: read a LightGBM model: tree 0: node 2 leads back to node 0"},
		{model, table(header), "scores.xls", "ends in .csv or .parquet"},
	} {
		var printed bytes.Buffer
		if _, err := Score(&printed, c.model, c.features, c.file); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
	var printed bytes.Buffer
	if rows, err := Score(&printed, model, table(header+"1,,na,NaN,5,6\n"), ""); err != nil || rows != 1 || strings.Count(printed.String(), "\n") != 2 {
		t.Errorf("what is missing: %d rows, %v, %s", rows, err, &printed)
	}
	if rows, err := Score(&printed, model, table(header), ""); err != nil || rows != 0 {
		t.Errorf("no rows: %d, %v", rows, err)
	}
}

// Evidence is the coefficient of the scores with each label, over the times and sessions of all histories and
// options, whatever the order of the columns.
func TestEvidenceOfScores(t *testing.T) {
	const model = "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nmax_feature_idx=0\nobjective=regression\nfeature_names=f\ntree_sizes=1\n\nTree=0\nnum_leaves=2\nnum_cat=0\nsplit_feature=0\nthreshold=0\ndecision_type=10\nleft_child=-1\nright_child=-2\nleaf_value=-1 1\nis_linear=0\n\nend of trees\n"
	folder := t.TempDir()
	write := func(name, text string) string {
		t.Helper()
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	random := rand.New(rand.NewPCG(9, 9))
	var wantScore, wantLabel []float64
	var wantTime, wantSession []int32
	var b strings.Builder
	b.WriteString("y_2,session,f,option,history,y_1,minute,other\n")
	for history := range 2 {
		for option := range 2 {
			for minute := range 200 {
				f := random.NormFloat64()
				label, later := fmt.Sprint(f+3*random.NormFloat64()), ""
				if minute%100 < 98 {
					later = fmt.Sprint(random.NormFloat64())
				}
				if minute == 7 {
					label = "NaN"
				}
				score, y := 1.0, math.NaN()
				if f <= 0 {
					score = -1
				}
				if minute != 7 {
					var err error
					if y, err = strconv.ParseFloat(label, 64); err != nil {
						t.Fatal(err)
					}
				}
				wantScore, wantLabel = append(wantScore, score), append(wantLabel, y)
				wantTime, wantSession = append(wantTime, int32(200*history+minute)), append(wantSession, int32(2*history+minute/100))
				fmt.Fprintf(&b, "%s,%d,%v,%d,day %d,%s,%d,x\n", later, minute/100, f, option, history, label, minute-50) // from wherever they are counted
			}
		}
	}
	m, err := models.Read(write("model.txt", model))
	if err != nil {
		t.Fatal(err)
	}
	e, err := learn.Judge(m, write("features.csv", b.String()))
	if err != nil {
		t.Fatal(err)
	}
	if e.Rows != 800 || e.Sessions != 4 || len(e.Labels) != 2 || e.Labels[0].Minutes != 1 {
		t.Fatalf("%+v", e)
	}
	shuffled := strings.Split(strings.TrimSpace(b.String()), "\n")
	random.Shuffle(len(shuffled)-1, func(i, j int) { shuffled[i+1], shuffled[j+1] = shuffled[j+1], shuffled[i+1] })
	other, err := learn.Judge(m, write("shuffled.csv", strings.Join(shuffled, "\n")+"\n"))
	if err != nil || math.Abs(other.Turnover-e.Turnover) > 1e-9 || other.Labels[0].Rank.Lags != e.Labels[0].Rank.Lags || math.Abs(other.Labels[0].Rank.Error-e.Labels[0].Rank.Error) > 1e-12 {
		t.Errorf("in another order the evidence is another: %+v, %+v, %v", other, e, err)
	}
	want := verdict.Pair(wantScore, wantLabel, wantTime, wantSession)
	if got, want := e.Labels[0].Rank, want.Rank(2); got != want || got.N != 796 || got.Times != 398 || got.BySession.N != 4 {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got, want := e.Labels[0].Pearson, want.Pearson(2); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if e.Labels[1].Rank.N != 784 || e.Labels[1].Rank.Lags != 4 {
		t.Errorf("%+v", e.Labels[1])
	}
	var printed bytes.Buffer
	if err := e.Write(&printed); err != nil || !strings.HasPrefix(printed.String(), "the model does not say what it was trained on") || !strings.Contains(printed.String(), "rank IC with y_1 is above zero: 0.") || !strings.Contains(printed.String(), "y_2 is not distinguishable from zero") {
		t.Errorf("%v, %s", err, &printed)
	}
	zipped, err := os.Create(filepath.Join(folder, "two.zip"))
	if err != nil {
		t.Fatal(err)
	}
	archive := zip.NewWriter(zipped)
	for name, text := range map[string]string{"a.csv": "f,history,session,minute,option,y_1\n1,a,0,0,0,2\n", "b.csv": "f,history,session,minute,option,y_2\n1,a,0,0,0,2\n"} {
		if file, err := archive.Create(name); err != nil {
			t.Fatal(err)
		} else if _, err := file.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(archive.Close(), zipped.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := learn.Judge(m, filepath.Join(folder, "two.zip")); err == nil || !strings.Contains(err.Error(), "not every table of it has the column") {
		t.Errorf("tables with other labels: %v", err)
	}
	features := []models.Described{{Name: "f"}}
	about, err := json.Marshal(models.About{Label: 5, Features: features, Hash: models.HashOf(features), Seen: models.Seen{Market: models.Recorded, Histories: []models.History{{Name: "day 1"}, {Name: "day 9"}}, Score: models.Spread{Scale: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	write("model.txt.seen.json", string(about))
	if m, err = models.Read(filepath.Join(folder, "model.txt")); err != nil {
		t.Fatal(err)
	}
	printed.Reset()
	if e, err = learn.Judge(m, filepath.Join(folder, "features.csv")); err != nil || e.Write(&printed) != nil || !strings.HasPrefix(printed.String(), "in sample: the model was trained on 1 of the 2 markets") {
		t.Errorf("%v, %s", err, &printed)
	}
	write("model.txt.seen.json", `{`)
	if _, err := models.Read(filepath.Join(folder, "model.txt")); err == nil || !strings.Contains(err.Error(), "model.txt.seen.json: it is damaged") {
		t.Errorf("%v", err)
	}
	for name, text := range map[string]string{
		"it has no column y_N of labels": "f,history,session,minute,option\n1,a,0,0,0\n", "it has no column history": "f,y_1\n1,2\n", "it has no rows": "f,history,session,minute,option,y_1\n",
		`row 0: minute is "x", which is not an integer`: "f,history,session,minute,option,y_1\n1,a,0,x,0,2\n", `row 0: y_1 is "z", which is not a number`: "f,history,session,minute,option,y_1\n1,a,0,0,0,z\n",
	} {
		if _, err := learn.Judge(m, write("broken.csv", text)); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v, want %q", err, name)
		}
	}
}
