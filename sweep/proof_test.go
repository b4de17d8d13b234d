package sweep

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"optmm/engine"
	"optmm/engine/market"
	"optmm/engine/market/synthetic"
	"optmm/sweep/fault"
	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/spec"
	"optmm/sweep/store"
	"optmm/sweep/verify"
)

func complete42(t *testing.T, overrides ...string) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "study")
	if _, err := runStudy(t, mustPlan(t, small, overrides...), root, 2); err != nil {
		t.Fatal(err)
	}
	return root
}

func sameFiles(t *testing.T, want, got string) {
	t.Helper()
	a, b := files(t, want), files(t, got)
	for name := range a {
		if a[name] != b[name] {
			t.Errorf("%s differs", name)
		}
	}
	for name := range b {
		if _, ok := a[name]; !ok {
			t.Errorf("%s is there and nobody expects it", name)
		}
	}
}

// Shards in any order and at the same time leave what one program leaves.
func TestShardsLeaveTheSame(t *testing.T) {
	for _, layout := range []string{spec.LayoutPerRun, spec.LayoutPacked} {
		set := "output.layout=" + layout
		whole := complete42(t, set)
		root := filepath.Join(t.TempDir(), "study")
		ends := make(chan error, 3)
		for shard := range 3 {
			go func() {
				_, err := Run(context.Background(), mustPlan(t, small, set), Options{Workers: 1, Folder: root, Shard: plan.Shard{Index: shard, Count: 3}, Observer: quiet{}})
				ends <- err
			}()
		}
		finished := 0
		for range 3 {
			switch err := <-ends; {
			case err == nil:
				finished++
			case !errors.Is(err, folder.ErrOthersMissing):
				t.Errorf("%s: %v", layout, err)
			}
		}
		if finished == 0 {
			t.Errorf("%s: no shard wrote the results", layout)
		}
		sameFiles(t, whole, root)
	}
}

func TestMergeNamesMissingShards(t *testing.T) {
	root := filepath.Join(t.TempDir(), "study")
	study := mustPlan(t, small)
	for _, shard := range []int{0, 2} {
		_, err := Run(context.Background(), study, Options{Workers: 1, Folder: root, Shard: plan.Shard{Index: shard, Count: 3}, Observer: quiet{}})
		if !errors.Is(err, folder.ErrOthersMissing) {
			t.Fatalf("shard %d: %v", shard, err)
		}
	}
	_, err := Merge(context.Background(), Options{Folder: root, Workers: 1, Observer: quiet{}})
	if !errors.Is(err, folder.ErrOthersMissing) || !strings.Contains(err.Error(), "14 of 42 chunks missing: 1 (runs 1 to 1) 4 (runs 4 to 4)") {
		t.Errorf("merge without a shard: %v", err)
	}
	if _, err := Run(context.Background(), mustPlan(t, small, "engine.spread=0.03"), Options{Workers: 1, Folder: root, Shard: plan.Shard{Index: 1, Count: 3}, Observer: quiet{}}); err == nil || !strings.Contains(err.Error(), "holds another study") {
		t.Errorf("a shard of another study: %v", err)
	}
	if _, err := Run(context.Background(), study, Options{Workers: 1, Folder: root, Shard: plan.Shard{Index: 1, Count: 3}, Observer: quiet{}}); err != nil {
		t.Errorf("the last shard: %v", err)
	}
	sameFiles(t, complete42(t), root)
}

func TestParseShard(t *testing.T) {
	if shard, err := plan.ParseShard("2/3"); err != nil || shard != (plan.Shard{Index: 1, Count: 3}) || shard.String() != "2/3" {
		t.Errorf("2/3 is %v, %v", shard, err)
	}
	for _, text := range []string{"0/3", "4/3", "1", "1/", "a/b", "1/2/3", "-1/3"} {
		if _, err := plan.ParseShard(text); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
}

// A second writer learns who holds the folder; a lock that nobody holds is no
// obstacle.
func TestOneWriter(t *testing.T) {
	root := filepath.Join(t.TempDir(), "study")
	study := mustPlan(t, small)
	held, err := folder.Open(context.Background(), study, folder.Hold{Path: root})
	if err != nil {
		t.Fatal(err)
	}
	for _, options := range []folder.Hold{{Path: root}, {Path: root, Shard: plan.Shard{Index: 0, Count: 2}}, {Path: root, Overwrite: true}} {
		_, err = folder.Open(context.Background(), study, options)
		var busy *folder.BusyError
		if !errors.As(err, &busy) || !strings.Contains(err.Error(), "is being written by process ") {
			t.Errorf("a second writer gets %v", err)
		}
	}
	held.Close() // as the operating system does when a program is killed
	if _, err := runStudy(t, study, root, 1); err != nil {
		t.Errorf("a lock that nobody holds: %v", err)
	}
}

func TestLockRepeatsTheStudy(t *testing.T) {
	for _, set := range []string{"output.timeseries=all", "output.timeseries=best", "seeds=[1, {market: 42, fill: 18446744073709551615}]"} {
		first := complete42(t, set)
		study, err := folder.Load(filepath.Join(first, folder.LockName), []string{`name="renamed"`})
		if err != nil {
			t.Fatal(err)
		}
		root := filepath.Join(t.TempDir(), "again")
		if _, err := runStudy(t, study, root, 1); err != nil {
			t.Fatal(err)
		}
		var written strings.Builder
		if same, err := verify.Diff(&written, first, []string{root}, false); err != nil || !same {
			t.Errorf("%s: same %v, error %v: %s", set, same, err, written.String())
		}
	}
}

func TestLockOfAnotherEngineIsRefused(t *testing.T) {
	root := complete42(t)
	name := filepath.Join(root, folder.LockName)
	replace(t, name, `"engine": "`+engine.Version+`"`, `"engine": "0"`)
	sealAgain(t, root)
	_, err := folder.Load(name, nil)
	if err == nil || !strings.Contains(err.Error(), `engine: "0" there, "`+engine.Version+`" now`) {
		t.Errorf("error %v", err)
	}
	replace(t, name, fmt.Sprintf(`"format": %d`, folder.FormatVersion), `"format": 99`)
	if _, err = folder.Load(name, nil); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("was written in format 99 by engine version 0; this program reads format %d", folder.FormatVersion)) {
		t.Errorf("error %v", err)
	}
	if err := os.Truncate(name, 100); err != nil {
		t.Fatal(err)
	}
	if _, err = runStudy(t, mustPlan(t, small), root, 1); err == nil || !strings.Contains(err.Error(), "sweep.lock is damaged") {
		t.Errorf("error %v", err)
	}
	if _, err = Run(context.Background(), mustPlan(t, small), Options{Workers: 1, Folder: root, Overwrite: true, Observer: quiet{}}); err != nil {
		t.Errorf("afresh: %v", err)
	}
	sameFiles(t, complete42(t), root)
}

