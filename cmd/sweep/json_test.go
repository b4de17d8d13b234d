package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// Every command that prints findings prints them as one JSON value, of which each has what a script
// asks for first.
func TestFindingsAsJSON(t *testing.T) {
	inRepository(t)
	const study = "configs/csv.yaml --set seeds.count=3 --set output.figures=false"
	for _, c := range []struct {
		line string
		code int
		keys string // of the object, or of the first of an array
	}{
		{"plan " + study + " --json", 0, "points runs seconds disk_bytes axes baseline found"},
		{"run " + study + " --quiet --json", 0, "folder runs failed verdict"},
		{"run " + study + " --quiet --name other --set grid.skew=[0,0.05] --json", 0, "verdict"},
		{"plan " + study + " --set seeds.count=4 --json", 0, "found"},
		{"verify results/csv --runs 1 --json", 0, "matches files recomputed_runs"},
		{"show results/csv --top 2 --json", 0, "point objective_mean diff_low95"},
		{"list --json", 0, "folder state runs verdict"},
		{"report results/csv --json", 0, "page"},
		{"report results/csv --objective max_drawdown --json", 0, "folder verdict"},
		{"diff results/csv results/other --json", 4, "first second same keys"},
		{"check-data testdata/chain/small.csv --json", 0, "rows options found remarks"},
		{"calibrate --quotes testdata/chain/small.csv --trades testdata/chain/trades.csv --json", 0, "arrival_rate intensity_decay bins"},
		{"params --json", 0, "parameters figures columns"},
	} {
		stdout, stderr, code := command(strings.Fields(c.line)...)
		var value any
		if err := json.Unmarshal([]byte(stdout), &value); err != nil || code != c.code {
			t.Errorf("%s: exit code %d, error %v\n%s%s", c.line, code, err, stdout, stderr)
			continue
		}
		if list, ok := value.([]any); ok && len(list) > 0 {
			value = list[0]
		}
		object, _ := value.(map[string]any)
		for _, key := range strings.Fields(c.keys) {
			if _, ok := object[key]; !ok {
				t.Errorf("%s: no key %s in %s", c.line, key, stdout)
			}
		}
	}
}
