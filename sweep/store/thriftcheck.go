package store

import (
	"encoding/binary"
	"errors"
)

// What a Parquet file says of itself is Thrift in its compact form: lists and texts with
// their length before them. Libraries allocate what a length says; so it is compared with
// the bytes that are there before a library sees it.

var errThrift = errors.New("its structure is damaged")

// mostThriftDepth bounds how deep structures lie in one another: Parquet's lie 8 deep.
const mostThriftDepth = 16

// checkThrift walks a structure at the beginning of b and returns the bytes that it
// takes. No list or text is longer than what is left.
func checkThrift(b []byte) (taken int, err error) {
	c := thriftCheck{rest: b}
	c.structure(0)
	if c.failed {
		return 0, errThrift
	}
	return len(b) - len(c.rest), nil
}

type thriftCheck struct {
	rest   []byte
	failed bool
}

// The compact types.
const (
	thriftStop = iota
	thriftTrue
	thriftFalse
	thriftByte
	thriftI16
	thriftI32
	thriftI64
	thriftDouble
	thriftBinary
	thriftList
	thriftSet
	thriftMap
	thriftStruct
)

func (c *thriftCheck) skip(n uint64) {
	if n > uint64(len(c.rest)) {
		c.failed = true
		return
	}
	c.rest = c.rest[n:]
}

func (c *thriftCheck) byte() byte {
	if len(c.rest) == 0 {
		c.failed = true
		return 0
	}
	b := c.rest[0]
	c.rest = c.rest[1:]
	return b
}

func (c *thriftCheck) number() uint64 {
	x, n := binary.Uvarint(c.rest)
	if n <= 0 {
		c.failed = true
		return 0
	}
	c.rest = c.rest[n:]
	return x
}

func (c *thriftCheck) structure(depth int) {
	if depth > mostThriftDepth {
		c.failed = true
	}
	for !c.failed {
		header := c.byte()
		if header == thriftStop {
			return
		}
		if header>>4 == 0 { // the field's number follows by itself
			c.number()
		}
		if kind := header & 15; kind != thriftTrue && kind != thriftFalse { // which are values themselves
			c.value(kind, depth)
		}
	}
}

func (c *thriftCheck) value(kind byte, depth int) {
	switch kind {
	case thriftTrue, thriftFalse, thriftByte:
		c.skip(1)
	case thriftI16, thriftI32, thriftI64:
		c.number()
	case thriftDouble:
		c.skip(8)
	case thriftBinary:
		c.skip(c.number())
	case thriftList, thriftSet:
		c.list(depth)
	case thriftMap:
		if size := c.number(); size > 0 {
			kinds := c.byte()
			for ; size > 0 && !c.failed; size-- {
				c.value(kinds>>4, depth+1)
				c.value(kinds&15, depth+1)
			}
		}
	case thriftStruct:
		c.structure(depth + 1)
	default:
		c.failed = true
	}
}

func (c *thriftCheck) list(depth int) {
	header := c.byte()
	size := uint64(header >> 4)
	if size == 15 {
		size = c.number()
	}
	if size > uint64(len(c.rest)) { // an entry takes a byte at least
		c.failed = true
	}
	for ; size > 0 && !c.failed; size-- {
		c.value(header&15, depth+1)
	}
}
