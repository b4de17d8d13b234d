package sweep

import (
	"fmt"

	"optmm/sweep/execute"
	"optmm/sweep/folder"
	"optmm/sweep/plan"
)

// Found is what a run of a study would find in its folder.
type Found struct {
	Folder  string `json:"folder"`
	Holds   string `json:"holds"`             // in words
	Same    bool   `json:"same"`              // this study, which goes on
	Extends bool   `json:"extends"`           // a smaller study, which it extends
	Refused string `json:"refused,omitempty"` // why another study is
	Reused  int    `json:"runs_reused"`
	runs    int
}

// Find looks at the folder of a study; nil where there is no study.
func Find(p *plan.Plan, root string) (*Found, error) {
	f := &Found{Folder: root, Holds: folder.Describe(root), runs: p.Runs()}
	if f.Holds == "" {
		return nil, nil
	}
	earlier, err := folder.FindEarlier(p, root)
	switch {
	case err != nil:
		f.Refused = err.Error()
		return f, nil
	case earlier == nil:
		f.Same = true
		return f, nil
	}
	f.Extends = true
	f.Reused, err = execute.Reusable(p, earlier)
	return f, err
}

// String describes it in a line.
func (f *Found) String() string {
	switch {
	case f.Refused != "":
		return "refused: " + f.Refused
	case f.Same:
		return fmt.Sprintf("%s holds %s, which is this one: sweep run goes on from there", f.Folder, f.Holds)
	}
	return fmt.Sprintf("%s holds %s, which this one extends: %d runs are reused, and finalists of both on holdout seeds; at most %d are simulated", f.Folder, f.Holds, f.Reused, f.runs-f.Reused)
}
