package plan

import (
	"math"

	"optmm/engine"
	"optmm/engine/param"
	"optmm/sweep/store"
)

// What is kept of the markets that were made. Runs come seed-major, so the ones
// of the seeds used last are the ones needed next; the one being asked for is
// always made.
const (
	KeptSeeds   = 32
	KeptNumbers = 16_000_000 // float64s over all markets: 128 MB
)

// NumbersOfMinute is how many numbers a market holds for a minute of an option.
const NumbersOfMinute = 17

// What a study holds in memory: bytes for each minute of each option, garbage that waits
// to be collected included. Of the peaks of gbm studies of 10⁵ and 10⁶ minutes on 1, 2
// and 4 workers, and of grid, chain and realistic on 2, the sum is 0.78 to 1.8.
const (
	bytesOfProgram      = 96 << 20
	bytesOfMarketMinute = 400
	bytesOfRunMinute    = 550 // of a worker's run
	bytesOfStoredMinute = 100 // of a worker's columns on their way to a file
)

// Workers returns how many workers have something to do: no more than there are chunks.
func (p *Plan) Workers(asked int) int {
	most := 1
	for i := range p.Stages {
		most = max(most, p.ChunksOfStage(&p.Stages[i]))
	}
	return max(1, min(asked, most))
}

// Memory estimates the bytes of memory that the study takes: the markets that are kept
// between runs, and the market and the run of each worker.
func (p *Plan) Memory(workers int) int64 {
	workers = p.Workers(workers)
	minutes := float64(p.optionMinutes())
	markets := 1.0 // one recorded history
	if !p.Recorded() || p.OverDays() {
		most := float64(max(p.Units(), p.HoldoutUnits()))
		kept := max(1, KeptNumbers/(minutes*NumbersOfMinute))
		markets = min(most, KeptSeeds, kept) + min(float64(workers), most)
	}
	perRun := float64(bytesOfRunMinute)
	if p.Output.Timeseries == store.KeepAll {
		perRun += bytesOfStoredMinute
	}
	bytes := bytesOfProgram + minutes*(markets*bytesOfMarketMinute+float64(workers)*perRun)
	if p.Output.Timeseries != store.KeepAll { // runs that are simulated at once may each have a book of its own
		var params param.Params
		p.Grid.SetParams(&params, p.Grid.AppendValues(nil, 0))
		bytes += float64(workers * engine.RecordBytes(p.Facts(&params)))
	}
	return int64(min(bytes, math.MaxInt64/2))
}
