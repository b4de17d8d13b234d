package spec

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"optmm/engine/param"
	"optmm/sweep/fault"
	"optmm/sweep/grid"
	"optmm/sweep/text"
	"optmm/sweep/verdict"
)

// A study on several recorded days has them in lieu of market seeds: every point runs on
// each day, under every seed of fills, and what is judged is a day.

// OverDays reports whether recorded days are what is judged, and not seeds.
func (s *Study) OverDays() bool { return s.Days != nil && len(s.Days.List) > 1 }

// Unit is what the points are compared over: seed, day or file.
func (s *Study) Unit() string {
	switch {
	case !s.OverDays():
		return "seed"
	case s.Data.ByFile:
		return "file"
	}
	return "day"
}

// Zone is that of the recorded times; UTC on a synthetic market.
func (s *Study) Zone() *time.Location {
	if s.Data == nil {
		return time.UTC
	}
	return s.Data.Zone()
}

// Units returns how many of them the best point is picked by.
func (s *Study) Units() int { return units(s.Seeds) }

// HoldoutUnits returns how many of them selection never sees.
func (s *Study) HoldoutUnits() int {
	if s.Holdout == nil {
		return 0
	}
	return units(s.Holdout)
}

func units(seeds *grid.Seeds) int {
	if n := seeds.Histories(); n > 0 {
		return n
	}
	return seeds.Len()
}

// RunsPerUnit returns under how many seeds of fills a point runs on a day; 1 where seeds are judged.
func (s *Study) RunsPerUnit() int {
	if s.OverDays() {
		return s.Seeds.PerHistory()
	}
	return 1
}

// readSeeds reads the seeds, in each of recorded days.
func (s *Study) readSeeds() (err error) {
	raw, ok := s.document.get("seeds")
	if !ok {
		return fault.New("seeds", "the key is missing: write seeds: {first: 1, count: 20}")
	}
	if s.Seeds, err = grid.ParseSeeds("seeds", raw); err != nil {
		return err
	}
	if s.Recorded() {
		if one, other, same := s.Seeds.SameFills(); same {
			return fault.New("seeds", "%s and %s differ only in the market, which recorded quotes do not draw", one, other)
		}
	}
	return nil
}

// Draws reports whether seeds change anything: whether the market is drawn, or some point's fills.
func (s *Study) Draws() bool {
	return !s.Recorded() || slices.ContainsFunc(s.possible("fill_model"), func(v param.Value) bool { return v.Text != param.TradeFills && v.Text != param.NoFills })
}

// checkDraws refuses several seeds where no run draws anything.
func (s *Study) checkDraws() error {
	if !s.Draws() && s.Seeds.Len() > 1 {
		return fault.New("seeds", "with fill_model trades nothing is drawn, and %d seeds are the same run: write {first: 1, count: 1}", s.Seeds.Len())
	}
	return nil
}

// What is kept from the picking where a study does not say: the last fifth of the days, and as
// many as an interval takes, if there are enough to be split.
const (
	fewestSplitDays = 10
	daysPerHoldout  = 5
)

// readHoldoutDays divides the days between those that the best point is picked by and those
// that it is not.
func (s *Study) readHoldoutDays(candidates int) error {
	const path, embargoPath = "verdict.holdout_days", "verdict.embargo_days"
	if _, given := s.document.get("verdict.holdout_seeds"); given && !s.document.moved {
		return fault.New("verdict.holdout_seeds", "the quotes have %s: say which days the picking never sees by holdout_days", text.Count(len(s.Days.List), s.Unit()))
	}
	base, err := s.readLearnedDays()
	if err != nil {
		return err
	}
	days := len(s.Days.List) - base    // that are traded
	first, end := base+days, base+days // of the holdout
	raw, given := s.document.get(path)
	switch {
	case given:
		if first, end, err = s.holdoutDays(path, raw, base); err != nil {
			return err
		}
	case days >= fewestSplitDays && candidates > 0:
		first -= max(verdict.MinimumPairs, (days+daysPerHoldout-1)/daysPerHoldout)
	}
	selected := first
	if raw, given := s.document.get(embargoPath); given {
		embargo, err := grid.ParseInteger(embargoPath, raw)
		switch {
		case err != nil:
			return err
		case first == end:
			return fault.New(embargoPath, "there are no holdout days to keep away from")
		case embargo < 0 || int(embargo) >= first-base:
			return fault.New(embargoPath, "%d leaves no day that the best point is picked by, of %d before the holdout", embargo, first-base)
		}
		s.Embargo = int(embargo)
		selected -= s.Embargo
	}
	if selected <= base {
		return fault.New(path, "no day is left that the best point is picked by, of %d", days)
	}
	seeds := s.Seeds
	s.Seeds = seeds.OverHistories(base, selected)
	if first < end {
		s.Holdout = seeds.OverHistories(first, end)
	}
	return nil
}

