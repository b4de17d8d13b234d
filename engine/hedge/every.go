package hedge

// Every makes the book delta-neutral in every so many minutes, the first one
// included.
type Every struct {
	Minutes int // at least 1
}

func (e Every) Shares(s *State) float64 {
	if s.Minute%e.Minutes == 0 {
		return -s.Delta
	}
	return s.Shares
}
