package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"time"
)

// notifyPatience is how long the command of --notify may take.
const notifyPatience = 30 * time.Second

// ending is the end of a study, as the environment of the command of --notify has it.
type ending struct {
	name, folder string
	code         int    // the exit code
	answer       string // what the study comes to; empty where it is not complete
}

// notify runs a command of the user's by the shell. That it fails is reported and changes nothing.
func notify(command string, e ending, stderr io.Writer) {
	ctx, cancel := context.WithTimeout(context.Background(), notifyPatience) // the study's own may be over
	defer cancel()
	shell := exec.CommandContext(ctx, "sh", "-c", command)
	shell.Env = append(os.Environ(), "SWEEP_NAME="+e.name, "SWEEP_FOLDER="+e.folder, "SWEEP_EXIT="+strconv.Itoa(e.code), "SWEEP_ANSWER="+e.answer)
	shell.Stdout, shell.Stderr = stderr, stderr
	shell.WaitDelay = time.Second // of what the command left running
	if err := shell.Run(); err != nil {
		fmt.Fprintf(stderr, "sweep: --notify: %v\n", err)
	}
}
