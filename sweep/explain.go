package sweep

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"optmm/engine/account"
	"optmm/engine/param"
	"optmm/sweep/fault"
	"optmm/sweep/judge"
	"optmm/sweep/plan"
	"optmm/sweep/spec"
	"optmm/sweep/store"
	"optmm/sweep/tables"
	"optmm/sweep/text"
)

// Explanation is what a name means: of a parameter, a figure of a run, a column of its minutes or a term.
type Explanation struct {
	Name        string   `json:"name"`
	Kind        string   `json:"kind"`
	Unit        string   `json:"unit,omitempty"`
	Default     string   `json:"default,omitempty"`
	Domain      string   `json:"domain,omitempty"`
	UsedWith    string   `json:"used_with,omitempty"`
	Description string   `json:"description"`
	SeeAlso     []string `json:"see_also,omitempty"`
}

// Explanations lists everything that has a name.
func Explanations() []Explanation {
	var all []Explanation
	for _, parameter := range param.Parameters() {
		all = append(all, Explanation{Name: parameter.Name, Kind: "parameter of the " + map[param.Section]string{param.MarketSection: "market", param.EngineSection: "market maker"}[parameter.Section],
			Unit: parameter.Unit, Default: parameter.Format(parameter.Default), Domain: parameter.Domain.String(), UsedWith: parameter.When(), Description: parameter.Description})
	}
	for _, statistic := range account.Statistics() {
		all = append(all, Explanation{Name: statistic.Name, Kind: "figure of a run", Unit: statistic.Unit, Description: statistic.Description})
	}
	for _, column := range account.Columns() {
		all = append(all, Explanation{Name: column.Name, Kind: "column of a run's minutes", Unit: column.Unit, Description: column.Description})
	}
	for _, field := range pointColumns() {
		all = append(all, Explanation{Name: field.Name, Kind: "column of the points", Unit: field.Unit, Description: field.Description})
	}
	for _, term := range judge.Terms() {
		all = append(all, Explanation{Name: term.Name, Kind: "term", Description: term.Sentence, SeeAlso: term.Aliases})
	}
	for i := range all {
		if e := &all[i]; e.Kind == "figure of a run" {
			e.SeeAlso = related(e.Name)
		}
	}
	return all
}

// pointColumns are the columns of the points that are of no one figure, as a study has them that has all
// of them.
func pointColumns() (columns []store.Field) {
	const study = "market: {synthetic: {minutes: 60}}\ngrid: {skew: [0, 1]}\nseeds: {first: 1, count: 5}\nobjective: {maximize: net_pnl, subject_to: net_pnl > 0}\n"
	parsed, err := spec.Parse("points", []byte(study), nil, spec.Reader{})
	if err != nil {
		panic(fmt.Sprintf("explain: %v", err)) // a test would have found it
	}
	for _, field := range tables.PointFields(plan.New(parsed)) {
		for _, start := range []string{"point", "objective_", "diff_", "win_rate", "neighbor_mean", "meets_constraints", "holdout_"} {
			if strings.HasPrefix(field.Name, start) {
				if field.Unit == "currency" {
					field.Unit = "that of the objective"
				}
				field.Description = strings.ReplaceAll(field.Description, "The objective: net_pnl.", "The objective.")
				columns = append(columns, field)
				break
			}
		}
	}
	return columns
}

// related lists the figures whose names end in the same word.
func related(figure string) (names []string) {
	last := func(name string) string { return name[strings.LastIndexByte(name, '_')+1:] }
	for _, statistic := range account.Statistics() {
		if statistic.Name != figure && last(statistic.Name) == last(figure) {
			names = append(names, statistic.Name)
		}
	}
	return names
}

// explain finds what a name means among all that have an explanation: nearest names where it means nothing.
func explain(name string, all []Explanation) ([]Explanation, error) {
	wanted := strings.ToLower(strings.TrimSpace(name))
	var found []Explanation
	var names []string
	matches := func(candidate string) bool { return strings.ToLower(candidate) == wanted }
	for _, e := range all {
		names = append(names, e.Name)
		if e.Kind == "term" {
			names = append(names, e.SeeAlso...)
		}
		if matches(e.Name) || e.Kind == "term" && slices.ContainsFunc(e.SeeAlso, matches) {
			found = append(found, e)
		}
	}
	if found == nil { // a column of the points: of a figure's estimate
		for _, suffix := range []struct{ ending, means string }{{"_mean", "Mean over the seeds. "}, {"_se", "Standard error of the mean over the seeds. "}, {"_n", "Number of seeds that define it. "}} {
			figure, is := strings.CutSuffix(wanted, suffix.ending)
			if !is {
				continue
			}
			for _, e := range all {
				if e.Kind == "figure of a run" && e.Name == figure {
					e.Name, e.Kind, e.Description = wanted, "column of the points", suffix.means+e.Description
					found = append(found, e)
				}
			}
		}
	}
	if found == nil {
		return nil, fault.Usage(errors.New(name + " has no explanation" + fault.DidYouMean(wanted, names) + "; sweep params and sweep explain list what has"))
	}
	return found, nil
}

// WriteExplanations prints what names mean; of none, every term.
func WriteExplanations(to io.Writer, names []string, asJSON bool) error {
	var found []Explanation
	all := Explanations()
	for _, name := range names {
		of, err := explain(name, all)
		if err != nil {
			return err
		}
		found = append(found, of...)
	}
	if len(names) == 0 {
		for _, e := range all {
			if e.Kind == "term" {
				found = append(found, e)
			}
		}
	}
	if asJSON {
		return text.WriteJSON(to, found)
	}
	var b strings.Builder
	for i, e := range found {
		if i > 0 {
			b.WriteByte('\n')
		}
		e.write(&b)
	}
	_, err := io.WriteString(to, b.String())
	return err
}

// explainedWidth is how wide sentences are printed.
const explainedWidth = 96

func (e *Explanation) write(b *strings.Builder) {
	fmt.Fprintf(b, "%s: %s\n", e.Name, e.Kind)
	for _, line := range text.Wrap(e.Description, explainedWidth) {
		fmt.Fprintf(b, "  %s\n", line)
	}
	for _, fact := range []struct{ name, value string }{{"unit", e.Unit}, {"default", e.Default}, {"domain", e.Domain}, {"used with", e.UsedWith}, {map[bool]string{true: "also", false: "see also"}[e.Kind == "term"], strings.Join(e.SeeAlso, ", ")}} {
		if fact.value != "" {
			fmt.Fprintf(b, "  %-10s %s\n", fact.name, fact.value)
		}
	}
}
