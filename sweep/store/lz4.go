package store

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// The library decompresses a page of LZ4 into other memory where it compresses to more than a
// third, and then reads what was in the memory that it meant (v0.32.0, Column.decompress with
// lz4.Codec.Decode): such pages come out as other numbers. So it is given none of LZ4.

// hasLZ4 reports whether some column of a file is compressed by LZ4.
func hasLZ4(meta *format.FileMetaData) bool {
	return slices.ContainsFunc(meta.RowGroups, func(group format.RowGroup) bool {
		return slices.ContainsFunc(group.Columns, func(c format.ColumnChunk) bool { return c.MetaData.Codec == format.Lz4Raw })
	})
}

// withoutLZ4 writes a file again with the pages that LZ4 compressed as they are, in a temporary
// file, which is gone when it is closed.
func withoutLZ4(from io.ReaderAt, meta *format.FileMetaData) (plain *os.File, size int64, err error) {
	file, err := os.CreateTemp("", "optmm-parquet-*")
	if err != nil {
		return nil, 0, err
	}
	os.Remove(file.Name())
	w := &plainWriter{to: bufio.NewWriterSize(file, 1<<20), checker: pageChecker{from: from}}
	w.write([]byte("PAR1"))
	for i := range meta.RowGroups {
		group := &meta.RowGroups[i]
		for k := range group.Columns {
			if w.err == nil {
				w.err = w.chunk(&group.Columns[k])
			}
		}
	}
	footer, err := thrift.Marshal(&thrift.CompactProtocol{}, meta)
	if err != nil && w.err == nil {
		w.err = err
	}
	w.write(footer)
	w.write(binary.LittleEndian.AppendUint32(nil, uint32(len(footer))))
	w.write([]byte("PAR1"))
	if w.err == nil {
		w.err = w.to.Flush()
	}
	if w.err != nil {
		file.Close()
		return nil, 0, fmt.Errorf("decompress it: %w", w.err)
	}
	return file, w.at, nil
}

// plainWriter writes columns whose pages are not compressed; its first error stays.
type plainWriter struct {
	to      *bufio.Writer
	checker pageChecker
	at      int64
	err     error
}

func (w *plainWriter) write(bytes []byte) {
	if w.err == nil {
		_, w.err = w.to.Write(bytes)
		w.at += int64(len(bytes))
	}
}

// chunk writes a column of a row group, and says in its metadata where it is now.
func (w *plainWriter) chunk(c *format.ColumnChunk) error {
	m := &c.MetaData
	c.OffsetIndexOffset, c.OffsetIndexLength, c.ColumnIndexOffset, c.ColumnIndexLength = 0, 0, 0, 0 // which are not read
	m.BloomFilterOffset, m.BloomFilterLength, m.IndexPageOffset = 0, 0, 0
	first, left := chunkPlace(m)
	begins, dictionary, data := w.at, int64(0), w.at
	for at := first; left > 0; {
		header, taken, err := w.checker.readHeader(at, left)
		if err != nil {
			return err
		}
		length := int64(header.CompressedPageSize)
		if length < 0 || length > left-taken || header.UncompressedPageSize < 0 || header.UncompressedPageSize > mostPage {
			return fmt.Errorf("a page is larger than its column, or than %d bytes", mostPage)
		}
		page := make([]byte, length)
		if _, err := w.checker.from.ReadAt(page, at+taken); err != nil {
			return err
		}
		if m.DictionaryPageOffset == at {
			dictionary = w.at
		}
		if m.DataPageOffset == at {
			data = w.at
		}
		if m.Codec == format.Lz4Raw {
			if page, err = w.plain(header, page); err != nil {
				return err
			}
		}
		written, err := thrift.Marshal(&thrift.CompactProtocol{}, header)
		if err != nil {
			return err
		}
		w.write(written)
		w.write(page)
		at, left = at+taken+length, left-taken-length
	}
	m.DictionaryPageOffset, m.DataPageOffset = dictionary, data
	if m.Codec == format.Lz4Raw {
		m.Codec = format.Uncompressed
	}
	m.TotalCompressedSize, c.FileOffset = w.at-begins, 0
	return nil
}

// plain decompresses a page, and says so in its header.
func (w *plainWriter) plain(header *format.PageHeader, page []byte) ([]byte, error) {
	levels, compressed := 0, true
	if header.Type == format.DataPageV2 {
		v2 := &header.DataPageHeaderV2.V
		levels = int(v2.RepetitionLevelsByteLength) + int(v2.DefinitionLevelsByteLength)
		if v2.RepetitionLevelsByteLength < 0 || v2.DefinitionLevelsByteLength < 0 || levels > min(len(page), int(header.UncompressedPageSize)) {
			return nil, errors.New("the levels of a page are longer than it")
		}
		compressed = !v2.IsCompressed.Valid || v2.IsCompressed.V
		v2.IsCompressed.V, v2.IsCompressed.Valid = false, true
	}
	if compressed {
		values, err := w.checker.decompress(format.Lz4Raw, page[levels:], int(header.UncompressedPageSize)-levels)
		if err != nil {
			return nil, err
		}
		page = append(page[:levels:levels], values...)
	}
	header.CompressedPageSize = header.UncompressedPageSize
	header.CRC = 0 // it was of the bytes before
	return page, nil
}
