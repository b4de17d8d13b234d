package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"optmm/sweep/folder"
	"optmm/sweep/store"
)

// Submission records how the shards of a study were submitted. No result depends on it.
type Submission struct {
	On     string `json:"on"`     // slurm, kubernetes or local
	By     string `json:"by"`     // the program that submitted first
	Shards int    `json:"shards"` // the same for every submission of a folder
	Jobs   []Job  `json:"jobs"`
}

// Job is a submitted array of shards, or the merge.
type Job struct {
	ID     string `json:"id"`
	Offset int    `json:"offset"` // shard index − task index
	Merge  bool   `json:"merge,omitempty"`
}

// MostShards bounds the shards of a study.
const MostShards = 1_000_000

const mostSubmissionBytes = 16 << 20

// ReadSubmission reads the submission of a folder; nil if there is none.
func ReadSubmission(path string) (*Submission, error) {
	file := filepath.Join(path, folder.SubmissionName)
	content, err := store.ReadBounded(file, mostSubmissionBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var s Submission
	if err := json.Unmarshal(content, &s); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", file, err)
	}
	if s.Shards < 1 || s.Shards > MostShards {
		return nil, fmt.Errorf("%s is damaged: it names %d shards", file, s.Shards)
	}
	return &s, nil
}

// Write writes it into the folder.
func (s *Submission) Write(path string) error {
	content, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return store.WriteBytes(path, folder.SubmissionName, append(content, '\n'))
}

// array is a job array: the task indexes are the shards less the offset.
type array struct {
	offset  int
	indexes []int
}

// arraysOf divides shards into arrays whose task indexes are below a limit.
func arraysOf(shards []int, limit int) (arrays []array) {
	for _, shard := range shards {
		offset := shard / limit * limit
		at := slices.IndexFunc(arrays, func(a array) bool { return a.offset == offset })
		if at < 0 {
			at = len(arrays)
			arrays = append(arrays, array{offset: offset})
		}
		arrays[at].indexes = append(arrays[at].indexes, shard-offset)
	}
	return arrays
}
