package cluster

import (
	"fmt"
	"time"

	"optmm/sweep/folder"
	"optmm/sweep/text"
)

// Progress is what the shards of a study have committed.
type Progress struct {
	folder.Progress
	Shards int // 0: no submission says how many
	Failed int // runs

	missing []int // shards, from 0, of which runs of the selection are not committed
}

// Look counts what is committed of a study that is not complete.
func Look(u *folder.Unfinished, s *Submission, now time.Time) *Progress {
	counted := u.Count(now)
	p := &Progress{Progress: counted.Progress, Failed: counted.Failed}
	if s == nil {
		return p
	}
	p.Shards = s.Shards
	missing := make([]bool, s.Shards)
	for i, stage := range u.Plan.SelectionStages() {
		for chunk := stage.FirstChunk; chunk < stage.FirstChunk+u.Plan.ChunksOfStage(&u.Plan.Stages[i]); chunk++ {
			if !counted.Chunks[chunk] {
				missing[chunk%s.Shards] = true
			}
		}
	}
	for shard, is := range missing {
		if is {
			p.missing = append(p.missing, shard)
		}
	}
	return p
}

// String says it in a line.
func (p *Progress) String() string {
	said := p.Progress.String()
	if p.PerSecond > 0 {
		said += fmt.Sprintf(", %s runs a second", text.Significant(p.PerSecond))
	}
	if p.Failed > 0 {
		said += fmt.Sprintf(", %d failed", p.Failed)
	}
	if p.Shards > 0 {
		said = fmt.Sprintf("%d of %s done, %s", p.Shards-len(p.missing), text.Count(p.Shards, "shard"), said)
	}
	return said
}

// Missing lists the shards that are not done, from 0.
func (p *Progress) Missing() []int { return p.missing }
