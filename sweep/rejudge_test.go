package sweep

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"optmm/sweep/folder"
)

// A study that is judged again has the table of points that it would have had, byte for byte, had it
// been run with that objective and that baseline; nothing that was there is changed, and the selection
// counts among those that have seen the holdout seeds.
func TestRejudgedAsIfRunSo(t *testing.T) {
	above := t.TempDir()
	root := filepath.Join(above, "study")
	if _, err := runStudy(t, mustPlan(t, tested), root, 2); err != nil {
		t.Fatal(err)
	}
	before := files(t, root)
	for i, c := range []struct {
		question Question
		set      []string
		used     int
	}{
		{Question{Objective: "net_pnl"}, nil, 0}, // the study's own selection
		{Question{Objective: "{minimize: max_drawdown, subject_to: net_pnl > -1000}"}, []string{"objective={minimize: max_drawdown, subject_to: net_pnl > -1000}"}, 1},
		{Question{Baseline: "k_fill=20", Name: "other"}, []string{"baseline.k_fill=20", "baseline.skew=0"}, 0}, // which no holdout seed ran
	} {
		result, err := Rejudge(root, c.question)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Rejudge(root, c.question) // the same question is no further selection
		if err != nil || again.Folder != result.Folder || again.Answer != result.Answer {
			t.Errorf("asked twice: %+v and %+v, error %v", result, again, err)
		}
		so := filepath.Join(above, "so", string(rune('a'+i)))
		want, err := runStudy(t, mustPlan(t, strings.Replace(tested, "{holdout_seeds: 7, finalists: 2}", "{holdout_seeds: 0}", 1), c.set...), so, 2)
		if err != nil {
			t.Fatal(err)
		}
		if result.Best.Point != want.Best.Point || result.Baseline.Point != want.Baseline.Point || result.Difference != want.Difference {
			t.Errorf("%+v: best %+v, had it been run so %+v", c.question, result.Best, want.Best)
		}
		p := mustPlan(t, tested, c.set...)
		head := strings.Split(readText(t, filepath.Join(so, "points.csv")), "\n")
		for row, line := range strings.Split(readText(t, filepath.Join(result.Folder, "points.csv")), "\n") {
			// columns of holdout seeds are between those of the objective and of the figures
			if got, objective := strings.Split(line, ","), strings.Split(head[row], ","); row > 0 && len(line) > 0 {
				for k := range 1 + len(p.Grid.Axes()) + 8 {
					if got[k] != objective[k] {
						t.Errorf("%+v, row %d, column %d: %s, had it been run so %s", c.question, row, k, got[k], objective[k])
					}
				}
			}
		}
		document := verdictOf(t, result.Folder)
		warnings := strings.Join(document.Warnings, "\n")
		if document.Holdout.EarlierSelections != c.used || strings.Contains(warnings, "used the holdout seeds before") != (c.used > 0) || strings.Contains(warnings, "no holdout seed ran this baseline") != (c.question.Baseline != "") {
			t.Errorf("%+v: %d earlier selections, want %d; warnings %q", c.question, document.Holdout.EarlierSelections, c.used, document.Warnings)
		}
	}
	after := files(t, root)
	for name, content := range before {
		if after[name] != content {
			t.Errorf("%s was changed", name)
		}
	}
	// What was judged is not forgotten where the study is run again in its place.
	result, err := Run(t.Context(), mustPlan(t, tested, "grid.skew=[0, 0.02, 0.05]"), Options{Workers: 2, Folder: root, Overwrite: true, Observer: quiet{}})
	if err != nil {
		t.Fatal(err)
	}
	if document := verdictOf(t, root); document.Holdout.EarlierSelections != 2 { // its own, and that of the judgment by another objective
		t.Errorf("%d earlier selections: %q", document.Holdout.EarlierSelections, result.Warnings)
	}
	if _, err := os.Stat(filepath.Join(root, "verdicts")); err == nil {
		t.Error("judgments of a study that is gone are there")
	}
}

