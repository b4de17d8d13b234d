package grid_test

import (
	"fmt"

	"optmm/engine/param"
	"optmm/sweep/grid"
)

func parameter(name string) param.Parameter {
	return *param.NewRules(param.Synthetic).Parameter(name)
}

// Two axes cross, a filter leaves points out, and the baseline is one of them. Nothing is
// enumerated before it is asked for.
func ExampleNew() {
	skew, err := grid.ParseAxis(parameter("skew"), "grid.skew", []any{0.0, 0.02}, false)
	if err != nil {
		fmt.Println(err)
		return
	}
	fill, err := grid.ParseAxis(parameter("k_fill"), "grid.k_fill", map[string]any{"from": 20, "to": 60, "step": 20}, false)
	if err != nil {
		fmt.Println(err)
		return
	}
	filter, err := grid.ParseFilter("exclude", "skew > 0.01 && k_fill < 30", true)
	if err != nil {
		fmt.Println(err)
		return
	}
	g, err := grid.New(grid.Description{
		Axes: []grid.Axis{skew, fill}, Filters: []*grid.Filter{filter}, Fixed: param.Defaults(param.Synthetic),
		Baseline: map[string]param.Value{"skew": {Number: 0.02}, "k_fill": {Number: 40}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for point := range g.Points() {
		params := g.Params(point)
		fmt.Println(point, params.Skew, params.KFill)
	}
	baseline, added := g.Baseline()
	fmt.Println("baseline", baseline, added)
	// Output:
	// 0 0 20
	// 1 0 40
	// 2 0 60
	// 3 0.02 40
	// 4 0.02 60
	// baseline 3 false
}

// Seeds are a range, or a list of market and fill seeds.
func ExampleParseSeeds() {
	for _, raw := range []any{map[string]any{"first": 1, "count": 3}, []any{7, map[string]any{"market": 42, "fill": 123}}} {
		seeds, err := grid.ParseSeeds("seeds", raw)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(seeds.Len(), seeds.At(0), seeds.At(seeds.Len()-1))
	}
	// Output:
	// 3 1 3
	// 2 7 market 42, fill 123
}
