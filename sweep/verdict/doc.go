// Package verdict is the statistics over the runs of a study.
//
//  1. Scores is one statistic of every run, as a table of points and seeds.
//  2. Of gives each point its mean and standard error over the seeds.
//  3. Compare pairs a point with the baseline over the seeds they share.
//  4. Best picks the point that maximises the objective's mean.
//
// An undefined figure is NaN here and missing on disk; nothing is imputed.
package verdict
