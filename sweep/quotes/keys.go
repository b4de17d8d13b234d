package quotes

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones are the same on every machine

	"optmm/engine/market/recorded"
	"optmm/sweep/fault"
)

// Key is a key of a study that says which quotes there are and how they are read.
type Key struct {
	Name   string
	About  string
	Schema map[string]any // of its values
	Main   bool           // of the quotes, not of what comes with them in files of its own

	read func(r *Request, raw any) error
}

// Keys that more than their reader knows.
const (
	filesKey   = "files"
	FileKey    = "file" // the same of what comes with the quotes
	presetKey  = "preset"
	columnsKey = "columns"
)

// Keys lists the keys of a recorded market, in the order of their meaning.
func Keys() []Key {
	type object = map[string]any
	text := object{"type": "string"}
	either := func(forms ...any) object { return object{"anyOf": forms} }
	source := either(text, object{"type": "object", "additionalProperties": false, "properties": object{"from": text, "value": object{"type": []string{"string", "number"}}, "scale": object{"type": "number", "exclusiveMinimum": 0}}})
	own := either(text, object{"$ref": "#/$defs/files"})
	presets := append(presetNames(), noPreset)
	return []Key{
		{filesKey, "The files, relative to this one: a path, a pattern as days/*.csv.gz, or a list.", either(text, object{"type": "array", "items": text, "minItems": 1}), false, readFiles},
		choice(presetKey, "The vendor whose layout it is; found by the header if left out.", false, func(r *Request, i int) { r.Preset = presets[i] }, presets...),
		{columnsKey, "Columns by what they mean: a name, {from: name, scale: 0.001}, or {value: 95} of every row.",
			object{"type": "object", "propertyNames": object{"enum": recorded.Meanings()}, "additionalProperties": source}, false, readColumns},
		{"file_name", "A regular expression over names of files, whose named groups are columns, as (?P<expiry>\\d{8}).", text, false, readFileName},
		{"header", "false: the first line is a row, and columns are named by their places.", object{"type": "boolean"}, false, readHeader},
		{"time_zone", "Zone of times that carry none, as America/New_York; UTC if left out.", text, false, readZone},
		{"time_of_day", "Time of day of timestamps that are dates without a time, as 16:00.", text, false, readTimeOfDay},
		choice("stamped", "Whether a time is the end of its bar, or the start.", false, func(r *Request, i int) { r.Layout.Starts = i == 1 }, "end", "start"),
		choice("dates", "How dates with the year last are written.", false, func(r *Request, i int) { r.Layout.Dates = recorded.DateOrder(i) }, "ymd", "mdy", "dmy"),
		{"separator", "What separates the cells; found in the header if left out.", text, false, readSeparator},
		{"decimal", "The decimal separator.", object{"enum": []string{".", ","}}, false, readDecimal},
		choice("prices", "Whether prices of options are in currency, or in coin, units of the underlying.", false, func(r *Request, i int) { r.Layout.Coin = i == 1 }, "currency", "coin"),
		{"root", "The roots of the options that are read, as SPXW.", either(text, object{"type": "array", "items": text, "minItems": 1}), false, readRoots},
		{"expiry_time", "Time of day of expiries that are dates, as 16:15, or by root.", either(text, object{"type": "object", "additionalProperties": text}), false, readExpiryTime},
		choice("carry", "session: the feed leaves out what did not change.", true, func(r *Request, i int) { r.Layout.Carry = i == 1 }, "none", "session"),
		{OfUnderlying, "The underlying's prices, in files of their own.", own, true, readOwn(func(r *Request) **Request { return &r.Underlying })},
		{OfContracts, "Which option each id is, in files of their own.", own, true, readOwn(func(r *Request) **Request { return &r.Contracts })},
		{OfTrades, "Recorded trades of the options, for fill_model trades.", own, true, readTradeFiles},
		choice("histories", "What a history is: a trading day, or a file.", true, func(r *Request, i int) { r.ByFile = i == 1 }, "day", "file"),
		{"carry_positions", "true: all days are one history.", object{"type": "boolean"}, true, readCarry},
	}
}

// KeyNames lists the names of the keys.
func KeyNames() []string {
	var names []string
	for _, key := range Keys() {
		names = append(names, key.Name)
	}
	return names
}

// HasKey reports whether there is a key of the name.
func HasKey(name string) bool { return slices.Contains(KeyNames(), name) }

// Paths reads the value of files.
func Paths(raw any) ([]string, error) { return texts(raw) }

// texts reads a text or a list of texts.
func texts(raw any) ([]string, error) {
	switch raw := raw.(type) {
	case string:
		if raw != "" {
			return []string{raw}, nil
		}
	case int: // as a root may be
		return []string{strconv.Itoa(raw)}, nil
	case []any:
		var list []string
		for _, entry := range raw {
			one, err := texts(entry)
			if err != nil || len(one) != 1 {
				return nil, fmt.Errorf("%v is not a text", entry)
			}
			list = append(list, one[0])
		}
		if list != nil {
			return list, nil
		}
	case []string:
		return raw, nil
	}
	return nil, errors.New("want a text, or a list of texts")
}

