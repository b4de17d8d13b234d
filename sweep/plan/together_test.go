package plan

import (
	"testing"

	"optmm/sweep/spec/spectest"
)

// The plan states whether runs are simulated at once, and what keeps the others apart: parameters, the market, and too few that take the
// same steps.
func TestDescribeTogether(t *testing.T) {
	const seed, realistic = `
name: small
market: {synthetic: {minutes: 60}}
grid: {skew: [0, 0.02], k_fill: [20, 50, 60]}
seeds: {first: 1, count: 6}
verdict: {holdout_seeds: 0}
output: {figures: false, timeseries: none}
`, `
name: small
market: {synthetic: {market_model: gbm, minutes: 60}}
engine: {quote_model: shift, fill_model: exponential, arrival_rate: 1, intensity_decay: 1}
grid: {inventory_skew: [0, 0.01, 0.02, 0.03], hedge_model: [off, on_fill]}
seeds: {first: 1, count: 6}
verdict: {holdout_seeds: 0}
output: {figures: false, timeseries: none}
`
	for _, c := range []struct {
		study, want string
		set         []string
	}{
		{seed, "one run at a time: output.timeseries all", []string{"output.timeseries=all"}},
		{seed, "up to 8 runs of a seed at once", nil},
		{seed, "one run at a time: the seed's quotes with hedge_model off", []string{"engine.hedge_model=off"}},
		{seed, "up to 8 runs of a seed at once", []string{"grid.k_fill=[20]"}},
		{seed, "one run at a time: a group of fewer than 2 runs with the same steps", []string{"grid.k_fill=[20]", "grid.skew=[0]"}},
		{seed, "up to 8 runs of a seed at once; one at a time 1 point (a group of fewer than 2 runs with the same steps)", []string{"grid.k_fill=[20, 50, 60, 70, 80, 90, 95, 96, 97]", "grid.skew=[0]"}},
		{realistic, "up to 8 runs of a seed at once", nil},
		{realistic, "up to 8 runs of a seed at once, their quotes and fills, where the processor has AVX2", []string{"engine.opening_inventory=3"}},
		{realistic, "up to 8 runs of a seed at once, their quotes and fills, where the processor has AVX2", []string{"market.synthetic.minutes=391", "market.synthetic.expiry_sessions=1"}},
		{realistic, "one run at a time: loss_limit with opening_inventory", []string{"engine.opening_inventory=3", "engine.loss_limit=100"}},
		{realistic, "one run at a time: a group of fewer than 2 runs with the same steps", []string{"grid.inventory_skew=[0]"}},
		{realistic, "one run at a time: a group of fewer than 2 runs with the same steps", []string{"grid.implied_vol=[0.2, 0.3]", "grid.inventory_skew=[0]"}},
		{realistic, "one run at a time: a group of fewer than 4 runs with the same steps", []string{"engine.opening_inventory=3", "grid.inventory_skew=[0]"}},
		{realistic, "up to 8 runs of a seed at once, of 4 points their quotes and fills, where the processor has AVX2", []string{"grid.hedge_model=[off, whalley_wilmott]", "engine.hedge_risk_aversion=1", "engine.hedge_half_spread=0.01"}},
	} {
		if got := New(spectest.Parse(t, c.study, c.set...)).describeTogether(); got != c.want {
			t.Errorf("%v: %s, want %s", c.set, got, c.want)
		}
	}
}
