// Package signal makes the short-horizon score that quotes are skewed by: features of the
// past minutes, standardized by what was seen so far. Only the starting model's score sees
// the whole history.
package signal
