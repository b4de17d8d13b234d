"""Write one frame of quotes by pandas, polars, DuckDB and pyarrow in the formats that they have, and compare, column for column,
what a study of each reads with what a study of the plain CSV reads. Run: frames.py SWEEP STUDY QUOTES.csv"""
import glob
import os
import subprocess
import sys
import tempfile

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

sweep, study, quotes = sys.argv[1:]


def frames():
    """The frame with times as text, as zoned times, and without a zone, expiries as dates and as times."""
    text = pd.read_csv(quotes)
    zoned = text.assign(timestamp=pd.to_datetime(text.timestamp, utc=True), expiry=pd.to_datetime(text.expiry))
    return text, zoned


def by_pandas(folder, text, zoned):
    for name, frame in {"text": text, "zoned": zoned, "new_york": zoned.assign(timestamp=zoned.timestamp.dt.tz_convert("America/New_York")), "naive": zoned.assign(timestamp=zoned.timestamp.dt.tz_localize(None))}.items():
        for ending in ["csv", "csv.gz", "csv.zip", "csv.bz2"]:
            frame.to_csv(f"{folder}/pandas_{name}.{ending}", index=False)
        frame.to_csv(f"{folder}/pandas_{name}_na.csv", index=False, na_rep="NaN")
        frame.to_csv(f"{folder}/pandas_{name}_semicolon.csv", index=False, sep=";")
        frame.to_csv(f"{folder}/pandas_{name}_index.tsv", sep="\t")
        for codec in [None, "snappy", "gzip", "brotli", "zstd", "lz4"] if name == "zoned" else ["snappy"]:
            frame.to_parquet(f"{folder}/pandas_{name}_{codec}.parquet", compression=codec, index=False)


def by_polars(folder, zoned):
    frame = pl.from_pandas(zoned).with_columns(pl.col("expiry").cast(pl.Date))
    frame.write_csv(f"{folder}/polars.csv")
    frame.with_columns(pl.col("expiry").cast(pl.Datetime("ms"))).write_csv(f"{folder}/polars_times.csv")
    frame.write_csv(f"{folder}/polars_null.csv", null_value="null")
    for codec in ["uncompressed", "snappy", "gzip", "brotli", "lz4", "zstd"]:
        frame.write_parquet(f"{folder}/polars_{codec}.parquet", compression=codec)


def by_duckdb(folder, zoned):
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    connection.register("frame", zoned)
    dated = "(select * replace (expiry::date as expiry) from frame)"
    for source, name in [("frame", "times"), (dated, "dates")]:
        connection.execute(f"copy {source} to '{folder}/duckdb_{name}.csv'")
        connection.execute(f"copy {source} to '{folder}/duckdb_{name}.csv.gz' (compression gzip)")
        connection.execute(f"copy {source} to '{folder}/duckdb_{name}.csv.zst' (compression zstd)")
        for codec in ["uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4", "lz4_raw"] if name == "times" else ["snappy"]:
            for version in ["v1", "v2"]:
                connection.execute(f"copy {source} to '{folder}/duckdb_{name}_{codec}_{version}.parquet' (format parquet, codec {codec}, parquet_version {version})")


def by_pyarrow(folder, zoned):
    table = pa.Table.from_pandas(zoned, preserve_index=False)
    table = table.set_column(table.schema.get_field_index("expiry"), "expiry", table["expiry"].cast(pa.date32()))
    pyarrow.csv.write_csv(table, f"{folder}/pyarrow.csv")
    numbers = [field.name for field in table.schema if pa.types.is_floating(field.type) or pa.types.is_integer(field.type)]
    plain = table.set_column(table.schema.get_field_index("strike"), "strike", table["strike"].cast(pa.float64()))
    floats = [field.name for field in plain.schema if pa.types.is_floating(field.type)]
    for name, options in {
        "default": {}, "v1": {"version": "1.0"}, "v24": {"version": "2.4"}, "pages": {"data_page_version": "2.0"}, "plain": {"use_dictionary": False},
        "split": {"use_dictionary": False, "column_encoding": {column: "BYTE_STREAM_SPLIT" for column in floats}},
        "delta": {"use_dictionary": False, "column_encoding": {"timestamp": "DELTA_BINARY_PACKED"}}, "groups": {"row_group_size": 7},
    }.items():
        pq.write_table(plain, f"{folder}/pyarrow_{name}.parquet", **options)
    small = plain
    for column in numbers:
        small = small.set_column(small.schema.get_field_index(column), column, small[column].cast(pa.float64()))
    pq.write_table(small, f"{folder}/pyarrow_int96.parquet", use_deprecated_int96_timestamps=True)


def read(path, folder):
    """All columns that a study of the quotes leaves of its run."""
    done = subprocess.run([sweep, "run", study, "--csv", path, "--out", folder, "--quiet"], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{os.path.basename(path)}: {done.stderr}")
    files = sorted(glob.glob(f"{folder}/runs/*/*.parquet") + glob.glob(f"{folder}/options/*/*.parquet"))
    return [pq.read_table(file) for file in files]


with tempfile.TemporaryDirectory() as work:
    inputs = f"{work}/frames"
    os.mkdir(inputs)
    text, zoned = frames()
    by_pandas(inputs, text, zoned)
    by_polars(inputs, zoned)
    by_duckdb(inputs, zoned)
    by_pyarrow(inputs, zoned)
    want = read(quotes, f"{work}/want")
    columns = 0
    paths = sorted(glob.glob(f"{inputs}/*"))
    for number, path in enumerate(paths):
        got = read(path, f"{work}/{number}")
        assert len(got) == len(want), (path, len(got), len(want))
        for mine, other in zip(got, want):
            assert mine.schema.names == other.schema.names, path
            for name in other.schema.names:
                assert mine[name].equals(other[name]), (os.path.basename(path), name)
                columns += 1
    print(f"{len(paths)} files of one frame are read the same: {columns} columns compared")
