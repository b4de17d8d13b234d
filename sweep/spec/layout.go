package spec

import (
	"errors"
	"path/filepath"

	"optmm/sweep/fault"
	"optmm/sweep/quotes"
	"optmm/sweep/text"
)

const quotedSection = "market.recorded."

// readRequest reads which files hold the quotes and how they are read, below market.recorded.
// Paths are as the study's author saw them, those of --set as of the working folder.
func (s *Study) readRequest() (*quotes.Request, error) {
	values := map[string]any{}
	for _, key := range quotes.KeyNames() {
		if raw, ok := s.document.get(quotedSection + key); ok {
			values[key] = raw
		}
	}
	request, err := quotes.NewRequest(values)
	var found *fault.Fault
	if errors.As(err, &found) {
		return nil, &fault.Fault{Path: quotedSection + found.Path, Err: found.Err}
	}
	if err != nil {
		return nil, err
	}
	if len(request.Files) == 0 {
		return nil, fault.New("market.recorded", "files is missing")
	}
	for _, file := range request.Names() {
		if err := text.CheckLine(file.Path); err != nil {
			return nil, &fault.Fault{Path: QuotesPath, Err: err}
		}
	}
	folder := filepath.Dir(s.File)
	for key, part := range map[string]*quotes.Request{QuotesPath: request, quotedSection + "underlying": request.Underlying, quotedSection + "contracts": request.Contracts, quotedSection + "trades": request.Trades} {
		if part != nil && !s.document.set[key] {
			part.From(folder)
		}
	}
	request.Regular = true
	return request, nil
}

// YAMLValue reads a value as --set does: as YAML.
func YAMLValue(written string) (value any, err error) {
	tree, err := readTree([]byte(written))
	if err == nil {
		err = tree.Decode(&value)
	}
	return value, err
}
