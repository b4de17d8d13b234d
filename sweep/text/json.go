package text

import (
	"encoding/json"
	"io"
	"math"
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
