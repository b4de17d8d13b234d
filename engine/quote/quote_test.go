package quote

import (
	"math"
	"math/rand/v2"
	"testing"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %v, want %v ± %v", what, got, want, tolerance)
	}
}

func still(price float64) Fair { return Fair{Anchor: []float64{price}, Score: []float64{0}} }

// Avellaneda and Stoikov 2008, section 3.3: s = 100, T = 1, σ = 2, k = 1.5; the
// average spread over the horizon in closed form is γσ²T/2 + (2/γ)·ln(1+γ/k). With
// steps of dt the average is γσ²dt/2 more.
func TestAvellanedaStoikovAverageSpread(t *testing.T) {
	const steps = 200
	const dt = 1.0 / steps
	fair := Fair{Anchor: make([]float64, steps), Score: make([]float64, steps)}
	vol := make([]float64, steps)
	for i := range vol {
		fair.Anchor[i], vol[i] = 100, 2*math.Sqrt(dt)
	}
	for _, known := range []struct{ gamma, spread float64 }{{0.01, 1.34891}, {0.1, 1.49077}, {1, 3.02165}} {
		intensity := Intensity{RiskAversion: known.gamma, Decay: 1.5, Rate: 140 * dt, Vol: vol, Lot: 1}
		skewed := AvellanedaStoikov{Fair: fair, Intensity: intensity, Horizon: Horizon{Minutes: steps}}
		symmetric := AvellanedaStoikov{Fair: fair, Intensity: intensity, Horizon: Horizon{Minutes: steps}, Symmetric: true}
		skewed.Prepare()
		symmetric.Prepare()
		average := 0.0
		for i := range steps {
			q := skewed.Quote(i, Held{Inventory: 3})
			average += (q.Ask - q.Bid) / steps
			// r = s − qγσ²(T − t)
			near(t, "reservation price", (q.Ask+q.Bid)/2, 100-3*known.gamma*4*(1-float64(i)*dt), 1e-12*100)
		}
		near(t, "average spread", average-known.gamma*4*dt/2, known.spread, 5e-6)
		q := symmetric.Quote(7, Held{Inventory: 3})
		near(t, "symmetric spread", q.Ask-q.Bid, average, 1e-12)
		near(t, "symmetric center", (q.Ask+q.Bid)/2, 100, 1e-12)
	}
}

// The horizon begins again when it ends.
func TestAvellanedaStoikovHorizonRepeats(t *testing.T) {
	fair := Fair{Anchor: []float64{1, 1, 1, 1}, Score: make([]float64, 4)}
	model := AvellanedaStoikov{Fair: fair, Intensity: Intensity{RiskAversion: 1, Decay: 1, Vol: []float64{1, 1, 1, 1}, Lot: 1}, Horizon: Horizon{Minutes: 2}}
	model.Prepare()
	if model.Quote(0, Held{Inventory: 1}) != model.Quote(2, Held{Inventory: 1}) || model.Quote(1, Held{Inventory: 1}) != model.Quote(3, Held{Inventory: 1}) || model.Quote(0, Held{Inventory: 1}) == model.Quote(1, Held{Inventory: 1}) {
		t.Error("the horizon of 2 minutes does not repeat")
	}
}

// Guéant, Lehalle and Fernandez-Tapia 2013: σ = .3, A = .9, k = .3, γ = .01.
func TestGLFTAsymptotic(t *testing.T) {
	model := GLFT{Fair: still(100), Intensity: Intensity{RiskAversion: 0.01, Decay: 0.3, Rate: 0.9, Vol: []float64{0.3}, Lot: 1}}
	model.Prepare()
	near(t, "δ_bid(0)", 100-model.Quote(0, Held{Inventory: 0}).Bid, 3.312915, 5e-7)
	near(t, "δ_ask(0)", model.Quote(0, Held{Inventory: 0}).Ask-100, 3.312915, 5e-7)
	// Lots of 5 contracts count as one.
	lots := model
	lots.Lot = 5
	if lots.Quote(0, Held{Inventory: 10}) != model.Quote(0, Held{Inventory: 2}) {
		t.Error("10 contracts in lots of 5 are not 2 lots")
	}
}

