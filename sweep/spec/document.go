package spec

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/viper"
	"go.yaml.in/yaml/v3"

	"optmm/sweep/fault"
	"optmm/sweep/text"
)

// document is a study file with the --set values applied. viper holds the
// layers and answers for a whole key at a time; the YAML tree says where in the
// file a key is. Everything that viper would change silently (case, nothing
// as a value, unknown keys) is refused before it sees the file.
type document struct {
	layers   *viper.Viper
	file     string
	lines    map[string]int    // line of each path in the file
	included map[string]string // the file of paths that are not in the study's own
	set      map[string]bool   // paths that --set gave
	gone     map[string]bool   // paths of values in whose place an included file has axes
	wrong    fault.List        // keys, as each file was read
	moved    bool              // from the synthetic market that is written to recorded quotes
	root     []keySet
}

// keySet is the keys that a path may have.
type keySet struct {
	path string // * is any list index
	keys []string
	why  map[string]string // for keys that belong elsewhere
}

// readDocument reads YAML and the overrides (path=value, the value in YAML), and
// checks the keys of both.
func readDocument(file string, content []byte, overrides []string, known []keySet) (*document, error) {
	d := &document{layers: viper.New(), file: file, lines: map[string]int{}, included: map[string]string{}, set: map[string]bool{}, gone: map[string]bool{}, root: known}
	d.layers.SetConfigType("yaml")
	if err := d.merge(file, content); err != nil {
		return nil, err
	}
	fragment, laidOver, err := d.fragment(overrides)
	if err != nil {
		return nil, err
	}
	if fragment != "" {
		if err := d.include(fragment, laidOver); err != nil {
			return nil, err
		}
	}
	for _, override := range overrides {
		d.wrong.Add(d.override(override))
	}
	if d.set[QuotesPath] {
		d.moveToQuotes()
	}
	return d, nil
}

// includeKey names a file of further keys: a fragment, which adds to the study's
// own, or, where --set names it, is applied over them.
const includeKey = "include"

// fragment returns the file that is included, relative to the study, or to the
// working folder where --set names it; empty where none is.
func (d *document) fragment(overrides []string) (file string, laidOver bool, err error) {
	for _, override := range overrides {
		if path, value, ok := strings.Cut(override, "="); ok && strings.TrimSpace(path) == includeKey {
			file, err = filepath.Abs(strings.Trim(value, `"' `))
			return file, true, err
		}
	}
	raw, ok := d.get(includeKey)
	if !ok {
		return "", false, nil
	}
	name, ok := raw.(string)
	if !ok {
		return "", false, d.locate(fault.New(includeKey, "%v is not the name of a file", raw))
	}
	if err := text.CheckLine(name); err != nil {
		return "", false, d.locate(&fault.Fault{Path: includeKey, Err: err})
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(filepath.Dir(d.file), name)
	}
	return name, false, nil
}

// include reads a fragment; errors in it name it. A key that is
// in the study too is an error, unless the fragment is applied over it.
func (d *document) include(fragment string, laidOver bool) error {
	content, err := readText(fragment)
	if err != nil {
		return d.locate(&fault.Fault{Path: includeKey, Err: err})
	}
	own := maps.Clone(d.lines)
	zips, _ := d.list("zip")
	part := &document{layers: d.layers, file: fragment, lines: map[string]int{}, gone: map[string]bool{}, root: d.root}
	if err := part.merge(fragment, content); err != nil {
		return err
	}
	d.wrong.Add(part.wrong.Err())
	if more, ok := part.list("zip"); ok && part.lines["zip"] > 0 && len(zips) > 0 { // groups of axes add up
		d.layers.Set("zip", append(slices.Clone(zips), more...))
		delete(own, "zip")
	}
	for _, path := range slices.Sorted(maps.Keys(part.lines)) {
		line, at := part.lines[path], path
		if rest, ok := strings.CutPrefix(path, "zip."); ok {
			place, below, _ := strings.Cut(rest, ".")
			number, _ := strconv.Atoi(place)
			at = strings.TrimSuffix(join(fault.Entry("zip", number+len(zips)), below), ".")
		}
		_, twice := own[at]
		switch {
		case path == includeKey || path == "name":
			return fmt.Errorf("%s:%d: %s: a fragment is included for its other keys", fragment, line, path)
		case path == "":
			continue
		case twice && !laidOver && d.keysOf(path) == nil && d.keysOf(pattern(path)) == nil:
			return fmt.Errorf("%s:%d: %s is in %s too, line %d: keep one, or override the study by setting %s=%s", fragment, line, path, d.file, own[at], includeKey, filepath.Base(fragment))
		}
		d.lines[at], d.included[at] = line, fragment
		if laidOver {
			d.replace(path, part.lines)
		}
	}
	return nil
}

