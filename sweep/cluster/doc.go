// Package cluster submits the shards of a frozen study to a scheduler.
//
//  1. A Submission records the number of shards and the jobs. It is a file in the study's folder, so that a
//     shard, a status and a later submission agree.
//  2. IndexOf finds the index of a shard in the variables that the scheduler sets.
//  3. Slurm submits shards as job arrays, Kubernetes as an Indexed Job, Local runs them as processes; all run the
//     command sweep shard.
//  4. Progress counts what the shards have committed to the folder.
//
// It imports plan and folder; the commands of package sweep import it.
package cluster
