package spec

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"optmm/sweep/fault"
)

// All that is wrong with a study is named at once, in the order of its lines, and nothing that only
// follows from it.
func TestEveryMistakeAtOnce(t *testing.T) {
	const study = `name: my study
market: {synthetic: {minutes: 3.9, implied_vl: 0.2}}
engine: {fill_model: sed, hedge_modl: off, latency_minutes: -1}
grid:
  skew: [0, 0.01, 0.01]
  k_fil: [20, 40]
  spread: {from: 0.1, to: 0.05, step: 0.01}
seeds: {first: 1, cnt: 20}
baseline: {skew: x, k_fill: 40}
objective: net_pl - 0.5*max_drawdown
exclude: skw > 1
verdict:
tags: [a, a]
output: {timeseries: some, figures: maybe}
`
	_, err := Parse("bad.yaml", []byte(study), []string{"engine.nothing=1", "seeds.first"}, Files())
	var several *fault.Several
	if !errors.As(err, &several) {
		t.Fatalf("error %v", err)
	}
	var got []string
	for _, one := range several.Errors {
		text := one.Error()
		place, rest, _ := strings.Cut(text, ": ")
		key, _, _ := strings.Cut(rest, ":")
		got = append(got, place+" "+key)
	}
	want := []string{
		"set engine.nothing=1 unknown key nothing", "set seeds.first write path=value, as in engine.k_fill=30",
		"bad.yaml:1 name", "bad.yaml:2 market.synthetic.implied_vl", "bad.yaml:2 market.synthetic.minutes", "bad.yaml:3 engine.hedge_modl", "bad.yaml:3 engine.latency_minutes", "bad.yaml:3 engine.fill_model",
		"bad.yaml:5 grid.skew.2", "bad.yaml:6 grid.k_fil", "bad.yaml:7 grid.spread", "bad.yaml:8 seeds.cnt", "bad.yaml:9 baseline.skew", "bad.yaml:10 objective", "bad.yaml:11 exclude", "bad.yaml:12 verdict", "bad.yaml:13 tags.1",
		"bad.yaml:14 output.timeseries", "bad.yaml:14 output.figures",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got\n%s\nwant\n%s\n%v", strings.Join(got, "\n"), strings.Join(want, "\n"), err)
	}
}
