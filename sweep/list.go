package sweep

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"optmm/sweep/folder"
	"optmm/sweep/present"
	"optmm/sweep/text"
)

// List prints the studies in a place and below it, as a table or as JSON.
func List(to io.Writer, place *Place, asJSON bool, now time.Time) error {
	found, err := folder.Survey("list", place.Path)
	if err != nil {
		return err
	}
	studies := []present.Listed{}
	for _, s := range found {
		study := present.List(s, now)
		study.Folder = place.named(study.Folder) // the table's columns are as wide as what is printed
		studies = append(studies, study)
	}
	if asJSON {
		return text.WriteJSON(to, studies)
	}
	if len(studies) == 0 {
		_, err := fmt.Fprintf(to, "no study in %s\n", place.Path)
		return err
	}
	table := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "folder\tchanged\tstate\truns\tobjective\tbest\tdifference, 95% CI\tanswer\ttags")
	for _, s := range studies {
		row := s.Row()
		fmt.Fprintln(table, strings.Join([]string{filepath.ToSlash(s.Folder), s.Changed.Local().Format("2006-01-02 15:04"), row.State, row.Runs, row.Objective, row.Best, row.Difference, row.Answer, row.Tags}, "\t"))
	}
	return table.Flush()
}
