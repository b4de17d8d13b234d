package grid

import (
	"errors"
	"math"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"optmm/engine"
)

// Filter is a condition on the parameters of a point, in the expression language
// of expr-lang.org, as in skew > 0.05 && k_fill < 20. Parameters that are not
// swept have their fixed value.
type Filter struct {
	Path    string
	Source  string
	Exclude bool // leave out the points that meet it, instead of all others

	program *vm.Program
	names   []string // the parameters it mentions
}

// ParseFilter compiles a condition. An error is a Fault at path.
func ParseFilter(path, source string, exclude bool) (*Filter, error) {
	filter := &Filter{Path: path, Source: source, Exclude: exclude}
	environment := map[string]any{}
	var names []string
	for _, parameter := range engine.Parameters() {
		names = append(names, parameter.Name)
		environment[parameter.Name] = environmentValue(parameter, parameter.Default)
	}
	var unknown string
	collect := visitor(func(name string) {
		switch {
		case !slices.Contains(names, name):
			unknown = name
		case !slices.Contains(filter.names, name):
			filter.names = append(filter.names, name)
		}
	})
	program, err := expr.Compile(source, expr.Env(environment), expr.AsBool(), expr.Patch(collect), expr.DisableAllBuiltins())
	switch {
	case unknown != "":
		return nil, NewFault(path, "%q: %s is no parameter%s", source, unknown, Nearest(unknown, names))
	case err != nil:
		first, _, _ := strings.Cut(err.Error(), "\n")
		return nil, NewFault(path, "%q: %s", source, first)
	}
	filter.program = program
	return filter, nil
}

// Names lists the names that an expression mentions, each once.
func Names(source string) ([]string, error) {
	tree, err := parser.Parse(source)
	if err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return nil, errors.New(first)
	}
	var names []string
	collect := visitor(func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	})
	ast.Walk(&tree.Node, collect)
	return names, nil
}

// visitor calls a function with every name in an expression.
type visitor func(name string)

func (v visitor) Visit(node *ast.Node) {
	if identifier, ok := (*node).(*ast.IdentifierNode); ok {
		v(identifier.Value)
	}
}

// environmentValue is what an expression sees of a parameter: a number, NaN
// where unset (every comparison is then false), or a name.
func environmentValue(parameter engine.Parameter, v engine.Value) any {
	switch {
	case parameter.Kind == engine.Choice:
		return v.Text
	case v.Unset:
		return math.NaN()
	}
	return v.Number
}

// passes reports whether a point whose parameters are in environment stays.
func (f *Filter) passes(machine *vm.VM, environment map[string]any) (bool, error) {
	result, err := machine.Run(f.program, environment)
	if err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return false, NewFault(f.Path, "%q: %s", f.Source, first)
	}
	return result.(bool) != f.Exclude, nil
}
