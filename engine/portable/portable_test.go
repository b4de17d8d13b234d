package portable

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write mills_table.go from the big-float reference")

// withinOne and withinTwo are what the functions promise, in units in the last
// place.
const (
	withinOne = 1
	withinTwo = 2
)

// worst runs one function against its reference over random and given
// arguments and reports the largest error seen.
func worst(t *testing.T, name string, allowed float64, xs []float64, got func(float64) float64, errorIn func(x, got float64) float64) {
	t.Helper()
	largest, at := 0.0, 0.0
	for _, x := range xs {
		if u := errorIn(x, got(x)); u > largest {
			largest, at = u, x
		}
	}
	t.Logf("%s: at most %.3f ulp, at %v, over %d arguments", name, largest, at, len(xs))
	if !(largest <= allowed) {
		t.Errorf("%s(%v) is %.3f ulp off, want at most %v", name, at, largest, allowed)
	}
}

func uniform(random *rand.Rand, n int, low, high float64) []float64 {
	xs := make([]float64, n)
	for i := range xs {
		xs[i] = low + (high-low)*random.Float64()
	}
	return xs
}

func TestExpWithinOneUlp(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	xs := append(uniform(random, 1500, -1, 1), uniform(random, 500, -745, 709.7)...)
	xs = append(xs, 0, 1, -1, math.Ln2/2, -math.Ln2/2, 1e-300, -1e-9, 709.78, -708.4, -745.1, 1.5*math.Ln2)
	worst(t, "Exp", withinOne, xs, Exp, func(x, got float64) float64 { return ulps(got, bigExp(number(x))) })
}

// positive returns numbers of every magnitude, many of them near 1, where a logarithm is
// near 0.
func positive(random *rand.Rand, few int, low, high float64) []float64 {
	xs := append(uniform(random, few, low, high), uniform(random, 100, 0.999, 1.001)...)
	for _, e := range uniform(random, few/2, -1073, 1023) {
		xs = append(xs, math.Exp2(e))
	}
	return append(xs, math.Sqrt2, math.Nextafter(math.Sqrt2, 2), 1+0x1p-52, 1-0x1p-53, 5e-324, math.MaxFloat64)
}

func TestLogWithinOneUlp(t *testing.T) {
	xs := positive(rand.New(rand.NewPCG(2, 2)), 300, 0.5, 2)
	worst(t, "Log", withinOne, xs, Log, func(x, got float64) float64 { return ulps(got, bigLog(x)) })
}

func TestLogNearestIsTheNearest(t *testing.T) {
	xs := positive(rand.New(rand.NewPCG(21, 2)), 500, 0, 1)
	worst(t, "LogNearest", 0.5+1e-9, xs, LogNearest, func(x, got float64) float64 { return ulps(got, bigLog(x)) })
	if LogNearest(1) != 0 || !math.IsInf(LogNearest(0), -1) || !math.IsNaN(LogNearest(-1)) || !math.IsInf(LogNearest(math.Inf(1)), 1) {
		t.Error("special cases are not those of Log")
	}
}

func TestNearOneWithinTwoUlps(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	xs := append(uniform(random, 400, -0.99, 3), uniform(random, 100, -1e-3, 1e-3)...)
	for _, e := range uniform(random, 100, -60, 100) {
		xs = append(xs, math.Exp2(e), -math.Exp2(-math.Abs(e)))
	}
	xs = append(xs, 1e-300, -1e-17, 0.4, math.Nextafter(0.4, 1), -0.25, math.Nextafter(-0.25, -1), -1+0x1p-53)
	worst(t, "Log1p", withinTwo, xs, Log1p, func(x, got float64) float64 { return ulps(got, bigLog1p(x)) })
	xs = append(uniform(random, 500, -1, 1), uniform(random, 200, -45, 45)...)
	xs = append(xs, 1e-300, -1e-17, 1e-9, -1e-9, math.Ln2/2, -math.Ln2/2, 709.7, -39.9)
	worst(t, "Expm1", withinTwo, xs, Expm1, func(x, got float64) float64 {
		return ulps(got, newFloat().Sub(bigExp(number(x)), number(1)))
	})
	xs = append(uniform(random, 300, 0, 10), 8, 27, 1e-300, 5e-324, 1e300, math.MaxFloat64)
	for _, e := range uniform(random, 200, -1070, 1020) {
		xs = append(xs, math.Exp2(e))
	}
	worst(t, "Cbrt", withinTwo, xs, Cbrt, func(x, got float64) float64 { return ulps(got, bigCbrt(x)) })
}

func TestNormalWithinOneUlp(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	sqrt2Pi := bigSqrt2Pi()
	xs := append(uniform(random, 300, -4, 0), uniform(random, 200, -38.4, -4)...)
	for e := range 6 { // both sides of every edge of the table
		edge := float64(int(1) << e)
		xs = append(xs, -edge, -math.Nextafter(edge, 0), -edge*1.125, -math.Nextafter(edge*1.125, 0))
	}
	xs = append(xs, -0.25, -math.Nextafter(0.25, 0), -1e-300, 0, -37.5)
	var below, inside []float64
	for _, x := range xs {
		if x > -39 {
			inside = append(inside, x)
		}
		if x > -9 {
			below = append(below, -x)
		}
	}
	worst(t, "NormalCDF", withinOne, inside, NormalCDF, func(x, got float64) float64 { return ulps(got, bigLowerTail(-x, sqrt2Pi)) })
	worst(t, "NormalCDF", withinOne, below, NormalCDF, func(x, got float64) float64 {
		return ulps(got, newFloat().Sub(number(1), bigLowerTail(x, sqrt2Pi)))
	})
	largest := 0.0
	for _, x := range inside {
		ratio := newFloat().Quo(bigLowerTail(-x, sqrt2Pi), bigDensity(x, sqrt2Pi))
		largest = max(largest, ulps(MillsRatio(-x), ratio))
		if x > -9 {
			upper := newFloat().Quo(newFloat().Sub(number(1), bigLowerTail(-x, sqrt2Pi)), bigDensity(x, sqrt2Pi))
			largest = max(largest, ulps(MillsRatio(x), upper))
		}
	}
	t.Logf("MillsRatio: at most %.3f ulp", largest)
	if largest > 2 {
		t.Errorf("MillsRatio is %.3f ulp off, want at most 2", largest)
	}
	worst(t, "NormalDensity", withinOne, inside, NormalDensity, func(x, got float64) float64 { return ulps(got, bigDensity(x, sqrt2Pi)) })
}

