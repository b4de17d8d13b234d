package store

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"optmm/engine"
	"optmm/engine/market"
	"optmm/engine/market/synthetic"
	"optmm/engine/param"
)

func everyType() ([]Field, []Column) {
	fields := []Field{
		{Name: "rising", Type: Int64, Unit: "1", Description: "Rises.", Rising: true},
		{Name: "float", Type: Float64, Unit: "price", Description: "A float."},
		{Name: "maybe", Type: Float64, Unit: "price", Description: "A float or nothing.", Nullable: true},
		{Name: "small", Type: Int32, Unit: "contract", Description: "Small."},
		{Name: "count", Type: Int64, Unit: "1", Description: "A count or nothing.", Nullable: true},
		{Name: "seed", Type: Uint64, Unit: "1", Description: "A seed."},
		{Name: "text", Type: Text, Unit: "1", Description: "A text or nothing.", Nullable: true},
		{Name: "time", Type: Seconds, Unit: "UTC", Description: "A time.", Rising: true},
	}
	return fields, []Column{
		{Int64s: []int64{0, 1, 2}},
		{Floats: []float64{0.1, 0, 1e300}},
		{Floats: []float64{0, 2.5, 0}, Valid: []bool{false, true, false}},
		{Int32s: []int32{-1, 0, 1}},
		{Int64s: []int64{7, 0, 9}, Valid: []bool{true, false, true}},
		{Uint64s: []uint64{0, 1 << 63, math.MaxUint64}},
		{Texts: []string{"", "", "a,\"b"}, Valid: []bool{true, false, true}},
		{Int64s: []int64{1719840600, 1719840660, 1719840720}},
	}
}

func TestTableRoundTrips(t *testing.T) {
	fields, columns := everyType()
	folder := t.TempDir()
	if err := WriteTable(folder, "table", fields, func(use func([]Column) error) error { return use(columns) }); err != nil {
		t.Fatal(err)
	}
	reader, err := OpenReader(filepath.Join(folder, "table.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	for i, field := range fields {
		var got Column
		if err := reader.Column(field, &got); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, columns[i]) {
			t.Errorf("%s is %+v, want %+v", field.Name, got, columns[i])
		}
	}
	text, err := os.ReadFile(filepath.Join(folder, "table.csv"))
	if err != nil {
		t.Fatal(err)
	}
	want := "rising,float,maybe,small,count,seed,text,time\n" +
		"0,0.1,,-1,7,0,,1719840600\n" +
		"1,0,2.5,0,,9223372036854775808,,1719840660\n" +
		"2,1e+300,,1,9,18446744073709551615,\"a,\"\"b\",1719840720\n"
	if string(text) != want {
		t.Errorf("CSV is\n%s\nwant\n%s", text, want)
	}
}

