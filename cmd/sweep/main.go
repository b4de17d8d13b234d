// Command sweep runs parameter studies of an options market maker.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"optmm/sweep"
	"optmm/sweep/execute"
	"optmm/sweep/fault"
	"optmm/sweep/text"
	"optmm/sweep/verify"
)

// The exit codes.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitFailedRuns  = 3
	exitMismatch    = 4
	exitStopped     = 75 // of a shard, which must be started again
	exitInterrupted = 130
)

func main() {
	ignoreSignalsOfWrites()
	if os.Getenv("GOGC") == "" {
		paceCollector()
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		limitMemory()
	}
	os.Exit(serve(present(os.Stdout), present(os.Stderr), os.Args[1:]))
}

// run carries out one command line.
func run(ctx context.Context, stop *stopping, stdout, stderr io.Writer, arguments []string) error {
	for i, argument := range arguments {
		check := text.CheckLine
		if strings.HasPrefix(argument, "--set=") || i > 0 && arguments[i-1] == "--set" {
			check = text.CheckText
		}
		if err := check(argument); err != nil {
			return fault.Usage(err)
		}
	}
	if _, err := execute.Kernel(); err != nil {
		return fault.Usage(err)
	}
	root := newRoot(stop)
	root.SetArgs(arguments)
	root.SetOut(stdout)
	root.SetErr(stderr)
	command, err := root.ExecuteContextC(ctx)
	return advise(err, command)
}

// exitCode prints the error, with options written as flags, and maps it.
func exitCode(err error, stderr io.Writer) int {
	if err == nil {
		return exitOK
	}
	message := err.Error()
	if err == context.Canceled {
		message = "interrupted"
	}
	if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
		message += ": the limit on open files is reached; raise it (ulimit -n), or take fewer --workers"
	}
	for _, option := range optionsIn(err) {
		message = strings.Replace(message, option.Error(), "--"+option.Error(), 1)
	}
	var several *fault.Several
	if errors.As(err, &several) {
		message = fmt.Sprintf("%d errors\n%s", len(several.Errors), message)
	}
	fmt.Fprintf(stderr, "sweep: %s\n", message)
	return codeOf(err)
}

// optionsIn lists the errors in options, each once.
func optionsIn(err error) (options []*fault.Option) {
	var several *fault.Several
	var option *fault.Option
	switch {
	case errors.As(err, &several):
		for _, one := range several.Errors {
			options = append(options, optionsIn(one)...)
		}
	case errors.As(err, &option):
		options = append(options, option)
	}
	return options
}

// codeOf maps an error to an exit code.
func codeOf(err error) int {
	var usage *fault.UsageError
	var mismatch *fault.MismatchError
	var stopped *stoppedError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &mismatch), errors.Is(err, verify.ErrDifferent):
		return exitMismatch
	case errors.As(err, &usage):
		return exitUsage
	case errors.Is(err, sweep.ErrFailedRuns):
		return exitFailedRuns
	case errors.As(err, &stopped):
		return exitStopped
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	}
	return exitFailed
}
