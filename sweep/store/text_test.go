package store

import (
	"bytes"
	"encoding/csv"
	"math"
	"strconv"
	"testing"
)

// Texts have the quotes that the standard library gives them, and what it reads back is
// what was written; a number is as short as identifies it.
func FuzzCSVQuotes(f *testing.F) {
	for _, text := range []string{"", "plain", "a,b", `say "x"`, " led", "a b", `\.`, "two\nlines", "tab\t", "é", "a\r\nb", "0a1f"} {
		f.Add(text, 0.1)
	}
	f.Add("nan", math.NaN())
	f.Add("largest", math.MaxFloat64)
	f.Fuzz(func(t *testing.T, text string, number float64) {
		fields := []Field{{Name: "of, text", Type: Text}, {Name: "number"}, {Name: "none", Nullable: true}, {Name: "last", Type: Text}}
		var got, want bytes.Buffer
		w, err := newCSVWriter(&got, fields)
		if err != nil {
			t.Fatal(err)
		}
		columns := []Column{{Texts: []string{text}}, {Floats: []float64{number}}, {Floats: []float64{1}, Valid: []bool{false}}, {Texts: []string{text}}}
		if err := w.Rows(columns); err != nil {
			t.Fatal(err)
		}
		library := csv.NewWriter(&want)
		for _, row := range [][]string{{"of, text", "number", "none", "last"}, {text, strconv.FormatFloat(number, 'g', -1, 64), "", text}} {
			if err := library.Write(row); err != nil {
				t.Fatal(err)
			}
		}
		if library.Flush(); got.String() != want.String() {
			t.Errorf("%q, the library writes %q", got.String(), want.String())
		}
	})
}

// Rows come in their order, each once, however many blocks they are put into words in,
// and also where the writer has written a longer table before.
func TestCSVOfManyBlocks(t *testing.T) {
	fields := []Field{{Name: "row", Type: Int64}, {Name: "text", Type: Text}}
	var got, want bytes.Buffer
	w, err := newCSVWriter(&got, fields)
	if err != nil {
		t.Fatal(err)
	}
	want.WriteString("row,text\n")
	for _, rows := range []int{3*textRows + 5, 1, textRows, textRows + 1} {
		columns := make([]Column, 2)
		for row := range rows {
			columns[0].Int64s = append(columns[0].Int64s, int64(row))
			columns[1].Texts = append(columns[1].Texts, "x"+strconv.Itoa(rows-row))
			want.WriteString(strconv.Itoa(row) + ",x" + strconv.Itoa(rows-row) + "\n")
		}
		if err := w.Rows(columns); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(got.Bytes(), want.Bytes()) {
		t.Errorf("%d bytes are not the %d of the rows in their order", got.Len(), want.Len())
	}
}
