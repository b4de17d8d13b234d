package sweep

import "path/filepath"

// DefaultFolder is where a study's results go when nothing else is said.
func DefaultFolder(name string) string { return filepath.Join("results", name) }
