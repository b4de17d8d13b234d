package present

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"optmm/sweep/folder"
	"optmm/sweep/judge"
	"optmm/sweep/plan"
	"optmm/sweep/report"
	"optmm/sweep/store"
	"optmm/sweep/tables"
)

// WriteJudgment writes the tables, the verdict and the page of a judgment of a complete study into a
// folder of its own below the study's, and returns its result.
func WriteJudgment(s *tables.Runs, j *judge.Findings, lock *folder.Lock, asked *folder.Judgment, root, name string) (*Result, error) {
	below := filepath.Join(root, folder.JudgmentFolder(name))
	for _, path := range []string{filepath.Dir(below), below} {
		if err := store.RefuseLinkedFolder(path); err != nil {
			return nil, err
		}
	}
	if err := store.MakeRoot(below); err != nil {
		return nil, err
	}
	if err := s.WritePoints(below); err != nil {
		return nil, err
	}
	page, result, err := judgedPage(s, j, lock)
	if err != nil {
		return nil, err
	}
	page.Title += ", judged again: " + name
	page.Facts = append(page.Facts, report.Fact{Name: "to repeat", Value: "sweep report ../.. " + asked.Flags(name)})
	for _, role := range j.Drawn() {
		point := map[string]int{store.Best: j.Best, store.Baseline: j.Baseline}[role]
		page.Notes = append(page.Notes, fmt.Sprintf("the figures of the %s: sweep figures ../.. --point %d draws them", role, point))
	}
	files := map[string][]byte{}
	if files[folder.ReportName], err = rendered(page); err != nil {
		return nil, err
	}
	if files[folder.VerdictName], err = j.Content(); err != nil {
		return nil, err
	}
	if err := writeAll(below, files); err != nil {
		return nil, err
	}
	if err := asked.Write(root, name); err != nil { // last: the judgment counts from now on
		return nil, err
	}
	result.Folder = below
	return result, nil
}

// WriteJudged prints the result of a judgment.
func (r *Result) WriteJudged(to io.Writer) error {
	var b strings.Builder
	r.writeAnswer(&b)
	fmt.Fprintf(&b, "\njudgment in %s: report.html, verdict.json, points\n", filepath.ToSlash(r.Folder))
	_, err := io.WriteString(to, b.String())
	return err
}

// WriteSoFar writes the page of a study that is not complete: sentences and a table of points.
func WriteSoFar(p *plan.Plan, sentences []string, points [][]string, root, name string) error {
	page := &report.Page{Title: p.Name + ", not complete", Words: sentences, Result: report.Table{Title: "The points so far", Header: points[0], Rows: points[1:]}}
	content, err := rendered(page)
	if err != nil {
		return err
	}
	return store.WriteBytes(root, name, content)
}
