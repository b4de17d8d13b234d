package folder

import (
	"context"

	"optmm/sweep/plan"
)

// Hold says which folder is held and how.
type Hold struct {
	Path       string
	Shard      plan.Shard // what is done of the study; the whole holds the folder alone
	Overwrite  bool       // remove what the folder holds of a study first
	IgnoreDisk bool       // although the results may not fit
	Together   bool       // another program may do the same shard at once, as after a node was wrongly declared dead
	Bucket     Bucket     // that the folder is a copy of; nil of a folder that is none
}

// Bucket is a folder in a bucket of objects, of which the study's folder is a copy. Names are relative to both. It has no locks:
// programs that write to it at once are kept apart by Create.
type Bucket interface {
	Create(ctx context.Context, names ...string) error  // writes files unless others with the same content are there
	Replace(ctx context.Context, names ...string) error // writes files in the place of those that are there
	Changed(names []string) ([]string, error)           // lists the files that are not as they are in the bucket
	Fetch(ctx context.Context, name string) error       // copies a file of the bucket into the folder
	Remove(ctx context.Context, names ...string) error  // removes files that may be there
}