func replace(t *testing.T, name, old, now string) {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(content), old) {
		t.Fatalf("%s lacks %s", name, old)
	}
	if err := os.WriteFile(name, []byte(strings.Replace(string(content), old, now, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// sealAgain makes the seal of a changed lock fit it, as who changes it by design
// would.
func sealAgain(t *testing.T, root string) {
	t.Helper()
	name := filepath.Join(root, folder.LockName)
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var lock folder.Lock
	if err := json.Unmarshal(content, &lock); err != nil {
		t.Fatal(err)
	}
	old := lock.Seal
	lock.Seal = "" // which is left out
	line, err := json.Marshal(lock)
	if err != nil {
		t.Fatal(err)
	}
	replace(t, name, old, fmt.Sprintf("%x", sha256.Sum256(line)))
}

func TestVerifyAcceptsWhatTheStudyLeft(t *testing.T) {
	for _, c := range []struct {
		set        []string
		files, all int
	}{
		{[]string{"output.compression=lz4"}, 42 + 6, 42},
		{[]string{"output.layout=packed", "output.compression=zstd"}, 42 + 6, 42},
		{[]string{"output.timeseries=best", "objective=total_fills"}, 12 + 6, 42},
		{[]string{"output.timeseries=none"}, 0, 42},
		{[]string{"output.columns=[minute, pnl]"}, 42, 42},
	} {
		root := complete42(t, c.set...)
		verified, err := verify.Study(context.Background(), verify.Settings{Folder: root, Workers: 2})
		if err != nil || verified.Files != c.files || verified.Recomputed != c.all {
			t.Errorf("%v: %+v, %v", c.set, verified, err)
		}
		verified, err = verify.Study(context.Background(), verify.Settings{Folder: root, Workers: 2, Runs: []int{41, 3, 3}})
		if err != nil || verified.Recomputed != 2 {
			t.Errorf("%v: two runs: %+v, %v", c.set, verified, err)
		}
		verified, err = verify.Study(context.Background(), verify.Settings{Folder: root, Workers: 2, Sample: 0.3, Seed: 5})
		if err != nil || verified.Recomputed < 5 || verified.Recomputed > 25 {
			t.Errorf("%v: a sample: %+v, %v", c.set, verified, err)
		}
	}
	if _, err := verify.Study(context.Background(), verify.Settings{Folder: t.TempDir()}); err == nil {
		t.Error("an empty folder is verified")
	}
	if _, err := verify.Study(context.Background(), verify.Settings{Folder: complete42(t), Runs: []int{42}}); err == nil || !strings.Contains(err.Error(), "runs 42: the study has runs 0 to 41") {
		t.Errorf("run 42 of 42: %v", err)
	}
}

// Every kind of damage is found and named.
func TestVerifyFindsDamage(t *testing.T) {
	flip := func(name string, from int64) func(*testing.T, string) {
		return func(t *testing.T, root string) {
			file, err := os.OpenFile(filepath.Join(root, name), os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			var b [1]byte
			if _, err := file.ReadAt(b[:], from); err != nil {
				t.Fatal(err)
			}
			b[0] ^= 1
			if _, err := file.WriteAt(b[:], from); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name   string
		damage func(*testing.T, string)
		want   string
	}{
		{"a bit of a run", flip(store.RunName(17), 4000), "runs/000/000017.parquet, or markets/3.parquet: run 17 has digest"},
		{"a cut run", func(t *testing.T, root string) {
			if err := os.Truncate(filepath.Join(root, store.RunName(17)), 1000); err != nil {
				t.Fatal(err)
			}
		}, "000017.parquet: "},
		{"a run that is gone", func(t *testing.T, root string) {
			if err := os.Remove(filepath.Join(root, store.RunName(17))); err != nil {
				t.Fatal(err)
			}
		}, "runs/000/000017.parquet is missing"},
		{"a bit of a market", flip(store.MarketName(3, ""), 4000), "runs/000/000014.parquet, or markets/3.parquet: run 14 has digest"},
		{"a market that is gone", func(t *testing.T, root string) {
			if err := os.Remove(filepath.Join(root, store.MarketName(3, ""))); err != nil {
				t.Fatal(err)
			}
		}, "markets/3.parquet is missing; sweep run makes it again"},
		{"a run in another's place", func(t *testing.T, root string) {
			content, err := os.ReadFile(filepath.Join(root, store.RunName(16)))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(root, store.RunName(17)), content, 0o644); err != nil {
				t.Fatal(err)
			}
		}, "run 17 has digest"},
		{"a cut summary", func(t *testing.T, root string) {
			if err := os.Truncate(filepath.Join(root, "summary.parquet"), 1000); err != nil {
				t.Fatal(err)
			}
		}, "summary.parquet: "},
		{"a digest in the lock", func(t *testing.T, root string) {
			lock, _, err := folder.Read(root)
			if err != nil {
				t.Fatal(err)
			}
			replace(t, filepath.Join(root, folder.LockName), lock.Digest, strings.Repeat("0", 32))
			sealAgain(t, root)
		}, "the chunks' digests come to"},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := complete42(t)
			c.damage(t, root)
			_, err := verify.Study(context.Background(), verify.Settings{Folder: root, Workers: 2, Files: true})
			var mismatch *fault.MismatchError
			if !errors.As(err, &mismatch) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want a mismatch with %q", err, c.want)
			}
		})
	}
}

// What was tampered with is named: run, column, minute and both values.
func TestVerifyNamesTheFirstDifference(t *testing.T) {
	for _, layout := range []string{spec.LayoutPerRun, spec.LayoutPacked} {
		set := "output.layout=" + layout
		other := filepath.Join(t.TempDir(), "study") // the same study by another engine
		study := mustPlan(t, small, set)
		study.Source = tampered{}
		if _, err := runStudy(t, study, other, 1); err != nil {
			t.Fatal(err)
		}
		series := store.RunName(14)
		if layout == spec.LayoutPacked {
			series = store.PackedName(14)
		}
		for _, c := range []struct {
			name, file, want string
		}{
			{"a time series", series, "run 14: bid at minute 30 is 76.98839519374513 in " + filepath.ToSlash(series) + ", recomputed it is "},
			{"a market", store.MarketName(3, ""), "run 14: mid at minute 30 is 77 in markets/3.parquet, recomputed it is "},
			{"the summary", "summary.parquet", "run 14: net_pnl is "},
		} {
			root := complete42(t, set)
			content, err := os.ReadFile(filepath.Join(other, c.file))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(root, c.file), content, 0o644); err != nil {
				t.Fatal(err)
			}
			for _, v := range []verify.Settings{{Folder: root, Workers: 4}, {Folder: root, Workers: 1, Runs: []int{40}}} {
				_, err = verify.Study(context.Background(), v)
				var mismatch *fault.MismatchError
				if !errors.As(err, &mismatch) || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%s, %s: error %v, want %q", layout, c.name, err, c.want)
				}
			}
			_, err = verify.Study(context.Background(), verify.Settings{Folder: root, Workers: 2, Files: true})
			if err == nil || strings.Contains(err.Error(), "recomputed") {
				t.Errorf("%s, %s: reading alone gives %v", layout, c.name, err)
			}
		}
	}
}