func readFiles(r *Request, raw any) (err error) {
	r.Files, err = texts(raw)
	return err
}

func readRoots(r *Request, raw any) (err error) {
	r.Layout.Roots, err = texts(raw)
	return err
}

// choice is a key whose value is one of some; set takes the index of the one that is chosen.
func choice(name, about string, main bool, set func(r *Request, index int), choices ...string) Key {
	return Key{name, about, map[string]any{"enum": choices}, main, func(r *Request, raw any) error {
		text, _ := raw.(string)
		index := slices.Index(choices, text)
		if index < 0 {
			return fmt.Errorf("%q is not one of %s%s", fmt.Sprint(raw), strings.Join(choices, " | "), fault.DidYouMean(text, choices))
		}
		set(r, index)
		return nil
	}}
}

func readHeader(r *Request, raw any) (err error) {
	has, err := flag(raw)
	r.Layout.NoHeader = !has
	return err
}

func readCarry(r *Request, raw any) (err error) {
	r.Carry, err = flag(raw)
	return err
}

func flag(raw any) (bool, error) {
	on, ok := raw.(bool)
	if !ok {
		return false, fmt.Errorf("%v is not true or false", raw)
	}
	return on, nil
}

// zoneNamed returns a time zone; nil where there is none of the name.
func zoneNamed(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil
	}
	return zone
}

func readZone(r *Request, raw any) error {
	name, _ := raw.(string)
	zone := zoneNamed(name)
	if zone == nil {
		return fmt.Errorf("%q is not a time zone; write it as America/New_York or UTC", fmt.Sprint(raw))
	}
	r.Layout.Zone = zone
	return nil
}

// clock reads a time of day.
func clock(raw any) (time.Duration, error) {
	text, _ := raw.(string)
	at, err := time.Parse("15:04", text)
	if err != nil {
		return 0, fmt.Errorf("%q is not a time of day; write it as 16:15", fmt.Sprint(raw))
	}
	return at.Sub(at.Truncate(24 * time.Hour)), nil
}

func readTimeOfDay(r *Request, raw any) (err error) {
	r.Layout.TimeOfDay, err = clock(raw)
	return err
}

func readExpiryTime(r *Request, raw any) (err error) {
	byRoot, ok := raw.(map[string]any)
	if !ok {
		byRoot = map[string]any{"": raw}
	}
	r.Layout.Expires = map[string]time.Duration{}
	for _, root := range slices.Sorted(maps.Keys(byRoot)) {
		if r.Layout.Expires[strings.ToUpper(root)], err = clock(byRoot[root]); err != nil {
			return err
		}
	}
	return nil
}

func readSeparator(r *Request, raw any) error {
	text, _ := raw.(string)
	if text == "tab" {
		text = "\t"
	}
	separator := []rune(text)
	if len(separator) != 1 || !strings.ContainsRune(",;\t|: ", separator[0]) {
		return fmt.Errorf("%q is not one of comma, semicolon, tab, vertical bar, colon and space", fmt.Sprint(raw))
	}
	r.Layout.Separator = separator[0]
	return nil
}

func readDecimal(r *Request, raw any) error {
	if raw != "." && raw != "," {
		return fmt.Errorf("%q is neither . nor ,", fmt.Sprint(raw))
	}
	r.Layout.Comma = raw == ","
	return nil
}

func readFileName(r *Request, raw any) error {
	text, _ := raw.(string)
	pattern, err := regexp.Compile(text)
	if err != nil || text == "" {
		return fmt.Errorf("%q is not a regular expression: write it as (?P<expiry>\\d{8})", fmt.Sprint(raw))
	}
	groups := 0
	for _, name := range pattern.SubexpNames() {
		if name == "" {
			continue
		}
		if groups++; !slices.Contains(recorded.Meanings(), name) {
			return fmt.Errorf("the group %s is not a column of quotes%s", name, fault.DidYouMean(name, recorded.Meanings()))
		}
	}
	if groups == 0 {
		return fmt.Errorf("%q has no named group: write it as (?P<expiry>\\d{8})", text)
	}
	r.fileName = pattern
	return nil
}

// readOwn reads how files of their own are read, or the path of one.
func readOwn(field func(*Request) **Request) func(*Request, any) error {
	return func(r *Request, raw any) error {
		values, ok := raw.(map[string]any)
		if !ok {
			values = map[string]any{filesKey: raw}
		}
		if one, ok := values[FileKey]; ok && values[filesKey] == nil {
			values = maps.Clone(values)
			values[filesKey] = one
			delete(values, FileKey)
		}
		keys := Keys()
		for _, name := range slices.Sorted(maps.Keys(values)) {
			index := slices.IndexFunc(keys, func(key Key) bool { return key.Name == name })
			switch {
			case index < 0:
				return fault.New(name, "unknown key %s%s", name, fault.DidYouMean(name, KeyNames()))
			case keys[index].Main:
				return fault.New(name, "it is a key of the quotes")
			}
		}
		own, err := NewRequest(values)
		if err == nil && own.Files == nil {
			err = fault.New(filesKey, "the key is missing")
		}
		*field(r) = own
		return err
	}
}

