package quotes

import (
	"fmt"
	"time"

	"optmm/engine/market"
	"optmm/engine/market/recorded"
	"optmm/sweep/text"
)

// The largest rate and volatility, per year, that are taken for what they say.
const (
	mostRate = 0.5
	mostVol  = 3
)

// Remarks says what a user should know of recorded quotes before believing a run on them, as
// far as that is seen without looking at every quote: what was taken for granted in reading
// them.
func Remarks(data market.Recorded, layout recorded.Layout) (remarks []string) {
	remark := func(format string, arguments ...any) { remarks = append(remarks, fmt.Sprintf(format, arguments...)) }
	seen := recorded.Look(data)
	switch {
	case seen.NoTimestamps:
		remark("the rows have no timestamps: each is taken for a minute after the one before")
	case !seen.Zoned && layout.Zone != nil:
		remark("the timestamps carry no zone: they are taken as those of %s", layout.Zone)
	case !seen.Zoned:
		remark("the timestamps carry no zone: they are taken as UTC")
	}
	if seen.Moments > seen.Minutes {
		remark("rows are closer than a minute: their %d times make %s, each with the last quotes at or before its end", seen.Moments, text.Count(seen.Minutes, "minute"))
	}
	if step := time.Duration(seen.Step) * time.Second; !seen.NoTimestamps && step > time.Minute {
		remark("rows are typically %s apart and are taken for minutes: what is stated per minute (arrival rates, latency, hedging interval, markouts, the Sharpe ratio) counts rows", step)
	}
	if seen.Marks > 0 {
		remark("%s too large for any option and taken for no price, as a vendor's mark is", text.Plural(seen.Marks, "price is", "prices are"))
	}
	if seen.LargestRate > mostRate {
		remark("column r reaches %v, which is %.0f%% a year: is it in percent? r is a fraction, as 0.045", seen.LargestRate, 100*seen.LargestRate)
	}
	if seen.LargestVol > mostVol {
		remark("column iv reaches %v, which is a volatility of %.0f%%: is it in percent? iv is a fraction, as 0.2", seen.LargestVol, 100*seen.LargestVol)
	}
	return remarks
}
