//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Shards as processes give the results of one program. Their exit codes distinguish complete, wrong study, and stopped.
func TestSubmitLocally(t *testing.T) {
	inRepository(t)
	t.Setenv(asProgram, "1")
	root, alone := filepath.Join(t.TempDir(), "shards"), filepath.Join(t.TempDir(), "alone")
	small := []string{"configs/grid.yaml", "--set", "seeds.count=4", "--set", "output.figures=false", "--set", "output.timeseries=none"}
	stdout, stderr, code := command(append([]string{"submit", "--on", "local", "--shards", "3", "--max-parallel", "2", "--out", root}, small...)...)
	if code != 0 || !strings.HasPrefix(stdout, "3 shards of 3 done: sweep merge ") {
		t.Fatalf("exit code %d: %s%s", code, stdout, stderr)
	}
	if log, err := os.ReadFile(filepath.Join(root, "logs", "shard-2.log")); err != nil || !strings.HasPrefix(string(log), "shard 2 of 3, by --index\n") {
		t.Errorf("%v: %s", err, log)
	}
	if stdout, _, code := command("submit", "--on", "local", "--resume", root, "--dry-run"); code != 0 || !strings.HasPrefix(stdout, "every shard is done") {
		t.Errorf("exit code %d: %s", code, stdout)
	}
	if _, stderr, code := command("merge", root); code != 0 {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	if _, stderr, code := command(append([]string{"run", "--quiet", "--out", alone}, small...)...); code != 0 {
		t.Fatal(stderr)
	}
	if stdout, _, code := command("diff", alone, root); code != 0 || !strings.HasPrefix(stdout, "the same study with the same results") {
		t.Errorf("exit code %d: %s", code, stdout)
	}
	if _, stderr, code := command("submit", "--resume", root); code != exitUsage || !strings.Contains(stderr, "is complete") {
		t.Errorf("exit code %d: %s", code, stderr)
	}

	t.Setenv("SLURM_ARRAY_TASK_ID", "1")
	for _, c := range []struct {
		arguments []string
		want      string
	}{
		{[]string{"shard", t.TempDir(), "--of", "2"}, "holds no study"},
		{[]string{"shard", root, "--of", "1"}, "SLURM_ARRAY_TASK_ID is 1"},
		{[]string{"shard", root, "--of", "2", "--offset", "1"}, "with --offset 1 is not below --of 2"},
		{append([]string{"submit", "--on", "moon"}, small...), "want one of slurm, kubernetes, local"},
		{append([]string{"submit", "--minutes-per-shard", "0"}, small...), "--minutes-per-shard 0: want minutes above 0"},
		{append([]string{"submit", "--out", alone}, small...), "holds a complete study"},
		{[]string{"submit", "configs/halving.yaml"}, "each rung waits for all runs"},
		{[]string{"submit", "--resume", alone}, "was not submitted before"},
		{[]string{"submit", "--resume", alone, "--shards", "3"}, "--shards needs a study"},
		{append([]string{"submit", "--sbatch", "--comment='a b'"}, small...), "split at spaces"},
		{[]string{"merge", alone + "-none", "--wait", "1s"}, "holds no study"},
	} {
		if _, stderr, code := command(c.arguments...); code != exitUsage || !strings.Contains(stderr, c.want) {
			t.Errorf("%v: exit code %d: %s", c.arguments, code, stderr)
		}
	}
}

// A shard that is signaled before its time limit finishes its chunks, and must be started again.
func TestShardIsStopped(t *testing.T) {
	inRepository(t)
	root := filepath.Join(t.TempDir(), "shards")
	// The study is frozen, and its Jobs are printed.
	stdout, stderr, code := command("submit", "configs/grid.yaml", "--on", "kubernetes", "--image", "sweep:1", "--claim", "results", "--shards", "2", "--out", root, "--set", "seeds.count=2000", "--set", "output.timeseries=none")
	if code != 0 || !strings.Contains(stdout, "completions: 2\n") || !strings.Contains(stdout, "\n  name: grid-merge\n") {
		t.Fatalf("exit code %d: %s%s", code, stdout, stderr)
	}
	for _, signal := range []syscall.Signal{syscall.SIGUSR1, syscall.SIGTERM} {
		c := program(t, "shard", root, "--of", "2", "--index", "0", "--workers", "1")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		committed := func() int {
			files, err := filepath.Glob(filepath.Join(root, "chunks", "*.parquet"))
			if err != nil {
				t.Fatal(err)
			}
			return len(files)
		}
		before := committed()
		for committed() == before { // it works
			time.Sleep(10 * time.Millisecond)
		}
		if err := c.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		c.Wait()
		if code := c.ProcessState.ExitCode(); code != exitStopped {
			t.Errorf("%v: exit code %d", signal, code)
		}
	}
}
