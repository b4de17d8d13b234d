"""Read everything that studies left, with each library, and check it against the others.

For every folder named on the command line: schema, types, units and row counts; no NaN; the summary joined to a glob
over all runs; the statistics of the summary recomputed from the minutes.
"""

import glob
import math
import os
import sys

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute
import pyarrow.dataset
import pyarrow.parquet as pq

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
            wanted = chunk.physical_type != "DOUBLE" and not rising and not minutes
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
    schema = check_schema(path)
    options = pd.read_parquet(path)
    check(not options.isna().any().any(), f"{path}: holds an undefined value")
    check((options.groupby("option").minute.count() == len(run)).all(), f"{path}: an option lacks minutes")
    check(pa.types.is_timestamp(schema.field("expiry").type) if "expiry" in schema.names else "expiry_minute" in schema.names, f"{path}: no expiry")
    book = options.groupby("minute")[["inventory", "spread_pnl", "inventory_pnl", "option_fees"]].sum()
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


def check_pattern(pattern, paths):
    """One pattern names files of one schema, and all libraries read the same rows through it. Returns their number."""
    pandas = pd.concat(map(pd.read_parquet, paths))
    want = len(pandas), pandas.pnl.sum()
    arrow = pa.dataset.dataset(paths)
    table = arrow.to_table(columns=["pnl"])
    check(all(pq.read_schema(path).equals(arrow.schema) for path in paths), f"{pattern}: the files have several schemas")
    for library, got in {
        "pyarrow": (table.num_rows, pa.compute.sum(table["pnl"]).as_py()),
        "DuckDB": duckdb.sql(f"select count(*), sum(pnl) from '{pattern}'").fetchall()[0],
        "polars": pl.scan_parquet(pattern).select(pl.len(), pl.col("pnl").sum()).collect().row(0),
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
    print(f"{os.path.basename(folder)}: {len(runs)} runs, {points} points, {scanned} minutes read identically by four libraries")


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


if sys.argv[1] == "--packed":
    check_packed(*sys.argv[2:])
    sys.exit()
for study in sys.argv[1:]:
    check_study(study)
