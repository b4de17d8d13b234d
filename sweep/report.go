package sweep

import (
	"bytes"
	"fmt"
	"path/filepath"

	"optmm/sweep/fault"
	"optmm/sweep/report"
	"optmm/sweep/store"
	"optmm/sweep/text"
)

// reportName is the page that shows a result. It follows from the tables, the figures
// and the lock, and is made again whenever it is gone.
const reportName = "report.html"

// Report makes the page and the verdict of a complete study again, from its tables and
// figures, and returns the page's name.
func Report(folder string) (string, error) {
	lock, p, err := openComplete("report", folder)
	if err != nil {
		return "", err
	}
	_, err = restoreFindings(p, folder, lock, nil)
	return filepath.Join(folder, reportName), err
}

// openComplete reads the lock of a complete study for looking at its results, for a
// command of that name, and checks that its tables are what the lock says.
func openComplete(command, folder string) (*Lock, *Plan, error) {
	lock, complete, err := readHeader(folder)
	switch {
	case err == nil && (lock == nil || lock.Removed):
		err = fmt.Errorf("%s holds no study", folder)
	case err == nil && !complete:
		err = fmt.Errorf("the study in %s is not complete; sweep run goes on", folder)
	}
	if err != nil {
		return nil, nil, fault.Usagef("%s: %w", command, err)
	}
	p, err := lock.withoutData(filepath.Join(folder, lockName), folder)
	if err != nil {
		return nil, nil, err
	}
	if err := lock.settle(p); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", folder, err)
	}
	return lock, p, lock.checkComplete(p, folder)
}

// writePage writes the page.
func writePage(s *summary, j *findings, lock *Lock, folder string) error {
	page, err := pageOf(s, j, lock, folder)
	if err != nil {
		return err
	}
	return store.WriteBytes(folder, reportName, page)
}

// pageOf is the page; the figures of the best and the baseline are there.
func pageOf(s *summary, j *findings, lock *Lock, folder string) ([]byte, error) {
	result, err := load(s)
	if err != nil {
		return nil, err
	}
	on := &sheet{j}
	result.said = said{j.words(), j.warnings()}
	page := &report.Page{
		Title:    j.plan.Name,
		Subtitle: on.subtitle(),
		Words:    result.Words, Warnings: result.Warnings,
		Result: resultTable(result),
		Facts:  provenance(lock),
	}
	if page.Pairs, err = drawnPairs(j.plan, folder); err != nil {
		return nil, err
	}
	if !j.plan.Output.Figures {
		page.Notes = append(page.Notes, "the study draws no figures of its best point and baseline (output: {figures: false})")
	}
	for _, file := range missingFigures(j.plan, folder, j.roles()) {
		page.Notes = append(page.Notes, filepath.ToSlash(file)+" is gone; sweep run draws it again")
	}
	for _, draw := range []func(*report.Page) error{on.drawCells, on.drawSlices, on.drawDifferences, on.drawSensitivity, attributionOf(result)} {
		if err := draw(page); err != nil {
			return nil, err
		}
	}
	page.Tables = on.tables()
	var content bytes.Buffer
	err = report.Write(&content, page)
	return content.Bytes(), err
}

// sheet makes the parts of a page from findings.
type sheet struct{ *findings }

func (s *sheet) subtitle() string {
	p := s.plan
	market := "a synthetic market"
	if p.Recorded() {
		market = "recorded quotes"
	}
	text := fmt.Sprintf("%s × %s, %d runs on %s; %s is %s%s", text.Count(p.Grid.Points(), "point"), text.Count(p.Seeds.Len(), "seed"), p.Runs(), market, p.Objective, p.Objective.aim(), p.Objective.constraintText())
	if p.Halving != nil {
		text += "; points under seeds by halving: " + p.describeHalving()
	}
	return text
}

// describeBuild says which build completed a study.
func describeBuild(lock *Lock) string {
	if lock.Build == nil {
		return "not recorded"
	}
	return lock.Build.String()
}

// provenance is what the results depend on.
func provenance(lock *Lock) []report.Fact {
	facts := []report.Fact{
		{Name: "engine version", Value: lock.Engine},
		{Name: "build", Value: describeBuild(lock)},
		{Name: "file format", Value: fmt.Sprint(lock.Format)},
		{Name: "study, SHA-256", Value: lock.StudyHash},
	}
	if lock.Data != nil {
		facts = append(facts, report.Fact{Name: "quotes, SHA-256", Value: fmt.Sprintf("%s (%d bytes, %s)", lock.Data.SHA256, lock.Data.Bytes, filepath.Base(lock.Data.Path))})
	}
	return append(facts,
		report.Fact{Name: "results, XXH3-128", Value: lock.Digest},
		report.Fact{Name: "the same again", Value: "sweep run " + lockName + " --out again"},
		report.Fact{Name: "is it so?", Value: "sweep verify ."},
	)
}
