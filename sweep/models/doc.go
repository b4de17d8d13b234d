// Package models reads trained models and the records of their training data.
//
//  1. Read reads a model: the file of sweep train, or LightGBM's text with the file next to it that records the
//     training data.
//  2. Seen lists the markets of the training, which must not be traded.
//  3. A Set is the models of one kind that a study names. Each market is scored by a model that was not trained
//     on it.
//
// It imports store and quotes; spec, whose studies trade models, and learn, which trains them, import it.
package models
