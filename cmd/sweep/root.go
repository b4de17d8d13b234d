package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"optmm/engine/param"
	"optmm/sweep/fault"
	"optmm/sweep/grid"
)

func newRoot(stop *stopping) *cobra.Command {
	root := &cobra.Command{
		Use:   "sweep",
		Short: "Run parameter studies of an options market maker",
		Long: `sweep runs parameter studies of a delta-neutral options market maker on minute
data: a YAML grid goes in; Parquet, a summary, figures and a verdict come out.

Start with   sweep run configs/grid.yaml
Exit codes   0 all good, 1 failed, 2 usage or invalid study, 3 some runs failed,
             4 verification mismatch, 130 interrupted, 143 terminated, 129 hung up
             (the same command goes on)`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       versions(),
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetFlagErrorFunc(func(command *cobra.Command, err error) error {
		return fault.Usagef("%w%s; see %s --help", plainFlagError(err), nearestFlag(command, err), command.CommandPath())
	})
	root.AddCommand(newRun(stop), newPlan(), newMerge(stop), newSubmit(), newShard(stop), newStatus(), newVerify(), newDiff(), newList(), newShow(), newReport(), newFigures(), newExplore(), newFeatures(), newTrain(), newScore(), newDemo(), newBacktest(), newCheckData(), newCalibrate(), newParams(), newExplain(), newSchema(), newMan(), newVersion())
	for _, command := range root.Commands() {
		command.Args = usageArgs(command.Args)
		completions(command)
	}
	root.Args = usageArgs(func(command *cobra.Command, arguments []string) error {
		if len(arguments) == 0 {
			return nil
		}
		var names []string
		for _, child := range command.Commands() {
			names = append(names, child.Name())
		}
		return fmt.Errorf("unknown command %s%s", arguments[0], fault.DidYouMean(arguments[0], names))
	})
	root.RunE = func(command *cobra.Command, _ []string) error { return command.Help() }
	return root
}

// plainFlagError says what a flag takes in place of what a library says of its value.
func plainFlagError(err error) error {
	var invalid *pflag.InvalidValueError
	if !errors.As(err, &invalid) {
		return err
	}
	wants := map[string]string{"int": "an integer", "uint64": "an integer from 0 on", "duration": "a time, as in 8h or 90m", "bool": "true or false", "float64": "a number"}
	want, ok := wants[invalid.GetFlag().Value.Type()]
	if !ok { // it is ours, and says so
		return err
	}
	return fmt.Errorf("--%s %q: want %s", invalid.GetFlag().Name, invalid.GetValue(), want)
}

// nearestFlag suggests a flag for one that does not exist.
func nearestFlag(command *cobra.Command, err error) string {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return ""
	}
	var names []string
	command.Flags().VisitAll(func(flag *pflag.Flag) { names = append(names, "--"+flag.Name) })
	return fault.DidYouMean("--"+unknown.GetSpecifiedName(), names)
}

// usageArgs makes wrong arguments a usage error.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(command *cobra.Command, arguments []string) error {
		if err := check(command, arguments); err != nil {
			return fault.Usagef("%w; see %s --help", err, command.CommandPath())
		}
		return nil
	}
}

// oneStudy requires one argument, the study file.
func oneStudy(_ *cobra.Command, arguments []string) error {
	switch len(arguments) {
	case 0:
		return errors.New("name a study file, as in configs/grid.yaml")
	case 1:
		return nil
	}
	const shown = 3
	if n := len(arguments); n > shown {
		return fmt.Errorf("one study at a time, not %s and %d more; put a pattern of files in quotes, as in --csv 'days/*.csv'", strings.Join(arguments[:shown], ", "), n-shown)
	}
	return fmt.Errorf("one study at a time, not %s", strings.Join(arguments, ", "))
}

// parameterFlag sets a parameter from the command line.
type parameterFlag struct {
	parameter param.Parameter
	params    *param.Params
}

func (f *parameterFlag) String() string {
	if f.params == nil {
		return ""
	}
	return f.parameter.Format(f.parameter.Get(f.params))
}

func (f *parameterFlag) Set(text string) error {
	value, err := grid.ParseText(f.parameter, text)
	if err != nil {
		return err
	}
	f.parameter.Set(f.params, value)
	return nil
}

func (f *parameterFlag) Type() string { return f.parameter.Kind.String() }

// flagName is the flag of a parameter.
func flagName(parameter string) string { return strings.ReplaceAll(parameter, "_", "-") }

// addParameters adds a flag for every parameter that the market has, made from
// the table; aliases are further names of some.
func addParameters(command *cobra.Command, params *param.Params, data param.Data, aliases map[string]string) {
	for _, parameter := range param.Parameters() {
		if data != param.Synthetic && parameter.Scope == param.OnSynthetic || data == param.Synthetic && parameter.Scope == param.OnRecorded {
			continue
		}
		names := []string{flagName(parameter.Name)}
		if alias, ok := aliases[parameter.Name]; ok {
			names = append([]string{alias}, names...)
		}
		for i, name := range names {
			usage := fmt.Sprintf("%s Unit %s, domain %s", parameter.Description, parameter.Unit, parameter.Domain)
			if when := parameter.When(); when != "" {
				usage += ", with " + when
			}
			usage += "."
			if i > 0 {
				usage = "The same as --" + names[0] + "."
			}
			command.Flags().Var(&parameterFlag{parameter, params}, name, usage)
			if err := command.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(parameter.Domain.Choices, cobra.ShellCompDirectiveNoFileComp)); err != nil {
				panic(err) // the flag was made on the line before
			}
		}
	}
}
