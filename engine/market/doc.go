// Package market holds what happened: one realized history of underlyings and the
// options on them, minute by minute, with the features that a market maker sees.
//
//  1. A Source is where histories come from: package synthetic draws one from a seed,
//     package recorded reads one option or many from rows of quotes.
//  2. Settings are the tunables of a source; Source.Market applies them.
//  3. The Market that results is read-only and shared by every run on it.
package market
