// Package models has trained models as files, and what each has seen.
//
//  1. Read takes the file of a model: a linear one, as sweep train writes it, or the text of LightGBM
//     with the file next to it that says what it was trained on.
//  2. Seen lists the markets of the training; what was seen is not traded.
//  3. A Set is the models of one kind that a study names, of which each market is scored by one that has not
//     seen it.
//
// Before it come store and quotes; after it spec, whose studies trade models, and learn, which makes them.
package models
