// Package learn has the way from features to a signal that is traded.
//
//  1. A Table has what is known at each minute of the markets that a signal is learned from, and the
//     labels that come after it.
//  2. Train fits linear models to these in a walk-forward over sessions, and one to all of them, which says
//     what it has seen.
//  3. Score gives the raw scores of a model, linear or LightGBM's, to each row of a table of features; Judge
//     relates them to the labels.
//
// Before it come quotes, whose tables it reads, spec and verdict; after it the doors of sweep.
package learn
