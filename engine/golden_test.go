package engine

import (
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"

	"optmm/engine/account"
	"optmm/engine/fill"
	"optmm/engine/market/recorded"
	"optmm/engine/market/synthetic"
	"optmm/engine/param"
)

// The tolerances of the known answers: absolute on P&L and inventory, relative
// on the Sharpe ratio.
const tolerance = 1e-9

// table is a CSV of numbers, by column name.
type table struct {
	t       *testing.T
	columns map[string]int
	rows    [][]string
}

func readTable(t *testing.T, path string) table {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	columns := map[string]int{}
	for i, name := range rows[0] {
		columns[name] = i
	}
	return table{t, columns, rows[1:]}
}

func (x table) text(row int, column string) string { return x.rows[row][x.columns[column]] }

func (x table) number(row int, column string) float64 {
	value, err := strconv.ParseFloat(x.text(row, column), 64)
	if err != nil {
		x.t.Fatal(err)
	}
	return value
}

func (x table) seed(row int, column string) uint64 {
	value, err := strconv.ParseUint(x.text(row, column), 10, 64)
	if err != nil {
		x.t.Fatal(err)
	}
	return value
}

func checkSummary(t *testing.T, what string, got account.Summary, want table, row int) {
	t.Helper()
	pnl, sharpe := want.number(row, "net_pnl"), want.number(row, "annualized_sharpe_est")
	if math.Abs(got.NetPnL-pnl) > tolerance {
		t.Errorf("%s: net_pnl %v, want %v", what, got.NetPnL, pnl)
	}
	// Of a P&L that does not move, as without any fill, the seed says 0, we nothing.
	if got.Sharpe.Set != (sharpe != 0) || math.Abs(got.Sharpe.Value-sharpe) > tolerance*math.Abs(sharpe) {
		t.Errorf("%s: annualized_sharpe_est %v, want %v", what, got.Sharpe, sharpe)
	}
	if float64(got.TotalFills) != want.number(row, "total_fills") {
		t.Errorf("%s: total_fills %d, want %s", what, got.TotalFills, want.text(row, "total_fills"))
	}
	if inventory := want.number(row, "avg_inventory"); math.Abs(got.AvgInventory-inventory) > tolerance {
		t.Errorf("%s: avg_inventory %v, want %v", what, got.AvgInventory, inventory)
	}
}

// The seed's own program, 40 runs (testdata/README.md).
func TestDemoSummaries(t *testing.T) {
	known := readTable(t, "../testdata/demo_summaries.csv")
	if len(known.rows) != 40 {
		t.Fatalf("%d rows, want 40", len(known.rows))
	}
	var simulator Simulator
	for row := range known.rows {
		params := param.Defaults(param.Synthetic)
		params.Market.Minutes = int(known.number(row, "n"))
		params.Spread.Value = known.number(row, "spread")
		params.Skew = known.number(row, "skew")
		params.KFill = known.number(row, "k_fill")
		if err := params.Validate(param.Synthetic); err != nil {
			t.Fatal(err)
		}
		m, err := synthetic.Source{}.Market(params.Market, uint32(known.seed(row, "market_seed")))
		if err != nil {
			t.Fatal(err)
		}
		got, err := simulator.Run(m, &params, known.seed(row, "fill_seed"))
		if err != nil {
			t.Fatal(err)
		}
		checkSummary(t, "demo row "+strconv.Itoa(row+2), got, known, row)
	}
}