// Fitted intensity of the reference: A = 2.986…, k = .0423…, γ = .05, σ = 10.69 give
// a half-spread of 20.472… and a skew of 9.763… per unit of inventory.
func TestGLFTHalfSpreadAndSkew(t *testing.T) {
	model := GLFT{Fair: still(1000), Intensity: Intensity{RiskAversion: 0.05, Decay: 0.04235741115084049, Rate: 2.986162360812285, Vol: []float64{10.69}, Lot: 1}}
	model.Prepare()
	at := func(q float64) (center, half float64) {
		quote := model.Quote(0, Held{Inventory: q})
		return (quote.Ask + quote.Bid) / 2, (quote.Ask - quote.Bid) / 2
	}
	_, half := at(0)
	flat, _ := at(0)
	long, _ := at(1)
	near(t, "half-spread", half, 20.47208533844371, 1e-11)
	near(t, "skew", flat-long, 9.76326865029227, 1e-11)
}

// In units of a half-spread the same quotes come out, scaled.
func TestScale(t *testing.T) {
	currency := GLFT{Fair: still(100), Intensity: Intensity{RiskAversion: 0.01, Decay: 0.3, Rate: 0.9, Vol: []float64{0.3}, Lot: 1}}
	scaled := GLFT{Fair: still(100), Intensity: Intensity{RiskAversion: 0.005, Decay: 0.15, Rate: 0.9, Vol: []float64{0.3}, Scale: []float64{0.5}, Lot: 1}}
	stoikov := AvellanedaStoikov{Fair: still(100), Intensity: currency.Intensity, Horizon: Horizon{Minutes: 100}}
	stoikovScaled := AvellanedaStoikov{Fair: still(100), Intensity: scaled.Intensity, Horizon: Horizon{Minutes: 100}}
	for _, pair := range []struct {
		name    string
		a, b    Model
		prepare []interface{ Prepare() }
	}{
		{"glft", &currency, &scaled, []interface{ Prepare() }{&currency, &scaled}},
		{"avellaneda_stoikov", &stoikov, &stoikovScaled, []interface{ Prepare() }{&stoikov, &stoikovScaled}},
	} {
		for _, model := range pair.prepare {
			model.Prepare()
		}
		near(t, pair.name+" bid", pair.b.Quote(0, Held{Inventory: 4}).Bid, pair.a.Quote(0, Held{Inventory: 4}).Bid, 1e-12)
		near(t, pair.name+" ask", pair.b.Quote(0, Held{Inventory: 4}).Ask, pair.a.Quote(0, Held{Inventory: 4}).Ask, 1e-12)
	}
}

// The exact solution with T = 600, |q| ≤ 30 (same source and parameters).
func TestGLFTExact(t *testing.T) {
	problem := Problem{RiskAversion: 0.01, Decay: 0.3, Rate: 0.9, Vol: 0.3, Horizon: 600, Largest: 30}
	if err := problem.Check(); err != nil {
		t.Fatal(err)
	}
	model := GLFTExact{Fair: Fair{Anchor: make([]float64, 600), Score: make([]float64, 600)}, Solution: Solve(problem), Lot: 1}
	distances := func(minute int, q float64) (bid, ask float64) {
		quote := model.Quote(minute, Held{Inventory: q})
		return -quote.Bid, quote.Ask
	}
	for _, known := range []struct{ q, bid, ask float64 }{{0, 3.313045, 3.313045}, {5, 3.653479, 2.972522}, {20, 4.665542, 1.959200}} {
		bid, ask := distances(0, known.q)
		near(t, "δ_bid", bid, known.bid, 5e-7)
		near(t, "δ_ask", ask, known.ask, 5e-7)
		mirrored, other := distances(0, -known.q)
		near(t, "δ_ask of −q", other, bid, 1e-12)
		near(t, "δ_bid of −q", mirrored, ask, 1e-12)
	}
	// One step before the horizon v is nearly 1 everywhere: (1/γ)·ln(1+γ/k).
	myopic := math.Log1p(0.01/0.3) / 0.01
	bid, _ := distances(599, 0)
	near(t, "δ_bid at the end", bid, myopic, 0.01)
}

