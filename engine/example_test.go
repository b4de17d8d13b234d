package engine_test

import (
	"fmt"

	"optmm/engine"
	"optmm/engine/account"
	"optmm/engine/market/synthetic"
	"optmm/engine/param"
)

// One run of the starting model: a market drawn from seed 42, fills from seed 123.
func ExampleSimulator_Run() {
	params := param.Defaults(param.Synthetic)
	m, err := synthetic.Source{}.Market(params.Market, 42)
	if err != nil {
		fmt.Println(err)
		return
	}
	var simulator engine.Simulator
	summary, err := simulator.Run(m, &params, 123)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, statistic := range account.Statistics()[:4] {
		value, _ := statistic.Value(&summary)
		fmt.Printf("%s %.4f\n", statistic.Name, value)
	}
	record := simulator.Record()
	fmt.Printf("after the first minute: inventory %d, P&L %.4f\n", record.Inventory[0], record.PnL[0])
	// Output:
	// net_pnl 10.6088
	// annualized_sharpe_est 5.0143
	// total_fills 755.0000
	// avg_inventory 5.2180
	// after the first minute: inventory -1, P&L -0.0423
}
