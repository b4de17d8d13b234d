package sweep

import (
	"fmt"
	"slices"

	"optmm/sweep/grid"
)

// stage is a part of a study: some points, each under the same seeds. How many
// runs it has follows from the study alone; which points it is about, of every stage
// but the first, from the runs of the stages before it.
type stage struct {
	name       string
	points     []int // rising; nil of the first stage, which is about all, and while it is not known which
	size       int   // points
	seeds      *grid.Seeds
	first, end int // places of seeds
	fresh      bool

	firstRun, firstChunk int
}

func (s *stage) runs() int { return s.size * (s.end - s.first) }

// known reports whether it is settled which points the stage is about.
func (s *stage) known() bool { return s.points != nil || s.firstRun == 0 }

// Plan is a study with its runs laid out: run ↔ point, seed and chunk. It knows no disk.
// The number of runs of every stage follows from the study alone; which points a later
// stage is about is settled while the study runs.
type Plan struct {
	*Study
	stages    []stage
	chunkSize int         // runs
	earlier   []Selection // of the lock that the study was read from
}

// newPlan lays out the runs of a study.
func newPlan(study *Study) *Plan { return continuePlan(study, 0) }

// continuePlan lays out the runs of a study that was begun with chunks of so many runs.
func continuePlan(study *Study, chunkSize int) *Plan {
	p := &Plan{Study: study, chunkSize: chunkSize}
	if p.chunkSize == 0 {
		p.chunkSize = p.chunkRuns()
	}
	p.arrange()
	return p
}

func everyPoint(points int) []int {
	all := make([]int, points)
	for i := range all {
		all[i] = i
	}
	return all
}

// at returns the point and the place of the seed of a run of the stage, counted from 0.
func (s *stage) at(i int) (point, seed int) {
	point = i % s.size
	if s.points != nil {
		point = s.points[point]
	}
	return point, s.first + i/s.size
}

// place returns where a point stands among the stage's.
func (s *stage) place(point int) (int, bool) {
	if s.points == nil {
		return point, true
	}
	return slices.BinarySearch(s.points, point)
}

// freshStage names the stage of the seeds that selection never sees.
const freshStage = "fresh"

// arrange lays out the stages: the grid, or the rungs of a search by halving, and the
// finalists on fresh seeds.
func (p *Plan) arrange() {
	points := p.Grid.Points()
	p.stages = nil
	add := func(next stage) {
		if n := len(p.stages); n > 0 {
			if next.size == points { // nothing to choose
				next.points = everyPoint(points)
			}
			last := &p.stages[n-1]
			next.firstRun = last.firstRun + last.runs()
			next.firstChunk = last.firstChunk + p.chunksOf(last)
		}
		p.stages = append(p.stages, next)
	}
	if p.Halving == nil {
		add(stage{name: "grid", size: points, seeds: p.Seeds, end: p.Seeds.Len()})
	} else {
		begin := 0
		for i, rung := range p.Halving.rungs(points-1, p.Seeds.Len()) {
			add(stage{name: fmt.Sprintf("rung %d", i+1), size: rung.rivals + 1, seeds: p.Seeds, first: begin, end: rung.seeds})
			begin = rung.seeds
		}
	}
	if p.Fresh != nil {
		add(stage{name: freshStage, size: p.Finalists + 1, seeds: p.Fresh, end: p.Fresh.Len(), fresh: true})
	}
}

// selection returns the stages that the best point is picked by.
func (p *Plan) selection() []stage {
	if p.Fresh != nil {
		return p.stages[:len(p.stages)-1]
	}
	return p.stages
}

// holdout returns the stage of holdout seeds; nil where there is none.
func (p *Plan) holdout() *stage {
	if p.Fresh == nil {
		return nil
	}
	return &p.stages[len(p.stages)-1]
}

// before returns the stages before one.
func (p *Plan) before(of *stage) []stage {
	return p.stages[:slices.IndexFunc(p.stages, func(other stage) bool { return other.firstRun == of.firstRun })]
}

// runsOf returns the number of runs of stages.
func runsOf(stages []stage) int {
	runs := 0
	for i := range stages {
		runs += stages[i].runs()
	}
	return runs
}

// stageOf returns the stage of a chunk.
func (p *Plan) stageOf(chunk int) *stage {
	at := len(p.stages) - 1
	for p.stages[at].firstChunk > chunk {
		at--
	}
	return &p.stages[at]
}

// stageOfRun returns the stage of a run.
func (p *Plan) stageOfRun(run int) *stage {
	at := len(p.stages) - 1
	for p.stages[at].firstRun > run {
		at--
	}
	return &p.stages[at]
}

// runAt returns the run's point and seed: the runs of a stage are numbered
// seed-major.
func (p *Plan) runAt(run int) (point int, seed grid.Seed) {
	stage := p.stageOfRun(run)
	point, place := stage.at(run - stage.firstRun)
	return point, stage.seeds.At(place)
}

// runOf returns the run of a point under a seed that the best point is picked by; ok
// is false where there is none.
func (p *Plan) runOf(point, seed int) (run int, ok bool) {
	for i := range p.selection() {
		stage := &p.stages[i]
		if seed < stage.first || seed >= stage.end {
			continue
		}
		place, in := stage.place(point)
		return stage.firstRun + (seed-stage.first)*stage.size + place, in
	}
	return 0, false
}

// chunksOf returns the number of chunks of a stage; none spans two.
func (p *Plan) chunksOf(stage *stage) int {
	size := p.chunkSize
	return (stage.runs() + size - 1) / size
}

// chunks returns the number of chunks.
func (p *Plan) chunks() int {
	last := &p.stages[len(p.stages)-1]
	return last.firstChunk + p.chunksOf(last)
}

// chunk returns the runs of a chunk.
func (p *Plan) chunk(chunk int) (first, end int) {
	stage := p.stageOf(chunk)
	size := p.chunkSize
	first = stage.firstRun + (chunk-stage.firstChunk)*size
	return first, min(first+size, stage.firstRun+stage.runs())
}

// chunkOf returns the chunk of a run.
func (p *Plan) chunkOf(run int) int {
	stage := p.stageOfRun(run)
	return stage.firstChunk + (run-stage.firstRun)/p.chunkSize
}

// Runs returns the number of runs, those on fresh seeds included.
func (p *Plan) Runs() int { return runsOf(p.stages) }

// The tables of runs: those that the best point is picked by, and those on fresh
// seeds, apart, so that nobody picks by these.
const (
	summaryTable = "summary"
	freshTable   = "fresh"
)

// tableOf returns the table of a stage's runs.
func (s *stage) tableOf() string {
	if s.fresh {
		return freshTable
	}
	return summaryTable
}

// tables returns the stages of each table of runs.
func (p *Plan) tables() map[string][]stage {
	tables := map[string][]stage{summaryTable: p.selection()}
	if p.Fresh != nil {
		tables[freshTable] = p.stages[len(p.stages)-1:]
	}
	return tables
}
