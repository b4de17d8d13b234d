//go:build unix

package main

import (
	"os/signal"
	"syscall"
)

// ignoreFileSizeSignal makes a write beyond ulimit -f an error of the write
// instead of the end of the program.
func ignoreFileSizeSignal() { signal.Ignore(syscall.SIGXFSZ) }
