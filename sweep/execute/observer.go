package execute

// Observer is notified of progress, one thing after another.
type Observer interface {
	Start(expected string, runs, done int)
	Chunk(runs, failed int, leader string)
	Finish()
}
