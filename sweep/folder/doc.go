// Package folder holds a study's folder: who writes in it, what is committed there, which
// study it is of and whether what it holds is what was written.
//
//  1. Open makes the folder or finds the same study in it, for one writer or for the shards
//     of one study; a folder of anything else is refused untouched.
//  2. A Header says which study: everything that results depend on. While the study runs it
//     is in chunks/plan.json, at the end in sweep.lock, a Lock with the digests of the
//     results. Load and Header.Plan make a plan of it again.
//  3. Committed chunks are read as columns; Lock.Check and CheckTables compare what a
//     complete folder holds with its lock.
//  4. Survey finds the studies below a folder.
//  5. Remove removes what a study wrote and nothing else.
//
// Before it comes plan; after it scores, which computes the objective from its chunks.
package folder
