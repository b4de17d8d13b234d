// Package lanes simulates eight runs on one market together, a run in each lane of a vector: the market's columns are read once, and
// each run adds up its own sums, minute by minute, in the order of the engine's loop over one run. So every sum has the same bits.
//
//  1. A Batch is the runs' parameters, a block of the market's minutes, and the sums so far.
//  2. A Kernel has the passes over a block: Seed or Realistic, then Gains, Fills and Hold; and Steps over the whole P&L.
//  3. The passes in Go are the definition. Those in assembly, written by scripts/lanes, do the same operations in the same order,
//     fusing a multiplication only where engine/portable does.
//
//go:generate go run optmm/scripts/lanes -out passes_amd64.s
package lanes
