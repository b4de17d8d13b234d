package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"optmm/sweep"
	"optmm/sweep/fault"
	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/text"
)

// studyFlags are the flags of every command that reads a study.
type studyFlags struct {
	set  []string
	name string
	csv  []string
}

func (f *studyFlags) add(command *cobra.Command) {
	flags := command.Flags()
	flags.StringArrayVar(&f.set, "set", nil, "override the file by `path=value`, as in engine.k_fill=30 or grid.skew=[0, 0.1]; repeatable")
	flags.StringArrayVar(&f.csv, "csv", nil, "run on the recorded quotes of this `file` in place of the study's market; repeatable")
	flags.StringVar(&f.name, "name", "", "another `name` for the study and its folder below results/")
}

func (f *studyFlags) load(ctx context.Context, file string) (*plan.Plan, error) {
	return f.loadBy(ctx, folder.Load, file)
}

// loadUntrained is load of a study whose models may not be trained yet.
func (f *studyFlags) loadUntrained(ctx context.Context, file string) (*plan.Plan, error) {
	return f.loadBy(ctx, folder.LoadUntrained, file)
}

func (f *studyFlags) loadBy(ctx context.Context, load func(string, []string) (*plan.Plan, error), file string) (*plan.Plan, error) {
	overrides := f.set
	if len(f.csv) > 0 {
		files, err := json.Marshal(f.csv)
		if err != nil {
			return nil, err
		}
		overrides = append(overrides, "market.recorded.files="+string(files))
	}
	if f.name != "" {
		overrides = append(overrides, fmt.Sprintf("name=%q", f.name))
	}
	study, err := sweep.LoadAt(ctx, load, file, overrides)
	if err != nil {
		return nil, fault.Usage(err)
	}
	return study, nil
}

func newRun(stop *stopping) *cobra.Command {
	var (
		study   studyFlags
		options sweep.Options
		shard   string
		quiet   bool
		yes     bool
		notice  string
		asJSON  bool
		limit   time.Duration
	)
	command := &cobra.Command{
		Use:   "run STUDY",
		Short: "Run a study and write its results",
		Long: `run expands the grid of a study file, simulates every run on a pool of workers
and writes the results below results/: the time series of each run, the summary,
the points, the figures of the best point and of the baseline.

Interrupted or killed, it keeps what is committed; the same command goes on from
there, and the results are the same. They do not depend on --workers or --shard.
A study that has grown in its folder (more seeds, more values, more axes) runs what
is missing and takes over the rest.

STUDY may be the sweep.lock of a complete study, which is repeated as it is.`,
		Example: `  sweep run configs/grid.yaml
  sweep run configs/grid.yaml --workers 1 --out /tmp/grid
  sweep run configs/grid.yaml --overwrite --yes
  sweep run configs/realistic.yaml --csv quotes.csv --name on-quotes
  sweep run configs/grid.yaml --shard 1/4 --out /shared/grid
  sweep run configs/grid.yaml --max-time 8h --notify 'mail -s "$SWEEP_NAME: $SWEEP_ANSWER" me < /dev/null'
  sweep run results/grid/sweep.lock --out /tmp/again
  sweep run configs/grid.yaml --name wider --set 'grid.skew=[0, 0.05, 0.1]' --set engine.hedge_model=off`,
		Args: oneStudy,
		RunE: func(command *cobra.Command, arguments []string) error {
			if limit < 0 {
				return fault.Usagef("--max-time %s must not be below 0", limit)
			}
			s, err := study.load(command.Context(), arguments[0])
			if err != nil {
				return err
			}
			if options.Shard, err = plan.ParseShard(shard); err != nil {
				return fault.Usagef("--shard: %w", err)
			}
			if options.Folder == "" {
				options.Folder = sweep.DefaultFolder(s.Name)
			}
			remarkOn(command, s)
			options.Command = text.Shell(append([]string{"sweep"}, os.Args[1:]...))
			options.Observer = stop.observe(newProgress(command.ErrOrStderr(), quiet))
			ctx, cancel := limited(command.Context(), limit)
			defer cancel()
			at := options.Folder
			return inPlace(command, at, sweep.ToRun, func(place *sweep.Place) error {
				options.Folder, options.Place = place.Path, place
				if options.Overwrite && !yes {
					if err := confirmRemoval(command, place.Path); err != nil {
						return err
					}
				}
				result, err := sweep.Run(ctx, s, options)
				if errors.Is(err, context.Canceled) {
					why := "interrupted"
					if command.Context().Err() == nil {
						why = fmt.Sprintf("the time of --max-time %s is over", limit)
					}
					err = &resumable{fmt.Sprintf("%s; what is committed is kept in %s, and the same command goes on from there", why, at)}
				}
				if notice != "" {
					e := ending{name: s.Name, folder: at, code: codeOf(err)}
					if result != nil {
						e.answer = result.Answer
					}
					defer notify(notice, e, command.ErrOrStderr())
				}
				if errors.Is(err, folder.ErrOthersMissing) { // this shard is done, and all is well
					_, err = fmt.Fprintf(command.OutOrStdout(), "%v\n", err)
					return err
				}
				if result == nil {
					return err
				}
				if asJSON {
					return errors.Join(result.WriteJSON(command.OutOrStdout()), err)
				}
				return errors.Join(result.Write(command.OutOrStdout()), err)
			})
		},
	}
	study.add(command)
	flags := command.Flags()
	addWorkers(command, &options.Workers, &options.AnyMemory)
	addOut(command, &options.Folder)
	flags.StringVar(&shard, "shard", "", "do `i/n` of the chunks, as in 1/4; the last shard writes the results")
	flags.BoolVar(&options.Overwrite, "overwrite", false, "remove what the folder holds of a study first")
	flags.BoolVarP(&yes, "yes", "y", false, "do not ask before removing")
	flags.BoolVar(&options.RetryFailed, "retry-failed", false, "do the runs that failed again, and no others")
	flags.BoolVar(&options.IgnoreDisk, "ignore-disk", false, "start although the results may not fit on the disk")
	flags.BoolVarP(&quiet, "quiet", "q", false, "show no progress")
	addJSON(command, &asJSON)
	flags.DurationVar(&limit, "max-time", 0, "stop after this `time`, as in 8h or 90m, once the current chunks are done; the same command goes on from there")
	flags.StringVar(&notice, "notify", "", "a shell `command` to run at the end, with SWEEP_NAME, SWEEP_FOLDER, SWEEP_EXIT (the exit code) and SWEEP_ANSWER in its environment")
	return command
}

