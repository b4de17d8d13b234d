package account

import (
	"fmt"
	"slices"

	"optmm/engine/market"
	"optmm/engine/param"
)

// Statistic describes one figure of a Summary. Value's second result is false
// where the figure is undefined.
type Statistic struct {
	Name        string
	Unit        string
	Description string
	Integer     bool
	Undesired   bool // costs and risks: less is better
	Value       func(*Summary) (float64, bool)

	needs need
}

// Missing says why the figure is undefined in every run on a market; empty where it is
// not.
func (s *Statistic) Missing(p Provided) string { return s.needs.lack(p) }

// Statistics returns the figures of a run, in file order.
func Statistics() []Statistic {
	number := func(name, unit, description string, value func(*Summary) float64) Statistic {
		return Statistic{Name: name, Unit: unit, Description: description, Value: func(s *Summary) (float64, bool) { return value(s), true }}
	}
	count := func(name, unit, description string, value func(*Summary) int) Statistic {
		return Statistic{Name: name, Unit: unit, Description: description, Integer: true, Value: func(s *Summary) (float64, bool) { return float64(value(s)), true }}
	}
	undesired := func(s Statistic) Statistic {
		s.Undesired = true
		return s
	}
	optional := func(name, unit, description string, needs need, value func(*Summary) param.Optional) Statistic {
		return Statistic{Name: name, Unit: unit, Description: description, needs: needs, Value: func(s *Summary) (float64, bool) {
			v := value(s)
			return v.Value, v.Set
		}}
	}
	table := []Statistic{
		number("net_pnl", "currency", "P&L at the last minute, everything marked, after fees and costs.", func(s *Summary) float64 { return s.NetPnL }),
		optional("annualized_sharpe_est", "1/√year", "Mean of the changes of the P&L from minute to minute over their standard deviation, times the root of those a year has, 252·390 of minutes (of recorded rows at irregular times as many as the data would have); the first step counts as 0, although net_pnl has the first minute's P&L. Undefined where the P&L does not move.", needsTwoEntries(), func(s *Summary) param.Optional { return s.Sharpe }),
		count("total_fills", "contract", "Contracts bought and sold.", func(s *Summary) int { return s.TotalFills }),
		undesired(number("avg_inventory", "contract", "Mean inventory without sign, over all options.", func(s *Summary) float64 { return s.AvgInventory })),

		number("gross_pnl", "currency", "P&L before fees and costs.", func(s *Summary) float64 { return s.GrossPnL }),
		number("spread_pnl", "currency", "Spread captured: at each fill the mid less the bid, or the ask less the mid.", func(s *Summary) float64 { return s.SpreadPnL }),
		number("inventory_pnl", "currency", "P&L of the contracts held as their mid moved.", func(s *Summary) float64 { return s.InventoryPnL }),
		number("hedge_pnl", "currency", "P&L of the shares held as the underlying moved, before costs.", func(s *Summary) float64 { return s.HedgePnL }),
		undesired(number("option_fees", "currency", "Option fees paid. spread_pnl + inventory_pnl + hedge_pnl + carry_pnl − option_fees − hedge_costs is net_pnl.", func(s *Summary) float64 { return s.OptionFees })),
		undesired(number("hedge_costs", "currency", "Costs of trading the underlying.", func(s *Summary) float64 { return s.HedgeCosts })),
		number("carry_pnl", "currency", "Interest on cash and dividends on shares, received less paid; 0 without financing_rate.", func(s *Summary) float64 { return s.CarryPnL }),
		number("delta_pnl", "currency", "Of inventory_pnl + hedge_pnl, what the net delta explains.", func(s *Summary) float64 { return s.DeltaPnL }),
		number("gamma_pnl", "currency", "Of inventory_pnl + hedge_pnl, what gamma explains.", func(s *Summary) float64 { return s.GammaPnL }),
		number("theta_pnl", "currency", "Of inventory_pnl + hedge_pnl, what theta explains.", func(s *Summary) float64 { return s.ThetaPnL }),
		number("vega_pnl", "currency", "Of inventory_pnl + hedge_pnl, what changes of the implied volatility explain.", func(s *Summary) float64 { return s.VegaPnL }),
		number("unexplained_pnl", "currency", "Of inventory_pnl + hedge_pnl, what the Greeks leave.", func(s *Summary) float64 { return s.UnexplainedPnL }),

		undesired(number("max_drawdown", "currency", "Largest fall of the P&L from a height before it, the 0 of the beginning included.", func(s *Summary) float64 { return s.MaxDrawdown })),
		optional("session_sharpe", "1/√session", "Mean over standard deviation of the sessions' P&L, not annualized. A last session that lacks more than its closing minute is left out (recorded sessions with timestamps are taken as they are); undefined below two sessions.", needsSessions(2), func(s *Summary) param.Optional { return s.SessionSharpe }),
		count("bid_fills", "contract", "Contracts bought.", func(s *Summary) int { return s.BidFills }),
		count("ask_fills", "contract", "Contracts sold.", func(s *Summary) int { return s.AskFills }),
		count("informed_fills", "contract", "Contracts traded with the informed.", func(s *Summary) int { return s.InformedFills }),
		number("mean_inventory", "contract", "Mean inventory, long less short.", func(s *Summary) float64 { return s.MeanInventory }),
		undesired(count("max_inventory", "contract", "Largest inventory without sign, over all options.", func(s *Summary) int { return s.MaxInventory })),
		count("end_inventory", "contract", "Inventory after the last minute, long less short.", func(s *Summary) int { return s.EndInventory }),
		number("option_turnover", "currency", "Value of the options traded.", func(s *Summary) float64 { return s.OptionTurnover }),
		number("hedge_turnover", "currency", "Value of the underlying traded.", func(s *Summary) float64 { return s.HedgeTurnover }),
		optional("mean_edge", "price", "Spread captured per contract, before the multiplier; undefined without fills.", needsFills(), func(s *Summary) param.Optional { return s.MeanEdge }),
	}
	for i, minutes := range markoutMinutes {
		table = append(table, optional(fmt.Sprintf("markout_%d", minutes), "price",
			fmt.Sprintf("What a contract had earned by the mid, %s after its fill, before the multiplier and costs: its edge less adverse selection. Over the fills with that much time left; mean_edge is over all.", plural(minutes, "minute")),
			needsMid(minutes).and(needsFills()), func(s *Summary) param.Optional { return s.Markouts[i] }))
	}
	return append(table,
		undesired(number("hedge_error_rms", "share", "Root mean square of the net delta after the hedge.", func(s *Summary) float64 { return s.HedgeErrorRMS })),
		undesired(number("vega_rms", "currency", "Root mean square of the vega of everything held, per unit of volatility.", func(s *Summary) float64 { return s.VegaRMS })),
		count("missing_quotes", "option-minute", "Minutes before an option's expiry without a quote in the data, in which it is not quoted.", func(s *Summary) int { return s.BadQuotes[market.Missing] }),
		count("crossed_quotes", "option-minute", "Minutes with a bid above the ask in the data, in which it is not quoted.", func(s *Summary) int { return s.BadQuotes[market.Crossed] }),
		count("locked_quotes", "option-minute", "Minutes with the bid at the ask in the data of a chain, in which it is not quoted.", func(s *Summary) int { return s.BadQuotes[market.Locked] }),
		count("stale_quotes", "option-minute", "Minutes with a quote in the data that is older than stale_minutes, in which it is not quoted.", func(s *Summary) int { return s.BadQuotes[market.Stale] }),
		count("impossible_quotes", "option-minute", "Minutes with a quote in the data that is impossible, in which it is not quoted: a bid above what the option can be worth (a call its underlying, a put its strike), or a part of a trade that cannot lose.", func(s *Summary) int { return s.BadQuotes[market.Impossible] }),
		undesired(count("breaches", "minute", "Minutes that ended beyond a limit, loss_limit reached included.", func(s *Summary) int { return s.Breaches })),
		undesired(count("halted_minutes", "minute", "Minutes without quotes since the loss limit was reached.", func(s *Summary) int { return s.HaltedMinutes })),
		optional("martingale_error", "1", "Last underlying over its expectation, less 1; undefined on the seed's market and on recorded quotes. Its mean over seeds is the error of the market model.", needsExpectation(), func(s *Summary) param.Optional { return s.MartingaleError }),
	)
}

