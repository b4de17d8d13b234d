package account

import (
	"fmt"
	"math"
)

// Attribution is where the P&L comes from, cumulative at each minute, in currency.
// Of a run on one option it is made when it is asked for.
// The first three with carry, fees and costs are exact,
//
//	pnl = spread + inventory + hedge + carry − option fees − hedge costs
//
// the Greeks explain inventory and hedge together to second order in the
// underlying and first in time and volatility, and Unexplained is the rest: what
// the mid did that its Black–Scholes value did not, jumps and higher orders.
type Attribution struct {
	Spread    []float64 // edge at the fill: the mid less the bid, the ask less the mid
	Inventory []float64 // contracts held × change of the mid
	Hedge     []float64 // shares held × change of the underlying

	Delta       []float64 // net delta × change of the underlying
	Gamma       []float64 // ½ · gamma × its square
	Theta       []float64 // theta × time that passed
	Vega        []float64 // vega × change of the implied volatility
	Unexplained []float64
}

// OptionTotal is what one option amounts to, in currency but for the counts. It
// holds exactly, and is checked in every run, that
//
//	PnL = Spread + Inventory − Fees
//
// and the options' PnL with the hedges' is the run's. The Greeks explain Inventory.
type OptionTotal struct {
	PnL, Spread, Inventory, Fees           float64
	Delta, Gamma, Theta, Vega, Unexplained float64

	BidFills, AskFills int
	Turnover           float64
	MaxInventory       int // of the absolute
	EndInventory       int
}

// OptionTotals returns a copy of what each option amounts to.
func (r *Record) OptionTotals() []OptionTotal {
	totals := make([]OptionTotal, len(r.Options))
	for j := range totals {
		totals[j] = r.Options[j].Total
	}
	return totals
}

// relativeTolerance is how far the parts may add up to something else than the
// P&L, of their sum without signs; roundings of the value traded come on top.
const (
	relativeTolerance = 1e-9
	roundings         = 64 * 0x1p-53
)

// sums are what the columns of Attributed come to at the last minute.
type sums struct{ spread, inventory, hedge, delta, gamma, theta, vega float64 }

// attribute accounts for the run and for each option from the recorded quotes, fills
// and shares. Only carry, fees and costs are the ledger's; every run checks that both give
// the same P&L.
func (r *Record) attribute() error {
	single := len(r.Options) == 1
	if r.attributedMade = !single; single {
		r.sums = r.gainsSingle()
	} else {
		r.sums = r.gains()
	}
	r.optionTurnover, r.markouts = 0, [len(markoutMinutes)]Markout{}
	opened := 0.0 // value, without signs
	for j := range r.Options {
		if err := r.accountFor(j); err != nil {
			return err
		}
		r.optionTurnover += r.Options[j].Total.Turnover
		opened += math.Abs(float64(float64(r.opening)*r.Market.Series[j].Mid[0]) * r.Multiplier)
	}
	for u := range r.Hedges {
		opened += float64(r.Market.Underlyings[u].Price[0] * r.Multiplier)
	}
	if single {
		r.sums.spread = r.Options[0].Total.Spread
	}
	last, s := len(r.PnL)-1, &r.sums
	fees, costs, carry := r.OptionFees[last], r.HedgeCosts[last], r.Carry[last]
	parts := s.spread + s.inventory + s.hedge + carry - fees - costs
	sum := math.Abs(s.spread) + math.Abs(s.inventory) + math.Abs(s.hedge) + math.Abs(carry) + math.Abs(fees) + costs
	return r.addsUp("pnl", r.PnL[last], parts, sum, r.optionTurnover+r.hedgeTurnover+opened)
}

// Attribution returns where the P&L comes from, minute by minute.
func (r *Record) Attribution() *Attribution {
	if !r.attributedMade {
		r.attributedMade = true
		r.gains()
	}
	return &r.attributed
}

// addsUp returns an error if the parts do not add up to the whole; sum is that of
// the parts without signs, traded the value that was rounded.
func (r *Record) addsUp(what string, whole, parts, sum, traded float64) error {
	if addUp(whole, parts, sum, traded) {
		return nil
	}
	return fmt.Errorf("%s is %v, its parts add up to %v: the parameters are too extreme to account for", what, whole, parts)
}

