package lightgbm

import (
	"errors"
	"fmt"
	"math"
)

// tree is the nodes of a tree, the root first. A child below 0 is a leaf, −1 the first.
type tree struct {
	nodes  []node
	leaves []float64
	bits   []uint32 // of the categories that go left, of all categorical nodes
	linear []linear // of each leaf; nil of a tree whose leaves are constant
}

// node divides rows by a feature.
type node struct {
	threshold   float64 // of a categorical node nothing
	feature     int32
	left, right int32
	decision    decision
	first, end  int32 // of a categorical node, in bits
}

// decision is how a node decides.
type decision uint8

const (
	plain       decision = iota // at most the threshold goes left; NaN counts as 0
	missingLeft                 // NaN goes left
	missingRight
	zeroLeft // 0, and NaN, which counts as 0, go left
	zeroRight
	categorical // categories in a set go left
)

// linear is a leaf that adds a linear function of features, unless one of them is NaN.
type linear struct {
	constant     float64
	features     []int32
	coefficients []float64
}

// The bits of decision_type.
const (
	categoricalBit = 1
	defaultLeftBit = 2
	missingShift   = 2
	missingZero    = 1
	missingNaN     = 2
)

// parseTree reads a tree on some number of features, and refuses one that could not be walked.
func parseTree(s section, features int) (t tree, err error) {
	leaves, err := s.integer("num_leaves")
	if err != nil {
		return t, err
	}
	if t.leaves, err = s.numbers("leaf_value", -1); err != nil {
		return t, err
	}
	switch {
	case leaves != len(t.leaves): // before anything is made as large as the number says
		return t, fmt.Errorf("num_leaves is %d, but leaf_value has %d values", leaves, len(t.leaves))
	case leaves < 1:
		return t, errors.New("it has no leaves")
	}
	for i, value := range t.leaves {
		if math.IsInf(value, 0) {
			return t, fmt.Errorf("the value of leaf %d is not finite", i)
		}
	}
	if leaves > 1 {
		if err := t.parseNodes(s, leaves-1, features); err != nil {
			return t, err
		}
	}
	if s.values["is_linear"] == "1" {
		err = t.parseLinear(s, features)
	}
	return t, err
}

func (t *tree) parseNodes(s section, count, features int) error {
	feature, err := s.integers("split_feature", count)
	if err != nil {
		return err
	}
	threshold, err := s.numbers("threshold", count)
	if err != nil {
		return err
	}
	types, err := s.integers("decision_type", count)
	if err != nil {
		return err
	}
	left, err := s.integers("left_child", count)
	if err != nil {
		return err
	}
	right, err := s.integers("right_child", count)
	if err != nil {
		return err
	}
	boundaries, err := t.parseCategories(s)
	if err != nil {
		return err
	}
	for i := range count {
		n := node{threshold: threshold[i], feature: feature[i], left: left[i], right: right[i]}
		if n.feature < 0 || int(n.feature) >= features {
			return fmt.Errorf("node %d splits on feature %d; the model has features 0 to %d", i, n.feature, features-1)
		}
		if types[i]&categoricalBit != 0 {
			set := int(threshold[i])
			if threshold[i] != float64(set) || set < 0 || set+1 >= len(boundaries) {
				return fmt.Errorf("node %d decides by set %v of categories; the tree has %d", i, threshold[i], max(0, len(boundaries)-1))
			}
			n.decision, n.first, n.end = categorical, boundaries[set], boundaries[set+1]
		} else if n.decision, err = decisionOf(types[i]); err != nil {
			return fmt.Errorf("node %d: %w", i, err)
		}
		t.nodes = append(t.nodes, n)
	}
	return t.checkShape()
}

// decisionOf reads how a numerical node decides.
func decisionOf(bits int32) (decision, error) {
	left := bits&defaultLeftBit != 0
	choose := func(a, b decision) decision {
		if left {
			return a
		}
		return b
	}
	switch missing := bits >> missingShift; missing {
	case 0:
		return plain, nil
	case missingZero:
		return choose(zeroLeft, zeroRight), nil
	case missingNaN:
		return choose(missingLeft, missingRight), nil
	}
	return 0, fmt.Errorf("decision_type %d is not known", bits)
}

