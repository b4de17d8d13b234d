package recorded

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// instant is a time as a cell has it.
type instant struct {
	moment
	day  bool  // a date without an hour, or midnight, which is how programs write a date
	date int64 // the seconds at which the date begins in UTC, of a day
	bare bool  // a date without an hour
	zone string
	unit string // of a count since 1970
}

// The texts of dates. A date of numbers with the year last is refused: it may be read with
// the day or the month first.
func dateForms() []string {
	return []string{time.DateOnly, "2006/01/02", "20060102", "2-Jan-2006", "2-Jan-06", "02Jan2006", "02Jan06"}
}

var (
	errNoTime    = errors.New("is not a time; write it as 2024-07-01T13:30:00Z")
	errHalfDays  = errors.New("has AM or PM; write it by 24 hours, as 2024-07-01T13:30:00Z")
	errDayFirst  = errors.New("may have the day or the month first; write it as 2024-07-01, or say which by dates, mdy or dmy")
	errZoneNames = errors.New("has a zone that is neither an offset nor known, or has several meanings; write it as 2024-07-01T13:30:00-04:00, or without the zone and say which it is")
)

// parseInstant reads a time in any of the forms that programs write: RFC 3339 and ISO 8601
// with and without seconds and zone, dates with the month in letters or without separators,
// and counts of seconds, milliseconds, microseconds or nanoseconds since 1970, which their
// size distinguishes. A time without a zone is of the given one.
func parseInstant(cell string, layout *Layout) (instant, error) {
	zone, order := layout.zone(), layout.Dates
	if strings.Trim(cell, "0123456789.") == "" && strings.Count(cell, ".") < 2 && cell != "" {
		return parseCount(cell, zone)
	}
	date, clock := cell, ""
	const shortest = len("2Jan06") // and a T in it is October's
	if i := strings.IndexAny(cell[min(shortest, len(cell)):], "Tt "); i >= 0 {
		date, clock = cell[:shortest+i], strings.TrimSpace(cell[shortest+i+1:])
	}
	day, err := parseDate(date, zone, order)
	if err != nil {
		return instant{}, err
	}
	clock, own, written, err := layout.cutZone(clock)
	if err != nil {
		return instant{}, err
	}
	if clock == "" {
		if written != "" {
			return instant{}, errNoTime
		}
		return instant{moment: moment{seconds: day.Unix()}, day: true, bare: true, date: dateOf(day)}, nil
	}
	of, ok := parseClock(clock)
	if !ok {
		return instant{}, errNoTime
	}
	if written != "" {
		zone = own
	}
	return instant{moment: atClock(day, of, zone), day: of == 0, date: dateOf(day), zone: written}, nil
}

// dateOf returns the seconds at which a date begins in UTC.
func dateOf(day time.Time) int64 {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC).Unix()
}

// parseClock reads a time of day.
func parseClock(text string) (of time.Duration, ok bool) {
	for _, form := range []string{"15:04:05", "15:04", "150405"} {
		if t, err := time.Parse(form, text); err == nil {
			return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond()), true
		}
	}
	return 0, false
}

// atClock returns when the clocks of a zone show a time of a day.
func atClock(day time.Time, of time.Duration, zone *time.Location) moment {
	t := time.Date(day.Year(), day.Month(), day.Day(), int(of/time.Hour), int(of/time.Minute%60), int(of/time.Second%60), 0, zone)
	return moment{t.Unix(), int64(of % time.Second)}
}

// parseDate reads a date; its year is last only where the order is known.
func parseDate(text string, zone *time.Location, order DateOrder) (time.Time, error) {
	forms := dateForms()
	switch order {
	case MonthFirst:
		forms = append(forms, "1/2/2006", "1-2-2006", "1/2/06")
	case DayFirst:
		forms = append(forms, "2/1/2006", "2-1-2006", "2.1.2006", "2/1/06")
	}
	for _, form := range forms {
		if day, err := time.ParseInLocation(form, text, zone); err == nil {
			return day, nil
		}
	}
	for _, form := range []string{"1/2/2006", "2/1/2006", "1-2-2006", "2-1-2006", "2.1.2006"} {
		if _, err := time.Parse(form, text); err == nil {
			return time.Time{}, errDayFirst
		}
	}
	return time.Time{}, errNoTime
}

