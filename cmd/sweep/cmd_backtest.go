package main

import (
	"errors"
	"path/filepath"

	"github.com/spf13/cobra"

	"optmm/engine"
	"optmm/sweep"
	"optmm/sweep/grid"
)

func newBacktest() *cobra.Command {
	var (
		output   singleFlags
		params   = engine.Defaults(true)
		file     string
		fillSeed uint64
		aliases  = map[string]string{"rate": "r", "implied_vol": "iv", "dividend_yield": "q"}
	)
	command := &cobra.Command{
		Use:   "backtest",
		Short: "Run one option series from a CSV of quotes",
		Long: `backtest simulates one run over recorded quotes of one option series, prints its
four figures and draws them. Needed columns: underlying (or S), strike (or K), and
call_mid or both call_bid and call_ask. README.md lists the optional ones.`,
		Example: `  sweep backtest --csv testdata/csv/mid_only_defaults.csv --k-fill 8 --fill-seed 123
  sweep backtest --csv testdata/csv/bidask_expiry_full.csv --skew 0 --k-fill 50 --json --figures=false`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			if file == "" {
				return &sweep.UsageError{Err: errors.New("name the quotes with --csv FILE; see sweep backtest --help")}
			}
			quotes, err := sweep.ReadQuotes(file)
			if err != nil {
				return &sweep.UsageError{Err: err}
			}
			set := func(name string) bool {
				return command.Flags().Changed(flagName(name)) || command.Flags().Changed(aliases[name])
			}
			if err := sweep.IdleOn(quotes, &params, set); err != nil {
				return err
			}
			return output.run(command, sweep.Single{
				Params: params, Seed: grid.Seed{Fill: fillSeed}, Quotes: quotes, Source: filepath.Base(file),
			})
		},
	}
	flags := command.Flags()
	flags.StringVar(&file, "csv", "", "`file` of quotes, one row a minute")
	addParameters(command, &params, true, aliases)
	flags.Uint64Var(&fillSeed, "fill-seed", 123, "`seed` of the fill stream, 0 to 2^64−1")
	output.add(flags, "results/backtest")
	return command
}
