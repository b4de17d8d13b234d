package main

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"optmm/sweep"
)

func newList() *cobra.Command {
	var asJSON bool
	command := &cobra.Command{
		Use:   "list [FOLDER]",
		Short: "List the studies in a folder and what they came to",
		Long: `list looks for studies in a folder, results by default, and below it. Of a complete
one it prints the best point, its difference from the baseline on what it was picked by, and the
answer; of another whether it is running, with the time that is left, or was interrupted, and how
much is committed.`,
		Example: `  sweep list
  sweep list /shared/studies --json`,
		Args: func(_ *cobra.Command, arguments []string) error {
			if len(arguments) > 1 {
				return errors.New("name one folder")
			}
			return nil
		},
		RunE: func(command *cobra.Command, arguments []string) error {
			root := sweep.DefaultFolder("")
			if len(arguments) > 0 {
				root = arguments[0]
			}
			return inPlace(command, root, sweep.ToRead, func(place *sweep.Place) error {
				return sweep.List(command.OutOrStdout(), place, asJSON, time.Now())
			})
		},
	}
	addJSON(command, &asJSON)
	return command
}
