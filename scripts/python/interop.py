"""Read everything that studies left, with each library, and check it against the others.

For every folder named on the command line: schema, types, units and row counts; no NaN; the summary joined to a glob
over all runs; the statistics of the summary recomputed from the minutes; what open.py and open.sql load.
"""

import glob
import json
import math
import os
import runpy
import sys
import warnings

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute
import pyarrow.dataset
import pyarrow.parquet as pq

warnings.filterwarnings("ignore", message="The inplace keyword")  # DuckDB's of pandas
STATISTICS = ["net_pnl", "annualized_sharpe_est", "total_fills", "avg_inventory"]
WHOLE = {"minute": pa.int32(), "bid_fills": pa.int32(), "ask_fills": pa.int32(), "inventory": pa.int32()}


def check(condition, message):
    if not condition:
        sys.exit(f"interop: {message}")


def check_schema(path):
    """Each column has a type that says what it is, a unit and a description; floats are plain, and integers of a run's minutes; the rest is not."""
    file = pq.ParquetFile(path)
    schema = file.schema_arrow
    for field in schema:
        metadata = field.metadata or {}
        check(metadata.get(b"unit") and metadata.get(b"description"), f"{path}: {field.name} lacks unit or description")
        check(not pa.types.is_null(field.type), f"{path}: {field.name} has no type")
    for group in range(file.num_row_groups):
        for column in range(file.metadata.num_columns):
            chunk = file.metadata.row_group(group).column(column)
            dictionary = any("DICTIONARY" in encoding for encoding in chunk.encodings)
            rising = "DELTA_BINARY_PACKED" in chunk.encodings  # minute, timestamp, run: smaller still
            minutes = chunk.physical_type == "INT32" and f"{os.sep}runs{os.sep}" in path
            constant = f"{os.sep}markets{os.sep}" in path and len(set(file.read(columns=[chunk.path_in_schema])[0].to_pylist())) == 1  # of a market
            wanted = (chunk.physical_type != "DOUBLE" or constant) and not rising and not minutes
            check(dictionary == wanted, f"{path}: {chunk.path_in_schema}, {chunk.physical_type}, has encodings {chunk.encodings}")
    return schema


def check_table(path, rows):
    """The libraries agree on a table, and undefined is null, never NaN."""
    schema = check_schema(path)
    arrow = pq.read_table(path)
    pandas, polars, duck = pd.read_parquet(path), pl.read_parquet(path), duckdb.sql(f"select * from '{path}'").arrow()
    duck = duck.read_all() if hasattr(duck, "read_all") else duck
    for library, shape in {"pyarrow": arrow.shape, "pandas": pandas.shape, "polars": polars.shape, "DuckDB": duck.shape}.items():
        check(shape == (rows, len(schema)), f"{path}: {library} reads {shape}, want {(rows, len(schema))}")
    for field in schema:
        values = arrow[field.name].to_pylist()
        check(values == polars[field.name].to_list() or pa.types.is_timestamp(field.type), f"{path}: polars reads another {field.name}")
        check(values == duck[field.name].to_pylist() or pa.types.is_timestamp(field.type), f"{path}: DuckDB reads another {field.name}")
        check(pandas[field.name].isna().sum() == arrow[field.name].null_count, f"{path}: pandas reads other nulls in {field.name}")
        if pa.types.is_floating(field.type):
            check(not any(value is not None and math.isnan(value) for value in values), f"{path}: {field.name} holds NaN")
    return arrow


def check_csv(path, table):
    """The CSV says what the Parquet says, digit for digit."""
    text = pd.read_csv(path, dtype={"fill_seed": "uint64", "digest": str, "error": str})
    check(list(text.columns) == table.column_names and len(text) == table.num_rows, f"{path}: other columns or rows than the Parquet")
    for name in table.column_names:
        want = table[name].to_pylist()
        got = [None if pd.isna(value) else value for value in text[name]]
        check(got == want, f"{path}: {name} differs from the Parquet")


def recompute(run):
    """The seed's four figures from the minutes (SEED: steps of the P&L, the first of them 0)."""
    steps = run["pnl"].diff().fillna(0.0)
    sharpe = None if len(run) < 2 or (steps == steps.iloc[0]).all() else steps.mean() / (steps.std(ddof=1) + 1e-12) * math.sqrt(252 * 390)
    if "gross_inventory" in run:  # of a chain, whose fills are the options'
        return [run["pnl"].iloc[-1], sharpe, None, run["gross_inventory"].mean()]
    return [run["pnl"].iloc[-1], sharpe, int((run["bid_fills"] + run["ask_fills"]).sum()), run["inventory"].abs().mean()]


