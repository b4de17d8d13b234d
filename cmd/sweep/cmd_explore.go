package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"optmm/sweep"
	"optmm/sweep/explore"
)

func newExplore() *cobra.Command {
	var options explore.Options
	var listen string
	command := &cobra.Command{
		Use:   "explore [DIR]",
		Short: "Look into studies in a browser",
		Long: `explore serves pages about a study, or about all studies below a folder (results by default).
The points of a study come under a histogram for each column: dragging over one, or a filter, keeps its
points in the table and in every view: two figures with their Pareto front, a heatmap over
two axes, slices, parallel coordinates, what each axis explains, a point seed by seed, the rungs of
halving, the folds of a walk-forward. A run opens minute by minute, with its fills and where its P&L
comes from; points and studies are compared side by side; a study that runs shows its progress. The
address has the whole view.

It reads what is committed, holds no lock and writes nothing; what was not kept of a run is simulated
again. It is reached from this machine only. With --listen it may be reached from others, in plain
text, by whoever has the --token.`,
		Example: `  sweep explore results/grid
  sweep explore
  sweep explore /shared/studies --listen 0.0.0.0:8642 --token "$(openssl rand -hex 16)"`,
		Args: func(_ *cobra.Command, arguments []string) error {
			if len(arguments) > 1 {
				return errors.New("name one folder")
			}
			return nil
		},
		RunE: func(command *cobra.Command, arguments []string) error {
			root := sweep.DefaultFolder("")
			if len(arguments) > 0 {
				root = arguments[0]
			}
			return inPlace(command, root, sweep.ToRead, func(place *sweep.Place) error {
				return sweep.Explore(command.Context(), place, options, listen, func(url string) {
					fmt.Fprintf(command.OutOrStdout(), "open %s in a browser; Ctrl-C ends it\n", url)
				})
			})
		},
	}
	command.Flags().StringVar(&listen, "listen", "127.0.0.1:0", "serve at this `address`; port 0 takes one that is free")
	command.Flags().StringVar(&options.Token, "token", "", "answer only to browsers that have this `text`, which the printed address has")
	return command
}
