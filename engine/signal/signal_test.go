package signal

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func randomSeries(n int) (changes, vol []float64, in Inputs) {
	random := rand.New(rand.NewPCG(4, 4))
	column := func(scale float64) []float64 {
		values := make([]float64, n)
		for i := range values {
			values[i] = scale * random.NormFloat64()
		}
		return values
	}
	width := column(0.1)
	for i := range width {
		width[i] = math.Abs(width[i])
	}
	residual := column(0.1)
	for i := range residual {
		residual[i] -= 9.4 // as where the underlying is a future
	}
	return column(1e-4), column(1e-4), Inputs{Residual: residual, Width: width}
}

// The score of every signal but the seed's is that of a straightforward
// computation over the past alone.
func TestScoresSeeThePastAlone(t *testing.T) {
	changes, vol, in := randomSeries(500)
	changes[0] = 0
	in.Price, in.RecentVol = whole(100, 500), vol
	for i := 1; i < len(changes); i++ {
		in.Price[i] = in.Price[i-1] * (1 + changes[i])
	}
	naive := func(values []float64, i, window int) float64 {
		first := 0
		if window > 0 {
			first = max(0, i-window+1)
		}
		past := values[first : i+1]
		if len(past) < 2 {
			return 0
		}
		return (values[i] - mean(past)) / math.Sqrt(squaredDeviations(past)/float64(len(past)-1))
	}
	short := make([]float64, 500)
	for i := range short {
		for _, change := range changes[max(0, i-2) : i+1] {
			short[i] += change
		}
	}
	for _, window := range []int{0, 2, 30} {
		for model, want := range map[string]func(i int) float64{
			ShortReturnSignal:    func(i int) float64 { return naive(short, i, window) },
			ParityResidualSignal: func(i int) float64 { return -naive(in.Residual, i, window) },
			SpreadRegimeSignal:   func(i int) float64 { return naive(in.Width, i, window) },
			VolRegimeSignal:      func(i int) float64 { return naive(vol, i, window) },
			BlendSignal: func(i int) float64 {
				return 0.7*naive(short, i, window) - 0.3*naive(in.Residual, i, window)
			},
		} {
			got := Signal{Model: model, Window: window, ReturnMinutes: 3}.Score(in)
			for i := range got {
				if math.Abs(got[i]-want(i)) > 1e-9 {
					t.Fatalf("%s, window %d, minute %d: %v, want %v", model, window, i, got[i], want(i))
				}
			}
		}
	}
}

// Values that do not move have no score, however rounding treats their mean.
func TestStillValuesHaveNoScore(t *testing.T) {
	values := make([]float64, 300)
	for i := range values {
		values[i] = 0.1
	}
	values[3] = 7
	z := Signal{Window: 20}.standardize(values, func(int) float64 { return 1 })
	if z[3] < 1 {
		t.Errorf("a jump has score %v", z[3])
	}
	for i := 30; i < len(z); i++ {
		if z[i] != 0 {
			t.Fatalf("minute %d: score %v", i, z[i])
		}
	}
}

func whole(x float64, n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = x
	}
	return values
}

// What raises the underlying lowers a put: its score is the call's negative.
func TestReturnsCountAgainstPuts(t *testing.T) {
	_, vol, in := randomSeries(50)
	in.Price, in.RecentVol = whole(100, 50), vol
	for i := range in.Price {
		in.Price[i] += float64(i * i % 7)
	}
	signal := Signal{Model: ShortReturnSignal, ReturnMinutes: 2}
	call := signal.Score(in)
	in.Put = true
	moved := false
	for i, score := range signal.Score(in) {
		if math.Abs(score+call[i]) > 1e-12 {
			t.Fatalf("minute %d: %v of the put, %v of the call", i, score, call[i])
		}
		moved = moved || score != 0
	}
	if !moved {
		t.Error("there is no score")
	}
}

// The volatility of prices that are four minutes apart, by hand: two returns, a tenth of one
// percent up and down, have a standard deviation of √2 tenths, half of it for each √minute.
func TestRecentVolOfSteps(t *testing.T) {
	got := RecentVol([]float64{1000, 1001, 1001 * 0.999, 1001 * 0.999 * 1.001}, 4)
	for i, want := range []float64{0, 0, 0.001 * math.Sqrt2 / 2, 0.001 * math.Sqrt2 / 2} {
		if math.Abs(got[i]-want) > 1e-12 {
			t.Errorf("row %d: %v, want %v", i, got[i], want)
		}
	}
}

// The median is that of sorted values, of any number, with ties and in orders that selection is slow with.
func TestMedianIsOfTheSorted(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 1))
	for n := 1; n < 3000; n += 1 + n/7 {
		values := make([]float64, n)
		for _, of := range []func(i int) float64{
			func(int) float64 { return random.NormFloat64() },
			func(int) float64 { return float64(random.IntN(3)) },
			func(int) float64 { return 1 },
			func(i int) float64 { return float64(i) },
			func(i int) float64 { return -math.Abs(float64(i - n/2)) }, // the middle is always the largest
		} {
			for i := range values {
				values[i] = of(i)
			}
			sorted := slices.Sorted(slices.Values(values))
			if got, want := median(values), (sorted[(n-1)/2]+sorted[n/2])/2; got != want {
				t.Fatalf("%d values: %v, want %v", n, got, want)
			}
		}
	}
}
