// Package text writes numbers, counts and sizes as sentences have them, and checks texts
// from outside before a sentence quotes them.
package text

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Significant writes a number with three significant figures, from a thousand on as an integer: a
// thousand has no exponent until nobody would read its digits.
func Significant(x float64) string {
	const readable = 1e9
	if rounded := math.Round(x); math.Abs(rounded) >= 1000 && math.Abs(rounded) < readable {
		return strconv.FormatFloat(rounded, 'f', 0, 64)
	}
	return fmt.Sprintf("%.3g", x)
}

// Defined is Significant, and says so of NaN.
func Defined(x float64) string {
	if math.IsNaN(x) {
		return "undefined"
	}
	return Significant(x)
}

// Estimate writes a number with its 95% interval, where there is one.
func Estimate(x, low, high float64) string {
	if math.IsNaN(low) {
		return Defined(x)
	}
	return fmt.Sprintf("%s (95%% CI %s to %s)", Significant(x), Significant(low), Significant(high))
}

// LeastProbability is the least that TailProbability writes as a number.
const LeastProbability = 0.0001

// TailProbability writes a probability with four decimals; NaN is "none".
func TailProbability(p float64) string {
	if math.IsNaN(p) {
		return "none"
	}
	if p < LeastProbability {
		return fmt.Sprintf("below %g", LeastProbability)
	}
	return fmt.Sprintf("%.4f", p)
}

// Were is "1 run was", "2 runs were".
func Were(n int, noun string) string {
	if n == 1 {
		return Count(n, noun) + " was"
	}
	return Count(n, noun) + " were"
}

// Are is "1 run is", "2 runs are".
func Are(n int, noun string) string {
	if n == 1 {
		return Count(n, noun) + " is"
	}
	return Count(n, noun) + " are"
}

// Count is "1 run", "2 runs".
func Count(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case noun == "axis":
		return fmt.Sprintf("%d axes", n)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Plural is a number with one of two nouns.
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// Ranges writes rising numbers as ranges: 0-3,7.
func Ranges(numbers []int) string {
	var ranges []string
	for i := 0; i < len(numbers); {
		end := i
		for end+1 < len(numbers) && numbers[end+1] == numbers[end]+1 {
			end++
		}
		one := strconv.Itoa(numbers[i])
		if end > i {
			one += "-" + strconv.Itoa(numbers[end])
		}
		ranges, i = append(ranges, one), end+1
	}
	return strings.Join(ranges, ",")
}

// Bytes writes a size.
func Bytes(n int64) string {
	for _, unit := range []struct {
		size int64
		name string
	}{{1 << 40, "TiB"}, {1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}} {
		if n >= unit.size {
			return fmt.Sprintf("%.1f %s", float64(n)/float64(unit.size), unit.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}

// Shell quotes the words of a command line where a shell would read them otherwise.
func Shell(words []string) string {
	plain := regexp.MustCompile(`^[A-Za-z0-9_./:=,+@%-]+$`)
	quoted := make([]string, len(words))
	for i, word := range words {
		if quoted[i] = word; !plain.MatchString(word) {
			quoted[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
	}
	return strings.Join(quoted, " ")
}

// Wrap breaks a text into lines of at most a number of characters, where words allow it.
func Wrap(text string, width int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
