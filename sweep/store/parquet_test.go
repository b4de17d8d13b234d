package store

import (
	"bytes"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// openParquet writes rows as a Parquet file and opens it.
func openParquet[T any](t *testing.T, rows []T, options ...parquet.WriterOption) *Rows {
	t.Helper()
	var file bytes.Buffer
	w := parquet.NewGenericWriter[T](&file, options...)
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	opened, err := OpenRows(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { opened.Close() })
	return opened
}
