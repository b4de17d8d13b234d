// Package store is what a study leaves on disk; results/README.md describes it
// for users. It is the only importer of Arrow and Parquet.
//
//  1. A Layout is fields with names, units and sentences; a Writer makes Parquet of
//     their columns, WriteTable that and the same as text.
//  2. WriteFile puts bytes under a name at once or not at all, a Batch many, Commit
//     many batches.
//  3. RunEncoder makes files of time series. The library writes the first; those after
//     it are written over it as a template, to the same bytes, in a tenth of the time: the
//     default grid takes 1.76 times as long without. A template proves itself when it is
//     made, else the library writes every file; mostTemplated = 0 turns it off.
//  4. SummaryPart gathers the rows of a chunk's runs, MergeSummary those of a study.
package store
