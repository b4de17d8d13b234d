package store

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"optmm/engine"
	"optmm/engine/account"
	"optmm/engine/market/synthetic"
	"optmm/engine/param"
)

// manyRuns returns runs of several lengths, points and seeds, as a worker meets them.
func manyRuns(t *testing.T, use func(run int, record *account.Record)) {
	t.Helper()
	var simulator engine.Simulator
	run := 0
	const long = 40_000 // too long for a template
	for _, minutes := range []int{40, 40, 1, 333, 40, long, 333} {
		for _, skew := range []float64{0, 0.03} {
			params := param.Defaults(param.Synthetic)
			params.Market.Minutes, params.Skew, params.OptionFee = minutes, skew, skew
			if minutes == long {
				params.Market.Model, params.Market.ExpirySessions = "gbm", 200
			}
			m, err := synthetic.Source{}.Market(params.Market, uint32(run))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := simulator.Run(m, &params, uint64(run)); err != nil {
				t.Fatal(err)
			}
			use(run, simulator.Record())
			run++
		}
	}
}

// What is written over a template is, byte for byte, the file that the library writes.
func TestTemplateIsTheLibrarysFile(t *testing.T) {
	for _, columns := range [][]string{nil, {"pnl"}, {"minute", "inventory", "bid"}} {
		var encoder *RunEncoder
		templates := 0
		manyRuns(t, func(run int, record *account.Record) {
			holdout, err := NewRunEncoder(record.Market, &Kept{Columns: columns, Options: true})
			if err != nil {
				t.Fatal(err)
			}
			if encoder == nil {
				encoder = holdout
				holdout, _ = NewRunEncoder(record.Market, &Kept{Columns: columns, Options: true})
			}
			pairs := slices.Repeat([]Pair{{"run", strconv.Itoa(run)}, {"more", string(make([]byte, 100*run))}}, 1+run)[:2+run]
			var want, got bytes.Buffer
			if err := holdout.WriteRun(&want, record, pairs); err != nil {
				t.Fatal(err)
			}
			before := encoder.run.template
			if err := encoder.WriteRun(&got, record, pairs); err != nil {
				t.Fatal(err)
			}
			if before != nil && before == encoder.run.template && before.rows == len(record.PnL) {
				templates++
			}
			if !bytes.Equal(got.Bytes(), want.Bytes()) {
				t.Errorf("columns %v, run %d: %d bytes over a template are not the %d of the library", columns, run, got.Len(), want.Len())
			}
		})
		if templates < 5 {
			t.Errorf("%d runs were written over a template: the test shows little", templates)
		}
	}
}

// A template that is not the file when it is filled with the file's own values is refused,
// and the library writes; nothing is written outside of the file.
func TestTemplateProvesItself(t *testing.T) {
	manyRuns(t, func(run int, record *account.Record) {
		if run > 0 {
			return
		}
		encoder, err := NewRunEncoder(record.Market, &Kept{Options: true})
		if err != nil {
			t.Fatal(err)
		}
		pairs := []Pair{{"run", "0"}}
		var content bytes.Buffer
		if err := encoder.WriteRun(&content, record, pairs); err != nil {
			t.Fatal(err)
		}
		layout, columns := encoder.run.writer.layout, encoder.run.columns(record)
		if _, err := newTemplate(layout, columns, pairs, content.Bytes()); err != nil {
			t.Fatal(err)
		}
		if _, err := newTemplate(layout, columns, []Pair{{"run", "1"}}, content.Bytes()); err == nil {
			t.Error("other metadata is accepted")
		}
		for i := range columns { // as if the values were elsewhere
			other := slices.Clone(columns)
			switch other[i] = other[i].clone(); {
			case other[i].Floats != nil:
				other[i].Floats[3]++
			case layout.fields[i].width() > 0:
				other[i].Int32s[3]++
			default:
				continue
			}
			if _, err := newTemplate(layout, other, pairs, content.Bytes()); err == nil {
				t.Errorf("column %s has another value: the template is accepted", layout.fields[i].Name)
			}
		}
		for length := range content.Len() {
			if _, err := newTemplate(layout, columns, pairs, content.Bytes()[:length]); err == nil {
				t.Fatalf("a template is made of the first %d bytes", length)
			}
		}
		longer := slices.Clone(columns)
		for i := range longer {
			longer[i] = longer[i].clone()
			longer[i].Floats = append(longer[i].Floats, make([]float64, 100_000)...)
			longer[i].Int32s = append(longer[i].Int32s, make([]int32, 100_000)...)
		}
		if _, err := newTemplate(layout, longer, pairs, content.Bytes()); err == nil {
			t.Error("columns longer than the file are accepted")
		}
		encoder.run.refused, encoder.run.template = true, nil
		var plain bytes.Buffer
		if err := encoder.WriteRun(&plain, record, pairs); err != nil || !bytes.Equal(plain.Bytes(), content.Bytes()) || encoder.run.template != nil {
			t.Errorf("where the template is refused the library does not write: error %v", err)
		}
	})
}

// A packed file gives back the columns of every run, and in each row group's
// statistics which run it is.
func TestPackedFilesAreWritten(t *testing.T) {
	name := filepath.Join(t.TempDir(), "packed.parquet")
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	var encoder *RunEncoder
	var want []string
	var digest Digest
	manyRuns(t, func(run int, record *account.Record) {
		if encoder == nil {
			if encoder, err = NewRunEncoder(record.Market, &Kept{Packed: true, Options: true}); err == nil {
				err = encoder.Begin(file, []Pair{{"first_run", "1000"}})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := encoder.RowGroup(1000+run, record); err != nil {
			t.Fatal(err)
		}
		digest.Reset()
		encoder.AddDigest(record, &digest)
		want = append(want, digest.String())
	})
	if err := encoder.End(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	reader, err := OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if reader.RowGroups() != len(want) || reader.Metadata("first_run") != "1000" || reader.Rows() != 2*(3*40+1+2*333+40_000) {
		t.Fatalf("%d row groups, %d rows, first_run %q", reader.RowGroups(), reader.Rows(), reader.Metadata("first_run"))
	}
	for group := range want {
		if run, err := reader.RunNumber(group); err != nil || run != 1000+group {
			t.Errorf("row group %d is of run %d, error %v", group, run, err)
		}
		columns, err := reader.RunColumns(group)
		if err != nil {
			t.Fatal(err)
		}
		digest.Reset()
		digest.Block(columns)
		if digest.String() != want[group] {
			t.Errorf("row group %d does not hold the columns of its run", group)
		}
		chunk, err := reader.file.MetaData().RowGroup(group).ColumnChunk(0)
		if err != nil {
			t.Fatal(err)
		}
		statistics, err := chunk.Statistics()
		if err != nil || statistics == nil || !statistics.HasMinMax() {
			t.Fatalf("row group %d has no statistics of its run: %v", group, err)
		}
		if low := statistics.EncodeMin(); !bytes.Equal(low, statistics.EncodeMax()) || low[0] != byte((1000+group)&0xff) || low[1] != byte((1000+group)>>8) {
			t.Errorf("row group %d: the statistics say run %v", group, low)
		}
	}
}
