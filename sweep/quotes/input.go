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

func openInput(path string) (*input, error) {
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

// rows reads the input as a table: of Parquet where its first bytes say so, or else of
// CSV, which gzip, Zstandard, bzip2 or zip may have compressed.
func (in *input) rows(separator rune) (rows recorded.Rows, closeRows func(), err error) {
	buffered := bufio.NewReaderSize(in.reader(), 1<<16)
	magic, err := buffered.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	if string(magic) == "PAR1" {
		return in.parquet(buffered)
	}
	plain, release, err := in.decompress(buffered, magic)
	if err != nil {
		return nil, nil, err
	}
	content := bufio.NewReaderSize(plain, 1<<16)
	if err := refuseOther(content); err != nil {
		release()
		return nil, nil, err
	}
	return recorded.NewSeparated(content, separator), release, nil
}

// refuseOther refuses what is no text, with the way out.
func refuseOther(content *bufio.Reader) error {
	first, _ := content.Peek(8) // an error shows again when it is read
	switch {
	case bytes.HasPrefix(first, []byte{0xff, 0xfe}), bytes.HasPrefix(first, []byte{0xfe, 0xff}), bytes.IndexByte(first, 0) >= 0:
		return errors.New("the text is UTF-16: save it as UTF-8")
	case bytes.HasPrefix(first, []byte{0xd0, 0xcf, 0x11, 0xe0}):
		return errExcel
	case bytes.HasPrefix(first, []byte("PK\x03\x04")), bytes.HasPrefix(first, []byte{0x1f, 0x8b}), bytes.HasPrefix(first, []byte("PAR1")):
		return errors.New("what it decompresses to is compressed again, or Parquet: decompress it first")
	}
	return nil
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
	case string(magic) == "PK\x03\x04", string(magic) == "PK\x05\x06": // the second of an empty one
		var member io.ReadCloser
		if member, err = in.zipped(compressed); err == nil {
			plain, release = member, func() { member.Close() }
		}
	default:
		return compressed, release, nil
	}
	if err != nil {
		return nil, nil, err
	}
	return &expansionLimit{from: plain, in: in}, release, nil
}

// zipped opens the one file of a zip archive.
func (in *input) zipped(rest io.Reader) (io.ReadCloser, error) {
	size, err := in.spool(rest)
	if err != nil {
		return nil, err
	}
	archive, err := zip.NewReader(in.file, size)
	if err != nil {
		return nil, fmt.Errorf("the zip archive cannot be read: %w", err)
	}
	var members []*zip.File
	for _, file := range archive.File {
		switch {
		case file.Name == "[Content_Types].xml":
			return nil, errExcel
		case file.FileInfo().IsDir() || strings.HasPrefix(file.Name, "__MACOSX/"): // what macOS adds
		default:
			members = append(members, file)
		}
	}
	if len(members) != 1 {
		return nil, fmt.Errorf("the zip archive holds %s: extract them, and name one", text.Count(len(members), "file"))
	}
	return members[0].Open()
}

// expansionLimit ends reading where little becomes too much.
type expansionLimit struct {
	from io.Reader
	in   *input
	read int64
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
