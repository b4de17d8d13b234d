package recorded

import (
	"fmt"
	"math"
	"strings"
	"time"

	"optmm/engine/market"
)

// Seen is what reading recorded quotes took for granted, and what their columns reach.
type Seen struct {
	NoTimestamps            bool
	Zoned                   bool   // the timestamps carry a zone
	Step                    int64  // seconds between rows, typically; whole minutes
	Regular                 bool   // most rows are so far apart
	Moments, Minutes        int    // times of the rows, and the minutes that they became
	Marks                   int    // prices too large for any option
	Sorted                  bool   // the rows were not in the order of time
	OwnPrices, PricesZoned  bool   // the underlying's prices come from files of their own, whose times carry a zone
	Unit                    string // of timestamps that are counts since 1970; empty of others
	LargestRate, LargestVol float64
	LargestYears            float64 // of time to expiry, where it has a column
	Jump                    Jump    // the largest of an underlying
}

// Jump is a change of an underlying's price from one row to the next.
type Jump struct {
	From, To float64
	Seconds  int64 // of the row; 0 without timestamps
}

// larger returns the larger of two jumps, by the ratio of their prices.
func (j Jump) larger(other Jump) Jump {
	if other.size() > j.size() {
		return other
	}
	return j
}

func (j Jump) size() float64 {
	if j.From == 0 {
		return 0
	}
	return math.Abs(math.Log(j.To / j.From))
}

// jumpOf returns the largest jump of the prices, of which some may not be known.
func jumpOf(prices []float64, timestamps []int64) (largest Jump) {
	last := math.NaN()
	for i, price := range prices {
		if math.IsNaN(price) {
			continue
		}
		if !math.IsNaN(last) {
			jump := Jump{From: last, To: price}
			if timestamps != nil {
				jump.Seconds = timestamps[i]
			}
			largest = largest.larger(jump)
		}
		last = price
	}
	return largest
}

// Look returns what is seen of recorded quotes.
func Look(data market.Recorded) Seen {
	var seen Seen
	var timestamps []int64
	switch data := data.(type) {
	case *Chain:
		timestamps = data.Timestamps
		seen = Seen{
			NoTimestamps: data.NoTimestamps, Zoned: data.Zone != "", Unit: data.Unit, Sorted: data.Sorted,
			Moments: data.Moments, Minutes: len(data.Timestamps), Marks: data.Marks,
			OwnPrices: data.OwnPrices, PricesZoned: data.PriceZone != "",
		}
		for i := range data.Expiries {
			seen.Jump = seen.Jump.larger(jumpOf(data.Expiries[i].Underlying, timestamps))
		}
	case *Quotes:
		timestamps = data.timestamps
		seen = Seen{
			NoTimestamps: data.timestamps == nil, Zoned: data.zone != "", Unit: data.unit, Moments: data.rows, Minutes: data.Minutes(),
			LargestRate: largest(data.rate), LargestVol: largest(data.vol), Jump: jumpOf(data.underlying, timestamps),
		}
		if data.time.perYear == 1 && data.time.least == 0 {
			seen.LargestYears = largest(data.time.values)
		}
	}
	rows := cadenceOf(timestamps)
	seen.Step, seen.Regular = rows.step, rows.regular
	return seen
}

// mostStep is the most seconds between rows that a run means anything at.
const mostStep = 3600

// TooCoarse returns an error where rows are so far apart that no run on them means anything:
// a market maker quotes, is filled and hedges within a session, and by the minute.
func TooCoarse(data market.Recorded) error {
	step := time.Duration(Look(data).Step) * time.Second
	if step <= mostStep*time.Second {
		return nil
	}
	return fmt.Errorf("the rows are typically %s apart, and orders arrive, quotes age and hedges trade by the minute: no run on them means anything; give rows of an hour or less", plainDuration(step))
}

// plainDuration writes a duration of whole minutes without what is 0, as in 24h.
func plainDuration(d time.Duration) string {
	text := strings.TrimSuffix(d.String(), "0s")
	if d%time.Hour == 0 {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// largest is the largest of the values without sign, 0 of none.
func largest(values []float64) float64 {
	most := 0.0
	for _, x := range values {
		most = max(most, math.Abs(x))
	}
	return most
}
