package grid

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"

	"github.com/expr-lang/expr/vm"

	"optmm/engine/param"
	"optmm/sweep/fault"
)

// maxTested bounds the combinations that a filter may have to be tried on.
const maxTested = 10_000_000

// Description is what a study says of its grid.
type Description struct {
	Fixed    param.Params // every parameter that is not swept
	Axes     []Axis       // in any order, of different parameters
	Zips     [][]string   // parameters that step together
	Filters  []*Filter
	Sample   *Sample                // nil takes every combination
	Baseline map[string]param.Value // of swept parameters; what it leaves out is as the first such point has it
	Data     param.Data             // where markets come from
}

// Grid is the points of a study, computed when asked for.
type Grid struct {
	fixed      param.Params
	axes       []Axis
	components []component
	rows       [][]param.Value // of a sample
	listed     int             // points without an added baseline
	baseline   int
	outside    []param.Value // the baseline's values, where it is added
}

// component is a group of dimensions that no filter ties to another group; the
// points are the product of the components. A dimension is one axis, or several
// that are zipped.
type component struct {
	dimensions [][]int // places of axes
	lengths    []int
	passing    []uint32 // combinations that the filters leave; nil where all
	size       int
}

// New checks a description and returns its grid. Errors are Faults.
func New(d Description) (*Grid, error) {
	g := &Grid{fixed: d.Fixed, axes: sortAxes(d.Axes)}
	if err := g.arrange(d); err != nil {
		return nil, err
	}
	if err := g.placeBaseline(d); err != nil {
		return nil, err
	}
	return g, nil
}

func sortAxes(axes []Axis) []Axis {
	place := map[string]int{}
	for i, parameter := range param.Parameters() {
		place[parameter.Name] = i
	}
	sorted := slices.Clone(axes)
	slices.SortFunc(sorted, func(a, b Axis) int { return place[a.Parameter.Name] - place[b.Parameter.Name] })
	return sorted
}

func (g *Grid) arrange(d Description) error {
	if d.Sample != nil {
		return g.sample(d)
	}
	for _, axis := range g.axes {
		if axis.Len() == 0 {
			return fault.New("grid."+axis.Parameter.Name, "a range without a step needs a sample: {method: %s, points, seed}", strings.Join(SampleMethods(), " | "))
		}
	}
	dimensions, err := g.zip(d.Zips)
	if err != nil {
		return err
	}
	for _, group := range g.tie(dimensions, d.Filters) {
		c, err := g.component(group.dimensions, group.filters)
		if err != nil {
			return err
		}
		g.components = append(g.components, c)
	}
	points := uint64(1)
	for _, c := range g.components {
		high, low := bits.Mul64(points, uint64(c.size))
		if high != 0 || low >= 1<<53 {
			return fault.New("grid", "more than 2^53 points")
		}
		points = low
	}
	g.listed = int(points)
	if g.listed == 0 {
		return fault.New(d.Filters[0].Path, "the filters leave no point")
	}
	return nil
}

func (g *Grid) sample(d Description) error {
	if d.Zips != nil {
		return fault.New("zip", "zipped axes cannot be sampled")
	}
	if d.Sample.Points > maxSample {
		return fault.New("sample.points", "%d points: at most %d can be sampled", d.Sample.Points, maxSample)
	}
	if len(g.axes) == 0 {
		return fault.New("sample", "there are no axes to sample from")
	}
	rows, err := d.Sample.draw(g.axes)
	if err != nil {
		return &fault.Fault{Path: "sample.method", Err: err}
	}
	test := g.tester(d.Filters)
	seen := map[string]bool{}
	for _, row := range rows {
		passed, err := test(row)
		if err != nil {
			return err
		}
		if key := rowKey(row); passed && !seen[key] { // a point drawn twice is one point
			seen[key] = true
			g.rows = append(g.rows, row)
		}
	}
	if g.listed = len(g.rows); g.listed == 0 {
		return fault.New(d.Filters[0].Path, "the filters leave no point of the sample")
	}
	return nil
}

// rowKey is equal for equal rows of one grid.
func rowKey(row []param.Value) string {
	var key []byte
	for _, value := range row {
		key = binary.LittleEndian.AppendUint64(key, math.Float64bits(value.Number))
		key = append(append(key, value.Text...), 0)
	}
	return string(key)
}

