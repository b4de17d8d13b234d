package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// Completion proposes keys for --set, columns for --sort, figures for --objective and names for explain.
func TestCompletion(t *testing.T) {
	inRepository(t)
	if _, stderr, code := command(strings.Fields("run configs/csv.yaml --set seeds.count=3 --set output.figures=false --quiet")...); code != 0 {
		t.Fatal(stderr)
	}
	for _, c := range []struct{ line, want string }{
		{"run configs/csv.yaml --set grid.sk", "grid.skew="},
		{"plan configs/csv.yaml --set output.time", "output.timeseries="},
		{"show results/csv --sort diff", "diff_low95"},
		{"show results/csv --sort=-net", "-net_pnl"},
		{"report results/csv --objective max", "max_drawdown"},
		{"explain hold", "holdout seed"},
		{"run ", "yaml"},
	} {
		stdout, _, code := command(append([]string{"__complete"}, strings.Split(c.line, " ")...)...)
		if code != 0 || !strings.Contains(stdout, c.want+"\n") {
			t.Errorf("%q: exit code %d, no %s in %s", c.line, code, c.want, stdout)
		}
	}
}

// There is a manual page for every command, under its own name.
func TestManualPages(t *testing.T) {
	inRepository(t)
	if _, stderr, code := command("man", "man1"); code != 0 {
		t.Fatal(stderr)
	}
	for _, child := range newRoot(&stopping{}).Commands() {
		page, err := os.ReadFile("man1/sweep-" + child.Name() + ".1")
		if err != nil || !strings.Contains(string(page), fmt.Sprintf(".TH %q \"1\"", "SWEEP-"+strings.ToUpper(child.Name()))) || strings.Contains(string(page), "Auto generated") {
			t.Errorf("%s: %v", child.Name(), err)
		}
	}
}
