// Package engine simulates one run of an options market maker, minute by minute.
// It is pure: the same market, parameters and fill seed give the same bits on
// every machine.
//
//  1. Package param is the table of every tunable; param.Params holds one setting of it.
//  2. A market.Source (packages synthetic and recorded) makes the market that belongs to
//     Params.Market and a seed; package signal makes its score.
//  3. Simulator.Run takes the minutes: settle, quote, fills, hedge, mark, record. A
//     maker quotes each option (package quote) and is filled (package fill); the book holds
//     what all of them trade and hedges it (package hedge). Where nothing depends on the
//     book, each step is taken for all minutes at once (modes.go).
//  4. Simulator.RunTogether does the same for several runs on a market, eight at once (package
//     lanes) as far as their forms allow it (form.go); of books.go only the quotes and fills.
//  5. The account.Record it leaves is described by account.Columns, the account.Summary by
//     account.Statistics.
//
// Version names the behavior: results of different versions do not mix.
package engine

// Version changes whenever a result may: it is part of every study's identity.
const Version = "8"
