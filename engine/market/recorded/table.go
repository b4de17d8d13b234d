package recorded

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Table is rows with what is known of them from outside.
type Table struct {
	Rows
	Name   string            // that messages begin with where there are several; empty of one
	Values map[string]string // of columns that the table does not have, by what they mean
}

// openTable reads the header of a table; the row that it returns reads the rest, and adds what
// is wrong to the faults.
func openTable(table Table, layout *Layout, faults *Faults) (row *tableRow, columns *header, err error) {
	row = &tableRow{rows: table.Rows, layout: layout, name: table.Name, faults: faults}
	if layout.NoHeader {
		row.rows = &headless{Rows: table.Rows}
	}
	names, err := row.rows.Read()
	if errors.Is(err, io.EOF) {
		err = errors.New("the file is empty")
	}
	if err != nil {
		return row, nil, row.named(err)
	}
	columns, err = newHeader(names, layout, table.Values)
	return row, columns, row.named(err)
}

// eachTable reads tables one after another: open finds the columns of each, and returns what is
// called at each of its rows.
func eachTable(tables iter.Seq2[Table, error], layout *Layout, faults *Faults, open func(*tableRow, *header) (func(), error)) error {
	for table, err := range tables {
		if err != nil {
			return err
		}
		row, columns, err := openTable(table, layout, faults)
		if err != nil {
			return err
		}
		add, err := open(row, columns)
		if err != nil {
			return row.named(err)
		}
		if err := row.each(add); err != nil {
			return err
		}
	}
	return nil
}

// headless gives rows without a header one: the places of the columns, from 1.
type headless struct {
	Rows
	first []string // the first row, until it is read again
	begun bool
}

func (h *headless) Read() ([]string, error) {
	switch {
	case h.begun && h.first != nil:
		first := h.first
		h.first = nil
		return first, nil
	case h.begun:
		return h.Rows.Read()
	}
	first, err := h.Rows.Read()
	if err != nil {
		return nil, err
	}
	h.begun, h.first = true, slices.Clone(first)
	names := make([]string, len(first))
	for i := range names {
		names[i] = strconv.Itoa(i + 1)
	}
	return names, nil
}

// How much of a cell, and of a header, a message shows.
const (
	shownCell   = 60
	shownHeader = 600
)

// onOneLine quotes those names of columns that a line cannot show as they are.
func onOneLine(names []string) []string {
	lines := slices.Clone(names)
	for i, name := range lines {
		if strings.ContainsFunc(name, func(r rune) bool { return !strconv.IsPrint(r) }) {
			lines[i] = strconv.Quote(name)
		}
	}
	return lines
}

// shortened cuts a text to the given number of bytes.
func shortened(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

// column is a place in the header.
type column struct {
	name  string
	names []string // that would serve, where the file has no such column
	index int      // −1 where the file has no such column
	scale float64  // that its numbers are multiplied by; 0 is 1
	upTo  string   // a mark that its text ends before; empty takes all
	value string   // that every row has, where known says so
	known bool
}

func (c column) present() bool { return c.index >= 0 || c.known }

// tableRow reads the cells of one row, of which the first fault counts.
type tableRow struct {
	rows   Rows
	layout *Layout
	cells  []string
	name   string
	count  int  // of rows read
	failed bool // this row
	faults *Faults
}

// place is where a cell of the row is.
func (r *tableRow) place(c column) string { return r.at(r.rows.Place(max(0, c.index))) }

// at puts the table's name before a place in it.
func (r *tableRow) at(place string) string {
	if r.name == "" {
		return place
	}
	return r.name + ", " + place
}

// each calls a function at every row. What is not a table ends it; an error is one before the
// first row.
func (r *tableRow) each(call func()) (err error) {
	for {
		r.cells, err = r.rows.Read()
		r.failed = false
		var wrong *lineError // which says where
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, csv.ErrFieldCount) && errors.As(err, &wrong):
			r.faults.add(wrong.err.Error(), r.at(wrong.place()), func() error { return r.named(err) })
			continue
		case errors.As(err, &wrong):
			r.faults.add(wrong.err.Error(), r.at(wrong.place()), func() error { return r.named(err) })
			return nil
		case err != nil && r.count > 0:
			err = fmt.Errorf("after row %d: %w", r.count, err)
			r.faults.add(err.Error(), r.at("the end"), func() error { return r.named(err) })
			return nil
		case err != nil:
			return r.named(err)
		}
		r.count++
		call()
	}
}

