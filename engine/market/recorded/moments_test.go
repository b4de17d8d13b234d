package recorded

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"optmm/engine/market"
)

func quoted(at time.Time, strike int, bid float64) string {
	return fmt.Sprintf("%s,100,%d,2024-07-19,%v,%v,%v,%v\n", at.Format(time.RFC3339Nano), strike, bid, bid+1, bid, bid+1)
}

func opening() time.Time { return time.Date(2024, 7, 1, 13, 30, 0, 0, time.UTC) }

func chainOf(t *testing.T, rows string) *Chain {
	t.Helper()
	chain, err := readChain(NewCSV(strings.NewReader(chainHeader+rows)), Layout{})
	if err != nil {
		t.Fatal(err)
	}
	return chain
}

// A feed that is finer than a minute has the minutes' last quotes at or before their ends,
// read as a chain or as one series.
func TestFeedsAreResampled(t *testing.T) {
	for _, step := range []time.Duration{250 * time.Millisecond, 10 * time.Second, 45 * time.Second} {
		var rows, one strings.Builder
		var ends []int64
		want := map[int64]float64{}
		last := 0.0
		for i := range int(5*time.Minute/step) + 1 {
			at := opening().Add(time.Duration(i) * step)
			last = float64(1024+i) / 1024
			for _, strike := range []int{95, 100, 105} {
				rows.WriteString(quoted(at, strike, last))
			}
			one.WriteString(quoted(at, 95, last))
			end := at.Truncate(time.Minute)
			if end != at {
				end = end.Add(time.Minute)
			}
			if len(ends) == 0 || ends[len(ends)-1] != end.Unix() {
				ends = append(ends, end.Unix())
			}
			want[end.Unix()] = last
		}
		chain := chainOf(t, rows.String())
		series, err := ReadSeries(NewCSV(strings.NewReader(chainHeader+one.String())), Layout{})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(chain.Timestamps, ends) || !slices.Equal(series.timestamps, ends) {
			t.Fatalf("%v: minutes %v and %v, want %v", step, chain.Timestamps, series.timestamps, ends)
		}
		for i, end := range ends {
			for _, option := range chain.Options {
				if option.Bid[i] != want[end] {
					t.Errorf("%v: bid %v of strike %v at %v, want %v", step, option.Bid[i], option.Strike, end, want[end])
				}
			}
			if series.mid[i] != want[end]+0.5 {
				t.Errorf("%v: mid %v at %v, want %v", step, series.mid[i], end, want[end]+0.5)
			}
		}
	}
}

// The rows of a snapshot are of one minute, whatever their seconds; what it lacks is missing.
func TestSnapshotsAreMinutes(t *testing.T) {
	for _, first := range []int{0, 3} {
		var rows strings.Builder
		for minute := range 4 {
			for i, strike := range []int{95, 100, 105} {
				if minute == 2 && strike == 95 || minute == 1 && strike != 95 { // which begins on the minute, alone
					continue
				}
				rows.WriteString(quoted(opening().Add(time.Duration(minute)*time.Minute+time.Duration(first+7*i)*time.Second), strike, float64(minute+1)))
			}
		}
		chain := chainOf(t, rows.String())
		var want []int64
		for minute := range 4 {
			want = append(want, opening().Unix()+int64(60*(minute+1)))
		}
		if !slices.Equal(chain.Timestamps, want) {
			t.Fatalf("minutes %v, want %v", chain.Timestamps, want)
		}
		check := chain.Check(CheckSettings{})
		if check.States[market.Missing] != 6 || check.States[market.Quoted]+check.States[market.Impossible] != 4*6-6 {
			t.Errorf("states %v", check.States)
		}
	}
}

// Rows that are a minute apart or more keep their times.
func TestMinutesKeepTheirSeconds(t *testing.T) {
	var rows strings.Builder
	var want []int64
	for minute := range 3 {
		at := opening().Add(time.Duration(minute)*time.Minute + 17*time.Second)
		rows.WriteString(quoted(at, 95, 1) + quoted(at, 100, 1))
		want = append(want, at.Unix())
	}
	if chain := chainOf(t, rows.String()); !slices.Equal(chain.Timestamps, want) || chain.Moments != 3 {
		t.Errorf("times %v, want %v", chain.Timestamps, want)
	}
}

