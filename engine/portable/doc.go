// Package portable computes exp, log and the normal distribution so that every
// architecture gives the same bits.
//
// The standard library's versions differ between amd64 and arm64 (assembly, and
// a·b+c fused where the processor can), and a digest over results would differ
// with them. Here each rounding is written out: a product that is added to
// something is either wrapped in float64(), which forbids fusing, or passed to
// math.FMA, which is one rounding everywhere. The constants are the leading
// terms of the defining series, not fitted ones, and the tests hold every
// function to within one unit in the last place of a big-float reference.
//
// math.Sqrt, Floor and Abs are exact by IEEE 754 and are used as they are.
package portable
