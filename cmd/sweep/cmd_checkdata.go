package main

import (
	"errors"

	"github.com/spf13/cobra"

	"optmm/engine/market/recorded"
	"optmm/sweep/fault"
	"optmm/sweep/quotes"
)

func newCheckData() *cobra.Command {
	var (
		settings recorded.CheckSettings
		cells    layoutFlags
		asJSON   bool
	)
	command := &cobra.Command{
		Use:   "check-data FILE...",
		Short: "Say what is in files of option quotes, and what is wrong with them",
		Long: `check-data reads quotes of a chain, a row per strike (timestamp, underlying, strike,
expiry, call_bid, call_ask, put_bid, put_ask) or per right (… expiry, right, bid, ask), or of
one option series, from CSV (plain, or compressed by gzip, Zstandard, bzip2 or zip) or
Parquet, and says what they hold: sessions and gaps, stale, locked and crossed quotes, parity
residuals, implied volatilities, and what looks suspicious. Options are taken as European, and time to expiry is counted by act/365.`,
		Example: `  sweep check-data testdata/chain/small.csv
  sweep check-data quotes.csv --columns underlying=S0 --columns strike=strike_price*0.001 --time-zone America/New_York`,
		Args: func(_ *cobra.Command, arguments []string) error {
			if len(arguments) == 0 {
				return errors.New("name a file of quotes")
			}
			return nil
		},
		RunE: func(command *cobra.Command, arguments []string) error {
			if settings.StaleMinutes < 0 {
				return fault.Usagef("--stale %d must not be below 0", settings.StaleMinutes)
			}
			request, err := cells.request(arguments)
			if err != nil {
				return err
			}
			return quotes.Check(command.OutOrStdout(), request, settings, asJSON)
		},
	}
	flags := command.Flags()
	flags.Float64Var(&settings.Rate, "rate", 0, "continuously compounded interest `rate` a year, for parity")
	flags.IntVar(&settings.StaleMinutes, "stale", 5, "`minutes` without a change after which a quote is stale; 0 never")
	addJSON(command, &asJSON)
	cells.add(flags)
	return command
}
