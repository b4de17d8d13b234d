package spec

import (
	"optmm/sweep/fault"
	"optmm/sweep/grid"
	"optmm/sweep/text"
)

// Halving is successive halving: every point runs under the first seeds, or on the first days,
// the best of them under η times as many, and so on, until those that are left have run under all.
// All share the seeds, and the baseline is always carried.
type Halving struct {
	Eta   int // of η points one is kept
	First int // seeds of the first rung
}

// rung is a step of halving: the candidates that it runs besides the baseline, and under how many seeds
// they have run when it ends.
type rung struct{ Candidates, Seeds int }

// Rungs returns the steps over candidates besides the baseline and seeds.
func (h *Halving) Rungs(candidates, seeds int) []rung {
	rungs := []rung{{candidates, min(h.First, seeds)}}
	for last := rungs[0]; last.Seeds < seeds; rungs = append(rungs, last) {
		last.Candidates = (last.Candidates + h.Eta - 1) / h.Eta
		last.Seeds = min(last.Seeds*h.Eta, seeds)
	}
	return rungs
}

// Notation is the halving as a study file writes it, over that many seeds.
func (h *Halving) Notation(seeds int) map[string]any {
	return map[string]any{"eta": h.Eta, "first": h.First, "last": seeds}
}

// readSearch reads how seeds are spent.
func (s *Study) readSearch() error {
	if err := s.readWalkForward(); err != nil || !s.document.has("search.halving") {
		return err
	}
	seeds := s.Units()
	numbers := map[string]int{"last": seeds}
	for _, key := range []string{"eta", "first", "last"} {
		path := "search.halving." + key
		raw, ok := s.document.get(path)
		if !ok && key == "last" {
			continue
		}
		if !ok {
			return fault.New("search.halving", "%s is missing: write {eta: 3, first: 4}", key)
		}
		number, err := grid.ParseInteger(path, raw)
		if err != nil {
			return err
		}
		numbers[key] = int(number)
	}
	switch {
	case numbers["eta"] < 2:
		return fault.New("search.halving.eta", "%d must be at least 2: one point in eta is kept", numbers["eta"])
	case numbers["first"] < 1:
		return fault.New("search.halving.first", "%d must be at least 1", numbers["first"])
	case numbers["last"] != seeds:
		return fault.New("search.halving.last", "%d is not the number of %ss, which is %d: the last points run under all", numbers["last"], s.Unit(), seeds)
	case numbers["first"] >= seeds:
		return fault.New("search.halving.first", "%d leaves nothing to halve: there are %s", numbers["first"], text.Count(seeds, s.Unit()))
	case s.Grid.Points() < 2:
		return fault.New("search", "there is one point: nothing to search")
	}
	s.Halving = &Halving{Eta: numbers["eta"], First: numbers["first"]}
	return nil
}

// What is run on holdout seeds where a study does not say: a fifth of all seeds, and as
// many as an interval takes, on a handful of points.
const (
	leastHoldout       = 8
	selectedPerHoldout = 4
	defaultFinalists   = 5
)

// readVerdict reads which seeds the best point is not picked by and which points run
// on them.
func (s *Study) readVerdict() (err error) {
	candidates := s.Grid.Points() - 1
	raw, given := s.document.get("verdict.holdout_seeds")
	switch {
	case s.OverDays():
		err = s.readHoldoutDays(candidates)
	case s.document.has("verdict.holdout_days") || s.document.has("verdict.embargo_days"):
		return fault.New("verdict.holdout_days", "there is one history: say by holdout_seeds which seeds the picking never sees")
	case given:
		if err = s.readHoldout(raw); err == nil && s.Holdout != nil && !s.Draws() {
			err = fault.New("verdict.holdout_seeds", "with fill_model trades nothing is drawn, and other seeds are the same runs: other days are needed")
		}
	case candidates > 0 && s.Draws():
		s.Holdout, err = s.Seeds.Following("verdict.holdout_seeds", max(leastHoldout, (s.Seeds.Len()+selectedPerHoldout-1)/selectedPerHoldout))
	}
	if err != nil {
		return err
	}
	number := int64(defaultFinalists)
	if raw, ok := s.document.get("verdict.finalists"); ok {
		if number, err = grid.ParseInteger("verdict.finalists", raw); err != nil {
			return err
		}
		switch {
		case number < 1:
			return fault.New("verdict.finalists", "%d must be at least 1; holdout_%ss: 0 runs none", number, s.Unit())
		case s.Holdout == nil && !s.document.moved:
			return fault.New("verdict.finalists", "there are no holdout %ss to run them on", s.Unit())
		}
	}
	if s.Holdout != nil && candidates == 0 {
		return fault.New("verdict", "there is one point: nothing is picked, and nothing is held out")
	}
	s.Finalists = min(int(number), candidates)
	return nil
}

// readHoldout reads how many seeds follow those of the study, or which.
func (s *Study) readHoldout(raw any) (err error) {
	const path = "verdict.holdout_seeds"
	switch raw.(type) {
	case map[string]any, []any:
		if s.Holdout, err = grid.ParseSeeds(path, raw); err != nil {
			return err
		}
	default:
		number, err := grid.ParseInteger(path, raw)
		if err != nil || number == 0 {
			return err
		}
		if number < 0 {
			return fault.New(path, "%d must not be below 0", number)
		}
		s.Holdout, err = s.Seeds.Following(path, int(number))
		return err
	}
	if shared, ok := s.Holdout.Shared(s.Seeds); ok {
		return fault.New(path, "seed %s is one that the best point is picked by", shared)
	}
	return nil
}

func (s *Study) verdictNotation() map[string]any {
	if s.OverDays() {
		notation := map[string]any{"holdout_days": s.holdoutDaysNotation()}
		if s.Holdout != nil {
			notation["embargo_days"], notation["finalists"] = s.Embargo, s.Finalists
		}
		return notation
	}
	if s.Holdout == nil {
		return map[string]any{"holdout_seeds": 0}
	}
	return map[string]any{"holdout_seeds": s.Holdout.Notation(), "finalists": s.Finalists}
}