// PnLParts are the figures that add up to net_pnl, which is the last of them; those that are Undesired are
// taken off.
func PnLParts() []Statistic {
	return statisticsNamed("spread_pnl", "inventory_pnl", "hedge_pnl", "carry_pnl", "option_fees", "hedge_costs", "net_pnl")
}

// GreekParts are the figures that add up to inventory_pnl + hedge_pnl.
func GreekParts() []Statistic {
	return statisticsNamed("delta_pnl", "gamma_pnl", "theta_pnl", "vega_pnl", "unexplained_pnl")
}

func statisticsNamed(names ...string) (named []Statistic) {
	all := Statistics()
	for _, name := range names {
		named = append(named, all[slices.IndexFunc(all, func(s Statistic) bool { return s.Name == name })])
	}
	return named
}

// Contribution is what a part adds to the whole.
func (s *Statistic) Contribution(x float64) float64 {
	if s.Undesired {
		return -x
	}
	return x
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// OptionStatistic describes one figure of an option in a run.
type OptionStatistic struct {
	Name        string
	Unit        string
	Description string
	Integer     bool
	Value       func(*OptionTotal) float64
}

// OptionStatistics returns the figures of an option, in file order.
func OptionStatistics() []OptionStatistic {
	number := func(name, unit, description string, value func(*OptionTotal) float64) OptionStatistic {
		return OptionStatistic{Name: name, Unit: unit, Description: description, Value: value}
	}
	count := func(name, description string, value func(*OptionTotal) int) OptionStatistic {
		return OptionStatistic{Name: name, Unit: "contract", Description: description, Integer: true, Value: func(t *OptionTotal) float64 { return float64(value(t)) }}
	}
	return []OptionStatistic{
		number("pnl", "currency", "P&L of the option, marked to its mid, after fees and before any hedge: spread_pnl + inventory_pnl − option_fees.", func(t *OptionTotal) float64 { return t.PnL }),
		number("spread_pnl", "currency", "Spread captured: at each fill the mid less the bid, or the ask less the mid.", func(t *OptionTotal) float64 { return t.Spread }),
		number("inventory_pnl", "currency", "P&L of the contracts held as their mid moved.", func(t *OptionTotal) float64 { return t.Inventory }),
		number("option_fees", "currency", "Option fees paid.", func(t *OptionTotal) float64 { return t.Fees }),
		number("delta_pnl", "currency", "Of inventory_pnl, what delta explains, before any hedge.", func(t *OptionTotal) float64 { return t.Delta }),
		number("gamma_pnl", "currency", "Of inventory_pnl, what gamma explains.", func(t *OptionTotal) float64 { return t.Gamma }),
		number("theta_pnl", "currency", "Of inventory_pnl, what theta explains.", func(t *OptionTotal) float64 { return t.Theta }),
		number("vega_pnl", "currency", "Of inventory_pnl, what changes of the implied volatility explain.", func(t *OptionTotal) float64 { return t.Vega }),
		number("unexplained_pnl", "currency", "Of inventory_pnl, what the Greeks leave.", func(t *OptionTotal) float64 { return t.Unexplained }),
		count("bid_fills", "Contracts bought.", func(t *OptionTotal) int { return t.BidFills }),
		count("ask_fills", "Contracts sold.", func(t *OptionTotal) int { return t.AskFills }),
		number("option_turnover", "currency", "Value of the contracts traded.", func(t *OptionTotal) float64 { return t.Turnover }),
		count("max_inventory", "Largest inventory without sign.", func(t *OptionTotal) int { return t.MaxInventory }),
		count("end_inventory", "Inventory after the last minute.", func(t *OptionTotal) int { return t.EndInventory }),
	}
}
