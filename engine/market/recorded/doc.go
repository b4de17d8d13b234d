// Package recorded makes markets of recorded quotes: rows of text in, minutes out.
//
//  1. Rows are a table as text, of CSV (NewCSV) or of anything else that has rows.
//  2. ReadSeries reads one option, a row a minute, ReadChain many options in long form,
//     ReadTrades trades. A Layout says how columns, times and numbers are written; rows that
//     are closer than a minute become minutes; what is wrong is one Faults.
//  3. Quotes and Chain are sources of markets: forward and discount come from put–call
//     parity, implied volatilities from the quotes; a quote that is missing, crossed, locked,
//     stale or impossible makes its option not quotable in that minute.
//  4. Chain.Check says what looks wrong; Chain.TradeThroughs how far trades reached from
//     the quotes.
package recorded
