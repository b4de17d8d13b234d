package engine

// ledger is the market maker's account: contracts and shares held, and cash.
type ledger struct {
	inventory float64 // contracts
	shares    float64 // of the underlying
	cash      float64
}

func (l *ledger) sellOption(price float64) {
	l.inventory--
	l.cash += price
}

func (l *ledger) buyOption(price float64) {
	l.inventory++
	l.cash -= price
}

// holdShares trades the underlying until that many shares are held.
func (l *ledger) holdShares(shares, price float64) {
	l.cash -= float64((shares - l.shares) * price)
	l.shares = shares
}

// value marks everything held to the given prices.
func (l *ledger) value(optionPrice, sharePrice float64) float64 {
	return l.cash + float64(l.inventory*optionPrice) + float64(l.shares*sharePrice)
}