// Whatever in the folder is not what the study left is found.
func TestVerifyFindsWhatWasChanged(t *testing.T) {
	write := func(name, content string) func(*testing.T, string) {
		return func(t *testing.T, root string) {
			if err := os.WriteFile(filepath.Join(root, name), []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name   string
		set    string
		change func(*testing.T, string)
		want   string
	}{
		{"summary.csv", "output.timeseries=all", write("summary.csv", "x"), "summary.csv has SHA-256"},
		{"points.csv", "output.timeseries=all", write("points.csv", "x"), "points.csv has SHA-256"},
		{"points.parquet", "output.timeseries=none", write("points.parquet", "x"), "points.parquet has SHA-256"},
		{"study.yaml", "output.timeseries=all", write("study.yaml", "x"), "study.yaml has SHA-256"},
		{"a stray run", "output.timeseries=all", write("runs/000/000999.parquet", "x"), "runs/000/000999.parquet does not belong"},
		{"a run's market", "output.timeseries=all", func(t *testing.T, root string) {
			replace(t, filepath.Join(root, store.RunName(14)), "markets/3.parquet", "markets/4.parquet")
		}, `a file of run 14 says that its market is "markets/4.parquet", want markets/3.parquet`},
		{"a market's seed", "output.timeseries=all", func(t *testing.T, root string) {
			other := filepath.Join(t.TempDir(), "study")
			if _, err := runStudy(t, mustPlan(t, small, "seeds={first: 3, count: 1}"), other, 1); err != nil {
				t.Fatal(err)
			}
			content, err := os.ReadFile(filepath.Join(other, "markets/3.parquet"))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(root, "markets/2.parquet"), content, 0o644); err != nil {
				t.Fatal(err)
			}
		}, "markets/2.parquet: market_seed is 3 in row 0, want 2"},
		{"a stray market", "output.timeseries=all", write("markets/99.parquet", "x"), "markets/99.parquet does not belong"},
		{"a stray file", "output.timeseries=best", write("runs/000/notes.txt", "x"), "runs/000/notes.txt does not belong"},
		{"runs of the lock", "output.timeseries=all", func(t *testing.T, root string) {
			replace(t, filepath.Join(root, folder.LockName), `"runs": 42`, `"runs": 43`)
			sealAgain(t, root)
		}, "sweep.lock has 43 runs, its study 42"},
		{"a packed run's number", "output.layout=packed", func(t *testing.T, root string) {
			a, b := filepath.Join(root, store.PackedName(3)), filepath.Join(root, store.PackedName(4))
			content, err := os.ReadFile(a)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(b, content, 0o644); err != nil {
				t.Fatal(err)
			}
		}, "is labeled run 3, want run 4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := complete42(t, c.set)
			c.change(t, root)
			_, err := verify.Study(context.Background(), verify.Settings{Folder: root, Workers: 2, Files: true})
			var mismatch *fault.MismatchError
			if !errors.As(err, &mismatch) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want a mismatch with %q", err, c.want)
			}
		})
	}
}

