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
	root := newRoot(stop)
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
	message := err.Error()
	if err == context.Canceled {
		message = "interrupted"
	}
	if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
		message += ": the limit on open files is reached; raise it (ulimit -n), or take fewer --workers"
	}
	fmt.Fprintf(stderr, "sweep: %s%s\n", message, advice(err))
	var usage *fault.UsageError
	var mismatch *fault.MismatchError
	switch {
	case errors.As(err, &mismatch), errors.Is(err, verify.ErrDifferent):
		return exitMismatch
	case errors.As(err, &usage):
		return exitUsage
	case errors.Is(err, sweep.ErrFailedRuns):
		return exitFailedRuns
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	}
	return exitFailed
}

// advice is what can be done about an error, by the flags of the commands.
func advice(err error) string {
	flags := map[fault.Remedy]string{
		fault.OtherFolder:  "choose another folder with --out or --name",
		fault.Overwrite:    "remove it first with --overwrite",
		fault.IgnoreDisk:   "start all the same with --ignore-disk",
		fault.IgnoreMemory: "start all the same with --ignore-memory",
		fault.Force:        "write it all the same with --force",
	}
	var remedies []string
	for _, remedy := range fault.Remedies(err) {
		remedies = append(remedies, flags[remedy])
	}
	if remedies == nil {
		return ""
	}
	return "; " + strings.Join(remedies, ", or ")
}
