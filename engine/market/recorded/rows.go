package recorded

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Rows are the rows of a table as text, the header first.
type Rows interface {
	Read() ([]string, error) // valid until the next; io.EOF at the end
	Place(column int) string // where a cell of the last row is, as in "line 7"
}

// The bounds of a table: a row beyond them is an error before it is in memory.
const (
	mostRowBytes = 1 << 20
	mostColumns  = 4_096
	aheadBytes   = 1 << 16 // that are read before they are asked for
)

// NewCSV reads rows of separated values (RFC 4180), none of them longer than a megabyte. The
// separator is the one of comma, semicolon, tab and vertical bar that the header has most of.
func NewCSV(r io.Reader) Rows { return NewSeparated(r, 0) }

// NewSeparated is NewCSV with a given separator; 0 finds it.
func NewSeparated(r io.Reader, by rune) Rows {
	limited := &rowLimit{from: r, left: mostRowBytes + aheadBytes}
	buffered := bufio.NewReaderSize(limited, aheadBytes)
	if mark, err := buffered.Peek(3); err == nil && bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		buffered.Discard(len(mark)) // a byte-order mark, as spreadsheets write it
	}
	written, skipped := writtenSeparator(buffered)
	reader := csv.NewReader(buffered)
	switch {
	case by != 0:
		reader.Comma = by
	case written != 0:
		reader.Comma = written
	default:
		reader.Comma = separator(buffered)
	}
	reader.ReuseRecord = true
	return &tableRows{Reader: reader, limit: limited, skipped: skipped}
}

// writtenSeparator reads the line that says the separator, as sep=; where spreadsheets wrote it, and
// returns how many lines were read.
func writtenSeparator(from *bufio.Reader) (written rune, lines int) {
	ahead, _ := from.Peek(7) // an error shows again when it is read
	if len(ahead) < 6 || !strings.EqualFold(string(ahead[:4]), "sep=") || !strings.ContainsRune(",;\t|", rune(ahead[4])) {
		return 0, 0
	}
	written = rune(ahead[4])
	switch {
	case ahead[5] == '\n':
		from.Discard(6)
	case string(ahead[5:]) == "\r\n":
		from.Discard(7)
	default:
		return 0, 0
	}
	return written, 1
}

// separator finds what separates the names of the header.
func separator(from *bufio.Reader) rune {
	ahead, _ := from.Peek(aheadBytes) // an error shows again when it is read
	header, _, _ := bytes.Cut(bytes.TrimLeft(ahead, "\r\n"), []byte("\n"))
	most, found := 0, ','
	for _, candidate := range ",;\t|" {
		if n := bytes.Count(header, []byte(string(candidate))); n > most {
			most, found = n, candidate
		}
	}
	return found
}

type tableRows struct {
	*csv.Reader
	limit   *rowLimit
	skipped int // lines before the header
	line    int // of the row that was read last
}

// Read reads a row, and says at which line it is too long.
func (r *tableRows) Read() ([]string, error) {
	cells, err := r.Reader.Read()
	var wrong *csv.ParseError
	switch {
	case errors.Is(err, errLongRow):
		return nil, &lineError{r.line + 1, err}
	case errors.As(err, &wrong):
		r.line, r.limit.left = wrong.Line+r.skipped, mostRowBytes+aheadBytes
		return nil, &lineError{r.line, wrong.Err}
	case err != nil:
		return nil, err
	case len(cells) > mostColumns:
		return nil, &lineError{r.line + 1, fmt.Errorf("%d columns, at most %d are read", len(cells), mostColumns)}
	}
	line, _ := r.FieldPos(len(cells) - 1)
	r.line = line + r.skipped
	r.limit.left = mostRowBytes + aheadBytes
	return cells, nil
}

func (r *tableRows) Place(column int) string {
	line, _ := r.FieldPos(column)
	return fmt.Sprintf("line %d", line+r.skipped)
}

// lineError says at which line a table is not one.
type lineError struct {
	line int
	err  error
}

func (e *lineError) Error() string { return fmt.Sprintf("%s: %v", e.place(), e.err) }

func (e *lineError) place() string { return fmt.Sprintf("line %d", e.line) }

func (e *lineError) Unwrap() error { return e.err }

var errLongRow = fmt.Errorf("the row is longer than %d bytes, or a quotation mark is not closed", mostRowBytes)

// rowLimit ends reading where a row is too long to be held in memory.
type rowLimit struct {
	from io.Reader
	left int
}

func (l *rowLimit) Read(to []byte) (int, error) {
	if l.left <= 0 {
		return 0, errLongRow
	}
	n, err := l.from.Read(to[:min(len(to), l.left)])
	l.left -= n
	return n, err
}