func addUp(whole, parts, sum, traded float64) bool {
	return math.Abs(parts-whole) <= float64(relativeTolerance*sum)+float64(roundings*traded)
}

// gainsSingle is gains, without the columns and the spread, of a run on one option.
func (r *Record) gainsSingle() sums {
	n := len(r.PnL)
	option, underlying := &r.Market.Series[0], &r.Market.Underlyings[0]
	e, multiplier := &option.Explained, r.Multiplier

	// Every slice has n entries; saying so takes the bounds checks out of the loop.
	held, shares := r.Options[0].Held[:n], r.Hedges[0].Shares[:n]
	change, move, price := e.Mid[:n], underlying.Move[:n], underlying.Price[:n]
	perDelta, perGamma, perTheta, perVega := e.Delta[:n], e.Gamma[:n], e.Theta[:n], e.Vega[:n]
	contracts, hedge := float64(float64(r.opening)*multiplier), 0.0
	var inventory, hedged, delta, net, gamma, theta, vega, turnover float64 // in registers, as fields would not be
	for i := range held {
		byDelta, byHedge := float64(contracts*perDelta[i]), float64(hedge*move[i])
		inventory += float64(contracts * change[i])
		gamma += float64(contracts * perGamma[i])
		theta += float64(contracts * perTheta[i])
		vega += float64(contracts * perVega[i])
		delta += byDelta
		hedged += byHedge
		net += byDelta + byHedge
		turnover += float64(math.Abs(shares[i]-hedge) * price[i])
		contracts, hedge = float64(held[i]*multiplier), shares[i]
	}
	r.hedgeTurnover = turnover
	t := &r.Options[0].Total
	t.Inventory, t.Delta, t.Gamma, t.Theta, t.Vega = inventory, delta, gamma, theta, vega
	return sums{inventory: inventory, hedge: hedged, delta: net, gamma: gamma, theta: theta, vega: vega}
}

// gains fills Attributed, and of the options' totals what the contracts held gain.
func (r *Record) gains() sums {
	a := &r.attributed
	for _, column := range []([]float64){a.Spread, a.Inventory, a.Hedge, a.Delta, a.Gamma, a.Theta, a.Vega} {
		clear(column)
	}
	for j := range r.Options {
		r.gainsOf(j)
		o, mid := &r.Options[j], r.Market.Series[j].Mid
		for _, i := range o.FillMinutes {
			a.Spread[i] += edge(float64(o.BidFills[i]), float64(o.AskFills[i]), mid[i], o.Bid[i], o.Ask[i], r.Multiplier)
		}
	}
	r.hedgeTurnover = 0
	for u := range r.Hedges {
		r.hedgeGains(u)
	}
	var s sums
	for i := range a.Spread {
		s.spread += a.Spread[i]
		s.inventory += a.Inventory[i]
		s.hedge += a.Hedge[i]
		s.delta += a.Delta[i]
		s.gamma += a.Gamma[i]
		s.theta += a.Theta[i]
		s.vega += a.Vega[i]
		a.Spread[i], a.Inventory[i], a.Hedge[i] = s.spread, s.inventory, s.hedge
		a.Delta[i], a.Gamma[i], a.Theta[i], a.Vega[i] = s.delta, s.gamma, s.theta, s.vega
		a.Unexplained[i] = s.unexplained()
	}
	return s
}

func (s *sums) unexplained() float64 {
	return s.inventory + s.hedge - (s.delta + s.gamma + s.theta + s.vega)
}

// gainsOf adds each minute's gains of the contracts of an option, and totals them.
func (r *Record) gainsOf(j int) {
	n := len(r.PnL)
	e, a, multiplier := &r.Market.Series[j].Explained, &r.attributed, r.Multiplier
	change, perDelta, perGamma, perTheta, perVega := e.Mid[:n], e.Delta[:n], e.Gamma[:n], e.Theta[:n], e.Vega[:n]
	inventories, deltas, gammas, thetas, vegas := a.Inventory[:n], a.Delta[:n], a.Gamma[:n], a.Theta[:n], a.Vega[:n]
	contracts := float64(float64(r.opening) * multiplier)
	var inventory, delta, gamma, theta, vega float64
	for i, held := range r.Options[j].Held[:n] {
		if contracts != 0 {
			byMid, byDelta, byGamma := float64(contracts*change[i]), float64(contracts*perDelta[i]), float64(contracts*perGamma[i])
			byTheta, byVega := float64(contracts*perTheta[i]), float64(contracts*perVega[i])
			inventory += byMid
			delta += byDelta
			gamma += byGamma
			theta += byTheta
			vega += byVega
			inventories[i] += byMid
			deltas[i] += byDelta
			gammas[i] += byGamma
			thetas[i] += byTheta
			vegas[i] += byVega
		}
		contracts = float64(held * multiplier)
	}
	t := &r.Options[j].Total
	t.Inventory, t.Delta, t.Gamma, t.Theta, t.Vega = inventory, delta, gamma, theta, vega
}

