// Package scores computes figures and the objective of runs from any place that has their
// columns, and which points go on to the next stage.
//
//  1. A Source is a plan with a place to read columns from: committed chunks or tables.
//  2. Figure, FigureOf and HoldoutFigure are one figure of many runs; Objective and
//     HoldoutObjective the study's formula over them, with the points that do not meet its
//     constraints.
//     Over recorded days they are of days: the mean over a day's seeds of fills.
//  3. Settle finds the points of a stage: the best by the objective, and the baseline.
//
// Before it comes folder; after it tables.
package scores
