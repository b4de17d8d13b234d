package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A study that runs out of time stops at a chunk, says how it goes on, and does; the command of
// --notify runs at both ends, and changes nothing where it fails.
func TestMaxTimeAndNotify(t *testing.T) {
	inRepository(t)
	root, log := filepath.Join(t.TempDir(), "study"), filepath.Join(t.TempDir(), "log")
	arguments := []string{"run", "configs/grid.yaml", "--quiet", "--out", root, "--set", "seeds.count=2", "--set", "output.figures=false",
		"--notify", `echo "$SWEEP_NAME $SWEEP_EXIT [$SWEEP_ANSWER]" >> ` + log + `; exit 3`}
	_, stderr, code := command(append(arguments, "--max-time", "1ns")...)
	if want := "the time of --max-time 1ns is over; what is committed is kept in " + root + ", and the same command goes on from there\n"; code != exitInterrupted || !strings.Contains(stderr, want) || strings.Contains(stderr, "context") {
		t.Errorf("exit code %d: %s, want %s", code, stderr, want)
	}
	stdout, stderr, code := command(append(arguments, "--max-time", "1h")...)
	if code != exitOK || !strings.HasPrefix(stdout, "Yes: the best is ") || !strings.Contains(stderr, "sweep: --notify: exit status 3") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	content, err := os.ReadFile(log)
	if answer, _, _ := strings.Cut(stdout, "\n"); err != nil || string(content) != "grid 130 []\ngrid 0 ["+answer+"]\n" {
		t.Errorf("the command wrote %q, error %v", content, err)
	}
	for _, wrong := range []string{"-1s", "soon"} {
		if _, stderr, code := command(append(arguments, "--max-time", wrong)...); code != exitUsage || !strings.Contains(stderr, "max-time") {
			t.Errorf("--max-time %s: exit code %d: %s", wrong, code, stderr)
		}
	}
}

// What is wrong in a command line is said in its own terms, without those of a library.
func TestFlagErrorsArePlain(t *testing.T) {
	inRepository(t)
	for _, c := range []struct{ line, want string }{
		{"run configs/grid.yaml --workers x", `--workers "x": want an integer; see sweep run --help`},
		{"run configs/grid.yaml --max-time soon", `--max-time "soon": want a time, as in 8h or 90m; see sweep run --help`},
		{"demo --k-fill x", `k_fill takes a number`},
		{"plan configs/grid.yaml --set objective=pnl", `(did you mean net_pnl, gross_pnl, spread_pnl?)`},
		{"plan configs/grid.yaml --set objective=sharpe", `(did you mean annualized_sharpe_est, session_sharpe?)`},
		{"show results/grid --figures --top 5", "--figures prints two points, to which --top does not apply: leave one of them out"},
		{"list a b", "name one folder; see sweep list --help"},
		{"figures results/grid", "name a point or a run: --point 17, or --run 93; sweep show prints the points"},
		{"figures results/grid --point -1", "--point -1 must not be below 0"},
	} {
		_, stderr, code := command(strings.Fields(c.line)...)
		if code != exitUsage || !strings.Contains(stderr, c.want) || strings.Contains(stderr, "strconv") {
			t.Errorf("sweep %s: exit code %d: %s, want %s", c.line, code, stderr, c.want)
		}
	}
}