// A table with one bit flipped is reported by every command, with exit code 4 and its
// name, and sweep run makes it again, byte for byte.
func TestChangedTablesAreNotReused(t *testing.T) {
	for _, set := range [][]string{{"verdict.holdout_seeds=2"}, {"output.timeseries=none", "verdict.holdout_seeds=2"}} {
		root, other := complete42(t, set...), complete42(t, set...)
		for _, name := range []string{"study.yaml", "summary.parquet", "summary.csv", "points.parquet", "points.csv", "holdout.parquet", "holdout.csv"} {
			path := filepath.Join(root, name)
			whole, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			flipped := bytes.Clone(whole)
			flipped[len(flipped)/2] ^= 1
			for what, change := range map[string]func() error{
				"flipped": func() error { return os.WriteFile(path, flipped, 0o644) },
				"removed": func() error { return os.Remove(path) },
			} {
				if err := change(); err != nil {
					t.Fatal(err)
				}
				for command, look := range map[string]func() error{
					"show":   func() error { return Show(io.Discard, Showing{Folder: root}) },
					"report": func() error { _, err := Report(root); return err },
					"diff":   func() error { _, err := verify.Diff(io.Discard, other, []string{root}, false); return err },
					"retry-failed": func() error {
						study := mustPlan(t, small, set...)
						_, err := Run(context.Background(), study, Options{Workers: 1, Folder: root, RetryFailed: true, Observer: quiet{}})
						return err
					},
					"merge": func() error {
						_, err := Merge(context.Background(), Options{Workers: 1, Folder: root, Observer: quiet{}})
						return err
					},
				} {
					var mismatch *fault.MismatchError
					if err := look(); !errors.As(err, &mismatch) || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "makes it again") {
						t.Errorf("%s, %s %s: error %v", command, name, what, err)
					}
				}
				result, err := runStudy(t, mustPlan(t, small, set...), root, 1)
				if err != nil || !result.Reused || result.Restored < 1 {
					t.Fatalf("%s %s: error %v", name, what, err)
				}
				if again, err := os.ReadFile(path); err != nil || !bytes.Equal(again, whole) {
					t.Errorf("%s %s is made again with other bytes (%v)", name, what, err)
				}
			}
		}
	}
}

// Whatever is changed in a lock, every command refuses it in the same words.
func TestTamperedLocksAreRefused(t *testing.T) {
	for what, change := range map[string][2]string{
		"a fingerprint":  {`"summary.csv": "`, `"summary.csv": "0`},
		"a digest":       {`"digest": "`, `"digest": "0`},
		"the name":       {`"name": "small"`, `"name": "large"`},
		"a finalist":     {`"holdout": [`, `"holdout": [-1, `},
		"the seal":       {`"lock_sha256": "`, `"lock_sha256": "0`},
		"the build":      {`"go": "`, `"go": "not `},
		"a kept digest":  {`"runs_per_chunk": `, `"kept_digests": {"0": "1"}, "runs_per_chunk": `},
		"a selection":    {`"selections": [`, `"selections": [], "old": [`},
		"the study hash": {`"study_sha256": "`, `"study_sha256": "0`},
	} {
		root := complete42(t, "verdict.holdout_seeds=2")
		replace(t, filepath.Join(root, folder.LockName), change[0], change[1])
		for command, look := range map[string]func() error{
			"show":   func() error { return Show(io.Discard, Showing{Folder: root}) },
			"report": func() error { _, err := Report(root); return err },
			"diff":   func() error { _, err := verify.Diff(io.Discard, root, []string{root}, false); return err },
			"verify": func() error {
				_, err := verify.Study(context.Background(), verify.Settings{Folder: root, Workers: 1, Files: true})
				return err
			},
			"merge": func() error {
				_, err := Merge(context.Background(), Options{Workers: 1, Folder: root, Observer: quiet{}})
				return err
			},
			"run": func() error {
				_, err := runStudy(t, mustPlan(t, small, "verdict.holdout_seeds=2"), root, 1)
				return err
			},
		} {
			var mismatch *fault.MismatchError
			if err := look(); !errors.As(err, &mismatch) {
				t.Errorf("%s, with %s changed: error %v", command, what, err)
			}
		}
		if _, err := folder.Load(filepath.Join(root, folder.LockName), nil); err == nil {
			t.Errorf("with %s changed the lock is repeated", what)
		}
	}
}

