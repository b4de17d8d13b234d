package present

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"

	"optmm/sweep/folder"
	"optmm/sweep/judge"
	"optmm/sweep/plan"
	"optmm/sweep/report"
	"optmm/sweep/store"
	"optmm/sweep/tables"
	"optmm/sweep/text"
)

// WritePage writes the page, and what loads the study; logs is the folder of run.log.
func WritePage(s *tables.Runs, j *judge.Findings, lock *folder.Lock, root, logs string) error {
	files, err := loaders(s)
	if err != nil {
		return err
	}
	if files[folder.ReportName], err = pageOf(s, j, lock, root, logs); err != nil {
		return err
	}
	return writeAll(root, files)
}

// writeAll writes files by their names below a folder, all or none.
func writeAll(root string, files map[string][]byte) error {
	batch := store.NewBatch(root)
	defer batch.Discard()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		err := batch.Add(name, func(to io.Writer) error {
			_, err := to.Write(files[name])
			return err
		})
		if err != nil {
			return err
		}
	}
	return batch.Commit()
}

// pageOf is the page; the figures of the best and the baseline are there.
func pageOf(s *tables.Runs, j *judge.Findings, lock *folder.Lock, root, logs string) ([]byte, error) {
	page, _, err := judgedPage(s, j, lock)
	if err != nil {
		return nil, err
	}
	page.Facts = append(page.Facts,
		report.Fact{Name: "to repeat", Value: "sweep run " + folder.LockName + " --out again"},
		report.Fact{Name: "to verify", Value: "sweep verify ."})
	if page.Pairs, err = drawnPairs(j.Plan, root); err != nil {
		return nil, err
	}
	if page.Study, err = studyText(root); err != nil {
		return nil, err
	}
	if page.When, err = when(logs); err != nil {
		return nil, err
	}
	if !j.Plan.Output.Figures {
		page.Notes = append(page.Notes, "the study draws no figures of its best point and baseline (output: {figures: false})")
	}
	for _, file := range MissingFigures(j.Plan, root, j.Drawn()) {
		page.Notes = append(page.Notes, filepath.ToSlash(file)+" is gone; sweep run draws it again")
	}
	if lock.Law != nil {
		page.Tables = append([]report.Table{lawTable(lock.Law, unitOfRuns(j.Plan))}, page.Tables...)
	}
	return rendered(page)
}

// judgedPage is what the page of every judgment has, with its result.
func judgedPage(s *tables.Runs, j *judge.Findings, lock *folder.Lock) (*report.Page, *Result, error) {
	result, err := load(s)
	if err != nil {
		return nil, nil, err
	}
	on := &sheet{j}
	result.Sentences = sentencesOf(j)
	page := &report.Page{
		Title:    j.Plan.Name,
		Subtitle: on.subtitle(),
		Words:    append([]string{result.Answer}, result.Words...), Warnings: result.Warnings,
		Result: resultTable(result),
		Points: on.pointsTable(),
		Facts:  provenance(lock),
	}
	for _, draw := range []func(*report.Page) error{on.drawCells, on.drawSlices, on.drawRungs, on.drawWalk, on.drawDifferences, on.drawSensitivity, attributionOf(result)} {
		if err := draw(page); err != nil {
			return nil, nil, err
		}
	}
	page.Tables = slices.Concat(on.signalTables(), on.walkTables(), on.tables())
	return page, result, nil
}

// rendered is the page with its terms explained.
func rendered(page *report.Page) ([]byte, error) {
	page.Terms = Terms()
	var content bytes.Buffer
	err := report.Write(&content, page)
	return content.Bytes(), err
}

func sentencesOf(j *judge.Findings) Sentences {
	return Sentences{j.Answer().String(), j.Words(), j.Warnings()}
}

// sheet makes the parts of a page from findings.
type sheet struct{ *judge.Findings }

func (s *sheet) subtitle() string {
	p := s.Plan
	market := "a synthetic market"
	if p.Recorded() {
		market = "recorded quotes"
	}
	units := text.Count(p.Units(), p.Unit())
	if p.OverDays() {
		units += " × " + text.Count(p.RunsPerUnit(), "seed")
	}
	text := fmt.Sprintf("%s × %s, %d runs on %s; %s is %s%s", text.Count(p.Grid.Points(), "point"), units, p.Runs(), market, p.Objective, p.Objective.Aim(), p.Objective.ConstraintText())
	if where := p.Where(); where != "" {
		text += fmt.Sprintf("; compared are %d points: those where %s, and the baseline", p.Candidates(), where)
	}
	if p.Halving != nil {
		text += "; points under " + p.Unit() + "s by halving: " + p.DescribeHalving()
	}
	return text
}

// describeBuild says which build completed a study.
func describeBuild(lock *folder.Lock) string {
	if lock.Build == nil {
		return "not recorded"
	}
	return lock.Build.String()
}

// provenance is what the results depend on.
func provenance(lock *folder.Lock) []report.Fact {
	facts := []report.Fact{
		{Name: "engine version", Value: lock.Engine},
		{Name: "build", Value: describeBuild(lock)},
		{Name: "file format", Value: fmt.Sprint(lock.Format)},
		{Name: "study, SHA-256", Value: lock.StudyHash},
	}
	if lock.Data != nil {
		facts = append(facts, report.Fact{Name: "quotes, SHA-256", Value: fmt.Sprintf("%s (%d bytes, %s, %s)", lock.Data.SHA256, lock.Data.Bytes, plan.LengthOf(lock.Data.Rows, lock.Data.Step), lock.Data.Title())})
	}
	for _, model := range lock.Models {
		facts = append(facts, report.Fact{Name: "model of " + model.Kind + ", SHA-256", Value: fmt.Sprintf("%s (%s)", model.SHA256, filepath.Base(model.Path))})
	}
	return append(facts, report.Fact{Name: "results, XXH3-128", Value: lock.Digest})
}
