package spec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"optmm/sweep/text"
)

// A study's YAML, read as YAML 1.2 has it and within bounds: what comes out is a tree of
// plain maps, lists and values that nothing after it reads otherwise.

// The bounds of a study's text and of what its aliases make of it.
const (
	mostNodes   = 200_000
	mostWritten = 16 << 20 // bytes of texts, aliases written out
	mostDepth   = 64
)

// textError is an error at a line of a text.
type textError struct {
	line int
	err  error
}

func (e *textError) Error() string { return fmt.Sprintf("line %d: %v", e.line, e.err) }

func (e *textError) Unwrap() error { return e.err }

func atLine(line int, format string, arguments ...any) error {
	return &textError{line, fmt.Errorf(format, arguments...)}
}

// located puts a file and, where it is known, the line before an error of readTree.
func located(file string, err error) error {
	var at *textError
	if errors.As(err, &at) {
		return fmt.Errorf("%s:%d: %w", file, at.line, at.err)
	}
	return fmt.Errorf("%s: %w", file, err)
}

// readTree parses one YAML document into a tree without aliases, merges and anchor
// holders (keys x-… at the top), whose numbers are decimal. Errors carry the line.
func readTree(content []byte) (*yaml.Node, error) {
	switch {
	case len(content) > mostStudyBytes:
		return nil, fmt.Errorf("the text has %d bytes, a study at most %d", len(content), mostStudyBytes)
	case bytes.HasPrefix(content, []byte{0xff, 0xfe}), bytes.HasPrefix(content, []byte{0xfe, 0xff}):
		return nil, errors.New("the text is UTF-16: save it as UTF-8")
	case bytes.IndexByte(content, 0) >= 0:
		return nil, atLine(1+bytes.Count(content[:bytes.IndexByte(content, 0)], []byte("\n")), "the text has NUL bytes, as UTF-16 has: save it as UTF-8")
	case !utf8.Valid(content):
		return nil, atLine(firstInvalidLine(content), "the text is not UTF-8")
	}
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	decoder := yaml.NewDecoder(bytes.NewReader(withoutDirective(content)))
	var document yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return nil, errors.New("the file is empty")
	case err != nil:
		return nil, syntaxError(err)
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("the text holds several YAML documents: want one")
	}
	e := expansion{active: map[*yaml.Node]bool{}}
	return e.expand(document.Content[0], 0)
}

// hasComment reports whether a text of YAML has a comment, as one of a value never should.
func hasComment(text string) bool {
	if strings.HasPrefix(strings.TrimSpace(text), "#") {
		return true
	}
	var document yaml.Node
	if len(text) > mostStudyBytes || yaml.Unmarshal([]byte(text), &document) != nil {
		return false
	}
	var inside func(node *yaml.Node) bool
	inside = func(node *yaml.Node) bool {
		return node.HeadComment+node.LineComment+node.FootComment != "" || slices.ContainsFunc(node.Content, inside)
	}
	return inside(&document)
}

// firstInvalidLine returns the line of the first byte that is not UTF-8.
func firstInvalidLine(content []byte) int {
	line := 1
	for len(content) > 0 {
		r, size := utf8.DecodeRune(content)
		if r == utf8.RuneError && size == 1 {
			break
		}
		if r == '\n' {
			line++
		}
		content = content[size:]
	}
	return line
}

// withoutDirective blanks a directive %YAML 1.2, which the library does not know.
func withoutDirective(content []byte) []byte {
	directive := regexp.MustCompile(`^((?:[ \t]*(?:#[^\n]*)?\r?\n)*)%YAML 1\.2[ \t]*(?:#[^\n]*)?(\r?\n)`)
	return directive.ReplaceAll(content, []byte("${1}#${2}"))
}

// syntaxError takes the line out of the library's message, which counts lines from 0 where
// its parser and not its scanner found the error, and leaves out the first.
func syntaxError(err error) error {
	message, line := strings.TrimPrefix(err.Error(), "yaml: "), 1
	if rest, ok := strings.CutPrefix(message, "line "); ok {
		if number, text, ok := strings.Cut(rest, ": "); ok {
			if n, err := strconv.Atoi(number); err == nil {
				message, line = text, n
				for _, ofParser := range []string{"did not find expected node content", "did not find expected '-' indicator", "did not find expected key", "did not find expected ',' or", "did not find expected <"} {
					if strings.HasPrefix(text, ofParser) {
						line++
					}
				}
			}
		}
	}
	return atLine(line, "%s", message)
}

// expansion copies a tree with its aliases written out.
type expansion struct {
	nodes   int
	written int
	active  map[*yaml.Node]bool // the anchors that the current node is inside of
}

