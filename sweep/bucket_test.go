package sweep

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"optmm/sweep/bucket/buckettest"
	"optmm/sweep/fault"
	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/store"
	"optmm/sweep/text"
	"optmm/sweep/verify"
)

// in opens a place for a use, and closes it with the use's error.
func in(address string, use Use, do func(place *Place) error) error {
	place, err := OpenPlace(context.Background(), address, use)
	if err != nil {
		return err
	}
	return place.Close(context.Background(), do(place))
}

// runIn runs a study in a bucket.
func runIn(ctx context.Context, t *testing.T, address, content string, options Options) error {
	t.Helper()
	return in(address, ToRun, func(place *Place) error {
		options.Folder, options.Place = place.Path, place
		if options.Observer == nil {
			options.Observer = quiet{}
		}
		options.Workers = 2
		_, err := Run(ctx, mustPlan(t, content), options)
		return err
	})
}

func shardIn(address string, index, shards int) error {
	return in(address, ToShard, func(place *Place) error {
		_, err := Shard(context.Background(), Options{Workers: 1, Folder: place.Path, Place: place, Shard: plan.Shard{Index: index, Count: shards}, Observer: quiet{}})
		return err
	})
}

func mergeIn(address string) error {
	return in(address, ToRun, func(place *Place) error {
		_, err := Merge(context.Background(), Options{Workers: 1, Folder: place.Path, Place: place, Observer: quiet{}})
		return err
	})
}

// submitIn freezes a study in a bucket for processes of this machine, and starts none.
func submitIn(t *testing.T, address, content string, shards int) error {
	t.Helper()
	t.Chdir(t.TempDir()) // where the logs go
	return in(address, ToRun, func(place *Place) error {
		s := Submission{On: OnKubernetes, Folder: place.Path, Place: place, Shards: shards, MinutesPerShard: 1}
		s.Kubernetes.Image, s.Kubernetes.Memory = "sweep:1", "1Gi"
		return Submit(context.Background(), new(bytes.Buffer), mustPlan(t, content), s)
	})
}

