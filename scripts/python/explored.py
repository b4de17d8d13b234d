"""What sweep explore lets a reader download, compared: explored.py SWEEP STUDY. The query that it shows, run by DuckDB, the Parquet
file and the CSV have the same rows in the same order."""
import io
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

import duckdb
import pandas as pd

sweep, study = sys.argv[1:]
server = subprocess.Popen([sweep, "explore", study], stdout=subprocess.PIPE, text=True)
try:
    address = urllib.request.urlopen(server.stdout.readline().split()[1]).url  # of the only study

    def answer(form, **query):
        return urllib.request.urlopen(f"{address}/points/{form}?{urllib.parse.urlencode(query)}").read()

    conditions = [
        "", "skew > 0.01", "k_fill in [20, 40]", "not (net_pnl > 10)", "holdout_diff > 0", "!(holdout_diff > 0)", "holdout_diff != 1", "holdout_diff == holdout_diff",
        "net_pnl > 5 && (max_drawdown < 7 || total_fills >= 500)", "abs(diff) > 2 ? skew > 0 : spread < 0.05", "max(diff, 0) + min(skew, 1) > 3", "skew ** 2 + spread ^ 2 > 0.002",
        "-net_pnl < -9.5", "net_pnl / max_drawdown > 2 and k_fill * 1 <= 60", "point in []", "holdout_diff - 1 < 3", "1e-3 < skew", "true", "net_pnl / 0 > 1 || skew == 0.04", "max(holdout_diff, 0) >= 0",
    ]
    compared = 0
    for where in conditions:
        for sort in ("", "-max_drawdown", "holdout_diff"):
            query = dict(where=where, sort=sort, columns="max_drawdown,total_fills")
            try:
                text = answer("csv", **query)
            except urllib.error.HTTPError as error:
                sys.exit(f"{where!r}: {error.read().decode()}")
            csv, parquet = pd.read_csv(io.BytesIO(text)), pd.read_parquet(io.BytesIO(answer("parquet", **query)))
            asked = duckdb.sql(answer("sql", **query).decode()).df()
            for name, got in (("Parquet", parquet), ("DuckDB", asked)):
                if list(got.columns) != list(csv.columns) or len(got) != len(csv):
                    sys.exit(f"{where!r}, sorted by {sort!r}: {name} has {len(got)} rows, the CSV {len(csv)}")
                for column in csv:
                    same = (got[column].astype(float).values == csv[column].astype(float).values) | (got[column].isna().values & csv[column].isna().values)
                    if not same.all():
                        sys.exit(f"{where!r}, sorted by {sort!r}: {column} of {name} differs in row {same.argmin()}")
            compared += len(csv)
    print(f"{len(conditions)} filters in three orders: {compared} rows are the same in CSV, in Parquet and by the query in DuckDB")
finally:
    server.terminate()
    server.communicate()
