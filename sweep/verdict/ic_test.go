package verdict

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

// testdata/signals was made by NumPy, SciPy and statsmodels.

// panelOf reads a feature of a panel and its label: the sum of the next returns of its session.
func panelOf(t *testing.T, name, feature string, horizon int) *Paired {
	t.Helper()
	var score, returns, session []float64
	for _, row := range readKnown(t, "signals/"+name+".csv") {
		score, returns, session = append(score, numberOf(t, row, feature)), append(returns, numberOf(t, row, "ret")), append(session, numberOf(t, row, "session"))
	}
	var labels []float64
	var times, sessions []int32
	for i := range score {
		label := math.NaN()
		if j := i + horizon; j < len(score) && session[j] == session[i] {
			label = 0
			for _, r := range returns[i+1 : j+1] {
				label += r
			}
		}
		labels = append(labels, label)
		times, sessions = append(times, int32(i)), append(sessions, int32(session[i]))
	}
	return Pair(score, labels, times, sessions)
}

// Information coefficients, their errors and those of sessions are statsmodels' and SciPy's.
func TestInformationCoefficients(t *testing.T) {
	panels, compared := map[string]*Paired{}, 0
	for _, row := range readKnown(t, "signals/ic.csv") {
		panel, feature, kind, figure := row["panel"], row["feature"], row["kind"], row["figure"]
		if panel != "panel_planted" && panel != "panel_null" {
			continue
		}
		horizon := int(numberOf(t, row, "horizon"))
		lags := 2 * horizon
		if text, is := strings.CutPrefix(figure, "se_nw_product_L"); is {
			var err error
			if lags, err = strconv.Atoi(text); err != nil {
				t.Fatal(err)
			}
		}
		key := fmt.Sprint(panel, feature, horizon)
		if panels[key] == nil {
			panels[key] = panelOf(t, panel, feature, horizon)
		}
		p := panels[key]
		c := p.Pearson(lags)
		if kind == "rank" {
			c = p.Rank(lags)
		}
		var got float64
		switch {
		case figure == "ic":
			got = c.Value
		case strings.HasPrefix(figure, "se_nw_product_L"):
			got = c.Error
		case figure == "ic_mean_of_sessions":
			got = c.BySession.Mean
		case figure == "ic_se_of_session_mean":
			got = c.BySession.StandardError
		default:
			continue
		}
		want := numberOf(t, row, "value")
		compared++
		if math.Abs(got-want) > 1e-10*math.Abs(want) || fmt.Sprint(c.N) != row["rows"] {
			t.Errorf("%s %s, %s of %d minutes: %s is %v over %d rows, want %v over %s", panel, feature, kind, horizon, figure, got, c.N, want, row["rows"])
		}
	}
	if compared < 100 {
		t.Errorf("%d figures were compared", compared)
	}
}

// The bootstrap's intervals are arch's, whose ends over eight seeds are given, within their range and a quarter more;
// the blocks are those of Politis and White, or twice as long as the label looks.
func TestBootstrapOfInformationCoefficients(t *testing.T) {
	type ends struct{ low, high [2]float64 }
	want, blocks := map[string]*ends{}, map[string]float64{}
	panels, horizons := map[string]*Paired{}, map[string]int{}
	for _, row := range readKnown(t, "signals/ic.csv") {
		panel, feature := row["panel"], row["feature"]
		if panel != "panel_planted" && panel != "panel_null" || row["kind"] != "rank" || row["horizon"] == "1" {
			continue
		}
		key := panel + " " + feature + " " + row["horizon"]
		if panels[key] == nil {
			horizons[key] = int(numberOf(t, row, "horizon"))
			panels[key], want[key] = panelOf(t, panel, feature, horizons[key]), &ends{}
		}
		pair := func() (x [2]float64) {
			if _, err := fmt.Sscan(row["value"], &x[0], &x[1]); err != nil {
				t.Fatal(err)
			}
			return x
		}
		switch row["figure"] {
		case "block_used":
			blocks[key] = numberOf(t, row, "value")
		case "block_bootstrap_lo_range_8_seeds":
			want[key].low = pair()
		case "block_bootstrap_hi_range_8_seeds":
			want[key].high = pair()
		}
	}
	for key, p := range panels {
		interval, block := p.rankBootstrap(horizons[key])
		if math.Abs(block-blocks[key]) > 1e-9*block {
			t.Errorf("%s: blocks of %v, want %v", key, block, blocks[key])
		}
		for _, end := range []struct {
			got  float64
			want [2]float64
		}{{interval.Low, want[key].low}, {interval.High, want[key].high}} {
			if more := (end.want[1] - end.want[0]) / 4; !(end.got >= end.want[0]-more && end.got <= end.want[1]+more) {
				t.Errorf("%s: %v, want %v", key, end.got, end.want)
			}
		}
	}
	if len(panels) != 7 {
		t.Errorf("%d panels", len(panels))
	}
	if interval, block := Pair([]float64{1, 1}, []float64{1, 2}, make([]int32, 2), make([]int32, 2)).rankBootstrap(1); !math.IsNaN(interval.Low) || !math.IsNaN(block) {
		t.Errorf("of a score that does not vary: %v, %v", interval, block)
	}
}

