package store

import (
	"errors"
	"io"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
)

// Numbers that compress to nearly their size come out of LZ4 as they went in, with nulls and
// without, in pages of both versions.
func TestPagesOfLZ4(t *testing.T) {
	type row struct {
		Plain    float64  `parquet:"plain"`
		Optional *float64 `parquet:"optional,optional"`
		Named    string   `parquet:"named,dict"`
	}
	random := rand.New(rand.NewPCG(4, 0))
	var rows []row
	for i := range 3000 {
		x := random.NormFloat64()
		next := row{Plain: random.NormFloat64(), Optional: &x, Named: strconv.Itoa(i % 7)}
		if i%5 == 0 {
			next.Optional = nil
		}
		rows = append(rows, next)
	}
	for _, version := range []int{1, 2} {
		for _, codec := range []compress.Codec{&parquet.Lz4Raw, &parquet.Snappy} {
			read := openParquet(t, rows, parquet.Compression(codec), parquet.DataPageVersion(version), parquet.PageBufferSize(4000), parquet.MaxRowsPerRowGroup(1100))
			columns := map[string]int{}
			names, err := read.Read()
			if err != nil {
				t.Fatal(err)
			}
			for i, name := range names {
				columns[name] = i
			}
			for i, want := range rows {
				cells, err := read.Read()
				if err != nil {
					t.Fatalf("version %d, %s, row %d: %v", version, codec, i, err)
				}
				optional := ""
				if want.Optional != nil {
					optional = strconv.FormatFloat(*want.Optional, 'g', -1, 64)
				}
				if got := []string{cells[columns["plain"]], cells[columns["optional"]], cells[columns["named"]]}; got[0] != strconv.FormatFloat(want.Plain, 'g', -1, 64) || got[1] != optional || got[2] != want.Named {
					t.Fatalf("version %d, %s, row %d: %v, want %+v", version, codec, i, got, want)
				}
			}
			if _, err := read.Read(); !errors.Is(err, io.EOF) {
				t.Errorf("after the rows: %v", err)
			}
		}
	}
}
