// Package signal makes the short-horizon score that quotes are skewed by.
//
//  1. A Signal is a formula of the past minutes, standardized by what was seen so far. Only the
//     starting model's score sees the whole history.
//  2. A Feature is a number of an option that is known at its minute; a label is what comes after it.
//  3. A Model, trained on these elsewhere (packages linear and lightgbm), scores a minute by its features.
package signal
