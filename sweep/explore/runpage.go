package explore

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"optmm/engine/account"
	"optmm/engine/param"
	"optmm/sweep/figures"
	"optmm/sweep/store"
	"optmm/sweep/text"
)

// runRow is what the tables have of a run.
type runRow struct {
	point           int
	digest, failure string
	values          map[string]float64 // of the figures; NaN is undefined
}

// row reads what the tables have of a run.
func (o *opened) row(run int) (*runRow, error) {
	p := o.plan
	chunk := p.ChunkOfRun(run)
	part := store.NewSummaryPart(p.Grid.Axes(), p.OverDays())
	if err := o.runs.Part(chunk, part); err != nil {
		return nil, err
	}
	first, _ := p.RunsOfChunk(chunk)
	at := run - first
	point, _ := p.RunAt(run)
	row := &runRow{point: point, digest: part.Digests()[at], values: map[string]float64{}}
	for i, field := range part.Fields {
		column := part.Column(i)
		switch {
		case field.Name == "error" && !part.Succeeded(at):
			row.failure = column.Text(at)
		case field.Type != store.Text:
			row.values[field.Name] = column.Number(at)
		}
	}
	return row, nil
}

// seedOf names the seed, or the day, of a run.
func (o *opened) seedOf(run int) string {
	p := o.plan
	_, seed := p.RunAt(run)
	if !p.OverDays() {
		return "seed " + seed.String()
	}
	_, at, selected := p.SeedOf(run)
	if !selected {
		return "a holdout " + p.Unit()
	}
	name := p.Days.List[p.Seeds.At(at).Market].Name
	if p.RunsPerUnit() > 1 {
		name += ", fill seed " + strconv.FormatUint(uint64(seed.Fill), 10)
	}
	return name
}

// named is a value with its name.
type named struct{ Name, Meaning, Unit, Value string }

// source is a part of where the P&L of a run comes from.
type source struct {
	Name, Meaning, Value string
	Width                float64 // of its bar, of 100
	Negative             bool
}

// attributed lists parts of a run's P&L with bars on one scale.
func attributed(row *runRow, parts []account.Statistic) (all []source) {
	most := 0.0
	for _, part := range parts {
		most = max(most, math.Abs(row.values[part.Name]))
	}
	for _, part := range parts {
		x := part.Contribution(row.values[part.Name])
		all = append(all, source{Name: part.Name, Meaning: part.Description, Value: text.Defined(x), Negative: x < 0})
		if most > 0 && !math.IsNaN(x) {
			all[len(all)-1].Width = 100 * math.Abs(x) / most
		}
	}
	return all
}

// runFacts are what the script of a run's page knows at first.
type runFacts struct {
	ID      string      `json:"id"`
	Run     int         `json:"run"`
	Fields  []runColumn `json:"columns"`
	Chosen  []string    `json:"chosen"` // before anything is chosen
	Overlay []overlay   `json:"overlay"`
	Runs    int         `json:"runs"` // of the study
	Chain   bool        `json:"chain"`
	Unit    string      `json:"unit"`
}

// overlay is another run of the same seed or day to show with it.
type overlay struct {
	Run int    `json:"run"`
	Of  string `json:"of"` // the point that it is of
}

type runColumn struct {
	Name    string `json:"name"`
	Unit    string `json:"unit"`
	Meaning string `json:"meaning"`
}

