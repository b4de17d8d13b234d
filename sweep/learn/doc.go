// Package learn has the way from features to a signal that is traded.
//
//  1. Score writes the raw score that a model gives to each row of a table of features.
//
// Before it come quotes, whose tables it reads; after it the doors of sweep.
package learn
