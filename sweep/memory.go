package sweep

import (
	"fmt"
	"math"

	"optmm/sweep/text"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// What a study holds in memory: bytes for each minute of each option, garbage that waits
// to be collected included. Of the peaks of gbm studies of 10⁵ and 10⁶ minutes on 1, 2
// and 4 workers, and of grid, chain and realistic on 2, the sum is 0.78 to 1.8.
const (
	bytesOfProgram      = 96 << 20
	bytesOfMarketMinute = 400
	bytesOfRunMinute    = 550 // of a worker's run
	bytesOfStoredMinute = 100 // of a worker's columns on their way to a file
)

// workers returns how many workers have something to do: no more than there are chunks.
func (p *Plan) workers(asked int) int {
	most := 1
	for i := range p.stages {
		most = max(most, p.chunksOf(&p.stages[i]))
	}
	return max(1, min(asked, most))
}

// Memory estimates the bytes of memory that the study takes: the markets that are kept
// between runs, and the market and the run of each worker.
func (p *Plan) Memory(workers int) int64 {
	workers = p.workers(workers)
	minutes := float64(p.optionMinutes())
	markets := 1.0 // one recorded history
	if !p.Recorded() {
		most := float64(p.Seeds.Len())
		if p.Fresh != nil {
			most = max(most, float64(p.Fresh.Len()))
		}
		kept := max(1, keptNumbers/(minutes*numbersOfMinute))
		markets = min(most, keptSeeds, kept) + min(float64(workers), most)
	}
	perRun := float64(bytesOfRunMinute)
	if p.Output.Timeseries == "all" {
		perRun += bytesOfStoredMinute
	}
	bytes := bytesOfProgram + minutes*(markets*bytesOfMarketMinute+float64(workers)*perRun)
	return int64(min(bytes, math.MaxInt64/2))
}

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
func CheckMemory(p *Plan, workers int) error {
	return checkMemory(p, workers, MemoryLimit)
}

func checkMemory(p *Plan, workers int, limit func() (int64, bool)) error {
	needed := p.Memory(workers)
	if most, known := limit(); known && needed > most {
		return fmt.Errorf("about %s of memory are needed on %s, and there are %s: take fewer --workers, shorter markets or fewer options, or --ignore-memory",
			text.Bytes(needed), text.Count(p.workers(workers), "worker"), text.Bytes(most))
	}
	return nil
}
