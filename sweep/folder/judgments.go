package folder

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"

	"optmm/sweep/plan"
	"optmm/sweep/store"
	"optmm/sweep/text"
)

// Judgment is a verdict on a complete study by another objective, baseline or choice of points than
// its own, in a folder of its own. Its tables and page are next to it.
type Judgment struct {
	Objective string         `json:"objective,omitempty"` // as it was given; empty: the study's
	Baseline  string         `json:"baseline,omitempty"`
	Where     string         `json:"where,omitempty"` // that candidates meet; empty: all points are
	Selection plan.Selection `json:"selection"`       // what was picked by what
}

// judgmentName is the file that says what was asked.
const judgmentName = "judgment.json"

// judgmentsTree is the folder of all judgments of a study.
const judgmentsTree = "verdicts"

// JudgmentFolder is where a judgment is, below the study's folder.
func JudgmentFolder(name string) string { return filepath.Join(judgmentsTree, name) }

// CheckJudgmentName refuses names that are not those of a folder everywhere.
func CheckJudgmentName(name string) error {
	if !regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`).MatchString(name) {
		return fmt.Errorf("%q names a folder: use letters, digits, point, dash and underscore, 100 at most", name)
	}
	return nil
}

// mostJudgmentBytes bounds a judgment that is read; its finalists are few.
const mostJudgmentBytes = 1 << 20

// ReadJudgments reads the judgments of a study, by name. Those that cannot be read are in the error; the
// others are returned with it.
func ReadJudgments(path string) (map[string]Judgment, error) {
	entries, err := entriesOf(filepath.Join(path, judgmentsTree))
	if err != nil {
		return nil, err
	}
	found := map[string]Judgment{}
	var damaged error
	for _, entry := range entries {
		file := filepath.Join(path, JudgmentFolder(entry.Name()), judgmentName)
		content, err := store.ReadBounded(file, mostJudgmentBytes)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
			continue
		}
		var judgment Judgment
		if err == nil && json.Unmarshal(content, &judgment) != nil {
			err = fmt.Errorf("%s is damaged: it is not what sweep report wrote; move it away", file)
		}
		if err != nil {
			damaged = errors.Join(damaged, err)
			continue
		}
		found[entry.Name()] = judgment
	}
	return found, damaged
}

// Flags writes what was asked as flags of the command that asks it.
func (j *Judgment) Flags(name string) string {
	flags := []string{""}
	for _, flag := range []struct{ name, value string }{{"objective", j.Objective}, {"baseline", j.Baseline}, {"where", j.Where}, {"name", name}} {
		if flag.value != "" {
			flags = append(flags, "--"+flag.name, flag.value)
		}
	}
	return text.Shell(flags[1:])
}

// Write writes what was asked, into the judgment's folder below the study's.
func (j *Judgment) Write(path, name string) error {
	content, err := json.MarshalIndent(j, "", "  ")
	if err != nil {
		return err
	}
	return store.WriteBytes(path, filepath.Join(JudgmentFolder(name), judgmentName), append(content, '\n'))
}

// ownsOfJudgment reports whether a file in a judgment's folder is the study's.
func ownsOfJudgment(name string) bool {
	switch name {
	case judgmentName, VerdictName, ReportName, "points.parquet", "points.csv":
		return true
	}
	return false
}

// selectionsWith adds the selections of a folder's judgments to others. One that cannot be read counts
// for nothing: it must not keep a study from running.
func selectionsWith(path string, selections []plan.Selection) []plan.Selection {
	judgments, _ := ReadJudgments(path)
	return SelectionsBefore(selections, judgments, "")
}

// SelectionsBefore adds the selections of judgments to others, but for that of one which is made again.
func SelectionsBefore(selections []plan.Selection, judgments map[string]Judgment, but string) []plan.Selection {
	for _, name := range slices.Sorted(maps.Keys(judgments)) {
		if name != but {
			selections = judgments[name].Selection.After(selections)
		}
	}
	return selections
}
