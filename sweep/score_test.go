package sweep

import (
	"bytes"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"optmm/sweep/store"
)

// The scores of a table are LightGBM's bits, as CSV on the terminal and as files, whatever other columns the
// table has and in whatever order.
func TestScoreOfATable(t *testing.T) {
	const data = "../testdata/lightgbm/"
	file, err := os.Open(data + "scores.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	known, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
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

// featuresOf reads a table of numbers, its columns from the last to the first.
func featuresOf(t *testing.T, path string) (columns []store.Column, fields []store.Field) {
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
