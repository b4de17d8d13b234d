"""Everything of this study, as DuckDB relations named as the views in open.sql.

python -i open.py, or %run open.py in a notebook, and then summary.df(), run(25), minutes.filter("run = 25").pl(); from a
program runpy.run_path("open.py")["summary"].df().
"""

import re
from pathlib import Path

import duckdb

folder = Path(__file__).resolve().parent
path = re.sub(r"([*?[])", r"[\1]", folder.as_posix()).replace("'", "''")  # as a pattern that stands for itself, in an SQL text
connection = duckdb.connect()
connection.execute((folder / "open.sql").read_text(encoding="utf-8").replace("'./", f"'{path}/"))
for (name,) in connection.sql("select view_name from duckdb_views() where not internal").fetchall():
    globals()[name] = connection.view(name)


def run(number):
    """Returns the minutes of a run, those of its market included, as a pandas frame."""
    if "minutes" not in globals():
        raise LookupError("the study keeps the minutes of no run (output.timeseries), or none succeeded")
    rows = minutes.filter(f"run = {int(number)}")
    frame = rows.order("minute").df().set_index("minute") if "minute" in rows.columns else rows.df()
    if frame.empty:
        raise LookupError(f"the study has no run {number}, it failed, or its minutes are not kept (output.timeseries)")
    return frame
