package signal

import "math"

// The signals that a score can be made of.
const (
	SeedSignal           = "seed"
	ShortReturnSignal    = "short_return"
	ParityResidualSignal = "parity_residual"
	SpreadRegimeSignal   = "spread_regime"
	VolRegimeSignal      = "vol_regime"
	BlendSignal          = "blend"
	NoSignal             = "none"
	LinearSignal         = "linear"
	LightGBMSignal       = "lightgbm"
)

// Signals lists the choices of Signal.Model.
func Signals() []string {
	formulas := []string{SeedSignal, ShortReturnSignal, ParityResidualSignal, SpreadRegimeSignal, VolRegimeSignal, BlendSignal, NoSignal}
	return append(formulas, Trained()...)
}

// Trained are the signals that are the output of a trained model.
func Trained() []string { return []string{LinearSignal, LightGBMSignal} }

// Signal says what the score is made of. But for the seed's, which is
// standardized over the whole history, a score sees only its own minute and those
// before it: a feature x is standardized by what was seen so far,
//
//	z_i = (x_i − mean(x)) / sd(x)  over the last Window minutes up to i
//
// (all of them where Window is 0), and 0 where fewer than two minutes were seen or
// x did not move.
//
//	short_return      z of the return over ReturnMinutes; of a put, whose price it lowers, −z
//	parity_residual   −z of the parity residual: a call that is rich against the put is expected to fall
//	spread_regime     z of the market's width
//	vol_regime        z of the last minutes' volatility
//	blend             0.7·short_return + 0.3·parity_residual
//	none              0
//
// Of a trained model the score comes from a Scorer.
type Signal struct {
	Model         string
	Window        int // minutes; 0 sees all that is past
	ReturnMinutes int
}

// Inputs are the columns of one option that a score is made of, an entry a minute or a step of
// several, in which windows are rounded up to whole entries.
type Inputs struct {
	Price     []float64 // of the underlying
	RecentVol []float64 // of its last minutes' returns
	Width     []float64 // of the market's quote; nil where the history has none
	Residual  []float64 // of put–call parity, price units
	Put       bool
	Step      int // minutes from one entry to the next; 0 is 1
}

// Score returns the signal's score at each minute.
func (s Signal) Score(in Inputs) []float64 {
	changes, vol, step := returns(in.Price), in.RecentVol, max(1, in.Step)
	s.Window, s.ReturnMinutes = Entries(s.Window, step), Entries(s.ReturnMinutes, step)
	if in.Put {
		for i := range changes {
			changes[i] = -changes[i]
		}
	}
	one := func(int) float64 { return 1 } // what returns are made of
	residual := func() []float64 {
		z := s.standardize(in.Residual, func(i int) float64 { return in.Price[i] })
		for i := range z {
			z[i] = -z[i]
		}
		return z
	}
	switch s.Model {
	case NoSignal:
		return make([]float64, len(in.Price))
	case ShortReturnSignal:
		return s.standardize(shortReturn(changes, s.ReturnMinutes), one)
	case ParityResidualSignal:
		return residual()
	case SpreadRegimeSignal: // the rules have seen to it that there is a width
		return s.standardize(in.Width, func(i int) float64 { return in.Width[i] })
	case VolRegimeSignal:
		return s.standardize(vol, one)
	case BlendSignal:
		z, other := s.standardize(shortReturn(changes, s.ReturnMinutes), one), residual()
		for i := range z {
			z[i] = float64(0.7*z[i]) + float64(0.3*other[i])
		}
		return z
	}
	return seedScore(changes, in.Residual, step)
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

// standardize returns the z of every minute. A deviation that is rounding, of the
// numbers of the size that the values are made of, is none.
func (s Signal) standardize(values []float64, size func(minute int) float64) []float64 {
	z := make([]float64, len(values))
	windows := slidingSpreads(values, s.Window)
	for i, value := range values {
		w := windows[i]
		if w.count < 2 {
			continue
		}
		deviation := math.Sqrt(w.squares / (w.count - 1))
		const rounding = 1e-13
		if deviation > float64(rounding*size(i)) {
			z[i] = (value - w.mean) / deviation
		}
	}
	return z
}

// runningMoments is count, mean and sum of squared deviations of some values.
type runningMoments struct{ count, mean, squares float64 }

// join returns the spread of both together (Chan, Golub and LeVeque 1979).
func (a runningMoments) join(b runningMoments) runningMoments {
	count := a.count + b.count
	if count == 0 {
		return a
	}
	apart := b.mean - a.mean
	return runningMoments{
		count: count, mean: a.mean + float64(apart*b.count)/count,
		squares: a.squares + b.squares + float64(float64(apart*apart)*float64(a.count*b.count))/count,
	}
}

// slidingSpreads returns the spread of the values up to each one, of as many as
// the window takes; 0 takes all. The values are cut into blocks of a window: each
// window is the end of one block and the beginning of the next, so that nothing is
// ever subtracted, and a value that has left leaves no rounding behind.
func slidingSpreads(values []float64, window int) []runningMoments {
	if window <= 0 || window > len(values) {
		window = len(values)
	}
	spreads := make([]runningMoments, len(values))
	ends := make([]runningMoments, window+1) // of the block before, from each of its values on
	for first := 0; first < len(values); first += window {
		block := values[first:min(first+window, len(values))]
		var begun runningMoments
		for i, value := range block {
			begun = begun.with(value)
			spreads[first+i] = ends[i+1].join(begun)
		}
		ends[len(block)] = runningMoments{}
		for i := len(block) - 1; i >= 0; i-- {
			ends[i] = runningMoments{count: 1, mean: block[i]}.join(ends[i+1])
		}
	}
	return spreads
}

// with returns the spread with one value more.
func (a runningMoments) with(x float64) runningMoments {
	return a.join(runningMoments{count: 1, mean: x})
}