// named puts the table's name before an error.
func (r *tableRow) named(err error) error {
	if r.name == "" || err == nil {
		return err
	}
	return fmt.Errorf("%s, %w", r.name, err)
}

func (r *tableRow) fail(c column, format string, arguments ...any) {
	r.failAs(func(err error) error { return err }, c, format, arguments...)
}

// several is fail where the row shows that the file holds several series.
func (r *tableRow) several(c column, format string, arguments ...any) {
	r.failAs(func(err error) error { return &SeveralSeriesError{err} }, c, format, arguments...)
}

// failAs notes the first fault of a row, as an error of a kind.
func (r *tableRow) failAs(as func(error) error, c column, format string, arguments ...any) {
	if r.failed {
		return
	}
	r.failed = true
	place := r.place(c)
	r.faults.add(c.name+format, place, func() error {
		for i, argument := range arguments {
			if cell, ok := argument.(string); ok {
				arguments[i] = shortened(cell, shownCell)
			}
		}
		return as(fmt.Errorf("%s, column %s: %s", place, c.name, fmt.Sprintf(format, arguments...)))
	})
}

func (r *tableRow) text(c column) string {
	if c.known {
		return c.value
	}
	text := strings.TrimSpace(r.cells[c.index])
	if c.upTo != "" {
		text, _, _ = strings.Cut(text, c.upTo)
	}
	return text
}

// number reads a finite number of at least low; open leaves low itself out.
func (r *tableRow) number(c column, low float64, open bool) float64 {
	cell := r.text(c)
	x, err := r.parse(cell)
	if inverse := math.Round(1 / c.scale); c.scale != 0 && math.Abs(float64(inverse*c.scale)-1) < 1e-12 {
		x /= inverse // so that 4350 times 0.001 is 4.35
	} else if c.scale != 0 {
		x = float64(x * c.scale)
	}
	switch {
	case cell == "":
		r.fail(c, "the cell is empty")
	case err != nil && r.layout.Comma && !errors.Is(err, strconv.ErrRange):
		r.fail(c, "%q is not a number with a decimal comma: write it as 1234,5, without currency, percent and points", cell)
	case err != nil && !errors.Is(err, strconv.ErrRange) && strings.ContainsAny(cell, "$€£¥%,"):
		r.fail(c, "%q is not a number: write it as 1234.5, without currency, percent and separators of thousands, or say that the decimal is a comma", cell)
	case err != nil && !errors.Is(err, strconv.ErrRange):
		r.fail(c, "%q is not a number", cell)
	case math.IsNaN(x) || math.IsInf(x, 0):
		r.fail(c, "%s is not a finite number", cell)
	case x < low:
		r.fail(c, "%s is below %v", cell, low)
	case open && x == low:
		r.fail(c, "%s must be above %v", cell, low)
	}
	return x
}

