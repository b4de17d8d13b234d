package store

import (
	"encoding/binary"
	"encoding/hex"
	"math"

	"github.com/zeebo/xxh3"
)

// Digest is a fingerprint of column content: names, types and values, never
// encoded bytes. It is XXH3-128 (Collet 2019): quick enough to take of every
// column of every run, and made to notice change, not to resist forgery.
type Digest struct {
	hasher xxh3.Hasher
	buffer []byte
}

// Reset starts again.
func (d *Digest) Reset() { d.hasher.Reset() }

// Text adds a text and its length.
func (d *Digest) Text(text string) {
	d.word(uint64(len(text)))
	d.hasher.WriteString(text)
}

// Float adds one number, or that it is undefined.
func (d *Digest) Float(x float64, defined bool) {
	if !defined {
		d.Text("undefined")
		return
	}
	d.word(math.Float64bits(x))
}

// addColumn adds a column.
func (d *Digest) addColumn(field *Field, c *Column) {
	d.Text(field.Name)
	d.word(uint64(field.Type))
	d.word(uint64(c.Len()))
	b := d.buffer[:0]
	for _, x := range c.Floats {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
	}
	for _, x := range c.Int32s {
		b = binary.LittleEndian.AppendUint32(b, uint32(x))
	}
	for _, x := range c.Int64s {
		b = binary.LittleEndian.AppendUint64(b, uint64(x))
	}
	for _, x := range c.Uint64s {
		b = binary.LittleEndian.AppendUint64(b, x)
	}
	for _, defined := range c.Valid {
		if defined {
			b = append(b, 1)
		} else {
			b = append(b, 0)
		}
	}
	d.buffer = b
	d.hasher.Write(b)
	for _, text := range c.Texts {
		d.Text(text)
	}
}

// cell adds one value of a column that has no undefined ones.
func (d *Digest) cell(c *Column, row int) {
	switch {
	case c.Floats != nil:
		d.word(math.Float64bits(c.Floats[row]))
	case c.Int64s != nil:
		d.word(uint64(c.Int64s[row]))
	case c.Int32s != nil:
		d.word(uint64(c.Int32s[row]))
	default:
		d.Text(c.Texts[row])
	}
}

func (d *Digest) word(x uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], x)
	d.hasher.Write(b[:])
}

// String returns the fingerprint in hexadecimal.
func (d *Digest) String() string {
	sum := d.hasher.Sum128().Bytes()
	return hex.EncodeToString(sum[:])
}
