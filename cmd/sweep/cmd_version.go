package main

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"optmm/engine"
	"optmm/sweep/execute"
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
			kernel, err := execute.Kernel()
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(command.OutOrStdout(), "%s\nkernel %s; this machine has %s\n", versions(), kernel, strings.Join(execute.Kernels(), ", "))
			return err
		},
	}
}
