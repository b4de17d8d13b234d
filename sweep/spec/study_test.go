package spec

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

func parse(content string, overrides ...string) (*Study, error) {
	return Parse("study.yaml", []byte(content), overrides, Files())
}

func mustParse(t testing.TB, content string, overrides ...string) *Study {
	t.Helper()
	study, err := parse(content, overrides...)
	if err != nil {
		t.Fatal(err)
	}
	return study
}

const seeds = "seeds: {first: 1, count: 2}\n"

// Every mistake is one error that names file, line and key, and the nearest
// valid name where there is one.
func TestStudyRefuses(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.csv")
	nearly := filepath.Join(t.TempDir(), "nearly.csv")
	for name, content := range map[string]string{empty: "", nearly: "underlyin,K,call_mid\n1,1,1\n"} {
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ name, content, want string }{
		{"empty file", "", "study.yaml: the file is empty"},
		{"not a map", "- a\n", "study.yaml:1: a study is a map of keys"},
		{"bad YAML", "name: [\n", "study.yaml:2: did not find expected node content"},
		{"two documents", seeds + "---\na: 1\n", "study.yaml: the text holds several YAML documents: want one"},
		{"key twice", "name: a\nname: b\n", "study.yaml:2: duplicate key name, first in line 1"},
		{"unknown key", seeds + "gird: {}\n", "study.yaml:2: gird: unknown key gird (did you mean grid?)"},
		{"upper case", "Seeds: [1]\n", "study.yaml:1: Seeds: unknown key Seeds (did you mean seeds?)"},
		{"unknown parameter", seeds + "grid:\n  skew: [0]\n  k_fil: [1]\n", "study.yaml:4: grid.k_fil: unknown key k_fil (did you mean k_fill?)"},
		{"market parameter under engine", seeds + "engine: {minutes: 5}\n", "study.yaml:2: engine.minutes: minutes belongs under market.synthetic"},
		{"synthetic parameter on quotes", seeds + "market: {recorded: {files: a.csv, minutes: 5}}\n", "market.recorded.minutes: minutes is a parameter of the synthetic market"},
		{"no value", seeds + "engine:\n  skew:\n", "study.yaml:3: engine.skew: the key has no value"},
		{"wrong type", seeds + "engine: {skew: fast}\n", `study.yaml:2: engine.skew: skew takes a number, not "fast"`},
		{"3.9 for an integer", seeds + "market: {synthetic: {minutes: 3.9}}\n", "study.yaml:2: market.synthetic.minutes: minutes 3.9 is not an integer"},
		{"empty axis", seeds + "grid: {skew: []}\n", "study.yaml:2: grid.skew: the axis is empty"},
		{"duplicate value", seeds + "grid:\n  skew:\n  - 1\n  - 1.0\n", "study.yaml:5: grid.skew.1: duplicate 1"},
		{"outside the domain", seeds + "grid: {k_fill: [5, -1]}\n", "grid.k_fill.1: k_fill -1 is outside its domain [0, ∞)"},
		{"baseline outside the domain", seeds + "grid: {k_fill: [5]}\nbaseline: {k_fill: -5}\n", "study.yaml:3: baseline.k_fill: k_fill -5 is outside its domain"},
		{"baseline not swept", seeds + "grid: {k_fill: [5]}\nbaseline: {skew: 0}\n", "study.yaml:3: baseline.skew: skew is not swept"},
		{"swept and fixed", seeds + "engine: {skew: 0}\ngrid: {skew: [1]}\n", "study.yaml:3: grid.skew: skew is swept here and fixed by engine.skew"},
		{"swept twice", seeds + "grid: {skew: [1]}\nzip: [{skew: [1], k_fill: [1]}]\n", "study.yaml:3: zip.0.skew: skew is already swept by grid.skew"},
		{"zip of unequal lengths", seeds + "zip: [{skew: [1, 2], k_fill: [1]}]\n", "study.yaml:2: zip.0: skew has 2 values and k_fill has 1"},
		{"zip of one", seeds + "zip: [{skew: [1, 2]}]\n", "axes that step together are a map of at least two"},
		{"objective", seeds + "objective: net_pnll\n", `study.yaml:2: objective: "net_pnll" is not a figure of a run (did you mean net_pnl?); sweep params lists them`},
		{"no seeds", "name: a\n", "study.yaml: seeds: the key is missing"},
		{"seed out of range", "seeds: [4294967296]\n", "study.yaml:1: seeds.0: seed 4294967296 is beyond 4294967295"},
		{"beyond expiry", seeds + "market:\n  synthetic: {minutes: 11701}\n", "study.yaml:3: market.synthetic.minutes: minutes 11701 is beyond expiry: expiry_sessions 30 × 390 minutes = 11700"},
		{"life too short", seeds + "market:\n  synthetic: {expiry_sessions: 2}\n", "study.yaml:3: market.synthetic: minutes 1000 is beyond expiry: expiry_sessions 2 × 390 minutes = 780"},
		{"axis beyond expiry", seeds + "grid: {minutes: [10, 12000]}\n", "study.yaml:2: grid.minutes: minutes 12000 is beyond expiry: expiry_sessions 30 × 390 minutes = 11700, at minutes 12000"},
		{"missing quotes", seeds + "market: {recorded: {files: nowhere.csv}}\n", "study.yaml:2: market.recorded.files: read quotes: open nowhere.csv: no such file"},
		{"folder for quotes", seeds + "market: {recorded: {files: .}}\n", "market.recorded.files: read quotes: . is a folder"},
		{"no path", seeds + "market: {recorded: {rate: 0}}\n", "study.yaml:2: market.recorded: files is missing"},
		{"empty quotes", seeds + "market: {recorded: {files: " + empty + "}}\n", "the file is empty"},
		{"two markets", seeds + "market: {recorded: {files: a}, synthetic: {}}\n", "a study has one market"},
		{"timeseries", seeds + "output: {timeseries: al}\n", `"al" is not one of all | best | none (did you mean all?)`},
		{"columns", seeds + "output: {columns: [pnl, invntory]}\n", "study.yaml:2: output.columns.1: invntory is not a column of a run"},
		{"name", seeds + "name: ../x\n", `"../x" names a folder`},
		{"filter", seeds + "grid: {skew: [1]}\nonly: skew >\n", "study.yaml:3: only:"},
		{"sample method", seeds + "grid: {skew: {from: 0, to: 1}}\nsample: {method: sobol, points: 3, seed: 1}\n", `sample.method: "sobol" is not one of random | halton | lhs`},
		{"sample without points", seeds + "grid: {skew: {from: 0, to: 1}}\nsample: {method: lhs, seed: 1}\n", "study.yaml:3: sample: points is missing"},
		{"section of a wrong type", seeds + "grid: 5\n", "study.yaml:2: grid: grid is a map of keys, as in market_model: …"},
		{"list for a section", seeds + "engine: [1, 2]\n", "study.yaml:2: engine: engine is a map of keys"},
		{"market by name", seeds + "market: csv\n", "study.yaml:2: market: market is a map of keys, as in synthetic: …"},
		{"market of a wrong type", seeds + "market: {synthetic: 5}\n", "study.yaml:2: market.synthetic: market.synthetic is a map of keys"},
		{"quotes without a key", seeds + "market: {recorded: nowhere.csv}\n", "market.recorded: market.recorded is a map of keys, as in files: …"},
		{"baseline of a wrong type", seeds + "baseline: [1]\n", "study.yaml:2: baseline: baseline is a map of keys"},
		{"output of a wrong type", seeds + "output: all\n", "study.yaml:2: output: output is a map of keys"},
		{"sample of a wrong type", seeds + "sample: lhs\n", "study.yaml:2: sample: sample is a map of keys, as in method: …"},
		{"key that is no name", "? [a, b]\n: 1\n", "study.yaml:1: a key is a name"},
		{"no condition", seeds + "exclude: []\n", "study.yaml:2: exclude: there is no condition"},
		{"timestamps of a synthetic market", seeds + "output: {columns: [timestamp]}\n", "output.columns.0: no run of this study has the column timestamp: the market has no timestamps"},
		{"column of a book", seeds + "output:\n  columns: [pnl, book_vega]\n", "study.yaml:3: output.columns.1: no run of this study has the column book_vega: the market has one option, and it is of a book of several"},
		{"put of a chain", seeds + "market: {synthetic: {market_model: gbm, strikes: 2}}\noutput: {columns: [pnl, put_mid]}\n", "output.columns.1: no run of this study has the column put_mid: the market quotes no put"},
		{"objective without an expectation", seeds + "objective: martingale_error\n", "study.yaml:2: objective: martingale_error is undefined in every run of this study: neither the seed's market nor recorded quotes have an expectation"},
		{"objective of sessions that are not there", seeds + "market: {synthetic: {minutes: 700}}\nobjective: net_pnl + session_sharpe\n", "objective: session_sharpe is undefined in every run of this study: the history has fewer than 2 whole sessions"},
		{"constraint on minutes that are not there", seeds + "market: {synthetic: {minutes: 30}}\nobjective: {maximize: net_pnl, subject_to: [net_pnl > 0, markout_30 > 0]}\n", "objective.subject_to.1: markout_30 is undefined in every run of this study: the history is shorter than 31 minutes"},
		{"name that reads as a date", "name: 2024-01-01\n" + seeds, "study.yaml:1: name: 2024-01-01 is read as a date: put it in quotes"},
		{"name that reads as a number", "name: 010\n" + seeds, "study.yaml:1: name: 10 is read as a number: put it in quotes"},
		{"parameter that the data has", seeds + "market: {recorded: {files: ../../testdata/csv/bidask_expiry_full.csv, implied_vol: 0.2}}\n", "study.yaml:2: market.recorded.implied_vol: implied_vol has no effect: the data has its own column iv"},
		{"axis that the data has", seeds + "market: {recorded: {files: ../../testdata/csv/bidask_expiry_full.csv}}\ngrid: {rate: [0, 0.1]}\n", "study.yaml:3: grid.rate: rate has no effect: the data has its own column r"},
		{"column that is nearly there", seeds + "market: {recorded: {files: " + nearly + "}}\n", "no column underlying or S; the header has underlyin, K, call_mid (did you mean underlyin?)"},
		{"unset on a synthetic market", seeds + "engine: {spread: unset}\n", "spread needs a value"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := parse(c.content)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v\nwant one with %q", err, c.want)
			}
			if err != nil && !strings.HasPrefix(err.Error(), "study.yaml") {
				t.Errorf("error %q does not begin with the file", err)
			}
		})
	}
}

