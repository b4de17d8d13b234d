package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"optmm/sweep/fault"
)

// advised is an error with what can be done about it by the flags of a command.
type advised struct {
	error
	advice string
}

func (a *advised) Error() string { return a.error.Error() + a.advice }
func (a *advised) Unwrap() error { return a.error }

// remedies lists the flags that carry out a remedy, and what they do.
func remedies() map[fault.Remedy]struct {
	flags []string
	does  string
} {
	return map[fault.Remedy]struct {
		flags []string
		does  string
	}{
		fault.OtherFolder:  {[]string{"out", "name"}, "choose another folder"},
		fault.Overwrite:    {[]string{"overwrite"}, "remove what the folder holds of a study, and start again"},
		fault.IgnoreDisk:   {[]string{"ignore-disk"}, "start all the same"},
		fault.IgnoreMemory: {[]string{"ignore-memory"}, "start all the same"},
		fault.Force:        {[]string{"force"}, "write it all the same"},
	}
}

// advise adds a line for each remedy of an error that the command has a flag for.
func advise(err error, command *cobra.Command) error {
	var advice strings.Builder
	for _, remedy := range fault.Remedies(err) {
		var flags []string
		for _, flag := range remedies()[remedy].flags {
			if command.Flags().Lookup(flag) != nil {
				flags = append(flags, "--"+flag)
			}
		}
		if flags != nil {
			fmt.Fprintf(&advice, "\nuse %s to %s", strings.Join(flags, " or "), remedies()[remedy].does)
		}
	}
	if advice.Len() == 0 {
		return err
	}
	return &advised{err, advice.String()}
}
