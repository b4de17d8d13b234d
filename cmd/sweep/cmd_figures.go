package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"optmm/sweep"
	"optmm/sweep/fault"
)

func newFigures() *cobra.Command {
	var point, run int
	command := &cobra.Command{
		Use:   "figures DIR",
		Short: "Draw the figures of any point of a study",
		Long: `figures draws a point of a complete study as the best point and the baseline are drawn, into
figures/point-N, by simulating its runs again. One run is shown by itself: the median seed's,
or the one that --run names, which says the point too.`,
		Example: `  sweep figures results/grid --point 17
  sweep figures results/grid --run 93`,
		Args: oneFolder,
		RunE: inPlaces(sweep.ToWrite, func(command *cobra.Command, arguments []string) error {
			flags := command.Flags()
			if !flags.Changed("point") && !flags.Changed("run") {
				return fault.Usagef("name a point or a run: --point 17, or --run 93; sweep show prints the points")
			}
			switch {
			case flags.Changed("point") && point < 0:
				return fault.Usagef("--point %d must not be below 0", point)
			case flags.Changed("run") && run < 0:
				return fault.Usagef("--run %d must not be below 0", run)
			}
			name, err := sweep.Figures(command.Context(), arguments[0], point, run, runtime.GOMAXPROCS(0))
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(command.OutOrStdout(), name)
			return err
		}),
	}
	command.Flags().IntVar(&point, "point", -1, "`number` of the point, as in points.csv")
	command.Flags().IntVar(&run, "run", -1, "`number` of the run that is shown by itself, as in summary.csv")
	return command
}
