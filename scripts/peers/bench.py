"""Measures this program against its peers; see scripts/bench."""

import csv
import datetime
import functools
import json
import math
import os
import re
import shutil
import statistics
import subprocess
import sys
import time

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import peers

MINUTES, SEEDS, WORKERS = 1000, range(1, 21), 2
RUNS = len(SEEDS) * len(peers.POINTS)
STUDY = f"""
market: {{synthetic: {{minutes: {MINUTES}}}}}
grid: {{skew: [0.0, 0.01, 0.02, 0.04], k_fill: [20, 40, 60, 80], spread: [0.02, 0.04, 0.06]}}
seeds: {{first: {SEEDS[0]}, count: {len(SEEDS)}}}
baseline: {{skew: 0.02, k_fill: 40, spread: 0.02}}
verdict: {{holdout_seeds: 0}}
output: {{figures: false, columns: [{", ".join(peers.COLUMNS)}]}}
"""
TRIVIAL = """
market: {synthetic: {minutes: 1}}
grid: {skew: {linspace: [0, 0.1, 1000]}}
seeds: {first: 1, count: COUNT}
objective: net_pnl
verdict: {holdout_seeds: 0}
output: {figures: false, timeseries: none}
"""


# Runs a command in a process of its own, since peak memory counts from before exec, when it is the parent's.
WATCH = """
import json, os, sys, time
cores, command = json.loads(sys.argv[1]), sys.argv[2:]
if cores:
    os.sched_setaffinity(0, cores)
begin = time.perf_counter()
_, status, usage = os.wait4(os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]), 0)
print(time.perf_counter() - begin, usage.ru_maxrss)
sys.exit(status != 0)
"""


class Bench:
    def __init__(self, work):
        self.work, self.number = work, 0

    def folder(self):
        """A new folder: the file system takes longer where others were just removed."""
        self.number += 1
        return f"{self.work}/out{self.number}"

    def study(self, name, text):
        path = f"{self.work}/{name}.yaml"
        with open(path, "w") as file:
            file.write(text)
        return path

    def sweep(self, study, *settings, workers=WORKERS, cores=None, out=None):
        """Runs a study, on some cores alone: seconds of the whole command, and its peak memory in MB."""
        out = out or self.folder()
        command = [f"{self.work}/sweep", "run", study, "--quiet", "--workers", str(workers), "--out", out, "--ignore-disk"]
        for setting in settings:
            command += ["--set", setting]
        os.sync()  # nobody pays for what another left to be written
        done = subprocess.run([sys.executable, "-S", "-c", WATCH, json.dumps(cores), *command], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"bench: {' '.join(command)}: {done.stderr}")
        seconds, kilobytes = map(float, done.stdout.split())
        return seconds, kilobytes / 1024

    def simulated(self, out):
        """Seconds that a study simulated and committed, without what comes before and after."""
        times = {}  # the last of each kind
        for entry in map(json.loads, open(f"{out}/run.log")):
            times[entry["msg"]] = datetime.datetime.fromisoformat(entry["time"][:26])
        return (times["chunk"] - times["start"]).total_seconds()

    def go(self, test, pattern, unit, benchtime="0.5s"):
        """Runs benchmarks of Go: {name: figure}."""
        os.sync()
        done = subprocess.run([f"{self.work}/{test}.test", "-test.run", "xxx", "-test.bench", pattern, "-test.benchtime", benchtime],
                              capture_output=True, text=True, check=True, cwd=self.work, env={**os.environ, "TMPDIR": self.work})
        rows = re.findall(rf"^Benchmark([\w/-]+?)-\d+\s.*?([\d.]+) {unit}\b", done.stdout, re.M)
        return {name: float(figure) for name, figure in rows}

    def c(self, kind, repetitions):
        """Runs a peer in C: ns a step, and the figures of every run."""
        lines = subprocess.run([f"{self.work}/kernel", kind, f"{self.work}/kernel.bin", str(repetitions)], capture_output=True, text=True, check=True).stdout.split("\n")
        return float(lines[0]), [tuple(map(float, line.split())) for line in lines[1:] if line]


    def at_once(self, copies):
        """Nanoseconds a step of the loop in C, in several processes at once, over all of them."""
        command = [f"{self.work}/kernel", "c1", f"{self.work}/kernel.bin", "20"]
        running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(copies)]
        return statistics.mean(float(process.communicate()[0].split("\n")[0]) for process in running) / copies


