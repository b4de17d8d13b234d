package lanes

// Count is the number of runs in a batch.
const Count = 8

// Block is how many minutes a pass does best at once: of them, what it writes stays near the processor.
const Block = 64

// Horizons is the number of markouts.
const Horizons = 3

// Lane is a number of each run.
type Lane [Count]float64

// Batch is eight runs on one option: the market, their parameters, positions and sums. Money is in currency, prices are per share.
// A pass simulates or sums the minutes of a block: all columns begin with its first minute and have at least as many entries as Mid.
type Batch struct {
	Runs int // lanes in use, the first; vectors compute the others too, which nothing reads

	// The market.
	Mid, Score, RecentVol, Price, Delta, Vega, Move []float64
	ByMid, ByDelta, ByGamma, ByTheta, ByVega        []float64           // gains of a contract since the minute before
	Own                                             []float64           // the width in place of Spread's formula; nil: the formula
	Thresholds                                      []float64           // of the arrival law, two a minute, the bid's first
	Later                                           [Horizons][]float64 // the mid some minutes later

	// The market of the realistic models: which minutes have a good quote (nil: all), the market's width (nil: it has none), the mid
	// that the informed see and their two uniforms a minute (nil: no one is informed).
	Quotable        []bool
	Width, Ahead    []float64
	Knowledge       []float64
	Terms           []Terms
	LateAt, EveryAt int // the block's first minute, modulo the length of Late and modulo Shape.Every

	LateNow, EveryNow int // counters of the assembly

	// Results of Seed or Realistic, by minute.
	Minutes []Minute
	PnL     []Lane

	// Parameters of the runs.
	Skew, MinusK, Spread, Floor, VolCoef, Mult Lane // MinusK is −k_fill, not 0
	Size, Multiplier, Fee                      Lane
	CostPerShare, CostPerValue, CostPerTrade   Lane
	Costly                                     bool // some fee or cost is not 0

	// Parameters of the realistic models. The x of a fill is Intercept − Slope · distance. Where the informed stay away, Thin is
	// added to it, or, with Shape.Proportional, multiplies it, or, with Shape.OfOdds, it is Thin − ln(e^{−x} + InformedShare).
	Lot, Widen, MinWidth, Tick            Lane
	InventoryLimit, VegaLimit, LossLimit  Lane // +Inf: none
	Intercept, Slope, Thin, InformedShare Lane
	Band, HedgeLot                        Lane
	Shape                                 Shape
	Late                                  []Post // a ring of Latency+1 posts

	// Positions and costs so far, of Seed or Realistic.
	Contracts, HedgeShares, Cash, Fees, Costs Lane

	// Sums of Realistic. Halted is 1 once the loss limit was reached.
	Halted, HaltedMinutes, Breaches, InformedFills Lane

	// Sums of Gains, over the position at the beginning of each minute: contracts times the multiplier, and shares.
	Value, SharesBefore                                  Lane
	Inventory, Gamma, Theta, VegaPnL, DeltaPnL, HedgePnL Lane
	HedgeTurnover                                        Lane

	// Sums of Fills. OptionCash is the cash of its trades, without hedges, fees and costs; Earned what they had earned by each Later.
	// A quote that is not finite makes SpreadPnL so.
	SpreadPnL, Turnover, OptionCash Lane
	Earned                          [Horizons]Lane

	// Sums of Hold.
	Bought, Sold                                Lane
	Net, Gross, Most, VegaSquares, ErrorSquares Lane

	// Sums of Steps: squares of the P&L's steps around their Mean, which are not finite where the P&L is not.
	Mean, Before, StepSquares, Highest, Drawdown Lane
}

// Minute is the quotes, fills and positions of a minute.
type Minute struct {
	Bid, Ask   Lane
	Bids, Asks Lane // contracts bought and sold
	Held       Lane // contracts after the minute
	Shares     Lane
}

// Terms are the terms of quote.Linear, and the price units that count as one in a distance.
type Terms struct{ Center, Slope, Half, Scale Lane }

// Post is a quote with the contracts of its sides.
type Post struct{ Bid, Ask, BidSize, AskSize Lane }

// Shape is the steps that the runs of a batch share.
type Shape struct {
	TradesOnly   bool // nothing is hedged, paid for and watched: Shares, PnL and what is summed up after the fills are not set
	Widens       bool // by the score
	Ticks        bool // prices are on a tick
	Limited      bool // by contracts or the vega of the option
	Losable      bool // there is a limit of the loss
	Touch        bool // distances are from the market's bid and ask
	Scaled       bool // in units of Terms.Scale
	Informed     bool
	Proportional bool
	OfOdds       bool
	Hedge        Hedge
	Every        int // minutes, with HedgeEvery
	Lots         bool
	Latency      int // minutes
}

// Hedge is a hedge model.
type Hedge int

// The hedge models.
const (
	HedgeOff Hedge = iota
	HedgeOnFill
	HedgeEvery
	HedgeBand       // to the edge of the band
	HedgeBandToZero // to no delta
)
