package sweep

import (
	"errors"
	"fmt"
	"io"

	"optmm/sweep/execute"
	"optmm/sweep/folder"
	"optmm/sweep/plan"
)

// WriteFound prints what a run of a study would find in its folder, and reuse; nothing where there is
// no study. Another study there, which sweep run would refuse, is an error.
func WriteFound(to io.Writer, p *plan.Plan, root string) error {
	found := folder.Describe(root)
	if found == "" {
		return nil
	}
	earlier, err := folder.FindEarlier(p, root)
	var different *folder.DifferentStudyError
	switch {
	case errors.As(err, &different):
		_, err = fmt.Fprintf(to, "%-10s refused: %v\n", "folder", err)
		return err
	case err != nil:
		return err
	case earlier == nil:
		_, err = fmt.Fprintf(to, "%-10s %s holds %s, which is this one: sweep run goes on from there\n", "folder", root, found)
		return err
	}
	reused, err := execute.Reusable(p, earlier)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(to, "%-10s %s holds %s, which this one extends: %d runs are reused, up to %d are simulated\n", "folder", root, found, reused, p.Runs()-reused)
	return err
}
