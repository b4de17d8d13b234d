// Package hedge decides how many shares of the underlying to hold: a Model, one
// file each.
package hedge

// State is what a hedger sees after the minute's fills.
type State struct {
	Filled bool    // whether this minute had a fill
	Delta  float64 // of the options held, in shares
	Shares float64 // held now
}

// Model returns the shares to hold from now on. A model is made for one run.
type Model interface {
	Shares(s State) float64
}
