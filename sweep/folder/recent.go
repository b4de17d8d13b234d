package folder

import "optmm/sweep/store"

// recent is what this program committed of a study that is small enough, so that it
// need not be read again: opening many small files takes longer than the rest of what
// ends a small study.
type recent struct {
	rows  int
	parts map[int]*store.SummaryPart
}

// mostRecent bounds the rows that are kept: about ten megabytes.
const mostRecent = 20_000

// keep keeps a copy of a committed part, unless there are too many.
func (r *recent) keep(chunk int, part *store.SummaryPart) {
	if r.rows += part.Rows(); r.rows > mostRecent {
		delete(r.parts, chunk) // of a chunk that was done again
		return
	}
	if r.parts == nil {
		r.parts = map[int]*store.SummaryPart{}
	}
	kept := part.Empty()
	kept.AppendAll(part)
	r.parts[chunk] = kept
}

func (r *recent) part(chunk int) (part *store.SummaryPart, ok bool) {
	part, ok = r.parts[chunk]
	return part, ok
}

// Keep keeps a part that was committed, where it is small enough.
func (f *Folder) Keep(chunk int, part *store.SummaryPart) { f.recent.keep(chunk, part) }
