package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"optmm/sweep"
	"optmm/sweep/learn"
)

func newTrain() *cobra.Command {
	var study studyFlags
	settings := learn.Settings{Label: 5, Folds: 5}
	file := "model.json"
	command := &cobra.Command{
		Use:   "train STUDY",
		Short: "Train a linear signal on other markets than the study runs on",
		Long: `train fits a linear model to the features of the study's signal (sweep features), by ridge
regression or, with --l1, by the elastic net, and writes it with a record of its training data. It
first tests the method in a walk-forward: the sessions are divided into --folds parts, and each but
the first is scored by a model of the sessions before it (--window: the latest of these), whose
penalty is chosen on their last fifth. Features and labels end with their session, so that training
and test share no minute. With too few sessions the folds are parts of the time, and rows whose
labels overlap a test are purged.

--retrain N adds a model every N traded days, trained on all earlier days, in files numbered from 2.
sweep score scores a table of features by a model.`,
		Example: `  sweep train configs/grid.yaml --set 'signal.seeds={first: 1001, count: 20}'
  sweep train study.yaml --label 15 --l1 0.5 --embargo 1 --out model.json`,
		Args: oneStudy,
		RunE: func(command *cobra.Command, arguments []string) error {
			p, err := study.loadUntrained(command.Context(), arguments[0])
			if err != nil {
				return err
			}
			trained, files, err := sweep.Train(command.Context(), p.Study, settings, file)
			if err != nil {
				return err
			}
			if err := trained.Write(command.OutOrStdout()); err != nil {
				return err
			}
			_, err = fmt.Fprintln(command.OutOrStdout(), strings.Join(files, "\n"))
			return err
		},
	}
	study.add(command)
	flags := command.Flags()
	flags.IntVar(&settings.Label, "label", settings.Label, "predict the label this number of `minutes` ahead, one of signal.labels")
	flags.Float64Var(&settings.L1, "l1", 0, "`share` of the penalty that is on absolute coefficients; 0 is ridge regression")
	flags.IntVar(&settings.Folds, "folds", settings.Folds, "`parts` of the sessions")
	flags.IntVar(&settings.Embargo, "embargo", 0, "`sessions` that are left out between training and test")
	flags.IntVar(&settings.Window, "window", 0, "train on the latest `sessions` only; 0 is all before the test")
	flags.IntVar(&settings.Retrain, "retrain", 0, "add a model every this many traded `days`; 0 is none")
	flags.StringVar(&file, "out", file, "write the model to this `file`")
	return command
}
