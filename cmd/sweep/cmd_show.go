package main

import (
	"errors"

	"github.com/spf13/cobra"

	"optmm/sweep"
	"optmm/sweep/fault"
)

func newShow() *cobra.Command {
	var show sweep.Showing
	command := &cobra.Command{
		Use:   "show DIR",
		Short: "Print the points of a study, best first",
		Long: `show prints the points of a complete study: the swept parameters, the objective's mean
and standard error over the seeds, or days, and its paired difference from the baseline with the
95% interval. It sorts by any column of points.csv, or by any figure, whose mean is
meant, and takes the points that meet a condition on them. --figures prints all figures of two
points, the best and the baseline.

--objective and --baseline judge the study again first, as sweep report does, over the points that
--where leaves.`,
		Example: `  sweep show results/grid
  sweep show results/grid --figures
  sweep show results/grid --sort total_fills --where 'skew < 0.03 && diff_low95 > 0' --top 5
  sweep show results/grid --objective 'net_pnl - max_drawdown' --baseline 'skew=0, k_fill=40'`,
		Args: func(_ *cobra.Command, arguments []string) error {
			if len(arguments) != 1 {
				return errors.New("name one folder of results")
			}
			return nil
		},
		RunE: inPlaces(sweep.ToRead, func(command *cobra.Command, arguments []string) error {
			if show.Top < 0 {
				return fault.Usagef("--top %d must not be below 0", show.Top)
			}
			for _, other := range []string{"top", "sort", "where", "json", "objective", "baseline"} {
				if show.Figures && command.Flags().Changed(other) {
					return fault.Usagef("--figures prints two points, to which --%s does not apply: leave one of them out", other)
				}
			}
			show.Folder = arguments[0]
			return sweep.Show(command.OutOrStdout(), show)
		}),
	}
	flags := command.Flags()
	flags.IntVar(&show.Top, "top", 20, "`points` to print; 0 prints all")
	flags.StringVar(&show.Sort, "sort", "", "`column` or figure to sort by, highest first; with a minus before it lowest first; the objective if left out")
	flags.StringVar(&show.Where, "where", "", "`condition` on columns and figures, as in 'net_pnl > 0 && skew < 0.03'")
	addQuestion(command, &show.Objective, &show.Baseline)
	addJSON(command, &show.JSON)
	flags.BoolVar(&show.Figures, "figures", false, "print every figure of the best point and the baseline instead")
	return command
}
