// Package store is what a study leaves on disk; results/README.md describes it
// for users. It is the only importer of Arrow and Parquet.
//
//  1. A Table is columns with names, units and sentences; Encode makes Parquet of
//     it, WriteCSV the same as text.
//  2. WriteFile puts bytes under a name at once or not at all.
//  3. Runs writes the time series, Summary the row of each run.
package store