func TestSetLaysValuesOverTheFile(t *testing.T) {
	const file = "seeds: {first: 1, count: 2}\ngrid: {k_fill: {from: 10, to: 30, step: 10}}\n"
	study := mustParse(t, file, "engine.skew=0.5", "seeds.count=7", "grid.k_fill={linspace: [1, 2, 3]}", "grid.spread=[0.1, 0.2]", "name=other")
	if study.Name != "other" || study.Seeds.Len() != 7 || study.Seeds.At(0).Market != 1 || study.Grid.Points() != 6 || study.fixed.Skew != 0.5 {
		t.Errorf("name %s, %d seeds from %v, %d points, skew %v", study.Name, study.Seeds.Len(), study.Seeds.At(0), study.Grid.Points(), study.fixed.Skew)
	}
	for _, c := range []struct{ set, want string }{
		{"engine.skw=1", "set engine.skw=1: unknown key skw (did you mean skew?)"},
		{"engine.skew", "write path=value"},
		{"engine.skew=fast", `set engine.skew: skew takes a number, not "fast"`},
		{"engine.skew=", "there is no value"},
		{"engine={skew: 1}", "name one key of engine, as in engine."},
		{"grid.k_fill.stp=1", "unknown key stp"},
		{"market.recorded.files=nowhere.csv", "set market.recorded.files: read quotes: open nowhere.csv"},
		{"grid.skew=[1, 1]", "set grid.skew.1: duplicate 1"},
	} {
		if _, err := parse(file, c.set); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("--set %s: error %v\nwant one with %q", c.set, err, c.want)
		}
	}
}

