package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
	"github.com/pierrec/lz4/v4"
)

// The choices of output.compression, of the files of minutes.
const (
	CompressNone = "none"
	CompressLZ4  = "lz4"
	CompressZstd = "zstd"
)

// Compressions lists the choices of output.compression.
func Compressions() []string { return []string{CompressNone, CompressLZ4, CompressZstd} }

// A pageCompressor passes a Parquet file on with its pages compressed. Files are made without
// compression, since what is made over a template has to be, and are compressed as they are written:
// first their row groups, from the magic on, by Write, then their footer by finish. The library's own codecs
// are not used: it has none for LZ4, and allocates that of Zstandard for each page.
type pageCompressor struct {
	codec   format.CompressionCodec
	encoder *zstd.Encoder // of Zstandard
	lz4     lz4.Compressor
	page    []byte // compressed

	to      io.Writer
	waiting []byte      // a page that is not whole yet
	read    int64       // of the file as it was, up to waiting
	written int64       // of the file as it is
	pages   []movedPage // in the order of the file
}

// movedPage is where a page was and is, its header included.
type movedPage struct{ from, to int64 }

// newPageCompressor returns a compressor; nil of none.
func newPageCompressor(compression string) (*pageCompressor, error) {
	switch compression {
	case CompressLZ4:
		return &pageCompressor{codec: format.Lz4Raw}, nil
	case CompressZstd:
		encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false))
		return &pageCompressor{codec: format.Zstd, encoder: encoder}, err
	}
	return nil, nil
}

// begin starts a file.
func (c *pageCompressor) begin(to io.Writer) {
	c.to, c.waiting, c.read, c.written, c.pages = to, c.waiting[:0], 0, 0, c.pages[:0]
}

// whole writes a file that is there from the magic to the end.
func (c *pageCompressor) whole(to io.Writer, content []byte) error {
	c.begin(to)
	lengthAt := len(content) - len(magic) - 4
	footer := lengthAt - int(binary.LittleEndian.Uint32(content[lengthAt:]))
	if _, err := c.Write(content[:footer]); err != nil {
		return err
	}
	return c.finish(content[footer:])
}

// Write takes a piece of the magic and the row groups.
func (c *pageCompressor) Write(piece []byte) (int, error) {
	c.waiting = append(c.waiting, piece...)
	rest := c.waiting
	if c.read == 0 && len(rest) >= len(magic) {
		if err := c.pass(rest[:len(magic)]); err != nil {
			return 0, err
		}
		c.read, rest = int64(len(magic)), rest[len(magic):]
	}
	for c.read > 0 && len(rest) > 0 {
		length, err := c.compressPage(rest)
		if err != nil {
			return 0, err
		}
		if length == 0 {
			break // it is not whole
		}
		c.read, rest = c.read+int64(length), rest[length:]
	}
	c.waiting = append(c.waiting[:0], rest...)
	return len(piece), nil
}

// pass writes bytes as they are.
func (c *pageCompressor) pass(content []byte) error {
	n, err := c.to.Write(content)
	c.written += int64(n)
	return err
}

// compressPage writes the page at the beginning of content and returns its length, 0 where it is
// not whole.
func (c *pageCompressor) compressPage(content []byte) (length int, err error) {
	taken, err := checkThrift(content)
	if err != nil {
		return 0, nil // more of it will come, or the file lacks it at the end
	}
	var header format.PageHeader
	if err := thrift.Unmarshal(&thrift.CompactProtocol{}, content[:taken], &header); err != nil {
		return 0, fmt.Errorf("compress a page: %w", err)
	}
	length = taken + int(header.CompressedPageSize)
	if len(content) < length {
		return 0, nil
	}
	if header.Type == format.DataPageV2 {
		return 0, errors.New("compress a page: the library wrote one of another kind")
	}
	body, err := c.compress(content[taken:length])
	if err != nil {
		return 0, fmt.Errorf("compress a page: %w", err)
	}
	header.CompressedPageSize = int32(len(body))
	written, err := thrift.Marshal(&thrift.CompactProtocol{}, &header)
	if err != nil {
		return 0, fmt.Errorf("compress a page: %w", err)
	}
	c.pages = append(c.pages, movedPage{c.read, c.written})
	return length, errors.Join(c.pass(written), c.pass(body))
}

// compress compresses the body of a page; what it returns is valid until the next call.
func (c *pageCompressor) compress(body []byte) ([]byte, error) {
	if c.encoder != nil {
		c.page = c.encoder.EncodeAll(body, c.page[:0])
		return c.page, nil
	}
	c.page = grow(c.page, lz4.CompressBlockBound(len(body)))
	n, err := c.lz4.CompressBlock(body, c.page)
	return c.page[:n], err
}

// finish writes the footer, in which it says where the pages are now.
func (c *pageCompressor) finish(footer []byte) error {
	if len(c.waiting) > 0 {
		return fmt.Errorf("compress a file: its last %d bytes are of no page", len(c.waiting))
	}
	var meta format.FileMetaData
	if err := thrift.Unmarshal(&thrift.CompactProtocol{}, footer[:len(footer)-len(magic)-4], &meta); err != nil {
		return fmt.Errorf("compress a file: %w", err)
	}
	next := 0
	for i := range meta.RowGroups {
		group := &meta.RowGroups[i]
		group.TotalCompressedSize = 0
		for k := range group.Columns {
			chunk := &group.Columns[k]
			m := &chunk.MetaData
			first, size := chunkPlace(m)
			begins := next
			for next < len(c.pages) && c.pages[next].from < first+size {
				switch page := c.pages[next]; page.from {
				case m.DictionaryPageOffset:
					m.DictionaryPageOffset = page.to
				case m.DataPageOffset:
					m.DataPageOffset = page.to
				}
				next++
			}
			ends := c.written
			if next < len(c.pages) {
				ends = c.pages[next].to
			}
			if begins == next || c.pages[begins].from != first {
				return fmt.Errorf("compress a file: the footer says that column %d begins at %d, where no page does", k, first)
			}
			m.Codec, m.TotalCompressedSize, chunk.FileOffset = c.codec, ends-c.pages[begins].to, 0
			group.TotalCompressedSize += m.TotalCompressedSize
			if k == 0 {
				group.FileOffset = c.pages[begins].to
			}
		}
	}
	content, err := thrift.Marshal(&thrift.CompactProtocol{}, &meta)
	if err != nil {
		return fmt.Errorf("compress a file: %w", err)
	}
	content = binary.LittleEndian.AppendUint32(content, uint32(len(content)))
	return c.pass(append(content, magic...))
}
