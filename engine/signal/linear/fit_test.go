package linear

import (
	"encoding/csv"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// signals reads a table of testdata/signals.
func signals(t *testing.T, name string) (header []string, rows [][]string) {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "..", "testdata", "signals", name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	all, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all[0], all[1:]
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// training are the rows that the known answers are fitted to: sessions 0 to 5 of a panel, y the sum of the
// next 15 returns in the session times 10⁴.
func training(t *testing.T, columns string) *Data {
	t.Helper()
	header, rows := signals(t, "panel_planted.csv")
	place := map[string]int{}
	for k, name := range header {
		place[name] = k
	}
	names := strings.Fields(columns)
	d := &Data{Features: make([][]float64, len(names))}
	for i, row := range rows {
		if number(t, row[place["session"]]) >= 6 || i+15 >= len(rows) || rows[i+15][place["session"]] != row[place["session"]] {
			continue
		}
		y := 0.0
		for _, later := range rows[i+1 : i+16] {
			y += number(t, later[place["ret"]])
		}
		d.Target = append(d.Target, y*1e4)
		for k, name := range names {
			x := 0.0
			for _, part := range strings.Split(name, "+") {
				x += number(t, row[place[part]])
			}
			d.Features[k] = append(d.Features[k], x)
		}
	}
	return d
}

// Coefficients are mpmath's, of ridge regression with and without a column that depends on others, and
// scikit-learn's of the elastic net, zeros exactly.
func TestKnownModels(t *testing.T) {
	_, rows := signals(t, "ridge.csv")
	fitters, compared := map[string]*Fitter{}, 0
	for _, row := range rows {
		kind, columns, figure := row[0], row[1], row[4]
		if fitters[columns] == nil {
			f, err := Moments(training(t, columns))
			if err != nil {
				t.Fatal(err)
			}
			fitters[columns] = f
		}
		f := fitters[columns]
		var m *Model
		var err error
		digits := 1e-10
		switch kind {
		case "ridge":
			m, err = f.Ridge(number(t, row[2]))
			if strings.Contains(columns, "+") {
				digits = 1e-8
			}
		case "elastic_net":
			m, err = f.ElasticNet(number(t, row[2]), number(t, row[3]))
			digits = 1e-7
		case "scaling":
			m = &f.model
		}
		if err != nil {
			t.Fatal(err)
		}
		want := number(t, row[5])
		var got float64
		switch parts := strings.Split(figure, "_"); {
		case strings.HasSuffix(figure, "_standardised") && parts[0] == "beta":
			got = m.Coefficients[int(number(t, parts[1]))]
		case strings.HasSuffix(figure, "_raw") && parts[0] == "beta":
			k := int(number(t, parts[1]))
			got = m.Coefficients[k] / m.Scale[k]
		case figure == "intercept_standardised":
			got = m.Intercept
		case figure == "intercept_raw":
			got = m.score(make([]float64, len(m.Mean)))
		case parts[0] == "mean":
			got = m.Mean[int(number(t, parts[1]))]
		case parts[0] == "sd":
			got = m.Scale[int(number(t, parts[1]))]
		default:
			continue
		}
		compared++
		if want == 0 && got != 0 || math.Abs(got-want) > digits*math.Abs(want) {
			t.Errorf("%s of %s, penalty %s %s: %s is %v, want %v", kind, columns, row[2], row[3], figure, got, want)
		}
	}
	if compared < 80 {
		t.Errorf("%d figures were compared", compared)
	}
}

// What cannot be fitted is an error; a feature that does not vary has no effect; the most alpha leaves no
// coefficient, and a little less leaves one.
func TestModelsAtTheEdges(t *testing.T) {
	if _, err := Moments(&Data{Features: [][]float64{{1}}, Target: []float64{1}}); err == nil {
		t.Error("one row is fitted")
	}
	if _, err := Moments(&Data{Features: [][]float64{{1, math.Inf(1)}}, Target: []float64{1, 2}}); err == nil {
		t.Error("what is infinite is fitted")
	}
	same := &Data{Features: [][]float64{slices.Repeat([]float64{0.1}, 100_000), make([]float64, 100_000)}, Target: make([]float64, 100_000)}
	for i := range same.Target {
		same.Features[1][i], same.Target[i] = float64(i%7), float64(i%5)
	}
	if f, err := Moments(same); err != nil || f.varies[0] || f.model.Mean[0] != 0.1 || f.model.Scale[0] != 1 {
		t.Errorf("of equal numbers, whose sum is rounded: %v", err)
	}
	d := &Data{Features: [][]float64{{1, 2, 3, 4}, {5, 5, 5, 5}, {2, 4, 6, 8}}, Target: []float64{1, 2, 2, 3}}
	f, err := Moments(d)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Ridge(0); err == nil || !strings.Contains(err.Error(), "depend on one another") {
		t.Errorf("columns that depend on one another: %v", err)
	}
	m, err := f.Ridge(1)
	if err != nil || m.Coefficients[1] != 0 || m.Scale[1] != 1 || math.Abs(m.Coefficients[0]-m.Coefficients[2]) > 1e-12 {
		t.Errorf("%v, %+v", err, m)
	}
	if !math.IsNaN(m.score([]float64{1, math.NaN(), 1})) {
		t.Error("a row without a feature has a score")
	}
	twice, err := Moments(&Data{Features: [][]float64{{1, 2, 3, 4}, {2, 4, 6, 8}}, Target: []float64{1, 2, 2, 3}})
	if err != nil {
		t.Fatal(err)
	}
	if m, err := twice.ElasticNet(1e-9, 0.5); !errors.Is(err, ErrNotSettled) {
		t.Errorf("columns that depend on one another, and hardly a penalty: %v, %+v", err, m)
	}
	for share, zero := range map[float64]bool{1: true, 0.99: false} {
		m, err := f.ElasticNet(share*f.MostAlpha(0.7), 0.7)
		if err != nil || (m.Coefficients[0] == 0 && m.Coefficients[2] == 0) != zero {
			t.Errorf("%v of the most alpha: %v, %+v", share, err, m)
		}
	}
}
