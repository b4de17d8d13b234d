package verdict

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"optmm/engine"
	"optmm/engine/market/synthetic"
	"optmm/engine/param"
	"optmm/engine/random"
)

// Known answers about days of testdata/statistics: made with arch, statsmodels and NumPy.

// readKnown reads a table of testdata, a map a row.
func readKnown(t *testing.T, name string) []map[string]string {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "testdata", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var table []map[string]string
	for _, row := range rows[1:] {
		entry := map[string]string{}
		for i, name := range rows[0] {
			entry[name] = row[i]
		}
		table = append(table, entry)
	}
	return table
}

func numberOf(t *testing.T, row map[string]string, name string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(row[name], 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return x
}

// statisticsSeries are the six made-up series.
func statisticsSeries(t *testing.T) map[string][]float64 {
	series := map[string][]float64{}
	for _, row := range readKnown(t, "statistics/series.csv") {
		series[row["series"]] = append(series[row["series"]], numberOf(t, row, "value"))
	}
	return series
}

// The length of a block is arch's.
func TestBlockLength(t *testing.T) {
	series := statisticsSeries(t)
	for _, row := range readKnown(t, "statistics/block_length.csv") {
		want := numberOf(t, row, "stationary")
		if got := blockLength(series[row["series"]]); math.Abs(got/want-1) > 1e-9 {
			t.Errorf("%s: the block has length %v, want %v", row["series"], got, want)
		}
	}
	for _, values := range [][]float64{nil, {1, 2, 3}, {2, 2, 2, 2, 2, 2, 2}} {
		if got := blockLength(values); got != 1 {
			t.Errorf("of %v the block has length %v", values, got)
		}
	}
}

// The error by Newey and West is statsmodels'.
func TestNeweyWest(t *testing.T) {
	series := statisticsSeries(t)
	for _, row := range readKnown(t, "statistics/newey_west.csv") {
		_, away := centered(series[row["series"]])
		lags := int(numberOf(t, row, "lags"))
		if got, want := neweyWest(away, lags), numberOf(t, row, "se_nw"); math.Abs(got/want-1) > 1e-10 {
			t.Errorf("%s with %d lags: %v, want %v", row["series"], lags, got, want)
		}
		if rule := row["is_rule_lag"] == "1"; rule != (lags == neweyWestLags(len(away))) && rule {
			t.Errorf("%s: the rule has %d lags, want %d", row["series"], neweyWestLags(len(away)), lags)
		}
	}
}

// The spread of a mean over many resamples approaches its closed form.
func TestStationaryBootstrap(t *testing.T) {
	series := statisticsSeries(t)
	const resamples = 8_000
	for _, row := range readKnown(t, "statistics/stationary_variance.csv") {
		values := series[row["series"]]
		if len(values) > 250 {
			continue // which takes long and shows no more
		}
		next := inBlocks(random.NewPCG64(7), numberOf(t, row, "block"))
		rows := make([]int, len(values))
		sum, squared := 0.0, 0.0
		for range resamples {
			next(rows)
			mean := 0.0
			for _, row := range rows {
				mean += values[row] / float64(len(values))
			}
			sum, squared = sum+mean, squared+mean*mean
		}
		mean := sum / resamples
		got, want := math.Sqrt(squared/resamples-mean*mean), numberOf(t, row, "se_exact")
		if math.Abs(got/want-1) > 0.03 {
			t.Errorf("%s in blocks of %s: the mean spreads by %v, want %v", row["series"], row["block"], got, want)
		}
	}
}

// autoregressive makes days, each of which keeps a part of the one before.
func autoregressive(n int, keeps float64, normal func() float64) []float64 {
	x := 0.0
	for range 50 {
		x = keeps*x + normal()
	}
	values := make([]float64, n)
	for i := range values {
		x = keeps*x + normal()
		values[i] = x
	}
	return values
}

// The intervals cover what the table of known answers says they do.
func TestCalibrationOfIntervalsOverDays(t *testing.T) {
	if !*long {
		t.Skip("it computes long, in ways that shorter tests go too: -long")
	}
	cosines, blocks := repetitions(t, 500), repetitions(t, 40)
	for _, row := range readKnown(t, "statistics/coverage.csv") {
		phi, days := numberOf(t, row, "phi"), int(numberOf(t, row, "n"))
		n, interval := cosines, func(values []float64) Interval {
			return (&Scores{Points: 1, Values: values}).OverDays().Of(0).interval()
		}
		switch row["method"] {
		case "cosine_t":
		case "sb_studentised":
			if days > 60 {
				continue
			}
			n, interval = blocks, func(values []float64) Interval { return studentizedBlocks(values, 0.95, 0) }
		default:
			continue
		}
		normal := normals(uint64(100*phi) + uint64(days))
		covered := 0.0
		for range n {
			if interval(autoregressive(days, phi, normal)).Contains(0) {
				covered += 1 / float64(n)
			}
		}
		want := numberOf(t, row, "coverage")
		errors := math.Sqrt(want * (1 - want) * (1/float64(n) + 1.0/2000))
		t.Logf("calibration: phi %v, %d days, %s covers %.3f, want %.3f ± %.3f", phi, days, row["method"], covered, want, errors)
		if math.Abs(covered-want) > 3*errors {
			t.Errorf("phi %v, %d days: %s covers %v, want %v ± %v", phi, days, row["method"], covered, want, errors)
		}
	}
}

// The coverage that verdicts state is that of few days too.
func TestCalibrationOfIntervalsOverFewDays(t *testing.T) {
	n := repetitions(t, 500)
	for _, days := range []int{MinimumPairs, 7, 10, 15, 20} {
		least, most := 1.0, 0.0
		for _, phi := range []float64{0, 0.3, 0.6} {
			normal := normals(uint64(100*phi) + uint64(days))
			covered := 0.0
			for range n {
				if (&Scores{Points: 1, Values: autoregressive(days, phi, normal)}).OverDays().Of(0).interval().Contains(0) {
					covered += 1 / float64(n)
				}
			}
			least, most = min(least, covered), max(most, covered)
		}
		low, high := CoverageOverDays(days)
		errors := 3 * math.Sqrt(low*(1-low)/float64(n))
		t.Logf("calibration: %d days cover %.3f to %.3f, stated as %v to %v", days, least, most, low, high)
		if least < low-errors || most > high+errors {
			t.Errorf("%d days cover %.3f to %.3f, stated as %v to %v", days, least, most, low, high)
		}
	}
}

// Of a year in which no point is better than the baseline, one is claimed about as often as
// said, also where days depend on one another.
func TestCalibrationOfClaimsOverDays(t *testing.T) {
	if !*long {
		t.Skip("it computes long, in ways that shorter tests go too: -long")
	}
	const points = 8
	n := repetitions(t, 50)
	for _, c := range []struct {
		days int
		phi  float64
		high float64
	}{{20, 0, 0.06}, {60, 0, 0.06}, {60, 0.3, 0.06}, {60, 0.6, 0.08}} {
		normal := normals(uint64(c.days) + uint64(10*c.phi))
		claims := 0.0
		for range n {
			columns := [][]float64{autoregressive(c.days, c.phi, normal)}
			for range points - 1 {
				columns = append(columns, autoregressive(c.days, c.phi, normal))
			}
			s := &Scores{Points: points}
			for day := range c.days {
				for _, column := range columns {
					s.Values = append(s.Values, column[day])
				}
			}
			if j := Judge(s.OverDays(), 0); len(j.Better) > 0 {
				claims += 1 / float64(n)
			}
		}
		within(t, "family-wise error over days", claims, n, 0, c.high)
	}
}

// Percentiles of the resampled means are arch's.
func TestStationaryPercentiles(t *testing.T) {
	series := statisticsSeries(t)
	for _, row := range readKnown(t, "statistics/stationary_intervals.csv") {
		if row["method"] != "percentile" {
			continue
		}
		values := series[row["series"]]
		next := inBlocks(random.NewPCG64(3), blockLength(values))
		rows, means := make([]int, len(values)), make([]float64, 4_999)
		for i := range means {
			next(rows)
			for _, row := range rows {
				means[i] += values[row] / float64(len(values))
			}
		}
		slices.Sort(means)
		for end, share := range map[string]float64{"lo": 0.025, "hi": 0.975} {
			low, high := numberOf(t, row, end+"_min"), numberOf(t, row, end+"_max")
			room := (high - low) / 4
			if got := Quantile(means, share); got < low-room || got > high+room {
				t.Errorf("%s: the quantile of %v is %v, want %v to %v", row["series"], share, got, low, high)
			}
		}
	}
}

// A null year of the engine: on every day the points are the same market maker under fills of
// their own, and differ in nothing else. One is claimed to beat the baseline about as often as
// said, as the days are and where each keeps a part of the day before.
func TestCalibrationOnANullYear(t *testing.T) {
	if !*long {
		t.Skip("it computes long, in ways that shorter tests go too: -long")
	}
	const points, days = 6, 24
	n := repetitions(t, 50)
	p := param.Defaults(param.Synthetic)
	p.Market.Minutes = 60
	var simulator engine.Simulator
	claims := map[float64]float64{0: 0, 0.3: 0, 0.6: 0} // by what is kept of the day before
	for year := range n {
		scores := map[float64]*Scores{}
		before := map[float64][]float64{}
		for keeps := range claims {
			scores[keeps], before[keeps] = &Scores{Points: points}, make([]float64, points)
		}
		for day := range days {
			m, err := synthetic.Source{}.Market(p.Market, uint32(year*days+day))
			if err != nil {
				t.Fatal(err)
			}
			for point := range points {
				summary, err := simulator.Run(m, &p, uint64((year*days+day)*points+point))
				if err != nil {
					t.Fatal(err)
				}
				for keeps := range claims {
					x := keeps*before[keeps][point] + summary.NetPnL
					before[keeps][point], scores[keeps].Values = x, append(scores[keeps].Values, x)
				}
			}
		}
		for keeps, s := range scores {
			if j := Judge(s.OverDays(), 0); len(j.Better) > 0 {
				claims[keeps] += 1 / float64(n)
			}
		}
	}
	within(t, "null year, false claims", claims[0], n, 0, 0.06)
	within(t, "null year, false claims where a day keeps 0.3 of the one before", claims[0.3], n, 0, 0.07)
	within(t, "null year, false claims where a day keeps 0.6 of the one before", claims[0.6], n, 0, 0.1)
}

// Over days the errors, the cross-check by bootstrap and the blocks of the step-down are those of
// days, and over seeds those of seeds.
func TestJudgeOverDays(t *testing.T) {
	normal := normals(5)
	s := &Scores{Points: 4}
	columns := [][]float64{autoregressive(80, 0.7, normal), autoregressive(80, 0.7, normal), autoregressive(80, 0.7, normal), autoregressive(80, 0.7, normal)}
	for day := range 80 {
		for point, column := range columns {
			s.Values = append(s.Values, column[day]+0.1*float64(point))
		}
	}
	seeds := Judge(s, 0)
	days := Judge(s.OverDays(), 0)
	if seeds.Block != 0 || days.Block < 2 || days.Difference.Degrees != cosineTerms(80) || seeds.Difference.Degrees != 79 {
		t.Errorf("blocks of %v and %v days, %d and %d degrees of freedom", seeds.Block, days.Block, seeds.Difference.Degrees, days.Difference.Degrees)
	}
	if want := studentizedBlocks(s.Paired(days.Best, 0), 1-Level, 0); days.Bootstrap != want {
		t.Errorf("the interval by bootstrap is %v, want %v", days.Bootstrap, want)
	}
	if !(days.Difference.StandardError > 1.5*seeds.Difference.StandardError) || !(days.Adjusted > seeds.Adjusted) {
		t.Errorf("errors %v and %v, adjusted p %v and %v", seeds.Difference.StandardError, days.Difference.StandardError, seeds.Adjusted, days.Adjusted)
	}
	means, errors := Cells(s, []int{2, 2}, 0, 1)
	if e := s.Of(3); means[1][1] != e.Mean || math.Abs(errors[1][1]-e.StandardError) > 1e-12 {
		t.Errorf("the cell of a point has %v ± %v, the point %+v", means[1][1], errors[1][1], e)
	}
}

// A point that differs from the baseline in one row alone, as where a limit hardly ever binds,
// does not hide that another is better: replicates without that row differ by rounding only.
func TestOnePointDiffersInOneRow(t *testing.T) {
	normal := normals(3)
	for rows := 7; rows <= 60; rows++ {
		lumpy := make([]float64, rows)
		lumpy[2] = 44.67
		if interval := studentizedBlocks(lumpy, 0.95, 0); interval.High-interval.Low > 1000 {
			t.Errorf("%d rows: the interval by blocks is %v", rows, interval)
		}
		if interval := Studentized(lumpy, 0.95, 0); interval.High-interval.Low > 1000 {
			t.Errorf("%d rows: the studentized interval is %v", rows, interval)
		}
		for _, days := range []bool{false, true} {
			s := &Scores{Points: 3}
			for row := range rows {
				s.Values = append(s.Values, 0, 5+normal(), -lumpy[row])
			}
			if days {
				s.OverDays()
			}
			if j := Judge(s, 0); !(j.Adjusted < 0.01) || !slices.Equal(j.Better, []int{1}) {
				t.Errorf("%d rows, days %v: adjusted p %v, better %v", rows, days, j.Adjusted, j.Better)
			}
		}
	}
}

// The index of an axis that does nothing is about 0 also where days depend on one another.
func TestSensitivitiesOverDays(t *testing.T) {
	normal := normals(9)
	const repetitions = 400
	first := 0.0
	for range repetitions {
		s := &Scores{Points: 4}
		var columns [][]float64
		for range 4 {
			columns = append(columns, autoregressive(60, 0.6, normal))
		}
		for day := range 60 {
			for point, column := range columns {
				s.Values = append(s.Values, column[day]+2*float64(point%2))
			}
		}
		indices, _ := Sensitivities(s.OverDays(), []int{2, 2})
		first += indices[0].First / repetitions
	}
	if math.Abs(first) > 0.012 { // 0.02 as if days were independent
		t.Errorf("an axis that does nothing explains %v", first)
	}
}

// The number of days that it takes gives an interval without zero in about four of five cases.
func TestDaysNeeded(t *testing.T) {
	e := Estimate{N: 50, Mean: 0.4, StandardError: 1 / math.Sqrt(50), Degrees: cosineTerms(50)}
	n := e.DaysNeeded()
	normal := normals(3)
	const repetitions = 1_000
	found := 0.0
	for range repetitions {
		values := make([]float64, n)
		for i := range values {
			values[i] = 0.4 + normal()
		}
		if (&Scores{Points: 1, Values: values}).OverDays().Of(0).interval().Low > 0 {
			found += 1.0 / repetitions
		}
	}
	if found < 0.75 || found > 0.85 {
		t.Errorf("%d days show it in %v", n, found)
	}
	if none := (Estimate{N: 50, Mean: 1e-9, StandardError: 1, Degrees: 5}).DaysNeeded(); none != 0 {
		t.Errorf("%d days show nothing", none)
	}
}
