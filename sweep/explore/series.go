package explore

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"optmm/sweep/store"
	"optmm/sweep/text"
)

// Bounds of what a picture of a run asks for.
const (
	mostBuckets = 4_000
	mostShown   = 12    // columns at once
	mostFills   = 2_000 // fills that are drawn one by one
)

// numbers are written to JSON with every digit; what is undefined is null.
type numbers []float64

// MarshalJSON implements json.Marshaler.
func (n numbers) MarshalJSON() ([]byte, error) {
	content := []byte{'['}
	for i, x := range n {
		if i > 0 {
			content = append(content, ',')
		}
		if math.IsNaN(x) || math.IsInf(x, 0) {
			content = append(content, "null"...)
		} else {
			content = strconv.AppendFloat(content, x, 'g', -1, 64)
		}
	}
	return append(content, ']'), nil
}

// drawnColumn is a column of a run in buckets: the least and the most of each, or of contracts that were
// traded in a minute their sum, so that nothing is left out however many minutes a pixel has.
type drawnColumn struct {
	Unit string  `json:"unit"`
	Low  numbers `json:"low,omitempty"`
	High numbers `json:"high,omitempty"`
	Sum  numbers `json:"sum,omitempty"`
}

// drawnSeries is a part of a run.
type drawnSeries struct {
	Rows     int                    `json:"rows"` // of the run
	Step     int                    `json:"step"` // minutes from one to the next
	From     int                    `json:"from"`
	To       int                    `json:"to"`
	First    []int                  `json:"first"`             // row of each bucket
	Seconds  []int64                `json:"seconds,omitempty"` // of these rows since 1970, by the clock of the place
	Sessions []int                  `json:"sessions"`          // rows at which sessions begin, within
	Source   string                 `json:"source"`
	Columns  map[string]drawnColumn `json:"columns"`
}

// runOf reads the number of a run out of an address.
func (o *opened) runOf(r *http.Request) (int, error) {
	run, err := strconv.Atoi(r.PathValue("run"))
	if n := o.plan.Runs(); err != nil || run < 0 || run >= n {
		return 0, &notFound{fmt.Sprintf("the study has runs 0 to %d", n-1)}
	}
	return run, nil
}

// window reads the rows that an address asks for, of a run of some.
func window(r *http.Request, rows int) (from, to, buckets int, err error) {
	whole := func(key string, otherwise int) int {
		written := r.URL.Query().Get(key)
		if written == "" || err != nil {
			return otherwise
		}
		var n int
		if n, err = strconv.Atoi(written); err != nil || n < 0 {
			err = fmt.Errorf("%s %.20q is not an integer from 0", key, written)
		}
		return n
	}
	from, to, buckets = whole("from", 0), whole("to", rows), whole("width", 1_000)
	if err != nil {
		return 0, 0, 0, err
	}
	to = min(to, rows)
	if from >= to {
		return 0, 0, 0, fmt.Errorf("the run has rows 0 to %d", rows-1)
	}
	return from, to, max(1, min(buckets, mostBuckets, to-from)), nil
}

// series writes a part of a run, as wide as a picture.
func (s *Server) series(w http.ResponseWriter, r *http.Request, o *opened) error {
	run, err := o.runOf(r)
	if err != nil {
		return err
	}
	names := namesIn(r, "columns")
	if len(names) > mostShown {
		return fmt.Errorf("more than %d columns at once", mostShown)
	}
	ofOptions := slices.ContainsFunc(names, func(name string) bool { _, _, is := ofOption(name); return is })
	m, err := s.minutesOf(r.Context(), o, run, needs{options: ofOptions && o.plan.IsChain()})
	if err != nil {
		return err
	}
	from, to, buckets, err := window(r, m.rows)
	if err != nil {
		return err
	}
	drawn := drawnSeries{Rows: m.rows, Step: m.step, From: from, To: to, Sessions: []int{}, Source: m.source, Columns: map[string]drawnColumn{}}
	for b := range buckets {
		row := bucketStart(from, to, buckets, b)
		drawn.First = append(drawn.First, row)
		if m.seconds != nil {
			drawn.Seconds = append(drawn.Seconds, m.seconds[row])
		}
	}
	for _, row := range m.sessions {
		if row >= from && row < to && len(drawn.Sessions) < mostBuckets {
			drawn.Sessions = append(drawn.Sessions, row)
		}
	}
	for _, name := range names {
		column, err := m.column(name)
		if err != nil {
			return err
		}
		if column == nil {
			return &notFound{fmt.Sprintf("the run has no column %.60q", name)}
		}
		drawn.Columns[name] = bucketed(column, from, to, buckets)
	}
	return writeJSON(w, &drawn)
}

