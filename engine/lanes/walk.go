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

	// What Trade makes of it.
	Made []Minute
	PnL  []Lane

	// Parameters of the runs.
	Skew, MinusK, Spread, Floor, VolCoef, Mult Lane // MinusK is −k_fill, not 0
	Size, Multiplier, Fee                      Lane
	CostPerShare, CostPerValue, CostPerTrade   Lane
	Costly                                     bool // some fee or cost is not 0

	// What Trade holds and has paid.
	Contracts, HedgeShares, Cash, Fees, Costs Lane

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
