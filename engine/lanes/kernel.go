package lanes

// Kernel has the passes of a walk. The zero value is in Go.
type Kernel struct{ passes *passes }

// passes are in assembly.
type passes struct {
	trade, realistic, gains, fills, hold func(w *Walk)
	markout                              func(w *Walk, mark *Mark, later []float64)
	steps                                func(w *Walk, pnl []Lane)
}

// Trade quotes the block's minutes, fills them, hedges after each fill, and marks what is held. The seed's model:
//
//	width = mult · max(floor, spread + volCoef·vol),  bid, ask = mid ∓ width/2 ∓ skew·score·mid
//	a side fills where its threshold < −k·width/mid
func (k Kernel) Trade(w *Walk) {
	if k.passes == nil {
		trade(w)
		return
	}
	k.passes.trade(w)
}

// Make is Trade by the realistic models, as Walk has them.
func (k Kernel) Make(w *Walk) {
	if k.passes == nil {
		makeMinutes(w)
		return
	}
	k.passes.realistic(w)
}

// Gains adds up what the contracts and shares held gained, and by which Greek.
func (k Kernel) Gains(w *Walk) {
	if k.passes == nil {
		gains(w)
		return
	}
	k.passes.gains(w)
}

// Fills adds up what was traded.
func (k Kernel) Fills(w *Walk) {
	if k.passes == nil {
		fills(w)
		return
	}
	k.passes.fills(w)
}

// Markout adds up what the block's fills had earned by later mids, one of each minute that has one.
func (k Kernel) Markout(w *Walk, mark *Mark, later []float64) {
	if k.passes == nil {
		markout(w, mark, later)
		return
	}
	k.passes.markout(w, mark, later)
}

// Hold adds up what was held, and its vega and hedge errors.
func (k Kernel) Hold(w *Walk) {
	if k.passes == nil {
		hold(w)
		return
	}
	k.passes.hold(w)
}

// Steps adds up the squares of the steps of the P&L of some minutes, and finds its largest fall from a height before.
func (k Kernel) Steps(w *Walk, pnl []Lane) {
	if k.passes == nil {
		steps(w, pnl)
		return
	}
	k.passes.steps(w, pnl)
}

// Named is a kernel and its name.
type Named struct {
	Name string
	Kernel
}