// TooFewToSplit reports whether there are so few days that none is kept from the picking unless
// the study says so.
func (s *Study) TooFewToSplit() bool { return s.OverDays() && len(s.Days.List) < fewestSplitDays }

// holdoutDays reads which of the days from base on are held out: the last days, or those between two dates.
func (s *Study) holdoutDays(path string, raw any, base int) (first, end int, err error) {
	if list, ok := raw.([]any); ok {
		first, end, err = s.daysBetween(path, list)
		if err == nil && first < base {
			err = fault.New(path, "a signal is learned from %s", s.Days.List[first].Name)
		}
		return first, end, err
	}
	days := len(s.Days.List) - base
	n, err := countOfDays(path, raw, days)
	if err == nil && n >= days {
		err = fault.New(path, "%d of %d days leave none to pick by", n, days)
	}
	return base + days - n, base + days, err
}

// countOfDays reads a share of the days, as 20%, or a number of them.
func countOfDays(path string, raw any, days int) (n int, err error) {
	switch value := raw.(type) {
	case int:
		if value >= 0 {
			return min(value, days), nil
		}
	case string:
		percent, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(value), "%"), 64)
		if err == nil && strings.HasSuffix(strings.TrimSpace(value), "%") && percent >= 0 && percent < 100 {
			return int(math.Ceil(float64(days) * percent / 100)), nil
		}
	}
	return 0, unsaidDays(path, raw)
}

// daysBetween reads the first and the last of some days.
func (s *Study) daysBetween(path string, list []any) (first, end int, err error) {
	if len(list) != 2 {
		return 0, 0, unsaidDays(path, list)
	}
	if first, err = s.dayNamed(path, list[0], false); err != nil {
		return 0, 0, err
	}
	last, err := s.dayNamed(path, list[1], true)
	if err != nil {
		return 0, 0, err
	}
	if last < first {
		return 0, 0, fault.New(path, "the last, %s, is before the first, %s", s.Days.List[last].Name, s.Days.List[first].Name)
	}
	return first, last + 1, nil
}

func unsaidDays(path string, raw any) error {
	return fault.New(path, "%v does not say which days: write 20%%, a number of days, or the first and the last of them, as in [2024-11-01, 2024-12-31]", raw)
}

// The keys of the training days of a signal, which are not traded.
const (
	learnedPath    = "signal.days"
	learnedEmbargo = "signal.embargo_days"
)

// readLearnedDays reads the training days of a signal, and returns the first day that is traded.
func (s *Study) readLearnedDays() (base int, err error) {
	raw, given := s.document.get(learnedPath)
	gap, kept := s.document.get(learnedEmbargo)
	switch list, ok := raw.([]any); {
	case !given && kept:
		return 0, fault.New(learnedEmbargo, "has no effect: the study does not say by signal.days which days a signal is learned from")
	case !given:
		return 0, nil
	case ok:
		s.learned.first, s.learned.end, err = s.daysBetween(learnedPath, list)
	default:
		s.learned.end, err = countOfDays(learnedPath, raw, len(s.Days.List))
	}
	if err != nil {
		return 0, err
	}
	base = s.learned.end
	if kept {
		embargo, err := grid.ParseInteger(learnedEmbargo, gap)
		if err != nil {
			return 0, err
		}
		if embargo < 0 || embargo > int64(len(s.Days.List)) {
			return 0, fault.New(learnedEmbargo, "%d is not a number of days from 0 to %d", embargo, len(s.Days.List))
		}
		base += int(embargo)
	}
	if s.learned.end == 0 || base >= len(s.Days.List) {
		return 0, fault.New(learnedPath, "%s to learn from, of %d: some are needed, and some to trade", text.Count(s.learned.end, s.Unit()), len(s.Days.List))
	}
	return base, nil
}

// LearnedDays returns the indexes of the training days of a signal: by default the days of the selection.
func (s *Study) LearnedDays() (first, end int) {
	if s.learned.end > 0 {
		return s.learned.first, s.learned.end
	}
	return s.SelectedDays()
}

