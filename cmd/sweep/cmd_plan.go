package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"optmm/sweep"
	"optmm/sweep/execute"
	"optmm/sweep/fault"
	"optmm/sweep/plan"
	"optmm/sweep/store"
	"optmm/sweep/text"
)

func newPlan() *cobra.Command {
	var (
		study     studyFlags
		workers   int
		anyMemory bool
		root      string
		asJSON    bool
	)
	command := &cobra.Command{
		Use:   "plan STUDY",
		Short: "Say what a study would run, and run nothing",
		Example: `  sweep plan configs/grid.yaml
  sweep plan configs/grid.yaml --set 'seeds={first: 1, count: 1000}'`,
		Args: oneStudy,
		RunE: func(command *cobra.Command, arguments []string) error {
			s, err := study.load(command.Context(), arguments[0])
			if err != nil {
				return err
			}
			if root == "" {
				root = sweep.DefaultFolder(s.Name)
			}
			err = inPlace(command, root, sweep.ToRead, func(place *sweep.Place) error {
				if err := store.CheckRoot(place.Path); err != nil {
					return fault.Usage(err)
				}
				remarkOn(command, s)
				found, err := sweep.Find(s, place.Path)
				if err != nil {
					return err
				}
				return writePlan(command.OutOrStdout(), s, workers, found, asJSON)
			})
			if err != nil {
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
	addJSON(command, &asJSON)
	return command
}

// writePlan prints a plan and what its folder holds.
func writePlan(to io.Writer, p *plan.Plan, workers int, found *sweep.Found, asJSON bool) error {
	if asJSON {
		outline := p.Outline(workers)
		outline["found"] = found
		return text.WriteJSON(to, outline)
	}
	if err := p.WritePlan(to, workers); err != nil || found == nil {
		return err
	}
	_, err := fmt.Fprintf(to, "\nfolder    %s\n", found)
	return err
}
