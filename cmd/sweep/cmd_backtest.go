package main

import (
	"path/filepath"

	"github.com/spf13/cobra"

	"optmm/engine/market/recorded"
	"optmm/engine/param"
	"optmm/sweep"
	"optmm/sweep/fault"
	"optmm/sweep/grid"
	"optmm/sweep/quotes"
	"optmm/sweep/spec"
)

func newBacktest() *cobra.Command {
	var (
		output   singleFlags
		cells    layoutFlags
		params   = param.Defaults(param.OneSeries)
		files    []string
		fillSeed uint64
		aliases  = map[string]string{"rate": "r", "implied_vol": "iv", "dividend_yield": "q"}
	)
	command := &cobra.Command{
		Use:   "backtest",
		Short: "Run one option series, or a chain, from a file of quotes",
		Long: `backtest simulates one run over recorded quotes, prints its figures and draws
them. Of one option series the needed columns are underlying (or S), strike (or K),
and call_mid or both call_bid and call_ask; configs/README.md lists the optional ones. A chain
has a row for each minute, expiry and strike (timestamp, underlying, strike, expiry, call_bid,
call_ask, put_bid, put_ask), or one for each right (… expiry, right, bid, ask).`,
		Example: `  sweep backtest --csv testdata/csv/mid_only_defaults.csv --k-fill 8 --fill-seed 123
  sweep backtest --csv testdata/csv/bidask_expiry_full.csv --skew 0 --k-fill 50 --json --figures=false`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			if len(files) == 0 {
				return fault.Usagef("name the quotes with --csv FILE; see sweep backtest --help")
			}
			request, err := cells.request(files)
			if err != nil {
				return err
			}
			data, err := quotes.Read(request)
			if err == nil {
				err = recorded.TooCoarse(data)
			}
			if err != nil {
				return fault.Usage(err)
			}
			set := func(name string) bool {
				return command.Flags().Changed(flagName(name)) || command.Flags().Changed(aliases[name])
			}
			for _, parameter := range param.Parameters() {
				if !set(parameter.Name) { // a chain has other defaults than one series
					parameter.Set(&params, parameter.DefaultOn(param.DataOf(data)))
				}
			}
			remark(command, data, request, params.Market.StaleMinutes)
			if err := spec.IdleOn(data, &params, set); err != nil {
				return err
			}
			return output.run(command, sweep.Single{
				Params: params, Seed: grid.Seed{Fill: fillSeed}, Quotes: data, Zone: request.Zone(), Source: filepath.Base(request.Title()),
			})
		},
	}
	flags := command.Flags()
	flags.StringArrayVar(&files, "csv", nil, "`file` of quotes: CSV, which gzip, zstd, bzip2 or zip may have compressed, or Parquet; repeatable")
	cells.add(flags)
	addParameters(command, &params, param.OneSeries, aliases)
	flags.Uint64Var(&fillSeed, "fill-seed", 123, "`seed` of the fill stream, 0 to 2^64−1")
	output.add(flags, "results/backtest")
	return command
}