// DaysAfter counts the days that are neither of the selection nor of the holdout, after both or between them.
func (s *Study) DaysAfter() int {
	first, _ := s.SelectedDays()
	return len(s.Days.List) - first - s.Units() - s.Embargo - s.HoldoutUnits()
}

// dayNamed returns the index of a day: of its name, or the first that is not before a date, or
// the last that is not after it.
func (s *Study) dayNamed(path string, raw any, last bool) (int, error) {
	name := fmt.Sprint(raw)
	if at, ok := raw.(time.Time); ok {
		name = at.Format(time.DateOnly)
	}
	found := -1
	_, err := time.Parse(time.DateOnly, name)
	for i, day := range s.Days.List {
		switch {
		case day.Name == name:
			return i, nil
		case err != nil || day.First == 0:
		case !last && day.Name > name && found < 0, last && day.Name < name:
			found = i
		}
	}
	if found < 0 {
		return 0, fault.New(path, "%s is not one of the days, which are %s to %s", name, s.Days.List[0].Name, s.Days.List[len(s.Days.List)-1].Name)
	}
	return found, nil
}

// holdoutDaysNotation writes which days selection never sees.
func (s *Study) holdoutDaysNotation() any {
	if s.Holdout == nil {
		return 0
	}
	first, last := int(s.Holdout.At(0).Market), int(s.Holdout.At(s.Holdout.Len()-1).Market)
	return []any{s.Days.List[first].Name, s.Days.List[last].Name}
}

// SelectedDays returns the indexes of the days that the best point is picked by.
func (s *Study) SelectedDays() (first, end int) {
	if !s.OverDays() {
		return 0, 1
	}
	first = int(s.Seeds.At(0).Market)
	return first, first + s.Units()
}

// DayNames lists the days that replicates are on.
func (s *Study) DayNames(seeds *grid.Seeds) []string {
	var names []string
	for unit := range units(seeds) {
		names = append(names, s.Days.List[seeds.At(unit*seeds.PerHistory()).Market].Name)
	}
	return names
}

// readWalkForward reads the windows of a walk-forward over the days that the best point is
// picked by.
func (s *Study) readWalkForward() error {
	const path = "search.walk_forward"
	if train, _ := s.document.get(path + ".train"); !s.document.has(path) || train == 0 || train == "0d" {
		return nil
	}
	if s.document.has("search.halving") {
		return fault.New(path, "a walk-forward needs every point on every day, and halving leaves some out: keep one")
	}
	if !s.OverDays() {
		return fault.New(path, "there is one history: a walk-forward picks on some days and trades the next")
	}
	if s.Grid.Points() < 2 {
		return fault.New(path, "there is one point: nothing to pick")
	}
	w := &verdict.Windows{Gap: s.Embargo}
	for _, key := range []struct {
		name  string
		to    *int
		least int
	}{{"train", &w.Train, 1}, {"test", &w.Test, 1}, {"step", &w.Step, 1}, {"gap", &w.Gap, 0}} {
		raw, ok := s.document.get(path + "." + key.name)
		switch {
		case !ok && key.name == "step":
			w.Step = w.Test
			continue
		case !ok && key.name == "gap":
			continue
		case !ok:
			return fault.New(path, "%s is missing: write {train: 60d, test: 20d}", key.name)
		}
		days, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(fmt.Sprint(raw)), "d"))
		if err != nil || days < key.least {
			return fault.New(path+"."+key.name, "%v is not a number of days of at least %d: write it as 20d", raw, key.least)
		}
		*key.to = days
	}
	var err error
	if w.Anchored, err = s.flag(path+".anchored", false); err != nil {
		return err
	}
	if _, _, err := w.Folds(s.Units(), 0); err != nil {
		return fault.New(path, "%v: train %d, gap %d and test %d of %s that the picking may see", err, w.Train, w.Gap, w.Test, text.Count(s.Units(), s.Unit()))
	}
	s.Walk = w
	return nil
}

func (s *Study) walkNotation() map[string]any {
	w := s.Walk
	return map[string]any{"train": fmt.Sprintf("%dd", w.Train), "test": fmt.Sprintf("%dd", w.Test), "step": fmt.Sprintf("%dd", w.Step), "gap": fmt.Sprintf("%dd", w.Gap), "anchored": w.Anchored}
}
