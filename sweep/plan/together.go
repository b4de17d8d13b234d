package plan

import (
	"fmt"

	"optmm/engine"
	"optmm/engine/param"
	"optmm/sweep/store"
	"optmm/sweep/text"
)

// mostAsked is how many points are asked whether they are simulated together with others.
const mostAsked = 1000

// describeTogether says whether the engine simulates several runs at once, or why it does one at a time. No result depends on it.
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
	asked := min(points, mostAsked)
	apart, first := 0, ""
	var params param.Params
	var values []param.Value
	for i := range asked {
		values = p.Grid.AppendValues(values[:0], i*(points/asked))
		p.Grid.SetParams(&params, values)
		if why := engine.Apart(&params); why != "" {
			if apart++; first == "" {
				first = why
			}
		}
	}
	switch apart {
	case 0:
		return fmt.Sprintf("%d runs of a seed at once", engine.AtOnce)
	case asked:
		return "one run at a time: " + first
	}
	return fmt.Sprintf("%d runs of a seed at once; one at a time %s (%s)", engine.AtOnce, text.Count(apart*points/asked, "point"), first)
}
