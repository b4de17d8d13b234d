package spec

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Identity returns everything of the study that its results depend on, but for the content
// of recorded quotes, and its hash. The same study under another name is the same study.
func (s *Study) Identity() (study map[string]any, hash string, err error) {
	study = s.resolved(nil) // of files their content counts
	delete(study, "name")
	hash, err = Hash(study)
	return study, hash, err
}

// Hash is the SHA-256 of the resolved study as JSON with sorted keys.
func Hash(study map[string]any) (string, error) {
	canonical, err := json.Marshal(study)
	hash := sha256.Sum256(canonical)
	return hex.EncodeToString(hash[:]), err
}
