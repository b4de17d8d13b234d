// Package present shows findings: on the terminal, as a page, and as figures.
//
//  1. Load reads the result of a complete folder; Result.Write prints it.
//  2. WriteBestAndBaseline draws the figures of the best point and of the baseline, and
//     keeps the files that output.timeseries: best asks for.
//  3. WriteVerdict and WritePage write verdict.json and report.html; Changed says what of
//     them is gone or something else. With the page come open.sql and open.py, which load a
//     study.
//
// Before it comes judge; after it verify.
package present
