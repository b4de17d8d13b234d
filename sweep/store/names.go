package store

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
)

// Where the files of a study are below its folder.

// ChunkName is where the rows of a committed chunk are.
func ChunkName(chunk int) string {
	return filepath.Join("chunks", fmt.Sprintf("%06d.parquet", chunk))
}

// RunName is where the time series of a run is below the study's folder:
// a thousand files a folder.
func RunName(run int) string {
	return filepath.Join("runs", fmt.Sprintf("%03d", run/1000), fmt.Sprintf("%06d.parquet", run))
}

// PackedName is where the time series of a chunk's runs are together.
func PackedName(chunk int) string {
	return filepath.Join("runs", fmt.Sprintf("part-%06d.parquet", chunk))
}

// OptionsName is where the options of a run on a chain are, minute by minute: a tree
// of their own, so that one pattern names files of one schema.
func OptionsName(run int) string {
	return filepath.Join("options", fmt.Sprintf("%03d", run/1000), fmt.Sprintf("%06d.parquet", run))
}

// SeriesName is where the time series of a run is, or of a chunk of a packed study.
func SeriesName(packed bool, number int) string {
	if packed {
		return PackedName(number)
	}
	return RunName(number)
}

// Number returns the number of the run or chunk whose file a name may be, −1 if of none.
func Number(name string) int {
	if number, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(filepath.Base(name), "part-"), ".parquet")); err == nil {
		return number
	}
	return -1
}

// Which runs leave their time series: output.timeseries of a study.
const (
	KeepAll  = "all"
	KeepBest = "best" // those of the best point and of the baseline
	KeepNone = "none"
)

// The points that have figures, each in a folder of its own.
const (
	Best     = "best"
	Baseline = "baseline"
)

// BestAndBaseline lists the points that have figures.
func BestAndBaseline() []string { return []string{Best, Baseline} }

// FigureFolder is where the figures of one of the Roles are.
func FigureFolder(role string) string { return filepath.Join("figures", role) }
