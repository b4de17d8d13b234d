package sweep

import (
	"errors"
	"fmt"
	"strings"

	"optmm/sweep/fault"
	"optmm/sweep/folder"
	"optmm/sweep/judge"
	"optmm/sweep/plan"
	"optmm/sweep/present"
	"optmm/sweep/tables"
)

// Question asks a complete study something else than it was run for. What is empty is as the study
// has it.
type Question struct {
	Objective string // as in a study file
	Baseline  string // the number of a point, or values of swept parameters, as in skew=0, k_fill=40
	Where     string // a condition on columns of the points: those that meet it are compared
	Name      string // of the judgment; made of the rest where empty
}

// Asks reports whether anything is asked.
func (q *Question) Asks() bool { return q.Objective != "" || q.Baseline != "" || q.Where != "" }

// Rejudge judges a complete study again, from its tables: nothing is simulated, and no file of
// the study is changed. The judgment is written into verdicts/NAME; the same question has the same name.
func Rejudge(root string, q Question) (result *present.Result, err error) {
	lock, p, err := folder.OpenComplete("report", root)
	if err != nil {
		return nil, err
	}
	if u, err := folder.OpenExtension("report", root); u != nil || err != nil {
		if err == nil {
			err = fault.Usagef("report: the study in %s is being extended: judge the larger one when it is complete", root)
		}
		return nil, err
	}
	judgments, err := folder.ReadJudgments(root)
	if err != nil {
		return nil, err
	}
	again, err := q.plan(root, p)
	if err != nil {
		return nil, err
	}
	asked := &folder.Judgment{Objective: q.Objective, Baseline: q.Baseline, Where: q.Where}
	name, err := q.name(judgments, asked)
	if err != nil {
		return nil, err
	}
	s, err := tables.Open(again, root)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	selections, err := again.SelectionsAfter(folder.SelectionsBefore(lock.Selections, judgments, name))
	if err != nil {
		return nil, err
	}
	asked.Selection = selections[len(selections)-1]
	delete(judgments, name)
	j, err := judge.Again(s, selections, lock.Signals, len(judgments))
	if err != nil {
		return nil, err
	}
	return present.WriteJudgment(s, j, lock, asked, root, name)
}

// plan returns the plan of the study that is asked about.
func (q *Question) plan(root string, p *plan.Plan) (*plan.Plan, error) {
	study, err := p.Study.Rejudged(q.Objective, q.Baseline)
	if err != nil {
		return nil, fault.Usage(err)
	}
	if q.Where == "" {
		return p.Rejudged(study, "", nil), nil
	}
	table, err := openPoints(p, root)
	if err != nil {
		return nil, err
	}
	rows, err := table.Filter(q.Where)
	if err = errors.Join(err, table.Close()); err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fault.Usage(&fault.Option{Name: "where", Value: fmt.Sprintf("%q", q.Where), Err: errors.New("no point meets it")})
	}
	candidates := make([]bool, p.Grid.Points())
	for _, row := range rows {
		candidates[row] = true
	}
	return p.Rejudged(study, q.Where, candidates), nil
}

// name returns the name of the judgment: the one that is given, or one that its question makes. A name
// that another question has is refused, or has a number added.
func (q *Question) name(judgments map[string]folder.Judgment, asked *folder.Judgment) (string, error) {
	taken := func(name string) bool {
		other, there := judgments[name]
		return there && (other.Objective != asked.Objective || other.Baseline != asked.Baseline || other.Where != asked.Where)
	}
	if q.Name != "" {
		option := func(err error) error { return fault.Usage(&fault.Option{Name: "name", Err: err}) }
		if err := folder.CheckJudgmentName(q.Name); err != nil {
			return "", option(err)
		}
		if taken(q.Name) {
			return "", option(fmt.Errorf("%s holds the answer to another question: choose another name", folder.JudgmentFolder(q.Name)))
		}
		return q.Name, nil
	}
	const longest = 60
	var words []string
	for _, part := range []string{q.Objective, q.Baseline, q.Where} {
		words = append(words, strings.FieldsFunc(part, func(r rune) bool {
			return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '.')
		})...)
	}
	base := strings.Trim(strings.Join(words, "-"), "-_.")
	base = strings.Trim(base[:min(len(base), longest)], "-_.")
	if base == "" {
		base = "judgment"
	}
	name := base
	for n := 2; taken(name); n++ {
		name = fmt.Sprintf("%s-%d", base, n)
	}
	return name, nil
}
