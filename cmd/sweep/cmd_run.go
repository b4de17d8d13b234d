package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"optmm/sweep"
)

// studyFlags are the flags of every command that reads a study.
type studyFlags struct {
	set  []string
	name string
}

func (f *studyFlags) add(command *cobra.Command) {
	flags := command.Flags()
	flags.StringArrayVar(&f.set, "set", nil, "lay `path=value` over the file, as in engine.k_fill=30 or grid.skew=[0, 0.1]; repeatable")
	flags.StringVar(&f.name, "name", "", "another `name` for the study and its folder below results/")
}

func (f *studyFlags) load(file string) (*sweep.Study, error) {
	overrides := f.set
	if f.name != "" {
		overrides = append(overrides, fmt.Sprintf("name=%q", f.name))
	}
	study, err := sweep.LoadStudy(file, overrides)
	if err != nil {
		return nil, &sweep.UsageError{Err: err}
	}
	return study, nil
}

func newRun() *cobra.Command {
	var (
		study   studyFlags
		workers int
		out     string
		quiet   bool
	)
	command := &cobra.Command{
		Use:   "run STUDY",
		Short: "Run a study and write its results",
		Long: `run expands the grid of a study file, simulates every run on a pool of workers
and writes the results below results/: the time series of each run, the summary,
the points, the figures of the best point and of the baseline.

Interrupted, it keeps what is done; the same command goes on from there.
Results do not depend on --workers.`,
		Example: `  sweep run configs/grid.yaml
  sweep run configs/grid.yaml --workers 1 --out /tmp/grid
  sweep run configs/grid.yaml --name wider --set 'grid.skew=[0, 0.05, 0.1]' --set engine.hedge_model=off`,
		Args: oneStudy,
		RunE: func(command *cobra.Command, arguments []string) error {
			s, err := study.load(arguments[0])
			if err != nil {
				return err
			}
			if workers < 1 {
				return &sweep.UsageError{Err: fmt.Errorf("--workers %d must be at least 1", workers)}
			}
			if out == "" {
				out = sweep.DefaultFolder(s.Name)
			}
			result, err := sweep.Run(command.Context(), s, sweep.Options{
				Workers: workers, Folder: out, Observer: newProgress(command.ErrOrStderr(), quiet),
			})
			if errors.Is(err, context.Canceled) {
				return fmt.Errorf("interrupted; what is done is kept in %s, and the same command goes on from there (%w)", out, err)
			}
			if result == nil {
				return err
			}
			return errors.Join(result.Write(command.OutOrStdout()), err)
		},
	}
	study.add(command)
	flags := command.Flags()
	flags.IntVarP(&workers, "workers", "w", runtime.GOMAXPROCS(0), "`number` of simulations at once")
	flags.StringVarP(&out, "out", "o", "", "`folder` for the results (results/NAME)")
	flags.BoolVarP(&quiet, "quiet", "q", false, "show no progress")
	return command
}
