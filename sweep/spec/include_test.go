package spec

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func writeFiles(t *testing.T, files map[string]string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// A fragment gives what the study leaves out, and the resolved study needs no
// fragment.
func TestInclude(t *testing.T) {
	folder := writeFiles(t, map[string]string{
		"study.yaml": "include: fills.yaml\nengine: {quote_model: glft, risk_aversion: 0.1}\nmarket: {synthetic: {market_model: gbm}}\n" + seeds,
		"fills.yaml": "engine:\n  fill_model: exponential\n  fill_from: touch\n  price_scale: half_spread\nzip:\n  - arrival_rate: [1, 2, 3]\n    intensity_decay: [1, 1.1, 1.2]\n",
	})
	study, err := Load(filepath.Join(folder, "study.yaml"), nil, Files())
	if err != nil {
		t.Fatal(err)
	}
	params := study.Grid.Params(2)
	if study.Grid.Points() != 3 || params.FillFrom != "touch" || params.FillModel != "exponential" || params.ArrivalRate.Value != 3 || params.IntensityDecay.Value != 1.2 {
		t.Errorf("%d points, the last %+v", study.Grid.Points(), params)
	}
	if _, err := Parse("again.yaml", mustResolve(t, study), nil, Files()); err != nil {
		t.Errorf("the resolved study: %v", err)
	}
	fixed, err := Load(filepath.Join(folder, "study.yaml"), []string{`zip=[{arrival_rate: [5, 6], intensity_decay: [2, 3]}]`}, Files())
	if err != nil || fixed.Grid.Points() != 2 {
		t.Errorf("--set over a fragment: %v", err)
	}
}

// Where --set names it, a fragment is laid over what the study says itself.
func TestIncludeIsLaidOver(t *testing.T) {
	folder := writeFiles(t, map[string]string{
		"study.yaml": "engine: {fill_model: exponential, quote_model: glft, risk_aversion: 0.1, arrival_rate: 1, intensity_decay: 1}\nmarket: {synthetic: {market_model: gbm}}\n" + seeds,
		"fills.yaml": "engine: {arrival_rate: 0.25}\n",
	})
	study, err := Load(filepath.Join(folder, "study.yaml"), []string{"include=" + filepath.Join(folder, "fills.yaml")}, Files())
	if err != nil {
		t.Fatal(err)
	}
	if params := study.Grid.Params(0); params.ArrivalRate.Value != 0.25 || params.IntensityDecay.Value != 1 {
		t.Errorf("arrival_rate %v, intensity_decay %v", params.ArrivalRate, params.IntensityDecay)
	}
}

// An axis of a fragment that is laid over the study takes the place of the study's
// value; a --set of it comes last.
func TestIncludedAxesTakeThePlaceOfValues(t *testing.T) {
	folder := writeFiles(t, map[string]string{
		"study.yaml": "engine: {fill_model: exponential, quote_model: glft, risk_aversion: 0.1, arrival_rate: 1, intensity_decay: 1}\nmarket: {synthetic: {market_model: gbm}}\n" + seeds,
		"fills.yaml": "zip:\n  - {arrival_rate: [0.25, 0.5], intensity_decay: [2, 3]}\n",
	})
	file, fragment := filepath.Join(folder, "study.yaml"), "include="+filepath.Join(folder, "fills.yaml")
	study, err := Load(file, []string{fragment}, Files())
	if err != nil {
		t.Fatal(err)
	}
	if params := study.Grid.Params(1); study.Grid.Points() != 2 || params.ArrivalRate.Value != 0.5 || params.IntensityDecay.Value != 3 {
		t.Errorf("%d points, the second at %v and %v", study.Grid.Points(), params.ArrivalRate, params.IntensityDecay)
	}
	if _, err := Load(file, []string{fragment, "engine.arrival_rate=2"}, Files()); err == nil || !strings.Contains(err.Error(), "arrival_rate is swept here and fixed by engine.arrival_rate") {
		t.Errorf("error %v", err)
	}
}

// What a fragment that is laid over a study says of a parameter takes the place of its
// axis too; zipped axes are added to the study's.
func TestIncludeReplacesAxesAndAddsZips(t *testing.T) {
	folder := writeFiles(t, map[string]string{
		"study.yaml": "engine: {fill_model: exponential, quote_model: glft, risk_aversion: 0.1, intensity_decay: 1}\nmarket: {synthetic: {market_model: gbm}}\n" +
			"grid: {arrival_rate: [1, 2, 3]}\nzip:\n  - {inventory_limit: [5, 10], hedge_lot: [1, 2]}\n" + seeds,
		"value.yaml":  "engine: {arrival_rate: 0.25}\n",
		"zip.yaml":    "zip:\n  - {arrival_rate: [0.25, 0.5], intensity_decay: [2, 3]}\n",
		"both.yaml":   "engine: {arrival_rate: 1}\ngrid: {arrival_rate: [1, 2]}\n",
		"broken.yaml": "zip:\n  - {arrival_rate: [0.25, 0.5], intensity_decay: [2, -3]}\n",
	})
	load := func(name string) (*Study, error) {
		return Load(filepath.Join(folder, "study.yaml"), []string{"include=" + filepath.Join(folder, name)}, Files())
	}
	value, err := load("value.yaml")
	if err != nil || value.Grid.Points() != 2 {
		t.Fatalf("%v, want the two points of the study's zip", err)
	}
	if params := value.Grid.Params(1); params.ArrivalRate.Value != 0.25 || params.InventoryLimit.Value != 10 {
		t.Errorf("%+v", params)
	}
	zipped, err := load("zip.yaml")
	if err != nil || zipped.Grid.Points() != 4 {
		t.Fatalf("%v, want two zips of two", err)
	}
	if params := zipped.Grid.Params(3); params.ArrivalRate.Value != 0.5 || params.IntensityDecay.Value != 3 || params.InventoryLimit.Value != 10 || params.HedgeLot != 2 {
		t.Errorf("%+v", params)
	}
	if _, err := load("both.yaml"); err == nil || !strings.Contains(err.Error(), "arrival_rate is swept here and fixed by engine.arrival_rate") {
		t.Errorf("a fragment that contradicts itself: error %v", err)
	}
	if _, err := load("broken.yaml"); err == nil || !strings.Contains(err.Error(), "broken.yaml:2: zip.1.intensity_decay") {
		t.Errorf("an error in the fragment's zip: %v", err)
	}
}

func TestIncludeRefuses(t *testing.T) {
	for _, c := range []struct{ name, fragment, want string }{
		{"unknown key", "engine:\n  fil_model: exponential\n", "fills.yaml:2: engine.fil_model: unknown key fil_model (did you mean fill_model?)"},
		{"wrong value", "engine:\n  fill_model: exponential\n  arrival_rate: -1\n", "fills.yaml:3: engine.arrival_rate: arrival_rate -1 is outside its domain (0, ∞)"},
		{"a name", "name: other\n", "fills.yaml:1: name: a fragment is included for its other keys"},
		{"another include", "include: more.yaml\n", "fills.yaml:1: include: a fragment is included for its other keys"},
		{"what the study says too", "seeds: {first: 1, count: 3}\n", "fills.yaml:1: seeds is in "},
		{"empty", "", "fills.yaml: the file is empty"},
	} {
		folder := writeFiles(t, map[string]string{"study.yaml": "include: fills.yaml\n" + seeds, "fills.yaml": c.fragment})
		if _, err := Load(filepath.Join(folder, "study.yaml"), nil, Files()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.want)
		}
	}
	folder := writeFiles(t, map[string]string{"study.yaml": "include: gone.yaml\n" + seeds})
	if _, err := Load(filepath.Join(folder, "study.yaml"), nil, Files()); err == nil || !strings.Contains(err.Error(), "study.yaml:1: include: read study: open ") {
		t.Errorf("error %v", err)
	}
	folder = writeFiles(t, map[string]string{"study.yaml": "include: 5\n" + seeds})
	if _, err := Load(filepath.Join(folder, "study.yaml"), nil, Files()); err == nil || !strings.Contains(err.Error(), "include: 5 is not the name of a file") {
		t.Errorf("error %v", err)
	}
}
