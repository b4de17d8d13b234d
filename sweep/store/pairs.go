package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// keyValuesField is the number of the key-value metadata among the fields of a footer.
const keyValuesField = 5

// arrowSchemaKey is the key of the metadata that Arrow's readers take types from.
const arrowSchemaKey = "ARROW:schema"

// CopyWithPairs writes the content of a file that this package wrote with other metadata: every other
// byte is as it is. A file that is damaged in its structure is an error.
func CopyWithPairs(to io.Writer, name string, pairs []Pair) (err error) {
	from, err := os.Open(name)
	if err != nil {
		return err
	}
	defer from.Close()
	defer func() {
		if err != nil {
			err = fmt.Errorf("read %s: %w", name, err)
		}
	}()
	defer damaged(&err)
	information, err := from.Stat()
	if err != nil {
		return err
	}
	meta, err := readFooter(from, information.Size())
	if err != nil {
		return err
	}
	for _, pair := range meta.KeyValueMetadata {
		if pair.Key == arrowSchemaKey || pair.Key == fillsDigestKey { // of the content
			pairs = append(slices.Clip(pairs), Pair{pair.Key, pair.Value})
		}
	}
	var tail [footerTail]byte
	if _, err := from.ReadAt(tail[:], information.Size()-footerTail); err != nil {
		return err
	}
	footer := make([]byte, binary.LittleEndian.Uint32(tail[:4])) // which readFooter bounds
	pages := information.Size() - footerTail - int64(len(footer))
	if _, err := from.ReadAt(footer, pages); err != nil {
		return err
	}
	first, last, err := keyValues(footer)
	if err != nil {
		return err
	}
	if _, err := io.Copy(to, io.NewSectionReader(from, 0, pages)); err != nil {
		return err
	}
	replaced := slices.Concat(footer[:first], appendPairs(nil, pairs), footer[last:])
	_, err = to.Write(append(binary.LittleEndian.AppendUint32(replaced, uint32(len(replaced))), magic...))
	return err
}

// IsWhole reports whether a file that this package wrote is there and not damaged in its structure; its
// values are not read.
func IsWhole(name string) bool {
	from, err := os.Open(name)
	if err != nil {
		return false
	}
	defer from.Close()
	information, err := from.Stat()
	if err != nil {
		return false
	}
	_, err = readFooter(from, information.Size())
	return err == nil
}

// keyValues finds where the key-value metadata is in a footer: a list of structures.
func keyValues(footer []byte) (first, end int, err error) {
	c := thriftCheck{rest: footer}
	for field := 0; !c.failed; {
		header := c.byte()
		if header == thriftStop {
			return 0, 0, errors.New("the file has no metadata")
		}
		if delta := int(header >> 4); delta > 0 {
			field += delta
		} else { // zigzag
			number := c.number()
			field = int(number >> 1)
		}
		first = len(footer) - len(c.rest)
		if kind := header & 15; kind != thriftTrue && kind != thriftFalse {
			c.value(kind, 0)
		}
		if field == keyValuesField && !c.failed {
			return first, len(footer) - len(c.rest), nil
		}
	}
	return 0, 0, fmt.Errorf("the footer: %w", errThrift)
}
