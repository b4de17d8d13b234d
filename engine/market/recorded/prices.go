package recorded

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
)

// Own is what comes with the quotes of a chain in files of its own; the zero value is nothing.
type Own struct {
	prices    *prices             // of the underlying; nil: the rows have them
	contracts map[string]contract // by the id that rows have; nil: the rows say which options they are of
}

// Share returns the same for another reader, which may read at the same time.
func (o Own) Share() Own {
	if o.prices != nil {
		prices := *o.prices
		o.prices = &prices
	}
	return o
}

// prices are the prices of an underlying.
type prices struct {
	moments []moment // rising
	prices  []float64

	zone  string // of the times as they are written, as Chain.Zone
	last  moment // that was asked for
	found float64
}

// ReadPrices reads prices of an underlying, a row for each time, in any order:
//
//	timestamp, or date with time or ms_of_day
//	underlying | S, or bid and ask, of which it is the middle, or price | close
//
// A cell that says that there is no price, or 0, is none. Errors name the line and the column.
func (o *Own) ReadPrices(tables iter.Seq2[Table, error], layout Layout) error {
	faults := &Faults{}
	var times timeline
	var roots []string
	p := &prices{last: moment{seconds: math.MinInt64}}
	open := func(row *tableRow, h *header) (func(), error) {
		when, price, bid, ask := h.timeColumns(), h.find("underlying", "S"), h.find("bid"), h.find("ask")
		root, needed := h.find("root"), []column{when.first()}
		if !price.present() && !(bid.present() && ask.present()) {
			price = h.find("price", "close") // of trades, where nothing is better
			needed = append(needed, price)
		}
		times.written = ""
		return func() {
			if name := ""; root.present() {
				if name = row.text(root); layout.Roots != nil && !slices.Contains(layout.Roots, name) {
					return
				}
				if name != "" && !slices.Contains(roots, name) && len(roots) < mostRoots {
					roots = append(roots, strings.Clone(name))
				}
			}
			again := times.read(row, &when, false)
			if row.failed {
				return
			}
			var value float64
			if price.present() {
				value = row.spot(price)
			} else {
				value = (row.spot(bid) + row.spot(ask)) / 2
			}
			if again { // the last one counts
				p.prices[len(p.prices)-1] = value
			} else {
				p.prices = append(p.prices, value)
			}
		}, cmp.Or(h.err, h.require(needed...))
	}
	if err := cmp.Or(eachTable(tables, &layout, faults, open), faults.err()); err != nil {
		return err
	}
	switch {
	case len(roots) > 1:
		return fmt.Errorf("the prices are of %s: choose the underlying's by root", strings.Join(roots, ", "))
	case len(p.prices) == 0 && layout.Roots != nil:
		return fmt.Errorf("no row is of %s", strings.Join(layout.Roots, " or "))
	case len(p.prices) == 0:
		return errors.New("the file has a header but no rows")
	}
	p.zone = times.zone
	p.order(&times, layout.Starts)
	o.prices = p
	return nil
}

// order puts the prices in the order of time, dated by their ends where starts says that they
// are not; of those at one time the last counts.
func (p *prices) order(times *timeline, starts bool) {
	sorted := times.sort()
	if starts {
		times.shift()
	}
	if p.moments = times.moments; sorted == nil {
		return
	}
	at := make([]int32, len(sorted))
	for i := range at {
		at[i] = int32(i)
	}
	read := some(p.prices, sortedBy(at, sorted))
	p.prices = make([]float64, len(p.moments))
	for i, index := range at {
		p.prices[index] = read[i]
	}
}

// at returns the price as of a moment: the last one at or before it that is known, of the hour
// before; NaN where there is none.
func (p *prices) at(m moment) float64 {
	if m == p.last {
		return p.found
	}
	p.last, p.found = m, math.NaN()
	after, exact := slices.BinarySearchFunc(p.moments, m, moment.compare)
	if exact {
		after++
	}
	for i := after - 1; i >= 0 && m.seconds-p.moments[i].seconds < sessionGap; i-- {
		if !math.IsNaN(p.prices[i]) {
			p.found = p.prices[i]
			break
		}
	}
	return p.found
}

// ReadContracts reads which option each id is: id with contract, the name as OPRA writes it.
// Rows that repeat an id say the same.
func (o *Own) ReadContracts(tables iter.Seq2[Table, error], layout Layout) error {
	faults := &Faults{}
	o.contracts = map[string]contract{}
	open := func(row *tableRow, h *header) (func(), error) {
		id, name := h.find("id"), h.find("contract")
		return func() {
			read := row.contract(name)
			if row.failed {
				return
			}
			key := row.text(id)
			if known, ok := o.contracts[key]; ok && known != read {
				row.fail(id, "%q is of another option in a row above it", key)
				return
			}
			o.contracts[strings.Clone(key)] = read
		}, cmp.Or(h.err, h.require(id, name))
	}
	return cmp.Or(eachTable(tables, &layout, faults, open), faults.err())
}
