package main

import (
	"strings"
	"testing"
	"time"
)

// A log has a line soon after the start and seldom in a long night, each with the time, and the leader
// with the number of its seeds.
func TestLinesOfALog(t *testing.T) {
	var log strings.Builder
	now := time.Date(2026, 11, 27, 22, 0, 0, 0, time.UTC)
	l := &lines{to: &log, every: firstLine, now: func() time.Time { return now }}
	const runs, seconds = 36_000, 10 * 3600
	l.Start("36000 runs", runs, 0)
	for range seconds {
		now = now.Add(time.Second)
		l.Chunk(1, 0, "7 of 20 seeds: net_pnl 1 at skew 0")
	}
	written := strings.Split(strings.TrimSpace(log.String()), "\n")
	if n := len(written); n < seconds/300 || n > seconds/300+10 {
		t.Errorf("%d lines in ten hours", n)
	}
	for i, line := range written {
		at, err := time.Parse("2006-01-02 15:04:05", line[:19])
		if err != nil {
			t.Fatalf("line %d: %v", i, err)
		}
		if i > 0 && (!strings.Contains(line, "leader so far, 7 of 20 seeds") || !strings.Contains(line, "% ") && !strings.Contains(line, "%, ")) {
			t.Errorf("line %q", line)
		}
		if i == 1 && at.Sub(now.Add(-seconds*time.Second)) > firstLine+time.Second {
			t.Errorf("the first line comes at %s", at)
		}
	}
}
