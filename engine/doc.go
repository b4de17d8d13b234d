// Package engine simulates one run of an options market maker, minute by minute.
// It is pure: the same market, parameters and fill seed give the same bits on
// every machine.
//
//  1. Parameters is the table of every tunable; Params holds one setting of it.
//  2. A market.Source makes the market that belongs to Params.Market and a seed.
//  3. Simulator.Run walks the minutes: settle, quote, fills, hedge, mark, record. A
//     maker quotes each option; the book holds what all of them trade. Where nothing
//     goes by the book, each step is taken for all minutes at once.
//  4. The Record it leaves is described by Columns, the Summary by Statistics.
//
// Version names the behaviour: results of different versions do not mix.
package engine

// Version changes whenever a result may: it is part of every study's identity.
const Version = "4"
