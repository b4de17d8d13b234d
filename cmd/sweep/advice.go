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

// remedy is the flags that carry something out, and what that is. A command that lacks the first cannot:
// a flag of the name of another may mean something else there.
type remedy struct {
	flags []string
	does  string
}

// remedies lists what can be done about errors.
func remedies() map[fault.Remedy]remedy {
	return map[fault.Remedy]remedy{
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
	for _, kind := range fault.Remedies(err) {
		var flags []string
		remedy := remedies()[kind]
		for _, flag := range remedy.flags {
			if command.Flags().Lookup(remedy.flags[0]) != nil && command.Flags().Lookup(flag) != nil {
				flags = append(flags, "--"+flag)
			}
		}
		if flags != nil {
			fmt.Fprintf(&advice, "\nuse %s to %s", strings.Join(flags, " or "), remedy.does)
		}
	}
	if advice.Len() == 0 {
		return err
	}
	return &advised{err, advice.String()}
}
