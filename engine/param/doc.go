// Package param is the one table of every tunable: name, unit, default, domain, one sentence.
// YAML keys, flags, messages, the schema, the reference and the Parquet columns are made from
// it; none is written twice.
//
//  1. Parameters is the table; Params holds one setting of it, Defaults the first one.
//  2. Parameter.Check holds a value against its domain, Rules.Consistent values against each
//     other: an *Error names the parameter.
//  3. Rules.Counts says which parameters have an effect at a setting, Rules.Idle why one has
//     none.
package param
