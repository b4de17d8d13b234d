package plan

import (
	"errors"
	"fmt"
	"slices"

	"optmm/engine/param"
	"optmm/sweep/grid"
)

// Extension maps the runs of a study to those of a smaller one that it extends: a run of both has the
// same parameters and seeds, and so the same results.
type Extension struct {
	Before  *Plan
	now     *Plan
	points  []int32           // of the smaller study, by the point of the larger; −1: it is new
	seeds   map[grid.Seed]int // the places of the smaller study's
	holdout map[grid.Seed]int
}

// mostExtended bounds the points of a study that another extends, which are found one by one.
const mostExtended = 10_000_000

// Extends compares a study with a smaller one whose other keys are the same. It extends that where it
// has all of its points and seeds, under the same baseline; the error says which it lacks.
func (p *Plan) Extends(before *Plan) (*Extension, error) {
	e := &Extension{Before: before, now: p, seeds: places(before.Seeds), holdout: places(before.Holdout)}
	if p.Finalists < before.Finalists {
		return nil, fmt.Errorf("it has fewer finalists: %d there, %d now", before.Finalists, p.Finalists)
	}
	if !slices.Equal(p.Output.Columns, before.Output.Columns) || before.Grid.Points() > 1 && p.Output.Own != before.Output.Own {
		return nil, errors.New("output.columns is another")
	}
	if p.Grid.Points() > mostExtended {
		return nil, fmt.Errorf("a study of more than %d points cannot extend another", mostExtended)
	}
	here, there := places(p.Seeds), places(p.Holdout)
	for _, side := range []struct {
		name   string
		before map[grid.Seed]int
	}{{"seed", e.seeds}, {"holdout seed", e.holdout}} {
		for _, seed := range inOrder(side.before) {
			_, selects := here[seed]
			_, held := there[seed]
			if !selects && !(held && side.name == "holdout seed") {
				return nil, fmt.Errorf("%s %s is missing", side.name, seed)
			}
		}
	}
	return e, e.mapPoints()
}

// inOrder lists the seeds by their places.
func inOrder(places map[grid.Seed]int) []grid.Seed {
	seeds := make([]grid.Seed, len(places))
	for seed, place := range places {
		seeds[place] = seed
	}
	return seeds
}

func places(seeds *grid.Seeds) map[grid.Seed]int {
	found := map[grid.Seed]int{}
	if seeds != nil {
		for i := range seeds.Len() {
			found[seeds.At(i)] = i
		}
	}
	return found
}

// mapPoints finds each point of the smaller study among those of the larger.
func (e *Extension) mapPoints() error {
	before, now := e.Before.Grid, e.now.Grid
	e.points = make([]int32, now.Points())
	for i := range e.points {
		e.points[i] = -1
	}
	var params, same param.Params
	var values, placed []param.Value
	find := now.Finder()
	for point := range before.Points() {
		values = before.AppendValues(values[:0], point)
		before.SetParams(&params, values)
		placed = placed[:0]
		for _, axis := range now.Axes() {
			placed = append(placed, axis.Parameter.Get(&params))
		}
		at := find(placed)
		if at < 0 {
			return fmt.Errorf("point %d (%s) is missing", point, e.Before.Setting(point))
		}
		if now.SetParams(&same, placed); same != params {
			return fmt.Errorf("point %d (%s) has other parameters", point, e.Before.Setting(point))
		}
		e.points[at] = int32(point)
	}
	old, _ := before.Baseline()
	if baseline, _ := now.Baseline(); e.points[baseline] != int32(old) {
		return fmt.Errorf("the baseline is another: %s there, %s now", e.Before.Setting(old), e.now.Setting(baseline))
	}
	return nil
}

// RunOf returns the run of the smaller study that a run of the larger is; ok is false of a new one, and
// while it is not known which points the stage of the smaller study is about.
func (e *Extension) RunOf(run int) (before int, ok bool) {
	point, seed := e.now.RunAt(run)
	old := int(e.points[point])
	if old < 0 {
		return 0, false
	}
	if place, is := e.seeds[seed]; is {
		return e.Before.RunOf(old, place)
	}
	place, is := e.holdout[seed]
	if !is {
		return 0, false
	}
	return runIn([]Stage{*e.Before.HoldoutStage()}, old, place)
}
