package models

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"optmm/engine/signal"
)

// at is a time of a January of 2024, which begins with a Monday.
func at(day, hour int) int64 { return time.Date(2024, 1, day, hour, 0, 0, 0, time.UTC).Unix() }

func day(d int) History {
	return History{Name: time.Date(2024, 1, d, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), First: at(d, 14), Last: at(d, 21)}
}

// A history was seen where it has the same seed, or some of the same time or prices, or the name of the same date.
func TestSeenHas(t *testing.T) {
	days := Seen{Market: Recorded, Histories: []History{day(2), day(3), day(5)}}
	embargoed := days
	embargoed.Embargo = 2
	renamed := day(3)
	renamed.Name = "quotes"
	overlap := History{Name: "all", First: at(4, 0), Last: at(5, 15)}
	shifted := day(3)
	shifted.First, shifted.Last = at(20, 1), at(20, 8)
	sketch := []uint64{3, 5, 9, 11, 13, 15, 17, 19}
	priced, clocked := Seen{Market: Recorded, Histories: []History{{Name: "a", Sketch: sketch}}}, Seen{Market: Recorded, Histories: []History{{Name: "a", First: at(3, 14), Last: at(3, 21), Sketch: sketch}}}
	for _, c := range []struct {
		seen   Seen
		market string
		h      History
		want   string
	}{
		{Seen{Market: Synthetic, Histories: []History{{Name: "7"}}}, Synthetic, History{Name: "7"}, "was trained on it"},
		{Seen{Market: Synthetic, Histories: []History{{Name: "7"}}}, Synthetic, History{Name: "8"}, ""},
		{Seen{Market: Synthetic, Histories: []History{{Name: "2024-01-03"}}}, Recorded, day(3), ""},
		{days, Recorded, day(3), "was trained on it"}, {days, Recorded, shifted, "was trained on it"}, {days, Recorded, day(4), ""}, {days, Recorded, day(8), ""},
		{days, Recorded, renamed, "was trained on 2024-01-03, which is some of the same time"},
		{days, Recorded, overlap, "was trained on 2024-01-05, which is some of the same time"},
		{embargoed, Recorded, day(8), "keeps away from 2 sessions after its last"},
		{embargoed, Recorded, day(9), "keeps away from 2 sessions after its last"}, // Monday alone is between
		{embargoed, Recorded, day(10), ""}, {embargoed, Recorded, day(1), ""},
		{priced, Recorded, History{Name: "b", Sketch: []uint64{3, 5, 9, 11, 20, 21, 22, 23, 24}}, "was trained on a, which has the same prices"},
		{priced, Recorded, History{Name: "b", First: at(1, 1), Last: at(1, 2), Sketch: []uint64{5, 9}}, "was trained on a, which has the same prices"}, // a piece of it
		{priced, Recorded, History{Name: "b", Sketch: []uint64{5, 9, 20, 21, 22, 23}}, ""},                                                             // by chance
		{clocked, Recorded, History{Name: "b", First: at(4, 3), Last: at(4, 10), Sketch: sketch}, "was trained on a, which has the same prices"},       // another zone
		{clocked, Recorded, History{Name: "b", First: at(9, 14), Last: at(9, 21), Sketch: sketch}, ""},                                                 // another week
		{priced, Recorded, History{Name: "a"}, "was trained on it"},                                                                                    // without a clock nothing tells them apart
		{Seen{Market: Recorded, Histories: []History{{Name: "a", First: 1, Last: 2}}}, Recorded, History{Name: "a", First: 5, Last: 6}, ""},
	} {
		if how, has := c.seen.has(c.market, &c.h, func(after int64) int { return Weekdays(after, c.h.First) }); how != c.want || has != (c.want != "") {
			t.Errorf("%+v of %+v: %q %v, want %q", c.h, c.seen, how, has, c.want)
		}
	}
}

