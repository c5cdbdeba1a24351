"""Prints the cells that Python's csv module finds in each text, or "broken".

Arguments: the separator, and whether to "skip" or "keep" spaces after it.
"""

import csv
import io
import sys

separator, spaces = sys.argv[1:]


def words(cell):
    return " ".join(f"{ord(character):x}" for character in cell)


def rows(text):
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=separator,
        skipinitialspace=spaces == "skip",
        strict=True,
    )
    try:
        return "\n".join(",".join(map(words, row)) for row in reader if row)
    except csv.Error:
        return "broken"


texts = sys.stdin.buffer.read().decode("utf-8").split("\x1e")
print("\x1e".join(map(rows, texts)), end="")
