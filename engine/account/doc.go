// Package account is what a run leaves: its minutes, where its P&L comes from, and its
// figures.
//
//  1. The engine writes the minutes of a Record; Columns describes them.
//  2. Record.Summarize attributes the P&L, checks that the parts add up to it, and returns
//     the Summary; Statistics and OptionStatistics describe its figures.
//  3. Provided says what a market offers, and so which columns and figures a run lacks.
package account
