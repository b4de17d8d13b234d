package hedge

// OnFill makes the book delta-neutral after a fill, and only then (the seed's).
type OnFill struct{}

func (OnFill) Shares(s State) float64 {
	if s.Filled {
		return -s.Delta
	}
	return s.Shares
}
