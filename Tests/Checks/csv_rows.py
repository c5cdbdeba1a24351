"""Prints the rows of a CSV file as Python's csv module reads them, strictly."""

import csv
import io
import sys

text = sys.stdin.buffer.read().decode("utf-8-sig")
for row in csv.reader(io.StringIO(text, newline=""), strict=True):
    print(" | ".join(ascii(cell)[1:-1] for cell in row))