// Only the points that meet a condition are compared, against the baseline in any case.
func TestRejudgedCandidates(t *testing.T) {
	root := filepath.Join(t.TempDir(), "study")
	if _, err := runStudy(t, mustPlan(t, small), root, 2); err != nil {
		t.Fatal(err)
	}
	result, err := Rejudge(root, Question{Where: "skew == 0 && k_fill > 20"})
	if err != nil {
		t.Fatal(err)
	}
	p := mustPlan(t, small)
	worst, err := Rejudge(root, Question{Objective: "{minimize: net_pnl}", Where: "skew == 0 && k_fill > 20", Name: "worst"})
	if err != nil {
		t.Fatal(err)
	}
	if values := p.Grid.Values(worst.Best.Point); worst.Best.Point == worst.Baseline.Point || values[0].Number != 0 || values[1].Number <= 20 {
		t.Errorf("of those that lose most the best is %s", worst.Best.Setting)
	}
	words := strings.Join(append(result.Words, result.Warnings...), "\n")
	for _, want := range []string{"3 settings (of 7)", "the adjusted probability is over all of the study"} {
		if !strings.Contains(words, want) {
			t.Errorf("%q lacks %q", words, want)
		}
	}
	if got, want := filepath.Base(result.Folder), "skew-0-k_fill-20"; got != want {
		t.Errorf("named %s, want %s", got, want)
	}
	for row, line := range strings.Split(strings.TrimSpace(readText(t, filepath.Join(result.Folder, "points.csv"))), "\n")[1:] {
		values := p.Grid.Values(row)
		baseline, _ := p.Grid.Baseline()
		if scored, compared := strings.Split(line, ",")[3] != "", values[0].Number == 0 && values[1].Number > 20 || row == baseline; scored != compared {
			t.Errorf("point %d has an objective: %t, and is compared: %t", row, scored, compared)
		}
	}
	for _, q := range []Question{{Objective: "profit"}, {Baseline: "99"}, {Baseline: "skew=7"}, {Baseline: "spread=1"}, {Where: "skew > 9"}, {Where: "skw > 0"}, {Objective: "net_pnl", Name: "a/b"}, {Objective: "net_pnl", Name: filepath.Base(result.Folder)}} {
		if _, err := Rejudge(root, q); err == nil {
			t.Errorf("%+v is answered", q)
		}
	}
	judgments, err := folder.ReadJudgments(root)
	if err != nil || len(judgments) != 2 {
		t.Errorf("%d judgments, error %v", len(judgments), err)
	}
}

// A condition that leaves the best of all, and what looked good, makes no finding more certain: the
// adjusted probability is over every point of the study.
func TestConditionsDoNotShrinkTheFamily(t *testing.T) {
	root := filepath.Join(t.TempDir(), "study")
	if _, err := runStudy(t, mustPlan(t, small, "seeds.count=12"), root, 2); err != nil {
		t.Fatal(err)
	}
	adjusted := func(q Question) (p float64, compared int) {
		t.Helper()
		result, err := Rejudge(root, q)
		if err != nil {
			t.Fatal(err)
		}
		var document struct {
			Difference struct {
				P *float64 `json:"p_one_sided_romano_wolf"`
			}
			Compared struct{ Points int }
		}
		if err := json.Unmarshal([]byte(readText(t, filepath.Join(result.Folder, folder.VerdictName))), &document); err != nil || document.Difference.P == nil {
			t.Fatalf("%+v: %v", q, err)
		}
		return *document.Difference.P, document.Compared.Points
	}
	all, points := adjusted(Question{Objective: "{minimize: max_drawdown}", Baseline: "0"})
	result, err := Rejudge(root, Question{Objective: "{minimize: max_drawdown}", Baseline: "0"})
	if err != nil {
		t.Fatal(err)
	}
	chosen, same := adjusted(Question{Objective: "{minimize: max_drawdown}", Baseline: "0", Where: fmt.Sprintf("point == %d", result.Best.Point)})
	if chosen != all || same != points {
		t.Errorf("p is %v of %d comparisons, and %v of %d where the best was chosen", all, points, chosen, same)
	}
}

func readText(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
