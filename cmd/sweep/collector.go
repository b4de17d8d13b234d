package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"

	"optmm/sweep/execute"
)

// headroom is how much garbage may gather before it is collected, in bytes. Where more
// than that is in use, as much again may, which is Go's own rule.
const headroom = 64 << 20

// mostPercent bounds how far memory may grow before the pace is set again, as it is
// after each collection, when more may be in use than before.
const mostPercent = 1000

// limitMemory has the collector work harder before the memory that there is is used up,
// rather than the program killed. A GOMEMLIMIT that the user sets is kept.
func limitMemory() {
	if limit, known := execute.MemoryLimit(); known {
		debug.SetMemoryLimit(limit / 10 * 9)
	}
}

// paceCollector collects garbage less often while little memory is in use, when the
// rule of as much again has it done every few milliseconds. Who sets GOGC keeps what
// it says.
func paceCollector() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	type sentinel struct{ _ [16]byte }
	var pace func(*sentinel)
	pace = func(s *sentinel) { // is collected, and called, in every cycle
		metrics.Read(live)
		inUse := max(live[0].Value.Uint64(), 1<<20)
		debug.SetGCPercent(int(min(max(100, 100*headroom/inUse), mostPercent)))
		runtime.SetFinalizer(s, pace)
	}
	pace(&sentinel{})
}
