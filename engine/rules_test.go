package engine

import (
	"slices"
	"strings"
	"testing"

	"optmm/engine/account"
	"optmm/engine/market"
	"optmm/engine/market/synthetic"
	"optmm/engine/param"
	"optmm/engine/signal"
)

// What decides whether a parameter counts is a parameter, at values that it can
// have; and no parameter is called as a figure is, so that a table can hold both.
func TestParametersReferToOneAnother(t *testing.T) {
	rules := param.NewRules(param.Synthetic)
	figures := map[string]bool{}
	for _, statistic := range account.Statistics() {
		if figures[statistic.Name] {
			t.Errorf("%s is a duplicate figure", statistic.Name)
		}
		figures[statistic.Name] = true
		if statistic.Unit == "" || statistic.Description == "" {
			t.Errorf("%s lacks a unit or a sentence", statistic.Name)
		}
	}
	parameters := map[string]*param.Parameter{}
	for _, parameter := range param.Parameters() {
		parameters[parameter.Name] = &parameter
	}
	for _, parameter := range parameters {
		if figures[parameter.Name] {
			t.Errorf("%s is a parameter and a figure", parameter.Name)
		}
		if parameter.Needed && !parameter.Optional() {
			t.Errorf("%s is needed, and can never be missing", parameter.Name)
		}
		var uses []param.Use
		for _, use := range parameter.UsedBy {
			uses = append(append(uses, use), use.And...)
		}
		for _, use := range uses {
			selector, ok := parameters[use.Parameter]
			if !ok {
				t.Errorf("%s depends on %s, which is no parameter", parameter.Name, use.Parameter)
				continue
			}
			if (selector.Kind == param.Choice) == (use.Is == nil && use.Not == nil) {
				t.Errorf("%s depends on %s as if it were of another kind", parameter.Name, use.Parameter)
			}
			for _, choice := range append(slices.Clone(use.Is), use.Not...) {
				if !slices.Contains(selector.Domain.Choices, choice) {
					t.Errorf("%s counts with %s %s, which cannot be", parameter.Name, use.Parameter, choice)
				}
			}
		}
	}
	for _, name := range rules.Bound() {
		if _, ok := parameters[name]; !ok {
			t.Errorf("the rules are bound to %s, which is no parameter", name)
		}
	}
}

// Every choice of a model has an implementation: the table and the engine agree.
func TestEveryChoiceRuns(t *testing.T) {
	rules := param.NewRules(param.Synthetic)
	for _, name := range []string{"market_model", "expiry_clock", "options", "score_model", "quote_model", "quote_around", "price_scale", "fill_model", "fill_from", "queue", "hedge_model", "hedge_band_to"} {
		for _, choice := range rules.Parameter(name).Domain.Choices {
			if choice == signal.SpreadRegimeSignal {
				continue // of recorded quotes alone; TestQuotesDoNotSeeTheFuture runs it
			}
			if name == "queue" || choice == param.TradeFills {
				continue // of recorded trades alone; TestTradesFill runs them
			}
			p := realistic()
			p.HorizonMinutes, p.LogitIntercept, p.LogitSlope = some(100), some(0), some(1)
			p.VolOfVol, p.ArrivalSlope = some(0.5), some(1)
			p.HedgeEveryMinutes, p.HedgeBand, p.HedgeRiskAversion = some(5), some(0.5), some(1)
			rules.Parameter(name).Set(&p, param.Value{Text: choice})
			switch {
			case name == "market_model" && choice == synthetic.SeedModel:
				p.PriceScale = param.ScaleOfCurrency
			case name == "quote_model" && choice == param.GLFTExactQuotes:
				p.PriceScale, p.QuoteVol, p.InventoryLimit = param.ScaleOfCurrency, some(0.1), some(20)
			case name == "fill_model" && choice == param.SeedFills:
				p.QuoteModel = param.ShiftQuotes
			}
			if _, summary := simulate(t, p, 1, 2); (summary.TotalFills > 0) == (name == "fill_model" && choice == param.NoFills) {
				t.Errorf("%s %s: %d fills", name, choice, summary.TotalFills)
			}
		}
	}
	choices := 0
	for _, parameter := range param.Parameters() {
		if parameter.Kind == param.Choice {
			choices++
		}
	}
	if choices != 12 {
		t.Errorf("%d parameters are choices, 12 are tried", choices)
	}
}

