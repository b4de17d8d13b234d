package main

import (
	"github.com/spf13/cobra"

	"optmm/sweep"
)

func newStatus() *cobra.Command {
	watch := false
	command := &cobra.Command{
		Use:   "status DIR",
		Short: "Show the progress of a submitted study",
		Long: `status counts what shards have committed in a folder: shards and runs that are done, failed runs, the
rate of the last minute and the time left; then it asks Slurm's queue once, if it can.`,
		Example: `  sweep status results/grid
  sweep status results/grid --watch`,
		Args: oneFolder,
		RunE: func(command *cobra.Command, arguments []string) error {
			return inPlace(command, arguments[0], sweep.ToRead, func(place *sweep.Place) error {
				if watch {
					return sweep.WatchStatus(command.Context(), command.OutOrStdout(), place)
				}
				_, err := sweep.Status(command.Context(), command.OutOrStdout(), place.Path)
				return err
			})
		},
	}
	command.Flags().BoolVar(&watch, "watch", false, "repeat every five seconds until the study is complete")
	return command
}
