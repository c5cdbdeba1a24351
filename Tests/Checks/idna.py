"""Reads domain names, one per line, and prints their A-labels according to Python's codec.

The codec implements IDNA 2003, so do not use names that IDNA 2008 treats differently.
"""
import sys

for line in sys.stdin.buffer.read().decode("utf-8").splitlines():
    print(line.encode("idna").decode("ascii").lower())
