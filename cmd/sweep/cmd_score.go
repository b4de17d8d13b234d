package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"optmm/sweep"
	"optmm/sweep/fault"
)

func newScore() *cobra.Command {
	var file string
	var evidence bool
	command := &cobra.Command{
		Use:   "score MODEL FEATURES",
		Short: "Score the rows of a table of features by a trained model",
		Long: `score prints the raw score that a model gives to each row of a table of features, and what the
model predicts, with every digit. MODEL is a text model of LightGBM, version v3 or v4; the raw
score is LightGBM's own to the last bit, also of missing values and of categories that training has
not seen. FEATURES is CSV or Parquet with a column for each feature, by its name, and any others; a
cell that is empty is missing.

With --evidence it prints instead how the scores are related to the labels of a table that sweep
features wrote: the information coefficient of each, with an error for labels that overlap, and over
sessions; the mean label by fifth of the score; how much the score stays from row to row. It is
evidence only on rows that the model was not trained on.`,
		Example: `  sweep score model.txt features.parquet
  sweep score model.txt features.parquet --evidence
  sweep score model.txt features.csv --out scores.parquet`,
		Args: func(_ *cobra.Command, arguments []string) error {
			if len(arguments) != 2 {
				return errors.New("name a model and a table of features")
			}
			return nil
		},
		RunE: func(command *cobra.Command, arguments []string) error {
			if evidence {
				if file != "" {
					return fault.Usagef("--evidence prints no scores: leave --out out")
				}
				return sweep.JudgeScores(command.OutOrStdout(), arguments[0], arguments[1])
			}
			rows, err := sweep.Score(command.OutOrStdout(), arguments[0], arguments[1], file)
			if err == nil && file != "" {
				_, err = fmt.Fprintf(command.OutOrStdout(), "%d rows scored into %s\n", rows, file)
			}
			return err
		},
	}
	command.Flags().StringVar(&file, "out", "", "write them to this `file`, .csv or .parquet")
	command.Flags().BoolVar(&evidence, "evidence", false, "print how the scores are related to the labels of the table")
	return command
}
