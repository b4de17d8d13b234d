package recorded

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Layout says how the cells of a table are read where the table does not say it itself. The
// zero value reads columns by their usual names, times without a zone as UTC, and numbers
// with a decimal point.
type Layout struct {
	Columns   map[string]Source                // by what they mean: timestamp, underlying, strike, …
	NoHeader  bool                             // the first line is a row: columns are named by their places, from 1
	Zone      *time.Location                   // of times that carry none; nil is UTC
	Zones     func(name string) *time.Location // of times that carry a name as America/New_York, nil of one that is not known; nil knows none
	Separator rune                             // of the cells of a row; 0 is the one that the header has most of
	Comma     bool                             // numbers have a decimal comma
	Dates     DateOrder                        // of dates as 08/16/2024
	TimeOfDay time.Duration                    // of timestamps that are dates alone
	Starts    bool                             // a timestamp is the beginning of its bar
	Expires   map[string]time.Duration         // times of day of expiries that are dates, by root in capital letters, "" of all others
	Roots     []string                         // of the options that are read; nil reads all, which have one
	Coin      bool                             // prices of options are in units of their underlying
	Carry     bool                             // rows in which nothing changed are left out: a quote holds until the next, or the session ends
}

// DateOrder is which comes first in a date whose year is last.
type DateOrder int

const (
	YearFirst DateOrder = iota // dates with the year last are refused
	MonthFirst
	DayFirst
)

// Source is where the values of a column come from, and what numbers are multiplied by.
type Source struct {
	From  string  // a column of the table
	Value string  // or the same in every row
	UpTo  string  // a mark that the text ends before; empty takes all
	Scale float64 // 0 is 1
}

// Meanings lists the names of columns that Layout.Columns may have.
func Meanings() []string {
	return []string{"timestamp", "date", "time", "ms_of_day", "underlying", "underlying_bid", "underlying_ask", "strike", "expiry", "right", "bid", "ask",
		"call_bid", "call_ask", "put_bid", "put_ask", "call_mid", "put_mid", "contract", "id", "root",
		"spread", "r", "iv", "dividend_yield", "pv_div", "T_years", "time_to_expiry_days", "low", "high", "price", "size", "condition"}
}

// zone returns the zone of times that carry none.
func (l *Layout) zone() *time.Location {
	if l.Zone == nil {
		return time.UTC
	}
	return l.Zone
}

// expires returns when an option of a root expires on a date.
func (l *Layout) expires(date time.Time, root string) (seconds int64, bareDate bool) {
	of, known := l.Expires[strings.ToUpper(root)]
	if !known {
		of, known = l.Expires[""]
	}
	if !known && root == "" && len(l.Expires) == 1 { // of a file that does not say its one root
		for _, only := range l.Expires {
			of, known = only, true
		}
	}
	if !known {
		return date.Unix(), true
	}
	return atClock(date, of, l.zone()).seconds, false
}

// lastOf returns the last seconds at which an option may trade: of a bare date the end of that
// day, of UTC and of the zone.
func (l *Layout) lastOf(expiry int64, bareDate bool) int64 {
	if !bareDate {
		return expiry
	}
	date := time.Unix(expiry, 0).UTC()
	return max(expiry+86400, atClock(date.AddDate(0, 0, 1), 0, l.zone()).seconds)
}

// usual lists further names, in lower case, that vendors and libraries give a column; the
// first that a table has is taken.
func usual(meaning string) []string {
	return map[string][]string{
		"timestamp":  {"quote_datetime", "datetime", "quote_time", "date_time"},
		"underlying": {"underlying_price", "spot", "spot_price", "stock_price"},
		"strike":     {"strike_price"},
		"expiry":     {"expiration", "expiration_date", "expire_date", "exdate", "maturity"},
		"date":       {"quote_date", "trade_date"},
		"time":       {"quote_time", "time_of_day"},
		"root":       {"underlying_symbol", "underlying_ticker", "ticker", "symbol", "act_symbol"},
		"right":      {"type", "cp_flag", "option_type", "call_put", "put_call"},
		"bid":        {"best_bid", "bid_price"},
		"ask":        {"best_offer", "best_ask", "offer", "ask_price"},
		"contract":   {"symbol", "ticker", "option_symbol", "contract_symbol", "osi"},
	}[meaning]
}

// nothing reports whether a cell says that there is no value, as programs and vendors write it.
func nothing(cell string) bool {
	if strings.HasPrefix(cell, "-") && strings.Contains(cell, ".") {
		cell = strings.TrimRight(strings.TrimRight(cell, "0"), ".")
	}
	switch strings.ToLower(cell) {
	case "", "nan", "na", "n/a", "#n/a", "<na>", "null", "none", "nil", "-", "--", "\\n", "-1", "-99", "-999",
		"9223372036854775807": // Databento's
		return true
	}
	return false
}

// A price that some vendors write for none.
const vendorsMark = 199999.98

// isMark reports whether a price is far more than any option on an underlying and strike can be
// worth: a vendor's mark for no price, as 9223372036.854775807.
func isMark(price, underlying, strike float64) bool {
	if math.IsNaN(underlying) {
		underlying = strike
	}
	return price > 10*(underlying+strike) || price == vendorsMark
}

// noOffer reports whether an ask is no offer that is meant: more than twice what the option can
// be worth, a call its underlying and a put its strike, where the bid is not.
func noOffer(bid, ask, underlying, strike float64, put bool) bool {
	most := underlying
	if put {
		most = strike
	}
	return ask > 2*most && !(bid > most)
}

// isPut reads call or put.
func isPut(cell string) (put, ok bool) {
	switch strings.ToLower(cell) {
	case "c", "call", "calls", "ce":
		return false, true
	case "p", "put", "puts", "pe":
		return true, true
	}
	return false, false
}

// contract is an option's name as the OCC and OPRA write it.
type contract struct {
	root   string
	expiry time.Time
	strike float64
	put    bool
}

// parseContract reads the name of an option: a root of up to six letters and digits, padded
// or not, then yymmdd, C or P, and the strike times a thousand in eight digits, as in
// SPXW  210108C03700000; O: before it is left out.
func parseContract(cell string) (c contract, ok bool) {
	name := strings.TrimPrefix(cell, "O:")
	const tail = len("210108C03700000")
	if len(name) <= tail || len(name) > tail+6 {
		return c, false
	}
	root := strings.TrimSpace(name[:len(name)-tail])
	name = name[len(name)-tail:]
	expiry, err := time.Parse("060102", name[:6])
	thousandths, failed := strconv.ParseUint(name[7:], 10, 32)
	put, known := isPut(name[6:7])
	if err != nil || failed != nil || !known || thousandths == 0 {
		return c, false
	}
	return contract{root: root, expiry: expiry, strike: float64(thousandths) / 1000, put: put}, true
}
