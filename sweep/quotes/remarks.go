package quotes

import (
	"fmt"
	"math"
	"slices"

	"optmm/engine/market"
	"optmm/engine/market/recorded"
	"optmm/sweep/text"
)

// The largest rate and volatility, per year, and others that are taken for what they say.
const (
	mostRate = 0.5
	mostVol  = 3

	mostYears  = 10  // to expiry
	splitRatio = 1.4 // of two prices of an underlying that follow one another
)

// usualStale is the minutes without a change after which a quote is said to be stale where a
// run trades on any.
const usualStale = 5

// Remarks says what a user should know of recorded quotes before believing a run on them: what
// was taken for granted in reading them, which shares of them are not quoted on, for being older
// than stale minutes (0: no age), say, and what looks wrong, a line each.
func Remarks(data market.Recorded, request *Request, stale int) []string {
	chain := chainOf(data)
	check := chain.Check(recorded.CheckSettings{Rate: math.NaN(), StaleMinutes: stale})
	counts, old := check.StatesOfQuoted, ""
	if stale == 0 {
		counts[market.Stale], stale, old = chain.StatesOfQuoted(usualStale)[market.Stale], usualStale, ", and they are traded on, since stale_minutes is 0"
	}
	if !data.IsChain() {
		check.NeverQuoted = 0 // the put that one option lacks
	}
	return slices.Concat(readRemarks(data, request), stateRemarks(counts, stale, old), chainNotes(chain, check))
}

// DayRemarks says what a user should know of several days before believing a run on them:
// what Remarks says of the first that can be read, which days cannot, and what became of the
// trades.
func DayRemarks(days *Days, request *Request, stale int) []string {
	var remarks []string
	first := days.whole()
	for _, remark := range Remarks(days.Example(), request, stale) {
		if len(days.List) > 1 {
			remark = first.Name + ": " + remark
		}
		remarks = append(remarks, remark)
	}
	if days.Sorted {
		remarks = append(remarks, "the files are not named in the order of time: the days were sorted")
	}
	for i := range days.List {
		if day := &days.List[i]; day.Broken != "" {
			remarks = append(remarks, fmt.Sprintf("%s cannot be simulated, and its runs fail: %s", day.Name, day.Broken))
			if len(remarks) >= mostRemarks {
				remarks = append(remarks, fmt.Sprintf("%s in all cannot be simulated", text.Count(days.Broken(), "day")))
				break
			}
		}
	}
	for _, part := range request.own() {
		if part.r != nil && part.r.unread != nil {
			remarks = append(remarks, fmt.Sprintf("%s of %s cannot be read: %s", text.Count(len(part.r.unread), "file"), part.of, firstOf(part.r.unread)))
		}
	}
	if days.trades != nil {
		remarks = append(remarks, days.tradeRemarks()...)
	}
	return remarks
}

// mostRemarks bounds the remarks on days.
const mostRemarks = 20

// TradeRemarks says what was taken for granted in reading trades.
func TradeRemarks(trades *recorded.Trades, request *Request) []string {
	switch zone := request.Layout.Zone; {
	case trades.Zone != "":
		return nil
	case zone != nil:
		return []string{fmt.Sprintf("the times of the trades carry no zone: they are taken as those of %s", zone)}
	}
	return []string{"the times of the trades carry no zone: they are taken as UTC"}
}

// chainOf returns recorded quotes as a chain, those of one option too.
func chainOf(data market.Recorded) *recorded.Chain {
	if quotes, one := data.(*recorded.Quotes); one {
		return quotes.Chain()
	}
	return data.(*recorded.Chain)
}