func TestNonsenseIsRefused(t *testing.T) {
	for _, c := range []struct {
		change func(*param.Params)
		want   string
	}{
		{func(p *param.Params) { p.Market.RealizedVol = -0.1 }, "realized_vol -0.1 is outside its domain [0, 10]"},
		{func(p *param.Params) { p.TickSize = some(0) }, "tick_size 0 is outside its domain (0, ∞)"},
		{func(p *param.Params) { p.HedgeModel, p.HedgeBand = param.HedgeBand, some(-1) }, "hedge_band -1 is outside its domain [0, ∞)"},
		{func(p *param.Params) { p.QuoteSize, p.InventoryLimit = 5, some(4) }, "inventory_limit 4 is below quote_size 5"},
		{func(p *param.Params) { p.HedgeModel = param.HedgeEvery }, "hedge_every_minutes needs a value: hedge_model every uses it"},
		{func(p *param.Params) { p.RiskAversion = param.Optional{} }, "risk_aversion needs a value: quote_model glft uses it"},
		{func(p *param.Params) { p.ArrivalRate = param.Optional{} }, "arrival_rate needs a value: quote_model glft uses it"},
		{func(p *param.Params) { p.QuoteModel = param.StoikovQuotes }, "horizon_minutes needs a value: quote_model avellaneda_stoikov uses it"},
		{func(p *param.Params) { p.FillModel = param.LogisticFills }, "logit_intercept needs a value"},
		{func(p *param.Params) { p.FillModel = param.SeedFills }, "fill_model seed needs the width of quote_model seed | shift"},
		{func(p *param.Params) { p.ScoreShift = 0.01 }, "score_model seed sees the future, and quote_model glft is not to: take one of short_return"},
		{func(p *param.Params) { p.ScoreWiden = 0.01 }, "score_model seed sees the future"},
		{func(p *param.Params) { p.Market.Model = synthetic.SeedModel }, "price_scale half_spread needs the market's own quote, which market_model seed does not have"},
		{func(p *param.Params) { p.Market.Width = param.Optional{} }, "price_scale half_spread needs the market's own quote, and market_spread is unset"},
		{func(p *param.Params) {
			p.PriceScale, p.FillFrom, p.Market.Width = param.ScaleOfCurrency, param.FromTouch, param.Optional{}
		}, "fill_from touch needs the market's own quote"},
		{func(p *param.Params) {
			p.QuoteModel, p.Spread, p.Market.Width, p.PriceScale = param.ShiftQuotes, param.Optional{}, param.Optional{}, param.ScaleOfCurrency
		}, "spread needs a value: unset takes the market's own quote"},
		{func(p *param.Params) {
			p.Market.Model, p.PriceScale, p.Market.Signal.Model = synthetic.SeedModel, param.ScaleOfCurrency, signal.SpreadRegimeSignal
		}, "score_model spread_regime is constant"},
		{func(p *param.Params) { p.QuoteModel, p.HorizonMinutes = param.GLFTExactQuotes, some(10) }, "inventory_limit needs a value: quote_model glft_exact solves for it"},
		{func(p *param.Params) {
			p.QuoteModel, p.HorizonMinutes, p.InventoryLimit = param.GLFTExactQuotes, some(10), some(5)
		}, "quote_vol needs a value above 0"},
		{func(p *param.Params) {
			p.QuoteModel, p.HorizonMinutes, p.InventoryLimit, p.QuoteVol = param.GLFTExactQuotes, some(10), some(5), some(1)
		}, "price_scale half_spread changes from minute to minute"},
		{func(p *param.Params) {
			p.QuoteModel, p.HorizonMinutes, p.InventoryLimit, p.QuoteVol, p.PriceScale = param.GLFTExactQuotes, some(1e6), some(1e6), some(1), param.ScaleOfCurrency
		}, "horizon_minutes 1000000 with 1000000 lots is too large to solve exactly"},
		{func(p *param.Params) { p.Market.MinutesPerSession, p.Market.Clock = 2000, market.Act365Clock }, "minutes_per_session 2000 is longer than the days"},
		{func(p *param.Params) {
			p.Market.Signal = signal.Signal{Model: signal.BlendSignal, Window: 1, ReturnMinutes: 3}
		}, "score_window 1 knows no deviation"},
		{func(p *param.Params) {
			p.Market.Model, p.Market.Jumps.Intensity, p.Market.MinutesPerSession = synthetic.MertonModel, 1e6, 1
			p.Market.Minutes = 30
		}, "jump_rate 1e+06 is more than 100 jumps between two minutes"},
		{func(p *param.Params) {
			p.QuoteModel, p.HorizonMinutes, p.InventoryLimit, p.QuoteVol, p.PriceScale, p.QuoteSize = param.GLFTExactQuotes, some(10), some(5), some(1), param.ScaleOfCurrency, 2
		}, "inventory_limit 5 is not a multiple of quote_size 2"},
		{func(p *param.Params) { p.LossLimit = some(0) }, "loss_limit 0 is outside its domain (0, ∞)"},
		{func(p *param.Params) { p.InformedShare = 1.5 }, "informed_share 1.5 is outside its domain [0, 1]"},
		{func(p *param.Params) { p.OrderSizeMean = some(0.5) }, "order_size_mean 0.5 is outside its domain [1, ∞)"},
		{func(p *param.Params) { p.Market.Variance.Correlation = -2 }, "heston_correlation -2 is outside its domain [-1, 1]"},
	} {
		p := realistic()
		c.change(&p)
		if err := p.Validate(param.Synthetic); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("error %v, want one that begins with %q", err, c.want)
		}
	}
}