// The series solves the equation: against small Euler steps of its own.
func TestSolveAgainstSmallSteps(t *testing.T) {
	problem := Problem{RiskAversion: 0.5, Decay: 1.5, Rate: 0.7, Vol: 0.3, Horizon: 5, Largest: 3}
	solution := Solve(problem)
	alpha := problem.Decay * problem.RiskAversion * problem.Vol * problem.Vol / 2
	eta := problem.Rate * math.Pow(1+problem.RiskAversion/problem.Decay, -(1+problem.Decay/problem.RiskAversion))
	v := make([]float64, 7)
	for i := range v {
		v[i] = 1
	}
	const steps = 200_000
	dt := float64(problem.Horizon) / steps
	for range steps {
		next := make([]float64, 7)
		for i := range v {
			q := float64(i - 3)
			change := -alpha * q * q * v[i]
			if i > 0 {
				change += eta * v[i-1]
			}
			if i < 6 {
				change += eta * v[i+1]
			}
			next[i] = v[i] + dt*change
		}
		v = next
	}
	want := math.Log(v[4]/v[5])/problem.Decay + math.Log1p(problem.RiskAversion/problem.Decay)/problem.RiskAversion
	near(t, "δ_bid(q=1)", solution.bid[4*7+4], want, 1e-6)
}

// Extreme problems neither overflow nor lose themselves.
func TestSolveExtremes(t *testing.T) {
	for _, problem := range []Problem{
		{RiskAversion: 1e-6, Decay: 1e-3, Rate: 500, Vol: 1, Horizon: 50, Largest: 10},
		{RiskAversion: 10, Decay: 10, Rate: 1e-6, Vol: 0.5, Horizon: 50, Largest: 10},
	} {
		if err := problem.Check(); err != nil {
			t.Fatal(err)
		}
		solution := Solve(problem)
		for i := range solution.bid {
			if column := i % 21; column < 20 && (math.IsNaN(solution.bid[i]) || math.IsInf(solution.bid[i], 0)) {
				t.Fatalf("%+v: distance %d is %v", problem, i, solution.bid[i])
			}
		}
	}
	if err := (Problem{Horizon: 1e6, Largest: 1e6}).Check(); err == nil {
		t.Error("a table of 2·10^12 numbers is accepted")
	}
	if err := (Problem{RiskAversion: 0.1, Decay: 1, Rate: 1e9, Vol: 0.1, Horizon: 10, Largest: 10}).Check(); err == nil {
		t.Error("an arrival rate of 10^9 is accepted")
	}
	if err := (Problem{RiskAversion: 10, Decay: 10, Rate: 1, Vol: 100, Horizon: 10, Largest: 10}).Check(); err == nil {
		t.Error("a rate of 5·10^7 is accepted")
	}
}

// Stoikov and Sağlam 2009, checked by hand to six digits: S = K = 100, σ = .01 a
// day, 399 days, α = .00035, τ = .5 day, C = 40, D = 200, γ = .1: k = .03855879058,
// and at q = 1 premiums of .09807206047 (ask) and .1057838186 (bid).
func TestStoikovSaglam(t *testing.T) {
	const spot, vol, days, alpha, left = 100, 0.01, 399.0, 0.00035, 0.5
	deviation := vol * math.Sqrt(days)
	density := math.Exp(-deviation*deviation/8) / math.Sqrt(2*math.Pi)
	vega, gamma := spot*math.Sqrt(days)*density, density/(spot*deviation)
	model := StoikovSaglam{
		Fair: still(7), RiskAversion: 0.1, Rate: 40, Slope: 200, Horizon: Horizon{Minutes: 1}, MinuteYears: left, Lot: 1,
		Vega: []float64{vega}, DollarGamma: []float64{gamma * spot * spot * vol * vol}, VolOfVol: alpha,
	}
	near(t, "k", math.Pow(vega*alpha, 2)*left+math.Pow(model.DollarGamma[0]*left, 2)/2, 0.03855879058, 5e-12)
	one := Held{Vega: vega, DollarGamma: model.DollarGamma[0]}
	q := model.Quote(0, one)
	near(t, "ask premium", q.Ask-7, 0.09807206047, 5e-12)
	near(t, "bid premium", 7-q.Bid, 0.1057838186, 5e-11)
	scaled := model
	scaled.Scale, scaled.RiskAversion, scaled.Slope = []float64{0.5}, 0.05, 100
	near(t, "bid in half units", scaled.Quote(0, one).Bid, q.Bid, 1e-12)
	// The position is so large that the law's range 0 … C/D = 0.2 ends both premiums.
	q = model.Quote(0, Held{Vega: 100 * vega, DollarGamma: 100 * model.DollarGamma[0]})
	near(t, "bid that wants no more", 7-q.Bid, 0.2, 1e-12)
	near(t, "ask that wants rid of it", q.Ask-7, 0, 1e-12)
	q = scaled.Quote(0, Held{Vega: -100 * vega, DollarGamma: -100 * model.DollarGamma[0]})
	near(t, "bid that wants it back", 7-q.Bid, 0, 1e-12)
	near(t, "ask that sells no more", q.Ask-7, 0.2, 1e-12)
}

