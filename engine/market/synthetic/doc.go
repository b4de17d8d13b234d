// Package synthetic draws a market from a seed: the starting model, geometric Brownian motion,
// Merton's jumps, Heston's variance, an arithmetic walk, or a flat line, with one option or a
// chain quoted around its Black–Scholes value.
//
//  1. Source.Market draws the underlying by the model that market.Settings names.
//  2. Each option of the Shape is valued along it at an implied volatility of its own, and
//     quoted with a mispricing that fades.
//  3. A calendar of sessions, nights and weekends says how much time passes in each minute.
package synthetic
