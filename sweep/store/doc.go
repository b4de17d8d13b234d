// Package store is what a study leaves on disk; results/README.md describes it
// for users. It is the only importer of Arrow and Parquet.
//
//  1. WriteTable makes Parquet of columns with names, units and descriptions, and the same as
//     text; a Reader reads it.
//  2. WriteFile puts bytes under a name at once or not at all, a Batch many, Commit
//     many batches.
//  3. RunEncoder makes files of time series. The library writes the first; those after
//     it are written over it as a template, to the same bytes, in a tenth of the time:
//     without it the default grid takes about 1.5 times as long (medians of six runs). A
//     template proves itself when it is made, else the library writes every file;
//     mostTemplated = 0 turns it off. What Kept leaves out of them is in the files that
//     MarketTables makes, once a market, or in their metadata; Join puts it together again. A
//     pageCompressor compresses either as it is written.
//  4. SummaryPart gathers the rows of a chunk's runs, MergeSummary those of a study.
//
// Before it come grid and account, whose columns it writes; after it quotes, spec and every
// room that reads or writes a folder.
package store