func TestShift(t *testing.T) {
	model := Shift{Fair: Fair{Anchor: []float64{50}, Score: []float64{2}, Shift: 0.01}, Width: []float64{0.4}, InventorySkew: 0.1}
	q := model.Quote(0, Held{Inventory: 3})
	near(t, "bid", q.Bid, 50*1.02-0.3-0.2, 1e-12)
	near(t, "ask", q.Ask, 50*1.02-0.3+0.2, 1e-12)
}

func TestPosting(t *testing.T) {
	one := func(x float64) []float64 { return []float64{x} }
	for _, c := range []struct {
		name    string
		posting Posting
		in, out Quote
	}{
		{"nothing to do", Posting{}, Quote{9.9, 10.1}, Quote{9.9, 10.1}},
		{"rounded outward", Posting{Tick: 0.25}, Quote{9.9, 10.1}, Quote{9.75, 10.25}},
		{"on the tick already", Posting{Tick: 0.05}, Quote{1.15, 1.2}, Quote{1.15, 1.2}},
		{"locked on the tick", Posting{Tick: 0.5}, Quote{10, 10}, Quote{10, 10.5}},
		{"least width", Posting{MinWidth: 1}, Quote{9.9, 10.1}, Quote{9.5, 10.5}},
		{"crossed", Posting{}, Quote{10.2, 10}, Quote{10.1, 10.1}},
		{"through the ask", Posting{Mid: one(10), Width: one(0.2)}, Quote{10.3, 10.6}, Quote{10.1, 10.6}},
		{"through the bid", Posting{Mid: one(10), Width: one(0.2), Tick: 0.125}, Quote{9.5, 9.6}, Quote{9.5, 10.125}},
		{"widened", Posting{Widen: 0.5, Score: one(2)}, Quote{9, 11}, Quote{8, 12}},
		{"never narrower than nothing", Posting{Widen: 1, Score: one(-3)}, Quote{9, 11}, Quote{10, 10}},
	} {
		got := c.posting.Post(0, c.in)
		near(t, c.name+": bid", got.Bid, c.out.Bid, 1e-12)
		near(t, c.name+": ask", got.Ask, c.out.Ask, 1e-12)
	}
}

// Whatever the model wants, what is posted is not crossed, is wide enough, on the
// tick and outside the market's other side.
func TestPostingHolds(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for range 20_000 {
		p := Posting{
			Score: []float64{random.NormFloat64()}, Widen: random.NormFloat64(), MinWidth: random.Float64(),
			Mid: []float64{10 + random.Float64()}, Width: []float64{random.Float64()},
		}
		if random.IntN(2) == 0 {
			p.Tick = []float64{0.01, 0.05, 0.25, 1}[random.IntN(4)]
		}
		q := p.Post(0, Quote{Bid: 8 + 4*random.Float64(), Ask: 8 + 4*random.Float64()})
		const rounding = 1e-9
		if q.Ask-q.Bid < p.MinWidth-rounding || q.Ask < q.Bid || p.Tick > 0 && q.Ask-q.Bid < p.Tick-rounding {
			t.Fatalf("%+v posts %+v", p, q)
		}
		if q.Bid > p.Mid[0]+p.Width[0]/2-p.Tick+rounding || q.Ask < p.Mid[0]-p.Width[0]/2+p.Tick-rounding {
			t.Fatalf("%+v posts %+v through the market", p, q)
		}
		if p.Tick > 0 && (math.Abs(q.Bid/p.Tick-math.Round(q.Bid/p.Tick)) > 1e-6 || math.Abs(q.Ask/p.Tick-math.Round(q.Ask/p.Tick)) > 1e-6) {
			t.Fatalf("%+v posts %+v off the tick", p, q)
		}
	}
}