func TestIdle(t *testing.T) {
	rules := param.NewRules(param.Synthetic)
	p := param.Defaults(param.Synthetic)
	for name, want := range map[string]string{
		"k_fill":              "",
		"intensity_decay":     "intensity_decay is used only with quote_model avellaneda_stoikov | avellaneda_stoikov_symmetric | glft | glft_exact | baldacci_bergault_gueant, or with fill_model exponential | exponential_first_order",
		"informed_minutes":    "informed_minutes is used only with fill_model exponential | exponential_first_order | linear | logistic and informed_share other than 0",
		"score_window":        "score_window is used only with quote_model seed and skew other than 0 and score_model short_return | parity_residual | spread_regime | vol_regime | blend, or with score_shift other than 0 and quote_model other than seed and score_model short_return | parity_residual | spread_regime | vol_regime | blend, or with score_widen other than 0 and quote_model other than seed and score_model short_return | parity_residual | spread_regime | vol_regime | blend",
		"spread_vol_coef":     "",
		"order_size_mean":     "order_size_mean is used only with fill_model exponential | exponential_first_order | linear | logistic and quote_size above 1 and quote_model other than seed",
		"mispricing_halflife": "mispricing_halflife is used only with market_model gbm | merton | heston | walk and mispricing other than 0",
		"hedge_cost_bps":      "",
		"jump_rate":           "jump_rate is used only with market_model merton",
	} {
		got := ""
		if why := rules.Idle(rules.Parameter(name), rules.At(&p)); why != nil {
			got = why.Error()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := param.NewRules(param.OneSeries).Idle(rules.Parameter("spot"), rules.At(&p)); got == nil || got.Error() != "spot is a parameter of the synthetic market" {
		t.Errorf("on recorded quotes: %v", got)
	}
}