def check_options(folder, number, path, run, row):
    """The options of a run on a chain: as many minutes each, and in sum the book's; their figures are their last minutes."""
    check_schema(path)
    options, _ = whole(folder, "options", number, ["option", "minute"])
    check(not options.isna().any().any(), f"{path}: holds an undefined value")
    check((options.groupby("option").minute.count() == len(run)).all(), f"{path}: an option lacks minutes")
    check(isinstance(options.dtypes["expiry"], pd.DatetimeTZDtype) if "expiry" in options else "expiry_minute" in options, f"{path}: no expiry")
    sums = [name for name in ("inventory", "spread_pnl", "inventory_pnl", "option_fees") if name in options]  # without fees there is no column of them
    book = options.groupby("minute")[sums].sum()
    for name in book:
        check(all(math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-6) for a, b in zip(book[name], run[name])), f"{path}: {name} does not add up to the book's")
    check((options.bid_fills + options.ask_fills).sum() == row["total_fills"], f"{path}: fills do not add up to the summary's")
    last = options.groupby("option").last()
    part = pd.read_parquet(os.path.join(folder, "option_summary"))
    part = part[part.run == number].set_index("option")
    rows = duckdb.sql(f"select count(*), sum(pnl) from '{folder}/option_summary/*.parquet' where run = {number}").fetchall()[0]
    check(rows[0] == len(part) and math.isclose(rows[1], part.pnl.sum(), rel_tol=1e-9, abs_tol=1e-9), f"{folder}/option_summary: DuckDB reads {rows}")
    check(list(part.index) == list(last.index), f"{path}: the figures are of other options")
    for name in ("pnl", "spread_pnl", "inventory_pnl", "strike"):
        check(all(math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-6) for a, b in zip(part[name], last[name])), f"{path}: {name} is not that of the figures")


def check_fills(folder, summary):
    """The fills of each run add up to what the summary has, in every library."""
    paths = sorted(glob.glob(os.path.join(folder, "fills", "*", "*.parquet")))
    if not paths:
        return
    check_schema(paths[0])
    pattern = os.path.join(folder, "fills", "*", "*.parquet")
    check_pattern(pattern, paths, "size")
    loaded = runpy.run_path(os.path.join(folder, "open.py"))
    sums = loaded["fills"].aggregate("run, sum(size)::bigint as contracts, sum(edge * size) / sum(size) as edge", "run").df().set_index("run")
    for row in summary.to_pylist():
        if row["status"] != "ok" or row["total_fills"] == 0:
            continue
        check(row["run"] in sums.index, f"{folder}/fills: run {row['run']} has no fills")
        got = sums.loc[row["run"]]
        check(got.contracts == row["total_fills"] and math.isclose(got.edge, row["mean_edge"], rel_tol=1e-9, abs_tol=1e-9), f"{folder}/fills: run {row['run']} has {got.contracts} contracts, the summary {row['total_fills']}")


def check_pattern(pattern, paths, column="pnl"):
    """One pattern names files of one schema, and all libraries read the same rows through it. Returns their number."""
    pandas = pd.concat(map(pd.read_parquet, paths))
    want = len(pandas), pandas[column].sum()
    arrow = pa.dataset.dataset(paths)
    table = arrow.to_table(columns=[column])
    check(all(pq.read_schema(path).equals(arrow.schema) for path in paths), f"{pattern}: the files have several schemas")
    for library, got in {
        "pyarrow": (table.num_rows, pa.compute.sum(table[column]).as_py()),
        "DuckDB": duckdb.sql(f"select count(*), sum({column}) from '{pattern}'").fetchall()[0],
        "polars": pl.scan_parquet(pattern).select(pl.len(), pl.col(column).sum()).collect().row(0),
    }.items():
        check(got[0] == want[0] and math.isclose(got[1], want[1], rel_tol=1e-9, abs_tol=1e-6), f"{pattern}: {library} reads {got}, pandas {want}")
    return want[0]


