package main

import (
	"context"

	"github.com/spf13/cobra"

	"optmm/sweep"
)

// inPlace opens a folder of results, which may be in a bucket, for a part of a command. What that prints names the bucket, not
// its copy on this machine.
func inPlace(command *cobra.Command, at string, use sweep.Use, do func(place *sweep.Place) error) error {
	place, err := sweep.OpenPlace(command.Context(), at, use)
	if err != nil {
		return err
	}
	command.SetOut(place.Writer(command.OutOrStdout()))
	command.SetErr(place.Writer(command.ErrOrStderr()))
	return place.Close(context.WithoutCancel(command.Context()), do(place))
}

// inPlaces has the arguments of a command be folders of results, which may be in buckets.
func inPlaces(use sweep.Use, run func(command *cobra.Command, arguments []string) error) func(*cobra.Command, []string) error {
	return func(command *cobra.Command, arguments []string) error {
		paths := make([]string, 0, len(arguments))
		var open func() error
		open = func() error {
			if len(paths) == len(arguments) {
				return run(command, paths)
			}
			return inPlace(command, arguments[len(paths)], use, func(place *sweep.Place) error {
				paths = append(paths, place.Path)
				return open()
			})
		}
		return open()
	}
}
