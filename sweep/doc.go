// Package sweep runs studies: a YAML file goes in, a folder of results comes out.
//
//  1. LoadStudy reads and checks a study file; viper lays --set values over it.
//  2. Run plans chunks of runs, simulates them on a pool of workers and commits
//     each chunk (worker.go); what is committed survives anything.
//  3. When every chunk is there, finish writes the summary, the points, the
//     figures and the lock file (finish.go).
//
// Verify, Diff and Merge work on what is on disk; a single run without a study is
// RunSingle.
package sweep
