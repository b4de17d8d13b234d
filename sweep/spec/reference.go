package spec

import (
	"fmt"
	"io"
	"text/tabwriter"

	"optmm/engine"
)

// WriteParameters prints the reference of all parameters, figures and columns.
func WriteParameters(to io.Writer) error {
	for _, section := range []engine.Section{engine.MarketSection, engine.EngineSection} {
		if _, err := fmt.Fprintf(to, "%s\n\n", map[engine.Section]string{
			engine.MarketSection: "Parameters of the market (under market.synthetic, or market.csv where marked *)",
			engine.EngineSection: "Parameters of the market maker (under engine)",
		}[section]); err != nil {
			return err
		}
		table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
		fmt.Fprintf(table, "  name\tunit\tdefault\tdomain\t\n")
		for _, parameter := range engine.Parameters() {
			if parameter.Section != section {
				continue
			}
			mark := ""
			if section == engine.MarketSection && parameter.Scope != engine.OnSynthetic {
				mark = " *"
			}
			fmt.Fprintf(table, "  %s%s\t%s\t%s\t%s\t%s\n", parameter.Name, mark, parameter.Unit,
				parameter.Format(parameter.Default), parameter.Domain, describeParameter(&parameter))
		}
		if err := table.Flush(); err != nil {
			return err
		}
		fmt.Fprintln(to)
	}
	fmt.Fprintf(to, "Figures of a run (columns of the summary; any can be the objective)\n\n")
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "  name\tunit\t\n")
	for _, statistic := range engine.Statistics() {
		fmt.Fprintf(table, "  %s\t%s\t%s\n", statistic.Name, statistic.Unit, statistic.Sentence)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(to, "\nColumns of a run's minutes (output.columns chooses)\n\n")
	table = tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "  name\tunit\t\n")
	for _, column := range engine.Columns() {
		fmt.Fprintf(table, "  %s\t%s\t%s\n", column.Name, column.Unit, column.Sentence)
	}
	return table.Flush()
}
