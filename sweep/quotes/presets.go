package quotes

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"optmm/engine/market/recorded"
)

// preset is the layout of a vendor's files: the keys that a study would need, and what they
// are recognized by.
type preset struct {
	name    string
	has     []string                                 // names of columns, in lower case, that together no other layout has
	file    *regexp.Regexp                           // the names of its files, where they have no header
	row     func(cell func(name string) string) bool // whether any of the first rows shows it; nil: it need not be shown
	columns map[string]recorded.Source
	values  map[string]any // of other keys
	refused string         // why its files cannot be read; empty where they can
}

// noPreset asks for none.
const noPreset = "none"

// from makes columns of entries as in the flag --columns.
func from(entries ...string) map[string]recorded.Source {
	columns := map[string]recorded.Source{}
	for _, entry := range entries {
		meaning, name, _ := strings.Cut(entry, "=")
		columns[meaning] = recorded.Source{From: name}
	}
	return columns
}

// scaled multiplies columns.
func scaled(columns map[string]recorded.Source, by float64, meanings ...string) map[string]recorded.Source {
	for _, meaning := range meanings {
		source := columns[meaning]
		source.Scale = by
		columns[meaning] = source
	}
	return columns
}

// upTo takes of a column the text before a mark.
func upTo(mark, meaning string, columns map[string]recorded.Source) map[string]recorded.Source {
	source := columns[meaning]
	source.UpTo = mark
	columns[meaning] = source
	return columns
}

// presets lists the layouts, as their vendors, or several readers of their files, describe them.
func presets() []preset {
	const newYork = "America/New_York"
	type keys = map[string]any
	databento := []string{"ts_recv", "instrument_id", "bid_px_00", "ask_px_00"}
	pretty := func(cell func(string) string) bool {
		return strings.Contains(cell("bid_px_00")+cell("ask_px_00"), ".") || strings.Contains(cell("ts_recv"), "-") && cell("bid_px_00")+cell("ask_px_00") == ""
	}
	quotes := func() map[string]recorded.Source {
		return from("timestamp=ts_recv", "id=instrument_id", "bid=bid_px_00", "ask=ask_px_00")
	}
	return []preset{
		{name: "optionsdx", has: []string{"quote_unixtime", "underlying_last", "expire_date", "c_bid", "p_bid"},
			columns: from("timestamp=QUOTE_UNIXTIME", "underlying=UNDERLYING_LAST", "strike=STRIKE", "expiry=EXPIRE_DATE",
				"call_bid=C_BID", "call_ask=C_ASK", "put_bid=P_BID", "put_ask=P_ASK")},
		{name: "optionmetrics", has: []string{"secid", "date", "exdate", "cp_flag", "strike_price", "best_bid", "best_offer"}, // strikes in thousandths, the close of each day
			columns: scaled(from("timestamp=date", "root=secid", "expiry=exdate", "right=cp_flag", "strike=strike_price", "bid=best_bid", "ask=best_offer"), 0.001, "strike"),
			values:  keys{"time_zone": newYork, "time_of_day": "16:00"}},
		{name: "cboe_intervals", has: []string{"quote_datetime", "root", "expiration", "option_type", "underlying_bid", "underlying_ask"},
			columns: from("timestamp=quote_datetime", "underlying_bid=underlying_bid", "underlying_ask=underlying_ask", "root=root", "strike=strike", "expiry=expiration",
				"right=option_type", "bid=bid", "ask=ask"),
			values: keys{"time_zone": newYork}},
		{name: "polygon", has: []string{"ticker", "sip_timestamp", "bid_price", "ask_price"}, // of options and of stocks
			columns: from("timestamp=sip_timestamp", "bid=bid_price", "ask=ask_price")},
		{name: "databento_pretty", has: databento, row: pretty, columns: quotes()},         // prices as decimal numbers
		{name: "databento", has: databento, columns: scaled(quotes(), 1e-9, "bid", "ask")}, // prices as integers, 1e-9 of a unit
		{name: "databento_definition", has: []string{"instrument_id", "raw_symbol", "instrument_class", "strike_price"},
			columns: from("id=instrument_id", "contract=raw_symbol")},
		{name: "thetadata", has: []string{"symbol", "expiration", "strike", "right", "timestamp", "bid_condition", "ask_condition"},
			columns: from("timestamp=timestamp", "root=symbol", "expiry=expiration", "strike=strike", "right=right", "bid=bid", "ask=ask"),
			values:  keys{"time_zone": newYork}},
		{name: "thetadata_v2_bulk", has: []string{"root", "expiration", "strike", "right", "ms_of_day", "date", "bid_condition", "ask_condition"}, // strikes in thousandths
			columns: scaled(from("date=date", "ms_of_day=ms_of_day", "root=root", "expiry=expiration", "strike=strike", "right=right", "bid=bid", "ask=ask"), 0.001, "strike"),
			values:  keys{"time_zone": newYork}},
		{name: "thetadata_v2", has: []string{"ms_of_day", "date", "bid", "ask", "bid_condition", "ask_condition"}, // a contract a file, which its rows do not say
			columns: from("date=date", "ms_of_day=ms_of_day", "bid=bid", "ask=ask"),
			values:  keys{"time_zone": newYork}},
		{name: "orats", has: []string{"ticker", "stkpx", "expirdate", "cbidpx", "caskpx", "pbidpx", "paskpx", "trade_date"}, // a day a file, near its close
			columns: from("timestamp=trade_date", "root=ticker", "underlying=stkPx", "expiry=expirDate", "strike=strike",
				"call_bid=cBidPx", "call_ask=cAskPx", "put_bid=pBidPx", "put_ask=pAskPx"),
			values: keys{"time_zone": newYork, "time_of_day": "15:45", "dates": "mdy"}},
		{name: "tardis", has: []string{"exchange", "symbol", "local_timestamp", "type", "strike_price", "expiration", "underlying_index", "underlying_price"}, // Deribit, prices in coin
			columns: upTo("-", "root", from("timestamp=timestamp", "root=symbol", "underlying=underlying_price", "strike=strike_price", "expiry=expiration", "right=type", "bid=bid_price", "ask=ask_price")),
			values:  keys{"prices": "coin"}},
		{name: "lean", file: regexp.MustCompile(leanName), // a contract a file of a zip, of bars that begin at their times
			columns: func() map[string]recorded.Source {
				columns := scaled(from("ms_of_day=1", "bid=5", "ask=10"), 0.0001, "bid", "ask")
				columns["strike"] = recorded.Source{Scale: 0.0001}
				return columns
			}(),
			values: keys{"header": false, "file_name": leanName, "stamped": "start", "time_zone": newYork}},
		{name: "nse_bhavcopy", has: []string{"traddt", "fininstrmtp", "tckrsymb", "xprydt", "strkpric", "optntp", "sttlmpric"},
			refused: "it is NSE's bhavcopy, which has the day's open, high, low, close and settlement, and neither bids nor asks: no quotes can be made of it"},
	}
}

