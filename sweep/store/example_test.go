package store_test

import (
	"fmt"
	"os"
	"path/filepath"

	"optmm/sweep/store"
)

// A table is written as Parquet and as CSV, and read a column at a time.
func ExampleOpenReader() {
	folder, err := os.MkdirTemp("", "table")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	fields := []store.Field{
		{Name: "point", Type: store.Int64, Unit: "1", Description: "Number of the point."},
		{Name: "net_pnl", Unit: "currency", Description: "Mean P&L.", Nullable: true},
	}
	err = store.WriteTable(folder, "points", fields, func(use func([]store.Column) error) error {
		return use([]store.Column{{Int64s: []int64{0, 1, 2}}, {Floats: []float64{1.5, 0, 2.5}, Valid: []bool{true, false, true}}})
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	reader, err := store.OpenReader(filepath.Join(folder, "points.parquet"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer reader.Close()
	column := store.NamedColumn{Field: fields[1]}
	if err := reader.Column(column.Field, &column.Column); err != nil {
		fmt.Println(err)
		return
	}
	for row := range reader.Rows() {
		fmt.Println(column.Number(row))
	}
	// Output:
	// 1.5
	// NaN
	// 2.5
}
