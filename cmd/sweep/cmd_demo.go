package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"optmm/engine/param"
	"optmm/sweep"
	"optmm/sweep/grid"
	"optmm/sweep/spec"
)

// singleFlags are what one run prints and draws.
type singleFlags struct {
	out     string
	figures bool
	json    bool
}

func (f *singleFlags) add(flags *pflag.FlagSet, out string) {
	flags.StringVarP(&f.out, "out", "o", out, "`folder` for the figures")
	flags.BoolVar(&f.figures, "figures", true, "draw the four figures")
	flags.BoolVar(&f.json, "json", false, "print the figures as JSON with all their digits, and nothing else")
}

// run carries out the run and prints its summary.
func (f *singleFlags) run(command *cobra.Command, single sweep.Single) error {
	if f.figures {
		single.Figures = f.out
	}
	summary, err := sweep.RunSingle(single)
	if err != nil {
		return err
	}
	if f.json {
		return sweep.WriteSummaryJSON(command.OutOrStdout(), summary)
	}
	if err := sweep.WriteSummaryText(command.OutOrStdout(), summary); err != nil {
		return err
	}
	if f.figures {
		_, err = fmt.Fprintf(command.OutOrStdout(), "\nfigures in %s\n", f.out)
	}
	return err
}

func newDemo() *cobra.Command {
	var (
		output     singleFlags
		params     = param.Defaults(param.Synthetic)
		marketSeed uint32
		fillSeed   uint64
	)
	command := &cobra.Command{
		Use:   "demo",
		Short: "Run the seed's demo on its synthetic market",
		Long: `demo simulates one run on the seed's synthetic market, prints its four figures
and draws them. With the defaults it is the headline of the seed's README.`,
		Example: `  sweep demo --n 1000 --skew 0.02 --k-fill 40
  sweep demo --n 1000 --skew 0.02 --k-fill 40 --json --figures=false`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			set := func(name string) bool { return command.Flags().Changed(flagName(name)) }
			if err := spec.IdleOn(nil, &params, set); err != nil {
				return err
			}
			return output.run(command, sweep.Single{
				Params: params, Seed: grid.Seed{Market: marketSeed, Fill: fillSeed}, Source: "demo",
			})
		},
	}
	flags := command.Flags()
	addParameters(command, &params, param.Synthetic, map[string]string{"minutes": "n"})
	flags.Uint32Var(&marketSeed, "market-seed", 42, "`seed` of the market stream, 0 to 2^32−1")
	flags.Uint64Var(&fillSeed, "fill-seed", 123, "`seed` of the fill stream, 0 to 2^64−1")
	output.add(flags, "results/demo")
	return command
}
