// Package sweep runs studies: a YAML file goes in, a folder of results comes out.
//
//  1. LoadStudy reads and checks a study file; viper lays --set values over it.
//  2. A study is stages of runs: the grid or the rungs of halving, which pick the best
//     point, then the best few on fresh seeds. How many runs each has follows from the
//     study alone; of which points, from the stage before it (stages.go).
//  3. Run plans chunks of runs, simulates them on a pool of workers (worker.go) and
//     commits them as they come (commit.go); what is committed survives anything.
//  4. When every chunk is there, finish writes the tables of runs and of points, the
//     verdict, the figures, the report and the lock file (finish.go).
//
// Report, Show, Verify, Diff and Merge work on what is on disk; a single run without a
// study is RunSingle.
package sweep
