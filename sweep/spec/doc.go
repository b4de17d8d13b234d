// Package spec reads a study file into an immutable Study: what was asked for, checked,
// with every default filled in. It is the only importer of viper, and knows neither runs nor
// folders.
//
//  1. A document is the YAML, read as YAML 1.2 and within bounds, with an included
//     fragment and --set values applied; it knows the line of every key.
//  2. Load and Parse make a Study of it: the market, the grid of points, the seeds, the
//     objective, the search, the verdict and the output. A fault names file, line and key.
//  3. Identity is what results depend on; ResolvedYAML writes the study with nothing left
//     to a default; WriteSchema and WriteParameters describe what a study file may hold.
//
// Before it comes quotes, which reads recorded markets; after it plan, which lays out runs.
package spec
