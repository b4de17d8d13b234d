package plan

import (
	"slices"

	"optmm/engine/account"
	"optmm/sweep/spec"
	"optmm/sweep/store"
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

// What files take on disk. Minutes and timestamps rise evenly, and take nearly nothing.
const (
	bytesPerFloat      = 8
	bytesPerInteger    = 4
	bytesOfOption      = 1     // of an integer of an option's minute, in a dictionary
	bytesPerRunFile    = 1_500 // the footer, with the parameters
	bytesPerColumn     = 340   // the footer's part, with the description
	bytesPerPacked     = 95    // the same of a column of a run in a packed file
	bytesPerSummaryRow = 750
	bytesPerPoint      = 2_500
	bytesPerOptionRow  = 300
	bytesPerFills      = 6_000 // a table of fills, without them
	bytesPerFill       = 50
	fillsPerMinute     = 0.7       // as the seed's demo has
	bytesOfFigures     = 2_500_000 // and of the page
)

// A chunk is about chunkNanos of work at most, is a part of the study small enough that many
// workers find some, and is no longer than one Parquet file takes row groups.
const (
	chunkNanos    = 1_000_000_000
	leastChunks   = 64
	mostChunkRuns = 16_384
)

// optionMinutes is what the work of a run grows with.
func (p *Plan) optionMinutes() int { return p.Minutes() * max(1, p.MostOptions()) }

// tableBytes is what a table of minutes takes on disk.
type tableBytes struct{ columns, minute int }

func (t *tableBytes) add(bytes int) { t.columns, t.minute = t.columns+1, t.minute+bytes }

func (t *tableBytes) file(minutes int) int {
	return bytesPerRunFile + t.columns*bytesPerColumn + t.minute*minutes
}

// minuteTables are the tables of a run or of a market, and of its options.
type minuteTables struct{ run, options tableBytes }

// minuteTables returns what the tables of a run take, and those that runs on a market share.
func (p *Plan) minuteTables() (own, shared minuteTables) {
	provided, constants := p.Provided(), p.Constants()
	for _, column := range account.Columns() {
		size := 0
		switch {
		case column.Floats != nil:
			size = bytesPerFloat
		case column.Integers != nil:
			size = bytesPerInteger
		}
		if p.Output.Columns != nil && !slices.Contains(p.Output.Columns, column.Name) || column.Missing(provided) != "" {
			continue
		}
		to := &own
		if p.Output.Own {
			if column.OfMarket {
				to = &shared
			} else if _, fixed := constants[column.Name]; fixed {
				continue
			}
		}
		if column.Per == account.PerOption && p.IsChain() {
			if column.Integers != nil {
				size = bytesOfOption
			}
			to.options.add(size)
		} else {
			to.run.add(size)
		}
	}
	return own, shared
}

// nanosOfRun is what a run takes, with its minutes where all are stored.
func (p *Plan) nanosOfRun(c costs) int {
	nanos := c.run + c.runMinute*p.optionMinutes()
	if p.Output.Timeseries == store.KeepAll {
		nanos += p.nanosOfFile(c)
	}
	return nanos
}

// nanosOfFile is what storing a run's minutes takes.
func (p *Plan) nanosOfFile(c costs) int {
	nanos := c.storedRun + c.storedMinute*p.Minutes()
	if p.Output.Options {
		nanos += c.storedRun + c.storedMinute*p.optionMinutes()
	}
	return nanos
}

// chunkRuns works out how many runs make a chunk.
func (p *Plan) chunkRuns() int {
	runs := p.Grid.Points() * p.Seeds.Len()
	return max(1, min(chunkNanos/p.nanosOfRun(ofChunks()), (runs+leastChunks-1)/leastChunks, mostChunkRuns))
}

// Estimate is what a study will take.
type Estimate struct {
	CoreSeconds float64
	Bytes       int64
}

// Estimate returns the study's expected cost. Nothing is run.
func (p *Plan) Estimate() Estimate {
	runs := float64(p.Runs())
	markets := p.markets()
	c := measured()
	nanos := runs * float64(p.nanosOfRun(c))
	if p.Output.Timeseries == store.KeepBest {
		nanos += p.filesOf(store.KeepBest) * float64(p.nanosOfFile(c))
	}
	return Estimate{
		CoreSeconds: (float64(c.figures) + nanos + markets*float64(c.marketMinute*p.optionMinutes())) / 1e9,
		Bytes:       p.bytesWith(p.Output.Timeseries),
	}
}

// markets returns about how many markets there are.
func (p *Plan) markets() float64 { return p.marketsWith(store.KeepAll) }

// marketsWith returns about how many markets the files need under an output.timeseries.
func (p *Plan) marketsWith(timeseries string) float64 {
	ofSeed, seeds := p.MarketsOfSeed(), float64(p.Units()+p.HoldoutUnits())
	switch timeseries {
	case store.KeepNone:
		return 0
	case store.KeepBest: // on the seeds that the best point is picked by
		ofSeed, seeds = min(ofSeed, 2), float64(p.Units())
	}
	if p.HasOneMarket() {
		seeds = 1
	}
	return ofSeed * seeds
}

// filesOf returns how many runs have their minutes stored.
func (p *Plan) filesOf(timeseries string) float64 {
	switch timeseries {
	case store.KeepAll:
		return float64(p.Runs())
	case store.KeepBest:
		return 2 * float64(p.Seeds.Len())
	}
	return 0
}

// bytesWith returns what the study takes on disk under an output.timeseries, before compression.
func (p *Plan) bytesWith(timeseries string) int64 {
	own, shared := p.minuteTables()
	files := func(tables minuteTables) float64 {
		bytes := float64(tables.run.file(p.Minutes()))
		if p.Output.Layout == spec.LayoutPacked {
			bytes = float64(tables.run.columns*bytesPerPacked + tables.run.minute*p.Minutes())
		}
		if p.Output.Options {
			bytes += float64(tables.options.file(p.optionMinutes()))
		}
		return bytes
	}
	perRun := float64(bytesPerSummaryRow)
	if p.Output.OptionSummary {
		perRun += float64(p.MostOptions() * bytesPerOptionRow)
	}
	bytes := p.filesOf(timeseries)*files(own) + float64(p.Runs())*perRun + float64(p.Grid.Points())*bytesPerPoint
	if p.Output.Fills {
		bytes += p.filesOf(timeseries) * (bytesPerFills + bytesPerFill*fillsPerMinute*float64(p.Minutes()))
	}
	if p.Output.Own {
		bytes += p.marketsWith(timeseries) * files(shared)
	}
	if p.Output.Figures {
		bytes += bytesOfFigures
	}
	return int64(bytes)
}
