"""Everything of this study, as DuckDB relations named as the views in open.sql.

python -i open.py, or %run open.py in a notebook, and then summary.df(), run(25), minutes.filter("run = 25").pl(); from a
program runpy.run_path("open.py")["summary"].df().
"""

from pathlib import Path

import duckdb

folder = Path(__file__).resolve().parent
if "," in str(folder):
    raise SystemExit(f"{folder}: DuckDB takes a comma in a path for two paths; rename the folder, or start DuckDB in it with open.sql")
connection = duckdb.connect(config={"file_search_path": str(folder)})
connection.execute((folder / "open.sql").read_text(encoding="utf-8"))
for (name,) in connection.sql("select view_name from duckdb_views() where not internal").fetchall():
    globals()[name] = connection.view(name)


def run(number):
    """Returns the minutes of a run, those of its market included, as a pandas frame."""
    return minutes.filter(f"run = {int(number)}").order("minute").df().set_index("minute")