def check_study(folder):
    runs = sorted(glob.glob(os.path.join(folder, "runs", "*", "*.parquet")))
    options = sorted(glob.glob(os.path.join(folder, "options", "*", "*.parquet")))
    tables = [name for name in ("summary", "holdout") if os.path.exists(os.path.join(folder, name + ".parquet"))]  # few days are not held out
    holdout_runs = sum(pq.read_metadata(os.path.join(folder, name + ".parquet")).num_rows for name in tables[1:])
    summary = check_table(os.path.join(folder, "summary.parquet"), len(runs) - holdout_runs)
    points = pq.read_metadata(os.path.join(folder, "points.parquet")).num_rows
    check_csv(os.path.join(folder, "summary.csv"), summary)
    check_fills(folder, summary)
    rows = summary.to_pylist()
    for name in tables[1:]:
        holdout = check_table(os.path.join(folder, name + ".parquet"), holdout_runs)
        check_csv(os.path.join(folder, name + ".csv"), holdout)
        check(summary.schema.equals(holdout.schema), f"{folder}: {name}.parquet has other columns than summary.parquet")
        rows += holdout.to_pylist()
    check_csv(os.path.join(folder, "points.csv"), check_table(os.path.join(folder, "points.parquet"), points))
    check(len(summary) % points == 0, f"{folder}: {len(summary)} runs for {points} points")

    check([row["status"] for row in rows] == ["ok"] * len(runs), f"{folder}: a run failed")
    for number, path in enumerate(runs):
        schema = check_schema(path)
        for name, kind in WHOLE.items():
            if options and name.endswith("fills"):
                continue
            check(schema.field(name).type == kind, f"{path}: {name} is {schema.field(name).type}")
        metadata = schema.metadata or pq.read_metadata(path).metadata
        run, row = pd.read_parquet(path), rows[number]
        check(row["run"] == number and metadata[b"run"] == str(number).encode(), f"{path}: is not run {number}")
        check(metadata[b"fill_seed"] == str(row["fill_seed"]).encode(), f"{path}: has another fill seed than the summary")
        check(not run.isna().any().any(), f"{path}: holds an undefined value")
        check(run["minute"].tolist() == list(range(len(run))), f"{path}: minutes do not count from 0")
        for name, got in zip(STATISTICS, recompute(run)):
            want = row[name]
            if got is None and "gross_inventory" in run:
                continue
            same = got is want if want is None or got is None else math.isclose(got, want, rel_tol=1e-9, abs_tol=1e-9)
            check(same, f"{path}: {name} recomputed is {got}, the summary has {want}")
        if options:
            check_options(folder, number, options[number], run, row)

    pattern = os.path.join(folder, "runs", "*", "*.parquet")
    joined = duckdb.sql(f"""
        select count(*), max(abs(last - net_pnl)) from read_parquet({[os.path.join(folder, name + ".parquet") for name in tables]}) join (
            select parse_filename(filename, true)::int as run, arg_max(pnl, minute) as last from '{pattern}' group by all
        ) using (run)""").fetchall()[0]
    check(joined == (len(runs), 0.0), f"{folder}: DuckDB joins {joined}")
    scanned = check_pattern(pattern, runs)
    if options:
        check_pattern(os.path.join(folder, "options", "*", "*.parquet"), options)
    for tree, column in (("markets", "underlying"), (os.path.join("markets", "options"), "mid")):
        files = sorted(glob.glob(os.path.join(folder, tree, "*.parquet")))
        for path in files:
            check_schema(path)
        if files:
            check_pattern(os.path.join(folder, tree, "*.parquet"), files, column)
    check_open(folder, len(runs), scanned)
    print(f"{os.path.basename(folder)}: {len(runs)} runs, {points} points, {scanned} minutes read identically by four libraries")


def check_open(folder, runs, minutes):
    """open.py and open.sql have every row and column."""
    study = runpy.run_path(os.path.join(folder, "open.py"))
    check(len(study["runs"]) == len(study["minutes"]) == minutes, f"{folder}/open.py: {len(study['runs'])} and {len(study['minutes'])} minutes, want {minutes}")
    last = study["run"](runs - 1)
    check(len(last) and not last.isna().any().any() and {"pnl", "underlying", "carry_pnl"} <= set(last.columns), f"{folder}/open.py: run {runs - 1} has columns {list(last.columns)}")
    if os.path.isdir(os.path.join(folder, "options")):
        options = study["option_minutes"]
        check(len(options) == len(study["options"]) and {"mid", "strike", "pnl", "informed_fills"} <= set(options.columns), f"{folder}/open.py: option_minutes has columns {options.columns}")
    here = os.getcwd()
    os.chdir(folder)
    with open("open.sql", encoding="utf-8") as file:
        database = duckdb.connect()
        database.execute(file.read())
    rows = database.sql("select (select count(*) from minutes), (select count(*) from markets), (select count(*) from points), (select count(*) from summary)").fetchall()[0]
    os.chdir(here)
    check(rows == tuple(len(study[name]) for name in ("minutes", "markets", "points", "summary")), f"{folder}/open.sql: {rows} rows")