func TestEdges(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"Exp(+Inf)", Exp(inf), inf}, {"Exp(-Inf)", Exp(-inf), 0}, {"Exp(NaN)", Exp(nan), nan},
		{"Exp(710)", Exp(710), inf}, {"Exp(-746)", Exp(-746), 0}, {"Exp(0)", Exp(0), 1},
		{"Log(+Inf)", Log(inf), inf}, {"Log(0)", Log(0), -inf}, {"Log(-1)", Log(-1), nan}, {"Log(1)", Log(1), 0},
		{"Expm1(+Inf)", Expm1(inf), inf}, {"Expm1(-Inf)", Expm1(-inf), -1}, {"Expm1(NaN)", Expm1(nan), nan}, {"Expm1(0)", Expm1(0), 0},
		{"Log1p(+Inf)", Log1p(inf), inf}, {"Log1p(-1)", Log1p(-1), -inf}, {"Log1p(-2)", Log1p(-2), nan}, {"Log1p(NaN)", Log1p(nan), nan}, {"Log1p(0)", Log1p(0), 0},
		{"Cbrt(0)", Cbrt(0), 0}, {"Cbrt(+Inf)", Cbrt(inf), inf}, {"Cbrt(-8)", Cbrt(-8), -2}, {"Cbrt(NaN)", Cbrt(nan), nan},
		{"NormalCDF(-Inf)", NormalCDF(-inf), 0}, {"NormalCDF(+Inf)", NormalCDF(inf), 1}, {"NormalCDF(NaN)", NormalCDF(nan), nan},
		{"NormalCDF(0)", NormalCDF(0), 0.5}, {"NormalDensity(Inf)", NormalDensity(inf), 0},
	} {
		if c.got != c.want && !(math.IsNaN(c.got) && math.IsNaN(c.want)) {
			t.Errorf("%s = %v, want %v", c.name, c.got, c.want)
		}
	}
}

// The table is what the reference says it is: R(c)/√(2π) as a sum of two, then
// the Taylor coefficients of the same, from R' = xR − 1.
func TestMillsTable(t *testing.T) {
	sqrt2Pi := bigSqrt2Pi()
	var source bytes.Buffer
	fmt.Fprintf(&source, "package portable\n\n// millsTable holds, for each interval of millsRow, R(c)/√(2π) at the center c\n"+
		"// as a sum of two numbers, then its Taylor coefficients of h = a − c, first\n// power first. Written by go test -update ./engine/portable.\n"+
		"var millsTable = [%d][%d]float64{\n", len(millsTable), len(millsTable[0]))
	for row := range millsTable {
		a := float64(row) / 4
		if row >= 4 {
			octave := (row - 4) / 8
			a = math.Ldexp(1+float64((row-4)%8)/8, octave)
		}
		gotRow, center := millsRow(a)
		if gotRow != row {
			t.Fatalf("millsRow(%v) = %d, want %d", a, gotRow, row)
		}
		c := number(center)
		ratio := newFloat().Quo(bigLowerTail(center, sqrt2Pi), bigDensity(center, sqrt2Pi))
		previous := ratio
		current := newFloat().Sub(newFloat().Mul(c, ratio), number(1))
		high, _ := newFloat().Quo(ratio, sqrt2Pi).Float64()
		low, _ := newFloat().Sub(newFloat().Quo(ratio, sqrt2Pi), number(high)).Float64()
		want := []float64{high, low}
		for n := 1; len(want) < len(millsTable[row]); n++ {
			coefficient, _ := newFloat().Quo(current, sqrt2Pi).Float64()
			want = append(want, coefficient)
			next := newFloat().Add(newFloat().Mul(c, current), previous)
			next.Quo(next, number(float64(n+1)))
			previous, current = current, next
		}
		fmt.Fprint(&source, "\t{")
		for i, value := range want {
			if i > 0 {
				fmt.Fprint(&source, ", ")
			}
			fmt.Fprintf(&source, "%v", value)
			if !*update && millsTable[row][i] != value {
				t.Errorf("row %d, entry %d is %v, want %v", row, i, millsTable[row][i], value)
			}
		}
		fmt.Fprint(&source, "},\n")
	}
	fmt.Fprint(&source, "}\n")
	if *update {
		if err := os.WriteFile("mills_table.go", source.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func BenchmarkExp(b *testing.B) {
	x, sum := -1.0, 0.0
	for b.Loop() {
		sum += Exp(x)
		x += 1e-9
	}
}

func BenchmarkNormalCDF(b *testing.B) {
	x, sum := -1.0, 0.0
	for b.Loop() {
		sum += NormalCDF(x)
		x += 1e-9
	}
}
