package store

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
	"github.com/pierrec/lz4/v4"
)

// Anybody's Parquet files are checked before the library reads them: it believes what
// they say of their own sizes, and a wrong one takes all memory, which no recover mends.

// The bounds of a foreign file.
const (
	mostFooter       = 16 << 20
	mostColumns      = 4_096
	mostPage         = 64 << 20  // bytes, decompressed
	mostPages        = 512 << 20 // of one page of each column, decompressed
	mostPageHeader   = 1 << 20
	footerTail       = 8 // the footer's length and the magic bytes
	mostRowsPerGroup = 1 << 31
)

// openForeign checks a file's footer and opens it.
func openForeign(from io.ReaderAt, size int64) (*parquet.File, error) {
	if _, err := readFooter(from, size); err != nil {
		return nil, err
	}
	return parquet.OpenFile(from, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true), parquet.FileReadMode(parquet.ReadModeSync))
}

// readFooter reads a file's footer and checks it against the file.
func readFooter(from io.ReaderAt, size int64) (meta *format.FileMetaData, err error) {
	var tail [footerTail]byte
	if size < 2*footerTail {
		return nil, errors.New("it is cut short")
	}
	if _, err := from.ReadAt(tail[:], size-footerTail); err != nil {
		return nil, err
	}
	length := int64(binary.LittleEndian.Uint32(tail[:4]))
	switch {
	case string(tail[4:]) != "PAR1":
		return nil, errors.New("it is cut short, or encrypted")
	case length > size-2*footerTail+4:
		return nil, errors.New("its footer is longer than the file")
	case length > mostFooter:
		return nil, fmt.Errorf("its footer has %d bytes, at most %d are read", length, mostFooter)
	}
	footer := make([]byte, length)
	if _, err := from.ReadAt(footer, size-footerTail-length); err != nil {
		return nil, err
	}
	taken, err := checkThrift(footer)
	if err != nil {
		return nil, err
	}
	meta = &format.FileMetaData{}
	if err := thrift.Unmarshal(&thrift.CompactProtocol{}, footer[:taken], meta); err != nil {
		return nil, err
	}
	return meta, checkFooter(meta, size)
}

// damaged makes an error of a panic: the library panics on damaged files.
func damaged(err *error) {
	if cause := recover(); cause != nil {
		*err = fmt.Errorf("it is damaged: %v", cause)
	}
}

// checkFooter compares counts and places with each other and with the file.
func checkFooter(meta *format.FileMetaData, size int64) error {
	rows := int64(0)
	if len(meta.Schema) > mostColumns {
		return fmt.Errorf("it has %d columns, at most %d are read", len(meta.Schema), mostColumns)
	}
	for i := range meta.RowGroups {
		group := &meta.RowGroups[i]
		if group.NumRows < 0 || group.NumRows > mostRowsPerGroup {
			return fmt.Errorf("row group %d says that it has %d rows", i, group.NumRows)
		}
		rows += group.NumRows
		for k := range group.Columns {
			c := &group.Columns[k].MetaData
			first, length := chunkPlace(c)
			if first < 4 || length < 0 || length > size-first || c.NumValues < 0 {
				return fmt.Errorf("column %d of row group %d lies outside the file", k, i)
			}
		}
	}
	if rows != meta.NumRows {
		return fmt.Errorf("it says that it has %d rows, its row groups have %d", meta.NumRows, rows)
	}
	return nil
}

// chunkPlace returns where the pages of a column chunk begin, and their bytes.
func chunkPlace(c *format.ColumnMetaData) (first, length int64) {
	first = c.DataPageOffset
	if c.DictionaryPageOffset > 0 && c.DictionaryPageOffset < first {
		first = c.DictionaryPageOffset
	}
	return first, c.TotalCompressedSize
}

// pageChecker checks the pages of column chunks, and keeps its memory.
type pageChecker struct {
	from       io.ReaderAt
	header     []byte
	compressed []byte
	plain      []byte
	zstd       *zstd.Decoder
}

// check reads the page headers of a column chunk: sizes are within the chunk, counts
// within the rows, and every page decompresses to what it says. It returns the bytes of
// the largest page.
func (p *pageChecker) check(c *format.ColumnMetaData, rows int64, optional bool) (largest int, err error) {
	at, left := chunkPlace(c)
	values := int64(0)
	for left > 0 && values < c.NumValues {
		header, taken, err := p.readHeader(at, left)
		if err != nil {
			return 0, err
		}
		size := int64(header.CompressedPageSize)
		switch {
		case size < 0 || size > left-taken || header.UncompressedPageSize < 0:
			return 0, errors.New("a page is larger than its column")
		case header.UncompressedPageSize > mostPage:
			return 0, fmt.Errorf("a page has %d bytes, at most %d are read", header.UncompressedPageSize, mostPage)
		}
		largest = max(largest, int(header.UncompressedPageSize))
		if err := p.checkPage(c, header, at+taken, optional); err != nil {
			return 0, err
		}
		values += dataValues(header)
		at, left = at+taken+size, left-taken-size
	}
	if values != c.NumValues || values != rows {
		return 0, fmt.Errorf("its pages hold %d values for %d rows", values, rows)
	}
	return largest, nil
}

// dataValues is the number of values of a data page, nulls included; 0 of another.
func dataValues(header *format.PageHeader) int64 {
	switch header.Type {
	case format.DataPage:
		return int64(header.DataPageHeader.V.NumValues)
	case format.DataPageV2:
		return int64(header.DataPageHeaderV2.V.NumValues)
	}
	return 0
}

