package grid

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm"
)

// Condition is a condition on named values, in the expression language of
// expr-lang.org, as in skew > 0.05 && k_fill < 20.
type Condition struct {
	Source  string
	Names   []string // that it mentions, each once
	program *vm.Program
}

// ParseCondition compiles a condition on the names of an environment, whose values
// are of the types that they will have. unknown is a name that is not there.
func ParseCondition(source string, environment map[string]any) (c *Condition, unknown string, err error) {
	c = &Condition{Source: source}
	collect := visitor(func(name string) {
		if _, ok := environment[name]; !ok {
			unknown = name
		} else if !slices.Contains(c.Names, name) {
			c.Names = append(c.Names, name)
		}
	})
	c.program, err = expr.Compile(source, expr.Env(environment), expr.AsBool(), expr.Patch(collect), expr.DisableAllBuiltins())
	if unknown != "" {
		return nil, unknown, nil
	}
	return c, "", c.wrap(err)
}

// Met evaluates the condition.
func (c *Condition) Met(machine *vm.VM, environment map[string]any) (bool, error) {
	result, err := machine.Run(c.program, environment)
	if err != nil {
		return false, c.wrap(err)
	}
	return result.(bool), nil
}

// wrap puts the condition before an error, of which the first line says enough.
func (c *Condition) wrap(err error) error {
	if err == nil {
		return nil
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	return fmt.Errorf("%q: %s", c.Source, first)
}

// visitor calls a function with every name in an expression.
type visitor func(name string)

func (v visitor) Visit(node *ast.Node) {
	if identifier, ok := (*node).(*ast.IdentifierNode); ok {
		v(identifier.Value)
	}
}
