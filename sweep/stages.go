package sweep

import (
	"fmt"
	"slices"

	"optmm/sweep/grid"
	"optmm/sweep/store"
	"optmm/sweep/verdict"
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
func (s *Study) arrange() {
	points := s.Grid.Points()
	s.stages = nil
	if s.chunkSize == 0 {
		s.chunkSize = s.chunkRuns()
	}
	add := func(next stage) {
		if n := len(s.stages); n > 0 {
			if next.size == points { // nothing to choose
				next.points = everyPoint(points)
			}
			last := &s.stages[n-1]
			next.firstRun = last.firstRun + last.runs()
			next.firstChunk = last.firstChunk + s.chunksOf(last)
		}
		s.stages = append(s.stages, next)
	}
	if s.Halving == nil {
		add(stage{name: "grid", size: points, seeds: s.Seeds, end: s.Seeds.Len()})
	} else {
		begin := 0
		for i, rung := range s.Halving.rungs(points-1, s.Seeds.Len()) {
			add(stage{name: fmt.Sprintf("rung %d", i+1), size: rung.rivals + 1, seeds: s.Seeds, first: begin, end: rung.seeds})
			begin = rung.seeds
		}
	}
	if s.Fresh != nil {
		add(stage{name: freshStage, size: s.Finalists + 1, seeds: s.Fresh, end: s.Fresh.Len(), fresh: true})
	}
}

// selection returns the stages that the best point is picked by.
func (s *Study) selection() []stage {
	if s.Fresh != nil {
		return s.stages[:len(s.stages)-1]
	}
	return s.stages
}

// freshRuns returns the stage of fresh seeds; nil where there is none.
func (s *Study) freshRuns() *stage {
	if s.Fresh == nil {
		return nil
	}
	return &s.stages[len(s.stages)-1]
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
func (s *Study) stageOf(chunk int) *stage {
	at := len(s.stages) - 1
	for s.stages[at].firstChunk > chunk {
		at--
	}
	return &s.stages[at]
}

// stageOfRun returns the stage of a run.
func (s *Study) stageOfRun(run int) *stage {
	at := len(s.stages) - 1
	for s.stages[at].firstRun > run {
		at--
	}
	return &s.stages[at]
}

// runAt returns the run's point and seed: the runs of a stage are numbered
// seed-major.
func (s *Study) runAt(run int) (point int, seed grid.Seed) {
	stage := s.stageOfRun(run)
	point, place := stage.at(run - stage.firstRun)
	return point, stage.seeds.At(place)
}

// runOf returns the run of a point under a seed that the best point is picked by; ok
// is false where there is none.
func (s *Study) runOf(point, seed int) (run int, ok bool) {
	for i := range s.selection() {
		stage := &s.stages[i]
		if seed < stage.first || seed >= stage.end {
			continue
		}
		place, in := stage.place(point)
		return stage.firstRun + (seed-stage.first)*stage.size + place, in
	}
	return 0, false
}

// chunksOf returns the number of chunks of a stage; none spans two.
func (s *Study) chunksOf(stage *stage) int {
	size := s.chunkSize
	return (stage.runs() + size - 1) / size
}

// chunks returns the number of chunks.
func (s *Study) chunks() int {
	last := &s.stages[len(s.stages)-1]
	return last.firstChunk + s.chunksOf(last)
}

// chunk returns the runs of a chunk.
func (s *Study) chunk(chunk int) (first, end int) {
	stage := s.stageOf(chunk)
	size := s.chunkSize
	first = stage.firstRun + (chunk-stage.firstChunk)*size
	return first, min(first+size, stage.firstRun+stage.runs())
}

// chunkOf returns the chunk of a run.
func (s *Study) chunkOf(run int) int {
	stage := s.stageOfRun(run)
	return stage.firstChunk + (run-stage.firstRun)/s.chunkSize
}

// columnsOf reads a column of a chunk's rows, behind what is there.
type columnsOf func(chunk int, field store.Field, to *store.Column) error

// settle finds which points a stage is about from the runs of the stages before it:
// the best by the objective, as many as it takes, and the baseline.
func (s *Study) settle(stage *stage, read columnsOf) error {
	if stage.known() {
		return nil
	}
	points, err := s.choose(stage, read)
	stage.points = points
	return err
}

// choose returns the points that a stage is about.
func (s *Study) choose(of *stage, read columnsOf) ([]int, error) {
	at := slices.IndexFunc(s.stages, func(other stage) bool { return other.firstRun == of.firstRun })
	scores, err := s.Objective.scores(s, s.stages[:at], read)
	if err != nil {
		return nil, err
	}
	baseline, _ := s.Grid.Baseline()
	return verdict.Survivors(scores, baseline, of.size-1, s.stages[at-1].points), nil
}

// settled returns the points of the stages that other stages chose, for the lock.
func (s *Study) settled() map[string][]int {
	points := map[string][]int{}
	for i := range s.stages {
		if stage := &s.stages[i]; stage.points != nil {
			points[stage.name] = stage.points
		}
	}
	return points
}

// settleFrom takes the points of every stage from the lock of a complete study.
func (s *Study) settleFrom(lock *Lock) error {
	for i := range s.stages {
		stage := &s.stages[i]
		if stage.known() {
			continue
		}
		points := lock.Stages[stage.name]
		if len(points) != stage.size {
			return mismatch("sweep.lock has %d points of stage %q, its study %d", len(points), stage.name, stage.size)
		}
		for k, point := range points {
			if point < 0 || point >= s.Grid.Points() || k > 0 && point <= points[k-1] {
				return mismatch("sweep.lock: the points of stage %q are not points of the grid in their order", stage.name)
			}
		}
		stage.points = points
	}
	return nil
}
