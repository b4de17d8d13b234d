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

	"optmm/sweep/cluster"
	"optmm/sweep/fault"
	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/store"
)

// frozenFolder freezes a study as sweep submit does, cut into shards.
func frozenFolder(t *testing.T, content string, shards int) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "frozen")
	p := mustPlan(t, content)
	f, err := folder.Open(context.Background(), p, folder.Hold{Path: root})
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if err := (&cluster.Submission{On: OnLocal, Shards: shards}).Write(root); err != nil {
		t.Fatal(err)
	}
	return root
}

func shardOf(root string, index, shards int) (string, error) {
	return Shard(context.Background(), Options{Workers: 1, Folder: root, Shard: plan.Shard{Index: index, Count: shards}, Observer: quiet{}})
}

// Shards of a frozen study, each twice at once, and the merge leave what one program leaves.
func TestShardsOfAFrozenStudy(t *testing.T) {
	content := strings.Replace(small, "holdout_seeds: 0", "holdout_seeds: 5", 1)
	root, alone := frozenFolder(t, content, 3), filepath.Join(t.TempDir(), "alone")
	if _, err := runStudy(t, mustPlan(t, content), alone, 2); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	if complete, err := Status(context.Background(), &said, root); complete || err != nil || !strings.HasPrefix(said.String(), "0 of 3 shards done, 0 of ") || !strings.Contains(said.String(), "not done: 0-2, unless they still run: sweep submit --resume ") {
		t.Errorf("%v, %v: %s", complete, err, &said)
	}
	left, err := shardOf(root, 1, 3)
	if err != nil || !strings.Contains(left, "every run of this shard is recorded") {
		t.Errorf("%q, %v", left, err)
	}
	if _, err := Merge(context.Background(), Options{Workers: 1, Folder: root, Observer: quiet{}}); !errors.Is(err, folder.ErrOthersMissing) || !strings.Contains(err.Error(), "2 shards: 0,2 of 3; sweep submit --resume "+root) {
		t.Errorf("a merge of one shard: %v", err)
	}
	said.Reset()
	if _, err := Status(context.Background(), &said, root); err != nil || !strings.HasPrefix(said.String(), "1 of 3 shards done") || !strings.Contains(said.String(), "not done: 0,2, unless") {
		t.Errorf("%v: %s", err, &said)
	}
	var group errgroup.Group
	for _, shard := range []int{0, 2, 0, 2, 0, 2} {
		group.Go(func() error {
			_, err := shardOf(root, shard, 3)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if left, err := shardOf(root, 0, 3); err != nil || left != folder.ErrMergeLeft.Error() {
		t.Errorf("%q, %v", left, err)
	}
	damaged := filepath.Join(root, store.ChunkName(2)) // is missing, and is done again
	if err := os.Truncate(damaged, 100); err != nil {
		t.Fatal(err)
	}
	if left, err := shardOf(root, 0, 3); err != nil || left != folder.ErrMergeLeft.Error() { // it does not read the others' chunks
		t.Errorf("%q, %v", left, err)
	}
	said.Reset()
	if _, err := Status(context.Background(), &said, root); err != nil || !strings.HasPrefix(said.String(), "2 of 3 shards done") || !strings.Contains(said.String(), "not done: 2,") {
		t.Errorf("%v: %s", err, &said)
	}
	if err := WaitForShards(context.Background(), &Place{Path: root}, time.Nanosecond); err != nil { // it has no patience
		t.Error(err)
	}
	if _, err := shardOf(root, 2, 3); err != nil {
		t.Fatal(err)
	}
	if _, err := shardOf(root, 0, 4); err == nil || !strings.Contains(err.Error(), "was divided into 3 shards, not 4") {
		t.Errorf("%v", err)
	}
	if err := WaitForShards(context.Background(), &Place{Path: root}, time.Minute); err != nil {
		t.Error(err)
	}
	if _, err := Merge(context.Background(), Options{Workers: 2, Folder: root, Observer: quiet{}}); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(root, folder.SubmissionName)); err != nil { // no result
		t.Fatal(err)
	}
	sameFiles(t, alone, root)
	if left, err := shardOf(root, 0, 3); err != nil || left != "the study is complete" {
		t.Errorf("%q, %v", left, err)
	}
	said.Reset()
	if complete, err := Status(context.Background(), &said, root); !complete || err != nil || !strings.HasPrefix(said.String(), "complete: ") {
		t.Errorf("%v, %v: %s", complete, err, &said)
	}
}

// A shard refuses a folder without a study, and a study that is not what was frozen, as errors of the user's.
func TestShardRefuses(t *testing.T) {
	var usage *fault.UsageError
	if _, err := shardOf(t.TempDir(), 0, 2); !errors.As(err, &usage) || !strings.Contains(err.Error(), "holds no study") {
		t.Errorf("%v", err)
	}
	root := frozenFolder(t, small, 2)
	name := filepath.Join(root, "chunks", "plan.json")
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, bytes.Replace(content, []byte(`"engine": "`), []byte(`"engine": "other `), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := shardOf(root, 0, 2); !errors.As(err, &usage) || !strings.Contains(err.Error(), "cannot be repeated by this program and data") {
		t.Errorf("%v", err)
	}
}

// committing does something once a chunk is committed.
type committing struct {
	quiet
	do func()
}

func (c committing) Chunk(int, int, string) { c.do() }

// A chunk that another program commits meanwhile, with other numbers, is an error that names both.
func TestShardsThatDiffer(t *testing.T) {
	root, other := frozenFolder(t, small, 2), frozenFolder(t, small, 2)
	if _, err := shardOf(other, 1, 2); err != nil {
		t.Fatal(err)
	}
	p := mustPlan(t, small)
	f, err := folder.Open(context.Background(), p, folder.Hold{Path: other, Shard: plan.Shard{Index: 1, Count: 2}})
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	last := p.ChunkCount() - 1 // which is of the second shard
	part := store.NewSummaryPart(p.Grid.Axes(), false)
	right, err := store.ReadSummaryPart(filepath.Join(other, store.ChunkName(last)), f.Owner, part)
	if err != nil {
		t.Fatal(err)
	}
	for i := range part.Columns {
		if floats := part.Columns[i].Floats; part.Fields[i].Name == "net_pnl" {
			floats[0]++
		}
	}
	wrong := part.Digest()
	commit := committing{do: func() {
		if err := store.WriteFile(root, store.ChunkName(last), func(to io.Writer) error { return part.Write(to, f.Owner) }); err != nil {
			t.Error(err)
		}
	}}
	_, err = Shard(context.Background(), Options{Workers: 1, Folder: root, Shard: plan.Shard{Index: 1, Count: 2}, Observer: commit})
	var mismatch *fault.MismatchError
	if !errors.As(err, &mismatch) || !strings.Contains(err.Error(), wrong) || !strings.Contains(err.Error(), right) || right == wrong {
		t.Errorf("%v, want %s and %s", err, wrong, right)
	}
}