// A removal that is cut short leaves nothing that another study takes for its
// own, and the next removal completes it.
func TestRemovalCutShort(t *testing.T) {
	path := filepath.Join(t.TempDir(), "study")
	ctx, cancel := context.WithCancel(context.Background())
	_, err := Run(ctx, mustPlan(t, small), Options{Workers: 1, Folder: path, Observer: &cancelAfter{left: 6, cancel: cancel}})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	left, err := os.ReadFile(filepath.Join(path, store.ChunkName(2)))
	if err != nil {
		t.Fatal(err)
	}
	if err := folder.Remove(path, nil); err != nil {
		t.Fatal(err)
	}
	for name := range files(t, path) {
		if name != planName {
			t.Errorf("%s was not removed", name)
		}
	}
	// The state in its middle: the tombstone, and a chunk of the old study.
	if err := os.WriteFile(filepath.Join(path, store.ChunkName(2)), left, 0o644); err != nil {
		t.Fatal(err)
	}
	other := mustPlan(t, small, "grid.skew=[0, 0.03]")
	if _, err := runStudy(t, other, path, 1); err == nil || !strings.Contains(err.Error(), "the removal of a study here was cut short") {
		t.Errorf("the tombstone is taken for a study: %v", err)
	}
	// Even without the tombstone a chunk of another study does not count.
	if err := os.Remove(filepath.Join(path, planName)); err != nil {
		t.Fatal(err)
	}
	if _, err := runStudy(t, other, path, 1); err == nil || !strings.Contains(err.Error(), "holds no study") {
		t.Errorf("chunks without a plan: %v", err)
	}
	begun := filepath.Join(t.TempDir(), "begun")
	ctx, cancel = context.WithCancel(context.Background())
	if _, err := Run(ctx, other, Options{Workers: 1, Folder: begun, Observer: &cancelAfter{left: 1, cancel: cancel}}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(begun, planName), filepath.Join(path, planName)); err != nil {
		t.Fatal(err)
	}
	if _, err := runStudy(t, other, path, 1); err != nil {
		t.Fatal(err)
	}
	if _, err := verify.Study(context.Background(), verify.Settings{Folder: path, Workers: 2}); err != nil {
		t.Errorf("a chunk of another study was taken: %v", err)
	}
}