// cutZone takes the zone off the end of a time of day: an offset, a name as America/New_York, or
// an abbreviation that has one meaning.
func (l *Layout) cutZone(clock string) (rest string, zone *time.Location, written string, err error) {
	if i := strings.IndexByte(clock, '['); i > 0 && strings.HasSuffix(clock, "]") { // behind an offset, as Java writes it
		if name := clock[i+1 : len(clock)-1]; strings.ContainsAny(clock[:i], "+-Zz") {
			clock = clock[:i]
		} else {
			clock = clock[:i] + " " + name
		}
	}
	upper := strings.ToUpper(clock)
	for _, name := range []string{" UTC", " GMT", "UTC", "GMT", "Z"} {
		if strings.HasSuffix(upper, name) {
			return strings.TrimSpace(clock[:len(clock)-len(name)]), time.UTC, "Z", nil
		}
	}
	if i := strings.LastIndexByte(clock, ' '); i > 0 && strings.ContainsAny(upper[i:], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") && !strings.HasSuffix(upper, "AM") && !strings.HasSuffix(upper, "PM") {
		name := clock[i+1:]
		if zone = l.zoneNamed(name); zone == nil {
			return "", nil, "", errZoneNames
		}
		return strings.TrimSpace(clock[:i]), zone, name, nil
	}
	i := strings.LastIndexAny(clock, "+-")
	if i < 0 {
		if strings.HasSuffix(upper, "AM") || strings.HasSuffix(upper, "PM") {
			return "", nil, "", errHalfDays
		}
		if strings.ContainsFunc(clock, func(r rune) bool { return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' }) {
			return "", nil, "", errZoneNames
		}
		return clock, nil, "", nil
	}
	digits := strings.ReplaceAll(clock[i+1:], ":", "")
	if len(digits) == 2 {
		digits += "00"
	}
	number, failed := strconv.Atoi(digits)
	if failed != nil || len(digits) != 4 || number/100 > 14 || number%100 > 59 {
		return "", nil, "", errNoTime
	}
	offset := number/100*3600 + number%100*60
	if clock[i] == '-' {
		offset = -offset
	}
	return strings.TrimSpace(clock[:i]), time.FixedZone(clock[i:], offset), clock[i:], nil
}

// zoneNamed returns the zone of a name; nil where it is not known, or has several meanings, as
// CST.
func (l *Layout) zoneNamed(name string) *time.Location {
	hours, ok := map[string]int{"EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "CET": 1, "CEST": 2, "JST": 9, "HKT": 8}[strings.ToUpper(name)]
	switch {
	case ok:
		return time.FixedZone(name, hours*3600)
	case l.Zones == nil || !strings.Contains(name, "/"):
		return nil
	}
	return l.Zones(name)
}

// parseCount reads a date of eight digits, or a count since 1970 of 10, 13, 16 or 19 digits:
// seconds, milliseconds, microseconds or nanoseconds of the years 2001 to 2286.
func parseCount(cell string, zone *time.Location) (instant, error) {
	whole, _, _ := strings.Cut(cell, ".")
	number, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return instant{}, errNoTime
	}
	divisor := map[int]int64{10: 1, 13: 1e3, 16: 1e6, 19: 1e9}[len(whole)]
	switch {
	case len(whole) == 8 && whole == cell:
		day, err := parseDate(whole, zone, YearFirst)
		return instant{moment: moment{seconds: day.Unix()}, day: true, bare: true, date: dateOf(day)}, err
	case divisor == 0:
		return instant{}, errNoTime
	}
	at := moment{number / divisor, number % divisor * (1e9 / divisor)}
	if _, decimals, ok := strings.Cut(cell, "."); ok && divisor == 1 {
		digits := (decimals + "000000000")[:9]
		if at.nanoseconds, err = strconv.ParseInt(digits, 10, 64); err != nil {
			return instant{}, errNoTime
		}
	}
	unit := map[int64]string{1: "seconds", 1e3: "milliseconds", 1e6: "microseconds", 1e9: "nanoseconds"}[divisor]
	return instant{moment: at, day: at.seconds%86400 == 0 && at.nanoseconds == 0, date: at.seconds, zone: "Z", unit: unit}, nil
}
