// Package execute simulates the chunks of a plan on a pool of workers and commits them. It
// alone starts goroutines that simulate.
//
//  1. Run does the chunks that a folder lacks, stage by stage: workers take chunks, and
//     pending chunks go through one commit queue to the disk. What is committed survives
//     anything.
//  2. Markets makes each market once for all workers; marketFiles writes what the runs on
//     it share, with the first chunk that needs it.
//  3. RestoreSeries and RestoreTables make what is gone from a complete folder again; a
//     Replayer simulates single runs again for verify, a Repeater those of the best point and
//     the baseline for figures and tables, on all workers.
//  4. Log writes run.log; an Observer is notified of progress.
//
// Before it comes tables; after it judge.
package execute
