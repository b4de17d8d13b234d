package execute

import (
	"strings"
	"testing"

	"optmm/sweep/plan"
	"optmm/sweep/spec/spectest"
)

// A study that needs more memory than there is is refused, unless nobody knows how much
// there is.
func TestCheckMemory(t *testing.T) {
	study := plan.New(spectest.Small(t))
	limit := func(bytes int64, known bool) func() (int64, bool) {
		return func() (int64, bool) { return bytes, known }
	}
	long := plan.New(spectest.Small(t, "market.synthetic.minutes=10000000", "market.synthetic.expiry_sessions=30000"))
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
