package sweep

import (
	"slices"

	"optmm/engine"
	"optmm/engine/market"
)

// costs are what work takes, in nanoseconds on one core.
type costs struct{ marketMinute, run, runMinute, storedRun, storedMinute, figures int }

// measured is what it took on a virtual machine of two cores, for estimates.
func measured() costs {
	return costs{marketMinute: 400, run: 10_000, runMinute: 35, storedRun: 250_000, storedMinute: 250, figures: 600_000_000}
}

// ofChunks are the costs that chunk sizes follow from. They stay as they are, whatever
// the work takes, since a study's digest is of its chunks.
func ofChunks() costs {
	return costs{run: 2_000, runMinute: 60, storedRun: 1_500_000, storedMinute: 700}
}

// What a run file takes on disk: eight bytes a number and the footer.
const (
	bytesPerColumnMinute = 8
	bytesPerRunFile      = 7_000
	bytesPerSummaryRow   = 900
	bytesPerOptionRow    = 300
)

// A chunk is about so much work at most, is a part of the study small enough that many
// workers find some, and is no longer than one Parquet file takes row groups.
const (
	chunkNanos    = 1_000_000_000
	leastChunks   = 64
	mostChunkRuns = 16_384
)

// minutes returns the length of the longest run.
func (s *Study) minutes() int {
	if s.recorded != nil {
		return s.recorded.Minutes()
	}
	return s.most(func(params *engine.Params) int { return params.Market.Minutes })
}

// most returns the most that something of the market can come to: the axes that it
// hangs on are looked at each at its largest.
func (s *Study) most(of func(*engine.Params) int) int {
	baseline, _ := s.Grid.Baseline()
	params := s.Grid.Params(baseline)
	most := of(&params)
	for _, axis := range s.Grid.Axes() {
		switch name := axis.Parameter.Name; {
		case name == "options":
			axis.Parameter.Set(&params, engine.Value{Text: market.CallsAndPuts})
		case name == "minutes", slices.Contains(shapeAxes(), name):
			axis.Parameter.Set(&params, engine.Value{Number: axis.Largest()})
		default:
			continue
		}
		most = max(most, of(&params))
	}
	return most
}

// shapeAxes are the parameters that the number of options hangs on.
func shapeAxes() []string { return []string{"strikes", "expiries", "options"} }

// optionMinutes is what the work of a run grows with.
func (s *Study) optionMinutes() int { return s.minutes() * max(1, s.most(s.options)) }

// storedColumns returns how many columns the table of a run has at most, and that of
// its options.
func (s *Study) storedColumns() (run, options int) {
	for _, column := range engine.Columns() {
		switch {
		case s.Output.Columns != nil && !slices.Contains(s.Output.Columns, column.Name):
		case column.Per == engine.PerOption && s.isChain():
			options++
		default:
			run++
		}
	}
	return run, options
}

// nanosOfRun is what a run takes, with its minutes where all are stored.
func (s *Study) nanosOfRun(c costs) int {
	nanos := c.run + c.runMinute*s.optionMinutes()
	if s.Output.Timeseries == "all" {
		nanos += s.nanosOfFile(c)
	}
	return nanos
}

// nanosOfFile is what storing a run's minutes takes.
func (s *Study) nanosOfFile(c costs) int {
	nanos := c.storedRun + c.storedMinute*s.minutes()
	if s.Output.Options {
		nanos += c.storedRun + c.storedMinute*s.optionMinutes()
	}
	return nanos
}

// chunkRuns works out how many runs make a chunk.
func (s *Study) chunkRuns() int {
	runs := s.Grid.Points() * s.Seeds.Len()
	return max(1, min(chunkNanos/s.nanosOfRun(ofChunks()), (runs+leastChunks-1)/leastChunks, mostChunkRuns))
}

// Estimate is what a study will take.
type Estimate struct {
	CoreSeconds float64
	Bytes       int64
}

// Estimate returns the study's expected cost. Nothing is run.
func (s *Study) Estimate() Estimate {
	runs := float64(s.Runs())
	markets := float64(s.Seeds.Len())
	if s.Fresh != nil {
		markets += float64(s.Fresh.Len())
	}
	if s.Recorded() {
		markets = 1
	}
	c := measured()
	files, nanos := 0.0, runs*float64(s.nanosOfRun(c))
	switch s.Output.Timeseries {
	case "all":
		files = runs
	case "best":
		files = 2 * float64(s.Seeds.Len())
		nanos += files * float64(s.nanosOfFile(c))
	}
	run, options := s.storedColumns()
	perFile := float64(bytesPerRunFile + bytesPerColumnMinute*s.minutes()*run)
	if s.Output.Options {
		perFile += float64(bytesPerRunFile + bytesPerColumnMinute*s.optionMinutes()*options)
	}
	perRun := float64(bytesPerSummaryRow)
	if s.Output.OptionSummary {
		perRun += float64(s.most(s.options) * bytesPerOptionRow)
	}
	return Estimate{
		CoreSeconds: (float64(c.figures) + nanos + markets*float64(c.marketMinute*s.optionMinutes())) / 1e9,
		Bytes:       int64(files*perFile + runs*perRun),
	}
}
