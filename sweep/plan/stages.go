package plan

import (
	"fmt"
	"slices"

	"optmm/sweep/grid"
)

// Stage is a part of a study: some points, each under the same seeds. How many
// runs it has follows from the study alone; which points it is about, of every stage
// but the first, from the runs of the stages before it.
type Stage struct {
	Name               string
	Points             []int // rising; nil of the first stage, which is about all, and while it is not known which
	Size               int   // points
	seeds              *grid.Seeds
	FirstSeed, EndSeed int // places of seeds
	Holdout            bool

	FirstRun, FirstChunk int
}

// Runs counts the runs of the stage.
func (s *Stage) Runs() int { return s.Size * (s.EndSeed - s.FirstSeed) }

// Known reports whether it is settled which points the stage is about.
func (s *Stage) Known() bool { return s.Points != nil || s.FirstRun == 0 }

func everyPoint(points int) []int {
	all := make([]int, points)
	for i := range all {
		all[i] = i
	}
	return all
}

// Point returns the point at an index, the inverse of Index.
func (s *Stage) Point(index int) int {
	if s.Points == nil {
		return index
	}
	return s.Points[index]
}

// at returns the point and the place of the seed of a run of the stage, counted from 0.
func (s *Stage) at(i int) (point, seed int) { return s.Point(i % s.Size), s.FirstSeed + i/s.Size }

// Index returns the index of a point among the stage's.
func (s *Stage) Index(point int) (int, bool) {
	if s.Points == nil {
		return point, true
	}
	return slices.BinarySearch(s.Points, point)
}

// holdoutStage names the stage of the seeds that selection never sees.
const holdoutStage = "holdout"

// Reset lays out the stages: the grid, or the rungs of a search by halving, and the
// finalists on holdout seeds.
func (p *Plan) Reset() {
	points := p.Grid.Points()
	p.Stages = nil
	add := func(next Stage) {
		if n := len(p.Stages); n > 0 {
			if next.Size == points { // nothing to choose
				next.Points = everyPoint(points)
			}
			last := &p.Stages[n-1]
			next.FirstRun = last.FirstRun + last.Runs()
			next.FirstChunk = last.FirstChunk + p.ChunksOfStage(last)
		}
		p.Stages = append(p.Stages, next)
	}
	if p.Halving == nil {
		add(Stage{Name: "grid", Size: points, seeds: p.Seeds, EndSeed: p.Seeds.Len()})
	} else {
		begin := 0
		for i, rung := range p.Halving.Rungs(points-1, p.Units()) {
			end := rung.Seeds * p.RunsPerUnit()
			add(Stage{Name: fmt.Sprintf("rung %d", i+1), Size: rung.Candidates + 1, seeds: p.Seeds, FirstSeed: begin, EndSeed: end})
			begin = end
		}
	}
	if p.Holdout != nil {
		add(Stage{Name: holdoutStage, Size: p.Finalists + 1, seeds: p.Holdout, EndSeed: p.Holdout.Len(), Holdout: true})
	}
}

// SelectionStages returns the stages that the best point is picked by.
func (p *Plan) SelectionStages() []Stage {
	if p.Holdout != nil {
		return p.Stages[:len(p.Stages)-1]
	}
	return p.Stages
}

// HoldoutStage returns the stage of holdout seeds; nil where there is none.
func (p *Plan) HoldoutStage() *Stage {
	if p.Holdout == nil {
		return nil
	}
	return &p.Stages[len(p.Stages)-1]
}

// Before returns the stages before one.
func (p *Plan) Before(of *Stage) []Stage {
	return p.Stages[:slices.IndexFunc(p.Stages, func(other Stage) bool { return other.FirstRun == of.FirstRun })]
}

// CountRuns returns the number of runs of stages.
func CountRuns(stages []Stage) int {
	runs := 0
	for i := range stages {
		runs += stages[i].Runs()
	}
	return runs
}

// StageOfChunk returns the stage of a chunk.
func (p *Plan) StageOfChunk(chunk int) *Stage {
	at := len(p.Stages) - 1
	for p.Stages[at].FirstChunk > chunk {
		at--
	}
	return &p.Stages[at]
}

