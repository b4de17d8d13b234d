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
		Long: `explore serves pages about a study, or about all studies below a folder (results by default):
the points with a histogram in every heading, which filters; any point with its seeds and its
figures, simulated again where they are drawn; the progress of a study that is running. It reads what
is committed, holds no lock and writes nothing. What is filtered, sorted and chosen is in the address.

It is reached from this machine only. With --listen it may be reached from others, in plain text, by
whoever has the --token.`,
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
			options.Root = sweep.DefaultFolder("")
			if len(arguments) > 0 {
				options.Root = arguments[0]
			}
			return sweep.Explore(command.Context(), options, listen, func(url string) {
				fmt.Fprintf(command.OutOrStdout(), "open %s in a browser; Ctrl-C ends it\n", url)
			})
		},
	}
	command.Flags().StringVar(&listen, "listen", "127.0.0.1:0", "serve at this `address`; port 0 takes one that is free")
	command.Flags().StringVar(&options.Token, "token", "", "answer only to browsers that have this `text`, which the printed address has")
	return command
}
