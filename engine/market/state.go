package market

// State is what a quote is good for.
type State uint8

const (
	Quoted     State = iota
	Missing          // no quote, or an ask of 0
	Crossed          // bid above ask
	Locked           // bid and ask are the same
	Stale            // neither side has changed for some minutes
	Impossible       // a bid above what the option can be worth without arbitrage
)

// States is the number of them.
const States = Impossible + 1

// StateNames lists the states in their order, in words.
func StateNames() []string {
	return []string{"quoted", "missing", "crossed", "locked", "stale", "impossible"}
}
