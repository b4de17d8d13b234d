//go:build !unix

package main

import "syscall"

func ignoreSignalsOfWrites() {}

// warningSignal is the scheduler's signal before the time limit: there is none.
const warningSignal = syscall.Signal(0)

func isGone(error, bool) bool { return false }
