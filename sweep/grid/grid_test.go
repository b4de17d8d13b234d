package grid

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"optmm/engine/param"
	"optmm/sweep/fault"
)

func parameter(t testing.TB, name string) param.Parameter {
	t.Helper()
	for _, p := range param.Parameters() {
		if p.Name == name {
			return p
		}
	}
	t.Fatalf("no parameter %s", name)
	return param.Parameter{}
}

func decode(t testing.TB, text string) any {
	t.Helper()
	var raw any
	if err := yaml.Unmarshal([]byte(text), &raw); err != nil {
		t.Fatal(err)
	}
	return raw
}

func axis(t testing.TB, name, text string) Axis {
	t.Helper()
	a, err := ParseAxis(parameter(t, name), "grid."+name, decode(t, text), false)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func numbers(a Axis) []float64 {
	var xs []float64
	for i := range a.Len() {
		xs = append(xs, a.At(i).Number)
	}
	return xs
}

func TestAxisValues(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []float64
	}{
		{"skew", "[0.0, 0.01, -0.02, 3]", []float64{0, 0.01, -0.02, 3}},
		{"k_fill", "{from: 20, to: 80, step: 20}", []float64{20, 40, 60, 80}},
		{"skew", "{from: 0, to: 0.5, step: 0.1}", []float64{0, 0.1, 0.2, 0.3, 0.4, 0.5}}, // 0.1·3 in float64 is not 0.3
		{"skew", "{from: -0.1, to: 0.2, step: 0.1}", []float64{-0.1, 0, 0.1, 0.2}},
		{"spread", "{linspace: [0.01, 0.05, 3]}", []float64{0.01, 0.03, 0.05}},
		{"spread", "{linspace: [0.05, 0.01, 5]}", []float64{0.05, 0.04, 0.03, 0.02, 0.01}},
		{"k_fill", "{logspace: [1, 1000, 4]}", []float64{1, 10, 100, 1000}},
		{"k_fill", "{logspace: [0.01, 0.04, 3]}", []float64{0.01, 0.02, 0.04}},
		{"minutes", "{linspace: [100, 300, 3]}", []float64{100, 200, 300}},
		{"minutes", "[10, 20.0]", []float64{10, 20}},
	} {
		if got := numbers(axis(t, c.name, c.text)); !slices.Equal(got, c.want) {
			t.Errorf("%s %s gives %v, want %v", c.name, c.text, got, c.want)
		}
	}
	choices := axis(t, "hedge_model", "[off, on_fill]")
	if choices.At(0).Text != "off" || choices.At(1).Text != "on_fill" {
		t.Errorf("hedge_model axis is %v, %v", choices.At(0), choices.At(1))
	}
}

