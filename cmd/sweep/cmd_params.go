package main

import (
	"github.com/spf13/cobra"

	"optmm/sweep/spec"
)

func newParams() *cobra.Command {
	var asJSON bool
	command := &cobra.Command{
		Use:     "params",
		Short:   "List every parameter, figure and column with unit and meaning",
		Example: `  sweep params`,
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			if asJSON {
				return spec.WriteParametersJSON(command.OutOrStdout())
			}
			return spec.WriteParameters(command.OutOrStdout())
		},
	}
	addJSON(command, &asJSON)
	return command
}
