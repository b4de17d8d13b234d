package quotes

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"github.com/klauspost/compress/zstd"

	"optmm/engine/market/recorded"
	"optmm/sweep/store"
	"optmm/sweep/text"
)

// input is a file of quotes or trades, which may be read from its beginning more than
// once. What cannot be read twice (a pipe, standard input) is kept in a temporary file as
// it is read.
type input struct {
	path string
	file *os.File // the file, or what is kept of the pipe
	pipe *os.File // nil of a file
	kept int64    // bytes of the pipe that are in file
}

// The bounds of what is decompressed: a table in memory is about half as large as its
// text.
const (
	plainAlways  = 64 << 20 // bytes that any file may decompress to
	mostExpanded = 500      // times its size that a larger one may
	mostWindow   = 128 << 20
	leastOfRow   = 20      // bytes that a row of a table has as text, counted so in Parquet
	mostPiped    = 4 << 30 // bytes of a Parquet file from a pipe
)

// standardInput is the name of what is piped to the command.
const standardInput = "-"

func openInput(path string) (*input, error) {
	if path == standardInput {
		path = "/dev/stdin"
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	information, err := file.Stat()
	if err == nil && information.IsDir() {
		err = fmt.Errorf("%s is a folder", path)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	if information.Mode().IsRegular() {
		return &input{path: path, file: file}, nil
	}
	spool, err := os.CreateTemp("", "optmm-input-*")
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	os.Remove(spool.Name()) // where that fails, close does it
	return &input{path: path, file: spool, pipe: file}, nil
}

func (in *input) close() {
	in.file.Close()
	if in.pipe != nil {
		in.pipe.Close()
		os.Remove(in.file.Name())
	}
}

// regular reports whether the input can be read again later.
func (in *input) regular() bool { return in.pipe == nil }

// reader reads from the beginning.
func (in *input) reader() io.Reader {
	if in.regular() {
		return io.NewSectionReader(in.file, 0, 1<<62)
	}
	return io.MultiReader(io.NewSectionReader(in.file, 0, in.kept), (*pipeKeeper)(in))
}

// pipeKeeper reads what has not been read of a pipe, and keeps it.
type pipeKeeper input

func (k *pipeKeeper) Read(to []byte) (int, error) {
	n, err := k.pipe.Read(to)
	if n > 0 {
		if _, err := k.file.WriteAt(to[:n], k.kept); err != nil {
			return 0, fmt.Errorf("keep what is read: %w", err)
		}
		k.kept += int64(n)
	}
	return n, err
}

// size returns the bytes of the input, those of a pipe that have been read.
func (in *input) size() (int64, error) {
	if !in.regular() {
		return in.kept, nil
	}
	information, err := in.file.Stat()
	if err != nil {
		return 0, err
	}
	return information.Size(), nil
}

// table is one table of an input: all of it, or a file of an archive.
type table struct {
	rows recorded.Rows
	name string // of the file in an archive; empty elsewhere
}

// tables reads the input as tables: of Parquet where its first bytes say so, or else of CSV,
// which gzip, Zstandard, bzip2 or zip may have compressed, and zip several. A function is
// called with each, until it returns an error.
func (in *input) tables(separator rune, use func(table) error) error {
	buffered := bufio.NewReaderSize(in.reader(), 1<<16)
	magic, err := buffered.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch {
	case string(magic) == "PAR1":
		rows, closeRows, err := in.parquet(buffered)
		if err != nil {
			return err
		}
		defer closeRows()
		return use(table{rows: rows})
	case string(magic) == "PK\x03\x04", string(magic) == "PK\x05\x06": // the second of an empty one
		return in.zipped(buffered, separator, use)
	}
	plain, release, err := in.decompress(buffered, magic)
	if err != nil {
		return err
	}
	defer release()
	return in.text(plain, "", separator, use)
}

// text reads separated values.
func (in *input) text(plain io.Reader, name string, separator rune, use func(table) error) error {
	content := bufio.NewReaderSize(plain, 1<<16)
	if err := refuseOther(content); err != nil {
		return err
	}
	return use(table{recorded.NewSeparated(content, separator), name})
}

// refuseOther refuses what is no table, with the way out.
func refuseOther(content *bufio.Reader) error {
	first, _ := content.Peek(8) // an error shows again when it is read
	switch {
	case bytes.HasPrefix(first, []byte("ARROW1")):
		return errors.New("it is an Arrow file: write it as Parquet or CSV")
	case bytes.HasPrefix(first, []byte("{")):
		return errors.New("it is JSON: write it as CSV or Parquet")
	case isTar(content):
		return errors.New("it is a tar archive: extract its files, and name them")
	case bytes.HasPrefix(first, []byte("\xfd7zXZ")), bytes.HasPrefix(first, []byte("7z\xbc\xaf")), bytes.HasPrefix(first, []byte{0x04, 0x22, 0x4d, 0x18}):
		return errors.New("it is compressed by xz, 7-Zip or LZ4: compress it by gzip, Zstandard, bzip2 or zip, or not at all")
	case bytes.HasPrefix(first, []byte{0xff, 0xfe}), bytes.HasPrefix(first, []byte{0xfe, 0xff}), bytes.IndexByte(first, 0) >= 0:
		return errors.New("the text is UTF-16: save it as UTF-8")
	case bytes.HasPrefix(first, []byte{0xd0, 0xcf, 0x11, 0xe0}):
		return errExcel
	case bytes.HasPrefix(first, []byte("PK\x03\x04")), bytes.HasPrefix(first, []byte{0x1f, 0x8b}), bytes.HasPrefix(first, []byte("PAR1")):
		return errors.New("what it decompresses to is compressed again, or Parquet: decompress it first")
	}
	return nil
}

// isTar reports whether a text begins as a tar archive does.
func isTar(content *bufio.Reader) bool {
	const mark = 257
	head, _ := content.Peek(mark + 5)
	return len(head) == mark+5 && string(head[mark:]) == "ustar"
}

var errExcel = errors.New("it is a workbook of a spreadsheet: export the sheet as CSV, in UTF-8")

// spool reads a pipe to its end, since some forms are read from there, and returns the size.
func (in *input) spool(rest io.Reader) (size int64, err error) {
	if !in.regular() {
		read, err := io.Copy(io.Discard, io.LimitReader(rest, mostPiped))
		if err == nil && read == mostPiped {
			err = fmt.Errorf("more than %d bytes from a pipe: write them to a file", int64(mostPiped))
		}
		if err != nil {
			return 0, err
		}
	}
	return in.size()
}

func (in *input) parquet(rest io.Reader) (recorded.Rows, func(), error) {
	size, err := in.spool(rest)
	if err != nil {
		return nil, nil, err
	}
	table, err := store.OpenRows(in.file, size)
	if err != nil {
		return nil, nil, fmt.Errorf("the Parquet file cannot be read: %w", err)
	}
	if plain := table.Count() * leastOfRow; plain > plainAlways && plain > mostExpanded*size {
		table.Close()
		return nil, nil, fmt.Errorf("its %d rows are more than %d times its size: write it without repetitions, if that is meant", table.Count(), mostExpanded)
	}
	return table, table.Close, nil
}

func (in *input) decompress(compressed io.Reader, magic []byte) (plain io.Reader, release func(), err error) {
	release = func() {}
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		plain, err = gzip.NewReader(compressed)
	case bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		var decoder *zstd.Decoder
		if decoder, err = zstd.NewReader(compressed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(mostWindow)); err == nil {
			plain, release = decoder, decoder.Close
		}
	case bytes.HasPrefix(magic, []byte("BZh")):
		plain = bzip2.NewReader(compressed)
	default:
		return compressed, release, nil
	}
	if err != nil {
		return nil, nil, err
	}
	return (&expansion{in: in}).of(plain), release, nil
}

// mostMembers is how many files of an archive are read.
const mostMembers = 100_000

// zipped reads the files of a zip archive, each a table.
func (in *input) zipped(rest io.Reader, separator rune, use func(table) error) error {
	size, err := in.spool(rest)
	if err != nil {
		return err
	}
	archive, err := zip.NewReader(in.file, size)
	if err != nil {
		return fmt.Errorf("the zip archive cannot be read: %w", err)
	}
	var members []*zip.File
	for _, file := range archive.File {
		switch {
		case file.Name == "[Content_Types].xml":
			return errExcel
		case file.Name == "mimetype":
			return errExcel
		case file.Flags&1 != 0:
			return fmt.Errorf("%s in the archive is encrypted: extract it first", file.Name)
		case file.FileInfo().IsDir() || strings.HasPrefix(file.Name, "__MACOSX/") || strings.HasPrefix(path.Base(file.Name), "."): // what macOS adds
		default:
			members = append(members, file)
		}
	}
	if n := len(members); n == 0 || n > mostMembers {
		return fmt.Errorf("the zip archive holds %s, and 1 to %d are read", text.Count(n, "file"), mostMembers)
	}
	limit := &expansion{in: in}
	for _, member := range members {
		plain, err := member.Open()
		if err == nil {
			err = in.text(limit.of(plain), member.Name, separator, use)
			plain.Close()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// expansion is how much was decompressed of an input, which ends where little becomes too
// much.
type expansion struct {
	in   *input
	read int64
}

// of counts what is read of a part.
func (e *expansion) of(part io.Reader) io.Reader { return &expansionLimit{part, e} }

type expansionLimit struct {
	from io.Reader
	*expansion
}

func (l *expansionLimit) Read(to []byte) (int, error) {
	n, err := l.from.Read(to)
	l.read += int64(n)
	if l.read > plainAlways {
		size, failed := l.in.size()
		if failed != nil {
			return n, failed
		}
		if l.read > mostExpanded*size {
			return n, fmt.Errorf("it decompresses to more than %d times its size: decompress it first, if that is meant", mostExpanded)
		}
	}
	return n, err
}

// EachTable calls a function with each table of a file in any of the forms that quotes come in: CSV,
// compressed or not, or Parquet; - is standard input. name is that of a file in an archive, and empty
// elsewhere.
func EachTable(path string, use func(name string, rows recorded.Rows) error) error {
	in, err := openInput(path)
	if err != nil {
		return err
	}
	defer in.close()
	return in.tables(0, func(t table) error { return use(t.name, t.rows) })
}