// The headline run, minute by minute, every column of the seed's program.
func TestDemoSeries(t *testing.T) {
	known := readTable(t, "../testdata/demo_series_n1000.csv")
	params := param.Defaults(param.Synthetic)
	m, err := synthetic.Source{}.Market(params.Market, 42)
	if err != nil {
		t.Fatal(err)
	}
	var simulator Simulator
	if _, err := simulator.Run(m, &params, 123); err != nil {
		t.Fatal(err)
	}
	run, option := alone(simulator.Record()), &m.Series[0]
	fills := fill.NewSeed(params.KFill, option.Mid, run.Spread, make([]float64, m.Minutes()), nil)
	if len(known.rows) != m.Minutes() {
		t.Fatalf("%d minutes, want %d", m.Minutes(), len(known.rows))
	}
	for i := range known.rows {
		for name, got := range map[string]float64{
			"minute": float64(i), "underlying": m.Underlyings[0].Price[i], "T_years": option.Years[i],
			"theo_call": option.Theo[i], "theo_delta": option.Delta[i], "mid": option.Mid[i],
			"spread": run.Spread[i], "put_synthetic": option.PutMid[i],
			"parity_residual": option.ParityResidual[i], "ml_score": option.Score[i],
			"skew_adj": params.Skew * option.Score[i] * option.Mid[i], "bid": run.Bid[i], "ask": run.Ask[i],
			"fill_prob": math.Exp(fills.Exponents[i]), "pnl_mtm": run.PnL[i],
			"option_pos": float64(run.Inventory[i]), "hedge_error": run.HedgeError[i],
		} {
			if want := known.number(i, name); !(math.Abs(got-want) <= tolerance) {
				t.Errorf("minute %d: %s is %v, want %v", i, name, got, want)
			}
		}
	}
	if t.Failed() {
		return
	}
	if len(known.columns) != 17 {
		t.Errorf("the known series has %d columns, this test checks 17", len(known.columns))
	}
}

func readQuotes(t *testing.T, path string) *recorded.Quotes {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	quotes, err := recorded.ReadSeries(recorded.NewCSV(file), recorded.Layout{})
	if err != nil {
		t.Fatal(err)
	}
	return quotes
}

// Eight column layouts, column by column, and 24 runs over them.
func TestCSVLayouts(t *testing.T) {
	summaries := readTable(t, "../testdata/csv_summaries.csv")
	if len(summaries.rows) != 24 {
		t.Fatalf("%d rows, want 24", len(summaries.rows))
	}
	checked := map[string]bool{}
	var simulator Simulator
	for row := range summaries.rows {
		layout := summaries.text(row, "file")
		params := param.Defaults(param.OneSeries)
		params.Skew = summaries.number(row, "skew")
		params.KFill = summaries.number(row, "k_fill")
		if err := params.Validate(param.OneSeries); err != nil {
			t.Fatal(err)
		}
		m, err := readQuotes(t, "../testdata/csv/"+layout+".csv").Market(params.Market, 0)
		if err != nil {
			t.Fatal(err)
		}
		got, err := simulator.Run(m, &params, summaries.seed(row, "fill_seed"))
		if err != nil {
			t.Fatal(err)
		}
		checkSummary(t, layout, got, summaries, row)
		if checked[layout] {
			continue
		}
		checked[layout] = true
		columns := readTable(t, "../testdata/csv/"+layout+".engine.csv")
		if len(columns.rows) != m.Minutes() || len(columns.columns) != 8 {
			t.Fatalf("%s: %d minutes and 8 columns checked, %d × %d known", layout, m.Minutes(), len(columns.rows), len(columns.columns))
		}
		option := &m.Series[0]
		for i := range columns.rows {
			for name, got := range map[string]float64{
				"minute": float64(i), "underlying": m.Underlyings[0].Price[i], "mid": option.Mid[i], "spread": option.Width[i],
				"T_years": option.Years[i], "theo_delta": option.Delta[i],
				"parity_residual": option.ParityResidual[i], "ml_score": option.Score[i],
			} {
				if want := columns.number(i, name); !(math.Abs(got-want) <= tolerance) {
					t.Errorf("%s, minute %d: %s is %v, want %v", layout, i, name, got, want)
				}
			}
		}
	}
	if len(checked) != 8 {
		t.Errorf("%d layouts checked, want 8", len(checked))
	}
}
