package grid

import (
	"strings"
	"testing"
)

// What DuckDB is to evaluate; scripts/interop holds it against the conditions themselves.
func TestConditionsAsSQL(t *testing.T) {
	environment := map[string]any{"a": 0.0, "b": 0.0, "model": ""}
	column := func(name string) string { return `"` + name + `"` }
	for source, want := range map[string]string{
		"a > 1":                            `coalesce("a" > 1, false)`,
		"a != b && !(b == 2)":              `(coalesce("a" <> "b", true) and (not coalesce("b" = 2, false)))`,
		"not (a <= 1) or b >= 0.1":         `((not coalesce("a" <= 1, false)) or coalesce("b" >= 1e-01, false))`,
		`model == "it's"`:                  `coalesce("model" = 'it''s', false)`,
		`model in ["x", "y"]`:              `coalesce("model" in ('x', 'y'), false)`,
		"a in []":                          `false`,
		"a ** 2 + b ^ 3 < -1":              `coalesce((pow("a", 2) + pow("b", 3)) < (- 1), false)`,
		"abs(a - b) > 1 ? a > 0 : b > 0":   `(case when coalesce(abs(("a" - "b")) > 1, false) then coalesce("a" > 0, false) else coalesce("b" > 0, false) end)`,
		"max((a - b), 0) > min(a, b, 2.5)": `coalesce(list_reduce([("a" - "b"), 0], lambda x, y: case when x < y then y else x end) > list_reduce(["a", "b", 2.5e+00], lambda x, y: case when x > y then y else x end), false)`,
		"true":                             `true`,
	} {
		condition, unknown, err := ParseCondition(source, environment)
		if err != nil || unknown != "" {
			t.Fatalf("%s: %q %v", source, unknown, err)
		}
		if got := condition.SQL(column); got != want {
			t.Errorf("%s:\n%s, want\n%s", source, got, want)
		}
	}
	deep, _, err := ParseCondition(strings.Repeat("max(a, ", 90)+"b"+strings.Repeat(")", 90)+" > 0", environment)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(deep.SQL(column)); n > 10_000 {
		t.Errorf("a nested condition has %d characters in SQL", n)
	}
}
