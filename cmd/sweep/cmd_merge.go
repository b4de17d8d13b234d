package main

import (
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"optmm/sweep"
)

func newMerge(stop *stopping) *cobra.Command {
	var wait time.Duration
	command := &cobra.Command{
		Use:   "merge DIR",
		Short: "Write the results of a study whose shards are done",
		Long: `merge writes the final tables, figures and lock of a study that was run in shards,
the same as one program would have written. The last shard does so itself; merge is
for when it could not. Shards that are missing are named; --wait waits for them.`,
		Example: `  sweep merge results/grid`,
		Args:    oneFolder,
		RunE: func(command *cobra.Command, arguments []string) error {
			return inPlace(command, arguments[0], sweep.ToRun, func(place *sweep.Place) error {
				if wait > 0 {
					if err := sweep.WaitForShards(command.Context(), place, wait); err != nil {
						return err
					}
				}
				result, err := sweep.Merge(command.Context(), sweep.Options{Folder: place.Path, Place: place, Workers: runtime.GOMAXPROCS(0), Observer: stop.observe(newProgress(command.ErrOrStderr(), true))})
				if result == nil {
					return err
				}
				return errors.Join(result.Write(command.OutOrStdout()), err)
			})
		},
	}
	command.Flags().DurationVar(&wait, "wait", 0, "wait until every shard that sweep submit sent is done, as long as one commits something within this `time`, as 1h")
	return command
}

// oneFolder requires one argument, the folder of a study.
func oneFolder(_ *cobra.Command, arguments []string) error {
	if len(arguments) != 1 {
		return fmt.Errorf("name one folder of results, as in results/grid")
	}
	return nil
}
