package present

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"regexp"
	"slices"

	"optmm/sweep/folder"
	"optmm/sweep/judge"
	"optmm/sweep/store"
	"optmm/sweep/tables"
	"optmm/sweep/text"
)

// WriteVerdict writes verdict.json.
func WriteVerdict(j *judge.Findings, root string) error {
	content, err := j.Content()
	if err != nil {
		return err
	}
	return store.WriteBytes(root, folder.VerdictName, content)
}

// Changed returns what the verdict, the page and the loaders of a complete folder should be, where
// they are gone or something else.
func Changed(s *tables.Runs, j *judge.Findings, lock *folder.Lock, root string) (map[string][]byte, error) {
	content, err := j.Content()
	if err != nil {
		return nil, err
	}
	page, err := pageOf(s, j, lock, root, root)
	if err != nil {
		return nil, err
	}
	changed, err := loaders(s)
	if err != nil {
		return nil, err
	}
	changed[folder.VerdictName], changed[folder.ReportName] = content, page
	for name, want := range changed {
		if got, err := store.ReadBounded(filepath.Join(root, name), mostResultBytes); err == nil && equalContent(got, want) {
			delete(changed, name)
		}
	}
	return changed, nil
}

// equalContent reports whether a verdict or a page says the same as another. The last digits of
// a statistic may be others on another processor (only what the engine computes is
// the same everywhere): numbers of verdict.json are compared to nine digits, and of a page
// the text, but for when it was run.
func equalContent(got, want []byte) bool {
	var a, b any
	if json.Unmarshal(got, &a) == nil && json.Unmarshal(want, &b) == nil {
		return equalJSON(a, b)
	}
	drawings := regexp.MustCompile(`(?s)<svg.*?</svg>|\n<section id="when".*?</section>`)
	return bytes.Equal(drawings.ReplaceAll(got, nil), drawings.ReplaceAll(want, nil))
}

// equalJSON compares decoded JSON, numbers to nine digits.
func equalJSON(a, b any) bool {
	switch a := a.(type) {
	case float64:
		b, ok := b.(float64)
		return ok && math.Abs(a-b) <= 1e-9*max(1, math.Abs(a))
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, equalJSON)
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, equalJSON)
	}
	return a == b
}

// Sentences is what verdict.json says in words.
type Sentences struct {
	Answer          string
	Words, Warnings []string
}

// Verdict is verdict.json in short.
type Verdict struct {
	Answer    string `json:"answer"`
	Failed    int    `json:"failed_runs"`
	Objective struct {
		Formula string `json:"formula"`
		Aim     string `json:"aim"`
	} `json:"objective"`
	Best *struct {
		Point   int    `json:"point"`
		Setting string `json:"setting"`
	} `json:"best,omitempty"` // nil where there is none
	Difference *struct {
		Mean     *float64    `json:"mean"`          // of the best from the baseline, better above 0; nil where undefined
		Interval [2]*float64 `json:"interval_t_95"` // as paired on what the best was picked by
	} `json:"difference,omitempty"`
}

// lead is the difference as text, with its 95% interval where there is one.
func (v *Verdict) lead() string {
	d := v.Difference
	if d == nil || d.Mean == nil {
		return ""
	}
	lead := text.Significant(*d.Mean)
	if low, high := d.Interval[0], d.Interval[1]; low != nil && high != nil {
		lead += fmt.Sprintf(", %s to %s", text.Significant(*low), text.Significant(*high))
	}
	return lead
}

// readVerdict reads a part of the verdict of a complete folder.
func readVerdict(root string, to any) error {
	path := filepath.Join(root, folder.VerdictName)
	content, err := store.ReadBounded(path, mostResultBytes)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(content, to); err != nil {
		return fmt.Errorf("%s is damaged: %w; remove it, and sweep run makes it again", path, err)
	}
	return nil
}

// mostResultBytes bounds a page, a drawing or a verdict that is read.
const mostResultBytes = 64 << 20
