// Package lightgbm reads the text models of LightGBM, versions v3 and v4, and scores rows by them: the raw
// score is LightGBM's own, to the last bit.
//
//  1. Parse reads a text as far as it can be scored: numerical and categorical splits, the three kinds of
//     missing values, linear leaves, random forests. What it does not know, and what contradicts itself, is
//     an error that names the tree; memory follows from the text, never from a number in it.
//  2. A Scorer gives the raw scores of many rows, Model.Output what LightGBM predicts from a raw score.
//
// Source: the text that LightGBM 3.3.5 and 4.7.0 write (src/io/gbdt_model_text.cpp, src/io/tree.cpp), and
// the decisions of its tree (include/LightGBM/tree.h).
package lightgbm