// Of two options the tilt is the covariance with the whole book: by hand.
func TestStoikovSaglamOfABook(t *testing.T) {
	model := StoikovSaglam{
		Fair: still(7), RiskAversion: 0.01, Rate: 40, Slope: 200, Horizon: Horizon{Minutes: 4}, MinuteYears: 0.125, Lot: 2,
		Vega: []float64{3}, DollarGamma: []float64{5}, VolOfVol: 0.2,
	}
	// τ = 0.5; 2 lots of an option with vega 3 and curve 5, −1 of one with 4 and 1.
	q := model.Quote(0, Held{Inventory: 4, Vega: 4*3 - 2*4, DollarGamma: 4*5 - 2*1})
	variance := 0.04*0.5*9 + 0.5*0.25*25
	covariance := 0.04*0.5*3*(2*3-4) + 0.5*0.25*5*(2*5-1)
	near(t, "center", (q.Bid+q.Ask)/2, 7-0.01*covariance, 1e-12)
	near(t, "half-width", (q.Ask-q.Bid)/2, 0.1+0.005*variance, 1e-12)
}

// Of one option, and for small γ, the control of vega is GLFT with σ = ξ·vega.
func TestVegaControlOfOneOptionIsGLFT(t *testing.T) {
	const gamma, decay, rate, vega, xi = 1e-7, 0.3, 0.9, 12, 0.025
	glft := GLFT{Fair: still(7), Intensity: Intensity{RiskAversion: gamma, Decay: decay, Rate: rate, Vol: []float64{xi * vega}, Lot: 1}}
	glft.Prepare()
	model := VegaControl{
		Fair: still(7), RiskAversion: gamma, Decay: decay, Vega: []float64{vega}, Lot: 1,
		Pull: []float64{xi * xi / (8 * Curvature(rate, decay) * vega * vega)},
	}
	for _, held := range []float64{-5, 0, 3} {
		got, want := model.Quote(0, Held{Inventory: held, Vega: held * vega}), glft.Quote(0, Held{Inventory: held})
		near(t, "bid", got.Bid, want.Bid, 1e-6)
		near(t, "ask", got.Ask, want.Ask, 1e-6)
	}
}

// Of a book: by hand, δ_bid = 1/k + a(2V·vega + vega²).
func TestVegaControlOfABook(t *testing.T) {
	sum := Curvature(2, 1.5)*9 + Curvature(2, 1.5)*16
	near(t, "curvature", Curvature(2, 1.5), 3/math.E, 1e-15)
	model := VegaControl{Fair: still(7), RiskAversion: 0.5, Decay: 1.5, Vega: []float64{3}, Lot: 2, Pull: []float64{0.01 / (8 * sum)}}
	a := math.Sqrt(0.5 * 0.01 / (8 * sum))
	q := model.Quote(0, Held{Inventory: 10, Vega: 14}) // 7 in lots
	near(t, "bid", q.Bid, 7-(1/1.5+a*(2*7*3+9)), 1e-12)
	near(t, "ask", q.Ask, 7+(1/1.5-a*(2*7*3-9)), 1e-12)
	scaled := model
	scaled.Scale, scaled.RiskAversion, scaled.Decay = []float64{0.5}, 0.25, 0.75
	near(t, "bid in half units", scaled.Quote(0, Held{Vega: 14}).Bid, q.Bid, 1e-12)
}

// The shift leans against the book by what its options have in common.
func TestShiftAgainstTheBook(t *testing.T) {
	model := Shift{Fair: still(7), Width: []float64{1}, InventorySkew: 0.1, Vega: []float64{3}, Delta: []float64{-0.5}, VegaSkew: 0.01, DeltaSkew: 0.02}
	q := model.Quote(0, Held{Inventory: 2, Vega: 5, Delta: 4})
	near(t, "bid", q.Bid, 7-0.5-0.2-0.01*3*5+0.02*0.5*4, 1e-12)
	near(t, "ask", q.Ask, q.Bid+1, 1e-12)
}
