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
	case p.Output.OptionSummary:
		return "one run at a time: output.option_summary"
	case p.IsChain():
		return "one run at a time: a chain"
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
	switch apart {
	case 0:
		return fmt.Sprintf("%d runs of a seed at once", engine.AtOnce)
	case examined:
		return "one run at a time: " + first
	}
	return fmt.Sprintf("%d runs of a seed at once; one at a time %s (%s)", engine.AtOnce, text.Count(apart*points/examined, "point"), first)
}
