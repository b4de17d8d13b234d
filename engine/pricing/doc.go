// Package pricing holds the closed formulas of the option market: one formula a
// file, each with its equation, domain, units and source. Prices are in units of
// currency per share, times in years, rates and volatilities per year.
package pricing
