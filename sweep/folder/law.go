package folder

// Law is what the exponential law of fills would have said of days whose quotes the recorded
// trades filled: the same points, on the same days, filled by the law that is fitted to those trades.
type Law struct {
	Rate            float64    `json:"arrival_rate"`    // orders a minute at distance 0
	Decay           float64    `json:"intensity_decay"` // a half-spread from the mid
	TailProbability *float64   `json:"p_of_deviance"`   // nil where every degree of freedom is fitted
	Figures         []string   `json:"figures"`
	Points          []LawPoint `json:"points"`
}

// LawPoint is one point under both: means a day, and the mean of their difference with its
// 95% interval; nil is undefined.
type LawPoint struct {
	Role       string        `json:"role"`
	Point      int           `json:"point"`
	Days       int           `json:"days"`
	Trades     []*float64    `json:"by_trades"`
	Law        []*float64    `json:"by_the_law"`
	Difference []*float64    `json:"difference"`
	Interval   [][2]*float64 `json:"interval_95"`
}