def whole(folder, tree, number, keys):
    """The file of a run with what its metadata and its market's file have of it."""
    path = os.path.join(folder, tree, f"{number // 1000:03d}", f"{number:06d}.parquet")
    metadata, table = pq.read_metadata(path).metadata, pd.read_parquet(path)
    market = os.path.join(folder, metadata[b"market"].decode())
    if tree == "options":
        market = os.path.join(folder, "markets", "options", os.path.basename(market))
    return table.merge(pd.read_parquet(market), on=keys, validate="1:1"), json.loads(metadata[b"constant_columns"])


def check_whole(folder, everything):
    """Runs' own columns, their market's and the constant ones are what files with all columns hold."""
    count = 0
    for tree, keys in (("runs", ["minute"]), ("options", ["option", "minute"])):
        for number, path in enumerate(sorted(glob.glob(os.path.join(everything, tree, "*", "*.parquet")))):
            want = pd.read_parquet(path)
            got, constant = whole(folder, tree, number, keys)
            for name in want:
                same = (want[name] == constant[name]).all() if name in constant else want[name].equals(got[name])
                check(same, f"{folder}: {name} of run {number} in {tree} is not that of {path}")
            count += 1
    print(f"{os.path.basename(folder)}: {count} files are, with their markets, those with all columns")


def check_packed(folder, per_run):
    """Packed files hold, row group by row group, what the files of single runs hold, and say in their statistics which run that is."""
    parts = sorted(glob.glob(os.path.join(folder, "runs", "part-*.parquet")))
    number = 0
    for path in parts:
        check_schema(path)
        file = pq.ParquetFile(path)
        for group in range(file.num_row_groups):
            table = file.read_row_group(group)
            want = pq.read_table(os.path.join(per_run, "runs", f"{number // 1000:03d}", f"{number:06d}.parquet"))
            check(table.drop_columns(["run"]).equals(want), f"{path}: row group {group} is not run {number}")
            check(set(table["run"].to_pylist()) == {number}, f"{path}: row group {group} says another run than {number}")
            statistics = file.metadata.row_group(group).column(0).statistics
            check(statistics is not None and statistics.min == statistics.max == number, f"{path}: the statistics of row group {group} are {statistics}")
            number += 1
    pattern = os.path.join(folder, "runs", "part-*.parquet")
    want = duckdb.sql(f"select count(*), sum(pnl), sum(inventory) from '{per_run}/runs/*/*.parquet'").fetchall()[0]
    lazy = pl.scan_parquet(pattern)
    frame = pd.concat(map(pd.read_parquet, parts))
    for library, got in {
        "DuckDB": duckdb.sql(f"select count(*), sum(pnl), sum(inventory) from '{pattern}'").fetchall()[0],
        "polars": lazy.select(pl.len(), pl.col("pnl").sum(), pl.col("inventory").cast(pl.Int64).sum().alias("held")).collect().row(0),
        "pandas": (len(frame), frame.pnl.sum(), frame.inventory.sum()),
    }.items():
        check(got[0] == want[0] and got[2] == want[2] and math.isclose(got[1], want[1], rel_tol=1e-9), f"{folder}: {library} reads {got}, want {want}")
    one = number // 2
    found = (duckdb.sql(f"select count(*) from '{pattern}' where run = {one}").fetchall()[0][0], lazy.filter(pl.col("run") == one).select(pl.len()).collect().item())
    check(found == (want[0] // number,) * 2, f"{folder}: of run {one} DuckDB and polars read {found} minutes")
    print(f"{os.path.basename(folder)}: {number} runs in {len(parts)} packed files read identically by four libraries")


if sys.argv[1] in ("--packed", "--whole"):
    {"--packed": check_packed, "--whole": check_whole}[sys.argv[1]](*sys.argv[2:])
    sys.exit()
for study in sys.argv[1:]:
    check_study(study)
