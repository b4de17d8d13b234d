package sweep

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"go.yaml.in/yaml/v3"

	"optmm/engine"
	"optmm/sweep/grid"
	"optmm/sweep/text"
)

// DefaultFolder is where a study's results go when nothing else is said.
func DefaultFolder(name string) string { return filepath.Join("results", name) }

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

// describeParameter is the parameter's sentence, and with what it counts.
func describeParameter(parameter *engine.Parameter) string {
	if when := parameter.When(); when != "" {
		return parameter.Sentence + " With " + when + "."
	}
	return parameter.Sentence
}

// duration estimates how long a share of the study takes, as text.
func (p *Plan) duration(workers int, share float64) string {
	workers = p.workers(workers)
	return fmt.Sprintf("%s on %s", time.Duration(p.Estimate().CoreSeconds*share/float64(workers)*1e9).Round(100*time.Millisecond), text.Count(workers, "worker"))
}

// expectation estimates the time, disk and memory of a number of runs, in one line.
func (p *Plan) expectation(workers, runs int) string {
	share := float64(runs) / float64(p.Runs())
	return fmt.Sprintf("%s: about %s, %s of disk and %s of memory", text.Count(runs, "run"), p.duration(workers, share), text.Bytes(int64(share*float64(p.Estimate().Bytes))), text.Bytes(p.Memory(workers)))
}

// WritePlan prints what the study would run on so many workers.
func (p *Plan) WritePlan(to io.Writer, workers int) error {
	var b strings.Builder
	baseline, added := p.Grid.Baseline()
	points := p.Grid.Points()
	note := ""
	if added {
		note = ", the baseline added to the grid's"
	}
	source := fmt.Sprintf("synthetic, %d minutes", p.minutes())
	if p.Recorded() {
		source = fmt.Sprintf("%s, %d minutes", p.dataFile, p.minutes())
	}
	estimate := p.Estimate()
	table := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	fmt.Fprintf(table, "study\t%s\n", p.Name)
	fmt.Fprintf(table, "market\t%s\n", source)
	fmt.Fprintf(table, "points\t%d%s\n", points, note)
	fmt.Fprintf(table, "seeds\t%d: %s\n", p.Seeds.Len(), spanOf(p.Seeds))
	fmt.Fprintf(table, "runs\t%d in %s\n", p.Runs(), text.Count(p.chunks(), "chunk"))
	if p.Halving != nil {
		fmt.Fprintf(table, "halving\tpoints under seeds: %s\n", p.describeHalving())
	}
	if p.Fresh != nil {
		fmt.Fprintf(table, "fresh seeds\t%d: %s, of the best %s and the baseline\n", p.Fresh.Len(), spanOf(p.Fresh), text.Count(p.Finalists, "point"))
	}
	fmt.Fprintf(table, "objective\t%s, %s%s\n", p.Objective, p.Objective.aim(), p.Objective.constraintText())
	unnamed := ""
	if p.baselineUnnamed() {
		unnamed = " (the grid's first point: the study names no baseline)"
	}
	fmt.Fprintf(table, "baseline\tpoint %d: %s%s\n", baseline, p.setting(baseline), unnamed)
	fmt.Fprintf(table, "time\tabout %s\n", p.duration(workers, 1))
	fmt.Fprintf(table, "disk\tabout %s, time series %s\n", text.Bytes(estimate.Bytes), p.Output.Timeseries)
	fmt.Fprintf(table, "memory\tabout %s\n", text.Bytes(p.Memory(workers)))
	if err := table.Flush(); err != nil {
		return err
	}
	if len(p.Grid.Axes()) > 0 {
		fmt.Fprintf(&b, "\naxes\n")
	}
	table = tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	for i := range p.Grid.Axes() {
		axis := &p.Grid.Axes()[i]
		fmt.Fprintf(table, "  %s\t%s\t%s\n", axis.Parameter.Name, axisSize(axis.Len()), axis)
	}
	for _, key := range []string{"zip", "exclude", "only", "sample"} {
		if raw, ok := p.written(key); ok {
			var node yaml.Node
			if err := node.Encode(raw); err != nil {
				return err
			}
			if node.Kind != yaml.ScalarNode {
				node.Style = yaml.FlowStyle
			}
			text, err := yaml.Marshal(&node)
			if err != nil {
				return err
			}
			fmt.Fprintf(table, "  %s\t\t%s\n", key, strings.TrimSpace(string(text)))
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := io.WriteString(to, b.String())
	return err
}

// spanOf names the first and the last of seeds.
func spanOf(seeds *grid.Seeds) string {
	if seeds.Len() == 1 {
		return seeds.At(0).String()
	}
	return seeds.At(0).String() + " … " + seeds.At(seeds.Len()-1).String()
}

func axisSize(n int) string {
	if n == 0 {
		return "a range"
	}
	return text.Count(n, "value")
}
