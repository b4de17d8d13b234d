package spec

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

func decoded(t *testing.T, text string) map[string]any {
	t.Helper()
	tree, err := readTree([]byte(text))
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	var values map[string]any
	if err := tree.Decode(&values); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return values
}

// Plain scalars are what the core schema of YAML 1.2 says (section 10.3.2 of its
// specification), where YAML 1.1 says otherwise.
func TestNumbersAreDecimal(t *testing.T) {
	for text, want := range map[string]any{
		"010": 10, "005": 5, "-08": -8, "+7": 7, "000": 0, "0": 0, "0x1F": 31, "0o17": 15, "1e3": 1000.0, ".5": 0.5, "10.50": 10.5,
		"1_000": "1_000", "0b11": "0b11", "12:30": "12:30", "off": "off", "no": "no", "true": true, `"010"`: "010", "!!int 010": 10, "!!float 010": 10.0, "!!str 010": "010", "18446744073709551615": uint64(18446744073709551615),
	} {
		if got := decoded(t, "a: "+text)["a"]; got != want {
			t.Errorf("%s is %v (%T), want %v", text, got, got, want)
		}
	}
}

func TestMergesAndAnchorHolders(t *testing.T) {
	got := decoded(t, "\xef\xbb\xbf"+`%YAML 1.2
---
x-common: &common {a: 1, b: 2}
x-more: &more {b: 3, c: 3}
one: {<<: *common, b: 9}
two: {<<: [*common, *more]}
list: [*common]
`)
	one, two := got["one"].(map[string]any), got["two"].(map[string]any)
	if one["a"] != 1 || one["b"] != 9 || two["b"] != 2 || two["c"] != 3 || got["x-common"] != nil || len(got) != 3 {
		t.Errorf("merged to %v", got)
	}
}

func TestYAMLIsRefusedWithItsLine(t *testing.T) {
	nested := strings.Repeat("[", 70) + strings.Repeat("]", 70)
	for text, want := range map[string]string{
		"":                              "the file is empty",
		"a: 1\nb: 2\na: 3\n":            "line 3: duplicate key a, first in line 1",
		"a:\n  b: 1\n  c: {d: 1, d: 2}": "line 3: duplicate key d, first in line 3",
		"a: 1\nb: [1, 2\nc: 3\n":        "line 2: did not find expected ',' or ']'",
		"a: 1\nb: \"x\n":                "line 2: found unexpected end of stream",
		"a: 1\n b: 2\n":                 "line 2: mapping values are not allowed in this context",
		"a: 1\n\tb: 2\n":                "line 2: found a tab character that violates indentation",
		"a: b: c":                       "line 1: mapping values are not allowed in this context",
		"a: *nobody":                    "unknown anchor 'nobody' referenced",
		"a: 1\n---\nb: 2\n":             "several YAML documents",
		"a: &x [1, *x]":                 "line 1: the alias *x refers to a node that contains it",
		"a: " + nested:                  "line 1: nested more than 64 deep",
		"a: 1\nb: \xff":                 "line 2: the text is not UTF-8",
		"\xff\xfea\x00":                 "UTF-16",
		"a: 1\nb\x00: ":                 "line 2: the text has NUL bytes, as UTF-16 has",
		"a: &x " + strings.Repeat("x", 1<<20) + "\nb: [" + strings.Repeat("*x, ", 17) + "]": "more than 16777216 bytes of texts",
		"a: {[1]: 2}":              "line 1: a key is a name",
		"a: {<<: 1}":               "line 1: << merges a map",
		strings.Repeat(" ", 3<<20): "the text has 3145728 bytes, a study at most 2097152",
	} {
		_, err := readTree([]byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: error %v, want %q", text, err, want)
		}
	}
	bomb := "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
	for i := range 8 {
		bomb += string(rune('b'+i)) + ": &" + string(rune('b'+i)) + " [" + strings.Repeat("*"+string(rune('a'+i))+", ", 10) + "]\n"
	}
	if _, err := readTree([]byte(bomb)); err == nil || !strings.Contains(err.Error(), "more than 200000 values") {
		t.Errorf("a bomb of aliases: error %v", err)
	}
}

// Whatever the text, it is read or refused within bounds, and what is read is plain.
func FuzzReadTree(f *testing.F) {
	for _, seed := range []string{"a: 1", "a: &x [1, *x]", "a: &a {b: 1}\nc: {<<: *a}", "%YAML 1.2\n---\na: 010", "x-y: 1\nb: [[[[]]]]", "? [a]\n: b", "- !!binary aGk="} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		tree, err := readTree(content)
		if err != nil {
			return
		}
		var check func(node *yaml.Node, depth int)
		check = func(node *yaml.Node, depth int) {
			if node.Kind == yaml.AliasNode || node.Anchor != "" || depth > mostDepth+1 {
				t.Fatalf("%q leaves an alias, an anchor or %d levels", content, depth)
			}
			for _, below := range node.Content {
				check(below, depth+1)
			}
		}
		check(tree, 0)
	})
}

// A key or a value that holds what no message can show is refused at its line.
func TestControlCharactersInStudies(t *testing.T) {
	for text, want := range map[string]string{
		"name: x\n\"k\\e\": 1\n":                           `study.yaml:2: the key "k\x1b" has the control character U+001B`,
		"name: x\nobjective: \"net\\e\"\n":                 `study.yaml:2: "net\x1b" has the control character U+001B`,
		"market: {recorded: {files: \"a\\nb\"}}\n" + seeds: `study.yaml:1: market.recorded.files: "a\nb" has the control character U+000A`,
		"include: \"a\\nb\"\n" + seeds:                     `"a\nb" has the control character U+000A`,
		"name: " + strings.Repeat("a", 300) + "\n" + seeds: "a folder's name has at most 200 letters, this one 300",
	} {
		if _, err := parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want one with %q", text, err, want)
		}
	}
}
