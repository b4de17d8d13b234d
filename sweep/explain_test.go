package sweep

import (
	"bytes"
	"strings"
	"testing"

	"optmm/engine/account"
	"optmm/engine/param"
)

// Every parameter, figure and column has its sentence, each name of a term is of one term, and what is
// near a name is proposed.
func TestExplain(t *testing.T) {
	names := map[string]bool{}
	for _, parameter := range param.Parameters() {
		names[parameter.Name] = true
	}
	for _, statistic := range account.Statistics() {
		names[statistic.Name] = true
	}
	for _, column := range account.Columns() {
		names[column.Name] = true
	}
	for name := range names {
		found, err := explain(name, Explanations())
		if err != nil || len(found[0].Description) < 10 {
			t.Errorf("%s: %+v, error %v", name, found, err)
		}
	}
	terms := map[string]string{}
	for _, e := range Explanations() {
		if e.Kind != "term" {
			continue
		}
		for _, name := range append([]string{e.Name}, e.SeeAlso...) {
			if other, twice := terms[strings.ToLower(name)]; twice {
				t.Errorf("%s is of %s and of %s", name, other, e.Name)
			}
			terms[strings.ToLower(name)] = e.Name
		}
	}
	for _, word := range []string{"holdout seed", "paired", "Romano–Wolf", "tied with", "objective", "statistically tied with the best"} {
		if found, err := explain(word, Explanations()); err != nil {
			t.Errorf("%s: %+v, error %v", word, found, err)
		}
	}
	var out bytes.Buffer
	if err := WriteExplanations(&out, []string{"avg_inventory"}, false); err != nil || !strings.Contains(out.String(), "mean_inventory") {
		t.Errorf("%q, error %v", out.String(), err)
	}
	if _, err := explain("net_pnk", Explanations()); err == nil || !strings.Contains(err.Error(), "net_pnl") {
		t.Errorf("error %v", err)
	}
}
