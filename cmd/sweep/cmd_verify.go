package main

import (
	"errors"
	"fmt"
	"io"
	"runtime"

	"github.com/spf13/cobra"

	"optmm/sweep"
	"optmm/sweep/fault"
	"optmm/sweep/text"
	"optmm/sweep/verify"
)

func newVerify() *cobra.Command {
	var (
		v      verify.Settings
		sample string
		runs   string
		asJSON bool
	)
	command := &cobra.Command{
		Use:   "verify DIR",
		Short: "Recompute a study's runs and compare digests",
		Long: `verify reads every file of a complete study, compares it with the digests in the
summary and in sweep.lock, and recomputes runs: all of them, a share drawn by a
seed, or some by number. A mismatch names the run, the column, the minute and both
values, and exits 4.`,
		Example: `  sweep verify results/grid
  sweep verify results/grid --sample 5%
  sweep verify results/grid --runs 17,93
  sweep verify results/grid --files`,
		Args: oneFolder,
		RunE: inPlaces(sweep.ToVerify, func(command *cobra.Command, arguments []string) (err error) {
			v.Folder = arguments[0]
			if chosen := count(sample != "", runs != "", v.Files); chosen > 1 {
				return fault.Usagef("give one of --sample, --runs and --files")
			}
			if sample != "" {
				if v.Sample, err = verify.ParseShare(sample); err != nil {
					return fault.Usagef("--sample: %w", err)
				}
			}
			if runs != "" {
				if v.Runs, err = verify.ParseRuns(runs); err != nil {
					return fault.Usagef("--runs: %w", err)
				}
			}
			verified, err := verify.Study(command.Context(), v)
			if asJSON {
				return errors.Join(writeVerified(command.OutOrStdout(), v.Folder, verified, err), err)
			}
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(command.OutOrStdout(), "%s: read %d files and recomputed %d runs; all match the study\n", v.Folder, verified.Files, verified.Recomputed)
			return err
		}),
	}
	flags := command.Flags()
	flags.StringVar(&sample, "sample", "", "`share` of the runs to recompute, as in 5%")
	flags.Uint64Var(&v.Seed, "seed", 1, "`seed` of the sample's draw")
	flags.StringVar(&runs, "runs", "", "`numbers` of the runs to recompute, as in 17,93")
	flags.BoolVar(&v.Files, "files", false, "only read the files, and recompute nothing")
	addJSON(command, &asJSON)
	flags.IntVarP(&v.Workers, "workers", "w", runtime.GOMAXPROCS(0), "`number` of simulations at once")
	return command
}

// writeVerified writes what was verified as JSON; of an error that is no mismatch nothing.
func writeVerified(to io.Writer, root string, verified *verify.Counts, err error) error {
	var mismatch *fault.MismatchError
	switch {
	case errors.As(err, &mismatch):
		return text.WriteJSON(to, map[string]any{"folder": root, "matches": false, "mismatch": err.Error()})
	case err != nil:
		return nil
	}
	return text.WriteJSON(to, map[string]any{"folder": root, "matches": true, "files": verified.Files, "recomputed_runs": verified.Recomputed})
}

// count returns how many are true.
func count(conditions ...bool) int {
	n := 0
	for _, condition := range conditions {
		if condition {
			n++
		}
	}
	return n
}
