package market

import (
	"encoding/json"
	"errors"
)

// Packed is a market, or what one is made of, as columns of numbers and a text that says what
// they are: what a cache holds.
type Packed struct {
	Facts   []byte // JSON
	Columns [][]float64
}

// facts are what a packed market has besides its columns.
type facts struct {
	Step, WholeSessions  int
	Sessions             []int
	MinuteYears, PerYear float64
	Growth               float64
	Clock                bool   // the timestamps are there
	Underlyings          []bool // whether each has a dividend
	Series               []seriesFacts
}

type seriesFacts struct {
	Contract                     Contract
	Underlying, Expiry           int
	Width, Put, Quotable, Prints bool
	BadQuotes                    [States]int
}

// Pack returns the market but for what Finish adds.
func (m *Market) Pack() (p Packed, err error) {
	f := facts{Step: m.Step, Sessions: m.Sessions, WholeSessions: m.WholeSessions, MinuteYears: m.MinuteYears, PerYear: m.PerYear, Growth: m.Growth, Clock: m.Timestamps != nil}
	if f.Clock {
		p.Columns = append(p.Columns, Floats(m.Timestamps))
	}
	p.Columns = append(p.Columns, m.Passed)
	for i := range m.Underlyings {
		u := &m.Underlyings[i]
		f.Underlyings = append(f.Underlyings, u.Dividend != nil)
		if p.Columns = append(p.Columns, u.Price, u.RecentVol, u.Move); u.Dividend != nil {
			p.Columns = append(p.Columns, u.Dividend)
		}
	}
	for i := range m.Series {
		s := &m.Series[i]
		f.Series = append(f.Series, seriesFacts{s.Contract, s.Underlying, s.Expiry, s.Width != nil, s.PutMid != nil, s.Quotable != nil, s.Prints.Starts != nil, s.BadQuotes})
		for _, column := range s.packed() {
			p.Columns = append(p.Columns, *column)
		}
		if s.Width != nil {
			p.Columns = append(p.Columns, s.Width)
		}
		if s.PutMid != nil {
			p.Columns = append(p.Columns, s.PutMid)
		}
		if s.Quotable != nil {
			p.Columns = append(p.Columns, ofBools(s.Quotable))
		}
		if s.Prints.Starts != nil {
			p.Columns = append(p.Columns, Floats(s.Prints.Starts), s.Prints.Price, Floats(s.Prints.Size))
		}
	}
	p.Facts, err = json.Marshal(f)
	return p, err
}

// packed lists the columns that every series has.
func (s *Series) packed() []*[]float64 {
	return []*[]float64{&s.Years, &s.Discount, &s.Vol, &s.Theo, &s.Delta, &s.Gamma, &s.Vega, &s.Theta, &s.Mid, &s.ParityResidual}
}

// Unpack returns a market that was packed, without what Finish adds.
func Unpack(p Packed) (*Market, error) {
	var f facts
	if err := json.Unmarshal(p.Facts, &f); err != nil {
		return nil, err
	}
	next := p.Columns
	missing := false
	take := func() []float64 {
		if len(next) == 0 {
			missing = true
			return nil
		}
		column := next[0]
		next = next[1:]
		return column
	}
	m := &Market{Step: f.Step, Sessions: f.Sessions, WholeSessions: f.WholeSessions, MinuteYears: f.MinuteYears, PerYear: f.PerYear, Growth: f.Growth}
	if f.Clock {
		m.Timestamps = Integers[int64](take())
	}
	m.Passed = take()
	for _, dividend := range f.Underlyings {
		u := Underlying{Price: take(), RecentVol: take(), Move: take()}
		if dividend {
			u.Dividend = take()
		}
		m.Underlyings = append(m.Underlyings, u)
	}
	for _, facts := range f.Series {
		s := Series{Contract: facts.Contract, Underlying: facts.Underlying, Expiry: facts.Expiry, BadQuotes: facts.BadQuotes}
		for _, column := range s.packed() {
			*column = take()
		}
		if facts.Width {
			s.Width = take()
		}
		if facts.Put {
			s.PutMid = take()
		}
		if facts.Quotable {
			s.Quotable = toBools(take())
		}
		if facts.Prints {
			s.Prints = Prints{Integers[int32](take()), take(), Integers[int32](take())}
		}
		m.Series = append(m.Series, s)
	}
	if missing || len(next) > 0 || len(m.Underlyings) == 0 || len(m.Series) == 0 {
		return nil, errors.New("the packed market has other columns than it says")
	}
	return m, nil
}

// Floats returns integers, of at most 2⁵³, as numbers.
func Floats[T int32 | int64](values []T) []float64 {
	floats := make([]float64, len(values))
	for i, x := range values {
		floats[i] = float64(x)
	}
	return floats
}

// Integers returns what Floats was given.
func Integers[T int32 | int64](floats []float64) []T {
	values := make([]T, len(floats))
	for i, x := range floats {
		values[i] = T(x)
	}
	return values
}

func ofBools(values []bool) []float64 {
	floats := make([]float64, len(values))
	for i, x := range values {
		if x {
			floats[i] = 1
		}
	}
	return floats
}

func toBools(floats []float64) []bool {
	values := make([]bool, len(floats))
	for i, x := range floats {
		values[i] = x != 0
	}
	return values
}
