package grid

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"
)

// The bounds of an expression: with them it is compiled and evaluated in microseconds.
const (
	mostCharacters = 2_000
	mostNesting    = 100
)

// expression is a compiled text in a part of the expression language of expr-lang.org
// over named values: numbers, texts, true and false; + - * / ** and comparisons; and,
// or, not and the choice a ? b : c; in [a, b]; abs, min, max. Everything else of that
// language is refused, so that no text takes long or much memory.
type expression struct {
	Source  string
	Names   []string // that it mentions, each once
	program *vm.Program
	tree    ast.Node
}

func functions() []string { return []string{"abs", "min", "max"} }

func operators() []string {
	return []string{"+", "-", "*", "/", "**", "^", "==", "!=", "<", "<=", ">", ">=", "&&", "||", "and", "or", "in"}
}

func parseExpression(source string, environment map[string]any, result expr.Option) (e expression, unknown string, err error) {
	e.Source = strings.Join(strings.Fields(source), " ") // a line, wherever it is shown
	if len(source) > mostCharacters {
		return e, "", fmt.Errorf("%.20q… has %d characters, an expression at most %d", source, len(source), mostCharacters)
	}
	if strings.Contains(source, "//") || strings.Contains(source, "/*") {
		return e, "", e.wrap(errors.New("an expression has no comments; YAML has, after #"))
	}
	if source = e.Source; source == "" {
		return e, "", e.wrap(errors.New("it is empty"))
	}
	tree, err := parser.Parse(source)
	if err != nil {
		return e, "", e.wrap(err)
	}
	c := expressionChecker{environment: environment}
	c.check(tree.Node, 0)
	if c.err != nil {
		return e, "", e.wrap(c.err)
	}
	if c.unknown != "" {
		return e, c.unknown, nil
	}
	e.Names, e.tree = c.names, tree.Node
	options := []expr.Option{expr.Env(environment), result, expr.DisableAllBuiltins()}
	for _, function := range functions() {
		options = append(options, expr.EnableBuiltin(function))
	}
	if e.program, err = expr.Compile(source, options...); err == nil {
		err = e.try(environment)
	}
	return e, "", e.wrap(err)
}

// try evaluates the expression once, on values of no point, so that what fails
// whatever the values fails before anything is run.
func (e *expression) try(environment map[string]any) error {
	values := maps.Clone(environment)
	for name, value := range values {
		if _, number := value.(float64); number {
			values[name] = 1.5
		}
	}
	_, err := vm.Run(e.program, values)
	return err
}

// wrap puts the text before an error, of which the first line says enough.
func (e *expression) wrap(err error) error {
	if err == nil {
		return nil
	}
	first, _, _ := strings.Cut(plainError(err).Error(), "\n")
	return fmt.Errorf("%q: %s", e.Source, first)
}

// expressionChecker gathers the names of a tree and finds what is not allowed in it.
type expressionChecker struct {
	environment map[string]any
	names       []string
	unknown     string // a name that is not there
	err         error
}

func (c *expressionChecker) refuse(format string, arguments ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, arguments...)
	}
}

func (c *expressionChecker) check(node ast.Node, depth int) {
	if depth > mostNesting {
		c.refuse("nested more than %d deep", mostNesting)
		return
	}
	below := func(nodes ...ast.Node) {
		for _, node := range nodes {
			c.check(node, depth+1)
		}
	}
	switch node := node.(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.StringNode:
	case *ast.IdentifierNode:
		if _, ok := c.environment[node.Value]; !ok {
			c.unknown = node.Value
		} else if !slices.Contains(c.names, node.Value) {
			c.names = append(c.names, node.Value)
		}
	case *ast.UnaryNode:
		below(node.Node)
	case *ast.BinaryNode:
		if !slices.Contains(operators(), node.Operator) {
			c.refuse("%s is not an operator of an expression, which has %s", node.Operator, strings.Join(operators(), " "))
		}
		below(node.Left, node.Right)
	case *ast.ConditionalNode:
		below(node.Cond, node.Exp1, node.Exp2)
	case *ast.ArrayNode:
		below(node.Nodes...)
	case *ast.BuiltinNode:
		c.function(node.Name)
		below(node.Arguments...)
	case *ast.CallNode:
		if callee, ok := node.Callee.(*ast.IdentifierNode); ok {
			c.function(callee.Value)
		} else {
			c.refuse("an expression is made of numbers, names, operators and %s", strings.Join(functions(), ", "))
		}
	default:
		c.refuse("an expression is made of numbers, names, operators and %s", strings.Join(functions(), ", "))
	}
}

func (c *expressionChecker) function(name string) {
	if !slices.Contains(functions(), name) {
		c.refuse("%s is not a function of an expression, which has %s", name, strings.Join(functions(), ", "))
	}
}
