package sweep

import (
	"strings"
	"testing"
)

// Points that differ in what has no effect, although no rule could tell, are
// named in the result.
func TestRepeatsAreNamed(t *testing.T) {
	result, err := runStudy(t, mustPlan(t, twoSeeds+`engine: {opening_inventory: 3, hedge_model: every, hedge_every_minutes: 5, fill_model: none}
grid: {skew: [0.01, 0.02, 0.03], hedge_cost_bps: [0, 1]}
market: {synthetic: {minutes: 50}}
output: {figures: false}
`), t.TempDir(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if want := "4 points have the figures of another under every seed, as 2 (skew 0.02, hedge_cost_bps 0) has those of 0"; !strings.Contains(strings.Join(result.Warnings, "\n"), want) {
		t.Errorf("the warnings lack %q: %q", want, result.Warnings)
	}
	other, err := runStudy(t, mustPlan(t, small), t.TempDir(), 1)
	if err != nil || strings.Contains(strings.Join(other.Warnings, "\n"), "the figures of another") {
		t.Errorf("error %v, warnings %q", err, other.Warnings)
	}
}
