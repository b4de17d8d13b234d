package plan

import (
	"fmt"

	"optmm/engine"
	"optmm/engine/param"
	"optmm/sweep/store"
	"optmm/sweep/text"
)

// mostExamined bounds the points that are examined.
const mostExamined = 1000

// describeTogether describes whether the engine simulates several runs at once, or why one at a time. No result depends on it.
func (p *Plan) describeTogether() string {
	switch {
	case p.Output.Timeseries == store.KeepAll:
		return "one run at a time: output.timeseries all"
	case p.IsChain() && p.optionMinutes() > engine.MostOptionMinutes:
		return fmt.Sprintf("one run at a time: a chain of more than %d options × minutes", engine.MostOptionMinutes)
	case p.StepMinutes() > 1:
		return "one run at a time: entries are not minutes"
	}
	points := p.Grid.Points()
	examined := min(points, mostExamined)
	apart, first := 0, ""
	var params param.Params
	var values []param.Value
	for i := range examined {
		values = p.Grid.AppendValues(values[:0], i*(points/examined))
		p.Grid.SetParams(&params, values)
		if why := engine.Apart(&params, p.IsChain()); why != "" {
			if apart++; first == "" {
				first = why
			}
		}
	}
	if apart == examined {
		return "one run at a time: " + first
	}
	described := fmt.Sprintf("%d runs of a seed at once", engine.AtOnce)
	if p.IsChain() {
		described += ", their quotes and fills, where the processor has AVX2"
	}
	if apart > 0 {
		described += fmt.Sprintf("; one at a time %s (%s)", text.Count(apart*points/examined, "point"), first)
	}
	return described
}
