package plan

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"go.yaml.in/yaml/v3"

	"optmm/sweep/grid"
	"optmm/sweep/quotes"
	"optmm/sweep/store"
	"optmm/sweep/text"
)

// DescribeHalving says what runs on each rung.
func (p *Plan) DescribeHalving() string {
	stages := p.SelectionStages()
	text := ""
	for i := range stages {
		if i > 0 {
			text += ", then "
		}
		text += fmt.Sprintf("%d under %d", stages[i].Size, stages[i].EndSeed/p.RunsPerUnit())
	}
	return text
}

// duration estimates how long a share of the study takes, as text.
func (p *Plan) duration(workers int, share float64) string {
	workers = p.Workers(workers)
	return fmt.Sprintf("%s on %s", time.Duration(p.Estimate().CoreSeconds*share/float64(workers)*1e9).Round(100*time.Millisecond), text.Count(workers, "worker"))
}

// Expectation estimates the time, disk and memory of a number of runs, in one line.
func (p *Plan) Expectation(workers, runs int) string {
	share := float64(runs) / float64(p.Runs())
	return fmt.Sprintf("%s: about %s, %s of disk%s and %s of memory%s", text.Count(runs, "run"), p.duration(workers, share), text.Bytes(int64(share*float64(p.Estimate().Bytes))), p.uncompressed(), text.Bytes(p.Memory(workers)), p.lessDisk())
}

// muchDisk is from how many bytes on a plan says what would take less.
const muchDisk = 1 << 30

// lessDisk says what a study of much disk would take that keeps less; empty of others.
func (p *Plan) lessDisk() string {
	if p.Output.Timeseries != store.KeepAll || p.bytesWith(store.KeepAll) < muchDisk {
		return ""
	}
	return fmt.Sprintf("; output.timeseries=%s would take %s of disk, %s %s", store.KeepBest, text.Bytes(p.bytesWith(store.KeepBest)), store.KeepNone, text.Bytes(p.bytesWith(store.KeepNone)))
}

// uncompressed says that what a study takes is less than was said; empty where it is not.
func (p *Plan) uncompressed() string {
	if p.Output.Compression == store.CompressNone {
		return ""
	}
	return " before " + p.Output.Compression
}

// LengthOf says how long a recorded history is.
func LengthOf(rows, step int) string {
	if step == 1 {
		return text.Count(rows, "minute")
	}
	return fmt.Sprintf("%s of %d minutes", text.Count(rows, "row"), step)
}

