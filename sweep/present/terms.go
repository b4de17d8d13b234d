package present

import (
	"strings"

	"optmm/engine/account"
	"optmm/sweep/judge"
	"optmm/sweep/report"
)

// Terms are the names that a page explains: words of the verdict, and figures.
func Terms() []report.Term {
	var all []report.Term
	for _, term := range judge.Terms() {
		all = append(all, report.Term{Name: term.Name, Sentence: term.Sentence})
		for _, alias := range term.Aliases {
			if strings.Contains(alias, " ") || strings.Contains(alias, "–") { // a word by itself may mean something else
				all = append(all, report.Term{Name: alias, Of: term.Name, Sentence: term.Sentence})
			}
		}
	}
	for _, statistic := range account.Statistics() {
		sentence := statistic.Description
		if statistic.Unit != "1" {
			sentence += " Unit: " + statistic.Unit + "."
		}
		all = append(all, report.Term{Name: statistic.Name, Sentence: sentence})
	}
	return all
}