// readTradeFiles reads how the files of trades are read, without what means nothing of them.
func readTradeFiles(r *Request, raw any) error {
	if err := readOwn(func(r *Request) **Request { return &r.Trades })(r, raw); err != nil {
		return err
	}
	switch {
	case r.Trades.Preset != "" && r.Trades.Preset != noPreset:
		return fault.New(presetKey, "trades are read by their columns: name those that are called otherwise by columns")
	case r.Trades.Layout.Coin:
		return fault.New("prices", "prices in coin are not read of trades")
	case r.Layout.Coin:
		return errors.New("prices in coin are not compared with trades: give both in currency")
	}
	return nil
}

func readColumns(r *Request, raw any) (err error) {
	columns, ok := raw.(map[string]any)
	if !ok {
		return errors.New("write a map, as in {underlying: S0, strike: {from: strike_price, scale: 0.001}}")
	}
	r.Layout.Columns = map[string]recorded.Source{}
	meanings := recorded.Meanings()
	for _, name := range slices.Sorted(maps.Keys(columns)) {
		at := slices.IndexFunc(meanings, func(meaning string) bool { return strings.EqualFold(meaning, name) }) // viper has none but small letters
		if at < 0 {
			return fault.New(name, "%s is not a column of quotes or trades%s", name, fault.DidYouMean(name, meanings))
		}
		if r.Layout.Columns[meanings[at]], err = readSource(columns[name]); err != nil {
			var below *fault.Fault
			if errors.As(err, &below) {
				return &fault.Fault{Path: name + "." + below.Path, Err: below.Err}
			}
			return &fault.Fault{Path: name, Err: err}
		}
	}
	return nil
}

// readSource reads the name of a column, or {from: name, value: text, scale: number}.
func readSource(raw any) (source recorded.Source, err error) {
	known := []string{"from", "value", "scale"}
	switch raw := raw.(type) {
	case string:
		source.From = raw
	case int: // a column without a name
		source.From = strconv.Itoa(raw)
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(raw)) {
			ok := slices.Contains(known, key)
			switch value := raw[key].(type) {
			case string:
				ok = ok && key != "scale"
				source.From, source.Value = pick(key == "from", value, source.From), pick(key == "value", value, source.Value)
			case time.Time:
				ok = key == "value"
				source.Value = value.Format(time.DateOnly)
			case float64, int:
				number := strings.TrimSpace(fmt.Sprint(value))
				if source.Scale, err = scale(source.Scale, key, number); err != nil {
					return source, err
				}
				source.From, source.Value = pick(key == "from", number, source.From), pick(key == "value", number, source.Value)
			default:
				ok = false
			}
			if !ok {
				return source, fault.New(key, "want from, the name of a column, or value, and scale, a number%s", fault.DidYouMean(key, known))
			}
		}
	}
	switch {
	case source.From != "" && source.Value != "":
		return source, errors.New("it comes from a column, or has a value, not both")
	case source == recorded.Source{}:
		return source, errors.New("want the name of a column, or {from: name, scale: 0.001} with a scale above 0, or {value: 95}")
	}
	return source, nil
}

// pick returns one of two.
func pick(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

func scale(before float64, key, number string) (float64, error) {
	if key != "scale" {
		return before, nil
	}
	scale, err := strconv.ParseFloat(number, 64)
	if err != nil || !(scale > 0) || math.IsInf(scale, 0) {
		return 0, fault.New(key, "%s must be above 0 and finite", number)
	}
	return scale, nil
}

// ParseColumns reads meanings of columns from entries as underlying=S0, or
// strike=strike_price*0.001 with what its numbers are multiplied by, as a study writes them.
func ParseColumns(entries []string) (map[string]any, error) {
	columns := map[string]any{}
	for _, entry := range entries {
		meaning, from, ok := strings.Cut(entry, "=")
		if !ok || from == "" {
			return nil, fmt.Errorf("%q is not a column: write underlying=S0, or strike=strike_price*0.001", entry)
		}
		columns[meaning] = from
		if i := strings.LastIndexByte(from, '*'); i > 0 {
			by, err := strconv.ParseFloat(from[i+1:], 64)
			switch {
			case err == nil && by > 0 && !math.IsInf(by, 0):
				columns[meaning] = map[string]any{"from": from[:i], "scale": by}
			case err == nil || errors.Is(err, strconv.ErrRange): // and not a name with a star
				return nil, fmt.Errorf("%q: %s must be above 0 and finite", entry, from[i+1:])
			}
		}
	}
	return columns, nil
}
