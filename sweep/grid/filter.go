package grid

import (
	"math"

	"github.com/expr-lang/expr/vm"

	"optmm/engine/param"
	"optmm/sweep/fault"
)

// Filter is a condition on the parameters of a point. Parameters that are not swept
// have their fixed value.
type Filter struct {
	*Condition
	Path    string
	Exclude bool // leave out the points that meet it, instead of all others
}

// ParseFilter compiles a condition. An error is a Fault at path.
func ParseFilter(path, source string, exclude bool) (*Filter, error) {
	environment := map[string]any{}
	var names []string
	for _, parameter := range param.Parameters() {
		names = append(names, parameter.Name)
		environment[parameter.Name] = environmentValue(parameter, parameter.Default)
	}
	condition, unknown, err := ParseCondition(source, environment)
	switch {
	case unknown != "":
		return nil, fault.New(path, "%q: %s is not a parameter%s", source, unknown, fault.DidYouMean(unknown, names))
	case err != nil:
		return nil, &fault.Fault{Path: path, Err: err}
	}
	return &Filter{Condition: condition, Path: path, Exclude: exclude}, nil
}

// environmentValue is what an expression sees of a parameter: a number, NaN
// where unset (every comparison is then false), or a name.
func environmentValue(parameter param.Parameter, v param.Value) any {
	switch {
	case parameter.Kind == param.Choice:
		return v.Text
	case v.Unset:
		return math.NaN()
	}
	return v.Number
}

// passes reports whether a point whose parameters are in environment stays.
func (f *Filter) passes(machine *vm.VM, environment map[string]any) (bool, error) {
	met, err := f.Met(machine, environment)
	if err != nil {
		return false, &fault.Fault{Path: f.Path, Err: err}
	}
	return met != f.Exclude, nil
}
