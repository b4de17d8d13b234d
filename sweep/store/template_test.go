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
			holdout, err := NewRunEncoder(record.Market, columns, false, true)
			if err != nil {
				t.Fatal(err)
			}
			if encoder == nil {
				encoder = holdout
				holdout, _ = NewRunEncoder(record.Market, columns, false, true)
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
			if encoder, err = NewRunEncoder(record.Market, nil, true, true); err == nil {
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