// limited returns a context that is canceled after a time; 0 is never.
func limited(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	if limit > 0 {
		time.AfterFunc(limit, cancel)
	}
	return ctx, cancel
}

// resumable says that something was stopped and how it goes on.
type resumable struct{ text string }

func (e *resumable) Error() string { return e.text }

// Is has it count as canceled, for its exit code.
func (e *resumable) Is(target error) bool { return target == context.Canceled }

// addWorkers adds the flags of what works at once, and checks them.
func addWorkers(command *cobra.Command, workers *int, anyMemory *bool) {
	flags := command.Flags()
	flags.IntVarP(workers, "workers", "w", runtime.GOMAXPROCS(0), "`number` of simulations at once; no more than there are chunks")
	flags.BoolVar(anyMemory, "ignore-memory", false, "go on although more memory may be needed than there is")
	command.PreRunE = func(*cobra.Command, []string) error {
		if *workers < 1 {
			return fault.Usagef("--workers %d must be at least 1", *workers)
		}
		return nil
	}
}

// addOut adds the flag of the folder.
func addOut(command *cobra.Command, root *string) {
	command.Flags().StringVarP(root, "out", "o", "", "`folder` for the results, also in a bucket as s3://bucket/study (results/NAME)")
}

// confirmRemoval asks on a terminal before a study is removed, and elsewhere
// wants --yes.
func confirmRemoval(command *cobra.Command, root string) error {
	there := folder.Describe(root)
	if there == "" {
		return nil
	}
	input, ok := command.InOrStdin().(*os.File)
	if !ok || !term.IsTerminal(int(input.Fd())) {
		return fault.Usagef("--overwrite would remove %s in %s; confirm with --yes", there, root)
	}
	fmt.Fprintf(command.ErrOrStderr(), "remove %s in %s? [y/N] ", there, root)
	answer, _ := bufio.NewReader(input).ReadString('\n')
	if answer = strings.ToLower(strings.TrimSpace(answer)); answer != "y" && answer != "yes" {
		return errors.New("nothing was removed")
	}
	return nil
}
