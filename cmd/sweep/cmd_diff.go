package main

import (
	"errors"

	"github.com/spf13/cobra"

	"optmm/sweep"
	"optmm/sweep/verify"
)

func newDiff() *cobra.Command {
	var asJSON bool
	command := &cobra.Command{
		Use:   "diff DIR OTHER...",
		Short: "Say on what studies differ",
		Long: `diff compares a complete study with others: what they are, and the figures of the runs or
points that they share. It exits 0 where everything is the same and 4 where not.`,
		Example: `  sweep diff results/grid results/wider
  sweep diff results/grid results/wider results/narrow --json`,
		Args: func(_ *cobra.Command, arguments []string) error {
			if len(arguments) < 2 {
				return errors.New("name two folders of results, or more")
			}
			return nil
		},
		RunE: inPlaces(sweep.ToRead, func(command *cobra.Command, arguments []string) error {
			same, err := verify.Diff(command.OutOrStdout(), arguments[0], arguments[1:], asJSON)
			if err == nil && !same {
				err = verify.ErrDifferent
			}
			return err
		}),
	}
	addJSON(command, &asJSON)
	return command
}

// addJSON adds the flag of commands that print what they find for machines too.
func addJSON(command *cobra.Command, asJSON *bool) {
	command.Flags().BoolVar(asJSON, "json", false, "print as JSON, undefined values being null")
}
