package text

import (
	"encoding/json"
	"io"
	"math"
	"reflect"
	"strings"
	"unicode"
)

// Number is a number, or nil where there is none.
func Number(x float64) any {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return x
}

// WriteJSON writes a value as JSON on lines of their own, as every command does that has --json.
func WriteJSON(to io.Writer, value any) error {
	encoder := json.NewEncoder(to)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// Plain is a value as WriteJSON takes it: a structure as a map of its exported fields, their names in
// snake case, and a number that is undefined as nil.
func Plain(value any) any { return plain(reflect.ValueOf(value)) }

func plain(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Invalid:
		return nil
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return plain(v.Elem())
	case reflect.Float64, reflect.Float32:
		return Number(v.Float())
	case reflect.Slice, reflect.Array:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = plain(v.Index(i))
		}
		return list
	case reflect.Struct:
		fields := map[string]any{}
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() {
				fields[snake(field.Name)] = plain(v.Field(i))
			}
		}
		return fields
	}
	return v.Interface()
}

// snake writes a name of Go's in snake case.
func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
