// Package grid turns the axes of a study into points and runs.
//
//  1. An Axis is a parameter with the values it takes.
//  2. Axes that are zipped step together; all others cross.
//  3. Filters leave points out; a sample takes some instead of all.
//  4. A point is one combination; the baseline is a point, added at the end if
//     the axes do not produce it.
//  5. A run is a point under a seed. Runs are numbered seed-major: run r is point
//     r mod points under seed r div points.
//
// Nothing is enumerated: a grid of 10⁹ runs costs no more than its axes.
//
// # The grammar of an axis
//
//	skew:   [0.0, 0.01, 0.02]               a list; names for a choice
//	k_fill: {from: 20, to: 80, step: 20}    both ends included; decimal steps are exact
//	spread: {linspace: [0.01, 0.05, 3]}     first, last, how many
//	k_fill: {logspace: [1, 100, 3]}         the same, evenly in the logarithm: 1, 10, 100
//	skew:   {from: 0, to: 0.1}              a range, for a sample; log: true draws its logarithm
//
// Axes are listed in the order of engine.Parameters, whatever their order in the
// file; the last steps fastest. Axes that a filter mentions together step as one,
// in the place of the first of them.
package grid