func TestAxisRefuses(t *testing.T) {
	for _, c := range []struct{ name, text, path, want string }{
		{"skew", "[]", "grid.skew", "the axis is empty"},
		{"skew", "0.02", "grid.skew", "an axis is a list"},
		{"skew", "[0.1, 0.2, 0.1]", "grid.skew.2", "duplicate 0.1, first as entry 1"},
		{"skew", "[0.1, 1e-1]", "grid.skew.1", "duplicate 0.1"},
		{"skew", "[0.1, abc]", "grid.skew.1", `skew takes a number, not "abc"`},
		{"skew", "[.nan]", "grid.skew.0", "skew takes a number, not NaN"},
		{"skew", "[null]", "grid.skew.0", "not nothing"},
		{"minutes", "[100, 3.9]", "grid.minutes.1", "minutes 3.9 is not an integer"},
		{"minutes", "{linspace: [1, 2, 3]}", "grid.minutes.linspace", "minutes 1.5 is not an integer"},
		{"k_fill", "[-1]", "grid.k_fill.0", "k_fill -1 is outside its domain [0, ∞)"},
		{"hedge_model", "[on_fil]", "grid.hedge_model.0", `hedge_model "on_fil" is not one of on_fill | every | band | whalley_wilmott | off (did you mean on_fill?)`},
		{"hedge_model", "{from: 1, to: 2, step: 1}", "grid.hedge_model", "hedge_model takes names"},
		{"k_fill", "{from: 20, to: 80, stp: 20}", "grid.k_fill.stp", "unknown key stp (did you mean step?)"},
		{"k_fill", "{from: 20, step: 20}", "grid.k_fill", "to is missing"},
		{"k_fill", "{from: 80, to: 20, step: 20}", "grid.k_fill", "from 80 is not below to 20"},
		{"k_fill", "{from: 20, to: 80, step: 0}", "grid.k_fill.step", "step 0 must be above 0"},
		{"k_fill", "{from: 20, to: 80, step: .inf}", "grid.k_fill.step", "+Inf is not a finite number"},
		{"k_fill", "{from: 0, to: 10, step: 3}", "grid.k_fill", "the last value would be 9"},
		{"k_fill", "{from: 0, to: 1e300, step: 1e-300}", "grid.k_fill", "more than"},
		{"k_fill", "{linspace: [1, 2]}", "grid.k_fill.linspace", "linspace takes [first, last, count]"},
		{"k_fill", "{linspace: [1, 2, 1]}", "grid.k_fill.linspace.2", "count 1 is outside [2,"},
		{"k_fill", "{linspace: [1, 1, 2]}", "grid.k_fill.linspace", "first and last are both 1"},
		{"k_fill", "{linspace: [1, 2, 3], step: 1}", "grid.k_fill", "linspace takes no other keys"},
		{"k_fill", "{logspace: [0, 2, 3]}", "grid.k_fill.logspace", "must be positive"},
		{"k_fill", "{from: 0, to: 1, log: true}", "grid.k_fill.log", "positive ends"},
		{"k_fill", "{from: 1, to: 2, log: 1}", "grid.k_fill.log", "1 is not true or false"},
	} {
		_, err := ParseAxis(parameter(t, c.name), "grid."+c.name, decode(t, c.text), false)
		var fault *fault.Fault
		if !errors.As(err, &fault) || fault.Path != c.path || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: error %v, want one at %s with %q", c.name, c.text, err, c.path, c.want)
		}
	}
}

