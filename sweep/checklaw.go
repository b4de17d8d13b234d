package sweep

import (
	"context"
	"io"
	"runtime"

	"optmm/sweep/execute"
	"optmm/sweep/fault"
	"optmm/sweep/plan"
	"optmm/sweep/present"
	"optmm/sweep/store"
)

// CheckLaw prints what the exponential law of fills says of a study's baseline compared with the
// recorded trades that fill it, on the same days.
func CheckLaw(ctx context.Context, to io.Writer, p *plan.Plan) error {
	baseline, _ := p.Grid.Baseline()
	if !execute.FillsFromTrades(p, baseline) {
		return fault.Usagef("calibrate: the baseline of %s is not filled by recorded trades: set engine.fill_model=trades and market.recorded.trades", p.Name)
	}
	law, err := execute.NewRepeater(p, "", execute.NewMarkets(p), runtime.GOMAXPROCS(0)).LawOf(ctx, map[string]int{store.Baseline: baseline})
	if err != nil {
		return err
	}
	if law == nil {
		return fault.Usagef("calibrate: the days have too few trades to fit a law to")
	}
	return present.WriteLaw(to, law, p)
}
