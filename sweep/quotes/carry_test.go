package quotes

import (
	"math"
	"testing"
	"time"

	"optmm/engine/market"
	"optmm/engine/market/recorded"
)

// A feed that leaves out what did not change has every minute of its sessions when it is
// carried on: each the last row at or before it, never over the night, and as old as that row
// is by the clock. What its minutes must be was found by another program; a session begins
// with its first row, and ends with its last.
func TestQuotesAreCarried(t *testing.T) {
	request, err := NewRequest(map[string]any{"files": "../../testdata/cadence/dropped_unchanged.csv", "carry": "session"})
	if err != nil {
		t.Fatal(err)
	}
	data, err := Read(request)
	if err != nil {
		t.Fatal(err)
	}
	chain, ok := data.(*recorded.Chain)
	if !ok {
		t.Fatalf("a carried feed is a %T", data)
	}
	rows := rowsOf(t, "../../testdata/cadence/dropped_unchanged_canonical.csv")
	places := map[int64]int{}
	for i, at := range chain.Timestamps {
		places[at] = i
	}
	missing, stale, beyond := 0, 0, 0
	for _, row := range rows[1:] {
		at, err := time.Parse(time.RFC3339, row[0])
		if err != nil {
			t.Fatal(err)
		}
		i, ok := places[at.Unix()]
		switch {
		case row[1] == "":
			if missing++; ok {
				t.Errorf("%s is there before its session begins", row[0])
			}
			continue
		case !ok:
			beyond++
			continue
		}
		call, put := &chain.Options[0], &chain.Options[1]
		got := []float64{chain.Expiries[0].Underlying[i], call.Bid[i], call.Ask[i], put.Bid[i], put.Ask[i], float64(at.Unix() - call.Seen[i])}
		for k, cell := range row[1:7] {
			if want := number(t, cell); math.Abs(got[k]-want) > 1e-9 {
				t.Errorf("%s: %v, want %v", row[0], got, row[1:7])
				break
			}
		}
		if row[7] != "" {
			stale++
		}
	}
	if n := chain.Check(recorded.CheckSettings{StaleMinutes: 10}).States[market.Stale]; n != 2*stale || stale == 0 {
		t.Errorf("%d option-minutes are stale, want %d", n, 2*stale)
	}
	if missing != 5 || beyond != 14 {
		t.Errorf("%d minutes are before their session's first row and %d after its last, want 5 and 14", missing, beyond)
	}
}

// A path every ten seconds, and the same every minute, have the minutes that another program
// found.
func TestMinutesAreCanonical(t *testing.T) {
	const folder = "../../testdata/cadence/"
	rows := rowsOf(t, folder+"canonical_1min.csv.gz")
	for name, minutes := range map[string]int{"path_10s_day1.csv.gz": 391, "path_1min.csv.gz": 782} {
		chain, err := ReadChain(OfFile(folder + name))
		if err != nil {
			t.Fatal(err)
		}
		if len(chain.Timestamps) != minutes || chain.StepMinutes() != 1 {
			t.Fatalf("%s: %d entries of %d minutes", name, len(chain.Timestamps), chain.StepMinutes())
		}
		for i, at := range chain.Timestamps {
			row, call, put := rows[1+i], &chain.Options[0], &chain.Options[1]
			got := []float64{chain.Expiries[0].Underlying[i], call.Bid[i], call.Ask[i], put.Bid[i], put.Ask[i]}
			for k, x := range got {
				if time.Unix(at, 0).UTC().Format(time.RFC3339) != row[0] || x != number(t, row[1+k]) {
					t.Fatalf("%s: %v at %v, want %v", name, got, time.Unix(at, 0).UTC(), row)
				}
			}
		}
	}
}

// The volatility of a path is by the clock, whatever its rows are apart.
func TestRealizedVolatility(t *testing.T) {
	const folder = "../../testdata/cadence/"
	want := map[string]float64{}
	for _, row := range rowsOf(t, folder+"volatility.csv")[1:] {
		want[row[0]] = number(t, row[3])
	}
	for name, cadence := range map[string]string{"path_1min.csv.gz": "1min", "path_5min.csv.gz": "5min", "path_1h.csv": "1h"} {
		chain, err := ReadChain(OfFile(folder + name))
		if err != nil {
			t.Fatal(err)
		}
		if got := chain.Check(recorded.CheckSettings{}).Expiries[0].RealizedVol; math.Abs(got/want[cadence]-1) > 1e-12 {
			t.Errorf("%s: %v, want %v", name, got, want[cadence])
		}
	}
}
