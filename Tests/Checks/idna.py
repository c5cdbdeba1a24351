"""Reads domain names, one a line, and prints the A-label form of each by Python's own codec.

The codec is IDNA 2003; names with the letters that IDNA 2008 treats otherwise are not asked here.
"""
import sys

for line in sys.stdin.buffer.read().decode("utf-8").splitlines():
    print(line.encode("idna").decode("ascii").lower())
