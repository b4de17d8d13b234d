package recorded

import (
	"iter"
	"slices"
	"strconv"
)

// Chain is a recorded history of many options, as ReadChain found it. Its
// columns have one entry per minute that the data has, NaN where the data has nothing.
type Chain struct {
	Timestamps   []int64 // seconds since 1970 UTC, increasing
	Zone         string  // of the timestamps as they were written, as in +02:00; empty where none was
	NoTimestamps bool    // the data has no timestamps: its minutes follow one another from 0
	Expiries     []Expiry
	Options      []Option  // by expiry, strike, and the call before the put
	Rows         int       // of the data
	Moments      int       // times of the rows: more than there are minutes where rows are closer than a minute
	Marks        int       // prices too large for any option, taken for no price
	Unit         string    // of timestamps that are counts since 1970, as milliseconds; empty of others
	dividends    []float64 // that are known to be paid until expiry, by minute; nil: none are
	OwnPrices    bool      // the prices of the underlying come from files of their own
	PriceZone    string    // of the times of those
	Sorted       bool      // the rows were not in the order of time
	Trades       []Trade   // of the options, rising in time; nil: none are known
	Known        []int64   // when the quotes of each minute were known, seconds; nil: at its timestamp
	Root         string    // of the options; empty where the rows name none
}

// Expiry is one date of expiry, with the underlying that its options are on: every
// expiry may have a future of its own.
//
// Trading ends with the last minute up to it that the data has, where the data goes
// on beyond. A bare date is up to the end of that day, UTC, and ends with the last minute that
// the data has of it, or of the days before (old monthly options are
// dated on a Saturday), once the data reaches it; with the day, where it does not.
type Expiry struct {
	Seconds    int64 // since 1970 UTC
	BareDate   bool  // written without an hour
	Ends       int64 // trading, seconds since 1970 UTC
	Underlying []float64
}

// end finds when trading ends.
func (e *Expiry) end(timestamps []int64) {
	e.Ends = e.Seconds
	if e.BareDate {
		e.Ends += 86400
	}
	if timestamps[len(timestamps)-1] <= e.Seconds {
		return
	}
	after, _ := slices.BinarySearch(timestamps, e.Ends+1)
	if after > 0 {
		e.Ends = timestamps[after-1]
	}
}

// Option is the quotes of one option.
type Option struct {
	Expiry   int // place in Chain.Expiries
	Strike   float64
	Put      bool
	Bid, Ask []float64
	Seen     []int64 // when the row was that a minute's quote is of, seconds; nil: in that minute
}

// mid returns the middle of the quote, NaN where there is none.
func (o *Option) mid(minute int) float64 { return float64((o.Bid[minute] + o.Ask[minute]) / 2) }

// ReadChain reads options in long form from tables that are one chain, a row for each minute,
// expiry and strike:
//
//	timestamp, underlying, strike, expiry, call_bid, call_ask, put_bid, put_ask
//
// in any order of columns, matched without regard to case; others are ignored.
// Rows come in any order; of a time each key comes once. Rows that
// are closer than a minute become minutes, dated by their ends: of a feed, in which a key
// repeats within a minute, the last quotes at or before that; of a snapshot, in which the
// keys of a minute are written one after another, all of them.
// A cell that is empty, or says NaN, NA, null, -1 or 0, is a side without a quote, and so is
// a price beyond any that an option can have, a vendor's mark. Of an expiry's rows at one
// time all have the same underlying. Timestamps all carry a zone, or none does and
// layout.Zone says it. An expiry at midnight is a date. Rows per right are read as well,
//
//	timestamp, underlying, strike, expiry, right, bid, ask
//
// with C, call or CE, and P, put or PE; contract, with the name of an option as OPRA writes
// it, may be in place of strike, expiry and right. Errors name the line and the column, and
// are all in one, a *Faults.
//
// Rows are read one by one; what is kept is about 40 bytes a row, and 32 bytes for each key
// in each minute once all are read.
func ReadChain(tables iter.Seq2[Table, error], own Own, layout Layout) (*Chain, error) {
	b := chainReader{own: own, layout: &layout, faults: &Faults{}, expiries: map[int64]*chainExpiry{}, dates: map[rootDate]*chainExpiry{}, roots: map[string]*rootStrikes{}}
	if err := eachTable(tables, b.layout, b.faults, b.open); err != nil {
		return nil, err
	}
	return b.chain()
}

func named(zone string) string {
	if zone == "" {
		return "none"
	}
	return strconv.Quote(zone)
}
