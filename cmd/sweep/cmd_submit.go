package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"optmm/sweep"
	"optmm/sweep/fault"
)

func newSubmit() *cobra.Command {
	var (
		study  studyFlags
		s      = sweep.Submission{On: sweep.OnSlurm, MinutesPerShard: 10}
		resume string
		extra  string
	)
	command := &cobra.Command{
		Use:   "submit STUDY",
		Short: "Submit the shards of a study to Slurm or Kubernetes",
		Long: `submit freezes a study in the folder of its results and submits its shards to a cluster: on Slurm as
job arrays, followed by a merge. It returns at once; sweep status shows the progress. Each shard
derives its part from the frozen study and writes to that folder, which all nodes share or which is
in a bucket, as s3://bucket/study.

--resume DIR submits the unfinished shards again. --dry-run prints what would be submitted.
--on kubernetes prints an Indexed Job and a Job that merges (Kubernetes 1.33 or later); --apply has
kubectl apply them. The folder is on the volume of a --claim, or in a bucket whose keys are in a
--secret. --on local runs the same shards as processes of this machine, and waits for them.`,
		Example: `  sweep submit configs/grid.yaml --on slurm --shards 8 --partition main --time 2:00:00 --out /shared/grid
  sweep submit configs/grid.yaml --dry-run
  sweep submit configs/grid.yaml --on kubernetes --image registry/sweep:1 --claim results --out /results/grid --apply
  sweep submit --resume /shared/grid`,
		Args: func(_ *cobra.Command, arguments []string) error {
			if resume == "" {
				return oneStudy(nil, arguments)
			}
			if len(arguments) > 0 {
				return errors.New("--resume takes the study from its folder")
			}
			return nil
		},
		RunE: func(command *cobra.Command, arguments []string) error {
			if !slices.Contains(sweep.Places(), s.On) {
				return fault.Usage(&fault.Option{Name: "on", Value: s.On, Err: fmt.Errorf("want one of %s%s", strings.Join(sweep.Places(), ", "), fault.DidYouMean(s.On, sweep.Places()))})
			}
			var err error
			if s.Slurm.Program, err = os.Executable(); err != nil {
				return err
			}
			if strings.ContainsAny(extra, `'"`) {
				return fault.Usage(&fault.Option{Name: "sbatch", Value: extra, Err: errors.New("write it without quotes: arguments are split at spaces")})
			}
			s.Slurm.Extra = strings.Fields(extra)
			if resume != "" {
				for _, name := range []string{"set", "csv", "name", "out", "shards", "minutes-per-shard"} {
					if command.Flags().Changed(name) {
						return fault.Usagef("--%s needs a study: --resume takes the study and the shards that are frozen in %s", name, resume)
					}
				}
				if !command.Flags().Changed("on") {
					s.On = ""
				}
				return inPlace(command, resume, sweep.ToRun, func(place *sweep.Place) error {
					s.Folder, s.Place = place.Path, place
					return sweep.Resubmit(command.Context(), command.OutOrStdout(), s)
				})
			}
			p, err := study.load(command.Context(), arguments[0])
			if err != nil {
				return err
			}
			if s.Folder == "" {
				s.Folder = sweep.DefaultFolder(p.Name)
			}
			return inPlace(command, s.Folder, sweep.ToRun, func(place *sweep.Place) error {
				s.Folder, s.Place = place.Path, place
				return sweep.Submit(command.Context(), command.OutOrStdout(), p, s)
			})
		},
	}
	study.add(command)
	addOut(command, &s.Folder)
	flags := command.Flags()
	flags.StringVar(&s.On, "on", s.On, "`where`: slurm, kubernetes or local")
	flags.IntVar(&s.Shards, "shards", 0, "`number` of shards (default from --minutes-per-shard)")
	flags.Float64Var(&s.MinutesPerShard, "minutes-per-shard", s.MinutesPerShard, "approximate `minutes` of a shard")
	flags.IntVarP(&s.Slurm.Workers, "workers", "w", 1, "simulations at once in a shard, which requests as many CPUs")
	flags.IntVar(&s.Slurm.MaxParallel, "max-parallel", 0, "`shards` at once")
	flags.StringVar(&s.Slurm.Partition, "partition", "", "Slurm's `partition`")
	flags.StringVar(&s.Slurm.Time, "time", "", "Slurm's time `limit` of a shard, as in 2:00:00")
	flags.StringVar(&extra, "sbatch", "", "further `arguments` of sbatch, for example '--mem=4G --account=desk'")
	k := &s.Kubernetes
	flags.StringVar(&k.Image, "image", "", "container `image` with /sweep")
	flags.StringVar(&k.Claim, "claim", "", "`name` of the persistent volume claim of the results")
	flags.StringVar(&k.Secret, "secret", "", "`name` of a secret whose values are the containers' environment, such as the keys of a bucket")
	flags.StringVar(&k.Mount, "mount", "", "`where` containers mount the volume (the folder above --pod-folder)")
	flags.StringVar(&k.Folder, "pod-folder", "", "the `folder` of the results as containers see it (as --out)")
	flags.StringVar(&k.Namespace, "namespace", "", "Kubernetes' `namespace`")
	flags.StringVar(&k.Memory, "memory", "2Gi", "memory of a container, as in 2Gi")
	flags.IntVar(&k.Retries, "retries", 3, "retries of a failed index")
	flags.BoolVar(&s.Apply, "apply", false, "have kubectl apply the Jobs instead of printing them")
	flags.StringVar(&resume, "resume", "", "submit the unfinished shards of this `folder`")
	flags.BoolVar(&s.DryRun, "dry-run", false, "print what would be submitted, and submit nothing")
	flags.BoolVar(&s.IgnoreDisk, "ignore-disk", false, "start although the results may not fit on the disk")
	return command
}