// bucketStart is the first row of a bucket.
func bucketStart(from, to, buckets, b int) int { return from + (to-from)*b/buckets }

// bucketed gathers a column in buckets.
func bucketed(column *store.NamedColumn, from, to, buckets int) drawnColumn {
	d := drawnColumn{Unit: unitOf(column.Field.Unit)}
	sums := strings.HasSuffix(column.Field.Name, "_fills")
	floats := column.Column.Floats // in place, where every value is defined
	if sums || column.Field.Type != store.Float64 || column.Column.Valid != nil {
		floats = nil
	}
	for b := range buckets {
		low, high, sum := math.Inf(1), math.Inf(-1), 0.0
		first, end := bucketStart(from, to, buckets, b), bucketStart(from, to, buckets, b+1)
		if floats != nil {
			for _, x := range floats[first:end] {
				if x < low {
					low = x
				}
				if x > high {
					high = x
				}
			}
		} else {
			for row := first; row < end; row++ {
				if x := column.Number(row); !math.IsNaN(x) {
					low, high, sum = min(low, x), max(high, x), sum+x
				}
			}
		}
		if sums {
			d.Sum = append(d.Sum, sum)
			continue
		}
		d.Low, d.High = append(d.Low, low), append(d.High, high) // infinite where nothing is defined
	}
	return d
}

// drawnFills are the fills of a part of a run; where they are too many, only how many.
type drawnFills struct {
	Total   int      `json:"total"`
	Names   []string `json:"names"`
	Units   []string `json:"units"`
	Columns [][]any  `json:"columns,omitempty"`
}

// fillsOf writes the fills of a part of a run.
func (s *Server) fillsOf(w http.ResponseWriter, r *http.Request, o *opened) error {
	run, err := o.runOf(r)
	if err != nil {
		return err
	}
	m, err := s.minutesOf(r.Context(), o, run, needs{fills: true})
	if err != nil {
		return err
	}
	from, to, _, err := window(r, m.rows)
	if err != nil {
		return err
	}
	columns, err := m.filled()
	if err != nil {
		return err
	}
	var rows []int
	for row, minute := range columns[0].Column.Int32s {
		if at := int(minute) / m.step; at >= from && at < to {
			rows = append(rows, row)
		}
	}
	drawn := drawnFills{Total: len(rows)}
	for i := range columns {
		c := &columns[i]
		drawn.Names, drawn.Units = append(drawn.Names, c.Field.Name), append(drawn.Units, unitOf(c.Field.Unit))
		if len(rows) > mostFills {
			continue
		}
		values := []any{}
		for _, row := range rows {
			switch x := c.Value(row).(type) {
			case float64:
				values = append(values, text.Number(x))
			default:
				values = append(values, x)
			}
		}
		drawn.Columns = append(drawn.Columns, values)
	}
	return writeJSON(w, &drawn)
}

// filled returns the fills of the run.
func (m *minutes) filled() ([]store.NamedColumn, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.fills == nil {
		fills, err := m.traded()
		if err != nil {
			return nil, err
		}
		m.fills = fills
	}
	return m.fills, nil
}
