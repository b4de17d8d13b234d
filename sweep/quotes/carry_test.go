package quotes

import (
	"encoding/csv"
	"math"
	"os"
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
	file, err := os.Open("../../testdata/cadence/dropped_unchanged_canonical.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
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