def agree(name, got, want):
    """Fills must be equal, P&L and the others to 1e-9."""
    for run, (g, w) in enumerate(zip(got, want, strict=True)):
        same = abs(g[0] - w[0]) <= 1e-9 and abs(g[1] - w[1]) <= 1e-9 * max(1, abs(w[1])) and abs(g[3] - w[3]) <= 1e-9
        if not same or g[2] != w[2]:
            sys.exit(f"bench: {name}, run {run}: {g} is not {w}: results that differ are not timed")
    print(f"{name}: {len(want)} runs come to the same figures")


def agree_tables(name, got, want):
    """Columns must be the same to 1e-9 of the largest number."""
    for column in want.column_names:
        g, w = (np.asarray(table[column], float) for table in (got, want))
        if g.shape != w.shape or not np.all(np.abs(g - w) <= 1e-9 * np.abs(w).max()):
            sys.exit(f"bench: {name}: column {column} is another: results that differ are not timed")
    print(f"{name}: a run's {len(want.column_names)} columns are the same")


def ours(folder):
    """The four figures of every run, in the order of the peers."""
    with open(f"{folder}/summary.csv") as file:
        rows = {(int(r["fill_seed"]), float(r["skew"]), float(r["k_fill"]), float(r["spread"])): r for r in csv.DictReader(file)}
    names = ("net_pnl", "annualized_sharpe_est", "total_fills", "avg_inventory")
    return [tuple(float(rows[(seed, *point)][name]) for name in names) for seed in SEEDS for point in peers.POINTS]


def report(rows):
    """Prints rows of (name, unit, goal, ours, peer): the figures of the rounds. The ratio is of each round."""
    print(f"\n{'':58} {'ours':>10} {'peer':>10}   ratio (lowest to highest)      goal")
    for name, unit, goal, mine, theirs in rows:
        ratios = [m / t for m, t in zip(mine, theirs, strict=True)]
        if goal.startswith("at least"):
            ratios = [1 / r for r in ratios]
        middle = statistics.median(ratios)
        print(f"{name:58} {statistics.median(mine):10.4g} {statistics.median(theirs):10.4g} {unit:8} {middle:8.3g} ({min(ratios):.3g} to {max(ratios):.3g})".ljust(118) + goal)
    print()
    for name, unit, goal, mine, theirs in rows:
        ratios = sorted(m / t for m, t in zip(mine, theirs, strict=True))
        print(json.dumps({"name": name, "unit": unit, "ours": statistics.median(mine), "peer": statistics.median(theirs), "ours_over_peer": statistics.median(ratios), "lowest": ratios[0], "highest": ratios[-1], "goal": goal, "rounds": len(ratios)}))


