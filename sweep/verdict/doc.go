// Package verdict is the statistics over the runs of a study: whether its best point
// means anything.
//
//  1. Scores is one statistic of every run, as a table of points and seeds; more is
//     better.
//  2. Of gives each point its mean and standard error over the seeds, Compare pairs it
//     with the baseline over the seeds they share, Best picks the highest mean.
//  3. OnHoldout is the headline: what the best has on seeds that it was not picked by,
//     and what the picking had lent it.
//  4. Judge is what the seeds that picked it can show: intervals (Studentized),
//     probabilities adjusted for looking at all points (StepDown, Discoveries), ties,
//     and cross-checks (CrossValidate, CrossFit, Track).
//  5. Over recorded days (OverDays) what follows one another may depend on one another: errors are
//     of the equal-weighted cosine estimator, bootstraps stationary with blocks of blockLength.
//     WalkForward picks on some days and trades the next.
//  6. Sensitivities, GivenData, Cells and Neighborhood say how the score depends on the
//     axes; Survivors is the step of successive halving.
//
// An undefined figure is NaN here and missing on disk; nothing is imputed. Formulae name
// their source; known answers are in golden_test.go, and how the machinery does where
// the truth is known in calibration_test.go.
//
// It knows no study: scores makes its tables, judge says what they mean.
package verdict
