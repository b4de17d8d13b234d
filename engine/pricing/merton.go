package pricing

import (
	"math"

	"optmm/engine/portable"
)

// Jumps are Merton's: they come at random, Intensity a year, and multiply the
// underlying by e^J, J normal.
type Jumps struct {
	Intensity float64 // jumps a year
	Mean      float64 // of J
	Vol       float64 // standard deviation of J
}

// MertonValue returns the price of a European option under Merton's jump
// diffusion, o.Vol being the diffusion's volatility (Merton 1976):
//
//	Σ_n e^{−λ'T}(λ'T)ⁿ/n! · BS(r_n, σ_n),  λ' = λ(1+κ),  κ = e^{μ+δ²/2} − 1
//	σ_n² = σ² + nδ²/T,  r_n = r − λκ + n·ln(1+κ)/T
//
// The sum ends where the rest is below 1e-16 of what a price can be. Years is
// positive.
func (o European) MertonValue(jumps Jumps) float64 {
	growth := portable.Exp(jumps.Mean + float64(float64(jumps.Vol*jumps.Vol)/2)) // 1 + κ
	mean := float64(float64(jumps.Intensity*growth) * o.Years)
	weight := portable.Exp(-mean)
	sum, rest := 0.0, 1.0
	for n := 0; n < 1000; n++ {
		term := o
		term.Vol = math.Sqrt(float64(o.Vol*o.Vol) + float64(float64(float64(n)*float64(jumps.Vol*jumps.Vol))/o.Years))
		term.Rate = o.Rate - float64(jumps.Intensity*(growth-1)) + float64(float64(n)*portable.Log(growth))/o.Years
		price, _ := term.Value()
		sum += float64(weight * price)
		if rest -= weight; rest < 1e-16 {
			break
		}
		weight = float64(weight*mean) / float64(n+1)
	}
	return sum
}