func build(t testing.TB, d Description) *Grid {
	t.Helper()
	d.Fixed = param.Defaults(param.Synthetic)
	g, err := New(d)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func filter(t testing.TB, source string, exclude bool) *Filter {
	t.Helper()
	f, err := ParseFilter("only", source, exclude)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// rows lists the numbers of every point.
func rows(g *Grid) [][]float64 {
	var all [][]float64
	for point := range g.Points() {
		var row []float64
		for _, value := range g.Values(point) {
			row = append(row, value.Number)
		}
		all = append(all, row)
	}
	return all
}

func equalRows(a, b [][]float64) bool {
	return slices.EqualFunc(a, b, func(x, y []float64) bool { return slices.Equal(x, y) })
}

func TestPointsStepTheLastAxisFastest(t *testing.T) {
	g := build(t, Description{
		Axes:     []Axis{axis(t, "k_fill", "[10, 20]"), axis(t, "skew", "[0, 1, 2]")}, // out of the table's order
		Baseline: map[string]param.Value{"skew": {Number: 1}, "k_fill": {Number: 20}},
	})
	want := [][]float64{{0, 10}, {0, 20}, {1, 10}, {1, 20}, {2, 10}, {2, 20}}
	if got := rows(g); !equalRows(got, want) {
		t.Errorf("points %v, want %v", got, want)
	}
	if point, added := g.Baseline(); point != 3 || added {
		t.Errorf("baseline is point %d (added %v), want 3", point, added)
	}
	if params := g.Params(4); params.Skew != 2 || params.KFill != 10 || params.Market.Minutes != 1000 {
		t.Errorf("point 4 has params %+v", params)
	}
}

func TestBaselineOutsideTheAxesIsAdded(t *testing.T) {
	g := build(t, Description{
		Axes:     []Axis{axis(t, "skew", "[0, 1]"), axis(t, "k_fill", "[10, 20]")},
		Baseline: map[string]param.Value{"skew": {Number: 0.02}, "k_fill": {Number: 20}},
	})
	if point, added := g.Baseline(); point != 4 || !added || g.Points() != 5 {
		t.Errorf("baseline is point %d (added %v) of %d, want 4 of 5", point, added, g.Points())
	}
	if params := g.Params(4); params.Skew != 0.02 || params.KFill != 20 {
		t.Errorf("baseline has skew %v, k_fill %v", params.Skew, params.KFill)
	}
}

// What a baseline leaves out is as the first point with the rest has it, also where axes
// step together and filters leave points out.
func TestBaselineThatNamesSome(t *testing.T) {
	value := func(x float64) param.Value { return param.Value{Number: x} }
	zipped, err := ParseAxis(parameter(t, "spread"), "zip.0.spread", decode(t, "[1, 2, 3]"), true)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		named   map[string]param.Value
		filters []*Filter
		want    []float64 // skew, k_fill, spread
		added   bool
	}{
		{"nothing", nil, nil, []float64{0, 10, 1}, false},
		{"an axis", map[string]param.Value{"skew": value(1)}, nil, []float64{1, 10, 1}, false},
		{"one of two that step together", map[string]param.Value{"k_fill": value(20)}, nil, []float64{0, 20, 2}, false},
		{"two that do not", map[string]param.Value{"k_fill": value(20), "spread": value(3)}, nil, []float64{0, 20, 3}, true},
		{"where the first is left out", map[string]param.Value{"k_fill": value(20)}, []*Filter{filter(t, "skew == 0 && k_fill == 20", true)}, []float64{1, 20, 2}, false},
		{"what all filters leave out", map[string]param.Value{"k_fill": value(20)}, []*Filter{filter(t, "k_fill == 20", true)}, []float64{0, 20, 1}, true},
	} {
		g := build(t, Description{
			Axes: []Axis{axis(t, "skew", "[0, 1]"), zipped, axis(t, "k_fill", "[10, 20, 30]")}, Zips: [][]string{{"k_fill", "spread"}},
			Filters: c.filters, Baseline: c.named,
		})
		point, added := g.Baseline()
		var got []float64
		for _, value := range g.Values(point) {
			got = append(got, value.Number)
		}
		if want := []float64{c.want[0], c.want[2], c.want[1]}; !slices.Equal(got, want) || added != c.added {
			t.Errorf("%s: the baseline is %v, added %v; want %v, %v", c.name, got, added, want, c.added)
		}
	}
}

func TestZippedAxesStepTogether(t *testing.T) {
	spread, err := ParseAxis(parameter(t, "spread"), "zip.0.spread", decode(t, "[1, 1, 3]"), true)
	if err != nil {
		t.Fatal(err)
	}
	g := build(t, Description{
		Axes:     []Axis{axis(t, "skew", "[0, 1]"), spread, axis(t, "k_fill", "[10, 20, 30]")},
		Zips:     [][]string{{"k_fill", "spread"}},
		Baseline: map[string]param.Value{"skew": {}, "spread": {Number: 1}, "k_fill": {Number: 20}},
	})
	want := [][]float64{{0, 1, 10}, {0, 1, 20}, {0, 3, 30}, {1, 1, 10}, {1, 1, 20}, {1, 3, 30}}
	if got := rows(g); !equalRows(got, want) {
		t.Errorf("points %v, want %v", got, want)
	}
	if point, _ := g.Baseline(); point != 1 {
		t.Errorf("baseline is point %d, want 1", point)
	}
}

func TestFiltersLeavePointsOut(t *testing.T) {
	axes := []Axis{axis(t, "skew", "[0, 0.1]"), axis(t, "spread", "[0.01, 0.02]"), axis(t, "k_fill", "[10, 20]")}
	baseline := map[string]param.Value{"skew": {Number: 0.1}, "spread": {Number: 0.02}, "k_fill": {Number: 20}}
	for _, c := range []struct {
		filters  []*Filter
		want     [][]float64
		baseline int
	}{
		{[]*Filter{filter(t, "skew > 0.05 && k_fill < 20", true)},
			[][]float64{{0, 10, 0.01}, {0, 10, 0.02}, {0, 20, 0.01}, {0, 20, 0.02}, {0.1, 20, 0.01}, {0.1, 20, 0.02}}, 5},
		{[]*Filter{filter(t, "skew * 200 == k_fill || skew == 0", false), filter(t, "spread < 0.02", false)},
			[][]float64{{0, 10, 0.01}, {0, 20, 0.01}, {0.1, 20, 0.01}}, 3},
		{[]*Filter{filter(t, `hedge_model == "on_fill" and minutes == 1000`, false), filter(t, "k_fill in [20] and spread > 0.01", false)},
			[][]float64{{0, 20, 0.02}, {0.1, 20, 0.02}}, 1},
	} {
		g := build(t, Description{Axes: axes, Filters: c.filters, Baseline: baseline})
		// A filter may regroup the axes; compare the points as a set of (skew, k_fill, spread).
		var got [][]float64
		for point := range g.Points() {
			params := g.Params(point)
			got = append(got, []float64{params.Skew, params.KFill, params.Spread.Value})
		}
		if _, added := g.Baseline(); added {
			got = got[:len(got)-1]
		}
		if !equalRows(got, c.want) {
			t.Errorf("%s: points %v, want %v", c.filters[0].Source, got, c.want)
		}
		if point, _ := g.Baseline(); point != c.baseline {
			t.Errorf("%s: baseline is point %d, want %d", c.filters[0].Source, point, c.baseline)
		}
	}
}

func TestFilterRefuses(t *testing.T) {
	for _, c := range []struct{ source, want string }{
		{"skw > 0", "skw is not a parameter (did you mean skew?)"},
		{"skew >", "it ends too early"},
		{"skew = 1", "= is not expected at character 6; == compares"},
		{"skew > 'a'", "> at character 6 is between a number and a text"},
		{"skew && 1", "&& at character 6 takes conditions, not a number and a number"},
		{"!skew", "! at character 1 is before a number"},
		{"skew ? true : false", "before ? there is a number, want a condition"},
		{"skew > 1)", ") is not expected at character 9"},
		{"skew + 1", "it is a number, want a condition"},
		{"", "it is empty"},
		{"len(skew) > 1", "len"},
	} {
		_, err := ParseFilter("exclude.0", c.source, true)
		var fault *fault.Fault
		if !errors.As(err, &fault) || fault.Path != "exclude.0" || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v, want one with %q", c.source, err, c.want)
		}
	}
	_, err := New(Description{Fixed: param.Defaults(param.Synthetic), Axes: []Axis{axis(t, "skew", "[0, 1]")}, Filters: []*Filter{filter(t, "skew > 1", false)}})
	if err == nil || !strings.Contains(err.Error(), "the filters leave no point") {
		t.Errorf("error %v, want one that the filters leave no point", err)
	}
}