// leanName is how QuantConnect Lean names the quotes of a day: of an option, or of its
// underlying.
const leanName = `^(?P<date>\d{8})_(?P<root>[^_]+)_minute_quote(?:_[a-z]+_(?P<right>call|put)_(?P<strike>\d+)_(?P<expiry>\d{8}))?\.csv$`

// presetNames lists the presets that can be asked for.
func presetNames() []string {
	var names []string
	for _, p := range presets() {
		if p.refused == "" {
			names = append(names, p.name)
		}
	}
	return names
}

// presetNamed returns a preset; nil of none.
func presetNamed(name string) *preset {
	all := presets()
	if at := slices.IndexFunc(all, func(p preset) bool { return p.name == name }); at >= 0 {
		return &all[at]
	}
	return nil
}

// findPreset returns the preset of a table by its name, its header and its first rows; nil where
// it is of none.
func findPreset(name string, header []string, rows [][]string) *preset {
	places := map[string]int{}
	for i, cell := range header {
		places[recorded.PlainName(cell)] = i
	}
	shows := func(p *preset) bool {
		return slices.ContainsFunc(rows, func(row []string) bool {
			return p.row(func(name string) string {
				if at, ok := places[name]; ok && at < len(row) {
					return strings.TrimSpace(row[at])
				}
				return ""
			})
		})
	}
	for _, p := range presets() {
		if p.file != nil {
			if p.file.MatchString(filepath.Base(name)) {
				return &p
			}
			continue
		}
		lacks := slices.ContainsFunc(p.has, func(column string) bool { _, ok := places[column]; return !ok })
		if !lacks && (p.row == nil || shows(&p)) {
			return &p
		}
	}
	return nil
}
