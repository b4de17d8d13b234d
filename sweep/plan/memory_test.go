package plan

import (
	"testing"

	"optmm/sweep/spec/spectest"
)

// A study that needs more memory than there is is refused, unless nobody knows how much
// there is; no more workers are counted than have something to do.
func TestMemory(t *testing.T) {
	study := New(spectest.Small(t))
	if most := study.Workers(1 << 20); most != study.ChunkCount() {
		t.Errorf("%d workers for %d chunks", most, study.ChunkCount())
	}
	if study.Workers(0) != 1 || study.Memory(1<<20) != study.Memory(study.ChunkCount()) {
		t.Errorf("%d workers; a million take %d bytes, %d take %d", study.Workers(0), study.Memory(1<<20), study.ChunkCount(), study.Memory(study.ChunkCount()))
	}
	if one, two := study.Memory(1), study.Memory(2); one >= two {
		t.Errorf("one worker takes %d bytes, two %d", one, two)
	}
	const minutes = "market.synthetic.minutes=1000000"
	memory := func(set ...string) float64 {
		return float64(New(spectest.Small(t, append(set, "market.synthetic.expiry_sessions=30000")...)).Memory(2))
	}
	if few, many := memory(minutes, "seeds.count=1"), memory(minutes, "seeds.count=6"); many-few < 1e6*bytesOfMarketMinute {
		t.Errorf("a million minutes take %v bytes under one seed, %v under six", few, many)
	}
	if none, all := memory(minutes, "output.timeseries=none"), memory(minutes, "output.timeseries=all"); all-none != 2*1e6*bytesOfStoredMinute {
		t.Errorf("without time series %v bytes, with them %v", none, all)
	}
	long10 := memory("market.synthetic.minutes=10000000") - bytesOfProgram
	if ratio := long10 / (memory(minutes) - bytesOfProgram); ratio < 9.9 || ratio > 10.1 {
		t.Errorf("ten times the minutes take %v times the memory", ratio)
	}
}
