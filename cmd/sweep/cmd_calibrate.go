package main

import (
	"fmt"
	"math"

	"github.com/spf13/cobra"

	"optmm/sweep"
	"optmm/sweep/fault"
)

func newCalibrate() *cobra.Command {
	var (
		c        sweep.Calibration
		recorded []string
		trades   string
		from     string
		cells    layoutFlags
		ofTrades []string
		unit     string
		check    string
		set      []string
	)
	command := &cobra.Command{
		Use:   "calibrate",
		Short: "Fit the intensity of fills to recorded trades",
		Long: `calibrate fits the intensity A·exp(−k·distance) of fill_model exponential to trades
against the quotes posted when the minute of the trade began: how far from the mid
(or the touch) trading reached in each minute and on each side, by maximum likelihood.
It prints the estimates with their uncertainty, where the law fits and where it does
not, and how they differ by time of day and moneyness.

Quotes are in long form (see check-data); trades have timestamp (the minute's end), strike,
expiry, right, and low and high or price.

With --check it shows instead what the law, fitted to the trades of a study's days, would have
earned for the study's baseline compared with the trades themselves: fills, P&L and markouts.`,
		Example: `  sweep calibrate --quotes testdata/chain/small.csv --trades testdata/chain/trades.csv
  sweep calibrate --check configs/recorded-days.yaml
  sweep calibrate --quotes quotes.csv --trades trades.csv --high 4 --fragment fills.yaml --draws 20`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			if check != "" {
				if c.JSON {
					return fault.Usagef("--json is of the fit, not of --check, whose figures are in sweep.lock of a study")
				}
				p, err := (&studyFlags{set: set}).load(command.Context(), check)
				if err != nil {
					return err
				}
				remarkOn(command, p)
				return sweep.CheckLaw(command.Context(), command.OutOrStdout(), p)
			}
			switch {
			case len(set) > 0:
				return fault.Usagef("--set is of the study that --check names")
			case len(recorded) == 0 || trades == "":
				return fault.Usagef("name both files, --quotes and --trades")
			case from != "mid" && from != "touch":
				return fault.Usagef("--from %q is not one of mid | touch", from)
			case unit != "half_spread" && unit != "currency":
				return fault.Usagef("--unit %q is not one of half_spread | currency", unit)
			case !(c.From >= 0) || math.IsInf(c.From, 0) || c.To != 0 && !(c.To > c.From) || math.IsInf(c.To, 0):
				return fault.Usagef("the range from --low %v to --high %v is empty; distances begin at 0", c.From, c.To)
			case c.Draws < 0 || c.StaleMinutes < 0:
				return fault.Usagef("--draws and --stale must not be below 0")
			}
			var err error
			if c.Quotes, err = cells.request(recorded); err != nil {
				return err
			}
			if c.Trades, err = cells.with([]string{trades}, ofTrades); err != nil {
				return err
			}
			c.Note = func(remark string) { fmt.Fprintf(command.ErrOrStderr(), "note: %s\n", remark) }
			c.FromTouch, c.Currency = from == "touch", unit == "currency"
			return sweep.Calibrate(command.OutOrStdout(), c)
		},
	}
	flags := command.Flags()
	flags.StringArrayVar(&recorded, "quotes", nil, "`file` of quotes in long form; repeatable")
	flags.StringVar(&trades, "trades", "", "`file` of trades")
	flags.StringArrayVar(&c.Series, "series", nil, "take only this option, as `strike:expiry:right`; repeatable")
	flags.StringVar(&from, "from", "mid", "measure distances from `mid | touch`")
	flags.StringVar(&unit, "unit", "half_spread", "measure distances in `half_spread | currency`")
	flags.Float64Var(&c.From, "low", 0, "least `distance` that is fitted")
	flags.Float64Var(&c.To, "high", 0, "`distance` at which the fit ends; 0 has no end")
	flags.IntVar(&c.StaleMinutes, "stale", 5, "`minutes` without a change after which a quote does not count; 0 never")
	flags.StringVar(&c.Fragment, "fragment", "", "write the parameters to this `file`, for studies to include")
	flags.BoolVar(&c.Force, "force", false, "write the fragment although the decay is not distinguishable from 0")
	flags.IntVar(&c.Draws, "draws", 0, "`number` of draws of the estimates in the fragment, as an axis; 0 writes the estimates")
	flags.Uint32Var(&c.Seed, "seed", 1, "`seed` of the draws")
	flags.StringVar(&check, "check", "", "compare the law with the trades on the days of this `study`, whose fill_model is trades")
	flags.StringArrayVar(&set, "set", nil, "override the study by `path=value`; repeatable")
	addJSON(command, &c.JSON)
	cells.add(flags)
	flags.StringArrayVar(&ofTrades, "trade-columns", nil, "the same for the file of trades, as `price=last`; repeatable")
	flags.StringVar(&c.Figure, "figure", "", "draw counted rates and fit to this `file`, .png and .svg")
	return command
}
