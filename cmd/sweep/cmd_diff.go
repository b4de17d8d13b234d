package main

import (
	"errors"

	"github.com/spf13/cobra"

	"optmm/sweep/verify"
)

func newDiff() *cobra.Command {
	return &cobra.Command{
		Use:   "diff DIR DIR",
		Short: "Say on what two studies differ",
		Long: `diff compares two complete studies: what they are, and the figures of the runs or
points that they share. It exits 0 where everything is the same and 4 where not.`,
		Example: `  sweep diff results/grid results/wider`,
		Args: func(_ *cobra.Command, arguments []string) error {
			if len(arguments) != 2 {
				return errors.New("name two folders of results")
			}
			return nil
		},
		RunE: func(command *cobra.Command, arguments []string) error {
			same, err := verify.Diff(command.OutOrStdout(), arguments[0], arguments[1])
			if err == nil && !same {
				err = verify.ErrDifferent
			}
			return err
		},
	}
}