// hedgeGains adds each minute's gains of the shares in an underlying.
func (r *Record) hedgeGains(u int) {
	n := len(r.PnL)
	a, underlying := &r.attributed, &r.Market.Underlyings[u]
	shares, move, price := r.Hedges[u].Shares[:n], underlying.Move[:n], underlying.Price[:n]
	hedges, deltas := a.Hedge[:n], a.Delta[:n]
	before, turnover := 0.0, 0.0
	for i := range n {
		gained := float64(before * move[i])
		hedges[i] += gained
		deltas[i] += gained
		turnover += float64(math.Abs(shares[i]-before) * price[i])
		before = shares[i]
	}
	r.hedgeTurnover += turnover
}

// edge is the spread that contracts bought and sold capture, in currency.
func edge(bids, asks, mid, bid, ask, multiplier float64) float64 {
	return float64((float64(bids*(mid-bid)) + float64(asks*(ask-mid))) * multiplier)
}

// accountFor totals an option's fills, looks at what they were worth later, and
// checks that its parts add up.
func (r *Record) accountFor(j int) error {
	option, o, multiplier := &r.Market.Series[j], &r.Options[j], r.Multiplier
	t, last := &o.Total, len(r.PnL)-1
	n := len(option.Mid)
	mid, bid, ask, bidFills, askFills := option.Mid, o.Bid[:n], o.Ask[:n], o.BidFills[:n], o.AskFills[:n]
	var bought, sold int64
	var spread, turnover float64
	opening := float64(float64(r.opening) * multiplier)
	cash := -float64(opening * mid[0])
	for _, minute := range o.FillMinutes {
		i := int(minute)
		if i >= n {
			break // there is none; it spares the checks of the columns
		}
		bids, asks := float64(bidFills[i]), float64(askFills[i])
		paid, received := float64(bids*bid[i]), float64(asks*ask[i])
		spread += edge(bids, asks, mid[i], bid[i], ask[i], multiplier)
		turnover += paid + received
		cash -= float64((paid - received) * multiplier)
		bought += int64(bidFills[i])
		sold += int64(askFills[i])
	}
	t.Spread = spread
	for k, minutes := range markoutMinutes {
		if step := r.Market.StepMinutes(); minutes%step == 0 { // of other times there is no mid
			r.markouts[k].add(o, mid, minutes/step)
		}
	}
	if option.Expiry >= 0 { // nothing is traded from then on
		cash += float64(float64(float64(r.beforeExpiry(j))*mid[option.Expiry]) * multiplier)
	}
	var most int32
	for _, held := range o.Inventory {
		most = max(most, held, -held)
	}
	t.Turnover = float64(turnover * multiplier)
	t.BidFills, t.AskFills, t.MaxInventory = int(bought), int(sold), int(most)
	t.EndInventory = int(o.Inventory[last])
	t.Fees = float64(float64(bought+sold) * r.fee)
	t.Unexplained = t.Inventory - (t.Delta + t.Gamma + t.Theta + t.Vega)
	t.PnL = cash + float64(float64(o.Held[last]*mid[last])*multiplier) - t.Fees
	return r.addsUp("pnl of an option", t.PnL, t.Spread+t.Inventory-t.Fees, math.Abs(t.Spread)+math.Abs(t.Inventory)+math.Abs(t.Fees),
		t.Turnover+math.Abs(float64(opening*mid[0])))
}

// beforeExpiry is what is held of an option as the minute of its expiry begins.
func (r *Record) beforeExpiry(j int) int32 {
	if expiry := r.Market.Series[j].Expiry; expiry > 0 {
		return r.Options[j].Inventory[expiry-1]
	}
	return int32(r.opening)
}
