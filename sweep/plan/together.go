package plan

import (
	"fmt"

	"optmm/engine"
	"optmm/engine/market/synthetic"
	"optmm/engine/param"
	"optmm/sweep/store"
	"optmm/sweep/text"
)

// MostAhead is the most consecutive runs that a worker looks at for those that the engine simulates at once, and EnoughAhead the number
// for which it takes further chunks.
const (
	MostAhead   = 8 * engine.AtOnce
	EnoughAhead = 2 * engine.AtOnce
)

// mostExamined bounds the points that are examined.
const mostExamined = 4096

// Facts is what the engine asks of the market of a run. Of recorded quotes it is not known whether an option expires in them.
func (p *Plan) Facts(params *param.Params) engine.Facts {
	return engine.Facts{
		Options: max(1, p.MostOptions()), Minutes: p.Minutes(), Step: p.StepMinutes(),
		Expires: !p.Recorded() && synthetic.Expires(&params.Market), OptionTotals: p.Output.OptionSummary,
	}
}

// together counts runs by how the engine simulates them.
type together struct {
	examined, apart, quotesOnly int
	why                         string // the first of those apart is so
}

func (t *together) add(params []*param.Params, facts engine.Facts) {
	apart, quotesOnly := engine.Together(params, facts)
	t.quotesOnly += quotesOnly
	for _, why := range apart {
		t.examined++
		if why != "" {
			t.apart++
			if t.why == "" {
				t.why = why
			}
		}
	}
}

// examine looks at points, as many at once as a worker does, as long as they are on one market.
func (p *Plan) examine() (t together) {
	ahead, points := min(max(p.RunsPerChunk, EnoughAhead), MostAhead), p.Grid.Points()
	windows := min((points+ahead-1)/ahead, mostExamined/ahead)
	var values []param.Value
	for window := range windows {
		first := max(ahead, points/windows) * window
		var params []*param.Params
		for point := first; point < min(first+ahead, points); point++ {
			next := &param.Params{}
			values = p.Grid.AppendValues(values[:0], point)
			p.Grid.SetParams(next, values)
			if len(params) > 0 && next.Market != params[0].Market {
				t.add(params, p.Facts(params[0]))
				params = params[:0]
			}
			params = append(params, next)
		}
		t.add(params, p.Facts(params[0]))
	}
	return t
}

// describeTogether describes whether the engine simulates several runs at once, or why one at a time. No result depends on it.
func (p *Plan) describeTogether() string {
	if p.Output.Timeseries == store.KeepAll {
		return "one run at a time: output.timeseries all"
	}
	t := p.examine()
	points := func(of int) string { return text.Count(max(1, of*p.Grid.Points()/t.examined), "point") }
	if t.apart == t.examined {
		return "one run at a time: " + t.why
	}
	described := fmt.Sprintf("up to %d runs of a seed at once", engine.AtOnce)
	switch t.quotesOnly {
	case 0:
	case t.examined - t.apart:
		described += ", their quotes and fills, where the processor has AVX2"
	default:
		described += fmt.Sprintf(", of %s their quotes and fills, where the processor has AVX2", points(t.quotesOnly))
	}
	if t.apart > 0 {
		described += fmt.Sprintf("; one at a time %s (%s)", points(t.apart), t.why)
	}
	return described
}
