package lightgbm

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Model is a trained ensemble of trees on some features.
type Model struct {
	Features  []string // by their places in a row
	Objective string   // as the text has it, as in binary sigmoid:2

	trees    []tree
	link     link
	averages bool // a random forest: what it predicts is the mean of its trees
}

// MostBytes bounds the text of a model.
const MostBytes = 256 << 20

// Parse reads the text of a model.
func Parse(text []byte) (*Model, error) {
	m, err := parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("read a LightGBM model: %w", err)
	}
	return m, nil
}

func parse(text string) (*Model, error) {
	if len(text) > MostBytes {
		return nil, fmt.Errorf("it has %d bytes, at most %d are read", len(text), MostBytes)
	}
	lines := lines{text: text}
	first, _ := lines.next()
	switch {
	case strings.TrimSpace(text) == "":
		return nil, errors.New("the file is empty")
	case first != "tree":
		return nil, fmt.Errorf("it is none: it begins with %.40q, and not with tree", first)
	}
	head, end, err := lines.section()
	if err != nil {
		return nil, err
	}
	m := &Model{averages: head.has("average_output")}
	if err := m.head(head); err != nil {
		return nil, err
	}
	for end != endOfTrees {
		number := strconv.Itoa(len(m.trees))
		if end == "" {
			return nil, fmt.Errorf("the file ends %s, without %q: it was cut short", map[bool]string{true: "in tree " + strconv.Itoa(len(m.trees)-1), false: "before its trees"}[len(m.trees) > 0], endOfTrees)
		}
		if end != "Tree="+number {
			return nil, fmt.Errorf("%.40q is where tree %s must begin", end, number)
		}
		var fields section
		if fields, end, err = lines.section(); err == nil && end == "" {
			err = fmt.Errorf("the file ends in it, without %q: it was cut short", endOfTrees)
		}
		if err == nil {
			var t tree
			if t, err = parseTree(fields, len(m.Features)); err == nil {
				m.trees = append(m.trees, t)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("tree %s: %w", number, err)
		}
	}
	if sizes := strings.Fields(head.values["tree_sizes"]); len(sizes) != len(m.trees) {
		return nil, fmt.Errorf("tree_sizes names %d trees, the file has %d", len(sizes), len(m.trees))
	}
	if len(m.trees) == 0 {
		return nil, errors.New("it has no trees")
	}
	return m, nil
}

const endOfTrees = "end of trees"

// head reads the lines before the trees.
func (m *Model) head(head section) error {
	switch version := head.values["version"]; version {
	case "v3", "v4":
	case "":
		return errors.New("it has no version")
	default:
		return fmt.Errorf("version %.20s is not known; v3 and v4 are", version)
	}
	for _, key := range []string{"num_class", "num_tree_per_iteration"} {
		if n, err := head.integer(key); err != nil {
			return err
		} else if n != 1 {
			return fmt.Errorf("%s is %d: a score is one number, so models of several classes are not taken", key, n)
		}
	}
	last, err := head.integer("max_feature_idx")
	if err != nil {
		return err
	}
	m.Features = strings.Fields(head.values["feature_names"])
	if last < 0 {
		return fmt.Errorf("max_feature_idx is %d: it has no features", last)
	}
	if len(m.Features) != last+1 {
		return fmt.Errorf("max_feature_idx %d wants %d feature_names, %d are there", last, last+1, len(m.Features))
	}
	seen := map[string]bool{}
	for _, name := range m.Features {
		if seen[name] {
			return fmt.Errorf("two features are called %.60s", name)
		}
		seen[name] = true
	}
	m.Objective = head.values["objective"]
	m.link, err = linkOf(m.Objective)
	return err
}

// section is some lines key=value, and words by themselves, whose value is empty.
type section struct{ values map[string]string }

func (s section) has(key string) bool {
	_, is := s.values[key]
	return is
}

func (s section) integer(key string) (int, error) {
	text, is := s.values[key]
	if !is {
		return 0, fmt.Errorf("there is no %s", key)
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("%s %.20q is not an integer", key, text)
	}
	return n, nil
}

// integers reads as many integers as wanted; −1: any number of them.
func (s section) integers(key string, wanted int) ([]int32, error) {
	var numbers []int32
	err := s.each(key, wanted, "an integer of 32 bits", func(text string) error {
		n, err := strconv.ParseInt(text, 10, 32)
		numbers = append(numbers, int32(n))
		return err
	})
	return numbers, err
}

// words reads 32 bits each.
func (s section) words(key string) ([]uint32, error) {
	var numbers []uint32
	err := s.each(key, -1, "an integer of 32 bits", func(text string) error {
		n, err := strconv.ParseUint(text, 10, 32)
		numbers = append(numbers, uint32(n))
		return err
	})
	return numbers, err
}

// numbers reads as many numbers as wanted, which may be infinite; −1: any number of them.
func (s section) numbers(key string, wanted int) ([]float64, error) {
	var numbers []float64
	err := s.each(key, wanted, "a number", func(text string) error {
		x, err := strconv.ParseFloat(text, 64)
		if math.IsNaN(x) {
			err = errNaN
		}
		numbers = append(numbers, x)
		return err
	})
	return numbers, err
}

var errNaN = errors.New("it is NaN")

// each calls use with every value of a key, of which there are as many as wanted.
func (s section) each(key string, wanted int, what string, use func(text string) error) error {
	text, is := s.values[key]
	if !is {
		return fmt.Errorf("there is no %s", key)
	}
	fields := strings.Fields(text)
	if wanted >= 0 && len(fields) != wanted {
		return fmt.Errorf("%s has %d values, %d are wanted", key, len(fields), wanted)
	}
	for i, field := range fields {
		if err := use(field); err != nil {
			return fmt.Errorf("value %d of %s is %.30q, which is not %s", i, key, field, what)
		}
	}
	return nil
}

// lines reads a text line by line.
type lines struct{ text string }

func (l *lines) next() (line string, more bool) {
	if l.text == "" {
		return "", false
	}
	line, l.text, _ = strings.Cut(l.text, "\n")
	return strings.TrimSuffix(line, "\r"), true
}

// section reads up to the line that begins the next tree, or ends the trees; end is empty where the text
// ends before either.
func (l *lines) section() (s section, end string, err error) {
	s.values = map[string]string{}
	for {
		line, more := l.next()
		switch {
		case !more:
			return s, "", nil
		case line == endOfTrees || strings.HasPrefix(line, "Tree="):
			return s, line, nil
		case strings.TrimSpace(line) == "":
			continue
		}
		key, value, _ := strings.Cut(line, "=")
		if s.has(key) {
			return s, "", fmt.Errorf("%.40s comes twice", key)
		}
		s.values[key] = value
	}
}
