package main

import (
	"errors"

	"github.com/spf13/cobra"

	"optmm/engine/market/recorded"
	"optmm/sweep/fault"
	"optmm/sweep/quotes"
)

func newCheckData() *cobra.Command {
	var settings recorded.CheckSettings
	command := &cobra.Command{
		Use:   "check-data FILE",
		Short: "Say what is in a file of option quotes, and what is wrong with it",
		Long: `check-data reads quotes of a chain in long form (timestamp, underlying, strike, expiry,
call_bid, call_ask, put_bid, put_ask) or of one option series, from CSV (plain, gzipped or
compressed with Zstandard) or Parquet, and says what they hold: sessions and gaps, stale,
locked and crossed quotes, parity residuals, implied volatilities, and what looks
suspicious. Options are taken as European, and time to expiry is counted by act/365.`,
		Example: `  sweep check-data testdata/chain/small.csv`,
		Args: func(_ *cobra.Command, arguments []string) error {
			if len(arguments) != 1 {
				return errors.New("name one file of quotes")
			}
			return nil
		},
		RunE: func(command *cobra.Command, arguments []string) error {
			if settings.StaleMinutes < 0 {
				return fault.Usagef("--stale %d must not be below 0", settings.StaleMinutes)
			}
			return quotes.Check(command.OutOrStdout(), arguments[0], settings)
		},
	}
	flags := command.Flags()
	flags.Float64Var(&settings.Rate, "rate", 0, "continuously compounded interest `rate` a year, for parity")
	flags.IntVar(&settings.StaleMinutes, "stale", 5, "`minutes` without a change after which a quote is stale; 0 never")
	return command
}
