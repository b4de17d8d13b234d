package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A study that runs out of time stops at a chunk, says how it goes on, and does; who asked is told of
// both ends, and a command that fails changes nothing.
func TestTimeRunsOutAndTheEndIsTold(t *testing.T) {
	inRepository(t)
	root, told := filepath.Join(t.TempDir(), "study"), filepath.Join(t.TempDir(), "told")
	arguments := []string{"run", "configs/grid.yaml", "--quiet", "--out", root, "--set", "seeds.count=2", "--set", "output.figures=false",
		"--notify", `echo "$SWEEP_NAME $SWEEP_EXIT [$SWEEP_ANSWER]" >> ` + told + `; exit 3`}
	_, stderr, code := command(append(arguments, "--max-time", "1ns")...)
	if want := "the time of --max-time 1ns is over; what is committed is kept in " + root + ", and the same command goes on from there\n"; code != exitInterrupted || !strings.Contains(stderr, want) || strings.Contains(stderr, "context") {
		t.Errorf("exit code %d: %s, want %s", code, stderr, want)
	}
	stdout, stderr, code := command(append(arguments, "--max-time", "1h")...)
	if code != exitOK || !strings.HasPrefix(stdout, "Yes: the best is ") || !strings.Contains(stderr, "sweep: --notify: exit status 3") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	content, err := os.ReadFile(told)
	if answer, _, _ := strings.Cut(stdout, "\n"); err != nil || string(content) != "grid 130 []\ngrid 0 ["+answer+"]\n" {
		t.Errorf("told %q, error %v", content, err)
	}
	for _, wrong := range []string{"-1s", "soon"} {
		if _, stderr, code := command(append(arguments, "--max-time", wrong)...); code != exitUsage || !strings.Contains(stderr, "max-time") {
			t.Errorf("--max-time %s: exit code %d: %s", wrong, code, stderr)
		}
	}
}