// run shows a run: its minutes, where its P&L comes from, and how to repeat it.
func (s *Server) run(w http.ResponseWriter, r *http.Request, o *opened) error {
	run, err := o.runOf(r)
	if err != nil {
		return err
	}
	row, err := o.row(run)
	if err != nil {
		return err
	}
	p := o.plan
	page := map[string]any{"Title": fmt.Sprintf("%s, run %d", o.name, run), "ID": o.id, "Study": o.name, "Run": run, "Point": row.point, "Setting": p.Setting(row.point), "Seed": o.seedOf(run),
		"Digest": row.digest, "Failure": row.failure, "Commands": []string{text.Shell([]string{"sweep", "verify", o.path, "--runs", strconv.Itoa(run)}), text.Shell([]string{"sweep", "figures", o.path, "--run", strconv.Itoa(run)})},
		"Parameters": o.parameters(row.point)}
	if row.failure != "" {
		return s.render(w, "run", page)
	}
	m, err := s.minutesOf(r.Context(), o, run, needs{})
	if err != nil {
		page["Failure"] = err.Error()
		return s.render(w, "run", page)
	}
	f := runFacts{ID: o.id, Run: run, Runs: p.Runs(), Chain: p.IsChain(), Unit: p.Unit(), Overlay: o.overlays(run)}
	for _, field := range m.fields {
		if field.Name != "minute" && field.Name != "timestamp" && field.Type != store.Text {
			f.Fields = append(f.Fields, runColumn{field.Name, unitOf(field.Unit), field.Description})
		}
	}
	for _, name := range []string{"pnl", "mid", "bid", "ask", "underlying", "inventory"} {
		if slices.ContainsFunc(f.Fields, func(c runColumn) bool { return c.Name == name }) && (name != "underlying" || p.IsChain()) {
			f.Chosen = append(f.Chosen, name)
		}
	}
	page["Script"], page["Modules"] = "run.js", []string{"draw.js", "page.js"}
	page["Facts"], page["Pictures"], page["Sources"], page["Greeks"] = f, figures.Names(p.IsChain()), attributed(row, account.PnLParts()), attributed(row, account.GreekParts())
	var all []named
	for _, statistic := range account.Statistics() {
		all = append(all, named{statistic.Name, statistic.Description, unitOf(statistic.Unit), text.Defined(row.values[statistic.Name])})
	}
	page["All"] = all
	return s.render(w, "run", page)
}

// overlays are the runs of the baseline and of the best point on the seed or day of a run.
func (o *opened) overlays(run int) []overlay {
	found := []overlay{}
	point, seed, selected := o.plan.SeedOf(run)
	if !selected {
		return found
	}
	add := func(other int, of string) {
		if number, ran := o.plan.RunOf(other, seed); ran && other != point {
			found = append(found, overlay{number, of})
		}
	}
	add(o.baseline(), "the baseline")
	if best := o.verdict.Best; best != nil && best.Point != o.baseline() {
		add(best.Point, "the best")
	}
	return found
}

// parameters lists every parameter of a point that counts, those that are swept first.
func (o *opened) parameters(point int) (all []named) {
	p := o.plan
	values := p.Grid.Values(point)
	swept := map[string]bool{}
	for i, axis := range p.Grid.Axes() {
		all = append(all, named{axis.Parameter.Name, axis.Parameter.Description, unitOf(axis.Parameter.Unit), axis.Parameter.Format(values[i])})
		swept[axis.Parameter.Name] = true
	}
	var params param.Params
	p.Grid.SetParams(&params, values)
	for _, parameter := range param.Parameters() {
		if !swept[parameter.Name] && p.CountsAt(&parameter, &params) {
			all = append(all, named{parameter.Name, parameter.Description, unitOf(parameter.Unit), parameter.Format(parameter.Get(&params))})
		}
	}
	return all
}

// picture answers with a picture of a run and its point.
func (s *Server) picture(w http.ResponseWriter, r *http.Request, o *opened) error {
	run, err := o.runOf(r)
	if err != nil {
		return err
	}
	point, seed, selected := o.plan.SeedOf(run)
	if !selected {
		return &notFound{"figures do not show runs on holdout " + o.plan.Unit() + "s"}
	}
	return s.draw(w, r, o, point, seed)
}

// pointPicture answers with a picture of a point, in which the run with the median P&L is shown by itself.
func (s *Server) pointPicture(w http.ResponseWriter, r *http.Request, o *opened) error {
	point, err := o.number(r)
	if err != nil {
		return err
	}
	return s.draw(w, r, o, point, -1)
}

// picturesOf is the key of what was drawn.
func picturesOf(point, seed int) string { return fmt.Sprintf("%d %d", point, seed) }

// pictureName reads the name of a picture out of an address.
func (o *opened) pictureName(r *http.Request) (string, error) {
	name, is := strings.CutSuffix(r.PathValue("figure"), ".svg")
	if !is || !slices.Contains(figures.Names(o.plan.IsChain()), name) {
		return "", &notFound{"there is no such picture"}
	}
	return name, nil
}