const everything = `
name: everything
market: {synthetic: {minutes: 50, rate: 0.02}}
engine: {spread_mult: 2}
grid:
  skew: [0.0, 0.01, 2e-2]
  hedge_model: [off, on_fill]
zip: [{k_fill: [20, 40], spread: [0.02, 0.02]}]
exclude: [skew > 0.015 && k_fill > 30]
only: hedge_model == "on_fill" || skew < 0.02
seeds: [3, {market: 42, fill: 18446744073709551615}]
baseline: {skew: 0.01, k_fill: 30}
objective: {minimize: max_drawdown - 0.5*net_pnl, subject_to: [max_inventory <= 20, total_fills > 1]}
search: {halving: {eta: 2, first: 1, last: 2}}
verdict: {holdout_seeds: [{market: 7, fill: 8}, 9], finalists: 2}
output: {timeseries: all, columns: [minute, pnl]}
`

// A resolved study is a study file that means the same.
func TestResolvedStudyRoundTrips(t *testing.T) {
	for _, content := range []string{everything, seeds, "grid: {skew: {from: 0, to: 1, step: 0.25}, minutes: {from: 5, to: 9}, k_fill: {from: 1, to: 2, log: true}}\nsample: {method: halton, points: 9, seed: 4}\n" + seeds} {
		study := mustParse(t, content)
		resolved, err := study.ResolvedYAML(nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		again := mustParse(t, string(resolved))
		old, hash, err := study.Identity()
		if err != nil {
			t.Fatal(err)
		}
		now, hashNow, err := again.Identity()
		if err != nil || hash != hashNow {
			t.Errorf("error %v; the study\n%v\nbecomes\n%v", err, old, now)
		}
		twice, err := again.ResolvedYAML(nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(resolved, twice) {
			t.Errorf("resolved twice it differs:\n%s\n%s", resolved, twice)
		}
		for point := range study.Grid.Points() {
			if study.Grid.Params(point) != again.Grid.Params(point) {
				t.Fatalf("point %d differs", point)
			}
		}
	}
}

func compiledSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	var written bytes.Buffer
	if err := WriteSchema(&written); err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(&written)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("study.schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("study.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// instance is YAML as the schema's library reads it.
func instance(t testing.TB, content []byte) any {
	t.Helper()
	var value any
	if err := yaml.Unmarshal(content, &value); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}

func TestSchemaIsCommitted(t *testing.T) {
	var written bytes.Buffer
	if err := WriteSchema(&written); err != nil {
		t.Fatal(err)
	}
	committed, err := os.ReadFile("../../configs/study.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(written.Bytes(), committed) {
		t.Error("configs/study.schema.json is not what sweep schema prints; run go run ./cmd/sweep schema > configs/study.schema.json")
	}
}

// The schema and the program agree: what each config and the test studies say is
// accepted by both, and common mistakes are refused by both.
func TestSchemaAgreesWithTheProgram(t *testing.T) {
	schema := compiledSchema(t)
	configs, err := filepath.Glob("../../configs/*.yaml")
	if err != nil || len(configs) < 3 {
		t.Fatal("too few configs", configs, err)
	}
	for _, file := range configs {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(content), "# yaml-language-server: $schema=study.schema.json\n") {
			t.Errorf("%s does not name its schema in the first line", file)
		}
		if err := schema.Validate(instance(t, content)); err != nil {
			t.Errorf("%s: the schema refuses it: %v", file, err)
		}
		if _, err := Load(file, nil, Untrained()); err != nil {
			t.Errorf("%s: the program refuses it: %v", file, err)
		}
	}
	if err := schema.Validate(instance(t, []byte(everything))); err != nil {
		t.Errorf("the schema refuses the study of everything: %v", err)
	}
	for _, content := range []string{
		seeds + "gird: {}\n", seeds + "engine: {minutes: 5}\n", seeds + "engine: {skew: fast}\n", seeds + "grid: {skew: []}\n",
		seeds + "market: {synthetic: {minutes: 3.9}}\n", seeds + "grid: {skew: [1, 1]}\n", seeds + "grid: {k_fill: [-1]}\n",
		seeds + "objective: nothing\n", seeds + "objective: {maximize: net_pnl, minimize: net_pnl}\n", seeds + "objective: {most: net_pnl}\n", seeds + "search: {halving: {eta: 1, first: 1}}\n", seeds + "search: {grid: 1}\n", seeds + "verdict: {holdout_seeds: -1}\n", seeds + "verdict: {finalists: 0}\n", "name: a\n", "seeds: [-1]\n", seeds + "output: {timeseries: al}\n", seeds + "market: {recorded: {}}\n",
		seeds + "grid: {skew: {from: 0, step: 1}}\n", seeds + "grid: 5\n", seeds + "engine: fast\n", seeds + "market: csv\n", seeds + "output: all\n", seeds + "baseline: [1]\n",
		seeds + "grid: {k_fill: {logspace: [0, 1, 3]}}\n", seeds + "grid: {spread: {linspace: [unset, 1, 3]}}\n", seeds + "grid: {skew: {linspace: [0, 1, 2000000]}}\n", seeds + "exclude: []\n", seeds + "engine: {fill_model: nobody}\n", seeds + "name: ../x\n",
		seeds + "output: {layout: packed, timeseries: none}\n", seeds + "grid: {skew: [0, 1]}\nengine: {skew: 0}\n", seeds + "market: {synthetic: {minutes: 60}}\nverdict: {holdout_days: 3}\n", seeds + "tags: [a, a]\n", seeds + "notes: 3\n",
	} {
		if err := schema.Validate(instance(t, []byte(content))); err == nil {
			t.Errorf("the schema accepts %q", content)
		}
		if _, err := parse(content); err == nil {
			t.Errorf("the program accepts %q", content)
		}
	}
}

// The study file that the README shows is one, for the program and the schema.
func TestReadmeStudy(t *testing.T) {
	page, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(page, -1)
	if len(blocks) != 1 {
		t.Fatalf("%d YAML blocks, want 1", len(blocks))
	}
	study := mustParse(t, string(blocks[0][1]))
	if study.Grid.Points() < 10 {
		t.Errorf("%d points", study.Grid.Points())
	}
	if err := compiledSchema(t).Validate(instance(t, blocks[0][1])); err != nil {
		t.Errorf("the schema refuses it: %v", err)
	}
}

// Whatever the bytes, a study file is an error that names the file or a study
// whose resolved form is one.
func FuzzParse(f *testing.F) {
	f.Add(everything)
	f.Add(seeds)
	f.Add("seeds: &a {first: 1, count: 2}\nbaseline: *a\n")
	f.Add("grid: {skew: &a [0, *a]}\n")
	f.Add("grid: {skew: [" + strings.Repeat("[", 4000) + strings.Repeat("]", 4000) + "]}\n")
	f.Add("baseline:\n  skew:\n    - &a [x,x,x,x,x,x,x,x]\n    - &b [*a,*a,*a,*a,*a,*a,*a,*a]\n    - &c [*b,*b,*b,*b,*b,*b,*b,*b]\n    - [*c,*c,*c,*c,*c,*c,*c,*c]\n")
	f.Add("exclude: all(1..999999, # > 0)\n" + seeds)
	f.Add("objective: " + strings.Repeat("-", 1000) + "net_pnl\n" + seeds)
	f.Add("grid: {skew: {from: 0, to: 1}}\nsample: {method: lhs, points: 3, seed: 1}\n" + seeds)
	f.Fuzz(func(t *testing.T, content string) {
		study, err := parse(content)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "study.yaml") {
				t.Fatalf("error without the file: %v", err)
			}
			return
		}
		if study.Recorded() {
			return
		}
		resolved, err := study.ResolvedYAML(nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parse(string(resolved)); err != nil {
			t.Fatalf("the resolved study is refused: %v\n%s", err, resolved)
		}
	})
}
