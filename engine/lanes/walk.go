package lanes

// Count is how many runs are walked together.
const Count = 8

// Lane is a number of each run.
type Lane [Count]float64

// Walk is eight runs of the seed's models on one option: the market, their parameters, what they hold, and their sums. Money is in
// currency, prices are per share. A pass is about the minutes of a block; all columns begin with its first, and have as many
// entries as Mid or more.
type Walk struct {
	// The market.
	Mid, Score, RecentVol, Price, Delta, Vega, Move []float64
	ByMid, ByDelta, ByGamma, ByTheta, ByVega        []float64 // gains of a contract since the minute before
	Own                                             []float64 // the width in place of Spread's formula; nil: the formula
	Thresholds                                      []float64 // of the law Half, two a minute, the bid's first

	// Of the realistic models' market: where there is no good quote, the market's width, the mid that the informed see, and their two
	// uniforms a minute. Nil: all are good; it has no width; no one is informed.
	Quotable     []bool
	Width, Ahead []float64
	Knowledge    []float64
	Terms        []Terms // of their quotes
	First        int     // the block's first minute in the history
	LateAt       int     // First modulo the length of Late
	EveryAt      int     // First modulo Shape.Every

	LateNow, EveryNow int // where the assembly counts on from these

	// What Trade makes of it.
	Made []Minute
	PnL  []Lane

	// Parameters of the runs.
	Skew, MinusK, Spread, Floor, VolCoef, Mult Lane // MinusK is −k_fill, not 0
	Size, Multiplier, Fee                      Lane
	CostPerShare, CostPerValue, CostPerTrade   Lane
	Costly                                     bool // some fee or cost is not 0

	// Of the realistic models. The exponent of a fill is Intercept − Slope · distance; Thin is what it loses where the informed stay
	// away, added to it, or, with Proportional, multiplied.
	Lot, Widen, MinWidth, Tick            Lane
	InventoryLimit, VegaLimit, LossLimit  Lane // +Inf: none
	Intercept, Slope, Thin, InformedShare Lane
	Band, HedgeLot                        Lane
	Shape                                 Shape
	Late                                  []Post // a ring of Latency+1 posts

	// What Trade holds and has paid.
	Contracts, HedgeShares, Cash, Fees, Costs Lane

	// Sums of Make. Halted is 1 once the loss limit was reached.
	Halted, HaltedMinutes, Breaches, InformedFills Lane

	// Sums of Gains, over what was held as each minute began: contracts times the multiplier, and shares.
	Value, SharesBefore                                  Lane
	Inventory, Gamma, Theta, VegaPnL, DeltaPnL, HedgePnL Lane
	HedgeTurnover                                        Lane

	// Sums of Fills. OptionCash is what the option alone was paid for.
	Bought, Sold, SpreadPnL, Turnover, OptionCash Lane

	// Sums of Hold. NotFinite is 0, and NaN where a quote or the P&L is not finite.
	Net, Gross, Most, VegaSquares, ErrorSquares, NotFinite Lane

	// Sums of Steps: squares of the P&L's steps around their Mean.
	Mean, Before, StepSquares, Highest, Drawdown Lane
}

// Mark is the sums of Markout: contracts, and what they had earned by a later mid.
type Mark struct{ Contracts, Earned Lane }

// Minute is what Trade makes of a minute.
type Minute struct {
	Bid, Ask   Lane
	Bids, Asks Lane // contracts bought and sold
	Held       Lane // contracts after the minute
	Shares     Lane
}

// Terms are what the realistic models' quotes are made of, and the price units that count as one of their distance.
type Terms struct{ Center, Slope, Half, Scale Lane }

// Post is a quote with the contracts of its sides.
type Post struct{ Bid, Ask, BidSize, AskSize Lane }

// Shape is which steps the runs have in common.
type Shape struct {
	Widens       bool // by the score
	Ticks        bool // prices are on a tick
	Limited      bool // by contracts or the vega of the option
	Losable      bool // there is a limit of the loss
	Touch        bool // distances are from the market's bid and ask
	Scaled       bool // in units of Terms.Scale
	Informed     bool
	Proportional bool
	Hedge        Hedge
	Every        int // minutes, with HedgeEvery
	Lots         bool
	Latency      int // minutes
}

// Hedge is when the option is hedged.
type Hedge int

// The hedge models.
const (
	HedgeOff Hedge = iota
	HedgeOnFill
	HedgeEvery
	HedgeBand       // to the edge of the band
	HedgeBandToZero // to no delta
)
