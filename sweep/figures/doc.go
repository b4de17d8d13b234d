// Package figures draws every plot. It is the only importer of gonum/plot.
//
//  1. A Sample is one point's runs over the seeds.
//  2. ScaleOf gives axes that several samples share, so that figures compare.
//  3. Draw returns the four figures of a sample; a Figure renders as PNG or SVG.
package figures
