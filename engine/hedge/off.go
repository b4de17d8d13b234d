package hedge

// Off never trades the underlying: the inventory's delta is left open.
type Off struct{}

func (Off) Shares(s *State) float64 { return s.Shares }
