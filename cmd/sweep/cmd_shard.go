package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"

	"github.com/spf13/cobra"

	"optmm/sweep"
	"optmm/sweep/cluster"
	"optmm/sweep/fault"
	"optmm/sweep/plan"
)

// stoppedError reports that a shard was stopped. It continues when it is started again.
type stoppedError struct{ text string }

func (e *stoppedError) Error() string { return e.text }

func newShard(stop *stopping) *cobra.Command {
	var (
		options        sweep.Options
		shards, offset int
		index          = -1
		requeues       = 20
	)
	command := &cobra.Command{
		Use:   "shard DIR",
		Short: "Do one shard of the study that sweep submit froze in a folder",
		Long: `shard does the runs of one of --of shards that are not committed yet. Its index, from 0, is --index or
a variable of the scheduler: SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX (Kubernetes),
AWS_BATCH_JOB_ARRAY_INDEX, BATCH_TASK_INDEX (Google), SGE_TASK_ID or LSB_JOBINDEX (both from 1). The
same shard may run twice at once.

On SIGTERM, and on SIGUSR1, which Slurm sends before the time limit, it finishes the current chunks and
exits with 75; after SIGUSR1 it first has Slurm requeue it. Exit codes: 0 all its runs are recorded,
failed runs included; 2 the study, its data or the program differs; 75 stopped.`,
		Example: `  sweep shard results/grid --of 8 --index 3
  sweep shard results/grid --of 8              # in a job array`,
		Args: oneFolder,
		RunE: func(command *cobra.Command, arguments []string) error {
			from := "--index"
			if index < 0 {
				var err error
				if index, from, err = cluster.IndexOf(os.Getenv); err != nil {
					return fault.Usagef("shard: %w", err)
				}
			}
			if shards < 1 || offset < 0 || index+offset >= shards {
				return fault.Usagef("shard: %s is %d, which with --offset %d is not below --of %d: shards are numbered from 0", from, index, offset, shards)
			}
			options.Shard = plan.Shard{Index: index + offset, Count: shards}
			fmt.Fprintf(command.OutOrStdout(), "shard %d of %d, by %s\n", index+offset, shards, from)
			stop.waitForChunks()
			options.Observer = stop.observe(newProgress(command.ErrOrStderr(), true))
			left := ""
			err := inPlace(command, arguments[0], sweep.ToShard, func(place *sweep.Place) (err error) {
				options.Folder, options.Place = place.Path, place
				left, err = sweep.Shard(command.Context(), options)
				return err
			})
			if errors.Is(err, context.Canceled) {
				return stoppedShard(stop, requeues)
			}
			if err == nil {
				_, err = fmt.Fprintln(command.OutOrStdout(), left)
			}
			return err
		},
	}
	addWorkers(command, &options.Workers, &options.AnyMemory)
	flags := command.Flags()
	flags.IntVar(&shards, "of", 0, "`number` of shards")
	flags.IntVar(&index, "index", index, "index from 0 (default from the scheduler's variable)")
	flags.IntVar(&offset, "offset", 0, "number that is added to the index")
	flags.IntVar(&requeues, "max-requeues", requeues, "how often Slurm may requeue it")
	flags.BoolVar(&options.IgnoreDisk, "ignore-disk", false, "start although the results may not fit on the disk")
	return command
}

// stoppedShard requeues a shard that its scheduler stopped, and reports it.
func stoppedShard(stop *stopping, requeues int) error {
	text := "stopped; what is committed is kept"
	if syscall.Signal(stop.received.Load()) == warningSignal {
		switch again, err := cluster.Requeue(context.Background(), os.Getenv, requeues); {
		case again:
			text += ", and it is requeued"
		case err != nil:
			text += fmt.Sprintf(", and it is not requeued: %v", err)
		}
	}
	return &stoppedError{text}
}
