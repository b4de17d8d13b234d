package main

import (
	"runtime"

	"github.com/spf13/cobra"
)

func newPlan() *cobra.Command {
	var study studyFlags
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
			return s.WritePlan(command.OutOrStdout(), runtime.GOMAXPROCS(0))
		},
	}
	study.add(command)
	return command
}
