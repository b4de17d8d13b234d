package cluster

import (
	"fmt"
	"time"

	"optmm/sweep/folder"
	"optmm/sweep/text"
)

// Progress is what shards have left in their folder.
type Progress struct {
	folder.Progress
	Shards int   // 0: no submission says how many
	Done   []int // shards, from 0, all of whose runs that the best point is picked by are committed
	Failed int   // runs
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
		if !is {
			p.Done = append(p.Done, shard)
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
		said = fmt.Sprintf("%d of %s done, %s", len(p.Done), text.Count(p.Shards, "shard"), said)
	}
	return said
}

// Missing lists the shards that are not done.
func (p *Progress) Missing() (missing []int) {
	for shard, next := 0, 0; shard < p.Shards; shard++ {
		if next < len(p.Done) && p.Done[next] == shard {
			next++
			continue
		}
		missing = append(missing, shard)
	}
	return missing
}
