package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden outputs of the commands")

// inRepository makes a folder that looks like the repository to a command and
// enters it.
func inRepository(t *testing.T) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for _, name := range []string{"configs", "testdata"} {
		if err := os.Symlink(filepath.Join(root, name), filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(folder)
}

// command runs a command line as main does.
func command(arguments ...string) (stdout, stderr string, code int) {
	var out, err bytes.Buffer
	code = exitCode(run(context.Background(), &stopping{signals: make(chan os.Signal, 2)}, &out, &err, arguments), &err)
	return out.String(), err.String(), code
}

// volatile is what may differ from one run to the next: durations, versions.
var volatile = regexp.MustCompile(`in [0-9.]+m?s|optmm .*go1\.[0-9.]+|(?:linux|darwin|windows|freebsd)/[a-z0-9]+|about [0-9.]+m?s on [0-9]+ workers?|chunks \(default [0-9]+\)|memory  *about [0-9.]+ [KMG]iB|kernel [a-z0-9]+; this machine has [a-z0-9, ]+`)

// Golden output: testdata/NAME.out holds standard output and standard error. A
// test that fails leaves NAME.got next to it.
func TestCommandsPrintWhatTheyAlwaysDid(t *testing.T) {
	golden, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	inRepository(t)
	for _, c := range []struct {
		name string
		line string
		code int
	}{
		{"demo", "demo --n 1000 --skew 0.02 --k-fill 40 --figures=false", 0},
		{"demo-json", "demo --json --figures=false", 0},
		{"demo-one-minute", "demo --n 1 --json --figures=false", 0},
		{"demo-figures", "demo --n 100 --out figures", 0},
		{"backtest", "backtest --csv testdata/csv/mid_only_defaults.csv --k-fill 8 --figures=false", 0},
		{"check-data", "check-data testdata/chain/small.csv --rate 0.01", 0},
		{"calibrate", "calibrate --quotes testdata/chain/small.csv --trades testdata/chain/trades.csv --fragment fills.yaml --draws 3 --figure intensity", 0},
		{"calibrate-series", "calibrate --quotes testdata/chain/small.csv --trades testdata/chain/trades.csv --series 100:2024-07-20:cal", 2},
		{"calibrate-range", "calibrate --quotes testdata/chain/small.csv --trades testdata/chain/trades.csv --low 2 --high 1", 2},
		{"calibrate-nothing", "calibrate --quotes testdata/chain/small.csv", 2},
		{"check-data-one", "check-data testdata/csv/mid_only_defaults.csv", 0},
		{"check-data-nothing", "check-data nothing.csv", 2},
		{"plan-grid", "plan configs/grid.yaml", 0},
		{"plan-wide", "plan configs/wide.yaml", 0},
		{"run-csv", "run configs/csv.yaml --set seeds.count=3 --quiet", 0},
		{"run-csv-again", "run configs/csv.yaml --set seeds.count=3 --quiet", 0},
		{"run-other-study", "run configs/csv.yaml --set seeds.count=2 --quiet", 2},
		{"verify", "verify results/csv", 0},
		{"verify-sample", "verify results/csv --sample 5%", 0},
		{"verify-runs", "verify results/csv --runs 17,93", 0},
		{"verify-files", "verify results/csv --files", 0},
		{"verify-nothing", "verify configs", 2},
		{"verify-share", "verify results/csv --sample 500%", 2},
		{"verify-two-ways", "verify results/csv --sample 5% --files", 2},
		{"show", "show results/csv --top 4", 0},
		{"show-where", "show results/csv --sort -total_fills --where spread_mult==0.5&&k_fill<100 --top 3", 0},
		{"show-json", "show results/csv --sort k_fill --where point<2 --json", 0},
		{"show-none", "show results/csv --where net_pnl>1e9", 0},
		{"show-unknown", "show results/csv --where net_pln>0", 2},
		{"show-unsorted", "show results/csv --sort net_pln", 2},
		{"show-no-axis", "show results/csv --sort latency_minutes", 2},
		{"show-no-point", "show results/csv --where book_vega>0", 2},
		{"show-nothing", "show configs", 2},
		{"report", "report results/csv", 0},
		{"report-nothing", "report configs", 2},
		{"run-chain", "run configs/chain-csv.yaml --set seeds.count=5 --set grid.hedge_band=[50] --set grid.latency_minutes=[0] --quiet", 0},
		{"verify-chain", "verify results/chain-csv", 0},
		{"run-lock", "run results/csv/sweep.lock --out again --quiet", 0},
		{"diff-same", "diff results/csv again", 0},
		{"run-shard", "run configs/csv.yaml --set seeds.count=3 --set output.figures=false --shard 1/2 --out shards --quiet", 0},
		{"merge-missing", "merge shards", 1},
		{"run-last-shard", "run configs/csv.yaml --set seeds.count=3 --set output.figures=false --shard 2/2 --out shards --quiet", 0},
		{"merge", "merge shards", 0},
		{"diff-other", "diff results/csv shards", 4},
		{"overwrite-unasked", "run configs/csv.yaml --set seeds.count=3 --overwrite --quiet", 2},
		{"overwrite", "run configs/csv.yaml --set seeds.count=3 --set output.figures=false --overwrite --yes --out shards --quiet", 0},
		{"wrong-shard", "run configs/csv.yaml --shard 3/2", 2},
		{"overflow", "demo --skew 1e308 --json --figures=false", 2},
		{"demo-unwritable", "demo --out configs/grid.yaml/x", 2},
		{"backtest-idle", "backtest --csv testdata/csv/bidask_expiry_full.csv --iv 0.3", 2},
		{"params", "params", 0},
		{"version", "version", 0},
		{"version-flag", "--version", 0},
		{"help", "--help", 0},
		{"help-run", "run --help", 0},
		{"help-demo", "demo --help", 0},
		{"help-backtest", "backtest --help", 0},
		{"wrong-command", "rum", 2},
		{"wrong-flag", "demo --skw 1", 2},
		{"wrong-value", "demo --skew fast", 2},
		{"outside-domain", "demo --k-fill -1", 2},
		{"beyond-expiry", "demo --n 20000", 2},
		{"no-study", "run", 2},
		{"missing-study", "run nowhere.yaml", 2},
		{"folder-study", "run configs", 2},
		{"no-csv", "backtest", 2},
		{"missing-csv", "backtest --csv nowhere.csv", 2},
		{"set-unknown", "run configs/grid.yaml --set engine.k_fil=1", 2},
		{"no-workers", "run configs/grid.yaml --workers 0", 2},
		{"unwritable", "run configs/grid.yaml --out configs/grid.yaml/x --quiet", 2},
		{"seed-too-large", "demo --market-seed 4294967296", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			stdout, stderr, code := command(strings.Fields(c.line)...)
			if code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			got := "$ sweep " + c.line + "\n" + volatile.ReplaceAllString(stdout, "…")
			if stderr != "" {
				got += "--- standard error\n" + stderr
			}
			name := filepath.Join(golden, c.name+".out")
			if *update {
				if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				left := strings.TrimSuffix(name, ".out") + ".got"
				if err := os.WriteFile(left, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				t.Errorf("output differs from %s; it is in %s:\n%s", name, left, got)
			}
		})
	}
}

// A usage error leaves nothing behind.
func TestMistakesLeaveNothing(t *testing.T) {
	inRepository(t)
	for _, line := range []string{
		"run configs/grid.yaml --set grid.skew=[]", "run configs/grid.yaml --set market.synthetic.minutes=20000", "run configs/csv.yaml --set market.recorded.files=nowhere.csv",
		"demo --n 20000", "demo --out configs/grid.yaml/x", "backtest --csv testdata/csv/t_years.csv --out configs/grid.yaml/x", "backtest --csv configs/grid.yaml", "backtest --csv configs", "run configs/grid.yaml --workers 0", "run configs/grid.yaml --out configs/grid.yaml/x",
	} {
		if _, _, code := command(strings.Fields(line)...); code != exitUsage {
			t.Errorf("%s: exit code %d, want %d", line, code, exitUsage)
		}
	}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestDemoJSONIsTheHeadline(t *testing.T) {
	inRepository(t)
	stdout, stderr, code := command("demo", "--n", "1000", "--skew", "0.02", "--k-fill", "40", "--json", "--figures=false")
	if code != 0 || stderr != "" {
		t.Fatalf("exit code %d, standard error %s", code, stderr)
	}
	var got map[string]float64
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != 4 || got["total_fills"] != 755 || got["avg_inventory"] != 5.218 {
		t.Errorf("headline %v", got)
	}
}

func TestInterruptedRunSaysHowToGoOn(t *testing.T) {
	inRepository(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var stdout, stderr bytes.Buffer
	code := exitCode(run(ctx, &stopping{signals: make(chan os.Signal, 2)}, &stdout, &stderr, []string{"run", "configs/grid.yaml", "--quiet"}), &stderr)
	if code != exitInterrupted || !strings.Contains(stderr.String(), "the same command goes on from there") {
		t.Errorf("exit code %d, standard error %s", code, stderr.String())
	}
}

func TestCompletionScripts(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if stdout, _, code := command("completion", shell); code != 0 || !strings.Contains(stdout, "sweep") {
			t.Errorf("%s: exit code %d, %d bytes", shell, code, len(stdout))
		}
	}
}

// Every command line that README and the other pages show is run.
func TestDocumentedCommandsRun(t *testing.T) {
	if !*long {
		t.Skip("it computes long, in ways that shorter tests go too: -long")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, page := range []string{"README.md", "configs/README.md", "results/README.md", "scripts/README.md"} {
		content, err := os.ReadFile(filepath.Join(root, page))
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(content), -1) {
			for _, line := range strings.Split(block[1], "\n") {
				line, _, _ = strings.Cut(line, "  #")
				for _, prefix := range []string{"go run ./cmd/sweep ", "sweep "} {
					if rest, ok := strings.CutPrefix(strings.TrimSpace(line), prefix); ok {
						lines = append(lines, rest)
					}
				}
			}
		}
	}
	if len(lines) < 8 {
		t.Fatalf("only %d command lines are documented", len(lines))
	}
	inRepository(t)
	t.Setenv("OPTMM_TEST_AS_PROGRAM", "1") // for the processes that submit starts
	for _, line := range lines {
		arguments := splitQuoted(line)
		if redirect := len(arguments) - 2; redirect > 0 && arguments[redirect] == ">" {
			arguments = arguments[:redirect]
		}
		if _, stderr, code := command(arguments...); code != 0 {
			t.Errorf("sweep %s: exit code %d: %s", line, code, stderr)
		}
	}
}

// splitQuoted splits a command line at spaces outside single quotes.
func splitQuoted(line string) []string {
	var words []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			words = append(words, part)
			continue
		}
		words = append(words, strings.Fields(part)...)
	}
	return words
}