// readRemarks says what was taken for granted in reading the quotes.
func readRemarks(data market.Recorded, request *Request) (remarks []string) {
	remark := func(format string, arguments ...any) { remarks = append(remarks, fmt.Sprintf(format, arguments...)) }
	seen, layout := recorded.Look(data), &request.Layout
	if _, asked := request.values[presetKey]; request.Preset != "" && request.Preset != noPreset && !asked {
		remark("the columns are those of %s: the files are read as that vendor writes them; preset none reads without", request.Preset)
	}
	switch {
	case seen.NoTimestamps:
		remark("the rows have no timestamps: each is taken for a minute after the one before")
	case !seen.Zoned && layout.Zone != nil:
		remark("the timestamps carry no zone: they are taken as those of %s", layout.Zone)
	case !seen.Zoned:
		remark("the timestamps carry no zone: they are taken as UTC")
	}
	if seen.OwnPrices && !seen.PricesZoned {
		zone := "UTC"
		if request.Underlying != nil && request.Underlying.Layout.Zone != nil {
			zone = request.Underlying.Layout.Zone.String()
		}
		remark("the times of the underlying's prices carry no zone: they are taken as those of %s", zone)
	}
	if seen.Unit != "" {
		remark("the timestamps are numbers: by their size they count %s since 1970 UTC", seen.Unit)
	}
	if seen.Moments > seen.Minutes {
		remark("rows are closer than a minute: their %d times make %s, each with the last quotes at or before its end", seen.Moments, text.Count(seen.Minutes, "minute"))
	}
	switch step := int(seen.Step / 60); {
	case seen.NoTimestamps || step == 1 && seen.Regular:
	case recorded.TooCoarse(data) != nil:
		remark("%v", recorded.TooCoarse(data))
	case seen.Regular:
		remark("rows are %d minutes apart: each has the orders of %d minutes, and other times in minutes are rounded up to whole rows", step, step)
	default:
		remark("rows are at irregular distances, typically %s, and each is taken for a minute: minutes between them are not quoted in; where the feed leaves out what did not change, say carry: session", text.Count(step, "minute"))
	}
	if seen.Sorted {
		remark("the rows are not in the order of time, and were sorted")
	}
	if layout.Coin {
		remark("prices are in coin, and were multiplied by the underlying of their rows")
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
	if seen.LargestYears > mostYears {
		remark("column T_years reaches %v: is it in days? T_years is in years, as 0.25", seen.LargestYears)
	}
	if jump := seen.Jump; jump.From > 0 && (jump.To > splitRatio*jump.From || jump.From > splitRatio*jump.To) {
		at := ""
		if jump.Seconds > 0 {
			at = " at " + stamp(jump.Seconds) + " UTC"
		}
		remark("the underlying goes from %v to %v from one row to the next%s: is it a split? options from before it have other strikes after it", jump.From, jump.To, at)
	}
	if chain, ok := data.(*recorded.Chain); ok {
		if len(chain.Options) == 2 {
			remark("the file is read as a chain of two options, the call and the put of its strike")
		}
		if n := chain.Underlyings(); n > 1 {
			remark("the expiries have %d underlyings of their own, as options on futures do: each is hedged by itself", n)
		}
	}
	return remarks
}

// stateRemarks says which shares of the option-minutes are no good quotes, and more of those that
// are old.
func stateRemarks(counts [market.States]int, stale int, ofOld string) (remarks []string) {
	old := fmt.Sprintf("are stale: neither side has changed for more than %d minutes", stale) + ofOld
	total := 0
	for _, n := range counts {
		total += n
	}
	for _, part := range []struct {
		state market.State
		limit float64
		what  string
	}{
		{market.Stale, 0.1, old},
		{market.Locked, 0.001, "are locked: bid and ask are the same"},
		{market.Crossed, 0, "are crossed: the bid is above the ask"},
		{market.Missing, 0, "have no quote"},
		{market.Impossible, 0, "are impossible, and not quoted on: they could be traded without loss"},
	} {
		if share := float64(counts[part.state]) / float64(total); share > part.limit {
			percent := fmt.Sprintf("%.1f%%", 100*share)
			if share < 0.0005 {
				percent = "less than 0.1%"
			}
			remarks = append(remarks, fmt.Sprintf("%s of the option-minutes %s", percent, part.what))
		}
	}
	return remarks
}
