package spec

import (
	"optmm/sweep/fault"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

func (s *Study) readName() (err error) {
	base := filepath.Base(s.File)
	s.Name, err = s.text("name", strings.TrimSuffix(base, filepath.Ext(base)))
	if err == nil && !regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`).MatchString(s.Name) {
		err = fault.New("name", "%q names a folder: use letters, digits, point, dash and underscore", s.Name)
	}
	if err == nil && len(s.Name) > mostName {
		err = fault.New("name", "a folder's name has at most %d letters, this one %d", mostName, len(s.Name))
	}
	return err
}

// mostNotes and mostTags bound what is noted of a study.
const (
	mostNotes = 10_000
	mostTags  = 50
)

// readNotes reads what the user notes of the study.
func (s *Study) readNotes() (err error) {
	if s.Notes, err = s.text("notes", ""); err != nil {
		return err
	}
	if n := len(s.Notes); n > mostNotes {
		return fault.New("notes", "%d characters: at most %d are kept", n, mostNotes)
	}
	raw, ok := s.document.get("tags")
	if !ok {
		return nil
	}
	entries, list := raw.([]any)
	if !list {
		entries = []any{raw}
	}
	if len(entries) > mostTags {
		return fault.New("tags", "%d tags: at most %d are kept", len(entries), mostTags)
	}
	for i, entry := range entries {
		tag, ok := entry.(string)
		switch at := fault.Entry("tags", i); {
		case !ok:
			return fault.New(at, "%s: put it in quotes where a text is meant", describeKind(entry))
		case tag == "" || len(tag) > mostName || slices.Contains(s.Tags, tag) || strings.ContainsFunc(tag, unicode.IsControl):
			return fault.New(at, "%q is empty, long, a duplicate, or not on one line", tag)
		}
		s.Tags = append(s.Tags, tag)
	}
	return nil
}

// mostName is the length of the longest name that a folder may have everywhere, less what
// a user may want to add.
const mostName = 200