func TestReaderRefuses(t *testing.T) {
	fields, columns := everyType()
	folder := t.TempDir()
	if err := WriteTable(folder, "table", fields, func(use func([]Column) error) error { return use(columns) }); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(folder, "table.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	for _, length := range []int{0, 3, 11, len(whole) / 2, len(whole) - 1} {
		name := filepath.Join(folder, "cut.parquet")
		if err := os.WriteFile(name, whole[:length], 0o644); err != nil {
			t.Fatal(err)
		}
		if reader, err := OpenReader(name); err == nil {
			reader.Close()
			t.Errorf("a file cut to %d of %d bytes opens", length, len(whole))
		}
	}
	reader, err := OpenReader(filepath.Join(folder, "table.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	var column Column
	if err := reader.Column(Field{Name: "nothing"}, &column); err == nil || !strings.Contains(err.Error(), "column nothing: it is not there") {
		t.Errorf("error %v", err)
	}
	if err := reader.Column(Field{Name: "text"}, &column); err == nil || !strings.Contains(err.Error(), "column text: it is BYTE_ARRAY, want DOUBLE") {
		t.Errorf("error %v", err)
	}
}

// A disk that fills up at any byte is an error, never a panic or a silent half.
func TestWriterReportsEveryFailedWrite(t *testing.T) {
	fields, columns := everyType()
	layout, err := newLayout(fields)
	if err != nil {
		t.Fatal(err)
	}
	var whole bytes.Buffer
	if err := writeTable(newWriter(layout), &whole, nil, columns); err != nil {
		t.Fatal(err)
	}
	w := newWriter(layout)
	for room := 0; room < whole.Len(); room += 7 {
		if err := writeTable(w, &fullDisk{room: room}, nil, columns); err == nil || err.Error() != "no space left on device" {
			t.Fatalf("%d bytes of room for %d: error %v", room, whole.Len(), err)
		}
	}
	var again bytes.Buffer
	if err := writeTable(w, &again, nil, columns); err != nil || !bytes.Equal(again.Bytes(), whole.Bytes()) {
		t.Errorf("after failures the writer gives other bytes, error %v", err)
	}
}

// fullDisk takes a number of bytes and no more.
type fullDisk struct{ room int }

func (d *fullDisk) Write(p []byte) (int, error) {
	if len(p) > d.room {
		n := d.room
		d.room = 0
		return n, errors.New("no space left on device")
	}
	d.room -= len(p)
	return len(p), nil
}

func TestFailedWriteLeavesNothing(t *testing.T) {
	folder := t.TempDir()
	name := filepath.Join(folder, "below", "file")
	err := WriteFile(folder, "below/file", func(to io.Writer) error {
		if _, err := to.Write([]byte("half")); err != nil {
			return err
		}
		return errors.New("no space left on device")
	})
	if err == nil || !strings.Contains(err.Error(), "below/file") || !strings.Contains(err.Error(), "no space left") {
		t.Errorf("error %v, want one that names the file and the cause", err)
	}
	if left, _ := filepath.Glob(filepath.Join(folder, "below", ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if _, err := os.Stat(name); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the name exists: %v", err)
	}
}

func TestBatchAppearsTogether(t *testing.T) {
	folder := t.TempDir()
	batch := NewBatch(folder)
	for _, name := range []string{"a", "b/c"} {
		if err := batch.Add(name, func(to io.Writer) error { _, err := io.WriteString(to, name); return err }); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(folder, name)); err == nil {
			t.Errorf("%s is there before the batch is committed", name)
		}
	}
	if err := batch.Commit(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "b/c"} {
		if content, err := os.ReadFile(filepath.Join(folder, name)); err != nil || string(content) != name {
			t.Errorf("%s holds %q, error %v", name, content, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(folder, temporaryPrefix+"*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// The digest notices any change of content and nothing else.
func TestDigestIsOfContent(t *testing.T) {
	digest := func(change func([]Field, []Column)) string {
		fields, columns := everyType()
		change(fields, columns)
		var d Digest
		for i := range fields {
			d.addColumn(&fields[i], &columns[i])
		}
		return d.String()
	}
	same := digest(func([]Field, []Column) {})
	if again := digest(func(f []Field, _ []Column) { f[0].Description = "other" }); again != same {
		t.Error("a sentence changes the digest")
	}
	for name, change := range map[string]func([]Field, []Column){
		"name":       func(f []Field, _ []Column) { f[1].Name = "flaot" },
		"last bit":   func(_ []Field, c []Column) { c[1].Floats[0] = math.Nextafter(0.1, 1) },
		"sign of 0":  func(_ []Field, c []Column) { c[1].Floats[1] = math.Copysign(0, -1) },
		"an integer": func(_ []Field, c []Column) { c[3].Int32s[2] = 2 },
		"a time":     func(_ []Field, c []Column) { c[7].Int64s[2]++ },
	} {
		if digest(change) == same {
			t.Errorf("%s does not change the digest", name)
		}
	}
}

func headline(b testing.TB) *engine.Simulator {
	params := param.Defaults(param.Synthetic)
	m, err := synthetic.Source{}.Market(params.Market, 42)
	if err != nil {
		b.Fatal(err)
	}
	var simulator engine.Simulator
	if _, err := simulator.Run(m, &params, 123); err != nil {
		b.Fatal(err)
	}
	return &simulator
}

func TestRunEncoderSelectsColumns(t *testing.T) {
	series := headline(t).Record()
	encoder, err := NewRunEncoder(series.Market, &Kept{Options: true})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(encoder.run.fields), len(RunColumnNames())-6; got != want || encoder.HasOptions() { // no timestamp, and nothing that chains alone have
		t.Errorf("%d columns, want %d; options %v", got, want, encoder.HasOptions())
	}
	encoder, err = NewRunEncoder(series.Market, &Kept{Columns: []string{"pnl", "minute"}, Options: true})
	if err != nil || len(encoder.run.fields) != 2 || encoder.run.fields[0].Name != "minute" {
		t.Errorf("columns %v, error %v; want minute and pnl in file order", encoder.run.fields, err)
	}
	if _, err := NewRunEncoder(series.Market, &Kept{Columns: []string{"timestamp"}, Options: true}); err == nil {
		t.Error("a synthetic market gives a file of its timestamps")
	}
}

func BenchmarkEncodeRun(b *testing.B) {
	series := headline(b).Record()
	encoder, err := NewRunEncoder(series.Market, &Kept{Options: true})
	if err != nil {
		b.Fatal(err)
	}
	size := 0
	b.ReportAllocs()
	for b.Loop() {
		var content bytes.Buffer
		content.Grow(size)
		if err := encoder.WriteRun(&content, series, nil); err != nil {
			b.Fatal(err)
		}
		size = content.Len()
	}
	b.ReportMetric(float64(size), "bytes/file")
}

// A run's file, whole: encoded, written, renamed; compared with the same bytes written and
// renamed by nothing more than it takes, and both of 32 files synced together.
func BenchmarkWriteRun(b *testing.B) {
	record := headline(b).Record()
	columns := []string{"underlying", "delta", "mid", "parity_residual", "ml_score", "spread", "bid", "ask", "bid_fills", "ask_fills", "inventory", "shares", "cash", "pnl"}
	encoder, err := NewRunEncoder(record.Market, &Kept{Columns: columns, Options: true})
	if err != nil {
		b.Fatal(err)
	}
	encode := func(to io.Writer) error { return encoder.WriteRun(to, record, []Pair{{Key: "run", Value: "1"}}) }
	var written bytes.Buffer
	if err := encode(&written); err != nil {
		b.Fatal(err)
	}
	same := func(to io.Writer) error {
		_, err := to.Write(written.Bytes())
		return err
	}
	const files = 32
	renamed := func(folder string, write func(io.Writer) error) error {
		for i := range files {
			name := filepath.Join(folder, strconv.Itoa(i))
			file, err := os.Create(name + ".tmp")
			if err != nil {
				return err
			}
			if err := errors.Join(write(file), file.Close(), os.Rename(name+".tmp", name)); err != nil {
				return err
			}
		}
		return nil
	}
	synced := func(folder string, write func(io.Writer) error) error {
		batch := NewBatch(folder)
		for i := range files {
			if err := batch.Add(strconv.Itoa(i), write); err != nil {
				return err
			}
		}
		return batch.Commit()
	}
	for _, c := range []struct {
		name    string
		write   func(folder string, write func(io.Writer) error) error
		content func(io.Writer) error
	}{{"run", renamed, encode}, {"bytes", renamed, same}, {"run-synced", synced, encode}, {"bytes-synced", synced, same}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			above, i := b.TempDir(), 0
			for b.Loop() {
				folder := filepath.Join(above, strconv.Itoa(i)) // files written over others would not be created
				i++
				if err := errors.Join(os.Mkdir(folder, 0o755), c.write(folder, c.content)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(files*b.N), "ns/file")
		})
	}
}

func BenchmarkReadRun(b *testing.B) {
	record := headline(b).Record()
	encoder, err := NewRunEncoder(record.Market, &Kept{Options: true})
	if err != nil {
		b.Fatal(err)
	}
	folder := b.TempDir()
	if err := WriteFile(folder, "run", func(to io.Writer) error { return encoder.WriteRun(to, record, nil) }); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		reader, err := OpenReader(filepath.Join(folder, "run"))
		if err != nil {
			b.Fatal(err)
		}
		if columns, err := reader.RunColumns(0); err != nil || len(columns) < 30 {
			b.Fatalf("%d columns, error %v", len(columns), err)
		}
		reader.Close()
	}
}

func BenchmarkDigestRun(b *testing.B) {
	series := headline(b).Record()
	encoder, err := NewRunEncoder(series.Market, &Kept{Options: true})
	if err != nil {
		b.Fatal(err)
	}
	var digest Digest
	for b.Loop() {
		digest.Reset()
		encoder.AddDigest(series, &digest)
	}
}

// Few files are synced one by one, many by the file system: none has its name before
// Commit, all have it after, and nothing else is left; or nothing at all, if discarded.
func TestBatches(t *testing.T) {
	for _, count := range []int{1, fewFiles, fewFiles + 1, 100} {
		for _, commit := range []bool{true, false} {
			root := t.TempDir()
			batch := NewBatch(root)
			for i := range count {
				name := filepath.Join(strconv.Itoa(i%3), strconv.Itoa(i))
				if err := batch.Add(name, func(to io.Writer) error { _, err := io.WriteString(to, name); return err }); err != nil {
					t.Fatal(err)
				}
			}
			named := func() (names []string) {
				err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
					if err == nil && !entry.IsDir() && !Temporary(entry.Name()) {
						names = append(names, path)
					}
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				return names
			}
			if early := named(); len(early) > 0 {
				t.Errorf("before Commit there are %v", early)
			}
			if commit {
				if err := batch.Commit(); err != nil {
					t.Fatal(err)
				}
			}
			batch.Discard()
			names := named()
			if commit != (len(names) == count) || !commit && len(names) > 0 {
				t.Errorf("%d files, committed %v: there are %d", count, commit, len(names))
			}
			for _, name := range names {
				relative, _ := filepath.Rel(root, name)
				if content, err := os.ReadFile(name); err != nil || string(content) != relative {
					t.Errorf("%s holds %q, error %v", relative, content, err)
				}
			}
			left, err := filepath.Glob(filepath.Join(root, "*", temporaryPrefix+"*"))
			if err != nil || len(left) > 0 {
				t.Errorf("%d temporary files are left, error %v", len(left), err)
			}
		}
	}
}

// The file that seals a batch appears if all the others do, and else not; of batches
// that are committed together too.
func TestSealComesLast(t *testing.T) {
	for _, blocked := range []bool{false, true} { // a folder in the place of a file
		root := t.TempDir()
		if blocked {
			if err := os.MkdirAll(filepath.Join(root, "runs", "1"), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		var batches []*Batch
		for i := range 3 {
			batch, number := NewBatch(root), strconv.Itoa(i)
			text := func(to io.Writer) error { _, err := io.WriteString(to, number); return err }
			if err := errors.Join(batch.Seal("seal"+number, text), batch.Add("runs/"+number, text)); err != nil {
				t.Fatal(err)
			}
			batches = append(batches, batch)
		}
		if err := Commit(batches...); (err != nil) != blocked {
			t.Errorf("error %v, a file cannot appear: %v", err, blocked)
		}
		for i, batch := range batches {
			batch.Discard()
			for _, name := range []string{"seal", "runs/"} {
				content, err := os.ReadFile(filepath.Join(root, name+strconv.Itoa(i)))
				if there := err == nil && string(content) == strconv.Itoa(i); there == blocked && (name == "seal" || i == 1) {
					t.Errorf("%s%d is there: %v, where a file cannot appear: %v", name, i, there, blocked)
				}
			}
		}
		for _, folder := range []string{root, filepath.Join(root, "runs")} {
			if left, err := filepath.Glob(filepath.Join(folder, temporaryPrefix+"*")); err != nil || len(left) > 0 {
				t.Errorf("%v are left, error %v", left, err)
			}
		}
	}
}

func TestVanishedRootIsNotMadeAnew(t *testing.T) {
	root := filepath.Join(t.TempDir(), "study")
	if err := WriteBytes(root, "a/b", []byte("x")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v, want that the root does not exist", err)
	}
	if _, err := os.Stat(root); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the root exists: %v", err)
	}
}

// The options of a long run are written in several row groups, and what is read of
// them comes to the same digest.
func TestOptionsComeInBlocks(t *testing.T) {
	params := param.Defaults(param.Synthetic)
	params.Market.Model, params.Market.Minutes = synthetic.GBMModel, 2000
	params.Market.Shape.Strikes, params.Market.Shape.StrikeStep, params.Market.Shape.Sides = 40, 1, market.CallsAndPuts
	m, err := synthetic.Source{}.Market(params.Market, 42)
	if err != nil {
		t.Fatal(err)
	}
	var simulator engine.Simulator
	if _, err := simulator.Run(m, &params, 123); err != nil {
		t.Fatal(err)
	}
	encoder, err := NewRunEncoder(m, &Kept{Columns: []string{"minute", "inventory", "pnl"}, Options: true})
	if err != nil {
		t.Fatal(err)
	}
	record, folder := simulator.Record(), t.TempDir()
	var want, got Digest
	want.Reset()
	got.Reset()
	encoder.AddDigest(record, &want)
	got.Block(encoder.Block(record, 0))
	if err := WriteFile(folder, "options", func(to io.Writer) error { return encoder.WriteOptions(to, record, nil) }); err != nil {
		t.Fatal(err)
	}
	reader, err := OpenReader(filepath.Join(folder, "options"))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if reader.RowGroups() != 2 || reader.Rows() != 160_000 || encoder.Blocks(record) != 3 {
		t.Fatalf("%d rows in %d groups, %d blocks", reader.Rows(), reader.RowGroups(), encoder.Blocks(record))
	}
	for group := range reader.RowGroups() {
		columns, err := reader.RunColumns(group)
		if err != nil {
			t.Fatal(err)
		}
		got.Block(columns)
		last := columns[len(columns)-1]
		if option := group*65 + 3; last.Field.Name != "pnl" || last.Column.Floats[3*2000+1999] != record.Options[option].Total.PnL && math.Abs(last.Column.Floats[3*2000+1999]-record.Options[option].Total.PnL) > 1e-9 {
			t.Errorf("group %d: the last P&L of its fourth option is %v, want %v", group, last.Column.Floats[3*2000+1999], record.Options[option].Total.PnL)
		}
	}
	if got.String() != want.String() {
		t.Errorf("digest %s of what is read, %s of what was written", got.String(), want.String())
	}
}
