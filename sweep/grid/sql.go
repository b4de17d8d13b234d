package grid

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// SQL writes the condition as DuckDB reads it, over a table in which what is undefined is null; column
// writes a name. As here, a comparison with null is false, and != is true.
func (c *Condition) SQL(column func(name string) string) string { return sqlOf(c.tree, column) }

// sqlOperators are those that SQL writes in another way.
func sqlOperators() map[string]string {
	return map[string]string{"&&": "and", "||": "or", "==": "=", "!=": "<>"}
}

func sqlOf(node ast.Node, column func(name string) string) string {
	list := func(nodes []ast.Node) string {
		var texts []string
		for _, n := range nodes {
			texts = append(texts, sqlOf(n, column))
		}
		return "(" + strings.Join(texts, ", ") + ")"
	}
	switch node := node.(type) {
	case *ast.IntegerNode:
		return strconv.Itoa(node.Value)
	case *ast.FloatNode:
		return strconv.FormatFloat(node.Value, 'e', -1, 64) // with an exponent: binary, and no decimal
	case *ast.BoolNode:
		return strconv.FormatBool(node.Value)
	case *ast.StringNode:
		return "'" + strings.ReplaceAll(node.Value, "'", "''") + "'"
	case *ast.IdentifierNode:
		return column(node.Value)
	case *ast.UnaryNode:
		operator := node.Operator
		if operator == "!" {
			operator = "not"
		}
		return fmt.Sprintf("(%s %s)", operator, sqlOf(node.Node, column))
	case *ast.BinaryNode:
		return sqlOfBinary(node, column)
	case *ast.ConditionalNode:
		return fmt.Sprintf("(case when %s then %s else %s end)", sqlOf(node.Cond, column), sqlOf(node.Exp1, column), sqlOf(node.Exp2, column))
	case *ast.ArrayNode:
		return list(node.Nodes)
	case *ast.BuiltinNode:
		return sqlOfFunction(node.Name, list(node.Arguments))
	case *ast.CallNode:
		return sqlOfFunction(node.Callee.(*ast.IdentifierNode).Value, list(node.Arguments))
	}
	return "null" // no checked expression has another
}

// sqlOfFunction writes a function of a list of arguments. As here, min and max keep the first of two of
// which one is undefined.
func sqlOfFunction(name, arguments string) string {
	sign, folded := map[string]string{"min": ">", "max": "<"}[name]
	if !folded {
		return name + arguments
	}
	return fmt.Sprintf("list_reduce([%s], lambda x, y: case when x %s y then y else x end)", arguments[1:len(arguments)-1], sign)
}

func sqlOfBinary(node *ast.BinaryNode, column func(name string) string) string {
	left, right := sqlOf(node.Left, column), sqlOf(node.Right, column)
	operator := node.Operator
	if other, ok := sqlOperators()[operator]; ok {
		operator = other
	}
	switch operator {
	case "**", "^":
		return fmt.Sprintf("pow(%s, %s)", left, right)
	case "in":
		if values, ok := node.Right.(*ast.ArrayNode); ok && len(values.Nodes) == 0 {
			return "false"
		}
		fallthrough
	case "=", "<", "<=", ">", ">=":
		return fmt.Sprintf("coalesce(%s %s %s, false)", left, operator, right)
	case "<>":
		return fmt.Sprintf("coalesce(%s <> %s, true)", left, right)
	}
	return fmt.Sprintf("(%s %s %s)", left, operator, right)
}
