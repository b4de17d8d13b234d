package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"optmm/engine"
	"optmm/sweep/folder"
)

// versions names the build and what its results depend on.
func versions() string {
	return fmt.Sprintf("optmm %s, engine %s, file format %d, %s/%s", folder.ReadBuild(), engine.Version, folder.FormatVersion, runtime.GOOS, runtime.GOARCH)
}

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print which build this is, and the versions that results depend on",
		Example: `  sweep version`,
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(command.OutOrStdout(), versions())
			return err
		},
	}
}
