package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"optmm/sweep"
)

func newReport() *cobra.Command {
	return &cobra.Command{
		Use:   "report DIR",
		Short: "Write the page of a complete study again",
		Long: `report writes report.html of a complete study again, from what is on disk: one page
that needs nothing else, with the verdict in words, tables and figures. sweep run
writes it too.`,
		Example: `  sweep report results/grid`,
		Args:    oneFolder,
		RunE: func(command *cobra.Command, arguments []string) error {
			name, err := sweep.Report(arguments[0])
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(command.OutOrStdout(), name)
			return err
		},
	}
}
