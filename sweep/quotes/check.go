package quotes

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"optmm/engine/market"
	"optmm/engine/market/recorded"
	"optmm/sweep/fault"
	"optmm/sweep/text"
	"optmm/sweep/verdict"
)

// Check prints what is in files of quotes, and what is wrong or suspicious about
// it.
func Check(to io.Writer, request *Request, settings recorded.CheckSettings, asJSON bool) error {
	found, err := Read(request)
	if err != nil {
		return fault.Usage(err)
	}
	chain := chainOf(found)
	check := chain.Check(settings)
	notes := slices.Concat(readRemarks(found, request), stateRemarks(check.StatesOfQuoted, settings.StaleMinutes, ""), chainNotes(chain, check))
	if asJSON {
		return text.WriteJSON(to, map[string]any{
			"files": request.facts(), "rows": chain.Rows, "options": len(chain.Options), "expiries": len(chain.Expiries), "minutes": len(chain.Timestamps), "step_minutes": chain.StepMinutes(),
			"found": text.Plain(check), "states": market.StateNames(), "remarks": append([]string{}, notes...),
		})
	}
	var b strings.Builder
	if err := writeChainFacts(&b, request, chain, check); err != nil {
		return err
	}
	if err := writeExpiries(&b, check); err != nil {
		return err
	}
	if len(notes) == 0 {
		b.WriteString("\nnothing looks wrong\n")
	} else {
		b.WriteString("\nlook at\n")
	}
	for _, note := range notes {
		fmt.Fprintf(&b, "  - %s\n", note)
	}
	_, err = io.WriteString(to, b.String())
	return err
}

func writeChainFacts(to io.Writer, request *Request, chain *recorded.Chain, check *recorded.Check) error {
	table := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	zone := "without a zone, taken as UTC"
	switch {
	case request.Layout.Zone != nil && !chain.NoTimestamps && chain.Zone == "":
		zone = "without a zone, taken as of " + request.Layout.Zone.String()
	case chain.NoTimestamps:
		zone = "without timestamps, taken to follow one another"
	case chain.Zone != "":
		zone = "written in zone " + chain.Zone
	}
	for _, file := range request.facts() {
		fmt.Fprintf(table, "%s\t%s\n", file[0], file[1])
	}
	fmt.Fprintf(table, "rows\t%d\n", chain.Rows)
	fmt.Fprintf(table, "options\t%d of %s\n", len(chain.Options), text.Plural(len(chain.Expiries), "expiry", "expiries"))
	unit := unitOf(chain)
	length := strconv.Itoa(len(chain.Timestamps))
	if step := chain.StepMinutes(); step > 1 {
		length += fmt.Sprintf(" rows of %d", step)
	}
	fmt.Fprintf(table, "minutes\t%s, %s\n", length, zone)
	fmt.Fprintf(table, "exercise\ttaken as European; options on shares, and most on futures, are American\n")
	for i, session := range check.Sessions {
		if chain.NoTimestamps {
			break
		}
		if i == shownSessions {
			fmt.Fprintf(table, "\tand %d more\n", len(check.Sessions)-shownSessions)
			break
		}
		missing := "none missing"
		if session.Gaps > 0 {
			missing = fmt.Sprintf("%d missing", session.Gaps)
		}
		fmt.Fprintf(table, "session %d\t%s to %s UTC, %d %s, %s\n", i+1, stamp(session.First), stamp(session.Last), session.Minutes, unit, missing)
	}
	return table.Flush()
}

// unitOf is what a row is taken for.
func unitOf(chain *recorded.Chain) string {
	if chain.StepMinutes() > 1 {
		return "rows"
	}
	return "minutes"
}

const shownSessions = 8

func stamp(seconds int64) string { return time.Unix(seconds, 0).UTC().Format("2006-01-02 15:04") }

func writeExpiries(to io.Writer, check *recorded.Check) error {
	fmt.Fprintln(to)
	table := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "expiry\tdays\tstrikes\tunderlying\tquoted\tstale\tlocked\tcrossed\tmissing\timpossible\tparity residual\tforward − S\trealized vol\timplied vol\twidth/mid")
	for _, e := range check.Expiries {
		share := func(state market.State) string {
			return fmt.Sprintf("%.1f%%", 100*float64(e.States[state])/float64(e.OptionMinutes))
		}
		fmt.Fprintf(table, "%s\t%.1f\t%d\t%.6g … %.6g\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
			expiryText(e), 365*e.Years, e.Strikes, e.Underlying.Low, e.Underlying.High,
			share(market.Quoted), share(market.Stale), share(market.Locked), share(market.Crossed), share(market.Missing), share(market.Impossible),
			moments(e.Residual), moments(e.Forward), numberOr(e.RealizedVol, "none"), quantiles(e.ImpliedVols), quantiles(e.WidthShares))
	}
	return table.Flush()
}

// expiryText writes an expiry, with its hour where it has one.
func expiryText(e recorded.ExpiryCheck) string {
	form := "2006-01-02 Mon"
	if e.Seconds%86400 != 0 {
		form += " 15:04"
	}
	return time.Unix(e.Seconds, 0).UTC().Format(form)
}

// numberOr writes a number, or a word where there is none.
func numberOr(x float64, none string) string {
	if math.IsNaN(x) {
		return none
	}
	return fmt.Sprintf("%.3f", x)
}

// moments writes mean ± standard deviation.
func moments(m recorded.Moments) string {
	switch m.N {
	case 0:
		return "none"
	case 1:
		return fmt.Sprintf("%.4f", m.Mean)
	}
	return fmt.Sprintf("%.4f ± %.4f", m.Mean, m.Deviation)
}