// Overwriting removes what a study wrote and nothing else.
func TestOverwriteKeepsWhatIsNotTheStudys(t *testing.T) {
	root := complete42(t, "output.figures=true")
	strangers := []string{"thesis.txt", "summary.docx", "runs/mine.txt", "runs/000/notes.md", "figures/best/thesis.png", "figures/mine.png",
		"runs/part-mine.parquet", "runs/000/000001-backup.parquet", "runs/000/001001.parquet", "runs/archive/000001.parquet", "figures/best/fig_mine.png",
		"figures/paper/fig_pnl.png", "mine/.tmp-mine", ".tmp-mine", "runs/.tmp-mine", "chunks/notes.txt"}
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "001000.parquet"), []byte("precious"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(root, "runs", "001")); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if _, err := os.Stat(filepath.Join(outside, "001000.parquet")); err != nil {
			t.Errorf("a file behind a link is gone: %v", err)
		}
	}()
	for _, name := range strangers {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, name), []byte("precious"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := folder.Remove(root, nil); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(root, "runs", "001")); err != nil { // the link stays
		t.Error(err)
	}
	left := files(t, root)
	for _, name := range strangers {
		if left[name] != "precious" {
			t.Errorf("%s is gone", name)
		}
		delete(left, name)
	}
	delete(left, planName) // the tombstone
	for name := range left {
		t.Errorf("%s is left", name)
	}
	// A folder that only looks like a study is refused.
	foreign := t.TempDir()
	if err := os.MkdirAll(filepath.Join(foreign, "chunks"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(foreign, "chunks", "a.bin"), []byte("precious"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(context.Background(), mustPlan(t, small), Options{Workers: 1, Folder: foreign, Overwrite: true, Observer: quiet{}}); err == nil || !strings.Contains(err.Error(), "holds no study") {
		t.Errorf("error %v", err)
	}
	if found := files(t, foreign); len(found) != 1 {
		t.Errorf("the foreign folder holds %v", found)
	}
}

func TestOverwriteNeedsTheFolderAlone(t *testing.T) {
	for _, options := range []Options{{Overwrite: true}, {RetryFailed: true}} {
		options.Folder, options.Shard, options.Observer = filepath.Join(t.TempDir(), "x"), plan.Shard{Index: 0, Count: 2}, quiet{}
		if _, err := Run(context.Background(), mustPlan(t, small), options); err == nil || !strings.Contains(err.Error(), "the others work in it") {
			t.Errorf("error %v", err)
		}
	}
}

// A packed chunk whose runs all fail has no file, now or later.
func TestPackedChunkOfFailuresHasNoFile(t *testing.T) {
	root := filepath.Join(t.TempDir(), "study")
	study := mustPlan(t, small, "output.layout=packed", "market.synthetic.spot=1.0e308")
	for range 2 {
		if _, err := runStudy(t, study, root, 2); !errors.Is(err, ErrFailedRuns) {
			t.Fatal(err)
		}
		if parts, _ := filepath.Glob(filepath.Join(root, "runs", "*")); len(parts) > 0 {
			t.Errorf("files of nothing: %v", parts)
		}
	}
	if _, err := verify.Study(context.Background(), verify.Settings{Folder: root, Workers: 2}); err != nil {
		t.Error(err)
	}
}

// Looking at results needs no data; repeating them needs it where the lock or
// the user says it is.
func TestRecordedStudyWithoutItsData(t *testing.T) {
	place := t.TempDir()
	content, err := os.ReadFile("../testdata/csv/bidask_expiry_full.csv")
	if err != nil {
		t.Fatal(err)
	}
	data, moved, root := filepath.Join(place, "quotes.csv"), filepath.Join(place, "moved.csv"), filepath.Join(place, "study")
	if err := os.WriteFile(data, content, 0o644); err != nil {
		t.Fatal(err)
	}
	study, err := folder.Load("../configs/csv.yaml", []string{"seeds.count=2", "output.figures=false", "market.recorded.files=" + data})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := runStudy(t, study, root, 2); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(data, moved); err != nil {
		t.Fatal(err)
	}
	if _, err := verify.Study(context.Background(), verify.Settings{Folder: root, Workers: 2, Files: true}); err != nil {
		t.Errorf("reading alone: %v", err)
	}
	if _, err := verify.Study(context.Background(), verify.Settings{Folder: root, Workers: 2}); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("recomputing without the data: %v", err)
	}
	lock := filepath.Join(root, folder.LockName)
	if _, err := folder.Load(lock, nil); err == nil {
		t.Error("the lock is repeated without its data")
	}
	again, err := folder.Load(lock, []string{"market.recorded.files=" + moved})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := runStudy(t, again, filepath.Join(place, "again"), 2); err != nil {
		t.Fatal(err)
	}
	var written strings.Builder
	if same, err := verify.Diff(&written, root, []string{filepath.Join(place, "again")}, false); err != nil || !same {
		t.Errorf("same %v, error %v: %s", same, err, written.String())
	}
}

// A chunk whose pages are damaged behind a whole footer is done again.
func TestChunkWithADamagedBodyIsDoneAgain(t *testing.T) {
	root := filepath.Join(t.TempDir(), "study")
	ctx, cancel := context.WithCancel(context.Background())
	_, err := Run(ctx, mustPlan(t, small), Options{Workers: 1, Folder: root, Observer: &cancelAfter{left: 6, cancel: cancel}})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	for chunk, zeros := range map[int]int{1: 40, 2: 400, 3: 200} {
		content, err := os.ReadFile(filepath.Join(root, store.ChunkName(chunk)))
		if err != nil {
			t.Fatal(err)
		}
		for i := range zeros {
			content[4+i] = 0
		}
		if err := os.WriteFile(filepath.Join(root, store.ChunkName(chunk)), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := runStudy(t, mustPlan(t, small), root, 1); err != nil {
		t.Fatal(err)
	}
	sameFiles(t, complete42(t), root)
}

// tampered changes one price under seed 3 and later.
type tampered struct{}

func (tampered) Market(settings market.Settings, seed uint32) (*market.Market, error) {
	m, err := synthetic.Source{}.Market(settings, seed)
	if err == nil && seed >= 3 {
		option := &m.Series[0]
		change := 77 - option.Mid[30]
		option.Mid[30] = 77
		option.Explained.Mid[30] += change
		option.Explained.Mid[31] -= change
	}
	return m, err
}

// A file of a complete study that is gone is made again, the same.
func TestMissingFilesAreMadeAgain(t *testing.T) {
	for _, set := range []string{"output.timeseries=all", "output.timeseries=best", "output.layout=packed"} {
		root := complete42(t, set)
		before := files(t, root)
		removed := 0
		for name := range before {
			if strings.HasPrefix(name, "runs/") && removed < 3 {
				removed++
				if err := os.Remove(filepath.Join(root, name)); err != nil {
					t.Fatal(err)
				}
			}
		}
		result, err := runStudy(t, mustPlan(t, small, set), root, 2)
		if err != nil || result.Restored != 3 || !result.Reused {
			t.Errorf("%s: error %v, result %+v", set, err, result)
			continue
		}
		after := files(t, root)
		for name := range before {
			if before[name] != after[name] {
				t.Errorf("%s: %s differs", set, name)
			}
		}
	}
}

// A program that is killed after it wrote the lock leaves chunks; the next one
// removes them.
func TestChunksOfACompleteStudyAreRemoved(t *testing.T) {
	root := complete42(t)
	if err := os.MkdirAll(filepath.Join(root, "chunks"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, store.ChunkName(7)), []byte("half"), 0o644); err != nil {
		t.Fatal(err)
	}
	if result, err := runStudy(t, mustPlan(t, small), root, 1); err != nil || !result.Reused {
		t.Errorf("error %v", err)
	}
	sameFiles(t, complete42(t), root)
}

// A damaged chunk is done again.
func TestDamagedChunkIsDoneAgain(t *testing.T) {
	root := filepath.Join(t.TempDir(), "study")
	ctx, cancel := context.WithCancel(context.Background())
	_, err := Run(ctx, mustPlan(t, small), Options{Workers: 1, Folder: root, Observer: &cancelAfter{left: 6, cancel: cancel}})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(root, store.ChunkName(2)), 50); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, store.ChunkName(3)), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "runs", "000", ".optmm-unfinished-left"), []byte("half"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := runStudy(t, mustPlan(t, small), root, 1); err != nil {
		t.Fatal(err)
	}
	sameFiles(t, complete42(t), root)
}

// Failed runs are done again and the rest is kept, whether the study was complete
// or not.
func TestRetryFailed(t *testing.T) {
	for _, set := range []string{"output.timeseries=all", "output.timeseries=none", "output.layout=packed"} {
		root := filepath.Join(t.TempDir(), "study")
		broken := mustPlan(t, small, set)
		broken.Source = failing{seed: 2}
		if result, err := runStudy(t, broken, root, 2); !errors.Is(err, ErrFailedRuns) || result.Failed != 7 {
			t.Fatalf("error %v, result %+v", err, result)
		}
		if result, err := runStudy(t, mustPlan(t, small, set), root, 2); !errors.Is(err, ErrFailedRuns) || !result.Reused {
			t.Errorf("%s: without --retry-failed: %v, %+v", set, err, result)
		}
		result, err := Run(context.Background(), mustPlan(t, small, set), Options{Workers: 2, Folder: root, RetryFailed: true, Observer: quiet{}})
		if err != nil || result.Failed != 0 {
			t.Fatalf("%s: error %v, result %+v", set, err, result)
		}
		sameFiles(t, complete42(t, set), root)
	}
}

func TestFullDiskIsToldBeforeTheStart(t *testing.T) {
	free, known := store.FreeBytes(t.TempDir())
	if !known {
		t.Skip("the free space is not known here")
	}
	study := mustPlan(t, small, "seeds={first: 0, count: 4000000000}")
	if study.Estimate().Bytes < free {
		t.Fatal("the study is too small for this disk")
	}
	root := filepath.Join(t.TempDir(), "study")
	if _, err := runStudy(t, study, root, 1); err == nil || !strings.Contains(err.Error(), "are free in") {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(root); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("something was left behind: %v", err)
	}
}

// A folder that vanishes stops the study with an error.
func TestVanishedFolderStopsTheStudy(t *testing.T) {
	root := filepath.Join(t.TempDir(), "study")
	remove := &cancelAfter{left: 3, cancel: func() {
		if err := os.Rename(root, root+".gone"); err != nil { // at once, whoever is writing in it
			t.Error(err)
		}
	}}
	started := time.Now()
	_, err := Run(context.Background(), mustPlan(t, small), Options{Workers: 2, Folder: root, Observer: remove})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v after %v", err, time.Since(started))
	}
	if _, err := os.Stat(root); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder was made again: %v", err)
	}
}

