package present

import (
	"fmt"

	"optmm/sweep/folder"
	"optmm/sweep/learn"
	"optmm/sweep/report"
	"optmm/sweep/text"
)

// signalTables show the evidence on the scores of trained models, and what they earned.
func (s *sheet) signalTables() []report.Table {
	tables := SignalTables(s.Signals)
	if len(s.Traded) > 0 {
		tables = append(tables, s.tradedTable())
	}
	return tables
}

// SignalTables show the evidence on the scores of trained models.
func SignalTables(signals []folder.Signal) (tables []report.Table) {
	for i := range signals {
		of := &signals[i]
		evidence := learn.EvidenceTable(of.All.Evidence().Labels)
		table := report.Table{Title: "The score of " + of.Kind + ", and what came after it", Header: append([]string{"model", "markets"}, evidence[0]...),
			Note: fmt.Sprintf("Rank IC: correlation of the ranks of the score and of what an option, hedged by its delta, gains in the minutes ahead, price units. Its standard error is Newey and West's, with lags over twice the minutes ahead, since labels overlap; its interval by blocks is a stationary bootstrap's. The model was trained to predict y_%d; %s tried before it. Correlation of the score with that of the entry before: %s; its mean change: %s standard deviations.",
				of.Label, text.Were(of.Tried, "model"), maybe(of.All.Correlation), maybe(of.All.Turnover))}
		add := func(name string, markets int, rows [][]string) {
			for _, row := range rows {
				table.Rows = append(table.Rows, append([]string{name, fmt.Sprint(markets)}, row...))
			}
		}
		add("all", of.All.Markets, evidence[1:])
		for k := range of.Models {
			if part := &of.Models[k]; len(of.Models) > 1 && part.Markets > 0 {
				add(fmt.Sprintf("%s, on %s to %s", part.Model, part.First, part.Last), part.Markets, learn.EvidenceTable(part.Evidence().Labels)[1:])
			}
		}
		tables = append(tables, table)
		features := report.Table{Title: "The features of " + of.Kind, Header: []string{"feature", "fall of rank IC", "shift of mean", "ratio of s.d.", "outside range"},
			Note: "The fall is that of the rank IC on the traded markets when the feature is permuted among all minutes: what the scores lose without it. Shift and ratio compare the traded markets with the training, the shift in its standard deviations; outside are the minutes beyond its least and most."}
		for _, f := range of.Features {
			outside := "undefined"
			if f.Outside != nil {
				outside = text.Significant(100**f.Outside) + "%"
			}
			features.Rows = append(features.Rows, []string{f.Name, maybe(f.Importance), maybe(f.Shift), maybe(f.Ratio), outside})
		}
		tables = append(tables, features)
	}
	return tables
}

// tradedTable compares the points that trade a model with those that differ only in the score.
func (s *sheet) tradedTable() report.Table {
	unit := s.Plan.Unit()
	table := report.Table{Title: "What the scores earn", Header: []string{"trades", "against", "figure", "difference, " + unit + "s it was picked by, 95% CI", "difference, holdout " + unit + "s, 95% CI"},
		Note: fmt.Sprintf("The best point that trades a model, less the point that is like it in everything but the score, paired by %s.", unit)}
	for _, t := range s.Traded {
		for _, name := range t.Figures {
			held := "not run"
			if d, ran := t.Held[name]; ran {
				held = text.Estimate(d.Mean, d.Low, d.High)
			}
			d := t.Picked[name]
			table.Rows = append(table.Rows, []string{fmt.Sprintf("%s, point %d", t.Kind, t.Point), fmt.Sprintf("%s, point %d", t.Against, t.Other), name, text.Estimate(d.Mean, d.Low, d.High), held})
		}
	}
	return table
}
