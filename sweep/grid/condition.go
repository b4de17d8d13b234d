package grid

import (
	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
)

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
