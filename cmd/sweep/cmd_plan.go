package main

import (
	"github.com/spf13/cobra"

	"optmm/sweep"
	"optmm/sweep/execute"
	"optmm/sweep/fault"
	"optmm/sweep/store"
)

func newPlan() *cobra.Command {
	var (
		study     studyFlags
		workers   int
		anyMemory bool
		root      string
	)
	command := &cobra.Command{
		Use:   "plan STUDY",
		Short: "Say what a study would run, and run nothing",
		Example: `  sweep plan configs/grid.yaml
  sweep plan configs/grid.yaml --set 'seeds={first: 1, count: 1000}'`,
		Args: oneStudy,
		RunE: func(command *cobra.Command, arguments []string) error {
			s, err := study.load(arguments[0])
			if err != nil {
				return err
			}
			if root == "" {
				root = sweep.DefaultFolder(s.Name)
			}
			if err := store.CheckRoot(root); err != nil {
				return fault.Usage(err)
			}
			remarkOn(command, s)
			if err := s.WritePlan(command.OutOrStdout(), workers); err != nil {
				return err
			}
			if err := sweep.WriteFound(command.OutOrStdout(), s, root); err != nil {
				return err
			}
			if err := execute.CheckMemory(s, workers); err != nil && !anyMemory {
				return fault.Usage(err)
			}
			return nil
		},
	}
	study.add(command)
	addWorkers(command, &workers, &anyMemory)
	addOut(command, &root)
	return command
}
