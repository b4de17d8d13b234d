// Package lanes walks eight runs over one market together, a run a lane: the market's columns are read once, and each lane adds up
// its own sums, minute by minute, in the order of the engine's loop over one run. So every sum has the same bits.
//
//  1. A Walk is the runs' parameters, a block of the market's minutes, and the sums so far.
//  2. A Kernel has the passes over a block: Trade, Gains, Fills and Hold; and Steps over the whole P&L.
//  3. In Go they are the definition; in assembly, made by scripts/lanes, they are the same operations, in the same order and
//     without fused multiplication.
//
//go:generate go run optmm/scripts/lanes -out passes_amd64.s
package lanes
