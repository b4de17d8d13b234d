package quotes

import (
	"errors"
	"fmt"

	"optmm/engine/market"
	"optmm/engine/market/recorded"
)

// Read reads recorded quotes, of one option series or of a chain in long form, from files of
// CSV, which may be compressed, or of Parquet, and notes which layout they have. A single file
// with the columns of the long form is a chain, unless it holds one strike and expiry; several
// files are one chain. An error comes with a nil interface.
func Read(request *Request) (market.Recorded, error) {
	data, _, err := readAll(request)
	return data, err
}

// readAll is Read with what is known of the trades; nil where none are given.
func readAll(request *Request) (market.Recorded, *recorded.Trades, error) {
	source, err := open(request)
	if err != nil {
		return nil, nil, fmt.Errorf("read quotes: %w", err)
	}
	defer source.close()
	data, err := source.read(false)
	if err != nil || request.Trades == nil {
		return data, nil, err
	}
	request.Trades.InheritAsTrades(request)
	trades, err := ReadTrades(request.Trades)
	if err != nil {
		return nil, nil, err
	}
	data.(*recorded.Chain).Trades = trades.All
	return data, trades, nil
}

// read reads the files as one history: of many options, or, where that is not asked for, of
// one.
func (s *source) read(many bool) (market.Recorded, error) {
	chain, chainErr := s.chain()
	many = many || s.request.ofChain() || s.several
	switch {
	case chainErr == nil && (many || len(chain.Options) > 2):
		return chain, nil
	case many:
		return nil, chainErr
	}
	quotes, err := one(s, recorded.ReadSeries)
	var notLong, notSeries *recorded.MissingColumn
	var several *recorded.SeveralSeriesError
	switch {
	case err == nil:
		return quotes, nil
	case chainErr == nil: // one call and one put, with quotes that are missing or crossed, which a chain may have
		return chain, nil
	case !errors.As(chainErr, &notLong), s.several, s.request.Preset != "" && s.request.Preset != noPreset:
		return nil, chainErr
	case errors.As(err, &several):
		return nil, fmt.Errorf("%w\nand it is no chain: %w", err, chainErr)
	case errors.As(err, &notSeries) && len(notLong.Others) <= len(notSeries.Others): // it lacks less of a chain
		return nil, chainErr
	case notSeries != nil:
		return nil, err
	}
	partial, err := one(s, recorded.ReadPartialSeries)
	if err != nil {
		return nil, err
	}
	return partial, nil
}

// ofChain reports whether the request asks for what a chain alone has.
func (r *Request) ofChain() bool {
	l := &r.Layout
	return len(r.Files) > 1 || r.Underlying != nil || r.Contracts != nil || l.Carry || l.Coin || l.Roots != nil || r.Trades != nil
}

// ReadChain reads recorded quotes of many options in long form.
func ReadChain(request *Request) (*recorded.Chain, error) {
	source, err := open(request)
	if err != nil {
		return nil, fmt.Errorf("read quotes: %w", err)
	}
	defer source.close()
	return source.chain()
}

// ReadTrades reads recorded trades.
func ReadTrades(request *Request) (*recorded.Trades, error) {
	source := &source{request: request, kept: map[string]*input{}}
	defer source.close()
	err := request.expand()
	if err != nil {
		return nil, fmt.Errorf("read trades: %w", err)
	}
	trades, err := recorded.ReadTrades(source.tables, request.Layout)
	if err != nil {
		return nil, fmt.Errorf("read trades: %w", source.explain(err))
	}
	return trades, nil
}
