package account

import (
	"fmt"
	"math"
	"slices"
)

// Fill is what a run traded in one minute at one side of its quote of one option.
type Fill struct {
	Minute    int32
	Option    int32 // its place in Market.Series
	Sold      bool  // at the ask; else bought at the bid
	Price     float64
	Contracts int32
	Informed  int32 // of them, traded with the informed
	Mid       float64
	Markouts  [len(markoutMinutes)]float64 // a contract, at the mid that number of minutes later; NaN where the run ends before
}

// edge is what a contract earns at the mid of its own minute: mid less bid, ask less mid.
func (f *Fill) edge() float64 { return f.earned(f.Mid) }

func (f *Fill) earned(mid float64) float64 {
	if f.Sold {
		return f.Price - mid
	}
	return mid - f.Price
}

// AppendFills appends the fills of a run, by minute, then by option, the bid's first. Informed orders
// know the mid that many entries ahead, and are on the one side of a minute where that pays them.
func (r *Record) AppendFills(to []Fill, ahead int) []Fill {
	step := r.Market.StepMinutes()
	first := len(to)
	for j := range r.Options {
		o, mid := &r.Options[j], r.Market.Series[j].Mid
		for _, minute := range o.FillMinutes {
			i := int(minute)
			informed := int32(0)
			if o.InformedFills != nil {
				informed = o.InformedFills[i]
			}
			atBid := mid[min(i+ahead, len(mid)-1)] < o.Bid[i]
			for _, side := range []struct {
				sold      bool
				contracts int32
				price     float64
			}{{false, o.BidFills[i], o.Bid[i]}, {true, o.AskFills[i], o.Ask[i]}} {
				if side.contracts == 0 {
					continue
				}
				f := Fill{Minute: minute * int32(step), Option: int32(j), Sold: side.sold, Price: side.price, Contracts: side.contracts, Mid: mid[i]}
				if atBid != side.sold {
					f.Informed = informed
				}
				for k, minutes := range markoutMinutes {
					f.Markouts[k] = math.NaN()
					if later := i + minutes/step; minutes%step == 0 && later < len(mid) {
						f.Markouts[k] = f.earned(mid[later])
					}
				}
				to = append(to, f)
			}
		}
	}
	if len(r.Options) > 1 {
		slices.SortStableFunc(to[first:], func(a, b Fill) int { return int(a.Minute - b.Minute) })
	}
	return to
}

// FillColumn is a column of the table of fills: one of the functions is not nil.
type FillColumn struct {
	Name, Unit, Description string
	Integer                 func(*Fill) int32
	Float                   func(*Fill) float64 // NaN is undefined
	Text                    func(*Fill) string
}

// FillColumns lists the columns of the table of fills, in their order.
func FillColumns() []FillColumn {
	columns := []FillColumn{
		{Name: "minute", Unit: "minute", Description: "As in the run's own table.", Integer: func(f *Fill) int32 { return f.Minute }},
		{Name: "option", Unit: "1", Description: "Number of the option, from 0, as in the tables of options.", Integer: func(f *Fill) int32 { return f.Option }},
		{Name: "side", Unit: "1", Description: "buy: at the bid; sell: at the ask.", Text: func(f *Fill) string {
			if f.Sold {
				return "sell"
			}
			return "buy"
		}},
		{Name: "price", Unit: "price", Description: "Of the quote that was filled.", Float: func(f *Fill) float64 { return f.Price }},
		{Name: "size", Unit: "contract", Description: "Contracts traded in the minute at this side.", Integer: func(f *Fill) int32 { return f.Contracts }},
		{Name: "mid", Unit: "price", Description: "Of the same minute.", Float: func(f *Fill) float64 { return f.Mid }},
		{Name: "edge", Unit: "price", Description: "What a contract earns at that mid, before the multiplier.", Float: (*Fill).edge},
	}
	for k, minutes := range markoutMinutes {
		columns = append(columns, FillColumn{Name: fmt.Sprintf("markout_%d", minutes), Unit: "price", Description: fmt.Sprintf("What a contract had earned by the mid, %s later, before the multiplier.", plural(minutes, "minute")),
			Float: func(f *Fill) float64 { return f.Markouts[k] }})
	}
	return append(columns, FillColumn{Name: "informed", Unit: "contract", Description: "Contracts of the fill that were traded with the informed.", Integer: func(f *Fill) int32 { return f.Informed }})
}
