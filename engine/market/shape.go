package market

// The options of Shape.Sides.
const (
	CallsOnly    = "calls"
	CallsAndPuts = "both"
)

// Sides lists the choices of Shape.Sides.
func Sides() []string { return []string{CallsOnly, CallsAndPuts} }

// Shape is which options a synthetic market has, and the smile of their implied
// volatilities.
type Shape struct {
	Strikes    int     // around Settings.Strike; 1 is that one alone
	StrikeStep float64 // price units
	Expiries   int     // the first after Settings.ExpirySessions
	ExpiryStep int     // sessions
	Sides      string  // of each strike: one of Sides()

	Skew      float64 // ρ of the smile, −1 to 1
	Curvature float64 // η of the smile, at least 0; 0 is flat
}

// IsChain reports whether there is more than one call.
func (h *Shape) IsChain() bool { return h.Strikes > 1 || h.Expiries > 1 || h.Sides == CallsAndPuts }

// Options returns the number of series.
func (h *Shape) Options() int {
	n := h.Strikes * h.Expiries
	if h.Sides == CallsAndPuts {
		n *= 2
	}
	return n
}

// LowestStrike is the least strike around the middle one.
func (h *Shape) LowestStrike(middle float64) float64 {
	return middle - float64(float64(float64(h.Strikes-1)/2)*h.StrikeStep)
}
