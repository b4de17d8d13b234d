package spec

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"optmm/engine/account"
	"optmm/engine/param"
	"optmm/engine/signal"
	"optmm/sweep/text"
)

// WriteParameters prints the reference of all parameters, figures, columns and features.
func WriteParameters(to io.Writer) error {
	for _, section := range []param.Section{param.MarketSection, param.EngineSection} {
		if _, err := fmt.Fprintf(to, "%s\n\n", map[param.Section]string{
			param.MarketSection: "Parameters of the market (under market.synthetic, or market.recorded where marked *)",
			param.EngineSection: "Parameters of the market maker (under engine)",
		}[section]); err != nil {
			return err
		}
		table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
		fmt.Fprintf(table, "  name\tunit\tdefault\tdomain\t\n")
		for _, parameter := range param.Parameters() {
			if parameter.Section != section {
				continue
			}
			mark := ""
			if section == param.MarketSection && parameter.Scope != param.OnSynthetic {
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
	for _, statistic := range account.Statistics() {
		fmt.Fprintf(table, "  %s\t%s\t%s\n", statistic.Name, statistic.Unit, statistic.Description)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(to, "\nColumns of a run's minutes (output.columns chooses; those marked * are its market's, and with columns: own in a file of the market)\n\n")
	table = tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "  name\tunit\t\n")
	for _, column := range account.Columns() {
		mark := ""
		if column.OfMarket {
			mark = " *"
		}
		fmt.Fprintf(table, "  %s%s\t%s\t%s\n", column.Name, mark, column.Unit, column.Description)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(to, "\nFeatures of an option that a signal is learned from (signal.features chooses; N is the minutes that one looks back)\n\n")
	table = tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "  name\tunit\tN\t\n")
	for _, feature := range signal.Features() {
		name := feature.Name
		if feature.Windows != nil {
			name += "_N"
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", name, feature.Unit, strings.Trim(fmt.Sprint(feature.Windows), "[]"), feature.Description)
	}
	return table.Flush()
}

// WriteParametersJSON writes the same as JSON.
func WriteParametersJSON(to io.Writer) error {
	parameters, figures, columns := []any{}, []any{}, []any{}
	for _, parameter := range param.Parameters() {
		markets := []string{}
		if parameter.Scope != param.OnRecorded {
			markets = append(markets, "synthetic")
		}
		if parameter.Scope != param.OnSynthetic {
			markets = append(markets, "recorded")
		}
		parameters = append(parameters, map[string]any{"name": parameter.Name, "section": parameter.Section, "markets": markets, "unit": parameter.Unit, "default": plain(parameter, parameter.Default),
			"domain": parameter.Domain.String(), "description": parameter.Description, "used_with": parameter.When()})
	}
	for _, statistic := range account.Statistics() {
		figures = append(figures, map[string]any{"name": statistic.Name, "unit": statistic.Unit, "description": statistic.Description})
	}
	for _, column := range account.Columns() {
		columns = append(columns, map[string]any{"name": column.Name, "unit": column.Unit, "description": column.Description, "of_market": column.OfMarket})
	}
	features := []any{}
	for _, feature := range signal.Features() {
		windows := append([]int{}, feature.Windows...)
		features = append(features, map[string]any{"name": feature.Name, "version": feature.Version, "unit": feature.Unit, "description": feature.Description, "windows": windows})
	}
	return text.WriteJSON(to, map[string]any{"parameters": parameters, "figures": figures, "columns": columns, "features": features})
}
