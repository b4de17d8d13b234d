// Package learn has the way from features to a signal that is traded.
//
//  1. WriteFeatures writes what is known at each minute of the markets that a signal is learned from, and the
//     labels that come after it.
//  2. Score gives the raw scores of a model to each row of such a table; Judge relates them to the labels.
//
// Before it come quotes, whose tables it reads, spec and verdict; after it the doors of sweep.
package learn
