package store

import (
	"fmt"
	"path/filepath"
	"slices"
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

// marketTree is the folder of what the runs on a market share.
const marketTree = "markets"

// MarketName is where what the runs on a market share is: of a seed and, where a study sweeps
// what markets are made of, a fingerprint of the swept values.
func MarketName(seed uint32, swept string) string {
	name := strconv.FormatUint(uint64(seed), 10)
	if swept != "" {
		name += "-" + swept
	}
	return filepath.Join(marketTree, name+".parquet")
}

// MarketOptionsName is where the same of the options of a chain is.
func MarketOptionsName(marketName string) string {
	return filepath.Join(marketTree, "options", filepath.Base(marketName))
}

// MarketNameOf is the name of the market that a file, as of its options, is of.
func MarketNameOf(name string) string { return filepath.Join(marketTree, filepath.Base(name)) }

// IsMarketName reports whether a name, below the study's folder, may be of a market.
func IsMarketName(name string) bool {
	stem := strings.TrimSuffix(filepath.Base(name), ".parquet")
	number, swept, is := strings.Cut(stem, "-")
	seed, err := strconv.ParseUint(number, 10, 32)
	if err != nil || is && len(swept) != 2*sweptBytes {
		return false
	}
	market := MarketName(uint32(seed), swept)
	return name == market || name == MarketOptionsName(market)
}

// MarketPattern names the files of all markets, or of their options.
func MarketPattern(options bool) string {
	if options {
		return filepath.Join(marketTree, "options", "*.parquet")
	}
	return filepath.Join(marketTree, "*.parquet")
}

// MarketFolders are the folders that markets are in, below the study's.
func MarketFolders() []string { return []string{filepath.Join(marketTree, "options"), marketTree} }

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

// PointRole names any other point that was drawn, by its number.
func PointRole(point int) string { return fmt.Sprintf("point-%d", point) }

// IsRole reports whether a name is of the best point, the baseline or any other.
func IsRole(name string) bool {
	number, is := strings.CutPrefix(name, "point-")
	point, err := strconv.Atoi(number)
	return is && err == nil && name == PointRole(point) || slices.Contains(BestAndBaseline(), name)
}

// FigureFolder is where the figures of one of the Roles are.
func FigureFolder(role string) string { return filepath.Join("figures", role) }
