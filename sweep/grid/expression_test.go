package grid

import (
	"strings"
	"testing"

	"github.com/expr-lang/expr/vm"
)

func someNames() map[string]any { return map[string]any{"a": 0.0, "b": 0.0, "name": ""} }

// What is no arithmetic, comparison or logic is refused by its name, and what would take
// long or much memory before it can.
func TestExpressionsAreBounded(t *testing.T) {
	for source, want := range map[string]string{
		"count(1..999999, # > 3) > a":         "count is not a function of an expression, which has abs, min, max",
		"all(1..999999, all(1..9999, # > 0))": "all is not a function of an expression",
		"a > 0 && 3 in 1..999999999":          ".. is not an operator of an expression",
		"len(name) > 0":                       "len is not a function of an expression",
		"name matches '(a+)+b'":               "matches is not an operator",
		"name contains 'x'":                   "contains is not an operator",
		"let c = 1; c > a":                    "an expression is made of numbers, names, operators",
		"a > 0; b > 0":                        "an expression is made of",
		"{x: 1}.x > a":                        "an expression is made of",
		"[1, 2][0] > a":                       "an expression is made of",
		"name[0:1] == 'x'":                    "an expression is made of",
		"now() > a":                           "now is not a function",
		"$env.a > 0":                          "an expression is made of",
		"(a ?? 1) > 0":                        "?? is not an operator",
		"1 % 0 == 1":                          "% is not an operator",
		"a > 0 // is fine":                    "an expression has no comments",
		"a /* first */ > 0":                   "an expression has no comments",
		strings.Repeat("-", 1<<20) + "a > 0":  "has 1048581 characters, an expression at most 2000",
		strings.Repeat("-", 1900) + "a > 0":   "nested more than 100 deep",
		strings.Repeat("(", 900) + "a" + strings.Repeat(")", 900) + " > -" + strings.Repeat("-", 101) + "1": "nested more than 100 deep",
		strings.Repeat("a > 0 && ", 150) + "a > 0":                                                          "nested more than 100 deep",
		"a +":                    "it ends too early",
		"min([]) > a":            "min",
		"max([a, name]) > 1":     "max",
		"(a > 0 ? name : 1) > 1": "invalid operation",
	} {
		_, unknown, err := ParseCondition(source, someNames())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: unknown %q, error %v, want %q", source, unknown, err, want)
		}
		if err != nil && len(err.Error()) > 2*mostCharacters+200 {
			t.Errorf("%.60q: the error has %d characters", source, len(err.Error()))
		}
	}
}

func TestExpressionsThatAreAllowed(t *testing.T) {
	environment := map[string]any{"a": 2.0, "b": -3.0, "name": "x"}
	for source, want := range map[string]bool{
		"a ** 2 + abs(b) == 7 and not (min(a, b) > max(0, b))": true, "name in ['x', 'y']": true, "name == \"x\" || a / b > 0": true,
		"name not in ['x']": false, "-b >= 3 && a != 1.5e1": true,
	} {
		condition, unknown, err := ParseCondition(source, environment)
		if err != nil || unknown != "" {
			t.Errorf("%q: unknown %q, error %v", source, unknown, err)
			continue
		}
		if met, err := condition.Met(&vm.VM{}, environment); err != nil || met != want {
			t.Errorf("%q is %v, error %v", source, met, err)
		}
	}
}

func FuzzExpression(f *testing.F) {
	for _, seed := range []string{"a > 0", "min(a, b) ** 2 < abs(b)", "all(1..9, # > 0)", "a in [1, 2]", "let x = a; x", "((((a", "a ? b : name", "- - - a", "name == 'y'"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		condition, unknown, err := ParseCondition(source, someNames())
		if err == nil && unknown == "" {
			if _, err := condition.Met(&vm.VM{}, someNames()); err != nil && strings.Contains(err.Error(), "panic") {
				t.Errorf("%q: %v", source, err)
			}
		}
		if formula, unknown, err := ParseFormula(source, someNames()); err == nil && unknown == "" {
			formula.Value(&vm.VM{}, someNames())
		}
	})
}
