package sweep

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"optmm/engine"
)

// FormatVersion is the version of the files on disk. A folder of another version
// is refused with both.
const FormatVersion = 1

// Header says which study a folder holds: everything that its results depend on
// and nothing else. Two folders with equal headers hold equal results.
type Header struct {
	Format int            `json:"format"`
	Engine string         `json:"engine"`
	Study  map[string]any `json:"study"`
	Data   *Data          `json:"data,omitempty"`
	Points int            `json:"points"`
	Seeds  int            `json:"seeds"`
	Chunk  int            `json:"runs_per_chunk"`
}

// Data identifies recorded quotes by their content.
type Data struct {
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

// Header returns the study's header.
func (s *Study) Header() (*Header, error) {
	h := &Header{
		Format: FormatVersion, Engine: engine.Version, Study: s.resolved(""),
		Points: s.Grid.Points(), Seeds: s.Seeds.Len(), Chunk: s.chunkRuns(),
	}
	delete(h.Study, "name") // the same study under another name is the same study
	if s.Recorded() {
		delete(h.Study["market"].(map[string]any)["csv"].(map[string]any), "path") // its content counts
		data, err := identify(s.dataFile)
		if err != nil {
			return nil, err
		}
		h.Data = data
	}
	return h, nil
}

func identify(name string) (*Data, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	hash := sha256.New()
	size, err := io.Copy(hash, file)
	if err != nil {
		return nil, err
	}
	return &Data{SHA256: hex.EncodeToString(hash.Sum(nil)), Bytes: size}, nil
}

// Difference is a key that two headers do not agree on; a side that lacks the
// key is empty.
type Difference struct{ Key, Old, New string }

func (d Difference) String() string {
	show := func(value string) string {
		if value == "" {
			return "nothing"
		}
		return value
	}
	return fmt.Sprintf("%s: %s there, %s now", d.Key, show(d.Old), show(d.New))
}

// differences lists the keys on which two headers differ, sorted.
func differences(old, now *Header) ([]Difference, error) {
	before, after := map[string]string{}, map[string]string{}
	for _, side := range []struct {
		header *Header
		flat   map[string]string
	}{{old, before}, {now, after}} {
		content, err := json.Marshal(side.header)
		if err != nil {
			return nil, err
		}
		decoder := json.NewDecoder(bytes.NewReader(content))
		decoder.UseNumber()
		var decoded map[string]any
		if err := decoder.Decode(&decoded); err != nil {
			return nil, err
		}
		if err := flatten("", decoded, side.flat); err != nil {
			return nil, err
		}
	}
	keys := maps.Clone(before)
	maps.Copy(keys, after)
	var found []Difference
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if before[key] != after[key] {
			found = append(found, Difference{key, before[key], after[key]})
		}
	}
	return found, nil
}

// flatten writes every value that is not a map under its path.
func flatten(path string, value any, into map[string]string) error {
	if section, ok := value.(map[string]any); ok {
		for key, below := range section {
			if err := flatten(join(path, key), below, into); err != nil {
				return err
			}
		}
		return nil
	}
	content, err := json.Marshal(value)
	into[path] = string(content)
	return err
}