func (p *pageChecker) readHeader(at, left int64) (header *format.PageHeader, taken int64, err error) {
	for size := min(left, 4096); ; size = min(left, 16*size) {
		p.header = grow(p.header, int(size))
		if _, err := p.from.ReadAt(p.header, at); err != nil {
			return nil, 0, err
		}
		n, err := checkThrift(p.header)
		if err != nil && (size == left || size >= mostPageHeader) {
			return nil, 0, err
		}
		if err != nil {
			continue // it may be longer than what was read
		}
		header = &format.PageHeader{}
		return header, int64(n), thrift.Unmarshal(&thrift.CompactProtocol{}, p.header[:n], header)
	}
}

func grow(buffer []byte, size int) []byte {
	if cap(buffer) < size {
		return make([]byte, size)
	}
	return buffer[:size]
}

// checkPage decompresses a page, to no more than it says, and checks what its encoding
// counts.
func (p *pageChecker) checkPage(c *format.ColumnMetaData, header *format.PageHeader, at int64, optional bool) error {
	data := pageData{optional: optional, boolean: c.Type == format.Boolean, values: dataValues(header)}
	codec := c.Codec
	switch header.Type {
	case format.DataPage:
		data.encoding = header.DataPageHeader.V.Encoding
	case format.DataPageV2:
		v2 := &header.DataPageHeaderV2.V
		data.encoding, data.apart = v2.Encoding, true
		repetition, definition := int64(v2.RepetitionLevelsByteLength), int64(v2.DefinitionLevelsByteLength)
		if repetition < 0 || definition < 0 || repetition+definition > int64(min(header.CompressedPageSize, header.UncompressedPageSize)) {
			return errors.New("the levels of a page are longer than it")
		}
		data.levels = int(repetition + definition)
		if v2.IsCompressed.Valid && !v2.IsCompressed.V {
			codec = format.Uncompressed
		}
	case format.DictionaryPage:
		data.encoding, data.optional = format.Plain, false
		if values := int64(header.DictionaryPageHeader.V.NumValues); values < 0 || values > 8*int64(header.UncompressedPageSize) {
			return fmt.Errorf("a dictionary of %d bytes says that it has %d values", header.UncompressedPageSize, values)
		}
	default:
		return nil // an index, which is not read
	}
	if data.values < 0 || data.values > mostRowsPerGroup {
		return fmt.Errorf("a page says that it has %d values", data.values)
	}
	if codec == format.Uncompressed && header.CompressedPageSize != header.UncompressedPageSize {
		return fmt.Errorf("a page of %d bytes says that it has %d", header.CompressedPageSize, header.UncompressedPageSize)
	}
	if codec == format.Uncompressed && data.plain() { // there is nothing in it to look at
		return nil
	}
	p.compressed = grow(p.compressed, int(header.CompressedPageSize))
	if _, err := p.from.ReadAt(p.compressed, at); err != nil {
		return err
	}
	plain, err := p.decompress(codec, p.compressed[data.levels:], int(header.UncompressedPageSize)-data.levels)
	if err != nil {
		return err
	}
	return data.check(p.compressed[:data.levels], plain)
}

// decompress decompresses a page to exactly size bytes. The result is valid until the next
// call.
func (p *pageChecker) decompress(codec format.CompressionCodec, page []byte, size int) ([]byte, error) {
	if codec == format.Uncompressed {
		if len(page) != size {
			return nil, fmt.Errorf("a page of %d bytes says that it has %d", len(page), size)
		}
		return page, nil
	}
	if size == 0 && len(page) == 0 {
		return nil, nil
	}
	p.plain = grow(p.plain, size)
	n, err := 0, error(nil)
	switch codec {
	case format.Snappy:
		if n, err = snappy.DecodedLen(page); err == nil && n == size {
			_, err = snappy.Decode(p.plain, page)
		}
	case format.Lz4Raw:
		n, err = lz4.UncompressBlock(page, p.plain)
	case format.Gzip:
		var reader *gzip.Reader
		if reader, err = gzip.NewReader(bytes.NewReader(page)); err == nil {
			n, err = readExactly(reader, p.plain)
		}
	case format.Brotli:
		n, err = readExactly(brotli.NewReader(bytes.NewReader(page)), p.plain)
	case format.Zstd:
		if p.zstd == nil {
			if p.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(mostPage)); err != nil {
				return nil, err
			}
		}
		if err = p.zstd.Reset(bytes.NewReader(page)); err == nil {
			n, err = readExactly(p.zstd, p.plain)
		}
	default:
		return nil, fmt.Errorf("it is compressed by %s, which is not read", codec)
	}
	if err == nil && n != size {
		err = fmt.Errorf("it has %d bytes and says that it has %d", n, size)
	}
	if err != nil {
		return nil, fmt.Errorf("a page cannot be decompressed: %w", err)
	}
	return p.plain, nil
}

// readExactly fills a buffer and wants nothing behind it.
func readExactly(from io.Reader, buffer []byte) (int, error) {
	n, err := io.ReadFull(from, buffer)
	if err != nil {
		return n, err
	}
	var more [1]byte
	if extra, err := from.Read(more[:]); extra > 0 || err != nil && !errors.Is(err, io.EOF) {
		return n + extra, err
	}
	return n, nil
}

func (p *pageChecker) close() {
	if p.zstd != nil {
		p.zstd.Close()
	}
}
