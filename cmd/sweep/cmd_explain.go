package main

import (
	"github.com/spf13/cobra"

	"optmm/sweep"
)

func newExplain() *cobra.Command {
	var asJSON bool
	command := &cobra.Command{
		Use:   "explain [NAME...]",
		Short: "Say what a parameter, a figure, a column or a term means",
		Long: `explain prints the unit, the domain and the meaning of what has a name: a parameter, a figure
of a run, a column, or a term as results use it. Without a name it prints every term.`,
		Example: `  sweep explain avg_inventory
  sweep explain 'holdout seed' Romano–Wolf skew
  sweep explain`,
		Args: cobra.ArbitraryArgs,
		ValidArgsFunction: func(_ *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
			var names []string
			for _, e := range sweep.Explanations() {
				names = append(names, e.Name)
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(command *cobra.Command, arguments []string) error {
			return sweep.WriteExplanations(command.OutOrStdout(), arguments, asJSON)
		},
	}
	addJSON(command, &asJSON)
	return command
}
