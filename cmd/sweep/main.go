// Command sweep runs parameter studies of an options market maker.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"optmm/sweep"
)

// The exit codes.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitFailedRuns  = 3
	exitMismatch    = 4
	exitInterrupted = 130
)

func main() {
	ignoreFileSizeSignal()
	if os.Getenv("GOGC") == "" {
		paceCollector()
	}
	ctx, interrupt := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		interrupt() // what is in hand is finished
		<-signals
		os.Exit(exitInterrupted)
	}()
	os.Exit(exitCode(run(ctx, os.Stdout, os.Stderr, os.Args[1:]), os.Stderr))
}

// run carries out one command line.
func run(ctx context.Context, stdout, stderr io.Writer, arguments []string) error {
	root := newRoot()
	root.SetArgs(arguments)
	root.SetOut(stdout)
	root.SetErr(stderr)
	return root.ExecuteContext(ctx)
}

// exitCode prints the error and maps it.
func exitCode(err error, stderr io.Writer) int {
	if err == nil {
		return exitOK
	}
	text := err.Error()
	if err == context.Canceled {
		text = "interrupted"
	}
	fmt.Fprintf(stderr, "sweep: %s\n", text)
	var usage *sweep.UsageError
	var mismatch *sweep.MismatchError
	switch {
	case errors.As(err, &usage):
		return exitUsage
	case errors.Is(err, sweep.ErrFailedRuns):
		return exitFailedRuns
	case errors.As(err, &mismatch), errors.Is(err, sweep.ErrDifferent):
		return exitMismatch
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	}
	return exitFailed
}
