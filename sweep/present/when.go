package present

import (
	"fmt"
	"path/filepath"
	"time"

	"optmm/sweep/folder"
	"optmm/sweep/report"
	"optmm/sweep/store"
)

// mostStudyText bounds the study that a page shows.
const mostStudyText = 4 << 20

// studyText is the resolved study; empty where it is gone.
func studyText(root string) (string, error) {
	name := filepath.Join(root, "study.yaml")
	if !store.Exists(name) {
		return "", nil
	}
	content, err := store.ReadBounded(name, mostStudyText)
	return string(content), err
}

// when says what run.log has of the programs that worked on the study: the last of them by itself, and
// all together. It is not of the results: another run of the same study was at another time.
func when(root string) ([]report.Fact, error) {
	sessions, err := folder.ReadLog(root)
	if err != nil || len(sessions) == 0 {
		return nil, err
	}
	const format = "2006-01-02 15:04:05 MST"
	last := &sessions[len(sessions)-1]
	var total time.Duration
	for i := range sessions {
		total += sessions[i].Last.Sub(sessions[i].Started)
	}
	facts := []report.Fact{
		{Name: "command", Value: last.Command},
		{Name: "begun", Value: last.Started.UTC().Format(format)},
		{Name: "ended", Value: last.Last.UTC().Format(format)},
		{Name: "simulated for", Value: total.Round(time.Second / 10).String()},
		{Name: "on", Value: fmt.Sprintf("%s/%s, %d processors, %d workers", last.System, last.Processor, last.Processors, last.Workers)},
		{Name: "by build", Value: last.Build.String()},
	}
	if n := len(sessions); n > 1 {
		facts = append(facts, report.Fact{Name: "programs", Value: fmt.Sprintf("%d, the first begun %s", n, sessions[0].Started.UTC().Format(format))})
	}
	return facts, nil
}