// parse reads a decimal number, written as the layout says.
func (r *tableRow) parse(cell string) (float64, error) {
	if r.layout.Comma {
		if strings.IndexByte(cell, '.') >= 0 {
			return 0, strconv.ErrSyntax
		}
		cell = strings.Replace(cell, ",", ".", 1)
	}
	if strings.IndexByte(cell, '_') >= 0 || strings.IndexByte(cell, 'x') >= 0 || strings.IndexByte(cell, 'X') >= 0 { // as Go alone writes numbers
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseFloat(cell, 64)
}

// price reads one side of a quote, NaN where the cell says that there is none.
func (r *tableRow) price(c column) float64 {
	if nothing(r.text(c)) {
		return math.NaN()
	}
	return r.number(c, 0, false)
}

// instant reads a time.
func (r *tableRow) instant(c column) instant {
	cell := r.text(c)
	at, err := parseInstant(cell, r.layout)
	if err != nil {
		r.fail(c, "%q %v", cell, err)
	}
	return at
}

// timeColumns are the columns of a row's time: a timestamp, or a date with a time of day.
type timeColumns struct {
	timestamp, date, clock, milliseconds column
}

// timeColumns finds the columns of a row's time: a timestamp that is named or called so, or else
// a date and a time of day, or else what others call a timestamp.
func (h *header) timeColumns() timeColumns {
	c := timeColumns{timestamp: absent(), date: absent(), clock: absent(), milliseconds: absent()}
	_, known := h.layout.Columns["timestamp"]
	for _, name := range []string{"timestamp", "quote_datetime", "datetime", "date_time"} {
		_, called := h.places[name]
		known = known || called
	}
	if !known {
		date, clock, milliseconds := h.find("date"), h.find("time"), h.find("ms_of_day")
		if date.present() && (clock.present() || milliseconds.present()) {
			c.date, c.clock, c.milliseconds = date, clock, milliseconds
			return c
		}
	}
	c.timestamp = h.find("timestamp")
	return c
}

// present reports whether a row has a time.
func (c *timeColumns) present() bool { return c.timestamp.present() || c.date.present() }

// first is the column that messages name.
func (c *timeColumns) first() column {
	if c.date.present() {
		return c.date
	}
	return c.timestamp
}

// when returns the time of the row as it is written.
func (r *tableRow) when(c *timeColumns) string {
	switch {
	case c.timestamp.present():
		return r.text(c.timestamp)
	case c.clock.present():
		return r.text(c.date) + " " + r.text(c.clock)
	}
	return r.text(c.date) + " " + r.text(c.milliseconds)
}

// moment reads the time of the row.
func (r *tableRow) moment(c *timeColumns) (at instant) {
	switch {
	case c.timestamp.present():
		at = r.instant(c.timestamp)
		if at.bare && r.layout.TimeOfDay > 0 {
			at.moment = atClock(time.Unix(at.seconds, 0).In(r.layout.zone()), r.layout.TimeOfDay, r.layout.zone())
		}
	case c.clock.present():
		if whole, err := parseInstant(r.text(c.clock), r.layout); err == nil && !whole.bare { // which has the date too
			at = whole
			break
		}
		at = r.instant(c.date)
		if of, ok := parseClock(r.text(c.clock)); ok {
			at.moment = atClock(time.Unix(at.seconds, 0).In(r.layout.zone()), of, r.layout.zone())
			break
		}
		var err error // it may carry a zone
		if at, err = parseInstant(r.when(c), r.layout); err != nil || at.bare {
			r.fail(c.clock, "%q is not a date and a time of day", r.when(c))
		}
	default:
		at = r.instant(c.date)
		if ms := r.number(c.milliseconds, 0, false); ms < 86_400_000 {
			at.moment = atClock(time.Unix(at.seconds, 0).In(r.layout.zone()), time.Duration(ms)*time.Millisecond, r.layout.zone())
		} else {
			r.fail(c.milliseconds, "%s is not a time of a day, whose milliseconds are below 86400000", r.text(c.milliseconds))
		}
	}
	return at
}

// expiry reads the expiry of an option of a root: an instant, or a date, as which midnight
// counts, since that is how libraries write a date, unless its time of day is known.
func (r *tableRow) expiry(c column, root string) (seconds int64, bareDate bool) {
	at := r.instant(c)
	if !at.day {
		return at.seconds, false
	}
	return r.layout.expires(time.Unix(at.date, 0).UTC(), root)
}

// expiredText says that an option is quoted when it has expired.
const expiredText = "expiry %s is before timestamp %s"

// sameZone notes whether the first row's times carry a zone, and refuses another way: an
// offset may change with the clock, and an instant is an instant.
func (r *tableRow) sameZone(c column, at instant, zone *string, first bool) {
	if r.failed {
		return
	}
	if first {
		*zone = at.zone
	}
	if (at.zone == "") != (*zone == "") {
		r.fail(c, "%q has the zone %s, the rows before %s: write all with one, or none", r.text(c), named(at.zone), named(*zone))
	}
}
