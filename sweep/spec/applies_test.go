package spec

import (
	"strings"
	"testing"
)

const glft = "engine: {quote_model: glft, risk_aversion: 0.1, fill_model: exponential, arrival_rate: 1, intensity_decay: 10}\nmarket: {synthetic: {market_model: gbm}}\n"

// A parameter that is set or swept and has no effect is an error at its own
// line, wherever it is.
func TestIdleParametersAreRefused(t *testing.T) {
	for _, c := range []struct{ name, content, want string }{
		{"fixed", seeds + "engine: {hedge_band: 1}\n", "study.yaml:2: engine.hedge_band: hedge_band is used only with hedge_model band"},
		{"swept", seeds + "grid: {risk_aversion: [0.1, 1]}\n", "study.yaml:2: grid.risk_aversion: risk_aversion is used only with quote_model avellaneda_stoikov"},
		{"zipped", seeds + "zip: [{hedge_band: [1, 2], skew: [0, 1]}]\n", "study.yaml:2: zip.0.hedge_band: hedge_band is used only with hedge_model band"},
		{"the seed's, on another model", seeds + glft + "grid: {skew: [0, 1]}\n", "study.yaml:4: grid.skew: skew is used only with quote_model seed"},
		{"of another market", seeds + "market: {synthetic: {jump_rate: 1}}\n", "study.yaml:2: market.synthetic.jump_rate: jump_rate is used only with market_model merton"},
		{"behind a share of 0", seeds + glft + "grid: {informed_minutes: [1, 5]}\n", "study.yaml:4: grid.informed_minutes: informed_minutes is used only with fill_model exponential | exponential_first_order | linear | logistic and informed_share other than 0"},
		{"a share that is swept", seeds + glft + "grid: {informed_minutes: [1, 5], informed_share: [0, 0.5]}\n", "study.yaml:4: grid: points 0 and 1 are the same: what they differ in, informed_minutes, has no effect at informed_share 0, informed_minutes 5"},
		{"crossed models", seeds + "grid: {hedge_model: [on_fill, band], hedge_band: [1, 2]}\nbaseline: {hedge_model: on_fill, hedge_band: 1}\n", "study.yaml:2: grid: points 0 and 1 are the same: what they differ in, hedge_band, has no effect at hedge_model on_fill, hedge_band 2; exclude one of them, or zip the axes with unset where they do not count"},
		{"without what it is added to", seeds + "engine: {spread: 0.1}\ngrid: {mispricing_halflife: [1, 5]}\nmarket: {synthetic: {market_model: gbm, mispricing: 0}}\n", "study.yaml:3: grid.mispricing_halflife: mispricing_halflife is used only with market_model gbm | merton | heston | walk and mispricing other than 0"},
		{"a score that nothing uses", seeds + glft + "grid: {score_window: [10, 20]}\n", "study.yaml:4: grid.score_window: score_window is used only with quote_model seed and skew other than 0"},
		{"sizes of single contracts", seeds + glft + "grid: {order_size_mean: [1, 2]}\n", "study.yaml:4: grid.order_size_mean: order_size_mean is used only with fill_model"},
		{"needed and unset", seeds + "zip: [{hedge_model: [on_fill, band], hedge_band: [unset, unset]}]\n", "study.yaml:2: zip.0.hedge_band: hedge_band needs a value: hedge_model band uses it, at hedge_model band, hedge_band unset"},
		{"needed and missing", seeds + "engine: {hedge_model: band}\n", "study.yaml:2: engine: hedge_band needs a value: hedge_model band uses it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := parse(c.content)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v\nwant one with %q", err, c.want)
			}
		})
	}
}

// Axes that count for some points only can be zipped, with unset where they do
// not, or crossed and filtered.
func TestAxesOfSeveralModels(t *testing.T) {
	for _, content := range []string{
		seeds + "zip: [{hedge_model: [on_fill, band, band], hedge_band: [unset, 1, 2]}]\n",
		seeds + "grid: {hedge_model: [on_fill, band], hedge_band: [1, 2]}\nexclude: hedge_model == \"on_fill\" && hedge_band > 1\nbaseline: {hedge_model: on_fill, hedge_band: 1}\n",
	} {
		study, err := parse(content)
		if err != nil {
			t.Error(err)
			continue
		}
		if study.Grid.Points() != 3 {
			t.Errorf("%d points, want 3", study.Grid.Points())
		}
		again, err := parse(string(mustResolve(t, study)))
		if err != nil || again.Grid.Points() != 3 {
			t.Errorf("the resolved study: %v", err)
		}
	}
}

// A range that ends at 0 is not always 0.
func TestRangeUpToZeroCounts(t *testing.T) {
	if _, err := parse(seeds + "engine: {score_model: short_return}\ngrid: {skew: {from: -0.02, to: 0}}\nsample: {method: lhs, points: 5, seed: 1}\n"); err != nil {
		t.Error(err)
	}
}

func mustResolve(t *testing.T, study *Study) []byte {
	t.Helper()
	content, err := study.ResolvedYAML(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
