// Package figures draws every plot. It is the only importer of gonum/plot.
//
//  1. A Sample is one point's runs over the seeds.
//  2. ScaleOf gives axes that several samples share, so that figures compare.
//  3. Draw returns the figures of a sample; DrawCells, DrawLevels, DrawBars and the like
//     those of a whole study. A Figure renders as PNG or SVG, and Inline makes of an SVG
//     an element of a page, whose colors the page gives.
//
// Before it comes the engine, whose records it draws; after it spec, and present, which writes the figures.
package figures
