package explore

import (
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"optmm/sweep/folder"
	"optmm/sweep/present"
	"optmm/sweep/report"
)

// facts are what the page of a study knows before it has read a column.
type facts struct {
	ID        string   `json:"id"`
	Of        string   `json:"of"` // the content of the study, for addresses that never change
	Points    int      `json:"points"`
	Baseline  int      `json:"baseline"`
	Best      int      `json:"best"` // −1: there is none
	Objective string   `json:"objective"`
	Minimized bool     `json:"minimized"`
	Unit      string   `json:"unit"` // seed, day or file
	Halving   bool     `json:"halving"`
	Columns   []column `json:"columns"`
	X         string   `json:"x"` // the figure that the scatter has across at first
	Walk      *walk    `json:"walk,omitempty"`
}

// scatterX is what the objective is drawn over at first: what it costs in risk.
const scatterX = "max_drawdown"

// walk is a walk-forward: the points that its folds pick, −1: none, and the net P&L of each day that they
// trade, of what was picked and of the baseline; null is undefined.
type walk struct {
	Picked   []int      `json:"picked"`
	Days     []string   `json:"days"`
	Picking  []*float64 `json:"picking"`
	Baseline []*float64 `json:"baseline"`
}

func (o *opened) facts() facts {
	f := facts{ID: o.id, Of: o.lock.Seal, Points: o.points.Rows(), Baseline: o.baseline(), Best: -1, Objective: o.plan.Objective.String(), Minimized: o.plan.Objective.Minimized,
		Unit: o.plan.Unit(), Halving: o.plan.Halving != nil, Columns: o.columns(), X: scatterX}
	if o.verdict.Best != nil {
		f.Best = o.verdict.Best.Point
	}
	if w := o.verdict.Walk; w != nil {
		f.Walk = &walk{Days: []string{}, Picking: []*float64{}, Baseline: []*float64{}}
		for _, point := range w.Picked {
			picked := -1
			if point != nil {
				picked = *point
			}
			f.Walk.Picked = append(f.Walk.Picked, picked)
		}
		for _, day := range w.ByDay {
			f.Walk.Days, f.Walk.Picking, f.Walk.Baseline = append(f.Walk.Days, day.Day), append(f.Walk.Picking, day.Picking), append(f.Walk.Baseline, day.Baseline)
		}
	}
	return f
}

// study shows a study: its verdict, its points and the views of them; of one that is not complete how far it is.
func (s *Server) studyPage(w http.ResponseWriter, r *http.Request) error {
	of, err := s.find(r)
	if err != nil {
		return err
	}
	if !of.Complete {
		return s.unfinished(w, of)
	}
	o, err := s.study(of)
	if err != nil {
		return err
	}
	defer s.release(o)
	explainer := report.NewExplainer(present.Terms())
	marked := func(sentences []string) (all []template.HTML) {
		for _, sentence := range sentences {
			all = append(all, explainer.Mark(sentence))
		}
		return all
	}
	listed := present.List(*of, time.Now())
	facts := o.facts()
	var early []string // addresses that the script will ask for first
	for _, c := range facts.Columns {
		if c.Shown || c.Name == scatterX {
			early = append(early, fmt.Sprintf("/s/%s/column/%s?of=%s", o.id, c.Column, facts.Of))
		}
	}
	page := map[string]any{"Title": o.name, "Facts": facts, "Script": "study.js", "Axes": len(o.plan.Grid.Axes()), "Modules": []string{"draw.js", "page.js", "data.js", "state.js", "table.js", "views.js"}, "Early": early, "Answer": explainer.Mark(o.verdict.Answer), "Words": marked(o.verdict.Words), "Warnings": marked(o.verdict.Warnings),
		"Findings": o.findings(), "Signals": present.SignalTables(o.lock.Signals), "State": listed.Row().State}
	return s.render(w, "study", page)
}

// unfinished shows how far a study is.
func (s *Server) unfinished(w http.ResponseWriter, of *folder.Surveyed) error {
	return s.render(w, "unfinished", map[string]any{"Title": s.nameOf(of.Path), "ID": s.idOf(of.Path), "Script": "live.js", "Progress": progressOf(of.Unfinished)})
}

// unfinishedRows is how many points of an unfinished study are shown.
const unfinishedRows = 50

// finding is a number of the verdict, with the address of the view that shows it.
type finding struct{ Text, Link string }

// findings lists what the verdict says, each with where to look.
func (o *opened) findings() (all []finding) {
	c := o.verdict
	say := func(link, format string, arguments ...any) {
		all = append(all, finding{fmt.Sprintf(format, arguments...), link})
	}
	unit := o.plan.Unit()
	if c.Best != nil {
		say(fmt.Sprintf("?point=%d#seeds", c.Best.Point), "the best point, %d, %s by %s against the baseline", c.Best.Point, unit, unit)
	}
	if c.Compared != nil && c.Compared.Count > 0 {
		say("?where="+pointsIn(c.Compared.Better)+"#points", "the points that beat the baseline, adjusted for %d comparisons: %s", c.Compared.Points, counted(c.Compared.Count, len(c.Compared.Better)))
	}
	if c.Tied != nil && c.Tied.Count > 0 && len(c.Tied.Points) > 0 {
		say("?where="+pointsIn(c.Tied.Points)+"#points", "the points that are statistically tied with the best: %s", counted(c.Tied.Count, len(c.Tied.Points)))
	}
	if c.Holdout != nil && len(c.Holdout.Finalists) > 0 {
		var finalists []int
		for _, f := range c.Holdout.Finalists {
			finalists = append(finalists, f.Point)
		}
		say("?where="+pointsIn(finalists)+"&x=diff&y=holdout_diff#scatter", "the finalists on holdout %ss over what they looked like: %d", unit, len(finalists))
	}
	if c.Plateau != nil && c.Best != nil {
		say(fmt.Sprintf("?point=%d#slices", c.Best.Point), "the %d neighbors of the best point, along each axis", c.Plateau.Neighbors)
	}
	if c.Sensitivity != nil {
		say("#sensitivity", "what each axis explains")
	}
	if c.Walk != nil {
		say("#walk", "the points that the %d folds of the walk-forward pick", c.Walk.Folds)
	}
	if o.lock.Signals != nil {
		say("#signals", "what the scores of trained models were worth")
	}
	if o.plan.Halving != nil {
		say("#rungs", "the rungs of halving")
	}
	return all
}

// counted is how many points there are, and how many of them the verdict lists.
func counted(all, listed int) string {
	if listed = min(listed, mostListed); listed < all {
		return fmt.Sprintf("%d, of which the first %d", all, listed)
	}
	return fmt.Sprint(all)
}

// mostListed bounds the points that a filter of an address lists.
const mostListed = 100

// pointsIn is a filter that some points meet, as a part of an address.
func pointsIn(points []int) string {
	var numbers []string
	for _, point := range points[:min(len(points), mostListed)] {
		numbers = append(numbers, fmt.Sprint(point))
	}
	return template.URLQueryEscaper("point in [" + strings.Join(numbers, ",") + "]")
}