func (e *expansion) expand(node *yaml.Node, depth int) (*yaml.Node, error) {
	if e.nodes++; e.nodes > mostNodes {
		return nil, atLine(node.Line, "more than %d values, aliases written out", mostNodes)
	}
	if depth > mostDepth {
		return nil, atLine(node.Line, "nested more than %d deep", mostDepth)
	}
	if node.Kind == yaml.AliasNode {
		if e.active[node.Alias] {
			return nil, atLine(node.Line, "the alias *%s refers to a node that contains it", node.Value)
		}
		return e.expand(node.Alias, depth)
	}
	if node.Anchor != "" {
		e.active[node] = true
		defer delete(e.active, node)
	}
	plain := &yaml.Node{Kind: node.Kind, Tag: node.Tag, Value: node.Value, Style: node.Style, Line: node.Line, Column: node.Column}
	switch node.Kind {
	case yaml.ScalarNode:
		if e.written += len(node.Value); e.written > mostWritten {
			return nil, atLine(node.Line, "more than %d bytes of texts, aliases written out", mostWritten)
		}
		if err := text.CheckText(node.Value); err != nil {
			return nil, atLine(node.Line, "%v", err)
		}
		switch node.Style {
		case 0:
			plain.Tag, plain.Value = coreSchema(node.Tag, node.Value)
		case yaml.TaggedStyle: // !!int 010
			if node.Tag == "!!int" || node.Tag == "!!float" {
				_, plain.Value = coreSchema(node.Tag, node.Value)
			}
		}
		return plain, nil
	case yaml.MappingNode:
		return plain, e.mapping(node, plain, depth)
	}
	for _, entry := range node.Content {
		below, err := e.expand(entry, depth+1)
		if err != nil {
			return nil, err
		}
		plain.Content = append(plain.Content, below)
	}
	return plain, nil
}

// mapping copies the pairs of a map, and after them those that it merges (<<) and does
// not have itself.
func (e *expansion) mapping(node, plain *yaml.Node, depth int) error {
	lines := map[string]int{}
	var merged []*yaml.Node
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		switch {
		case key.Kind == yaml.ScalarNode && key.Tag == "!!merge":
			merged = append(merged, value)
			continue
		case key.Kind != yaml.ScalarNode:
			return atLine(key.Line, "a key is a name")
		case text.CheckLine(key.Value) != nil:
			return atLine(key.Line, "the key %v", text.CheckLine(key.Value))
		case depth == 0 && strings.HasPrefix(key.Value, "x-"):
			continue
		case lines[key.Value] > 0:
			return atLine(key.Line, "duplicate key %s, first in line %d", key.Value, lines[key.Value])
		}
		lines[key.Value] = key.Line
		if err := e.pair(plain, key, value, depth); err != nil {
			return err
		}
	}
	for _, value := range merged {
		if err := e.merge(plain, value, lines, depth); err != nil {
			return err
		}
	}
	return nil
}

func (e *expansion) pair(plain, key, value *yaml.Node, depth int) error {
	below, err := e.expand(value, depth+1)
	if err != nil {
		return err
	}
	plain.Content = append(plain.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key.Value, Line: key.Line, Column: key.Column}, below)
	return nil
}

// merge adds the pairs of a map, or of a list of maps, the first of which counts.
func (e *expansion) merge(plain, from *yaml.Node, lines map[string]int, depth int) error {
	source, err := e.expand(from, depth+1)
	if err != nil {
		return err
	}
	sources := []*yaml.Node{source}
	if source.Kind == yaml.SequenceNode {
		sources = source.Content
	}
	for _, source := range sources {
		if source.Kind != yaml.MappingNode {
			return atLine(from.Line, "<< merges a map, or a list of maps")
		}
		for i := 0; i+1 < len(source.Content); i += 2 {
			key := source.Content[i]
			if lines[key.Value] == 0 {
				lines[key.Value] = key.Line
				plain.Content = append(plain.Content, key, source.Content[i+1])
			}
		}
	}
	return nil
}

// coreSchema reads a plain scalar by the core schema of YAML 1.2 where the library reads
// it by YAML 1.1: 010 is ten and not eight, 1_000 and 0b1 are texts. A date, which is a
// text there, keeps its tag, so that a message can ask for quotes.
func coreSchema(tag, value string) (string, string) {
	sign, digits := "", value
	if digits != "" && (digits[0] == '-' || digits[0] == '+') {
		sign, digits = strings.TrimPrefix(digits[:1], "+"), digits[1:]
	}
	switch {
	case digits != "" && strings.Trim(digits, "0123456789") == "":
		if digits = strings.TrimLeft(digits, "0"); digits == "" {
			digits = "0"
		}
		if _, err := strconv.ParseInt(sign+digits, 10, 64); err != nil {
			if _, err := strconv.ParseUint(sign+digits, 10, 64); err != nil {
				return "!!float", sign + digits // what reads it says that it is too large
			}
		}
		return "!!int", sign + digits
	case tag != "!!int" && tag != "!!float":
		return tag, value
	case strings.Contains(value, "_"), strings.HasPrefix(digits, "0b"), strings.HasPrefix(digits, "0B"):
		return "!!str", value
	}
	return tag, value
}

// describeKind says what a value that should be a text was read as.
func describeKind(raw any) string {
	switch raw := raw.(type) {
	case time.Time:
		if raw.Equal(raw.Truncate(24 * time.Hour)) {
			return raw.Format(time.DateOnly) + " is read as a date"
		}
		return raw.Format(time.RFC3339) + " is read as a time"
	case bool:
		return fmt.Sprintf("%v is read as true or false", raw)
	case map[string]any, []any:
		return fmt.Sprintf("%v is a list or a map", raw)
	}
	return fmt.Sprintf("%v is read as a number", raw)
}