// Options that move together are no more rows than one of them: the error stays, however many there are.
func TestOptionsAreNoFurtherRows(t *testing.T) {
	one := panelOf(t, "panel_planted", "f", 5)
	three := &Paired{}
	for range 3 {
		three.score, three.label = append(three.score, one.score...), append(three.label, one.label...)
		three.time, three.session = append(three.time, one.time...), append(three.session, one.session...)
	}
	a, b := one.Rank(10), three.Rank(10)
	if math.Abs(a.Value-b.Value) > 1e-9 || math.Abs(a.Error-b.Error) > 1e-9 || a.Times != b.Times || 3*a.N != b.N {
		t.Errorf("%+v and %+v", a, b)
	}
}

// What does not vary, or is nowhere defined, has no coefficient; ranks of equal values are their mean.
func TestInformationCoefficientsOfNothing(t *testing.T) {
	nan := math.NaN()
	zeros := make([]int32, 5)
	for _, p := range []*Paired{Pair(nil, nil, nil, nil), Pair([]float64{1, 1, 1}, []float64{1, 2, 3}, zeros, zeros), Pair([]float64{nan, 1}, []float64{1, nan}, zeros, zeros)} {
		if c := p.Rank(2); !math.IsNaN(c.Value) || !math.IsNaN(c.Error) {
			t.Errorf("%+v", c)
		}
	}
	if got := ranks([]float64{3, 1, 3, 2, 3}); fmt.Sprint(got) != "[4 1 4 2 4]" {
		t.Errorf("ranks %v", got)
	}
	p := Pair([]float64{4, 3, 2, 1, nan}, []float64{40, 30, 20, 10, 0}, zeros, zeros)
	if got := p.meanByQuantile(2); fmt.Sprint(got) != "[15 35]" {
		t.Errorf("means %v", got)
	}
}

// Over null panels of a persistent feature and overlapping labels the interval misses 0 about as often as it
// says; the naive one far more often.
func TestFalseAlarms(t *testing.T) {
	panels := 60
	if *long {
		panels = 400
	}
	random := rand.New(rand.NewPCG(5, 6))
	const sessions, length, horizon, phi = 10, 300, 15, 0.97
	alarms, naive := 0, 0
	for range panels {
		var score, label []float64
		var time, of []int32
		x := 0.0
		for session := range sessions {
			returns := make([]float64, length)
			for i := range returns {
				returns[i] = random.NormFloat64()
			}
			for i := range length {
				x = phi*x + math.Sqrt(1-phi*phi)*random.NormFloat64()
				y := math.NaN()
				if i+horizon < length {
					y = 0
					for _, r := range returns[i+1 : i+horizon+1] {
						y += r
					}
				}
				score, label = append(score, x), append(label, y)
				time, of = append(time, int32(len(time))), append(of, int32(session))
			}
		}
		c := Pair(score, label, time, of).Rank(2 * horizon)
		if interval := c.Interval(); interval.Low > 0 || interval.High < 0 {
			alarms++
		}
		if math.Abs(c.Value) > 1.96/math.Sqrt(float64(c.N)) {
			naive++
		}
	}
	share, naively := float64(alarms)/float64(panels), float64(naive)/float64(panels)
	if share > 0.05+4*math.Sqrt(0.05*0.95/float64(panels))+0.04 || naively < 0.35 {
		t.Errorf("%.3f of %d null panels alarm, naively %.3f", share, panels, naively)
	}
}
