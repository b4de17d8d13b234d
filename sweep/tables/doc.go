// Package tables writes and reads the finished tables of a study: a row for each run, and
// a row for each point.
//
//  1. WriteRuns joins the rows of the chunks to the tables of runs.
//  2. Open reads them a column at a time; what is read last is kept.
//  3. WritePoints computes the table of points from them, a block of points at a time.
//
// Before it comes scores; after it execute.
package tables
