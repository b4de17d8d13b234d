package lightgbm

// blockRows is how many rows go down a tree together: their features stay in the nearest cache.
const (
	blockRows = 512
	mask      = blockRows - 1
)

// Scorer scores many rows by a model, without allocating. A node divides the rows that come to it into those
// that go left and those that go right, so that no branch waits for a comparison: that takes a tenth of the
// time of one row after another. Not for several goroutines at once.
type Scorer struct {
	model   *Model
	columns [][]float64          // of a block: cleaned, and
	known   [][]float64          // with 0 for NaN
	rows    [2][blockRows]uint16 // those that come to a node are in the one, and are divided into the other
	row     []float64
	open    []visit
}

// visit is a node, or a leaf, that some of the rows come to.
type visit struct {
	at         int32
	side       int32 // of Scorer.rows
	first, end int
}

// NewScorer returns a scorer of a model.
func (m *Model) NewScorer() *Scorer {
	s := &Scorer{model: m, row: make([]float64, len(m.Features))}
	s.columns, s.known = make([][]float64, len(m.Features)), make([][]float64, len(m.Features))
	use := func(feature int32) { // of those that are decided by alone: a model may have many more
		if s.columns[feature] == nil {
			s.columns[feature], s.known[feature] = make([]float64, blockRows), make([]float64, blockRows)
		}
	}
	for i := range m.trees {
		for _, n := range m.trees[i].nodes {
			use(n.feature)
		}
		for _, l := range m.trees[i].linear {
			for _, feature := range l.features {
				use(feature)
			}
		}
	}
	return s
}

// Score scores rows that are given by their columns, in the order of the model's features, into a slice of
// the columns' length.
func (s *Scorer) Score(columns [][]float64, into []float64) {
	for first := 0; first < len(into); first += blockRows {
		s.block(columns, first, into[first:min(first+blockRows, len(into))])
	}
}

func (s *Scorer) block(columns [][]float64, first int, into []float64) {
	for k := range s.columns {
		if s.columns[k] == nil {
			continue
		}
		column, known := s.columns[k][:len(into)], s.known[k][:len(into)]
		copy(column, columns[k][first:])
		clean(column)
		for i, x := range column {
			if x != x {
				x = 0
			}
			known[i] = x
		}
	}
	clear(into)
	for i := range s.model.trees {
		s.tree(&s.model.trees[i], into)
	}
}

// tree adds what a tree says of each row of the block.
func (s *Scorer) tree(t *tree, into []float64) {
	for i := range into {
		s.rows[0][i] = uint16(i)
	}
	root := visit{0, 0, 0, len(into)}
	if len(t.nodes) == 0 {
		root.at = -1
	}
	s.open = append(s.open[:0], root)
	for len(s.open) > 0 {
		v := s.open[len(s.open)-1]
		s.open = s.open[:len(s.open)-1]
		switch {
		case v.first == v.end:
			continue
		case v.at < 0:
			s.leaf(t, ^v.at, s.rows[v.side][v.first:v.end], into)
			continue
		}
		n := &t.nodes[v.at]
		middle := s.divide(t, n, v)
		s.open = append(s.open, visit{n.left, 1 - v.side, v.first, middle}, visit{n.right, 1 - v.side, middle, v.end})
	}
}

// divide writes the rows that come to a node to the other side, those that go left first, and returns where
// the others begin.
func (s *Scorer) divide(t *tree, n *node, v visit) int {
	from, to := &s.rows[v.side], &s.rows[1-v.side]
	switch n.decision {
	case plain:
		return divideAtMost(from, to, (*[blockRows]float64)(s.known[n.feature]), n.threshold, v.first, v.end)
	case missingRight:
		return divideAtMost(from, to, (*[blockRows]float64)(s.columns[n.feature]), n.threshold, v.first, v.end)
	case missingLeft:
		return divideNotAbove(from, to, (*[blockRows]float64)(s.columns[n.feature]), n.threshold, v.first, v.end)
	}
	column := s.columns[n.feature]
	left, right := v.first, v.end-1
	for _, row := range from[v.first:v.end] {
		if t.left(n, column[row]) {
			to[left] = row
			left++
		} else {
			to[right] = row
			right--
		}
	}
	return left
}

// divideAtMost writes rows whose value is at most a threshold from the begin of a part, and the others, those
// whose value is NaN among them, from its end: each to both places, of which one is written over, so that
// nothing waits for the comparison. The masks are without effect; they spare the checks of bounds.
//
//go:noinline
func divideAtMost(from, to *[blockRows]uint16, column *[blockRows]float64, threshold float64, first, end int) int {
	left, right := first, end-1
	for i := first; i < end; i++ {
		row := from[i&mask]
		goes := 0
		if column[row&mask] <= threshold {
			goes = 1
		}
		to[left&mask] = row
		to[right&mask] = row
		left += goes
		right += goes - 1
	}
	return left
}

// divideNotAbove is divideAtMost with those whose value is NaN among the first.
//
//go:noinline
func divideNotAbove(from, to *[blockRows]uint16, column *[blockRows]float64, threshold float64, first, end int) int {
	left, right := first, end-1
	for i := first; i < end; i++ {
		row := from[i&mask]
		goes := 1
		if column[row&mask] > threshold {
			goes = 0
		}
		to[left&mask] = row
		to[right&mask] = row
		left += goes
		right += goes - 1
	}
	return left
}

// leaf adds the value of a leaf to the rows that come to it.
func (s *Scorer) leaf(t *tree, leaf int32, rows []uint16, into []float64) {
	value := t.leaves[leaf]
	if t.linear == nil {
		for _, row := range rows {
			into[row] += value
		}
		return
	}
	for _, row := range rows {
		for _, k := range t.linear[leaf].features {
			s.row[k] = s.columns[k][row]
		}
		into[row] += t.linearValue(leaf, s.row)
	}
}