// WritePlan prints what the study would run, and for how long on how many workers.
func (p *Plan) WritePlan(to io.Writer, workers int) error {
	var b strings.Builder
	baseline, added := p.Grid.Baseline()
	points := p.Grid.Points()
	note := ""
	if added {
		note = ", the baseline added to the grid's"
	}
	source := fmt.Sprintf("synthetic, %d minutes", p.Minutes())
	if p.Recorded() {
		source = fmt.Sprintf("%s, %s", p.Data.Title(), LengthOf(p.Minutes(), p.StepMinutes()))
	}
	if p.OverDays() {
		source = fmt.Sprintf("%s: %s, of at most %s", p.Data.Title(), spanOfDays(p.Unit(), p.Days.List), LengthOf(p.Minutes(), p.StepMinutes()))
	}
	table := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	fmt.Fprintf(table, "study\t%s\n", p.Name)
	fmt.Fprintf(table, "market\t%s\n", source)
	fmt.Fprintf(table, "points\t%d%s\n", points, note)
	if p.OverDays() {
		fmt.Fprintf(table, "picked by\t%s, under %s each\n", spanOfNames(p.Unit(), p.DayNames(p.Seeds)), text.Count(p.RunsPerUnit(), "seed"))
	} else {
		fmt.Fprintf(table, "seeds\t%d: %s\n", p.Seeds.Len(), spanOf(p.Seeds))
	}
	fmt.Fprintf(table, "runs\t%d in %s\n", p.Runs(), text.Count(p.ChunkCount(), "chunk"))
	if p.Halving != nil {
		fmt.Fprintf(table, "halving\tpoints under %ss: %s\n", p.Unit(), p.DescribeHalving())
	}
	if p.Walk != nil {
		fmt.Fprintf(table, "walk-forward\t%s\n", p.DescribeWalk(p.Units()))
	}
	switch {
	case p.Holdout != nil && p.OverDays():
		left := ""
		if p.Embargo > 0 {
			left = fmt.Sprintf("; %s before them left out", text.Were(p.Embargo, p.Unit()))
		}
		if after := p.DaysAfter(); after > 0 {
			left += fmt.Sprintf("; the last %s unused", text.Were(after, p.Unit()))
		}
		fmt.Fprintf(table, "holdout %ss\t%s, of the best %s and the baseline%s\n", p.Unit(), spanOfNames(p.Unit(), p.DayNames(p.Holdout)), text.Count(p.Finalists, "point"), left)
	case p.Holdout != nil:
		fmt.Fprintf(table, "holdout seeds\t%d: %s, of the best %s and the baseline\n", p.Holdout.Len(), spanOf(p.Holdout), text.Count(p.Finalists, "point"))
	}
	fmt.Fprintf(table, "objective\t%s, %s%s\n", p.Objective, p.Objective.Aim(), p.Objective.ConstraintText())
	unnamed := ""
	if p.BaselineUnnamed() {
		unnamed = " (the grid's first point: the study names no baseline)"
	}
	fmt.Fprintf(table, "baseline\tpoint %d: %s%s\n", baseline, p.Setting(baseline), unnamed)
	fmt.Fprintf(table, "time\tabout %s\n", p.duration(workers, 1))
	fmt.Fprintf(table, "disk\tabout %s, time series %s%s%s\n", text.Bytes(p.bytesWith(p.Output.Timeseries)), p.Output.Timeseries, p.uncompressed(), p.lessDisk())
	fmt.Fprintf(table, "memory\tabout %s\n", text.Bytes(p.Memory(workers)))
	fmt.Fprintf(table, "engine\t%s\n", p.describeTogether())
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
		if raw, ok := p.Written(key); ok {
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

// Outline is what WritePlan prints, for JSON.
func (p *Plan) Outline(workers int) map[string]any {
	baseline, added := p.Grid.Baseline()
	axes := []any{}
	for i := range p.Grid.Axes() {
		axis := &p.Grid.Axes()[i]
		axes = append(axes, map[string]any{"name": axis.Parameter.Name, "values": axis.Len(), "written": axis.String()})
	}
	outline := map[string]any{
		"study": p.Name, "recorded": p.Recorded(), "minutes": p.Minutes(), "step_minutes": p.StepMinutes(), "points": p.Grid.Points(), "axes": axes,
		"unit": p.Unit(), "units": p.Units(), "seeds": p.Seeds.Notation(), "runs": p.Runs(), "chunks": p.ChunkCount(),
		"objective":  map[string]any{"formula": p.Objective.String(), "aim": p.Objective.Aim(), "notation": p.Objective.Notation()},
		"baseline":   map[string]any{"point": baseline, "setting": p.Setting(baseline), "added": added, "named": !p.BaselineUnnamed()},
		"timeseries": p.Output.Timeseries, "seconds": p.Estimate().CoreSeconds / float64(p.Workers(workers)), "workers": p.Workers(workers), "disk_bytes": p.Estimate().Bytes, "memory_bytes": p.Memory(workers),
	}
	if p.Holdout != nil {
		outline["holdout"] = map[string]any{"units": p.HoldoutUnits(), "seeds": p.Holdout.Notation(), "finalists": p.Finalists}
	}
	if p.Halving != nil {
		outline["halving"] = p.DescribeHalving()
	}
	if p.Walk != nil {
		outline["walk_forward"] = p.DescribeWalk(p.Units())
	}
	return outline
}

// DescribeWalk says what the windows of the walk-forward are over a number of days.
func (p *Plan) DescribeWalk(days int) string {
	w := p.Walk
	folds, left, err := w.Folds(days, 0)
	if err != nil {
		return err.Error()
	}
	begins := "the last " + text.Count(w.Train, p.Unit())
	if w.Anchored {
		begins = fmt.Sprintf("all %ss before, %d at first,", p.Unit(), w.Train)
	}
	gap := ""
	if w.Gap > 0 {
		gap = fmt.Sprintf(" after a gap of %d", w.Gap)
	}
	words := fmt.Sprintf("%s: a point picked by %s trades the next %d%s", text.Count(len(folds), "fold"), begins, w.Test, gap)
	if left > 0 {
		words += fmt.Sprintf("; %s at the end no fold tests", text.Count(left, p.Unit()))
	}
	return words
}

// spanOfDays counts days and names the first and the last.
func spanOfDays(unit string, days []quotes.Day) string {
	names := make([]string, len(days))
	for i := range days {
		names[i] = days[i].Name
	}
	return spanOfNames(unit, names)
}

func spanOfNames(unit string, names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return fmt.Sprintf("%s, %s to %s", text.Count(len(names), unit), names[0], names[len(names)-1])
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
