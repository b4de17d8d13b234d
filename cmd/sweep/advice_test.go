package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"optmm/sweep/fault"
)

// A remedy is said where the command has its flag, and nowhere else.
func TestAdviceNamesFlagsThatTheCommandHas(t *testing.T) {
	err := fmt.Errorf("open: %w", fault.WithRemedies(errors.New("it is full"), fault.OtherFolder, fault.Overwrite))
	root := newRoot(&stopping{})
	for name, want := range map[string]string{
		"run":    "open: it is full\nuse --out or --name to choose another folder\nuse --overwrite to remove what the folder holds of a study, and start again",
		"report": "open: it is full",
	} {
		command, _, findErr := root.Find([]string{name})
		if findErr != nil {
			t.Fatal(findErr)
		}
		got := advise(err, command)
		if got.Error() != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
		if !errors.Is(got, err) {
			t.Errorf("%s hides the error", name)
		}
	}
	for kind := fault.OtherFolder; kind <= fault.Force; kind++ {
		if known := remedies()[kind]; known.flags == nil || known.does == "" {
			t.Errorf("remedy %d has no words", kind)
		}
	}
	known := map[string]bool{}
	for _, command := range root.Commands() {
		for _, remedy := range remedies() {
			for _, flag := range remedy.flags {
				known[flag] = known[flag] || command.Flags().Lookup(flag) != nil
			}
		}
	}
	for flag, is := range known {
		if !is {
			t.Errorf("no command has --%s", flag)
		}
	}
}

// What an option was given wrongly is said as the flag that the user typed.
func TestOptionsAreWrittenAsFlags(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{fault.Usage(&fault.Option{Name: "set", Value: "a=b", Err: errors.New("no")}), "sweep: --set a=b: no\n"},
		{fmt.Errorf("show: %w", &fault.Option{Name: "where", Err: errors.New("no")}), "sweep: show: --where: no\n"},
	} {
		var printed strings.Builder
		exitCode(c.err, &printed)
		if printed.String() != c.want {
			t.Errorf("%q, want %q", printed.String(), c.want)
		}
	}
}
