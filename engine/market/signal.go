package market

import "math"

// The signals that a score can be made of.
const (
	SeedSignal           = "seed"
	ShortReturnSignal    = "short_return"
	ParityResidualSignal = "parity_residual"
	SpreadRegimeSignal   = "spread_regime"
	VolRegimeSignal      = "vol_regime"
	BlendSignal          = "blend"
)

// Signals lists the choices of Signal.Model.
func Signals() []string {
	return []string{SeedSignal, ShortReturnSignal, ParityResidualSignal, SpreadRegimeSignal, VolRegimeSignal, BlendSignal}
}

// Signal says what the score is made of. But for the seed's, which is
// standardised over the whole history, a score sees only its own minute and those
// before it: a feature x is standardised by what was seen so far,
//
//	z_i = (x_i − mean(x)) / sd(x)  over the last Window minutes up to i
//
// (all of them where Window is 0), and 0 where fewer than two minutes were seen or
// x did not move.
//
//	short_return      z of the return over ReturnMinutes
//	parity_residual   −z of the parity residual: a call that is rich against the put is expected to fall
//	spread_regime     z of the market's width
//	vol_regime        z of the last minutes' volatility
//	blend             0.7·short_return + 0.3·parity_residual
type Signal struct {
	Model         string
	Window        int // minutes; 0 sees all that is past
	ReturnMinutes int
}

// score returns the signal's score at each minute. vol is RecentVol; the series
// has its widths and residuals.
func (s Signal) score(changes, vol []float64, series *Series) []float64 {
	residual := func() []float64 {
		z := s.standardise(series.ParityResidual)
		for i := range z {
			z[i] = -z[i]
		}
		return z
	}
	switch s.Model {
	case ShortReturnSignal:
		return s.standardise(shortReturn(changes, s.ReturnMinutes))
	case ParityResidualSignal:
		return residual()
	case SpreadRegimeSignal: // the rules have seen to it that there is a width
		return s.standardise(series.Width)
	case VolRegimeSignal:
		return s.standardise(vol)
	case BlendSignal:
		z, other := s.standardise(shortReturn(changes, s.ReturnMinutes)), residual()
		for i := range z {
			z[i] = float64(0.7*z[i]) + float64(0.3*other[i])
		}
		return z
	}
	return seedScore(changes, series.ParityResidual)
}

// shortReturn sums the returns of the last minutes.
func shortReturn(changes []float64, minutes int) []float64 {
	sums := make([]float64, len(changes))
	for i := range sums {
		for _, change := range changes[max(0, i-minutes+1) : i+1] {
			sums[i] += change
		}
	}
	return sums
}

// standardise returns the z of every minute. Mean and squares are updated as a
// minute enters the window and another leaves it (Welford 1962).
func (s Signal) standardise(values []float64) []float64 {
	z := make([]float64, len(values))
	mean, squares := 0.0, 0.0
	for i, value := range values {
		n := float64(i + 1)
		if s.Window > 0 && i >= s.Window {
			n = float64(s.Window)
			left := values[i-s.Window]
			moved := mean + (value-left)/n
			squares += float64((value - left) * (value - moved + left - mean))
			mean = moved
		} else {
			moved := mean + (value-mean)/n
			squares += float64((value - mean) * (value - moved))
			mean = moved
		}
		if n < 2 {
			continue
		}
		deviation := math.Sqrt(max(0, squares) / (n - 1))
		const noise = 1e-9 // of the values: less is what rounding left
		if deviation > float64(noise*(math.Abs(value)+math.Abs(mean))) {
			z[i] = (value - mean) / deviation
		}
	}
	return z
}
