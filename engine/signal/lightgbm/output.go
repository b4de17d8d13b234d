package lightgbm

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// link is what makes a prediction of a raw score.
type link struct {
	kind  linkKind
	scale float64
}

type linkKind int

const (
	identity linkKind = iota
	logistic          // 1/(1 + e^{−scale·raw})
	exponential
	logOnePlusExponential
	squareRoot // sign(raw)·raw²
)

// linkOf reads the objective of a model: its name, and settings as in sigmoid:2.
func linkOf(objective string) (link, error) {
	words := strings.Fields(objective)
	if len(words) == 0 { // one of the user's own
		return link{}, nil
	}
	l := link{scale: 1}
	for _, word := range words[1:] {
		if text, is := strings.CutPrefix(word, "sigmoid:"); is {
			scale, err := strconv.ParseFloat(text, 64)
			if err != nil || !(scale > 0) || math.IsInf(scale, 0) {
				return l, fmt.Errorf("objective %.40q: sigmoid is not a number above 0", objective)
			}
			l.scale = scale
		}
	}
	switch words[0] {
	case "regression", "regression_l2", "regression_l1", "huber", "fair", "quantile", "mape", "lambdarank", "rank_xendcg", "custom":
		if len(words) > 1 && words[1] == "sqrt" {
			l.kind = squareRoot
		}
	case "binary":
		l.kind = logistic
	case "cross_entropy":
		l.kind, l.scale = logistic, 1
	case "poisson", "gamma", "tweedie":
		l.kind = exponential
	case "cross_entropy_lambda":
		l.kind = logOnePlusExponential
	default:
		return l, fmt.Errorf("objective %.40q is not known", objective)
	}
	return l, nil
}

// Output is what LightGBM predicts from a raw score: of a random forest from the mean of its trees, and
// through the link of the objective.
func (m *Model) Output(raw float64) float64 {
	if m.averages {
		raw /= float64(len(m.trees))
	}
	switch m.link.kind {
	case logistic:
		return 1 / (1 + math.Exp(-m.link.scale*raw))
	case exponential:
		return math.Exp(raw)
	case logOnePlusExponential:
		return math.Log1p(math.Exp(raw))
	case squareRoot:
		return math.Copysign(raw*raw, raw)
	}
	return raw
}
