// Package spectest has studies for the tests of the rooms behind spec; no program imports it.
package spectest

import (
	"testing"

	"optmm/sweep/spec"
)

// Small returns a study of 42 runs of 60 minutes, in several chunks and without holdout
// seeds, with some of its keys overridden.
func Small(t testing.TB, overrides ...string) *spec.Study {
	t.Helper()
	return Parse(t, `
name: small
market: {synthetic: {minutes: 60}}
grid: {skew: [0, 0.02], k_fill: [20, 50, 60]}
seeds: {first: 1, count: 6}
baseline: {skew: 0.02, k_fill: 40}
verdict: {holdout_seeds: 0}
output: {figures: false}
`, overrides...)
}

// Parse reads the content of a study file, which must be valid.
func Parse(t testing.TB, content string, overrides ...string) *spec.Study {
	t.Helper()
	study, err := spec.Parse("study.yaml", []byte(content), overrides, spec.Files())
	if err != nil {
		t.Fatal(err)
	}
	return study
}
