package store

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/parquet-go/parquet-go/format"
)

// pageData is what a page is said to hold. Encodings count what they hold in runs and
// blocks; the library makes room for what they say, so that it is added up before.
type pageData struct {
	encoding format.Encoding
	values   int64 // nulls included
	optional bool
	boolean  bool
	apart    bool // the levels come before what is compressed, as in pages of the second version
	levels   int  // their bytes, where they are apart
}

// mostPadding is how many values more than it has a page may count: the last run is
// filled up.
const mostPadding = 512

var errRuns = errors.New("a page counts more values than it has")

// plain reports whether the page counts nothing in its bytes.
func (d *pageData) plain() bool {
	return !d.optional && (d.encoding == format.Plain && !d.boolean || d.encoding == format.ByteStreamSplit)
}

// check adds up the runs of levels that are apart and of the page behind them.
func (d *pageData) check(apart, page []byte) error {
	if d.optional && d.apart {
		if err := checkRuns(apart, 1, d.values); err != nil {
			return err
		}
	}
	if d.optional && !d.apart {
		levels, rest, err := prefixed(page)
		if err != nil {
			return err
		}
		if err := checkRuns(levels, 1, d.values); err != nil {
			return err
		}
		page = rest
	}
	switch {
	case len(page) == 0:
		return nil
	//lint:ignore SA1019 older writers mark dictionary pages so
	case d.encoding == format.PlainDictionary, d.encoding == format.RLEDictionary:
		return checkRuns(page[1:], int(page[0]), d.values)
	case d.encoding == format.RLE:
		runs, _, err := prefixed(page)
		if err != nil {
			return err
		}
		return checkRuns(runs, 1, d.values)
	case d.encoding == format.DeltaBinaryPacked:
		_, _, err := deltaNumbers(page, d.values)
		return err
	case d.encoding == format.DeltaLengthByteArray:
		return checkTexts(page, nil, d.values)
	case d.encoding == format.DeltaByteArray:
		prefixes, rest, err := deltaNumbers(page, d.values)
		if err != nil {
			return err
		}
		return checkTexts(rest, prefixes, d.values)
	case d.encoding == format.Plain, d.encoding == format.ByteStreamSplit:
		return nil
	}
	return fmt.Errorf("a page is encoded by %s, which is not read", d.encoding)
}

// prefixed cuts off a part that begins with its length.
func prefixed(page []byte) (part, rest []byte, err error) {
	if len(page) < 4 {
		return nil, nil, errors.New("a page is cut short")
	}
	length := int64(binary.LittleEndian.Uint32(page))
	if length > int64(len(page)-4) {
		return nil, nil, errors.New("a part of a page is longer than it")
	}
	return page[4 : 4+length], page[4+length:], nil
}

// checkRuns adds up the runs of the RLE and bit-packing hybrid encoding. A run has a header
// h: where h is odd, 8·(h/2) packed values follow, else one value, repeated h/2 times.
func checkRuns(runs []byte, bits int, values int64) error {
	if bits > 32 {
		return fmt.Errorf("a page has values of %d bits", bits)
	}
	c := thriftCheck{rest: runs} // numbers are of the same form
	for counted := uint64(0); len(c.rest) > 0 && counted < uint64(values); {
		header := c.number()
		count, bytes := header>>1, uint64(bits+7)/8
		if header&1 == 1 {
			if count > uint64(len(runs)) && bits > 0 || count > 1<<40 {
				return errRuns
			}
			count, bytes = 8*count, min(count*uint64(bits), uint64(len(c.rest)))
		}
		c.skip(bytes)
		if counted += count; c.failed || count > uint64(values)+mostPadding || counted > uint64(values)+mostPadding {
			return errRuns
		}
	}
	return nil
}

// deltaNumbers reads at most the given number of delta-encoded integers, and returns the
// bytes after them.
func deltaNumbers(data []byte, most int64) (values []int64, rest []byte, err error) {
	c := thriftCheck{rest: data}
	block, miniblocks, count := c.number(), c.number(), c.number()
	value := zigzag(c.number())
	if c.failed || block == 0 || block > 1<<16 || miniblocks == 0 || miniblocks > block || block/miniblocks%8 != 0 || count > uint64(most) {
		return nil, nil, errRuns
	}
	values = make([]int64, 0, min(count, 1<<16))
	if count > 0 {
		values = append(values, value)
	}
	each := block / miniblocks
	for uint64(len(values)) < count {
		least := zigzag(c.number())
		widths := c.rest
		if c.skip(miniblocks); c.failed {
			return nil, nil, errRuns
		}
		for m := uint64(0); m < miniblocks && uint64(len(values)) < count; m++ {
			bits := uint64(widths[m])
			packed := c.rest
			if c.skip(each * bits / 8); c.failed || bits > 64 {
				return nil, nil, errRuns
			}
			for i := uint64(0); i < each && uint64(len(values)) < count; i++ {
				value += least + int64(unpack(packed, i*bits, bits))
				values = append(values, value)
			}
		}
	}
	return values, c.rest, nil
}

// unpack returns the little-endian number of the given width that begins at a bit.
func unpack(packed []byte, at, bits uint64) (x uint64) {
	for i := range bits {
		x |= uint64(packed[(at+i)/8]>>((at+i)%8)&1) << i
	}
	return x
}

func zigzag(x uint64) int64 { return int64(x>>1) ^ -int64(x&1) }

// checkTexts checks texts whose lengths come before them, and which begin with that much
// of the text before: together they are no longer than a page.
func checkTexts(data []byte, prefixes []int64, values int64) error {
	lengths, rest, err := deltaNumbers(data, values)
	if err != nil {
		return err
	}
	if prefixes != nil && len(prefixes) != len(lengths) {
		return errRuns
	}
	stored, together, before := int64(0), int64(0), int64(0)
	for i, length := range lengths {
		prefix := int64(0)
		if prefixes != nil {
			prefix = prefixes[i]
		}
		if length < 0 || prefix < 0 || prefix > before {
			return errRuns
		}
		before = prefix + length
		stored, together = stored+length, together+before
		if stored > int64(len(rest)) || together > mostPage {
			return errRuns
		}
	}
	return nil
}
