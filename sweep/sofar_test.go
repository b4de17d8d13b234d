package sweep

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"optmm/sweep/folder"
	"optmm/sweep/scores"
	"optmm/sweep/store"
)

// A study that was interrupted is shown as far as it is, with counts, and not judged; it goes on as if
// nobody had looked.
func TestUnfinishedStudyIsShown(t *testing.T) {
	root := filepath.Join(t.TempDir(), "study")
	ctx, stop := context.WithCancel(context.Background())
	if _, err := Run(ctx, mustPlan(t, small), Options{Workers: 1, Folder: root, Observer: &stopper{after: 3, stop: stop}}); err == nil {
		t.Fatal("it was not stopped")
	}
	var shown, asJSON bytes.Buffer
	if err := Show(&shown, Showing{Folder: root, Top: 3}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{" of 42 runs, ", "leader so far, ", " of 6 seeds: net_pnl ", "nothing is judged", "s.e."} {
		if !strings.Contains(shown.String(), want) {
			t.Errorf("%q lacks %q", shown.String(), want)
		}
	}
	if err := Show(&asJSON, Showing{Folder: root, JSON: true}); err != nil {
		t.Fatal(err)
	}
	var points []struct {
		N    int `json:"objective_n"`
		Of   int
		Runs int `json:"runs_committed"`
	}
	if err := json.Unmarshal(asJSON.Bytes(), &points); err != nil || len(points) == 0 {
		t.Fatalf("%d points, error %v", len(points), err)
	}
	runs := 0
	for _, p := range points {
		if runs += p.N; p.Of != 6 {
			t.Errorf("%+v", p)
		}
	}
	if runs != points[0].Runs {
		t.Errorf("the points have %d runs, %d are committed", runs, points[0].Runs)
	}
	name, err := Report(root)
	if err != nil || !strings.Contains(readText(t, name), "not complete") {
		t.Errorf("page %s, error %v", name, err)
	}
	if err := Show(&shown, Showing{Folder: root, Sort: "net_pnl"}); err == nil {
		t.Error("it is sorted by a column that it does not have")
	}
	if _, err := runStudy(t, mustPlan(t, small), root, 2); err != nil {
		t.Fatal(err)
	}
	sameFiles(t, complete42(t), root)
}

// The scores of a study so far are those of its runs.
func TestScoresSoFar(t *testing.T) {
	root := filepath.Join(t.TempDir(), "study")
	ctx, stop := context.WithCancel(context.Background())
	if _, err := Run(ctx, mustPlan(t, small), Options{Workers: 1, Folder: root, Observer: &stopper{after: 9, stop: stop}}); err == nil {
		t.Fatal("it was not stopped")
	}
	u, err := folder.OpenUnfinished("show", root)
	if err != nil {
		t.Fatal(err)
	}
	values := map[int64][]float64{}
	u.EachPart(func(part *store.SummaryPart) {
		for field := range part.Fields {
			if column := part.Column(field); column.Field.Name == "net_pnl" {
				for row, point := range part.Points() {
					values[point] = append(values[point], column.Number(row))
				}
			}
		}
	})
	running := scores.NewRunning(u.Plan)
	u.EachPart(running.Add)
	for point, x := range values {
		sum, squares := 0.0, 0.0
		for _, y := range x {
			sum += y
		}
		mean := sum / float64(len(x))
		for _, y := range x {
			squares += (y - mean) * (y - mean)
		}
		n := float64(len(x))
		e := running.Of(int(point))
		if e.N != len(x) || !near(e.Mean, mean) || e.N > 1 && !near(e.StandardError*e.StandardError, squares/(n-1)/n) {
			t.Errorf("point %d: %+v, want mean %v of %d", point, e, mean, len(x))
		}
	}
}

func near(a, b float64) bool { return a-b < 1e-9 && b-a < 1e-9 }

// Notes and tags are of the user: no result depends on them.
func TestNotesAndTags(t *testing.T) {
	above := t.TempDir()
	noted := small + "notes: spread as before\ntags: [first, 'night 2']\n"
	root := filepath.Join(above, "noted")
	if _, err := runStudy(t, mustPlan(t, noted), root, 2); err != nil {
		t.Fatal(err)
	}
	if result, err := runStudy(t, mustPlan(t, small), root, 2); err != nil || !result.Reused {
		t.Errorf("without them it is another study: %v", err)
	}
	if a, b := lockIn(t, root), lockIn(t, complete42(t)); a.Digest != b.Digest || a.StudyHash != b.StudyHash {
		t.Error("results depend on notes")
	}
	if yaml := readText(t, filepath.Join(root, "study.yaml")); !strings.Contains(yaml, "spread as before") {
		t.Errorf("the study is without its notes:\n%s", yaml)
	}
	if err := os.WriteFile(filepath.Join(above, "note"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	var list bytes.Buffer
	if err := List(&list, &Place{Path: above}, false, time.Now()); err != nil || !strings.Contains(list.String(), "first, night 2") {
		t.Errorf("list %s, error %v", list.String(), err)
	}
	p, err := folder.Load(filepath.Join(root, folder.LockName), nil)
	if err != nil || p.Notes != "spread as before" || len(p.Tags) != 2 {
		t.Errorf("of the lock: %+v, error %v", p.Tags, err)
	}
}
