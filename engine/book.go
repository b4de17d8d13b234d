package engine

import (
	"math"

	"optmm/engine/market"
	"optmm/engine/quote"
)

// book is everything that is held while a run goes: the options, each by its maker,
// and the ledger.
type book struct {
	ledger
	makers []maker
	under  []exposure // in each underlying

	gross, vega, theta float64 // contracts; currency per unit of volatility, per year
	curved             float64 // dollar gamma of everything held, as quote.Held has it
}

// exposure is what the options on one underlying come to, and what a hedger needs
// to know of them.
type exposure struct {
	delta, gamma float64 // shares, shares per price unit
	filled       bool    // in this minute
	live         int     // the first of its options, in the market's order, that has not settled; −1: none
	price        []float64
	discount     []float64 // of the first live option
}

func (b *book) open(m *market.Market, p *Params, makers []maker) {
	b.ledger.open(p, len(m.Underlyings))
	b.makers = makers
	b.under = resize(b.under, len(m.Underlyings))
	for u := range b.under {
		b.under[u] = exposure{live: -1, price: m.Underlyings[u].Price}
	}
	for j := len(makers) - 1; j >= 0; j-- {
		maker := &makers[j]
		maker.inventory = float64(p.OpeningInventory)
		b.pay(maker.inventory, maker.series.Mid[0])
		b.under[maker.series.Underlying].live, b.under[maker.series.Underlying].discount = j, maker.series.Discount
	}
}

// begin settles the options that expire at a minute.
func (b *book) begin(minute int) {
	for u := range b.under {
		b.under[u].filled = false
	}
	for j := range b.makers {
		if b.makers[j].series.Expiry == minute {
			b.settle(&b.makers[j], minute)
		}
	}
}

// weigh sums up what is held at a minute's Greeks.
func (b *book) weigh(minute int) {
	for u := range b.under {
		b.under[u].delta, b.under[u].gamma = 0, 0
	}
	b.gross, b.vega, b.theta, b.curved = 0, 0, 0, 0
	for j := range b.makers {
		m := &b.makers[j]
		n := m.inventory
		if n == 0 {
			continue
		}
		s, under := m.series, &b.under[m.series.Underlying]
		gamma := float64(n * s.Gamma[minute])
		under.delta += float64(float64(n*s.Delta[minute]) * b.multiplier)
		under.gamma += float64(gamma * b.multiplier)
		b.vega += float64(float64(n*s.Vega[minute]) * b.multiplier)
		b.theta += float64(float64(n*s.Theta[minute]) * b.multiplier)
		b.gross += math.Abs(n)
		if m.curve != nil {
			b.curved += float64(n * m.curve[minute])
		}
	}
}

// add adds contracts of an option to the sums that limits go by, before they are
// bought.
func (b *book) add(m *maker, minute int, contracts float64) {
	s, under := m.series, &b.under[m.series.Underlying]
	size := float64(contracts * b.multiplier)
	under.delta += float64(size * s.Delta[minute])
	under.gamma += float64(size * s.Gamma[minute])
	b.vega += float64(size * s.Vega[minute])
	b.gross += m.moreGross(contracts)
}

// held is what a quote of an option goes by.
func (b *book) held(m *maker) quote.Held {
	u := m.series.Underlying
	return quote.Held{
		Inventory: m.inventory, Vega: b.vega / b.multiplier, Curved: b.curved,
		Delta: (b.under[u].delta + b.shares[u]) / b.multiplier,
	}
}

// buy adds contracts of an option, which is negative where they are sold.
func (b *book) buy(m *maker, contracts int32, price float64) {
	m.inventory += float64(contracts)
	b.trade(float64(contracts), price)
}

// settle turns the contracts of an option into cash at its mid, the intrinsic value.
func (b *book) settle(m *maker, minute int) {
	if m.inventory != 0 {
		b.pay(-m.inventory, m.series.Mid[minute])
		m.inventory = 0
		b.under[m.series.Underlying].filled = true // its hedge has nothing to hedge any more
	}
	m.settled = true
	under := &b.under[m.series.Underlying]
	for under.live < len(b.makers) && (b.makers[under.live].settled || b.makers[under.live].series.Underlying != m.series.Underlying) {
		under.live++
	}
	if under.live == len(b.makers) {
		under.live = -1
	} else {
		under.discount = b.makers[under.live].series.Discount
	}
}

// value marks everything held to the minute's prices.
func (b *book) value(minute int) float64 {
	value := b.cash
	for j := range b.makers {
		m := &b.makers[j]
		if m.inventory != 0 {
			value += float64(float64(m.inventory*m.series.Mid[minute]) * b.multiplier)
		}
	}
	for u, shares := range b.shares {
		value += float64(shares * b.under[u].price[minute])
	}
	return value
}