def versus(b, rounds):
    study, figures = b.study("bench", STUDY), b.folder()
    b.sweep(study, out=figures)
    want = ours(figures)
    peers.kernel_input(f"{b.work}/kernel.bin", MINUTES, SEEDS)
    for kind in ("c1", "walk", "run"):
        agree(f"C, {kind}", b.c(kind, 1)[1], want)
    agree("numba", peers.numba_sweep(MINUTES, SEEDS, None, WORKERS)[1], want)
    agree("NumPy, all runs at once", peers.numpy_together(MINUTES, SEEDS)[1], want)
    agree("numba, prange over runs", peers.prange(MINUTES, SEEDS, WORKERS)[1], want)
    agree("JAX, scan and vmap", peers.jax_together(MINUTES, SEEDS)[1], want)
    slow = [(seed, peers.POINTS[i]) for i, seed in enumerate(SEEDS[:4])]  # the runs of pandas
    agree("pandas", [peers.pandas_run(MINUTES, seed, *point) for seed, point in slow], [want[i * len(peers.POINTS) + i] for i in range(4)])
    for name, settings in (("packed", ["output.layout=packed"]), ("none", ["output.timeseries=none"])):
        other = b.folder()
        b.sweep(study, *settings, out=other)
        agree(name, ours(other), want)

    columns = peers.numba_run(MINUTES, 1, *peers.POINTS[0])[1]
    table = pa.table({name: columns[name] for name in peers.COLUMNS})
    agree_tables("file", pq.read_table(f"{figures}/runs/000/000000.parquet"), table)
    database = duckdb.connect()
    database.register("arrow_table", table)
    database.execute("create table run as select * from arrow_table")
    inputs = [columns[name] for name in ("underlying", "delta", "mid", "bid", "ask")] + [np.exp(-peers.POINTS[0][1] * columns["spread"] / columns["mid"]) / 2, np.random.default_rng(1).random(2 * MINUTES)]
    outputs = [np.empty(MINUTES, np.int32) for _ in range(3)] + [np.empty(MINUTES) for _ in range(3)]

    def seconds(work, times):
        begin = time.perf_counter()
        for i in range(times):
            work(i)
        return (time.perf_counter() - begin) / times

    def pyarrow_write(folder, i):
        pq.write_table(table, f"{folder}/{i}.tmp", compression="none", use_dictionary=False, write_statistics=False)
        os.rename(f"{folder}/{i}.tmp", f"{folder}/{i}")

    def duckdb_write(folder, i):
        database.execute(f"copy run to '{folder}/{i}.tmp' (format parquet, compression uncompressed)")
        os.rename(f"{folder}/{i}.tmp", f"{folder}/{i}")

    m = {}

    def add(name, figure):
        m.setdefault(name, []).append(figure)

    for _ in range(rounds):
        for name, figure in b.go("engine", "Kernel|Together|Realistic|Chain|Apart", "ns/step").items():
            add(name, figure)
        add("in memory", b.go("engine", "InMemory", "ns/run")["InMemory"] / 1e3)
        for kind in ("c1", "walk", "run"):
            add("c " + kind, b.c(kind, 20)[0])
        add("numba loop", seconds(lambda _: peers.numba_loop(*inputs, *outputs), 300) * 1e9 / MINUTES)
        add("sweep", b.sweep(study)[0] / RUNS * 1e6)
        add("sweep own", b.sweep(study, "output.columns=own")[0] / RUNS * 1e6)
        folder = b.folder()
        os.makedirs(folder)
        os.sync()
        add("numba sweep", peers.numba_sweep(MINUTES, SEEDS, folder, WORKERS)[0] / RUNS * 1e6)
        add("pandas", seconds(lambda i: peers.pandas_run(MINUTES, slow[i][0], *slow[i][1]), 4) * 1e6)
        for layout in ("per-run", "packed"):
            add(layout, b.sweep(study, f"output.layout={layout}", "seeds.count=60")[0] / (3 * RUNS) * 1e6)
        add("machine, one", b.at_once(1))
        add("machine, two", b.at_once(2))
        for name, workers, cores in (("none", WORKERS, None), ("none, one worker", 1, [min(os.sched_getaffinity(0))])):
            out = b.folder()
            add(name, b.sweep(study, "output.timeseries=none", "seeds.count=1000", workers=workers, cores=cores, out=out)[0] / (50 * RUNS) * 1e6)
            add(name + ", simulated", b.simulated(out) / (50 * RUNS) * 1e6)
        add("numpy together", peers.numpy_together(MINUTES, SEEDS)[0] / RUNS * 1e6)
        add("numba prange", peers.prange(MINUTES, SEEDS, WORKERS)[0] / RUNS * 1e6)
        add("jax together", peers.jax_together(MINUTES, SEEDS)[0] / RUNS * 1e6)
        add("numba none", peers.numba_sweep(MINUTES, SEEDS, None, WORKERS)[0] / RUNS * 1e6)
        for name, figure in b.go("store", "WriteRun", "ns/file").items():
            add(name, figure / 1e3)
        for name, work in (("pyarrow", pyarrow_write), ("duckdb", duckdb_write)):
            folder = b.folder()
            os.makedirs(folder)
            os.sync()
            add(name, seconds(functools.partial(work, folder), 100) * 1e6)
        out, trivial = b.folder(), b.study("trivial", TRIVIAL.replace("COUNT", "400"))
        add("trivial", b.sweep(trivial, out=out)[0] / 400_000 * 1e6)
        add("trivial, simulated", b.simulated(out) / 400_000 * 1e6)
        add("joblib", peers.joblib_trials(400_000, WORKERS) * 1e6)
        add("optuna", peers.optuna_trials(400) * 1e6)
        add("default", b.sweep("configs/grid.yaml")[0])
    m["second"] = [1.0] * rounds
    add_reading(b, m, rounds, table)
    rows = [
        ("kernel, minute loop and four figures / c1", "ns/step", "at most 0.35", "Kernel/walk", "c c1"),
        ("kernel, minute loop and four figures / c2", "ns/step", "at most 1.25", "Kernel/walk", "c walk"),
        ("kernel, attribution and all figures / c1", "ns/step", "", "Kernel/run", "c c1"),
        ("kernel, attribution and all figures / c2", "ns/step", "at most 1.25", "Kernel/run", "c run"),
        ("kernel, eight runs at once, minute loop and four figures / c1", "ns/step", "at most 0.15", "TogetherFour", "c c1"),
        ("kernel, eight runs at once, all figures / c1", "ns/step", "", "Together/best", "c c1"),
        ("kernel, eight runs at once, all figures / c2", "ns/step", "at most 0.25", "Together/best", "c run"),
        ("kernel, eight runs at once / one at a time", "ns/step", "", "Together/best", "Kernel/run"),
        ("kernel, eight runs at once in Go / one at a time", "ns/step", "at most 0.7", "Together/go", "Kernel/run"),
        ("realistic models, eight runs at once / one at a time", "ns/step", "at most 0.4", "Realistic/best", "Realistic/scalar"),
        ("realistic models, eight at once in Go / one at a time", "ns/step", "at most 0.7", "Realistic/go", "Realistic/scalar"),
        ("a chain of twenty options, eight runs at once / one at a time", "ns/step", "", "Chain/best", "Chain/scalar"),
        ("realistic models with order sizes, which are not / one at a time", "ns/step", "", "Apart/best", "Apart/scalar"),
        ("kernel, minute loop and four figures / numba's loop", "ns/step", "", "Kernel/walk", "numba loop"),
        ("sweep, a file a run, synced / numba + pyarrow pool", "µs/run", "at least 10", "sweep", "numba sweep"),
        ("the same by default: all 37 columns, the market's once", "µs/run", "", "sweep own", "numba sweep"),
        ("sweep, a file a run, synced / pandas rows, no file", "µs/run", "at least 500", "sweep", "pandas"),
        ("sweep, timeseries: none, 48,000 runs / numba pool", "µs/run", "at least 20", "none", "numba none"),
        ("markets and runs in memory / NumPy, all runs at once", "µs/run", "at least 5", "in memory", "numpy together"),
        ("markets and runs in memory / numba, prange over runs", "µs/run", "at least 5", "in memory", "numba prange"),
        ("markets and runs in memory / JAX, scan and vmap", "µs/run", "at least 5", "in memory", "jax together"),
        ("sweep, timeseries: none / NumPy, all runs at once", "µs/run", "at least 5", "none", "numpy together"),
        ("sweep, timeseries: none / numba, prange over runs", "µs/run", "at least 5", "none", "numba prange"),
        ("sweep, timeseries: none / JAX, scan and vmap", "µs/run", "at least 5", "none", "jax together"),
        ("Parquet file / plain write and rename", "µs/file", "at most 4", "WriteRun/run", "WriteRun/bytes"),
        ("Parquet file, synced / plain, synced", "µs/file", "", "WriteRun/run-synced", "WriteRun/bytes-synced"),
        ("Parquet file / pyarrow", "µs/file", "at most 1", "WriteRun/run", "pyarrow"),
        ("Parquet file / DuckDB", "µs/file", "at most 1", "WriteRun/run", "duckdb"),
        ("sweep, packed / a file a run, 2,880 runs", "µs/run", "at least 2", "packed", "per-run"),
        ("sweep, none, 48,000 runs, two workers / one, on one core", "µs/run", "at least 1.9", "none", "none, one worker"),
        ("the same without tables and verdict", "µs/run", "at least 1.9", "none, simulated", "none, one worker, simulated"),
        ("two copies of c1 in C at once / one: this machine's own", "ns/step", "", "machine, two", "machine, one"),
        ("trivial run, simulated and committed / joblib", "µs", "(ours at most 2 µs)", "trivial, simulated", "joblib"),
        ("trivial run, with tables and verdict / joblib", "µs", "", "trivial", "joblib"),
        ("trivial run, with tables and verdict / Optuna's grid", "µs", "", "trivial", "optuna"),
        ("sweep run configs/grid.yaml / a second", "s", "at most 1", "default", "second"),
        ("DuckDB reads 10,000 files: ours / pyarrow's", "s", "at most 1", "read ours", "read pyarrow"),
    ]
    report([(name, unit, goal, m[mine], m[theirs]) for name, unit, goal, mine, theirs in rows])


