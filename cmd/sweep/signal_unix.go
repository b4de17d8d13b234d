//go:build unix

package main

import (
	"errors"
	"os/signal"
	"syscall"
)

// ignoreSignalsOfWrites makes a write beyond ulimit -f, or to a pipe that no one reads
// any more, an error of the write instead of the end of the program.
func ignoreSignalsOfWrites() { signal.Ignore(syscall.SIGXFSZ, syscall.SIGPIPE) }

// warningSignal is the scheduler's signal before the time limit.
const warningSignal = syscall.SIGUSR1

// isGone recognizes the error of a write to a pipe, or to a terminal, that is gone.
func isGone(err error, terminal bool) bool {
	return errors.Is(err, syscall.EPIPE) || terminal && errors.Is(err, syscall.EIO)
}
