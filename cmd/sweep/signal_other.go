//go:build !unix

package main

import "syscall"

func ignoreSignalsOfWrites() {}

// warningSignal is what a scheduler sends before the time is over: none.
const warningSignal = syscall.Signal(0)

func isGone(error, bool) bool { return false }
