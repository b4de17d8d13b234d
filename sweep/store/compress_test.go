package store

import (
	"bytes"
	"io"
	"path/filepath"
	"testing"

	"optmm/engine/account"
)

// What is compressed, over a template, by the library or packed, is read as it was, and its pages
// are smaller where there is something to save.
func TestCompressedFilesAreRead(t *testing.T) {
	for _, compression := range []string{CompressLZ4, CompressZstd} {
		var plain, compressed *RunEncoder
		runs := 0
		manyRuns(t, func(run int, record *account.Record) {
			if plain == nil || !plain.Fits(record.Market) {
				var err error
				if plain, err = NewRunEncoder(record.Market, &Kept{}); err != nil {
					t.Fatal(err)
				}
				if compressed, err = NewRunEncoder(record.Market, &Kept{Compression: compression}); err != nil {
					t.Fatal(err)
				}
			}
			pairs := []Pair{{"run", "7"}}
			var sizes [2]int
			var digests [2]string
			for i, encoder := range []*RunEncoder{plain, compressed} {
				folder := t.TempDir()
				err := WriteFile(folder, "run", func(to io.Writer) error {
					var content bytes.Buffer
					if err := encoder.WriteRun(&content, record, pairs); err != nil {
						return err
					}
					sizes[i] = content.Len()
					_, err := to.Write(content.Bytes())
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				digests[i] = digestOfFile(t, filepath.Join(folder, "run"))
			}
			if digests[0] != digests[1] {
				t.Errorf("%s, run %d: another file is read", compression, run)
			}
			if minutes := len(record.PnL); minutes > 300 && sizes[1] > sizes[0]*19/20 {
				t.Errorf("%s, %d minutes: %d bytes, and %d as they were", compression, minutes, sizes[1], sizes[0])
			}
			runs++
		})
		if runs < 10 {
			t.Errorf("%d runs: the test shows little", runs)
		}
	}
}

func digestOfFile(t *testing.T, name string) string {
	t.Helper()
	reader, err := OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if reader.Metadata("run") != "7" {
		t.Errorf("the metadata of the run is %q", reader.Metadata("run"))
	}
	var digest Digest
	digest.Reset()
	for group := range reader.RowGroups() {
		columns, err := reader.RunColumns(group)
		if err != nil {
			t.Fatal(err)
		}
		digest.Block(columns)
	}
	return digest.String()
}

// What is no whole file is an error, whatever is missing of it.
func TestCompressorRefusesHalfFiles(t *testing.T) {
	manyRuns(t, func(run int, record *account.Record) {
		if run > 0 {
			return
		}
		encoder, err := NewRunEncoder(record.Market, &Kept{})
		if err != nil {
			t.Fatal(err)
		}
		var content bytes.Buffer
		if err := encoder.WriteRun(&content, record, nil); err != nil {
			t.Fatal(err)
		}
		compressor, err := newPageCompressor(CompressLZ4)
		if err != nil {
			t.Fatal(err)
		}
		if err := compressor.whole(io.Discard, content.Bytes()); err != nil {
			t.Fatal(err)
		}
		footer := encoder.run.template.footer
		for cut := 5; cut < footer; cut += 97 {
			compressor.begin(io.Discard)
			if _, err := compressor.Write(content.Bytes()[:cut]); err != nil {
				continue
			}
			if compressor.finish(content.Bytes()[footer:]) == nil {
				t.Errorf("the first %d of %d bytes and the footer are compressed as a file", cut, footer)
			}
		}
	})
}

func BenchmarkCompressRun(b *testing.B) {
	record := headline(b).Record()
	for _, compression := range Compressions() {
		b.Run(compression, func(b *testing.B) {
			encoder, err := NewRunEncoder(record.Market, &Kept{Compression: compression})
			if err != nil {
				b.Fatal(err)
			}
			size := 0
			for b.Loop() {
				var content bytes.Buffer
				if err := encoder.WriteRun(&content, record, nil); err != nil {
					b.Fatal(err)
				}
				size = content.Len()
			}
			b.ReportMetric(float64(size), "bytes/file")
		})
	}
}
