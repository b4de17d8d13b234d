// Package quote decides the bid and the ask: a Model, one file each. Posting turns
// what a realistic model wants into what can be posted.
package quote

// Quote is what the market maker shows for one minute, in price units.
type Quote struct {
	Bid, Ask float64
}

// Held is what is held as a minute begins. But for the inventory it is of the
// whole book, per share of a contract, and filled in only where a model asks for it.
type Held struct {
	Inventory   float64 // contracts of the option
	Vega        float64 // Σ contracts · vega
	Delta       float64 // Σ contracts · delta on the option's underlying, with the hedge
	DollarGamma float64 // Σ contracts · dollar gamma, as StoikovSaglam.DollarGamma
}

// Model quotes an option minute by minute, from what is known at that minute. A
// model is made for one run: it knows its market and its parameters.
type Model interface {
	Quote(minute int, held Held) Quote
}

// Linear is a model whose quotes move with the inventory alone, and in proportion to it:
//
//	bid, ask = center − inventory/lot · slope ∓ half
//
// where lot is 1 for Shift, and an Intensity's Lot for the others.
type Linear interface {
	Model
	Terms(first int, terms []Term) // sets the terms of the minutes from first on
}

// Term is the terms of a minute of a Linear model, price units.
type Term struct{ Center, Slope, Half float64 }

// Fair is what the realistic models quote around: the anchor, shifted by the
// score,
//
//	anchor · (1 + shift·score)
type Fair struct {
	Anchor, Score []float64 // by minute
	Shift         float64   // share of the anchor per unit of score
}

func (f *Fair) at(minute int) float64 {
	anchor := f.Anchor[minute]
	return anchor + float64(float64(f.Shift*f.Score[minute])*anchor)
}

// Horizon is a stretch of time that begins again when it ends.
type Horizon struct {
	Minutes int
	Step    int // minutes from one entry of the market to the next; 0 is 1
}

// left returns the minutes that are left as an entry begins.
func (h Horizon) left(entry int) int { return h.Minutes - entry*max(1, h.Step)%h.Minutes }

func quoteAround(center, half float64) Quote { return Quote{Bid: center - half, Ask: center + half} }
