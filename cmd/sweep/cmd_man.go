package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"optmm/sweep/store"
)

func newMan() *cobra.Command {
	return &cobra.Command{
		Use:     "man FOLDER",
		Short:   "Write the manual pages",
		Long:    `man writes a manual page for each command into a folder, as man reads them.`,
		Example: `  sweep man ~/.local/share/man/man1`,
		Args:    oneFolder,
		RunE: func(command *cobra.Command, arguments []string) error {
			if err := store.MakeRoot(arguments[0]); err != nil {
				return err
			}
			root := command.Root()
			root.DisableAutoGenTag = true
			if err := doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "optmm"}, arguments[0]); err != nil {
				return fmt.Errorf("write manual pages: %w", err)
			}
			_, err := fmt.Fprintf(command.OutOrStdout(), "manual pages in %s\n", arguments[0])
			return err
		},
	}
}
