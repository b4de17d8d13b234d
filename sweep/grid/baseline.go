package grid

import (
	"slices"

	"optmm/engine/param"
	"optmm/sweep/fault"
)

// placeBaseline finds the baseline among the points, or adds it behind them. Where
// nobody names one it is the first point: never one that nobody asked for. A baseline
// that names some parameters is the first point that has them so; where none has, it has
// the others as the first point.
func (g *Grid) placeBaseline(d Description) error {
	named := make([]*param.Value, len(g.axes))
	for i := range g.axes {
		if value, ok := d.Baseline[g.axes[i].Parameter.Name]; ok {
			named[i] = &value
		}
	}
	values := g.firstWith(named)
	params := g.paramsOf(values)
	if err := param.NewRules(d.Data).Consistent(&params); err != nil {
		return &fault.Fault{Path: "baseline", Err: err}
	}
	g.baseline = g.find(values)
	if g.baseline < 0 {
		g.baseline, g.outside = g.listed, values
	}
	return nil
}

// firstWith returns the values of the first point that has those that are named, not nil;
// where there is none, the first point's with the named ones in their place.
func (g *Grid) firstWith(named []*param.Value) []param.Value {
	has := func(values []param.Value, places []int) bool {
		return !slices.ContainsFunc(places, func(place int) bool { return named[place] != nil && *named[place] != values[place] })
	}
	values := g.Values(0)
	var every []int
	for place := range g.axes {
		every = append(every, place)
	}
	if at := slices.IndexFunc(g.rows, func(row []param.Value) bool { return has(row, every) }); at >= 0 {
		copy(values, g.rows[at])
	}
	for i := range g.components {
		g.components[i].first(g, values, has)
	}
	for place, value := range named {
		if value != nil {
			values[place] = *value
		}
	}
	return values
}

// first writes the values of the first combination that is as it is to be, if there is
// one.
func (c *component) first(g *Grid, values []param.Value, has func(values []param.Value, places []int) bool) {
	trial := slices.Clone(values)
	if c.passing == nil { // each dimension by itself
		for k, places := range c.dimensions {
			for step := range c.lengths[k] {
				for _, place := range places {
					trial[place] = g.axes[place].At(step)
				}
				if has(trial, places) {
					for _, place := range places {
						values[place] = trial[place]
					}
					break
				}
			}
		}
		return
	}
	places := slices.Concat(c.dimensions...)
	for _, combination := range c.passing {
		if g.fill(c, int(combination), trial); has(trial, places) {
			copy(values, trial)
			return
		}
	}
}

// find returns the point with the values, −1 where there is none.
func (g *Grid) find(values []param.Value) int {
	if g.rows != nil {
		return slices.IndexFunc(g.rows, func(row []param.Value) bool { return slices.Equal(row, values) })
	}
	point := 0
	for i := range g.components {
		c := &g.components[i]
		combination := 0
		for k, dimension := range c.dimensions {
			at := g.step(dimension, c.lengths[k], values)
			if at < 0 {
				return -1
			}
			combination = combination*c.lengths[k] + at
		}
		if c.passing != nil {
			var found bool
			if combination, found = slices.BinarySearch(c.passing, uint32(combination)); !found {
				return -1
			}
		}
		point = point*c.size + combination
	}
	return point
}

// Finder returns a function that finds the point with some values of the axes, −1 where there is none.
func (g *Grid) Finder() func(values []param.Value) int {
	rows := map[string]int{} // of a sample, by their keys
	for i, row := range g.rows {
		rows[rowKey(row)] = i
	}
	return func(values []param.Value) int {
		point := -1
		if g.rows == nil {
			point = g.find(values)
		} else if at, is := rows[rowKey(values)]; is {
			point = at
		}
		if point < 0 && g.outside != nil && slices.Equal(values, g.outside) {
			return g.listed
		}
		return point
	}
}

// step returns the place on a dimension where its axes have the values, −1
// where there is none.
func (g *Grid) step(dimension []int, length int, values []param.Value) int {
	for at := range length {
		if !slices.ContainsFunc(dimension, func(place int) bool { return g.axes[place].At(at) != values[place] }) {
			return at
		}
	}
	return -1
}

// Baseline returns the point all others are compared with, and whether it was
// added because the axes do not produce it.
func (g *Grid) Baseline() (point int, added bool) { return g.baseline, g.baseline == g.listed }

// WithBaseline returns the same points with another of them as the baseline.
func (g *Grid) WithBaseline(point int) *Grid {
	other := *g
	other.baseline = point
	return &other
}

// FirstWith returns the first point that has the named values, −1 where none has.
func (g *Grid) FirstWith(named map[string]param.Value) int {
	var values []param.Value
	for point := range g.Points() {
		values = g.AppendValues(values[:0], point)
		differs := false
		for i := range g.axes {
			want, ok := named[g.axes[i].Parameter.Name]
			differs = differs || ok && want != values[i]
		}
		if !differs {
			return point
		}
	}
	return -1
}
