package store

import (
	"slices"
	"testing"
	"time"
)

// Times are read to their last digit, and times of day as such.
func TestTimesToTheirLastDigit(t *testing.T) {
	type row struct {
		Stamp int64 `parquet:"stamp,timestamp(nanosecond:utc)"`
		Local int64 `parquet:"local,timestamp(microsecond:local)"`
		Of    int64 `parquet:"of,time(microsecond)"`
		Short int32 `parquet:"short,time(millisecond)"`
	}
	at := time.Date(2024, 11, 1, 10, 0, 0, 250_000_001, time.UTC)
	day := 10*time.Hour + 250*time.Millisecond
	read := openParquet(t, []row{{at.UnixNano(), at.UnixMicro(), day.Microseconds(), int32(day.Milliseconds())}})
	names, err := read.Read()
	if err != nil {
		t.Fatal(err)
	}
	names = slices.Clone(names)
	cells, err := read.Read()
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range names {
		if want := map[string]string{"stamp": "2024-11-01T10:00:00.250000001Z", "local": "2024-11-01T10:00:00.25", "of": "10:00:00.25", "short": "10:00:00.25"}[name]; cells[i] != want {
			t.Errorf("%s is %s, want %s", name, cells[i], want)
		}
	}
}