def add_reading(b, m, rounds, table):
    """Ten thousand files of runs, every column read by DuckDB, ours and the same written by pyarrow."""
    mine, theirs = b.folder(), b.folder()
    b.sweep(b.study("bench", STUDY), "seeds.count=209", out=mine)
    files = sorted(os.path.join(at, name) for at, _, names in os.walk(f"{mine}/runs") for name in names)
    os.makedirs(theirs)
    for i, file in enumerate(files):
        pq.write_table(pq.read_table(file), f"{theirs}/{i:06d}.parquet", compression="none", use_dictionary=False, write_statistics=False)
    query = f"select count(*), {', '.join(f'avg({name})' for name in peers.COLUMNS)} from read_parquet('{{}}')"
    answers = set()
    for _ in range(rounds + 1):  # the first is not counted
        for name, files in (("read ours", f"{mine}/runs/*/*.parquet"), ("read pyarrow", f"{theirs}/*.parquet")):
            begin = time.perf_counter()
            answers.add(tuple(round(x, 6) for x in duckdb.sql(query.format(files)).fetchall()[0]))
            m.setdefault(name, []).append(time.perf_counter() - begin)
    if len(answers) != 1:
        sys.exit(f"bench: DuckDB reads {answers}")
    m["read ours"], m["read pyarrow"] = m["read ours"][1:], m["read pyarrow"][1:]


