package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"optmm/engine"
	"optmm/sweep"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the versions that results depend on",
		Example: `  sweep version`,
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			_, err := fmt.Fprintf(command.OutOrStdout(), "engine %s, file format %d, %s %s/%s\n",
				engine.Version, sweep.FormatVersion, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}