// quantiles writes median and the 5% and 95% quantiles.
func quantiles(rising []float64) string {
	if len(rising) == 0 {
		return "none"
	}
	return fmt.Sprintf("%.3f (%.3f … %.3f)", verdict.Quantile(rising, 0.5), verdict.Quantile(rising, 0.05), verdict.Quantile(rising, 0.95))
}

// chainNotes says what a user should look at before believing a run on the data.
func chainNotes(chain *recorded.Chain, check *recorded.Check) []string {
	var notes []string
	note := func(format string, arguments ...any) { notes = append(notes, fmt.Sprintf(format, arguments...)) }
	for _, violation := range check.Arbitrage {
		option := violation.Option
		right := map[bool]string{false: "call", true: "put"}[option.Put]
		note("%s, first the %v %s of %s at %s UTC", arbitrageText(violation), option.Strike, right,
			time.Unix(chain.Expiries[option.Expiry].Seconds, 0).UTC().Format(time.DateOnly), stamp(violation.Time))
	}
	if check.NeverQuoted > 0 {
		note("%s no quote in any minute, so that the other right of the strike has no parity", text.Plural(check.NeverQuoted, "option has", "options have"))
	}
	gaps := 0
	for _, session := range check.Sessions {
		gaps += session.Gaps
	}
	if gaps > 0 {
		note("%s missing inside the sessions", text.Are(gaps, strings.TrimSuffix(unitOf(chain), "s")))
	}
	if first := time.Unix(check.Sessions[0].First, 0).UTC(); first.Hour() == 9 && first.Minute() >= 30 && first.Minute() <= 32 {
		note("the first session begins at %s UTC, which is when New York opens by its own clock: is the zone right?", first.Format("15:04"))
	}
	var weekend, absurd, without []string // expiries
	for _, e := range check.Expiries {
		day := time.Unix(e.Seconds, 0).UTC()
		if weekday := day.Weekday(); weekday == time.Saturday || weekday == time.Sunday {
			weekend = append(weekend, day.Format("2006-01-02 Mon"))
		}
		if len(e.ImpliedVols) > 0 {
			low, high := verdict.Quantile(e.ImpliedVols, 0.05), verdict.Quantile(e.ImpliedVols, 0.95)
			if low < 0.01 || high > 3 {
				absurd = append(absurd, fmt.Sprintf("%s from %.3f to %.3f", day.Format(time.DateOnly), low, high))
			}
		}
		if e.NoImpliedVol > 0 {
			without = append(without, fmt.Sprintf("%d of %s", e.NoImpliedVol, day.Format(time.DateOnly)))
		}
	}
	if len(weekend) > 0 {
		note("%s on a weekend (%s): monthly options were dated so until 2015, and traded until the Friday before", text.Plural(len(weekend), "expiry is", "expiries are"), firstOf(weekend))
	}
	if len(absurd) > 0 {
		note("implied volatilities are absurd (%s): are prices and underlying in the same unit?", firstOf(absurd))
	}
	if len(without) > 0 {
		note("mids out of the money have no implied volatility (%s)", firstOf(without))
	}
	switch slope := check.Slope; {
	case math.IsNaN(slope) || math.Abs(slope) <= leastSlope:
	case slope < 0:
		note("call less put moves against the underlying: are calls and puts swapped?")
	case slope < 0.2 || slope > 5:
		note("call less put moves %.3g times as much as the underlying, and should once: do prices include a contract multiplier?", slope)
	}
	if ratio := strikeRatio(chain); ratio > mostStrikeRatio || ratio < 1/mostStrikeRatio {
		note("strikes are typically %.3g times the underlying: are both in the same unit? strike can be read as strike_price*0.001", ratio)
	}
	return notes
}

// firstOf writes the first of some texts, and how many more there are.
func firstOf(texts []string) string {
	const shown = 3
	if more := len(texts) - shown; more > 0 {
		return strings.Join(texts[:shown], ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(texts, ", ")
}

// leastSlope is how much call less put moves at least with the underlying, to be of some multiple of
// it rather than of nothing.
const leastSlope = 1e-3

// mostStrikeRatio is how many times the underlying, or the strike, the other is at most, to be
// taken for prices of one thing.
const mostStrikeRatio = 20

// strikeRatio is the median strike over the first price of its underlying.
func strikeRatio(chain *recorded.Chain) float64 {
	var ratios []float64
	for i := range chain.Options {
		option := &chain.Options[i]
		prices := chain.Expiries[option.Expiry].Underlying
		if first := slices.IndexFunc(prices, func(price float64) bool { return !math.IsNaN(price) }); first >= 0 {
			ratios = append(ratios, option.Strike/prices[first])
		}
	}
	slices.Sort(ratios)
	return verdict.Quantile(ratios, 0.5)
}

// arbitrageText says how many quotes can be traded against others without loss, and how.
func arbitrageText(v recorded.Violation) string {
	switch v.Kind {
	case recorded.TooDear:
		return text.Plural(v.Count, "bid is", "bids are") + " above what the option can be worth (a call its underlying, a put its strike)"
	case recorded.BelowIntrinsic:
		return text.Plural(v.Count, "ask is", "asks are") + " below the intrinsic value by more than the width"
	case recorded.Vertical:
		return text.Plural(v.Count, "quote makes", "quotes make") + " a vertical spread that costs less than nothing"
	case recorded.Butterfly:
		return text.Plural(v.Count, "quote makes", "quotes make") + " a butterfly that costs less than nothing"
	case recorded.Calendar:
		return text.Plural(v.Count, "bid is", "bids are") + " above the ask of the next expiry"
	}
	panic("quotes: no words for this kind of arbitrage")
}
