package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"optmm/sweep"
	"optmm/sweep/fault"
	"optmm/sweep/text"
)

func newReport() *cobra.Command {
	var (
		question sweep.Question
		asJSON   bool
	)
	command := &cobra.Command{
		Use:   "report DIR",
		Short: "Write the page of a complete study again, or judge it by another objective",
		Long: `report writes report.html of a complete study again, from what is on disk: one page
that needs nothing else, with the verdict in words, tables and figures. sweep run
writes it too.

With --objective, --baseline or --where it judges the study again from its tables, and simulates
nothing: the answer, the page, verdict.json and the table of points are in verdicts/NAME, next to
the study's own, which stay as they are. Each such selection counts among those that have seen the
holdout seeds.`,
		Example: `  sweep report results/grid
  sweep report results/grid --objective 'net_pnl - 0.5*max_drawdown'
  sweep report results/grid --objective '{minimize: max_drawdown, subject_to: net_pnl > 0}'
  sweep report results/grid --baseline 'skew=0, k_fill=40' --where 'skew <= 0.02' --name narrow`,
		Args: oneFolder,
		RunE: inPlaces(sweep.ToWrite, func(command *cobra.Command, arguments []string) error {
			for _, name := range []string{"objective", "baseline", "where", "name"} {
				if flag := command.Flags().Lookup(name); flag.Changed && strings.TrimSpace(flag.Value.String()) == "" {
					return fault.Usagef("--%s is empty", name)
				}
			}
			if question.Asks() {
				result, err := sweep.Rejudge(arguments[0], question)
				if err != nil {
					return err
				}
				if asJSON {
					return result.WriteJSON(command.OutOrStdout())
				}
				return result.WriteJudged(command.OutOrStdout())
			}
			if question.Name != "" {
				return fault.Usagef("--name names a judgment: give --objective, --baseline or --where too")
			}
			name, err := sweep.Report(arguments[0])
			if err != nil {
				return err
			}
			if asJSON {
				return text.WriteJSON(command.OutOrStdout(), map[string]any{"page": filepath.ToSlash(name)})
			}
			_, err = fmt.Fprintln(command.OutOrStdout(), name)
			return err
		}),
	}
	flags := command.Flags()
	addJSON(command, &asJSON)
	addQuestion(command, &question.Objective, &question.Baseline)
	flags.StringVar(&question.Where, "where", "", "compare the points that meet a `condition` on columns and figures, as in 'skew < 0.03'")
	flags.StringVar(&question.Name, "name", "", "`name` of the judgment; made of the question if left out")
	return command
}

// addQuestion adds the flags by which a study is judged again.
func addQuestion(command *cobra.Command, objective, baseline *string) {
	command.Flags().StringVar(objective, "objective", "", "judge again by another `objective`, as a study file writes it")
	command.Flags().StringVar(baseline, "baseline", "", "judge again against another `point`, by its number or as in 'skew=0, k_fill=40'")
}
