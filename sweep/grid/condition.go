package grid

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm"
)

// expression is a compiled text in the expression language of expr-lang.org over
// named values. Of its functions it has abs, min and max.
type expression struct {
	Source  string
	Names   []string // that it mentions, each once
	program *vm.Program
}

// Condition is a condition on named values, as in skew > 0.05 && k_fill < 20.
type Condition struct{ expression }

// Formula is a number computed from named numbers, as in net_pnl - 0.5*max_drawdown.
type Formula struct{ expression }

// ParseCondition compiles a condition on the names of an environment, whose values
// are of the types that they will have. unknown is a name that is not there.
func ParseCondition(source string, environment map[string]any) (c *Condition, unknown string, err error) {
	e, unknown, err := parseExpression(source, environment, expr.AsBool())
	return &Condition{e}, unknown, err
}

// ParseFormula is ParseCondition of a formula.
func ParseFormula(source string, environment map[string]any) (f *Formula, unknown string, err error) {
	e, unknown, err := parseExpression(source, environment, expr.AsFloat64())
	return &Formula{e}, unknown, err
}

func parseExpression(source string, environment map[string]any, result expr.Option) (e expression, unknown string, err error) {
	e.Source = source
	collect := visitor(func(name string) {
		if _, ok := environment[name]; !ok {
			unknown = name
		} else if !slices.Contains(e.Names, name) {
			e.Names = append(e.Names, name)
		}
	})
	options := []expr.Option{expr.Env(environment), result, expr.Patch(collect), expr.DisableAllBuiltins()}
	for _, function := range []string{"abs", "min", "max"} {
		options = append(options, expr.EnableBuiltin(function))
	}
	if strings.Contains(source, ";") { // the language has sequences; nobody means one
		return e, "", fmt.Errorf("%q: one expression, without a semicolon", source)
	}
	e.program, err = expr.Compile(source, options...)
	if unknown != "" {
		return e, unknown, nil
	}
	return e, "", e.wrap(err)
}

// Met evaluates the condition.
func (c *Condition) Met(machine *vm.VM, environment map[string]any) (bool, error) {
	result, err := machine.Run(c.program, environment)
	if err != nil {
		return false, c.wrap(err)
	}
	return result.(bool), nil
}

// Value evaluates the formula.
func (f *Formula) Value(machine *vm.VM, environment map[string]any) (float64, error) {
	result, err := machine.Run(f.program, environment)
	if err != nil {
		return 0, f.wrap(err)
	}
	return result.(float64), nil
}

// wrap puts the text before an error, of which the first line says enough.
func (e *expression) wrap(err error) error {
	if err == nil {
		return nil
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	return fmt.Errorf("%q: %s", e.Source, first)
}

// visitor calls a function with every name in an expression.
type visitor func(name string)

func (v visitor) Visit(node *ast.Node) {
	if identifier, ok := (*node).(*ast.IdentifierNode); ok {
		v(identifier.Value)
	}
}
