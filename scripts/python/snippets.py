"""Run the Python blocks of a page, one after another, in the current folder."""

import re
import sys

page = open(sys.argv[1], encoding="utf-8").read()
blocks = re.findall(r"```python\n(.*?)```", page, re.S)
if not blocks:
    sys.exit(f"{sys.argv[1]} has no Python block")
for block in blocks:
    exec(compile(block, sys.argv[1], "exec"), {})
print(f"{len(blocks)} snippets of the README ran")
