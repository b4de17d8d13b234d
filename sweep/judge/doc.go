// Package judge turns the tables of a study into findings: numbers first, then the
// sentences that follow from them by rules that tests hold.
//
//  1. Study computes the Findings by the statistics of package verdict.
//  2. Words and Warnings say them in the terms of statisticians.
//  3. Content is verdict.json, every number behind the sentences.
//
// Before it comes execute; after it present.
package judge
