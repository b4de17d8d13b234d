"""Run the Python blocks of pages, one after another, in the current folder."""

import re
import sys

for name in sys.argv[1:]:
    page = open(name, encoding="utf-8").read()
    blocks = re.findall(r"```python\n(.*?)```", page, re.S)
    if not blocks:
        sys.exit(f"{name} has no Python block")
    for block in blocks:
        exec(compile(block, name, "exec"), {})
    print(f"{len(blocks)} snippets of {name} ran")
