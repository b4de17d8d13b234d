package sweep

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/klauspost/compress/zstd"

	"optmm/engine/market"
	"optmm/sweep/grid"
	"optmm/sweep/store"
)

// ReadRecorded reads recorded quotes, of one option series or of a chain in long form,
// from a file of CSV, which may be compressed, or of Parquet. A file with the columns
// of the long form is a chain, unless it holds one strike and expiry. An error comes
// with a nil interface.
func ReadRecorded(path string) (market.Recorded, error) {
	chain, chainErr := ReadChain(path)
	if chainErr == nil && len(chain.Options) > 2 {
		return chain, nil
	}
	quotes, err := ReadQuotes(path)
	var notLong *market.MissingColumn
	var several *market.SeveralSeriesError
	switch {
	case err == nil:
		return quotes, nil
	case chainErr == nil: // one option, in which something is wrong
		return nil, fmt.Errorf("%w (a file of one option has neither missing nor crossed quotes)", err)
	case errors.As(err, &several), !errors.As(chainErr, &notLong):
		return nil, chainErr
	}
	return nil, err
}

// ReadQuotes reads recorded quotes of one option series.
func ReadQuotes(path string) (*market.Quotes, error) {
	return readData(path, market.ReadQuotes)
}

// ReadChain reads recorded quotes of many options in long form.
func ReadChain(path string) (*market.Chain, error) {
	return readData(path, market.ReadChain)
}

// readData reads a file of quotes; an error names it.
func readData[T any](path string, read func(market.Rows) (T, error)) (data T, err error) {
	rows, closeRows, err := openRows(path)
	if err != nil {
		return data, fmt.Errorf("read quotes: %w", err)
	}
	defer closeRows()
	data, err = read(rows)
	var missing *market.MissingColumn
	if errors.As(err, &missing) {
		return data, fmt.Errorf("read quotes: %s: %w%s", path, err, nearestColumn(missing))
	}
	if err != nil {
		return data, fmt.Errorf("read quotes: %s: %w", path, err)
	}
	return data, nil
}

// openRows opens a table: of Parquet where its first bytes say so, or else of CSV.
func openRows(path string) (rows market.Rows, closeRows func(), err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	var magic [4]byte
	if _, err := io.ReadFull(file, magic[:]); err == nil && string(magic[:]) == "PAR1" {
		table, err := store.OpenRows(file)
		if err != nil {
			file.Close() // which the library may have done
			return nil, nil, fmt.Errorf("%s: the Parquet file cannot be read: %w", path, err)
		}
		return table, func() { table.Close() }, nil
	}
	file.Close()
	plain, err := openData(path)
	if err != nil {
		return nil, nil, err
	}
	return market.CSV(plain), func() { plain.Close() }, nil
}

// openData opens a file for reading, decompressed where its first bytes say that
// it is gzip or Zstandard.
func openData(path string) (io.ReadCloser, error) {
	information, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if information.IsDir() {
		return nil, fmt.Errorf("%s is a folder", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	buffered := bufio.NewReaderSize(file, 1<<16)
	magic, err := buffered.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		file.Close()
		return nil, err
	}
	var plain io.Reader = buffered
	release := func() {}
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		plain, err = gzip.NewReader(buffered)
	case bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		var decoder *zstd.Decoder
		decoder, err = zstd.NewReader(buffered, zstd.WithDecoderConcurrency(1))
		if err == nil {
			plain, release = decoder, decoder.Close
		}
	default:
		err = nil
	}
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &dataFile{Reader: plain, release: release, file: file}, nil
}

// dataFile is a file with what decompresses it.
type dataFile struct {
	io.Reader
	release func()
	file    *os.File
}

func (d *dataFile) Close() error {
	d.release()
	return d.file.Close()
}

// nearestColumn asks about the header's column that is spelled most like the one
// that is missing.
func nearestColumn(missing *market.MissingColumn) string {
	nearest := grid.Nearest(missing.Names[0], missing.Header)
	return strings.NewReplacer("did you mean ", "is ", "?)", " meant?)").Replace(nearest)
}
