package grid

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr/file"
)

// plainError says what is wrong with an expression in words of expressions: the library speaks of tokens
// and of Go's types.
func plainError(err error) error {
	message, where := err.Error(), ""
	var at *file.Error
	if errors.As(err, &at) {
		message, where = at.Message, fmt.Sprintf(" at character %d", at.Column+1)
	}
	for _, rule := range []struct {
		pattern string
		words   func(found []string) string
	}{
		{`unexpected token EOF`, func([]string) string { return "it ends too early" }},
		{`unexpected token \w+\("(.*)"\)`, func(found []string) string {
			words := fmt.Sprintf("%s is not expected%s", found[1], where)
			if found[1] == "=" {
				words += "; == compares"
			}
			return words
		}},
		{`expected (\S+), but got (.+)`, func(found []string) string {
			return fmt.Sprintf("it is %s, want %s", kindOf(found[2]), kindOf(found[1]))
		}},
		{`non-bool expression \(type (.+)\) used as condition`, func(found []string) string {
			return fmt.Sprintf("before ? there is %s, want a condition", kindOf(found[1]))
		}},
		{`invalid operation: (\S+) \(mismatched types (.+) and (.+)\)`, func(found []string) string {
			if slices.Contains([]string{"and", "or", "&&", "||"}, found[1]) {
				return fmt.Sprintf("%s%s takes conditions, not %s and %s", found[1], where, kindOf(found[2]), kindOf(found[3]))
			}
			return fmt.Sprintf("%s%s is between %s and %s", found[1], where, kindOf(found[2]), kindOf(found[3]))
		}},
		{`invalid operation: (\S+) \(mismatched type (.+)\)`, func(found []string) string {
			return fmt.Sprintf("%s%s is before %s", found[1], where, kindOf(found[2]))
		}},
	} {
		if found := regexp.MustCompile(rule.pattern).FindStringSubmatch(message); found != nil {
			return errors.New(rule.words(found))
		}
	}
	if where == "" {
		return err
	}
	return errors.New(message + where)
}

// kindOf names a type of Go's as expressions have it.
func kindOf(name string) string {
	switch {
	case name == "bool":
		return "a condition"
	case name == "string":
		return "a text"
	case strings.HasPrefix(name, "[]"):
		return "a list"
	case strings.HasPrefix(name, "float"), strings.HasPrefix(name, "int"):
		return "a number"
	}
	return "something else"
}
