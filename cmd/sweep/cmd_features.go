package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"optmm/sweep"
	"optmm/sweep/text"
)

func newFeatures() *cobra.Command {
	var study studyFlags
	file := "features.parquet"
	command := &cobra.Command{
		Use:   "features STUDY",
		Short: "Write the features and labels that a signal is learned from",
		Long: `features writes, as Parquet, a row for each minute and option of the markets that the study's
signal is learned from: the seeds of signal.seeds, of which the study runs on none, or the recorded
days that the picking may see. A feature follows from its minute and those before it, of the same session; a label is what
the option, hedged by its delta, earns in the next minutes, and is undefined where the session ends
before. sweep params lists the features. The metadata has their names, windows and versions, and
the hash of these.`,
		Example: `  sweep features configs/grid.yaml --set 'signal.seeds={first: 1001, count: 20}'
  sweep features study.yaml --out features.parquet`,
		Args: oneStudy,
		RunE: func(command *cobra.Command, arguments []string) error {
			p, err := study.loadUntrained(command.Context(), arguments[0])
			if err != nil {
				return err
			}
			made, err := sweep.Features(command.Context(), p.Study, file)
			if err != nil {
				return err
			}
			broken := ""
			if made.Broken > 0 {
				broken = fmt.Sprintf("; %s could not be read", text.Count(made.Broken, "day"))
			}
			_, err = fmt.Fprintf(command.OutOrStdout(), "%s: %s of %s, %s, %s%s\nfeatures %s\n", file, text.Count(made.Rows, "row"), text.Plural(made.Histories, "market", "markets"), text.Count(made.Features, "feature"), text.Count(made.Labels, "label"), broken, made.Hash)
			return err
		},
	}
	study.add(command)
	command.Flags().StringVar(&file, "out", file, "write to this `file`, .parquet")
	return command
}
