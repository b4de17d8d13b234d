package sweep

import (
	"context"
	"fmt"
	"io"
	"time"

	"optmm/sweep/cluster"
	"optmm/sweep/folder"
	"optmm/sweep/present"
	"optmm/sweep/text"
)

// WatchStatus prints the status again every five seconds until the study is complete.
func WatchStatus(ctx context.Context, to io.Writer, place *Place) error {
	for {
		complete, err := Status(ctx, to, place.Path)
		if err != nil || complete {
			return err
		}
		if err := sleep(ctx, lookedAt); err != nil {
			return err
		}
		if err := place.refresh(ctx); err != nil {
			return err
		}
		fmt.Fprintln(to)
	}
}

// Status prints how far the study in a folder is: what is committed, by any program, and then the state of its jobs in the
// queue. It reports whether the study is complete.
func Status(ctx context.Context, to io.Writer, root string) (complete bool, err error) {
	u, err := folder.OpenUnfinished("status", root)
	if err != nil {
		return false, err
	}
	if u == nil {
		_, p, err := folder.OpenParquet("status", root)
		if err != nil {
			return true, err
		}
		result, err := present.Load(p, root)
		if err != nil {
			return true, err
		}
		_, err = fmt.Fprintf(to, "complete: %s, %d failed\n%s\n", text.Count(p.Runs(), "run"), result.Failed, result.Answer)
		return true, err
	}
	sent, err := cluster.ReadSubmission(root)
	if err != nil {
		return false, err
	}
	progress := cluster.Look(u, sent, time.Now())
	fmt.Fprintln(to, progress)
	if sent == nil {
		return false, nil
	}
	known, queued := false, 0
	if sent.On == OnSlurm && len(sent.Jobs) > 0 {
		states, err := cluster.Queue(ctx, sent)
		if known = err == nil; known {
			fmt.Fprintln(to, "queue: "+cluster.States(states))
		} else {
			fmt.Fprintf(to, "the queue cannot be asked: %v\n", err)
		}
		for _, n := range states {
			queued += n
		}
	}
	missing := progress.Missing()
	if len(missing) == 0 {
		_, err = fmt.Fprintf(to, "every shard is done: the merge is running, or sweep merge %s starts it\n", root)
	} else if queued == 0 {
		unless := ", unless they still run:"
		if known {
			unless = ";"
		}
		_, err = fmt.Fprintf(to, "not done: %s%s sweep submit --resume %s submits them\n", text.Ranges(missing), unless, root)
	}
	return false, err
}