// Whatever the description, every point passes the filters, no two are equal,
// and a point's values are found at the point.
func TestPointsAreDistinctAndFound(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	expanded := 0
	for range 200 {
		d := Description{Baseline: map[string]param.Value{"skew": {Number: 9}}}
		for name, texts := range map[string][]string{
			"skew":        {"[0, 0.5, 1]", "{from: 0, to: 0.4, step: 0.1}"},
			"spread":      {"[0.01, 0.3]", "{linspace: [0.01, 0.07, 4]}"},
			"k_fill":      {"[1, 2, 3]", "{logspace: [1, 9, 3]}"},
			"hedge_model": {"[off]", "[on_fill, off]"},
		} {
			if random.IntN(4) > 0 {
				d.Axes = append(d.Axes, axis(t, name, texts[random.IntN(2)]))
			}
		}
		for _, source := range []string{"skew < 0.5 || spread > 0.02", "k_fill != 3", `hedge_model == "off" || skew > 0`} {
			if random.IntN(2) > 0 {
				d.Filters = append(d.Filters, filter(t, source, false))
			}
		}
		d.Fixed = param.Defaults(param.Synthetic)
		g, err := New(d)
		if err != nil && strings.Contains(err.Error(), "the filters leave no point") {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		expanded++
		test := g.tester(d.Filters)
		seen := map[param.Params]bool{}
		for point := range g.Points() {
			params := g.Params(point)
			if seen[params] {
				t.Fatalf("duplicate point %d: %+v", point, params)
			}
			seen[params] = true
			if _, added := g.Baseline(); added && point == g.Points()-1 {
				continue
			}
			if at := g.find(g.Values(point)); at != point {
				t.Fatalf("the values of point %d are found at %d", point, at)
			}
			if passed, err := test(g.Values(point)); err != nil || !passed {
				t.Fatalf("point %d passes %v, error %v", point, passed, err)
			}
		}
		wanted := 0
		d.Filters = nil
		every := build(t, d)
		for point := range every.listed {
			if passed, _ := test(every.Values(point)); passed {
				wanted++
			}
		}
		if g.listed != wanted {
			t.Fatalf("%d points, want %d", g.listed, wanted)
		}
	}
	if expanded < 100 {
		t.Errorf("only %d of 200 descriptions had points", expanded)
	}
}

func TestSample(t *testing.T) {
	for _, method := range SampleMethods() {
		d := Description{
			Axes: []Axis{axis(t, "skew", "{from: -1, to: 1}"), axis(t, "k_fill", "{from: 1, to: 100, log: true}"),
				axis(t, "minutes", "{from: 10, to: 12}"), axis(t, "hedge_model", "[on_fill, off]")},
			Sample:  &Sample{Method: method, Points: 400, Seed: 7},
			Filters: []*Filter{filter(t, "skew > 0.9", true)},
		}
		g := build(t, d)
		again := build(t, d)
		meanLog, minutes, off := 0.0, map[int]int{}, 0
		for point := range g.listed {
			params := g.Params(point)
			if params != again.Params(point) {
				t.Fatalf("%s: point %d differs from one expansion to the next", method, point)
			}
			if !(params.Skew >= -1 && params.Skew <= 0.9 && params.KFill >= 1 && params.KFill <= 100) {
				t.Fatalf("%s: point %d is out of range: %+v", method, point, params)
			}
			meanLog += math.Log(params.KFill) / float64(g.listed)
			minutes[params.Market.Minutes]++
			if params.HedgeModel == "off" {
				off++
			}
		}
		if g.listed < 350 || g.listed > 399 || math.Abs(meanLog-math.Log(10)) > 0.3 || len(minutes) != 3 || off < 120 || off > 280 {
			t.Errorf("%s: %d points, mean log k_fill %v, minutes %v, %d without hedge", method, g.listed, meanLog, minutes, off)
		}
	}
}

// A narrow range keeps its points inside and apart; a point drawn twice is one.
func TestSampleStaysInItsRange(t *testing.T) {
	g := build(t, Description{
		Axes:   []Axis{axis(t, "skew", "{from: 100.00001, to: 100.00002}"), axis(t, "k_fill", "{from: 1, to: 1.000001, log: true}")},
		Sample: &Sample{Method: "lhs", Points: 200, Seed: 1},
	})
	if g.listed != 200 {
		t.Errorf("%d distinct points of 200", g.listed)
	}
	for point := range g.listed {
		params := g.Params(point)
		if params.Skew < 100.00001 || params.Skew > 100.00002 || params.KFill < 1 || params.KFill > 1.000001 {
			t.Fatalf("point %d is outside: skew %v, k_fill %v", point, params.Skew, params.KFill)
		}
	}
	g = build(t, Description{
		Axes:   []Axis{axis(t, "skew", "[0, 0.02]"), axis(t, "spread", "[0.02, 0.03]")},
		Sample: &Sample{Method: "random", Points: 50, Seed: 1},
	})
	if g.Points() != 4 {
		t.Errorf("%d points of a two-by-two grid", g.Points())
	}
}

func TestRangeNeedsASample(t *testing.T) {
	_, err := New(Description{Fixed: param.Defaults(param.Synthetic), Axes: []Axis{axis(t, "skew", "{from: 0, to: 1}")}})
	if err == nil || !strings.Contains(err.Error(), "grid.skew: a range without a step needs a sample") {
		t.Errorf("error %v", err)
	}
}

// A grid of 10⁹ points is described, not enumerated.
func TestHugeGridTakesNoMemory(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	g := build(t, Description{
		Axes:     []Axis{axis(t, "skew", "{linspace: [0, 1, 1000]}"), axis(t, "spread", "{from: 0.001, to: 1, step: 0.001}"), axis(t, "k_fill", "{linspace: [1, 2, 1000]}")},
		Filters:  []*Filter{filter(t, "skew > 0.5", false)},
		Baseline: map[string]param.Value{"skew": {Number: 1}, "spread": {Number: 1}, "k_fill": {Number: 2}},
	})
	runtime.ReadMemStats(&after)
	if g.Points() != 500*1000*1000 {
		t.Errorf("%d points, want 500,000,000", g.Points())
	}
	if point, added := g.Baseline(); point != g.Points()-1 || added {
		t.Errorf("baseline is point %d (added %v), want the last", point, added)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 8<<20 {
		t.Errorf("%d bytes allocated, want at most 8 MiB", used)
	}
}

// Long zipped axes and filters over two of them stay cheap.
func TestLongZipTakesLittleMemory(t *testing.T) {
	var zipped []Axis
	for _, name := range []string{"skew", "k_fill"} {
		a, err := ParseAxis(parameter(t, name), "zip.0."+name, decode(t, "{linspace: [0, 1, 1000000]}"), true)
		if err != nil {
			t.Fatal(err)
		}
		zipped = append(zipped, a)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	g := build(t, Description{Axes: append(zipped, axis(t, "spread", "{linspace: [0, 1, 1000]}")), Zips: [][]string{{"skew", "k_fill"}},
		Baseline: map[string]param.Value{"skew": {}, "k_fill": {}, "spread": {}}})
	runtime.ReadMemStats(&after)
	if g.Points() != 1_000_000_000 {
		t.Errorf("%d points", g.Points())
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 8<<20 {
		t.Errorf("%d bytes allocated, want at most 8 MiB", used)
	}
}

func TestSeeds(t *testing.T) {
	counted, err := ParseSeeds("seeds", decode(t, "{first: 5, count: 3}"))
	if err != nil {
		t.Fatal(err)
	}
	if counted.Len() != 3 || counted.At(2) != (Seed{7, 7}) {
		t.Errorf("%d seeds, the last %v", counted.Len(), counted.At(2))
	}
	listed, err := ParseSeeds("seeds", decode(t, "[1, {market: 42, fill: 18446744073709551615}]"))
	if err != nil {
		t.Fatal(err)
	}
	if listed.Len() != 2 || listed.At(0) != (Seed{1, 1}) || listed.At(1) != (Seed{42, 1<<64 - 1}) {
		t.Errorf("seeds %v, %v", listed.At(0), listed.At(1))
	}
	for _, c := range []struct{ text, path, want string }{
		{"20", "seeds", "seeds are {first, count} or a list"},
		{"[]", "seeds", "there are no seeds"},
		{"[1, 1]", "seeds.1", "duplicate seed 1"},
		{"[1, {market: 1, fill: 1}]", "seeds.1", "duplicate seed 1"},
		{"[-1]", "seeds.0", "seed -1 is below 0"},
		{"[1.5]", "seeds.0", "1.5 is not an integer"},
		{"[4294967296]", "seeds.0", "seed 4294967296 is beyond 4294967295"},
		{"[{market: 4294967296, fill: 0}]", "seeds.0.market", "beyond 4294967295"},
		{"[{market: 1, fil: 0}]", "seeds.0.fil", "unknown key fil (did you mean fill?)"},
		{"[{market: 1}]", "seeds.0", "fill is missing"},
		{"{first: 1, count: 0}", "seeds.count", "count 0 must be at least 1"},
		{"{first: 1, count: 2.5}", "seeds.count", "2.5 is not an integer"},
		{"{first: 4294967295, count: 2}", "seeds", "the last seed, 4294967296, is beyond"},
		{"{count: 2}", "seeds", "first is missing"},
	} {
		_, err := ParseSeeds("seeds", decode(t, c.text))
		var fault *fault.Fault
		if !errors.As(err, &fault) || fault.Path != c.path || !strings.Contains(err.Error(), c.want) {
			t.Errorf("seeds %s: error %v, want one at %s with %q", c.text, err, c.path, c.want)
		}
	}
}

// Whatever the YAML, an axis is refused with a Fault or gives values of its
// parameter's domain.
func FuzzParseAxis(f *testing.F) {
	for _, text := range []string{"[0, 1]", "{from: 0, to: 1, step: 0.1}", "{linspace: [0, 1, 3]}", "{logspace: [1, 10, 3]}", "{from: 1, to: 2, log: true}", "[on_fill]", "[unset]", "[1e400]", "{from: .nan, to: 1, step: 1}"} {
		for place := range param.Parameters() {
			f.Add(place, text)
		}
	}
	f.Fuzz(func(t *testing.T, place int, text string) {
		parameters := param.Parameters()
		p := parameters[uint(place)%uint(len(parameters))]
		var raw any
		if yaml.Unmarshal([]byte(text), &raw) != nil {
			return
		}
		a, err := ParseAxis(p, "grid", raw, false)
		if err != nil {
			var fault *fault.Fault
			if !errors.As(err, &fault) {
				t.Fatalf("error without a path: %v", err)
			}
			return
		}
		for i := range min(a.Len(), 100) {
			if err := p.Check(a.At(i)); err != nil {
				t.Fatalf("value %d: %v", i, err)
			}
		}
	})
}

func FuzzParseFilter(f *testing.F) {
	f.Add("skew > 0.05 && k_fill < 20")
	f.Add(`hedge_model in ["off"] or not (skew == 0)`)
	f.Fuzz(func(t *testing.T, source string) {
		filter, err := ParseFilter("only", source, false)
		if err != nil {
			return
		}
		g := &Grid{fixed: param.Defaults(param.Synthetic)}
		if _, err := g.tester([]*Filter{filter})(nil); err != nil {
			var fault *fault.Fault
			if !errors.As(err, &fault) {
				t.Fatalf("error without a path: %v", err)
			}
		}
	})
}

// Seeds that follow those of a study are none of them, in either stream.
func TestFollowingSeeds(t *testing.T) {
	pair := func(market, fill any) map[string]any { return map[string]any{"market": market, "fill": fill} }
	const last, lastFill = 4294967295, uint64(math.MaxUint64)
	for name, c := range map[string]struct {
		raw  any
		want []Seed
	}{
		"counted":          {map[string]any{"first": 3, "count": 2}, []Seed{{5, 5}, {6, 6}}},
		"at the end":       {map[string]any{"first": last - 1, "count": 2}, []Seed{{0, 0}, {1, 1}}},
		"listed":           {[]any{9, 2}, []Seed{{10, 10}, {11, 11}}},
		"pairs":            {[]any{pair(4, 70), pair(9, 20)}, []Seed{{10, 71}, {11, 72}}},
		"one market":       {[]any{pair(4, 70), pair(4, 20)}, []Seed{{4, 71}, {4, 72}}},
		"one fill":         {[]any{pair(4, 70), pair(5, 70)}, []Seed{{6, 70}, {7, 70}}},
		"one seed":         {[]any{pair(4, 70)}, []Seed{{5, 71}, {6, 72}}},
		"the largest fill": {[]any{pair(4, lastFill), pair(5, 100)}, []Seed{{6, 0}, {7, 1}}},
	} {
		seeds, err := ParseSeeds("seeds", c.raw)
		if err != nil {
			t.Fatal(name, err)
		}
		following, err := seeds.Following("holdout", 2)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []Seed
		for i := range following.Len() {
			got = append(got, following.At(i))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		if again, err := ParseSeeds("seeds", following.Notation()); err != nil || again.Len() != 2 || again.At(1) != got[1] {
			t.Errorf("%s: its notation %v is read as %v, %v", name, following.Notation(), again, err)
		}
		if _, shared := following.Shared(seeds); shared {
			t.Errorf("%s: a seed is in both", name)
		}
		if seed, shared := seeds.Shared(seeds); !shared || seed != seeds.At(0) {
			t.Errorf("%s: no seed is its own", name)
		}
	}
}

// Over histories every seed of fills is in each, history by history, and no two runs share their
// fills; the notation stays that of the seeds.
func TestOverHistories(t *testing.T) {
	for _, raw := range []any{map[string]any{"first": 3, "count": 2}, []any{7, map[string]any{"market": 1, "fill": 9}}} {
		seeds, err := ParseSeeds("seeds", raw)
		if err != nil {
			t.Fatal(err)
		}
		picked, held := seeds.OverHistories(0, 3), seeds.OverHistories(3, 5)
		if picked.Len() != 6 || picked.Histories() != 3 || picked.PerHistory() != 2 || held.Len() != 4 || seeds.Histories() != 0 {
			t.Errorf("%v: %d and %d replicates", raw, picked.Len(), held.Len())
		}
		seen := map[uint64]bool{}
		for k, over := range []*Seeds{picked, held} {
			for i := range over.Len() {
				seed := over.At(i)
				if want := uint32(3*k + i/2); seed.Market != want || seen[seed.Fill] {
					t.Errorf("%v: replicate %d is %+v, want history %d and fills of its own", raw, i, seed, want)
				}
				seen[seed.Fill] = true
			}
		}
		if picked.At(0).Fill != seeds.At(0).Fill || picked.At(1).Fill != seeds.At(1).Fill {
			t.Errorf("%v: the first history has other fills than the seeds", raw)
		}
		if fmt.Sprint(picked.Notation()) != fmt.Sprint(seeds.Notation()) {
			t.Errorf("%v: the notation is %v", raw, picked.Notation())
		}
		if _, shared := picked.Shared(held); shared {
			t.Errorf("%v: histories share a seed", raw)
		}
	}
	same, err := ParseSeeds("seeds", []any{map[string]any{"market": 1, "fill": 9}, map[string]any{"market": 2, "fill": 9}})
	if err != nil {
		t.Fatal(err)
	}
	if one, other, found := same.SameFills(); !found || one.Market != 1 || other.Market != 2 {
		t.Errorf("seeds with the same fills are not found: %v, %v", one, other)
	}
}
