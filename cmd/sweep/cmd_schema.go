package main

import (
	"github.com/spf13/cobra"

	"optmm/sweep/spec"
)

func newSchema() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of study files",
		Long: `schema prints the JSON Schema of study files, which editors use to complete and
check them. configs/study.schema.json is this output.`,
		Example: `  sweep schema > configs/study.schema.json`,
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return spec.WriteSchema(command.OutOrStdout())
		},
	}
}
