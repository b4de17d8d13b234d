package quotes

import (
	"errors"
	"fmt"
	"os"

	"optmm/engine/market"
	"optmm/engine/market/recorded"
	"optmm/sweep/fault"
)

// Read reads recorded quotes, of one option series or of a chain in long form,
// from a file of CSV, which may be compressed, or of Parquet. A file with the columns
// of the long form is a chain, unless it holds one strike and expiry. An error comes
// with a nil interface.
func Read(path string, layout recorded.Layout) (market.Recorded, error) {
	in, err := openInput(path)
	if err != nil {
		return nil, fmt.Errorf("read quotes: %w", err)
	}
	defer in.close()
	chain, chainErr := readTable(in, layout, recorded.ReadChain)
	if chainErr == nil && len(chain.Options) > 2 {
		return chain, nil
	}
	quotes, err := readTable(in, layout, recorded.ReadSeries)
	var notLong *recorded.MissingColumn
	var several *recorded.SeveralSeriesError
	switch {
	case err == nil:
		return quotes, nil
	case chainErr == nil: // one call and one put, with quotes that are missing or crossed, which a chain may have
		return chain, nil
	case !errors.As(chainErr, &notLong):
		return nil, chainErr
	case errors.As(err, &several):
		return nil, fmt.Errorf("%w\nand it is no chain: %w", err, chainErr)
	}
	return nil, err
}

// RefuseIrregular refuses what a study cannot read again.
func RefuseIrregular(path string) error {
	information, err := os.Stat(path)
	if err != nil || information.Mode().IsRegular() || information.IsDir() {
		return nil // which reading reports better
	}
	return fmt.Errorf("%s is a pipe or a device: a study reads its quotes again when it goes on and when it is verified; write them to a file", path)
}

// ReadSeries reads recorded quotes of one option series.
func ReadSeries(path string, layout recorded.Layout) (*recorded.Quotes, error) {
	return readData(path, layout, recorded.ReadSeries)
}

// ReadChain reads recorded quotes of many options in long form.
func ReadChain(path string, layout recorded.Layout) (*recorded.Chain, error) {
	return readData(path, layout, recorded.ReadChain)
}

// ReadTrades reads recorded trades.
func ReadTrades(path string, layout recorded.Layout) ([]recorded.Trade, error) {
	return readData(path, layout, recorded.ReadTrades)
}

// readData reads a file of quotes or trades; an error names it.
func readData[T any](path string, layout recorded.Layout, read func(recorded.Rows, recorded.Layout) (T, error)) (data T, err error) {
	in, err := openInput(path)
	if err != nil {
		return data, fmt.Errorf("read quotes: %w", err)
	}
	defer in.close()
	return readTable(in, layout, read)
}

// readTable reads an input from its beginning; an error names it.
func readTable[T any](in *input, layout recorded.Layout, read func(recorded.Rows, recorded.Layout) (T, error)) (data T, err error) {
	rows, closeRows, err := in.rows(layout.Separator)
	if err == nil {
		defer closeRows()
		data, err = read(rows, layout)
	}
	var missing *recorded.MissingColumn
	if errors.As(err, &missing) {
		return data, fmt.Errorf("read quotes: %s: %w%s", in.path, err, fault.DidYouMean(missing.Names[0], missing.Header))
	}
	if err != nil {
		return data, fmt.Errorf("read quotes: %s: %w", in.path, err)
	}
	return data, nil
}
