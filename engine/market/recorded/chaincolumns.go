package recorded

// chainColumns are the columns of a chain: of a row per strike the sides of call and put, of
// a row per right the right and its sides. The contract's name, or its id, may hold strike,
// expiry and right.
type chainColumns struct {
	when                                     timeColumns
	underlying, underlyingBid, underlyingAsk column
	strike, expiry, root                     column
	callBid, callAsk, putBid, putAsk         column
	right, bid, ask, contract, id            column
}

// perRight reports whether each right has a row of its own.
func (c *chainColumns) perRight() bool { return c.bid.present() }

// named reports whether the option is known by its name or its id.
func (c *chainColumns) named() bool { return c.contract.present() || c.id.present() }

// chain finds the columns of a chain, with what is known from files of their own.
func (h *header) chain(own Own) (chainColumns, error) {
	c := chainColumns{
		when: h.timeColumns(), underlying: h.find("underlying", "S"), strike: h.find("strike", "K"), expiry: h.find("expiry"), root: h.find("root"),
		callBid: h.find("call_bid"), callAsk: h.find("call_ask"), putBid: h.find("put_bid"), putAsk: h.find("put_ask"),
		underlyingBid: absent(), underlyingAsk: absent(), right: absent(), bid: absent(), ask: absent(), contract: absent(), id: absent(),
	}
	var spot []column
	switch {
	case own.prices != nil:
		c.underlying = absent()
	case c.underlying.present():
	default:
		if bid, ask := h.find("underlying_bid"), h.find("underlying_ask"); bid.present() && ask.present() {
			c.underlyingBid, c.underlyingAsk = bid, ask
		} else {
			spot = []column{c.underlying}
		}
	}
	needed := append([]column{c.when.first()}, append(spot, c.strike, c.expiry, c.callBid, c.callAsk, c.putBid, c.putAsk)...)
	if bid, ask := h.find("bid"), h.find("ask"); bid.present() && ask.present() && !c.callBid.present() && !c.putBid.present() {
		right, name, id := h.find("right"), h.find("contract"), h.find("id")
		whole := c.strike.present() && c.expiry.present() && right.present()
		needed = append([]column{c.when.first()}, spot...)
		c.bid, c.ask = bid, ask
		switch {
		case whole || !name.present() && !(id.present() && own.contracts != nil):
			c.right = right
			needed = append(needed, c.strike, c.expiry, c.right)
		case id.present() && own.contracts != nil:
			c.id = id
		default:
			c.contract = name
		}
		if c.named() {
			c.strike, c.expiry = absent(), absent()
		}
	}
	if h.err != nil {
		return c, h.err
	}
	return c, h.require(needed...)
}

// absent is a column that a table does not have.
func absent() column { return column{index: -1} }
