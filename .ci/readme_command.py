"""Prints the fenced block after the comment <!-- NAME --> in a Markdown text.

Usage: readme_command.py NAME < README.md
"""

import re
import sys

[name] = sys.argv[1:]
pattern = rf"<!-- {re.escape(name)} -->\s*\n```[a-z]*\n(.*?)^```$"
blocks = re.findall(pattern, sys.stdin.read(), re.DOTALL | re.MULTILINE)
if len(blocks) != 1:
    sys.exit(f"the README has {len(blocks)} blocks behind <!-- {name} -->, and should have one")
print(blocks[0], end="")
