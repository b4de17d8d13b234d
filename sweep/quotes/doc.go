// Package quotes reads files of recorded quotes and trades into markets, and checks what
// is in them.
//
//  1. An input is a file, a pipe or standard input, of CSV that gzip or Zstandard may have
//     compressed, or of Parquet; what it expands to is bounded.
//  2. Read finds whether it holds one option or a chain; ReadTrades reads trades.
//  3. Check prints what is in a file, and what is wrong or suspicious about it.
//
// Before it comes store, which reads Parquet; after it spec.
package quotes