// A day is scored by the latest model that ends before it; one that was trained on later days is the last resort, and
// one that has seen the day is none.
func TestLatestModelScores(t *testing.T) {
	model := func(name string, days ...int) *Model {
		seen := Seen{Market: Recorded}
		for _, d := range days {
			seen.Histories = append(seen.Histories, day(d))
		}
		return &Model{Path: name, About: &About{Seen: seen}}
	}
	early, late, after := model("early", 2, 3), model("late", 2, 3, 4), model("after", 11, 12)
	set := &Set{Models: []*Model{early, late, after}}
	for d, want := range map[int]*Model{4: early, 5: late, 8: late, 15: after, 1: early, 3: after} {
		h := day(d)
		if got, err := set.For(Recorded, &h, nil); err != nil || got != want {
			t.Errorf("day %d: %v, %v, want %v", d, got, err, want.Path)
		}
		if got, want := want.Foresees(&h), d == 1 || d == 3; got != want {
			t.Errorf("day %d is foreseen: %v", d, got)
		}
	}
	set.Models = []*Model{early, late}
	h := day(3)
	if got, err := set.For(Recorded, &h, nil); got != nil || err == nil || !strings.Contains(err.Error(), "early was trained on it") {
		t.Errorf("%v, %v", got, err)
	}
	set.InSample = true
	if got, err := set.For(Recorded, &h, nil); got != late || err != nil {
		t.Errorf("in sample: %v, %v", got, err)
	}
}

// Spreads are of what is known, and of a constant exactly nothing.
func TestSpreadOf(t *testing.T) {
	nan := 0.0
	nan /= nan
	if s := SpreadOf([]float64{1, nan, 3}); s != (Spread{Center: 2, Scale: 1, Low: 1, High: 3}) {
		t.Errorf("%+v", s)
	}
	if s := SpreadOf([]float64{0.1, 0.1, 0.1}); s != (Spread{Center: 0.1, Low: 0.1, High: 0.1}) {
		t.Errorf("%+v", s)
	}
	if s := SpreadOf([]float64{nan}); s != (Spread{}) {
		t.Errorf("%+v", s)
	}
}

// small is a linear model.
func small() *Linear {
	c, _ := signal.Choose("return_5")
	features := Describe([]signal.Chosen{c})
	return &Linear{Format: LinearFormat, Mean: []float64{0}, Scale: []float64{1}, Coefficients: []float64{2},
		About: About{Label: 5, Features: features, Hash: HashOf(features), Seen: Seen{Market: Synthetic, Histories: []History{{Name: "1"}}, Score: Spread{Scale: 1}}}}
}

// A model that does not say what it has seen, or by what its scores are scaled, is refused.
func TestSeenIsChecked(t *testing.T) {
	for want, change := range map[string]func(*Linear){
		"seen.market is \"\"": func(l *Linear) { l.Seen.Market = "" }, "seen.histories is empty": func(l *Linear) { l.Seen.Histories = nil }, "seen.embargo_sessions is -1": func(l *Linear) { l.Seen.Embargo = -1 },
		"scores are divided by it": func(l *Linear) { l.Seen.Score.Scale = 0 }, "seen.features are 2": func(l *Linear) { l.Seen.Features = make([]Spread, 2) }, "ends before it begins": func(l *Linear) { l.Seen.Histories[0].First = 1 }, "models_tried is -1": func(l *Linear) { l.Seen.Tried = -1 }, "label_minutes is 0": func(l *Linear) { l.Label = 0 },
		"is not in order": func(l *Linear) { l.Seen.Histories[0].Sketch = []uint64{2, 1} }, "the standard deviation -1": func(l *Linear) { l.Seen.Features = []Spread{{Scale: -1}} },
	} {
		l := small()
		change(l)
		content, err := l.Content()
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "model.json")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// No text of a linear model, or of what a model has seen, makes the reader fail otherwise than by an error.
func FuzzLinear(f *testing.F) {
	content, err := small().Content()
	if err != nil {
		f.Fatal(err)
	}
	about, err := json.Marshal(small().About)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(content, about)
	f.Add([]byte("{}"), []byte("[]"))
	f.Fuzz(func(t *testing.T, linear, seen []byte) {
		if m, err := readLinear(linear); err == nil {
			if _, err := m.traded(); err != nil {
				t.Errorf("a model that can be read cannot be traded: %v", err)
			}
			into := make([]float64, 1)
			columns := make([][]float64, len(m.Features))
			for k := range columns {
				columns[k] = []float64{1}
			}
			m.Scorer()(columns, into)
		}
		readAbout(seen, []string{"return_5"})
	})
}
