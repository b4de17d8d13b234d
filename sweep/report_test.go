package sweep

import (
	"context"
	"errors"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"optmm/sweep/fault"
	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/present"
)

// reportOf runs a study and returns its page.
func reportOf(t *testing.T, study *plan.Plan) (page, root string, result *present.Result) {
	t.Helper()
	root = filepath.Join(t.TempDir(), "study")
	result, err := runStudy(t, study, root, 1)
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(root, folder.ReportName))
	if err != nil {
		t.Fatal(err)
	}
	return plainPage(content), root, result
}

// plainPage is a page without the marks of its terms, and without when it was run.
func plainPage(content []byte) string {
	return regexp.MustCompile(`</?abbr[^>]*>`).ReplaceAllString(string(whenSection.ReplaceAll(content, nil)), "")
}

// The page needs nothing else, says what verdict.json says, shows every figure, and has
// no color that a dark page could not change.
func TestReport(t *testing.T) {
	page, root, result := reportOf(t, mustPlan(t, tested, "output.figures=true"))
	for _, sentence := range append(result.Words, result.Warnings...) {
		if !strings.Contains(page, html.EscapeString(sentence)) {
			t.Errorf("the page lacks %q", sentence)
		}
	}
	if found := regexp.MustCompile(`(?i)src=|href="[^#]|https?:|url\(|@import`).FindString(page); found != "" {
		t.Errorf("the page needs something else: %s", found)
	}
	figures := 10 + 2 + 2 + 4 // of best and baseline, cells, slices, and where the difference comes from
	if got := strings.Count(page, "<svg"); got != figures || strings.Count(page, "</svg>") != figures {
		t.Errorf("%d figures, want %d", got, figures)
	}
	for _, ink := range []string{"#222B38", "#1F5FA8", "#FFFFFF", "#C9DBF0", "#B35C0E"} {
		if strings.Contains(page, ink) {
			t.Errorf("%s is in the figures, and no page could change it", ink)
		}
	}
	lock, _, err := folder.Read(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{lock.StudyHash, lock.Digest, "The finalists on holdout seeds", "What the axes explain", "Cross-checks", "best, 7 holdout seeds", `id="spread"`, "The best 6 points", "study.yaml, with nothing left to a default", "<dt>holdout seed</dt>", "prefers-color-scheme: dark", "@media print", `name="viewport"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	// Made again from disk it is the same; without its verdict too.
	for _, gone := range []string{folder.ReportName, folder.VerdictName} {
		if err := os.Remove(filepath.Join(root, gone)); err != nil {
			t.Fatal(err)
		}
		name, err := Report(root)
		if err != nil || name != filepath.Join(root, folder.ReportName) {
			t.Fatalf("%s, error %v", name, err)
		}
		if again, err := os.ReadFile(name); err != nil || plainPage(again) != page {
			t.Errorf("without %s it is another page: %v", gone, err)
		}
	}
	// From tables that somebody changed it is not made.
	replace(t, filepath.Join(root, "points.csv"), "0.02", "0.03")
	if _, err := Report(root); err == nil || !strings.Contains(err.Error(), "points.csv has SHA-256") {
		t.Errorf("error %v", err)
	}
	var usage *fault.UsageError
	if _, err := Report(t.TempDir()); !errors.As(err, &usage) {
		t.Errorf("of no study: %v", err)
	}
}

// What a page cannot show of a study it says.
func TestReportsOfOtherStudies(t *testing.T) {
	for name, c := range map[string]struct {
		study *plan.Plan
		want  []string
		not   string
	}{
		"sampled":     {mustPlan(t, strings.Replace(tested, "skew: [0, 0.02], k_fill: [20, 50, 60]", "skew: {from: 0, to: 0.05}, k_fill: {from: 10, to: 60}", 1)+"sample: {method: halton, points: 12, seed: 1}\n"), []string{"the objective over pairs of axes: it needs a full grid", "all points along skew", "classes of the given points"}, "Every pair"},
		"halved":      {mustPlan(t, halved), []string{"by halving: 6 under 2, then 4 under 4, then 3 under 6", "only the holdout seeds are fair"}, "Cross-checks"},
		"one seed":    {mustPlan(t, tested, "seeds.count=1"), []string{"what each axis explains: it needs", "1 seed: no intervals"}, "Romano–Wolf over"},
		"one point":   {mustPlan(t, "market: {synthetic: {minutes: 20}}\nseeds: {first: 1, count: 6}\noutput: {figures: false}\n"), []string{"one setting was run", "draws no figures"}, "holdout seeds</h2>"},
		"constrained": {mustPlan(t, tested, "objective={minimize: max_drawdown, subject_to: max_inventory < -1}"), []string{"no setting meets the constraints"}, "the best looked"},
		"chain":       {chainStudy(t), []string{"Where the P&amp;L comes from"}, "undefined in every run"},
	} {
		page, root, _ := reportOf(t, c.study)
		for _, want := range c.want {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page lacks %q", name, want)
			}
		}
		if strings.Contains(page, c.not) || strings.Contains(page, "NaN") {
			t.Errorf("%s: the page has %q or NaN", name, c.not)
		}
		if err := verifyAll(root); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Any point is drawn as the best is, with the run by itself that is asked for; what was drawn goes with
// the study, and a point or a run that is none is refused.
func TestFiguresOfAnyPoint(t *testing.T) {
	root := complete42(t, "verdict.holdout_seeds=2", "output.figures=true")
	draw := func(point, run int) (string, error) { return Figures(context.Background(), root, point, run, 2) }
	name, err := draw(4, -1)
	if err != nil || filepath.Base(name) != "point-4" {
		t.Fatal(name, err)
	}
	for _, figure := range []string{"fig_pnl.png", "fig_inventory.svg", "fig_inventory_hist.svg", "fig_parity_vs_ml.png"} {
		if content, err := os.ReadFile(filepath.Join(name, figure)); err != nil || len(content) < 1000 {
			t.Errorf("%s: %d bytes, %v", figure, len(content), err)
		}
	}
	by := func(run int) string {
		name, err := draw(-1, run)
		if err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(filepath.Join(name, "fig_pnl.svg"))
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	if by(2) == by(9) { // point 2 under the first and the second seed
		t.Error("two runs of a point are drawn alike")
	}
	for _, c := range []struct {
		point, run int
		want       string
	}{{7, -1, "the study has points 0 to 6"}, {-1, 999, "the study has runs 0 to "}, {3, 9, "it is of point 2, not of 3"}, {-1, 43, "it is on a holdout seed"}} {
		if _, err := draw(c.point, c.run); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("point %d, run %d: error %v, want %s", c.point, c.run, err, c.want)
		}
	}
	if err := verifyAll(root); err != nil {
		t.Error(err)
	}
	if _, err := Run(context.Background(), mustPlan(t, small), Options{Workers: 2, Folder: root, Overwrite: true, Observer: quiet{}}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "figures")); err == nil {
		t.Error("the figures of points stay when the study is another")
	}
}
