package spec

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Identity returns everything of the study that its results depend on, but for the content
// of recorded quotes, and its hash. The same study under another name, or with other notes and tags, is the same study.
func (s *Study) Identity() (study map[string]any, hash string, err error) {
	study = s.resolved(nil, nil) // of files their content counts
	for _, key := range []string{"name", "notes", "tags"} {
		delete(study, key)
	}
	hash, err = Hash(study)
	return study, hash, err
}

// Hash is the SHA-256 of the resolved study as JSON with sorted keys.
func Hash(study map[string]any) (string, error) {
	canonical, err := json.Marshal(study)
	hash := sha256.Sum256(canonical)
	return hex.EncodeToString(hash[:]), err
}
