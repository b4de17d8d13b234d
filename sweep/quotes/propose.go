package quotes

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// guess is how the columns of a meaning are called by those who do not call them so: parts of
// names, the most telling first, and parts that make a name of something else.
type guess struct {
	meaning string
	parts   []string
	not     []string
}

// guesses lists the columns that quotes need; a name of an earlier one is no name of a later.
func guesses() []guess {
	ofQuote := []string{"size", "iv", "vol", "exch", "cond", "amount", "qty", "time", "date", "open", "low", "high", "sz", "ct"}
	side := func(meaning string, parts ...string) guess { return guess{meaning, parts, ofQuote} }
	return []guess{
		{"expiry", []string{"expir", "maturity", "exdate", "expdate", "xpry", "expdt"}, []string{"time", "days", "type"}},
		{"timestamp", []string{"timestamp", "datetime", "quotetime", "quotedate", "asof", "time", "date"}, []string{"days", "to", "trade", "hours", "read"}},
		{"strike", []string{"strike", "strk", "exerciseprice"}, []string{"distance"}},
		side("call_bid", "callbid", "bidcall", "cbid"), side("call_ask", "callask", "askcall", "cask", "calloffer"),
		side("put_bid", "putbid", "bidput", "pbid"), side("put_ask", "putask", "askput", "pask", "putoffer"),
		{"underlying_bid", []string{"underlyingbid", "underbid", "stockbid", "spotbid"}, nil}, {"underlying_ask", []string{"underlyingask", "underask", "stockask", "spotask"}, nil},
		side("bid", "bid"), side("ask", "ask", "offer"),
		{"right", []string{"right", "callput", "putcall", "cpflag", "optiontype", "opttype", "optntp", "cp", "type"}, []string{"exercise", "security"}},
		{"underlying", []string{"underlyingprice", "underlying", "undprice", "undrly", "spot", "stock", "s0", "under", "indexprice", "future"}, []string{"symbol", "ticker", "name", "id"}},
		{"contract", []string{"contract", "optionsymbol", "osi", "symbol", "ticker"}, []string{"id", "size", "multiplier"}},
	}
}

// propose writes the columns that a header may mean, ready to paste; empty where it shows too
// little.
func propose(header []string) string {
	found := map[string]string{}
	used := map[string]bool{}
	for _, g := range guesses() {
		for _, part := range g.parts {
			for _, name := range header {
				if found[g.meaning] == "" && !used[name] && g.fits(name, part) {
					found[g.meaning], used[name] = name, true
				}
			}
		}
	}
	has := func(meanings ...string) bool {
		return !slices.ContainsFunc(meanings, func(meaning string) bool { return found[meaning] == "" })
	}
	meanings := []string{"timestamp", "strike", "expiry", "right", "bid", "ask"}
	switch {
	case has("call_bid") || has("put_bid"):
		meanings = []string{"timestamp", "strike", "expiry", "call_bid", "call_ask", "put_bid", "put_ask"}
	case !has("bid", "ask"):
		return ""
	case has("contract") && !has("strike", "expiry", "right"):
		meanings = []string{"timestamp", "contract", "bid", "ask"}
	}
	if slices.ContainsFunc(header, func(name string) bool { return strings.EqualFold(strings.TrimSpace(name), "date") }) &&
		slices.ContainsFunc(header, func(name string) bool { return strings.EqualFold(strings.TrimSpace(name), "time") }) {
		meanings = meanings[1:] // which are read together
	}
	lacks := ""
	switch {
	case has("underlying"):
		meanings = append(meanings, "underlying")
	case has("underlying_bid", "underlying_ask"):
		meanings = append(meanings, "underlying_bid", "underlying_ask")
	default:
		lacks = "\n    underlying: FILE   # of the underlying's prices, which the rows do not have"
	}
	var columns []string
	for _, meaning := range meanings {
		if found[meaning] == "" {
			columns = append(columns, meaning+": ?")
		} else if !strings.EqualFold(found[meaning], meaning) {
			columns = append(columns, meaning+": "+quotedName(found[meaning]))
		}
	}
	block := ""
	if columns != nil {
		block = "\n    columns: {" + strings.Join(columns, ", ") + "}"
	}
	if block+lacks == "" {
		return ""
	}
	return "\n  these may be its columns; paste them below market.recorded, or give each as --columns meaning=name:" + block + lacks
}

// fits reports whether a name has a part, and none that makes it another's.
func (g *guess) fits(name, part string) bool {
	plain := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
	if !strings.Contains(plain, part) || len(part) <= 2 && plain != part {
		return false
	}
	for _, other := range g.not {
		if strings.Contains(strings.Replace(plain, part, "", 1), other) {
			return false
		}
	}
	return true
}

// quotedName writes a name as YAML takes it within braces.
func quotedName(name string) string {
	if strings.ContainsAny(name, " ,:[]{}#&*!|>'\"%@`-") || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return fmt.Sprintf("%q", name)
	}
	return name
}
