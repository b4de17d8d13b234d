package verdict

// Purge says which rows a model may be trained on that is tested on others, where labels look ahead and so overlap
// (López de Prado 2018, chapter 7): those whose labels share no time with those of the test, and that come later by
// more than an embargo.
type Purge struct {
	First, Last int // times of the test's first and last row
	Span        int // times that a label looks ahead
	Embargo     int // times
}

// Keeps reports whether a row at a time may be trained on.
func (p Purge) Keeps(time int) bool {
	return time+p.Span < p.First || time > p.Last+p.Span+p.Embargo
}
