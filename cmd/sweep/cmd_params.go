package main

import (
	"github.com/spf13/cobra"

	"optmm/sweep/spec"
)

func newParams() *cobra.Command {
	return &cobra.Command{
		Use:     "params",
		Short:   "List every parameter, figure and column with unit and meaning",
		Example: `  sweep params`,
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return spec.WriteParameters(command.OutOrStdout())
		},
	}
}
