// Package plan lays out the runs of a study: run ↔ point, seed, chunk and shard. It knows
// no disk.
//
//  1. New divides the runs into stages: the grid, or the rungs of successive halving, which
//     pick the best point, then the best few on holdout seeds. How many runs a stage has
//     follows from the study alone; of which points, from the runs of the stage before it.
//  2. A stage is cut into chunks, the unit of work, commit, retry and distribution; a Shard
//     is the part of them that one program does.
//  3. Estimate and Memory say what the runs will take; WritePlan prints it.
//  4. A Selection remembers which seeds picked, so that holdout seeds are used once.
//
// Before it comes spec; after it folder, where the chunks are committed.
package plan