// replace takes out of the study what says something of the parameter that a fragment
// says something of at a path: its value or its axis, but for what the fragment says
// itself.
func (d *document) replace(path string, said map[string]int) {
	section, key, ok := strings.Cut(path, ".")
	key = key[strings.LastIndexByte(key, '.')+1:]
	if !ok || section != "engine" && section != "market" && section != "grid" && section != "zip" {
		return
	}
	for _, place := range []string{"engine.", "market.synthetic.", "market.recorded.", "grid."} {
		if _, own := said[place+key]; !own {
			delete(d.lines, place+key)
			d.gone[place+key] = true
		}
	}
}

// list returns the entries of a list.
func (d *document) list(path string) ([]any, bool) {
	raw, _ := d.get(path)
	entries, ok := raw.([]any)
	return entries, ok
}

// merge reads a file's YAML, checks its keys and applies it over what there is.
func (d *document) merge(file string, content []byte) error {
	tree, err := readTree(content)
	if err != nil {
		return located(file, err)
	}
	if tree.Kind != yaml.MappingNode {
		return fmt.Errorf("%s:%d: a study is a map of keys, as in name: my-study", file, tree.Line)
	}
	written := &document{file: file, lines: map[string]int{}, gone: map[string]bool{}, root: d.root}
	written.walk("", tree)
	d.wrong.Add(written.locate(written.wrong.Err()))
	maps.Copy(d.lines, written.lines)
	maps.Copy(d.gone, written.gone)
	var values map[string]any
	if err := tree.Decode(&values); err != nil {
		return located(file, syntaxError(err))
	}
	if err := d.layers.MergeConfigMap(values); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// QuotesPath is the key of the recorded quotes. Laid over a study of a synthetic
// market it puts them in that market's place.
const QuotesPath = "market.recorded.files"

// moveToQuotes takes the section of the synthetic market as not written, but for
// what is of any market, which moves to the section of recorded quotes. A
// volatility that a market was drawn for says nothing of recorded ones.
func (d *document) moveToQuotes() {
	const from, to = "market.synthetic", "market.recorded"
	for _, key := range d.keysOf(to) {
		if value, ok := d.get(from + "." + key); ok && key != "implied_vol" && !d.has(to+"."+key) {
			d.layers.Set(to+"."+key, value) // without a line: where the data has it, no line is to blame
		}
	}
	moved := false
	maps.DeleteFunc(d.lines, func(path string, _ int) bool {
		gone := path == from || strings.HasPrefix(path, from+".")
		moved = moved || gone
		return gone
	})
	d.moved = moved
}

// walk notes the line of every path, and what is wrong with the keys, which count as not written.
func (d *document) walk(path string, node *yaml.Node) {
	if _, ok := d.lines[path]; !ok {
		d.lines[path] = node.Line
	}
	refuse := func(path string, err error) {
		d.wrong.Add(err)
		d.gone[path] = true
	}
	if keys := d.keysOf(pattern(path)); keys != nil && node.Kind != yaml.MappingNode {
		refuse(path, fault.New(path, "%s is a map of keys, as in %s: …", path, keys[0]))
		return
	}
	switch node.Kind {
	case yaml.SequenceNode:
		for i, entry := range node.Content {
			d.walk(fault.Entry(path, i), entry)
		}
	case yaml.MappingNode:
		for i := 0; i < len(node.Content); i += 2 {
			key, value := node.Content[i], node.Content[i+1]
			below := join(path, key.Value)
			d.lines[below] = key.Line
			if err := d.checkKey(path, key.Value); err != nil {
				refuse(below, err)
				continue
			}
			d.walk(below, value)
		}
	case yaml.ScalarNode:
		if node.Tag == "!!null" && path != "" {
			refuse(path, fault.New(path, "the key has no value"))
		}
	}
}

// checkKey refuses a key that the path may not have. What is not listed
// is a value, whose own parser checks it.
func (d *document) checkKey(path, key string) error {
	for _, set := range d.root {
		if set.path != pattern(path) {
			continue
		}
		if slices.Contains(set.keys, key) {
			return nil
		}
		if why, ok := set.why[key]; ok {
			return fault.New(join(path, key), "%s", why)
		}
		return fault.New(join(path, key), "unknown key %s%s", key, fault.DidYouMean(key, set.keys))
	}
	return nil
}

// pattern replaces list indices in a path by *.
func pattern(path string) string {
	parts := strings.Split(path, ".")
	for i, part := range parts {
		if _, err := strconv.Atoi(part); err == nil {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, ".")
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// override applies one path=value over the file.
func (d *document) override(assignment string) error {
	path, text, ok := strings.Cut(assignment, "=")
	path = strings.TrimSpace(path)
	if !ok || path == "" {
		return &fault.Option{Name: "set", Value: assignment, Err: errors.New("write path=value, as in engine.k_fill=30")}
	}
	fail := func(err error) error { return &fault.Option{Name: "set", Value: assignment, Err: err} }
	tree, err := readTree([]byte(text))
	switch {
	case hasComment(text):
		err = errors.New("# begins a comment in YAML, which cuts the value: put it in quotes, as in path='\"a #1\"'")
	case err != nil && strings.TrimSpace(text) == "":
		err = errors.New("there is no value")
	}
	if err != nil {
		return fail(err)
	}
	var value any
	if err := tree.Decode(&value); err != nil {
		return fail(err)
	}
	if value == nil {
		return fail(errors.New("there is no value"))
	}
	leaf, below, err := d.leaf(path)
	if err != nil {
		return fail(errors.Unwrap(err))
	}
	checker := &document{lines: map[string]int{}, gone: map[string]bool{}, root: d.root}
	checker.walk(path, tree)
	if err := checker.wrong.Err(); err != nil {
		return fail(err)
	}
	if len(below) > 0 {
		if value, err = d.graft(leaf, below, value); err != nil {
			return fail(err)
		}
	}
	d.layers.Set(leaf, value)
	d.set[leaf], d.set[path] = true, true
	maps.DeleteFunc(d.lines, func(path string, _ int) bool { return strings.HasPrefix(path, leaf+".") })
	delete(d.gone, leaf)
	return nil
}

// leaf splits a path into the key whose value is set as a whole and the keys
// inside that value.
func (d *document) leaf(path string) (leaf string, below []string, err error) {
	keys := strings.Split(path, ".")
	for i, key := range keys {
		if err := d.checkKey(leaf, key); err != nil {
			return "", nil, err
		}
		leaf = join(leaf, key)
		if !slices.ContainsFunc(d.root, func(set keySet) bool { return set.path == leaf }) {
			return leaf, keys[i+1:], nil
		}
	}
	return "", nil, fault.New(path, "name one key of %s, as in %s.%s=…", path, path, d.keysOf(path)[0])
}

func (d *document) keysOf(path string) []string {
	for _, set := range d.root {
		if set.path == path {
			return set.keys
		}
	}
	return nil
}

// graft returns the value at leaf with one key inside it changed.
func (d *document) graft(leaf string, below []string, value any) (any, error) {
	whole := map[string]any{}
	if current, ok := d.get(leaf); ok {
		if whole, ok = current.(map[string]any); !ok {
			return nil, fmt.Errorf("%s is not a map: set it as a whole", leaf)
		}
		whole = maps.Clone(whole)
	}
	if len(below) > 1 {
		return nil, fmt.Errorf("%s has no keys below its own: set it as a whole", leaf)
	}
	whole[below[0]] = value
	return whole, nil
}

// has reports whether the file or a --set has the key, even as an empty map.
func (d *document) has(path string) bool {
	if _, ok := d.lines[path]; ok && !d.gone[path] {
		return true
	}
	for set := range d.set {
		if set == path || strings.HasPrefix(set, path+".") {
			return true
		}
	}
	return false
}

// get returns the value at a path.
func (d *document) get(path string) (any, bool) {
	if d.gone[path] || !d.layers.IsSet(path) {
		return nil, false
	}
	return d.layers.Get(path), true
}

// locate puts the file and line, or the override, before a Fault, and before each of several.
func (d *document) locate(err error) error {
	if err == nil {
		return nil
	}
	var several *fault.Several
	if errors.As(err, &several) {
		located := &fault.Several{}
		for _, one := range several.Errors {
			located.Errors = append(located.Errors, d.locate(one))
		}
		return located
	}
	var found *fault.Fault
	if !errors.As(err, &found) {
		return fmt.Errorf("%s: %w", d.file, err)
	}
	for path := found.Path; ; path = path[:max(0, strings.LastIndexByte(path, '.'))] {
		if d.set[path] {
			return &fault.Option{Name: "set", Value: found.Path, Err: found.Err}
		}
		if line, ok := d.lines[path]; ok && path != "" {
			file := d.file
			if fragment, ok := d.included[path]; ok {
				file = fragment
			}
			return &locatedError{file, line, found}
		}
		if path == "" {
			return fmt.Errorf("%s: %s: %w", d.file, found.Path, found.Err)
		}
	}
}

// locatedError is a fault at a line of a file.
type locatedError struct {
	file  string
	line  int
	fault *fault.Fault
}

func (e *locatedError) Error() string { return fmt.Sprintf("%s:%d: %v", e.file, e.line, e.fault) }
func (e *locatedError) Unwrap() error { return e.fault }

// inOrder sorts located errors by their lines.
func inOrder(err error) error {
	var several *fault.Several
	if !errors.As(err, &several) {
		return err
	}
	line := func(err error) int {
		var at *locatedError
		if errors.As(err, &at) {
			return at.line
		}
		return 0
	}
	slices.SortStableFunc(several.Errors, func(a, b error) int { return line(a) - line(b) })
	return err
}
