package verdict

// Purge selects training rows where labels look ahead and overlap (López de Prado 2018, chapter 7): rows whose labels
// share no time with the labels of the test, and that do not follow it within the embargo.
type Purge struct {
	First, Last int // times of the test's first and last row
	Span        int // times that a label looks ahead
	Embargo     int // times
}

// Keeps reports whether a row at a time may be trained on.
func (p Purge) Keeps(time int) bool {
	return time+p.Span < p.First || time > p.Last+p.Span+p.Embargo
}
