"""Prints every line of the input that is wider than the given number of columns.

Widths are from Python's tables: 2 for wide characters, 0 for combining marks.
"""

import sys
import unicodedata


def width(character):
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


limit = int(sys.argv[1])
for line in sys.stdin.buffer.read().decode("utf-8").split("\n"):
    columns = sum(map(width, line))
    if columns > limit:
        print(columns, line)
    if any(unicodedata.category(character) == "Cc" for character in line):
        print("control character in", ascii(line))