// sameInBucket compares a study in a bucket, every file of it, with one of this machine.
func sameInBucket(t *testing.T, address, alone string) {
	t.Helper()
	err := in(address, ToVerify, func(place *Place) error {
		if _, err := verify.Study(context.Background(), verify.Settings{Folder: place.Path, Workers: 1, Files: true}); err != nil {
			return err
		}
		if entries, err := os.ReadDir(filepath.Join(place.Path, "chunks")); err != nil || len(entries) != 1 || entries[0].Name() != "plan.json" {
			t.Errorf("%v are left, %v: want the plan alone", entries, err)
		}
		for _, name := range []string{folder.SubmissionName, "chunks"} { // no result
			if err := os.RemoveAll(filepath.Join(place.Path, name)); err != nil {
				return err
			}
		}
		sameFiles(t, alone, place.Path)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// A study in a bucket is, file by file, that of this machine: by one program, stopped and continued, by two at once, and in shards,
// each twice at once, whose merges are two.
func TestStudyInABucket(t *testing.T) {
	for _, content := range []string{tested, strings.Replace(tested, "figures: false", "figures: false, layout: packed", 1), smallChain} {
		alone := filepath.Join(t.TempDir(), "alone")
		if _, err := runStudy(t, mustPlan(t, content), alone, 2); err != nil {
			t.Fatal(err)
		}

		address := buckettest.Serve(t, nil)
		ctx, stop := context.WithCancel(context.Background())
		if err := runIn(ctx, t, address, content, Options{Observer: &stopper{after: 2, stop: stop}}); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		var said bytes.Buffer
		if err := in(address, ToRead, func(place *Place) error { _, err := Status(context.Background(), &said, place.Path); return err }); err != nil || strings.HasPrefix(said.String(), "0 of") {
			t.Errorf("%s, %v", &said, err)
		}
		if err := runIn(context.Background(), t, address, content, Options{}); err != nil {
			t.Fatal(err)
		}
		sameInBucket(t, address, alone)
		if err := in(address, ToRun, func(place *Place) error {
			return place.bucket().Remove(context.Background(), "points.csv", folder.ReportName, folder.VerdictName)
		}); err != nil {
			t.Fatal(err)
		}
		if err := runIn(context.Background(), t, address, content, Options{}); err != nil { // it is complete: what is gone is made again
			t.Fatal(err)
		}
		sameInBucket(t, address, alone)

		address = buckettest.Serve(t, nil)
		var two errgroup.Group
		for range 2 {
			two.Go(func() error { return runIn(context.Background(), t, address, content, Options{}) })
		}
		if err := two.Wait(); err != nil {
			t.Fatal(err)
		}
		sameInBucket(t, address, alone)

		address = buckettest.Serve(t, nil)
		if err := submitIn(t, address, content, 3); err != nil {
			t.Fatal(err)
		}
		var usage *fault.UsageError
		if err := submitIn(t, address, content, 3); !errors.As(err, &usage) || !strings.Contains(err.Error(), text.Shell([]string{address})+" was submitted before") {
			t.Errorf("a second submission: %v", err)
		}
		if err := shardIn(address, 1, 3); err != nil {
			t.Fatal(err)
		}
		if err := mergeIn(address); !errors.Is(err, folder.ErrOthersMissing) || !strings.Contains(err.Error(), "2 shards: 0,2 of 3; sweep submit --resume "+text.Shell([]string{address})+" submits them") {
			t.Errorf("a merge of one shard: %v", err)
		}
		var group errgroup.Group
		for _, shard := range []int{0, 2, 0, 2, 1} {
			group.Go(func() error { return shardIn(address, shard, 3) })
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		if err := in(address, ToRun, func(place *Place) error { return WaitForShards(context.Background(), place, time.Minute) }); err != nil {
			t.Error(err)
		}
		for range 2 {
			group.Go(func() error { return mergeIn(address) })
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		sameInBucket(t, address, alone)
	}
}

// No other study is begun where one is complete, also by a program that looked before it was; and one that is noted otherwise by a
// second program stays as it was noted first.
func TestBucketKeepsItsStudy(t *testing.T) {
	address, ctx := buckettest.Serve(t, nil), context.Background()
	other := strings.Replace(small, "count: 6", "count: 7", 1)
	err := in(address, ToRun, func(late *Place) error { // has looked at an empty folder
		if err := runIn(ctx, t, address, small, Options{}); err != nil {
			t.Fatal(err)
		}
		_, err := Run(ctx, mustPlan(t, other), Options{Workers: 1, Folder: late.Path, Place: late, Observer: quiet{}})
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "has just begun a study") {
		t.Errorf("another study: %v", err)
	}
	alone := filepath.Join(t.TempDir(), "alone")
	if _, err := runStudy(t, mustPlan(t, small), alone, 1); err != nil {
		t.Fatal(err)
	}
	sameInBucket(t, address, alone)

	address = buckettest.Serve(t, nil)
	noted := strings.Replace(small, "name: small", "name: small\nnotes: second", 1)
	err = in(address, ToRun, func(first *Place) error {
		second := starting{do: func() {
			stopped, stop := context.WithCancel(ctx)
			if err := runIn(stopped, t, address, noted, Options{Observer: &stopper{after: 1, stop: stop}}); err != nil && !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		}}
		_, err := Run(ctx, mustPlan(t, small), Options{Workers: 1, Folder: first.Path, Place: first, Observer: second})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	sameInBucket(t, address, alone)
}

// What cannot be done in a bucket is refused before anything is written there, and what is refused names the bucket.
func TestBucketRefuses(t *testing.T) {
	address, ctx := buckettest.Serve(t, nil), context.Background()
	refused := func(err error, why string) {
		t.Helper()
		var usage *fault.UsageError
		if !errors.As(err, &usage) || !strings.Contains(err.Error(), why) || strings.Contains(err.Error(), "optmm-bucket") {
			t.Errorf("%v; want %s", err, why)
		}
	}
	refused(runIn(ctx, t, address, small, Options{Overwrite: true}), "is not overwritten")
	refused(runIn(ctx, t, address, small, Options{RetryFailed: true}), "are not retried")
	refused(runIn(ctx, t, address, small, Options{Shard: plan.Shard{Index: 1, Count: 2}}), "sweep submit")
	refused(runIn(ctx, t, "s5://bucket/x", small, Options{}), "want a folder, or one of s3://")
	refused(shardIn(address, 0, 2), text.Shell([]string{address})+" holds no study")
	if err := in(address, ToVerify, func(place *Place) error {
		if entries, err := os.ReadDir(place.Path); err != nil || len(entries) > 0 {
			t.Errorf("%v were written, %v", entries, err)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
	if err := runIn(ctx, t, address, small, Options{}); err != nil {
		t.Fatal(err)
	}
	refused(runIn(ctx, t, address, strings.Replace(small, "count: 6", "count: 7", 1), Options{}), "are not extended")
	refused(runIn(ctx, t, address, strings.Replace(small, "minutes: 60", "minutes: 61", 1), Options{}), "holds another study")
}

// A chunk that is damaged in the bucket is done again. One that another program writes meanwhile with other numbers is an error that
// names both digests.
func TestChunksInABucketThatDiffer(t *testing.T) {
	address, ctx := buckettest.Serve(t, nil), context.Background()
	if err := submitIn(t, address, small, 2); err != nil {
		t.Fatal(err)
	}
	if err := shardIn(address, 1, 2); err != nil {
		t.Fatal(err)
	}
	var right, wrong string
	chunk, part, owner := store.ChunkName(1), store.NewSummaryPart(mustPlan(t, small).Grid.Axes(), false), ""
	if err := in(address, ToRun, func(place *Place) error {
		file := filepath.Join(place.Path, chunk)
		f, err := folder.Open(ctx, mustPlan(t, small), folder.Hold{Path: place.Path, Bucket: place.bucket()})
		if err != nil {
			return err
		}
		defer f.Close()
		owner = f.Owner
		if right, err = store.ReadSummaryPart(file, owner, part); err != nil {
			return err
		}
		return errors.Join(os.Truncate(file, 100), place.bucket().Replace(ctx, chunk))
	}); err != nil {
		t.Fatal(err)
	}
	if err := shardIn(address, 1, 2); err != nil {
		t.Errorf("a damaged chunk: %v", err)
	}
	if err := in(address, ToRun, func(place *Place) error {
		digest, err := store.ReadSummaryPart(filepath.Join(place.Path, chunk), owner, part)
		if err == nil && digest != right {
			t.Errorf("it has digest %s, want %s", digest, right)
		}
		return errors.Join(err, place.bucket().Remove(ctx, chunk))
	}); err != nil {
		t.Error(err)
	}

	for i := range part.Columns {
		if part.Fields[i].Name == "net_pnl" {
			part.Columns[i].Floats[0]++
		}
	}
	wrong = part.Digest()
	err := in(address, ToShard, func(place *Place) error {
		write := starting{do: func() {
			if err := in(address, ToRun, func(other *Place) error {
				return errors.Join(store.WriteFile(other.Path, chunk, func(to io.Writer) error { return part.Write(to, owner) }), other.bucket().Create(ctx, chunk))
			}); err != nil {
				t.Error(err)
			}
		}}
		_, err := Shard(ctx, Options{Workers: 1, Folder: place.Path, Place: place, Shard: plan.Shard{Index: 1, Count: 2}, Observer: write})
		return err
	})
	var differs *fault.MismatchError
	if !errors.As(err, &differs) || !strings.Contains(err.Error(), wrong) || !strings.Contains(err.Error(), right) || right == wrong {
		t.Errorf("%v, want %s and %s", err, wrong, right)
	}
}

// starting does something before the first chunk.
type starting struct {
	quiet
	do func()
}

func (s starting) Start(string, int, int) { s.do() }

// A report and figures that are made of a study in a bucket are written there.
func TestReportInABucket(t *testing.T) {
	address := buckettest.Serve(t, nil)
	if err := runIn(context.Background(), t, address, tested, Options{}); err != nil {
		t.Fatal(err)
	}
	if err := in(address, ToWrite, func(place *Place) error {
		_, err := Rejudge(place.Path, Question{Objective: "max_drawdown", Name: "calm"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := in(address, ToRead, func(place *Place) error {
		if _, err := LoadAt(context.Background(), folder.Load, strings.Replace(address, "?", "/"+folder.LockName+"?", 1), nil); err != nil {
			t.Error(err)
		}
		_, err := os.Stat(filepath.Join(place.Path, folder.JudgmentFolder("calm"), folder.VerdictName))
		return err
	}); err != nil {
		t.Error(err)
	}
}