// The same quote twice at one moment stays an error, in whatever order the rows are.
func TestMomentsAreOrderedWithinASecond(t *testing.T) {
	half := opening().Add(500 * time.Millisecond)
	for rows, want := range map[string]string{
		quoted(half, 95, 1) + quoted(half, 95, 2):                            "duplicate quote of the call 95",
		quoted(half, 95, 1) + quoted(opening(), 95, 2) + quoted(half, 95, 3): "the call 95 of 2024-07-19 has several quotes at 2024-07-01T13:30:00.5Z",
	} {
		if _, err := readChain(NewCSV(strings.NewReader(chainHeader+rows)), Layout{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	if chain := chainOf(t, quoted(half, 95, 2)+quoted(half.Add(time.Millisecond), 95, 3)+quoted(opening(), 95, 1)); !chain.Sorted || len(chain.Timestamps) != 2 || chain.Options[0].Bid[1] != 3 {
		t.Errorf("times %v, bids %v", chain.Timestamps, chain.Options[0].Bid)
	}
}

// Whatever the rows, minutes rise, and no row is known before it was written.
func TestMinutesOfMixedFiles(t *testing.T) {
	every := func(step time.Duration, from, to time.Duration) (moments []time.Duration) {
		for at := from; at <= to; at += step {
			moments = append(moments, at)
		}
		return moments
	}
	minute := time.Minute
	for name, c := range map[string]struct {
		moments []time.Duration // of one option
		late    time.Duration   // of another, once
		want    map[time.Duration]int
	}{
		"minutes, then a feed":          {append(every(minute, 0, 4*minute), every(10*time.Second, 4*minute+10*time.Second, 6*minute)...), 0, map[time.Duration]int{0: 0, 4 * minute: 4, 5 * minute: 10, 6 * minute: 16}},
		"minutes and one more row":      {[]time.Duration{0, minute, 2 * minute, 2*minute + 30*time.Second, 3 * minute}, 0, map[time.Duration]int{0: 0, 2 * minute: 2, 3 * minute: 4}},
		"a feed that begins at half":    {every(30*time.Second, 30*time.Second, 3*minute), 0, map[time.Duration]int{minute: 1, 2 * minute: 3, 3 * minute: 5}},
		"halves, one pair together":     {[]time.Duration{0, 30 * time.Second, 90 * time.Second, 150 * time.Second}, 0, map[time.Duration]int{0: 0, minute: 1, 2 * minute: 2, 3 * minute: 3}},
		"minutes, one row of them late": {every(minute, 0, 5*minute), 2*minute + 3*time.Second, map[time.Duration]int{0: 0, 2 * minute: 2, 3 * minute: 3, 5 * minute: 5}},
	} {
		var rows strings.Builder
		row := func(at time.Duration, strike int, bid float64) {
			rows.WriteString(quoted(opening().Add(at), strike, bid))
		}
		for i, at := range c.moments {
			row(at, 95, float64(i+1))
			if at == c.late.Truncate(minute) && c.late > 0 {
				row(c.late, 100, 1)
			} else {
				row(at, 100, 1)
			}
		}
		chain := chainOf(t, rows.String())
		for i := 1; i < len(chain.Timestamps); i++ {
			if chain.Timestamps[i] <= chain.Timestamps[i-1] {
				t.Errorf("%s: times %v do not rise", name, chain.Timestamps)
			}
		}
		for end, place := range c.want {
			i, there := slices.BinarySearch(chain.Timestamps, opening().Add(end).Unix())
			if !there || chain.Options[0].Bid[i] != float64(place+1) {
				t.Errorf("%s: %v has bids %v at %v, want row %d at %v", name, chain.Timestamps, chain.Options[0].Bid, chain.Timestamps, place, end)
			}
		}
	}
}

// A snapshot that is written over a mark of the clock is one all the same.
func TestSnapshotsOverAMark(t *testing.T) {
	for _, every := range []time.Duration{time.Minute, 5 * time.Minute} {
		var rows strings.Builder
		for i := range 4 {
			for k, strike := range []int{95, 100, 105} {
				rows.WriteString(quoted(opening().Add(time.Duration(i)*every+57*time.Second+time.Duration(2*k)*time.Second), strike, float64(i+1)))
			}
		}
		chain := chainOf(t, rows.String())
		if want := opening().Add(2 * time.Minute).Unix(); len(chain.Timestamps) != 4 || chain.Timestamps[0] != want || chain.StepMinutes() != int(every/time.Minute) {
			t.Fatalf("times %v, want 4 from %v on", chain.Timestamps, want)
		}
		for _, option := range chain.Options {
			for i, bid := range option.Bid {
				if bid != float64(i+1) {
					t.Errorf("every %v: bids of %v are %v", every, option.Strike, option.Bid)
				}
			}
		}
	}
}

// A row that comes some seconds late leaves the others at their marks.
func TestALateRowMovesNoOther(t *testing.T) {
	var rows strings.Builder
	for i := range 6 {
		at := opening().Add(time.Duration(i) * 5 * time.Minute)
		rows.WriteString(quoted(at, 95, 1))
		if i == 3 {
			at = at.Add(2 * time.Second)
		}
		rows.WriteString(quoted(at, 100, 1))
	}
	if chain := chainOf(t, rows.String()); chain.Timestamps[0] != opening().Unix() || chain.Timestamps[5] != opening().Add(25*time.Minute).Unix() {
		t.Errorf("times %v", chain.Timestamps)
	}
}
