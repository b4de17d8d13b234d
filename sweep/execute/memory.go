package execute

import (
	"fmt"
	"math"

	"github.com/KimMachineGun/automemlimit/memlimit"

	"optmm/sweep/fault"
	"optmm/sweep/plan"
	"optmm/sweep/text"
)

// MemoryLimit returns the bytes of memory that this program may take: those of the
// machine, or of its control group where that is less. It is not known everywhere.
func MemoryLimit() (bytes int64, known bool) {
	least := uint64(math.MaxInt64)
	for _, limit := range []memlimit.Provider{memlimit.FromCgroup, memlimit.FromSystem} {
		if bytes, err := limit(); err == nil && bytes > 0 {
			least, known = min(least, bytes), true
		}
	}
	return int64(least), known
}

// CheckMemory refuses a plan that takes more memory than there is.
func CheckMemory(p *plan.Plan, workers int) error {
	return checkMemory(p, workers, MemoryLimit)
}

func checkMemory(p *plan.Plan, workers int, limit func() (int64, bool)) error {
	needed := p.Memory(workers)
	if most, known := limit(); known && needed > most {
		err := fmt.Errorf("about %s of memory are needed on %s, and there are %s: take fewer workers, shorter markets or fewer options",
			text.Bytes(needed), text.Count(p.Workers(workers), "worker"), text.Bytes(most))
		return fault.WithRemedies(err, fault.IgnoreMemory)
	}
	return nil
}
