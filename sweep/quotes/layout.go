package quotes

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones are the same on every machine

	"optmm/engine/market/recorded"
	"optmm/sweep/fault"
)

// Layout says how the cells of a file are read, as a study and the flags write it; what is
// empty is found in the file.
type Layout struct {
	Columns   map[string]recorded.Source // by what they mean
	TimeZone  string                     // of times that carry none, as America/New_York
	Separator string                     // one character
	Decimal   string                     // point or comma
}

// Parse checks the layout. Errors are Faults at a key of the layout.
func (l *Layout) Parse() (layout recorded.Layout, err error) {
	layout.Columns = l.Columns
	for _, meaning := range slices.Sorted(maps.Keys(l.Columns)) {
		if !slices.Contains(recorded.Meanings(), meaning) {
			return layout, fault.New("columns."+meaning, "%s is not a column of quotes or trades%s", meaning, fault.DidYouMean(meaning, recorded.Meanings()))
		}
	}
	if l.TimeZone != "" {
		zone, err := time.LoadLocation(l.TimeZone)
		if err != nil || l.TimeZone == "Local" {
			return layout, fault.New("time_zone", "%q is not a time zone; write it as America/New_York or UTC", l.TimeZone)
		}
		layout.Zone = zone
	}
	switch separator := []rune(l.Separator); {
	case len(separator) == 0:
	case len(separator) == 1 && strings.ContainsRune(",;\t|: ", separator[0]):
		layout.Separator = separator[0]
	default:
		return layout, fault.New("separator", "%q is not one of comma, semicolon, tab, vertical bar, colon and space", l.Separator)
	}
	switch l.Decimal {
	case "", ".":
	case ",":
		layout.Comma = true
	default:
		return layout, fault.New("decimal", "%q is neither . nor ,", l.Decimal)
	}
	return layout, nil
}

// ParseColumns reads meanings of columns from entries as underlying=S0, or
// strike=strike_price*0.001 with what its numbers are multiplied by.
func ParseColumns(entries []string) (map[string]recorded.Source, error) {
	columns := map[string]recorded.Source{}
	for _, entry := range entries {
		meaning, from, ok := strings.Cut(entry, "=")
		if !ok || from == "" {
			return nil, fmt.Errorf("%q is not a column: write underlying=S0, or strike=strike_price*0.001", entry)
		}
		source := recorded.Source{From: from}
		if i := strings.LastIndexByte(from, '*'); i > 0 {
			scale, err := strconv.ParseFloat(from[i+1:], 64)
			switch {
			case err == nil && scale > 0 && !math.IsInf(scale, 0):
				source = recorded.Source{From: from[:i], Scale: scale}
			case err == nil || errors.Is(err, strconv.ErrRange): // and not a name with a star
				return nil, fmt.Errorf("%q: %s must be above 0 and finite", entry, from[i+1:])
			}
		}
		columns[meaning] = source
	}
	return columns, nil
}
