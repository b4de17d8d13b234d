package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

// Local runs shards as processes of this machine.
type Local struct {
	Program     string
	Folder      string // of the results: a path, or an address in a bucket
	Logs        string // the folder of the processes' output
	Workers     int    // of a shard
	MaxParallel int    // processes at once
}

// grace is how long a process may take to end after an interrupt.
const grace = 30 * time.Second

// Run runs shards, each with its own log, and waits. A shard that fails does not stop the others; Progress then lists it as
// missing.
func (l *Local) Run(ctx context.Context, shards int, of []int) error {
	group, failed := errgroup.Group{}, make([]error, len(of))
	group.SetLimit(max(1, l.MaxParallel))
	for i, shard := range of {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() error {
			if ctx.Err() == nil {
				failed[i] = l.shard(ctx, shards, shard)
			}
			return nil
		})
	}
	group.Wait() // none returns an error of its own
	return errors.Join(append(failed, ctx.Err())...)
}

func (l *Local) shard(ctx context.Context, shards, shard int) (err error) {
	name := filepath.Join(l.Logs, fmt.Sprintf("shard-%d.log", shard))
	log, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	command := exec.CommandContext(ctx, l.Program, "shard", l.Folder, "--of", strconv.Itoa(shards), "--index", strconv.Itoa(shard), "--workers", strconv.Itoa(l.Workers))
	command.Stdout, command.Stderr, command.WaitDelay = log, log, grace
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	if err := command.Run(); err != nil {
		return fmt.Errorf("shard %d: %w; see %s", shard, err, name)
	}
	return nil
}
