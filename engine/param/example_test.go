package param_test

import (
	"fmt"

	"optmm/engine/param"
)

// A parameter is found by its name, checked against its domain, and set; values are checked
// against each other.
func ExampleRules() {
	params := param.Defaults(param.Synthetic)
	rules := param.NewRules(param.Synthetic)
	sensitivity := rules.Parameter("k_fill")
	fmt.Println(sensitivity.Name, sensitivity.Domain, sensitivity.Format(sensitivity.Default))
	fmt.Println(sensitivity.Check(param.Value{Number: -1}))
	sensitivity.Set(&params, param.Value{Number: 60})
	params.HedgeModel = "band"
	fmt.Println(rules.Consistent(&params))
	fmt.Println(rules.Idle(rules.Parameter("hedge_every_minutes"), rules.At(&params)))
	// Output:
	// k_fill [0, ∞) 40
	// k_fill -1 is outside its domain [0, ∞)
	// hedge_band needs a value: hedge_model band uses it
	// hedge_every_minutes is used only with hedge_model every
}
