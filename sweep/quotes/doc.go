// Package quotes reads files of recorded quotes and trades into markets, and checks what
// is in them.
//
//  1. A Request says which files there are and how they are read: Keys are what a study may say
//     of it, presets what is known of the files of vendors.
//  2. An input is a file, a pipe or standard input: CSV, which gzip, Zstandard, bzip2 or zip may
//     have compressed, or Parquet. What it expands to is bounded.
//  3. A source is the tables of all files, one after another, and what comes in files of its own.
//  4. Read finds whether they hold one option or a chain; ReadTrades reads trades. ReadDays cuts
//     them into histories, Days, which replace the market seeds of a study: it keeps what it read,
//     and the markets that are made of it, in a cache in the user's folder, so that no more than
//     the days in work are in memory. A day that is wrong is broken, and the others are not.
//  5. Check prints what is in them, and Remarks says what was taken for granted and what looks
//     wrong; propose what the columns of an unknown file may be.
//
// Before it comes store, which reads Parquet; after it spec.
package quotes
