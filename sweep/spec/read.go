package spec

import (
	"fmt"

	"optmm/sweep/store"
)

// readText reads the text of a study or of a part of one.
func readText(path string) ([]byte, error) {
	content, err := store.ReadBounded(path, mostStudyBytes)
	if err != nil {
		return nil, fmt.Errorf("read study: %w", err)
	}
	return content, nil
}

// mostStudyBytes bounds the text of a study.
const mostStudyBytes = 2 << 20
