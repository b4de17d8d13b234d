package main

import (
	"strings"

	"github.com/spf13/cobra"

	"optmm/sweep"
	"optmm/sweep/spec"
)

// Completion of what commands take: study files, folders of results, and the names of keys and figures.

// completeStudies completes the files of studies.
func completeStudies(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"yaml", "yml", "lock"}, cobra.ShellCompDirectiveFilterFileExt
}

// completeFolders completes folders.
func completeFolders(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// completeKeys completes the paths that --set takes.
func completeKeys(_ *cobra.Command, _ []string, written string) ([]string, cobra.ShellCompDirective) {
	if strings.Contains(written, "=") {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var paths []string
	for _, path := range spec.Keys() {
		paths = append(paths, path+"=")
	}
	return paths, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// completeFigures completes the names of figures of a run.
func completeFigures(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return spec.StatisticNames(), cobra.ShellCompDirectiveNoFileComp
}

// completeColumns completes the columns of the points of the study that the command names.
func completeColumns(_ *cobra.Command, arguments []string, written string) ([]string, cobra.ShellCompDirective) {
	names := spec.StatisticNames()
	if len(arguments) > 0 {
		if columns, err := sweep.PointColumns(arguments[0]); err == nil {
			names = append(names, columns...)
		}
	}
	if strings.HasPrefix(written, "-") { // lowest first
		for i := range names {
			names[i] = "-" + names[i]
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// completions registers what every command has by what its flags and arguments are called.
func completions(command *cobra.Command) {
	complete := map[string]cobra.CompletionFunc{"set": completeKeys, "sort": completeColumns, "objective": completeFigures, "out": completeFolders}
	for name, function := range complete {
		if command.Flags().Lookup(name) == nil {
			continue
		}
		if err := command.RegisterFlagCompletionFunc(name, function); err != nil {
			panic(err) // the flag is there, and has none yet
		}
	}
	if command.ValidArgsFunction != nil {
		return
	}
	switch {
	case strings.Contains(command.Use, "STUDY"):
		command.ValidArgsFunction = completeStudies
	case strings.Contains(command.Use, "DIR"), strings.Contains(command.Use, "FOLDER"):
		command.ValidArgsFunction = completeFolders
	}
}
