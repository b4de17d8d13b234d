// Package sweep runs studies: a YAML file goes in, a folder of results comes out. It is
// the door: each function goes through the rooms in their order, and none goes back.
//
//		fault grid verdict → store figures report → quotes → spec → plan → folder →
//		scores → tables → execute → judge → present → verify → sweep
//
//	 1. folder.Load reads a study file (spec) and lays out its runs (plan).
//	 2. Run takes hold of a folder, simulates what it lacks (execute), writes the tables, the
//	    verdict (judge), the figures and the page (present), and at last the lock.
//	 3. Merge completes a study whose shards are done; Report, Show and package verify work
//	    on what is on disk; RunSingle is one run without a study; Calibrate fits the
//	    intensity of fills to recorded trades.
//
// scripts/imports holds the order.
package sweep