func TestDiffSaysWhatDiffers(t *testing.T) {
	first := complete42(t)
	var written strings.Builder
	same, err := verify.Diff(&written, first, []string{complete42(t)}, false)
	if err != nil || !same || !strings.HasPrefix(written.String(), "the same study with the same results: 42 runs, digest ") {
		t.Errorf("same %v, error %v: %s", same, err, written.String())
	}
	written.Reset()
	same, err = verify.Diff(&written, first, []string{complete42(t, "grid.skew=[0, 0.03]", "engine.spread_mult=1")}, false)
	if err != nil || same {
		t.Fatalf("same %v, error %v", same, err)
	}
	for _, want := range []string{"two studies: small in ", "study.grid.skew: [0,0.02] against [0,0.03]", "4 points in both, 3 only in the first, 3 only in the second", "net_pnl: the same mean at every shared point"} {
		if !strings.Contains(written.String(), want) {
			t.Errorf("the difference lacks %q:\n%s", want, written.String())
		}
	}
	// The same study with another result: a tampered summary and lock.
	root := filepath.Join(t.TempDir(), "study")
	study := mustPlan(t, small)
	study.Source = tampered{}
	if _, err := runStudy(t, study, root, 1); err != nil {
		t.Fatal(err)
	}
	written.Reset()
	same, err = verify.Diff(&written, first, []string{root}, false)
	if err != nil || same || !strings.Contains(written.String(), "run 14 differs: seed 3") || !strings.Contains(written.String(), "28 of 42 runs differ") {
		t.Errorf("same %v, error %v: %s", same, err, written.String())
	}
}