// parseCategories reads the sets of categories, and where each begins.
func (t *tree) parseCategories(s section) (boundaries []int32, err error) {
	if !s.has("num_cat") || s.values["num_cat"] == "0" {
		return nil, nil
	}
	sets, err := s.integer("num_cat")
	if err != nil {
		return nil, err
	}
	if boundaries, err = s.integers("cat_boundaries", -1); err != nil {
		return nil, err
	}
	if t.bits, err = s.words("cat_threshold"); err != nil {
		return nil, err
	}
	if len(boundaries)-1 != sets {
		return nil, fmt.Errorf("num_cat is %d, but cat_boundaries has %d values", sets, len(boundaries))
	}
	for i, at := range boundaries {
		if at < 0 || int(at) > len(t.bits) || i > 0 && at < boundaries[i-1] {
			return nil, fmt.Errorf("value %d of cat_boundaries is %d; cat_threshold has %d values", i, at, len(t.bits))
		}
	}
	return boundaries, nil
}

// checkShape refuses nodes that are no tree: every node but the root, and every leaf, has one parent.
func (t *tree) checkShape() error {
	parents := make([]int, len(t.nodes))
	leafParents := make([]int, len(t.leaves))
	for i, n := range t.nodes {
		for _, child := range []int32{n.left, n.right} {
			switch {
			case child >= 0 && int(child) >= len(t.nodes):
				return fmt.Errorf("node %d names child %d; the tree has %d nodes", i, child, len(t.nodes))
			case child < 0 && int(^child) >= len(t.leaves):
				return fmt.Errorf("node %d names leaf %d; the tree has %d leaves", i, ^child, len(t.leaves))
			case child == 0:
				return fmt.Errorf("node %d leads back to node 0: a cycle", i)
			case child < 0:
				leafParents[^child]++
			default:
				parents[child]++
			}
		}
	}
	for leaf, n := range leafParents {
		if n != 1 {
			return fmt.Errorf("leaf %d has %d parents", leaf, n)
		}
	}
	for i, n := range parents {
		if i > 0 && n != 1 {
			return fmt.Errorf("node %d has %d parents", i, n)
		}
	}
	// Each node has one parent and the root none, yet some may form a ring of their own, which no row reaches:
	// then others than these are fewer than the leaves want.
	reached, open := 0, []int32{0}
	for len(open) > 0 {
		n := t.nodes[open[len(open)-1]]
		open = open[:len(open)-1]
		reached++
		for _, child := range []int32{n.left, n.right} {
			if child > 0 {
				open = append(open, child)
			}
		}
	}
	if reached != len(t.nodes) {
		return fmt.Errorf("%d of %d nodes are reached from the first: the others are a cycle", reached, len(t.nodes))
	}
	return nil
}

// parseLinear reads the linear functions of leaves.
func (t *tree) parseLinear(s section, features int) error {
	constants, err := s.numbers("leaf_const", len(t.leaves))
	if err != nil {
		return err
	}
	counts, err := s.integers("num_features", len(t.leaves))
	if err != nil {
		return err
	}
	named, err := s.integers("leaf_features", -1)
	if err != nil {
		return err
	}
	coefficients, err := s.numbers("leaf_coeff", -1)
	if err != nil {
		return err
	}
	if len(named) != len(coefficients) {
		return fmt.Errorf("leaf_features has %d values, leaf_coeff %d", len(named), len(coefficients))
	}
	for i, count := range counts {
		if count < 0 || int(count) > len(named) {
			return fmt.Errorf("num_features of its leaves are more than leaf_coeff has: leaf %d wants %d, %d are left", i, count, len(named))
		}
		l := linear{constant: constants[i], features: named[:count], coefficients: coefficients[:count]}
		for _, feature := range l.features {
			if feature < 0 || int(feature) >= features {
				return fmt.Errorf("leaf %d is linear in feature %d; the model has features 0 to %d", i, feature, features-1)
			}
		}
		named, coefficients = named[count:], coefficients[count:]
		t.linear = append(t.linear, l)
	}
	if len(named) > 0 {
		return fmt.Errorf("num_features of its leaves are %d fewer than leaf_coeff has", len(named))
	}
	return nil
}