def growth(b):
    """Time and memory of whole commands as one size grows, and the exponent over its upper half."""
    point = "market: {synthetic: {minutes: 10}}\ngrid: {skew: {linspace: [0, 0.1, SIZE]}}\nseeds: {first: 1, count: 1}\n"
    minutes = "market: {synthetic: {market_model: gbm, minutes: SIZE, expiry_sessions: 3000}}\ngrid: {k_fill: [20, 40, 60, 80]}\nseeds: {first: 1, count: 4}\n"
    chain = """market: {synthetic: {market_model: gbm, minutes: 390, strikes: SIZE, strike_step: 0.25}}
engine: {quote_model: glft, risk_aversion: 0.1, price_scale: half_spread, fill_model: exponential, arrival_rate: 0.05, intensity_decay: 1, inventory_limit: 10, hedge_model: band, hedge_lot: 1}
grid: {hedge_band: [10, 20, 50, 100, 200, 500, 1000, 2000]}
seeds: {first: 1, count: 8}
"""
    common = "objective: net_pnl\nverdict: {holdout_seeds: 0}\noutput: {figures: false, timeseries: none}\n"
    for name, text, sizes in (
        ("points", point, (100, 1000, 10_000, 100_000, 1_000_000)),
        ("minutes", minutes, (100, 1000, 10_000, 100_000, 1_000_000)),
        ("options", chain, (2, 5, 15, 45, 135)),
    ):
        print(f"\n{name:>9} {'seconds':>9} {'MB':>7}")
        seen = []
        for size in sizes:
            study = b.study("growth", text.replace("SIZE", str(size)) + common)
            seconds, memory = min(b.sweep(study) for _ in range(3 if size < sizes[-1] else 1))
            seen.append((size, seconds, memory))
            print(f"{size:9,} {seconds:9.3f} {memory:7.0f}", flush=True)
        start = seen[0][1]  # mostly the command's own
        upper = [(math.log(size), math.log(max(seconds - start, 1e-9)), math.log(memory)) for size, seconds, memory in seen[len(seen) // 2:]]
        x, t, r = map(np.array, zip(*upper))
        print(f"exponent over the upper half: time {np.polyfit(x, t, 1)[0]:.2f}, memory {np.polyfit(x, r, 1)[0]:.2f}")
    print(f"\n{'workers':>9} {'seconds':>9} {'MB':>7}")
    study = b.study("bench", STUDY)
    for workers in (1, 2, 4):
        seconds, memory = min(b.sweep(study, "output.timeseries=none", "seeds.count=400", workers=workers) for _ in range(3))
        print(f"{workers:9} {seconds:9.3f} {memory:7.0f}", flush=True)


def chains(b, quotes):
    """Nanoseconds an option-minute of a chain of recorded quotes, on one worker."""
    for model, settings in (("glft", ()), ("baldacci_bergault_gueant", ("engine.vol_of_vol=0.5",))):
        out = b.folder()
        text = open("configs/chain-csv.yaml").read().replace("  vol_of_vol: 0.5\n", "").replace("[glft, baldacci_bergault_gueant]", f"[{model}]").replace("quote_model: glft", f"quote_model: {model}")
        text = re.sub(r"files: [^,}]*", f"files: {os.path.abspath(quotes)}", text)
        study = b.study("chain", text)
        seconds, memory = b.sweep(study, "output.timeseries=none", "output.option_summary=false", "output.figures=false", "market.recorded.carry_positions=true", *settings, workers=1, out=out)
        chunks = [entry for entry in map(json.loads, open(f"{out}/run.log")) if entry["msg"] == "chunk"][1:]  # the first makes the market
        checked = subprocess.run([f"{b.work}/sweep", "check-data", quotes], capture_output=True, text=True).stdout
        size = math.prod(int(re.search(rf"^{what} +(\d+)", checked, re.M)[1]) for what in ("options", "minutes"))
        nanos = sum(c["seconds"] for c in chunks) / sum(c["runs"] for c in chunks) * 1e9
        print(f"{model:26} {nanos / 1e6:8.2f} ms a run, {nanos / size:6.1f} ns an option-minute, {memory:.0f} MB, {seconds:.2f} s in all")


def compression(b, rounds):
    """The default study's files of minutes by output.compression: their size, the whole sweep's time, and reading every column."""
    import pandas as pd
    import polars as pl

    seconds, size = {}, {}

    def timed(name, work):
        begin = time.perf_counter()
        answer = work()
        seconds.setdefault(name, []).append(time.perf_counter() - begin)
        return answer

    for _ in range(rounds + 1):  # the first is not counted
        for codec in ("none", "lz4", "zstd"):
            out = b.folder()
            seconds.setdefault((codec, "write"), []).append(b.sweep("configs/grid.yaml", f"output.compression={codec}", out=out)[0])
            runs, markets = ([os.path.join(at, name) for at, _, names in os.walk(f"{out}/{tree}") for name in names] for tree in ("runs", "markets"))
            size[codec] = sum(map(os.path.getsize, runs + markets))
            pattern = f"{out}/runs/*/*.parquet"
            columns = pq.read_schema(runs[0]).names
            answers = [
                timed((codec, "pandas"), lambda: sum(pd.read_parquet(file).pnl.sum() for file in runs)),
                timed((codec, "DuckDB"), lambda: duckdb.sql(f"select sum(pnl), {', '.join(f'avg({c})' for c in columns)} from '{pattern}'").fetchall()[0][0]),
                timed((codec, "polars"), lambda: pl.scan_parquet(pattern).select(pl.col("pnl").sum(), pl.col(columns).mean().name.suffix("_mean")).collect()["pnl"][0]),
            ]
            if max(answers) - min(answers) > 1e-6 * abs(answers[0]):
                sys.exit(f"bench: {codec} is read as {answers}")
            shutil.rmtree(out)
    print("| compression | MB | sweep, s | pandas, s | DuckDB, s | polars, s |\n|---|---|---|---|---|---|")
    for codec in ("none", "lz4", "zstd"):
        print(f"| {codec} | {size[codec] / 1e6:.0f} | " + " | ".join(f"{statistics.median(seconds[codec, name][1:]):.2f}" for name in ("write", "pandas", "DuckDB", "polars")) + " |")


def main():
    work, arguments = sys.argv[1], sys.argv[2:]
    b = Bench(work)
    if arguments[:1] == ["growth"]:
        growth(b)
    elif arguments[:1] == ["compression"]:
        compression(b, 5)
    elif arguments[:1] == ["chains"]:
        chains(b, arguments[1])
    else:
        versus(b, int(arguments[0]) if arguments else 5)
    for number in range(1, b.number + 1):
        shutil.rmtree(f"{work}/out{number}", ignore_errors=True)


if __name__ == "__main__":
    main()