func TestParseVerification(t *testing.T) {
	if share, err := verify.ParseShare("5%"); err != nil || share != 0.05 {
		t.Errorf("5%% is %v, %v", share, err)
	}
	if share, err := verify.ParseShare("0.25"); err != nil || share != 0.25 {
		t.Errorf("0.25 is %v, %v", share, err)
	}
	for _, text := range []string{"", "0", "0%", "101%", "x", "NaN"} {
		if _, err := verify.ParseShare(text); err == nil {
			t.Errorf("share %q is accepted", text)
		}
	}
	if runs, err := verify.ParseRuns("17, 93"); err != nil || len(runs) != 2 || runs[1] != 93 {
		t.Errorf("17, 93 is %v, %v", runs, err)
	}
	if _, err := verify.ParseRuns("17,"); err == nil {
		t.Error("17, is accepted")
	}
}

// Overwriting removes nothing before it is known that the new study fits.
func TestOverwriteChecksTheDiskFirst(t *testing.T) {
	if _, known := store.FreeBytes(t.TempDir()); !known {
		t.Skip("the free space is not known here")
	}
	root := complete42(t)
	before := files(t, root)
	_, err := Run(context.Background(), mustPlan(t, small, "seeds={first: 0, count: 4000000000}"), Options{Workers: 1, Folder: root, Overwrite: true, Observer: quiet{}})
	if err == nil || !strings.Contains(err.Error(), "are free in") {
		t.Errorf("error %v", err)
	}
	after := files(t, root)
	for name := range before {
		if after[name] != before[name] {
			t.Errorf("%s was touched", name)
		}
	}
}

// A removal that was cut short next to files of others is completed by the next.
func TestRemovalBesideOthersFilesIsCompleted(t *testing.T) {
	root := complete42(t)
	if err := os.WriteFile(filepath.Join(root, "runs", "notes.txt"), []byte("precious"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := folder.Remove(root, nil); err != nil {
		t.Fatal(err)
	}
	if there := folder.Describe(root); !strings.Contains(there, "cut short") {
		t.Errorf("the folder holds %q", there)
	}
	if _, err := Run(context.Background(), mustPlan(t, small), Options{Workers: 1, Folder: root, Overwrite: true, Observer: quiet{}}); err != nil {
		t.Errorf("error %v", err)
	}
}

// A lock of a wrong shape is an error wherever it is read.
func TestDamagedLocksAreErrors(t *testing.T) {
	for name, change := range map[string][2]string{
		"study":  {`"points": 7`, `"points": 0`},
		"points": {`"points": 7`, `"points": 8`},
		"seeds":  {`"seeds": 6`, `"seeds": 5`},
		"chunks": {`"chunk_digests": [`, `"chunk_digests": [], "old": [`},
	} {
		root := complete42(t)
		replace(t, filepath.Join(root, folder.LockName), change[0], change[1])
		if _, err := verify.Study(context.Background(), verify.Settings{Folder: root, Files: true}); err == nil {
			t.Errorf("%s: verified", name)
		}
		if _, err := runStudy(t, mustPlan(t, small), root, 1); err == nil {
			t.Errorf("%s: reused", name)
		}
		if same, err := verify.Diff(&strings.Builder{}, root, []string{complete42(t)}, false); err == nil && same {
			t.Errorf("%s: the same", name)
		}
	}
}

func TestMissingFiguresAreDrawnAgain(t *testing.T) {
	bare := complete42(t, "output.figures=true", "output.timeseries=none")
	if err := os.RemoveAll(filepath.Join(bare, "figures")); err != nil {
		t.Fatal(err)
	}
	if _, err := verify.Study(context.Background(), verify.Settings{Folder: bare, Files: true}); err == nil || !strings.Contains(err.Error(), "is missing; sweep run draws it again") {
		t.Errorf("without any figure: %v", err)
	}
	root := complete42(t, "output.figures=true")
	if err := os.Remove(filepath.Join(root, "figures", "baseline", "fig_pnl.png")); err != nil {
		t.Fatal(err)
	}
	if _, err := verify.Study(context.Background(), verify.Settings{Folder: root, Files: true}); err == nil || !strings.Contains(err.Error(), "figures/baseline/fig_pnl.png is missing") {
		t.Errorf("error %v", err)
	}
	if err := os.Remove(filepath.Join(root, "figures", "best", "fig_inventory.svg")); err != nil {
		t.Fatal(err)
	}
	if result, err := runStudy(t, mustPlan(t, small, "output.figures=true"), root, 1); err != nil || result.Restored != 2 {
		t.Fatalf("%+v, error %v", result, err)
	}
	sameFiles(t, complete42(t, "output.figures=true"), root)
}

// What is written in place is not written through a link.
func TestFilesWrittenInPlaceAreNoLinks(t *testing.T) {
	for _, name := range []string{".lock", ".lock-open", folder.LogName} {
		root, precious := complete42(t), filepath.Join(t.TempDir(), "precious")
		if err := os.WriteFile(precious, []byte("keep"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(root, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		if err := os.Symlink(precious, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
		_, err := Run(context.Background(), mustPlan(t, small), Options{Workers: 1, Folder: root, Overwrite: true, Observer: quiet{}})
		if err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "a link, say") {
			t.Errorf("%s: error %v", name, err)
		}
		if content, err := os.ReadFile(precious); err != nil || string(content) != "keep" {
			t.Errorf("%s: the file behind the link has %q, error %v", name, content, err)
		}
	}
}
