package sweep

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"optmm/sweep/folder"
	"optmm/sweep/store"
	"optmm/sweep/verify"
)

// sweptMarkets has two markets a seed, of which one is of a parameter that is unset.
const sweptMarkets = `
name: swept
market: {recorded: {files: ../testdata/days/quotes/*.csv}}
engine: {fill_model: exponential, arrival_rate: 0.05, intensity_decay: 1, price_scale: half_spread, quote_model: shift}
grid: {implied_vol: [0.2, unset], inventory_skew: [0, 0.002, 0.004]}
seeds: {first: 5, count: 1}
objective: net_pnl
verdict: {holdout_days: 0}
output: {figures: false}
`

// Whether the files of runs hold everything, or their own columns and their markets hold theirs,
// the digests are the same, and every column is found again where it is.
func TestMarketsAreStoredOnce(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	oneHistory := strings.Replace(small, "market: {synthetic: {minutes: 60}}", "market: {recorded: {files: ../testdata/csv/mid_only_defaults.csv}}", 1)
	for _, c := range []struct {
		name, study string
		set         []string
		markets     int // files
		long        bool
	}{
		{"seeds", small, nil, 6, true},
		{"packed", small, []string{"output.layout=packed", "output.compression=zstd"}, 6, false},
		{"best and baseline", small, []string{"output.timeseries=best"}, 6, false},
		{"one history", oneHistory, nil, 1, true},
		{"a swept market", small, []string{"grid.daily_vol=[0.01, 0.02]", "baseline.daily_vol=0.02"}, 12, true},
		{"days", daysStudy, []string{"grid.inventory_skew=[0]", "output.option_summary=true", "output.figures=false"}, 24, true},
		{"swept on days", sweptMarkets, nil, 48, false},
		{"a chain", smallChain, []string{"output.compression=lz4"}, 22, false},
		{"a chain, packed", smallChain, []string{"output.layout=packed"}, 11, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.long && !*long {
				t.Skip("others do much of the same: -long")
			}
			above := t.TempDir()
			own, all := filepath.Join(above, "own"), filepath.Join(above, "all")
			p := mustPlan(t, c.study, c.set...)
			if !p.Output.Own && p.Output.Timeseries == store.KeepAll {
				t.Error("the study does not store its markets once of its own accord")
			}
			p = mustPlan(t, c.study, append(slices.Clip(c.set), "output.columns=own")...)
			if _, err := runStudy(t, p, own, 2); err != nil {
				t.Fatal(err)
			}
			if _, err := runStudy(t, mustPlan(t, c.study, append(slices.Clip(c.set), "output.columns=all")...), all, 1); err != nil {
				t.Fatal(err)
			}
			a, b := lockIn(t, own), lockIn(t, all)
			if a.Digest != b.Digest || len(a.Kept) != len(b.Kept) {
				t.Errorf("digests %s and %s, %d and %d runs kept", a.Digest, b.Digest, len(a.Kept), len(b.Kept))
			}
			for run, digest := range a.Kept {
				if b.Kept[run] != digest {
					t.Errorf("run %s: digests %s and %s", run, digest, b.Kept[run])
				}
			}
			for _, root := range []string{own, all} {
				if _, err := verify.Study(context.Background(), verify.Settings{Folder: root, Workers: 2, Files: true}); err != nil {
					t.Error(err)
				}
			}
			checkMarkets(t, c.study, append(slices.Clip(c.set), "output.columns=own"), own, c.markets)
		})
	}
}

func lockIn(t *testing.T, root string) *folder.Lock {
	t.Helper()
	lock, complete, err := folder.Read(root)
	if err != nil || !complete {
		t.Fatal(complete, err)
	}
	return lock
}

// checkMarkets counts the files of markets, and removes them, of which sweep run makes each again.
func checkMarkets(t *testing.T, study string, set []string, root string, want int) {
	t.Helper()
	before := files(t, root)
	gone := 0
	for name := range before {
		if strings.HasPrefix(name, "markets/") {
			gone++
			if err := os.Remove(filepath.Join(root, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if gone != want {
		t.Errorf("%d files of markets, want %d", gone, want)
	}
	if _, err := runStudy(t, mustPlan(t, study, set...), root, 2); err != nil {
		t.Fatal(err)
	}
	after := files(t, root)
	for name, content := range before {
		if after[name] != content {
			t.Errorf("%s is not made again as it was", name)
		}
	}
	if len(after) != len(before) {
		t.Errorf("%d files, want %d", len(after), len(before))
	}
}

// What a study wrote of its markets goes with the rest of it.
func TestOverwriteRemovesMarkets(t *testing.T) {
	root := complete42(t)
	other := mustPlan(t, small, "output.columns=all")
	if _, err := Run(context.Background(), other, Options{Workers: 2, Folder: root, Overwrite: true, Observer: quiet{}}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "markets")); err == nil {
		t.Error("the files of markets stay when the study is another")
	}
}

// Where hardly two runs share a market their files hold everything, unless the study asks.
func TestColumnsByDefault(t *testing.T) {
	const lonely = "grid: {daily_vol: [0.01, 0.02]}\nbaseline: {daily_vol: 0.01}\n" + twoSeeds
	for _, c := range []struct {
		study string
		set   []string
		own   bool
	}{
		{small, nil, true},
		{small, []string{"output.columns=all"}, false},
		{small, []string{"output.columns=[pnl]"}, false},
		{lonely, nil, false},
		{lonely, []string{"output.columns=own"}, true},
		{strings.Replace(lonely, "[0.01, 0.02]", "{linspace: [0.01, 0.2, 2100]}", 1), nil, false}, // of which not all are looked at
		{small, []string{"output.timeseries=best"}, true},
		{small, []string{"output.timeseries=best", "grid.daily_vol=[0.01, 0.02]", "baseline.daily_vol=0.01"}, false},
	} {
		p := mustPlan(t, c.study, c.set...)
		if p.Output.Own != c.own {
			t.Errorf("%v: own columns %v, want %v", c.set, p.Output.Own, c.own)
		}
		content, err := p.ResolvedYAML(nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if again := mustPlan(t, string(content)); again.Output.Own != c.own || !slices.Equal(again.Output.Columns, p.Output.Columns) {
			t.Errorf("%v: the resolved study keeps other columns:\n%s", c.set, content)
		}
	}
}
