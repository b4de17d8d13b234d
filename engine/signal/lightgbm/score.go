package lightgbm

import "math"

// zero is up to how far from 0 LightGBM takes a value for 0: the float32 next to 1e-35.
const zero = float64(float32(1e-35))

// raw returns the raw score of a row: the sum of its leaves, in the order of the trees. A feature that is
// not known is NaN. clean must have been called with the row; a Scorer does the same of many.
func (m *Model) raw(row []float64) float64 {
	sum := 0.0
	for i := range m.trees {
		sum += m.trees[i].value(row)
	}
	return sum
}

// clean sets values that count as 0 to 0, in place.
func clean(row []float64) {
	for i, x := range row {
		if x >= -zero && x <= zero {
			row[i] = 0
		}
	}
}

// value is what a tree adds to the score of a row.
func (t *tree) value(row []float64) float64 {
	at := int32(0)
	if len(t.nodes) == 0 {
		at = -1
	}
	for at >= 0 {
		n := &t.nodes[at]
		at = n.right
		if t.left(n, row[n.feature]) {
			at = n.left
		}
	}
	leaf := ^at
	if t.linear == nil {
		return t.leaves[leaf]
	}
	return t.linearValue(leaf, row)
}

// linearValue is what a leaf adds that is linear in features.
func (t *tree) linearValue(leaf int32, row []float64) float64 {
	l := &t.linear[leaf]
	sum := l.constant
	for i, feature := range l.features {
		x := row[feature]
		if math.IsNaN(x) {
			return t.leaves[leaf]
		}
		sum += float64(l.coefficients[i] * x) // rounded by itself: some processors would fuse it with the sum
	}
	return sum
}

// left reports whether a value goes left.
func (t *tree) left(n *node, x float64) bool {
	switch n.decision {
	case missingLeft:
		return !(x > n.threshold)
	case missingRight:
		return x <= n.threshold
	case categorical:
		return t.holds(n, x)
	}
	if x != x {
		x = 0
	}
	switch {
	case x == 0 && n.decision == zeroLeft:
		return true
	case x == 0 && n.decision == zeroRight:
		return false
	}
	return x <= n.threshold
}

// holds reports whether a category is in the set of a node: a number is the category of its whole part.
func (t *tree) holds(n *node, x float64) bool {
	if !(x > -1 && x < 1<<31) { // NaN too
		return false
	}
	category := int64(x)
	word := n.first + int32(category/32)
	return word < n.end && t.bits[word]>>(category%32)&1 == 1
}