// zip returns the dimensions: the places of the axes that step together.
func (g *Grid) zip(zips [][]string) ([][]int, error) {
	group := map[string]int{}
	for z, names := range zips {
		for _, name := range names {
			group[name] = z + 1
		}
	}
	var dimensions [][]int
	where := map[int]int{}
	for place, axis := range g.axes {
		z := group[axis.Parameter.Name]
		at, joined := where[z]
		if z == 0 || !joined {
			where[z] = len(dimensions)
			dimensions = append(dimensions, []int{place})
			continue
		}
		first := g.axes[dimensions[at][0]]
		if first.Len() != axis.Len() {
			return nil, fault.New(fault.Entry("zip", z-1), "%s has %d values and %s has %d: zipped axes are of one length",
				first.Parameter.Name, first.Len(), axis.Parameter.Name, axis.Len())
		}
		dimensions[at] = append(dimensions[at], place)
	}
	for _, dimension := range dimensions {
		if slices.ContainsFunc(dimension, func(place int) bool { return !g.axes[place].repeats }) {
			continue // an axis all of whose steps differ
		}
		seen := map[string]bool{}
		for at := range g.axes[dimension[0]].Len() {
			var step []string
			for _, place := range dimension {
				axis := &g.axes[place]
				step = append(step, axis.Parameter.Name+" "+axis.Parameter.Format(axis.At(at)))
			}
			together := strings.Join(step, ", ")
			if seen[together] {
				return nil, fault.New(fault.Entry("zip", group[g.axes[dimension[0]].Parameter.Name]-1), "duplicate %s", together)
			}
			seen[together] = true
		}
	}
	return dimensions, nil
}

type tied struct {
	dimensions [][]int
	filters    []*Filter
}

// tie groups the dimensions that some filter mentions together.
func (g *Grid) tie(dimensions [][]int, filters []*Filter) []tied {
	groups := make([]tied, len(dimensions))
	for i, dimension := range dimensions {
		groups[i].dimensions = [][]int{dimension}
	}
	mentions := func(group tied, filter *Filter) bool {
		for _, dimension := range group.dimensions {
			for _, place := range dimension {
				if slices.Contains(filter.Names, g.axes[place].Parameter.Name) {
					return true
				}
			}
		}
		return false
	}
	for _, filter := range filters {
		merged := -1
		for i := 0; i < len(groups); i++ {
			switch {
			case !mentions(groups[i], filter):
			case merged < 0:
				merged = i
			default:
				groups[merged].dimensions = append(groups[merged].dimensions, groups[i].dimensions...)
				groups[merged].filters = append(groups[merged].filters, groups[i].filters...)
				groups = slices.Delete(groups, i, i+1)
				i--
			}
		}
		if merged < 0 { // it mentions fixed parameters alone: it keeps all or nothing
			groups = append(groups, tied{})
			merged = len(groups) - 1
		}
		groups[merged].filters = append(groups[merged].filters, filter)
	}
	for _, group := range groups {
		slices.SortFunc(group.dimensions, func(a, b []int) int { return a[0] - b[0] })
	}
	return groups
}

func (g *Grid) component(dimensions [][]int, filters []*Filter) (component, error) {
	c := component{dimensions: dimensions, size: 1}
	for _, dimension := range dimensions {
		length := g.axes[dimension[0]].Len()
		high, low := bits.Mul64(uint64(c.size), uint64(length))
		if high != 0 || low >= 1<<53 {
			return c, fault.New("grid", "more than 2^53 points")
		}
		c.lengths = append(c.lengths, length)
		c.size = int(low)
	}
	if len(filters) == 0 {
		return c, nil
	}
	if c.size > maxTested {
		return c, fault.New(filters[0].Path, "the filter has %d combinations to try, at most %d can be: filter over fewer axes, or sample", c.size, maxTested)
	}
	test := g.tester(filters)
	values := make([]param.Value, len(g.axes))
	c.passing = []uint32{}
	for combination := range c.size {
		g.fill(&c, combination, values)
		passed, err := test(values)
		if err != nil {
			return c, err
		}
		if passed {
			c.passing = append(c.passing, uint32(combination))
		}
	}
	c.size = len(c.passing)
	return c, nil
}

