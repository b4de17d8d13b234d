package spec

import (
	"fmt"
	"strings"
	"testing"

	"optmm/sweep/quotes"
	"optmm/sweep/verdict"
)

// onDays reads a study over as many days.
func onDays(days int, more string, overrides ...string) (*Study, error) {
	var list []quotes.Day
	for i := range days {
		list = append(list, quotes.Day{Name: fmt.Sprintf("2024-03-%02d", i+1), First: int64(1_709_300_000 + 86_400*i), Minutes: 390, Options: 4})
	}
	content := `
market: {recorded: {files: quotes.csv}}
engine: {quote_model: shift, fill_model: exponential, arrival_rate: 1, intensity_decay: 1}
grid: {inventory_skew: [0, 0.1, 0.2]}
seeds: {first: 1, count: 3}
` + more
	return Parse("days.yaml", []byte(content), overrides, Reader{Quotes: func(*quotes.Request) (*quotes.Days, error) { return quotes.Listed(list, true, false), nil }})
}

// Which days the picking never sees: the last fifth, as many as an interval takes, of ten and
// more; or those that are named. The days after them are not used either.
func TestHoldoutDays(t *testing.T) {
	for _, c := range []struct {
		days              int
		verdict           string
		picked            int
		first, last       string
		embargo, holdouts int
	}{
		{4, "", 4, "", "", 0, 0},
		{9, "", 9, "", "", 0, 0},
		{10, "", 5, "2024-03-06", "2024-03-10", 0, 5},
		{30, "", 24, "2024-03-25", "2024-03-30", 0, 6},
		{30, "{holdout_days: 0}", 30, "", "", 0, 0},
		{30, "{holdout_days: 0%}", 30, "", "", 0, 0},
		{30, "{holdout_days: 34%}", 19, "2024-03-20", "2024-03-30", 0, 11},
		{30, "{holdout_days: 4, embargo_days: 2}", 24, "2024-03-27", "2024-03-30", 2, 4},
		{30, "{holdout_days: [2024-03-10, 2024-03-12], embargo_days: 1}", 8, "2024-03-10", "2024-03-12", 1, 3},
		{2, "{holdout_days: 50%}", 1, "2024-03-02", "2024-03-02", 0, 1},
	} {
		more := ""
		if c.verdict != "" {
			more = "verdict: " + c.verdict
		}
		s, err := onDays(c.days, more)
		if err != nil {
			t.Errorf("%d days, %s: %v", c.days, c.verdict, err)
			continue
		}
		if s.Units() != c.picked || s.HoldoutUnits() != c.holdouts || s.Embargo != c.embargo || s.RunsPerUnit() != 3 || s.Unit() != "day" {
			t.Errorf("%d days, %s: %d picked by, %d held out, embargo %d", c.days, c.verdict, s.Units(), s.HoldoutUnits(), s.Embargo)
		}
		if c.holdouts > 0 {
			if names := s.DayNames(s.Holdout); names[0] != c.first || names[len(names)-1] != c.last {
				t.Errorf("%d days, %s: held out are %v", c.days, c.verdict, names)
			}
		}
		resolved, err := s.ResolvedYAML([]quotes.Named{{Path: "quotes.csv", Of: quotes.OfQuotes}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		again, err := onDaysOf(c.days, string(resolved))
		if err != nil {
			t.Errorf("%d days, %s: the resolved study: %v", c.days, c.verdict, err)
			continue
		}
		_, hash, err := s.Identity()
		if _, other, failed := again.Identity(); err != nil || failed != nil || hash != other {
			t.Errorf("%d days, %s: the resolved study is another: %v, %v", c.days, c.verdict, err, failed)
		}
	}
}

// onDaysOf reads a whole study file over as many days.
func onDaysOf(days int, content string) (*Study, error) {
	plain, err := onDays(days, "")
	if err != nil {
		return nil, err
	}
	return Parse("days.yaml", []byte(content), nil, Reader{Quotes: func(*quotes.Request) (*quotes.Days, error) { return plain.Days, nil }})
}

// What days cannot be is refused with its key.
func TestDaysRefuse(t *testing.T) {
	for _, c := range []struct {
		days       int
		more, want string
	}{
		{12, "verdict: {holdout_days: 12}", "verdict.holdout_days: 12 of 12 days leave none to pick by"},
		{12, "verdict: {holdout_days: 100%}", "100% does not say which days"},
		{12, "verdict: {holdout_days: most}", "most does not say which days"},
		{12, "verdict: {holdout_days: [2024-03-05]}", "does not say which days"},
		{12, "verdict: {holdout_days: [2024-03-08, 2024-03-05]}", "the last, 2024-03-05, is before the first, 2024-03-08"},
		{12, "verdict: {holdout_days: [2024-04-01, 2024-04-05]}", "2024-04-01 is not one of the days, which are 2024-03-01 to 2024-03-12"},
		{12, "verdict: {holdout_days: [2024-03-01, 2024-03-05]}", "no day is left that the best point is picked by"},
		{12, "verdict: {holdout_days: 2, embargo_days: 10}", "10 leaves no day that the best point is picked by, of 10"},
		{12, "verdict: {holdout_days: 0, embargo_days: 1}", "there are no holdout days to keep away from"},
		{12, "verdict: {holdout_seeds: 8}", "the quotes have 12 days: say which days the picking never sees by holdout_days"},
		{1, "verdict: {holdout_days: 1}", "there is one history: say by holdout_seeds"},
		{1, "search: {walk_forward: {train: 2d, test: 1d}}", "there is one history: a walk-forward picks on some days"},
		{12, "search: {walk_forward: {test: 1d}}", "train is missing"},
		{12, "search: {walk_forward: {train: 60d, test: 20d}}", "the data are shorter than train + test"},
		{12, "search: {walk_forward: {train: 2d, test: 1d, gap: 2d}}", "no training day is left"},
		{12, "search: {walk_forward: {train: 2w, test: 1d}}", "search.walk_forward.train: 2w is not a number of days"},
		{12, "search: {walk_forward: {train: 2d, test: 1d, step: 0}}", "search.walk_forward.step: 0 is not a number of days"},
		{12, "search: {walk_forward: {train: 2d, test: 1d}, halving: {eta: 2, first: 2}}", "halving leaves some out: keep one"},
		{12, "search: {halving: {eta: 2, first: 7}}", "7 leaves nothing to halve: there are 7 days"},
	} {
		if _, err := onDays(c.days, c.more); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%d days, %s: error %v, want %q", c.days, c.more, err, c.want)
		}
	}
	if _, err := onDays(12, "", "seeds=[{market: 1, fill: 3}, {market: 2, fill: 3}]"); err == nil || !strings.Contains(err.Error(), "differ only in the market") {
		t.Errorf("seeds with the same fills: error %v", err)
	}
	if _, err := onDays(12, "", "engine.fill_model=trades"); err == nil || !strings.Contains(err.Error(), "fill_model trades needs recorded trades") {
		t.Errorf("trades without any: error %v", err)
	}
}

// A walk-forward's windows are as they are written, the step being the test and the gap the
// embargo where they are left out.
func TestWalkForwardIsRead(t *testing.T) {
	s, err := onDays(30, "search: {walk_forward: {train: 10d, test: 3, anchored: true}}\nverdict: {holdout_days: 4, embargo_days: 1}")
	if err != nil {
		t.Fatal(err)
	}
	if want := (verdict.Windows{Train: 10, Test: 3, Step: 3, Anchored: true, Gap: 1}); *s.Walk != want {
		t.Errorf("the windows are %+v, want %+v", *s.Walk, want)
	}
	if s, err = onDays(30, "search: {walk_forward: {train: 0, test: 3}}"); err != nil || s.Walk != nil {
		t.Errorf("with train 0: %v, %+v", err, s.Walk)
	}
}

// A signal is learned from the first days, or those that are named; the rest are traded, but for the embargo.
func TestLearnedDays(t *testing.T) {
	for _, c := range []struct {
		days          int
		signal        string
		first, end    int // learned from
		picked, holds int
		from          string // the first day that is traded
	}{
		{30, "{labels: [5]}", 0, 24, 24, 6, "2024-03-01"},
		{30, "{days: 10}", 0, 10, 15, 5, "2024-03-11"},
		{30, "{days: 50%}", 0, 15, 10, 5, "2024-03-16"},
		{30, "{days: 10, embargo_days: 3}", 0, 10, 12, 5, "2024-03-14"},
		{30, "{days: [2024-03-05, 2024-03-10]}", 4, 10, 15, 5, "2024-03-11"},
		{12, "{days: 6}", 0, 6, 6, 0, "2024-03-07"},
	} {
		s, err := onDays(c.days, "signal: "+c.signal)
		if err != nil {
			t.Errorf("%s: %v", c.signal, err)
			continue
		}
		first, end := s.LearnedDays()
		if first != c.first || end != c.end || s.Units() != c.picked || s.HoldoutUnits() != c.holds || s.DayNames(s.Seeds)[0] != c.from || s.DaysAfter() != 0 {
			t.Errorf("%s: learned from %d to %d, picked by %d, held out %d, traded from %s, %d after", c.signal, first, end, s.Units(), s.HoldoutUnits(), s.DayNames(s.Seeds)[0], s.DaysAfter())
		}
		resolved, err := s.ResolvedYAML([]quotes.Named{{Path: "quotes.csv", Of: quotes.OfQuotes}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		again, err := onDaysOf(c.days, string(resolved))
		if err != nil {
			t.Errorf("%s, resolved: %v", c.signal, err)
			continue
		}
		_, one, _ := s.Identity()
		if _, other, _ := again.Identity(); one != other {
			t.Errorf("%s: the resolved study is another: %s", c.signal, resolved)
		}
	}
	for signal, want := range map[string]string{
		"{days: 0}": "some are needed", "{days: 30}": "and some to trade", "{days: 29, embargo_days: 1}": "and some to trade", "{days: 2%, embargo_days: -1}": "-1 is not a number of days",
		"{embargo_days: 1}": "has no effect", "{days: soon}": "does not say which days", "{days: [2024-03-05]}": "does not say which days",
	} {
		if _, err := onDays(30, "signal: "+signal); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", signal, err, want)
		}
	}
	if _, err := onDays(30, "signal: {days: 10}\nverdict: {holdout_days: [2024-03-09, 2024-03-12]}"); err == nil || !strings.Contains(err.Error(), "a signal is learned from 2024-03-09") {
		t.Errorf("%v", err)
	}
}
