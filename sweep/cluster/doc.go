// Package cluster hands the shards of a frozen study to what an institution already runs.
//
//  1. A Submission says into how many shards a study was cut, and where they went. It lies in the study's
//     folder, so that a shard, a status and a later submission agree.
//  2. IndexOf finds which shard a program is, by what the scheduler has put into its environment.
//  3. Slurm and Local send shards and return; both run the command sweep shard.
//  4. Progress counts what the shards have left in the folder.
//
// No scheduler is written here. Before it come plan and folder; after it the doors of sweep.
package cluster