// tester returns a function that tries the filters on a row of axis values.
func (g *Grid) tester(filters []*Filter) func([]param.Value) (bool, error) {
	var mentioned []int // places of axes
	environment := map[string]any{}
	fixed := g.fixed
	for _, parameter := range param.Parameters() {
		environment[parameter.Name] = environmentValue(parameter, parameter.Get(&fixed))
	}
	for place, axis := range g.axes {
		if slices.ContainsFunc(filters, func(f *Filter) bool { return slices.Contains(f.Names, axis.Parameter.Name) }) {
			mentioned = append(mentioned, place)
		}
	}
	machine := &vm.VM{}
	return func(values []param.Value) (bool, error) {
		for _, place := range mentioned {
			parameter := g.axes[place].Parameter
			environment[parameter.Name] = environmentValue(parameter, values[place])
		}
		for _, filter := range filters {
			if passed, err := filter.passes(machine, environment); err != nil || !passed {
				return false, err
			}
		}
		return true, nil
	}
}

// fill writes the values of a combination of the component's axes.
func (g *Grid) fill(c *component, combination int, values []param.Value) {
	for i := len(c.dimensions) - 1; i >= 0; i-- {
		at := combination % c.lengths[i]
		combination /= c.lengths[i]
		for _, place := range c.dimensions[i] {
			values[place] = g.axes[place].At(at)
		}
	}
}

// Axes returns the swept parameters with their values, in the order of the
// columns.
func (g *Grid) Axes() []Axis { return g.axes }

// Follows reports whether an axis steps together with one before it.
func (g *Grid) Follows(axis int) bool {
	for i := range g.components {
		for _, places := range g.components[i].dimensions {
			if slices.Contains(places[1:], axis) {
				return true
			}
		}
	}
	return false
}

// Dimension is an axis of a full grid, or several that are zipped and step as one.
type Dimension struct {
	Names  []string
	Length int
}

// Crossed returns the dimensions of a grid in which every combination is a point,
// the last fastest, an added baseline behind them; ok is false where a filter or a
// sample makes it something else.
func (g *Grid) Crossed() (dimensions []Dimension, ok bool) {
	if g.rows != nil || len(g.axes) == 0 {
		return nil, false
	}
	for _, c := range g.components {
		if c.passing != nil {
			return nil, false
		}
		for i, places := range c.dimensions {
			d := Dimension{Length: c.lengths[i]}
			for _, place := range places {
				d.Names = append(d.Names, g.axes[place].Parameter.Name)
			}
			dimensions = append(dimensions, d)
		}
	}
	return dimensions, true
}

// Points returns the number of points, the baseline included.
func (g *Grid) Points() int {
	if g.outside != nil {
		return g.listed + 1
	}
	return g.listed
}

// Values returns the values of the swept parameters at a point.
func (g *Grid) Values(point int) []param.Value { return g.AppendValues(nil, point) }

// AppendValues appends the values of the swept parameters at a point.
func (g *Grid) AppendValues(to []param.Value, point int) []param.Value {
	switch {
	case point < 0 || point >= g.Points():
		panic(fmt.Sprintf("grid: point %d of %d", point, g.Points()))
	case point == g.listed:
		return append(to, g.outside...)
	case g.rows != nil:
		return append(to, g.rows[point]...)
	}
	values := slices.Grow(to, len(g.axes))[:len(to)+len(g.axes)]
	for i := len(g.components) - 1; i >= 0; i-- {
		c := &g.components[i]
		combination := point % c.size
		point /= c.size
		if c.passing != nil {
			combination = int(c.passing[combination])
		}
		g.fill(c, combination, values[len(to):])
	}
	return values
}

// Params returns every parameter at a point.
func (g *Grid) Params(point int) param.Params { return g.paramsOf(g.Values(point)) }

// paramsOf returns every parameter where the swept ones have these values.
func (g *Grid) paramsOf(values []param.Value) param.Params {
	var params param.Params
	g.SetParams(&params, values)
	return params
}

// SetParams sets every parameter to what it is where the swept ones have these values.
func (g *Grid) SetParams(params *param.Params, values []param.Value) {
	*params = g.fixed
	for i := range g.axes {
		g.axes[i].Parameter.Set(params, values[i])
	}
}
