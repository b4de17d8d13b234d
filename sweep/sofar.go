package sweep

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"text/tabwriter"
	"time"

	"optmm/sweep/fault"
	"optmm/sweep/folder"
	"optmm/sweep/present"
	"optmm/sweep/text"
)

// showSoFar prints what is committed of a study that is not complete.
func showSoFar(to io.Writer, u *folder.Unfinished, show Showing, now time.Time) error {
	if show.Sort != "" || show.Where != "" || show.Figures || show.Objective != "" || show.Baseline != "" {
		return fault.Usage(errors.New("show: the study is not complete, so its points are shown as committed, with --top and --json only"))
	}
	s := present.ReadSoFar(u, now)
	if show.JSON {
		return text.WriteJSON(to, s.Points(show.Top))
	}
	for _, line := range s.Lines() {
		fmt.Fprintln(to, line)
	}
	fmt.Fprintln(to)
	table := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	for _, row := range s.Rows(show.Top) {
		for i, cell := range row {
			if i > 0 {
				fmt.Fprint(table, "\t")
			}
			fmt.Fprint(table, cell)
		}
		fmt.Fprintln(table)
	}
	return table.Flush()
}

// reportSoFar writes the page of a study that is not complete, among its chunks, and returns its name.
func reportSoFar(u *folder.Unfinished, root string, now time.Time) (string, error) {
	const shown = 50
	s := present.ReadSoFar(u, now)
	name := folder.UnfinishedReport()
	return filepath.Join(root, name), present.WriteSoFar(u.Plan, s.Lines(), s.Rows(shown), root, name)
}

// writeExtension says where a larger study extends that in a folder, and how far it is.
func writeExtension(to io.Writer, root string) error {
	u, err := folder.OpenExtension("show", root)
	if u == nil || err != nil {
		return err
	}
	_, err = fmt.Fprintf(to, "the study is being extended: %s\n", u.Progress(time.Now()))
	return err
}
