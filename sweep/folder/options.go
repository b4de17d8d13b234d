package folder

import "optmm/sweep/plan"

// Hold says which folder is held and how.
type Hold struct {
	Path       string
	Shard      plan.Shard // what is done of the study; the whole holds the folder alone
	Overwrite  bool       // remove what the folder holds of a study first
	IgnoreDisk bool       // although the results may not fit
	Together   bool       // another program may do the same shard at once, as after a node was wrongly declared dead
}