// stageOfRun returns the stage of a run.
func (p *Plan) stageOfRun(run int) *Stage {
	at := len(p.Stages) - 1
	for p.Stages[at].FirstRun > run {
		at--
	}
	return &p.Stages[at]
}

// KnowsRun reports whether it is settled which point a run is of.
func (p *Plan) KnowsRun(run int) bool { return p.stageOfRun(run).Known() }

// RunAt returns the run's point and seed: the runs of a stage are numbered
// seed-major.
func (p *Plan) RunAt(run int) (point int, seed grid.Seed) {
	stage := p.stageOfRun(run)
	point, index := stage.at(run - stage.FirstRun)
	return point, stage.seeds.At(index)
}

// RunOf returns the run of a point under a seed that the best point is picked by; ok
// is false where there is none.
func (p *Plan) RunOf(point, seed int) (run int, ok bool) {
	return runIn(p.SelectionStages(), point, seed)
}

// runIn returns the run of a point under a seed in the first of the stages that has the seed; ok is
// false where there is none, or it is not known which points that stage is about.
func runIn(stages []Stage, point, seed int) (run int, ok bool) {
	for i := range stages {
		stage := &stages[i]
		if seed < stage.FirstSeed || seed >= stage.EndSeed || !stage.Known() {
			continue
		}
		index, in := stage.Index(point)
		return stage.FirstRun + (seed-stage.FirstSeed)*stage.Size + index, in
	}
	return 0, false
}

// SeedOf returns the point of a run and the place of its seed among those that the best point is
// picked by; ok is false of a run on a holdout seed.
func (p *Plan) SeedOf(run int) (point, seed int, ok bool) {
	stage := p.stageOfRun(run)
	point, index := stage.at(run - stage.FirstRun)
	return point, index, !stage.Holdout
}

// ChunksOfStage returns the number of chunks of a stage; none spans two.
func (p *Plan) ChunksOfStage(stage *Stage) int {
	size := p.RunsPerChunk
	return (stage.Runs() + size - 1) / size
}

// ChunksOfShard lists the chunks of a stage that are a shard's.
func (p *Plan) ChunksOfShard(stage *Stage, shard Shard) (chunks []int) {
	for chunk := stage.FirstChunk; chunk < stage.FirstChunk+p.ChunksOfStage(stage); chunk++ {
		if shard.Has(chunk) {
			chunks = append(chunks, chunk)
		}
	}
	return chunks
}

// ChunkCount returns the number of chunks.
func (p *Plan) ChunkCount() int {
	last := &p.Stages[len(p.Stages)-1]
	return last.FirstChunk + p.ChunksOfStage(last)
}

// RunsOfChunk returns the runs of a chunk.
func (p *Plan) RunsOfChunk(chunk int) (first, end int) {
	stage := p.StageOfChunk(chunk)
	size := p.RunsPerChunk
	first = stage.FirstRun + (chunk-stage.FirstChunk)*size
	return first, min(first+size, stage.FirstRun+stage.Runs())
}

// ChunkOfRun returns the chunk of a run.
func (p *Plan) ChunkOfRun(run int) int {
	stage := p.stageOfRun(run)
	return stage.FirstChunk + (run-stage.FirstRun)/p.RunsPerChunk
}

// Runs returns the number of runs, those on holdout seeds included.
func (p *Plan) Runs() int { return CountRuns(p.Stages) }

// The tables of runs: those that the best point is picked by, and those on holdout
// seeds, apart, so that no one picks by these.
const (
	SummaryTable = "summary"
	HoldoutTable = "holdout"
)

// Table returns the table of a stage's runs.
func (s *Stage) Table() string {
	if s.Holdout {
		return HoldoutTable
	}
	return SummaryTable
}

// TableStages returns the stages of each table of runs.
func (p *Plan) TableStages() map[string][]Stage {
	tables := map[string][]Stage{SummaryTable: p.SelectionStages()}
	if p.Holdout != nil {
		tables[HoldoutTable] = p.Stages[len(p.Stages)-1:]
	}
	return tables
}
