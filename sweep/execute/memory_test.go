package execute

import (
	"strings"
	"testing"

	"optmm/sweep/plan"
	"optmm/sweep/quotes"
	"optmm/sweep/spec"
)

// A study that needs more memory than there is is refused, unless nobody knows how much
// there is.
func TestCheckMemory(t *testing.T) {
	study := mustPlan(t, small)
	limit := func(bytes int64, known bool) func() (int64, bool) {
		return func() (int64, bool) { return bytes, known }
	}
	long := mustPlan(t, small, "market.synthetic.minutes=10000000", "market.synthetic.expiry_sessions=30000")
	if err := checkMemory(long, 4, limit(1<<30, true)); err == nil || !strings.Contains(err.Error(), "of memory are needed on 4 workers, and there are 1.0 GiB") {
		t.Errorf("error %v", err)
	}
	if err := checkMemory(long, 4, limit(0, false)); err != nil {
		t.Error(err)
	}
	if err := checkMemory(study, 4, limit(1<<30, true)); err != nil {
		t.Error(err)
	}
	if bytes, known := MemoryLimit(); known && bytes < 1<<20 {
		t.Errorf("this machine has %d bytes", bytes)
	}
}

// small is quick and has several chunks.
const small = `
name: small
market: {synthetic: {minutes: 60}}
grid: {skew: [0, 0.02], k_fill: [20, 50, 60]}
seeds: {first: 1, count: 6}
baseline: {skew: 0.02, k_fill: 40}
verdict: {holdout_seeds: 0}
output: {figures: false}
`

// mustPlan lays out the runs of a study's content.
func mustPlan(t testing.TB, content string, overrides ...string) *plan.Plan {
	t.Helper()
	study, err := spec.Parse("study.yaml", []byte(content), overrides, quotes.Read)
	if err != nil {
		t.Fatal(err)
	}
	return plan.New(study)
}
